"""Other dates: dates on a page that belong to another text, a comment, an event, a quotation or the visit itself."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from ingest.reading.page.class_names import says, whole_words
from ingest.reading.page.hrefs import of_author
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_DATE_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:/\d\d?){0,2}/?$|/date/")
_EVENT = whole_words(f"upcoming|events?|calendar|agenda|{pattern('dates.event_classes')}")
_TODAY = whole_words("today|todays?-?date|current-?(?:date|time)|date-?today|clock|data-?time|top-?bar|topbar")
_YEAR = re.compile(r"(?:19|20)\d\d")
LONGEST, TITLE, ABOVE, CARD = 200, 2, 5, 3
"""The most characters in a line of a list; the fewest words in a link that is the title of a text; how many elements up
to look for the part of the page around a date, and for a card."""


def of_another_text(zones: Zones, element: Any) -> bool:
    """Return whether a date in *element* belongs to another text.

    It does if *element* is, contains or is inside a link there, or shares an item of a list or a card with one.
    """
    page = zones.page
    link = element if element.tag == "a" else next((a for a in element.iterancestors("a")), None)
    inside = list(element.iter("a")) if link is None else [link]
    if link is None and len(inside) == 1 and page.short.get(inside[0]) == page.short.get(element):
        link = inside[0]
    link = _listed(page, element) if link is None else link
    link = _behind(zones, element) if link is None else link
    target = page.absolute(link.get("href")) if link is not None else None
    # A date that links to the archive of that day is this text's own.
    if target is None or _DATE_ARCHIVE.search(target):
        return False
    return page.same_site(target) and not page.is_here(target)


def _listed(page: Page, element: Any) -> Any:
    """Return the link, by its length the title of a text, in the same list item as *element*, or None."""
    item = next((node for node in islice(element.iterancestors(), CARD) if node.tag == "li"), None)
    if item is None or not 0 < len(page.short.get(item, "")) <= LONGEST:
        return None
    # The only item of a list is not a list of texts: some themes write the line below a headline like this.
    if item.getnext() is None and item.getprevious() is None:
        return None
    links = (a for a in item.iter("a") if len(page.short.get(a, "").split()) >= TITLE)
    return next((a for a in links if not of_author(a.get("href"))), None)


def _behind(zones: Zones, element: Any) -> Any:
    """Return the link to another text in *element* or in a small card around it, or None.

    The card must stand after the main part of the text, and the link must be long enough for a title.
    """
    page = zones.page
    # Before that, a card may be a quotation or a picture of the text itself.
    if page.order[element] <= zones.bulk:
        return None
    for card in (element, *islice(element.iterancestors(), CARD)):
        if card in zones.above or not 0 < len(page.short.get(card, "")) <= LONGEST:
            return None
        links = (a for a in card.iter("a") if len(page.short.get(a, "").split()) >= TITLE)
        link = next((a for a in links if not of_author(a.get("href"))), None)
        if link is not None:
            return link
    return None


def of_a_quotation(zones: Zones, element: Any) -> bool:
    """Return whether *element* stands in a quotation."""
    return any(
        node.tag == "blockquote" and node not in zones.above
        for node in (element, *islice(element.iterancestors(), ABOVE))
    )


def of_an_event(zones: Zones, element: Any) -> bool:
    """Return whether *element* stands in a part of the page that lists events and does not hold the headline."""
    for node in (element, *islice(element.iterancestors(), ABOVE)):
        if zones.headline is None or node is zones.page.body or node in zones.above:
            return False
        if says(_EVENT, zones.marks[node]):
            return True
    return False


def of_the_visit(zones: Zones, element: Any) -> bool:
    """Return whether *element* shows the day of the visit, in the head of the site."""
    for node in (element, *islice(element.iterancestors(), CARD)):
        if node in zones.above or node is zones.page.body:
            return False
        if says(_TODAY, zones.marks[node]):
            return True
    return False


STRANGERS = (of_another_text, of_an_event, of_a_quotation)
"""The tests for dates of something else that apply anywhere on the page."""
