"""Other dates: dates on a page that belong to another text, a comment, an event or the visit itself."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import Any

from ingest.reading.page.class_names import ClassWords, whole_words
from ingest.reading.page.hrefs import leads_to_topic, of_author
from ingest.reading.page.page import Page
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_DATE_ARCHIVE = re.compile(r"/(?:19|20)\d\d(?:/\d\d?){0,2}/?$|/date/")
_FEED = re.compile(r"/(?:feed|rss|atom)(?:/|\.xml)?$|[?&]feed=")
_EVENT = whole_words(f"upcoming|events?|calendar|agenda|{pattern('dates.event_classes')}")
_TODAY = whole_words("today|todays?-?date|current-?(?:date|time)|date-?today|clock|data-?time|top-?bar|topbar")
# From when to when something takes place: "18:00–20:00", "6-8 pm"; but not a zone behind a day in digits, as in
# "2023-04-24 10:00-05:00".
_CLOCK = pattern("dates.clock_words")
_HOURS = re.compile(
    rf"(?<![\d/.:-])(?<!\d\d\d\d-\d\d-\d\d[T ])\d{{1,2}}(?:"
    rf"(?:[:.h]\d\d(?:\s?{_CLOCK})?|\s?{_CLOCK})\s?[–—-]\s?\d{{1,2}}(?:[:.h]\d\d(?!\d)|\s?{_CLOCK})|"
    rf"\s?[–—-]\s?\d{{1,2}}\s?{_CLOCK})(?!\w)",
    re.I,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOTES = ("li", "p", "div", "dd", "td", "aside")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LONGEST, TOLD, TITLE, ABOVE, CARD, NOTE = 200, 20, 2, 5, 3, 2
"""The most characters in a line of a list, and the fewest letters in one that says more than a day; the fewest words in
a link that is the title of a text; how many elements up to look for the part around a date, for a card and a note."""
OCCASION = 100
"""A line that says from when to when something takes place has at most this many characters."""


def of_another_text(zones: Zones, element: Any) -> bool:
    """Return whether a date in *element* belongs to another text.

    It does if *element* is, contains or is inside a link there, or shares an item of a list or a card with one.
    """
    page = zones.page
    link = element if element.tag == "a" else next((a for a in element.iterancestors("a")), None)
    inside = list(element.iter("a")) if link is None else [link]
    if link is None and len(inside) == 1 and page.short.get(inside[0]) == page.short.get(element):
        link = inside[0]
    link = listed(page, element) if link is None else link
    link = _behind(zones, element) if link is None else link
    link = _under(zones, element) if link is None else link
    return link is not None and leads_to_another(page, link)


def leads_to_another(page: Page, link: Any) -> bool:
    """Return whether *link* leads to another text of the site."""
    target = page.absolute(link.get("href"))
    # A date that links to the archive of that day is this text's own, and so is one beside its feed of comments.
    if target is None or _DATE_ARCHIVE.search(target) or _FEED.search(target):
        return False
    return page.same_site(target) and not page.is_here(target)


def listed(page: Page, element: Any) -> Any:
    """Return the link, by its length the title of a text, in the same list item as *element*, or None."""
    around = (element, *islice(element.iterancestors(), CARD))
    # An item that holds the date directly may be one of several lines below a headline.
    item = next((node for node in around if (node.tag == "li" and node is not element) or _repeated(page, node)), None)
    if item is None or not 0 < len(page.short.get(item, "")) <= LONGEST:
        return None
    # The only item of a list is not a list of texts: some themes write the line below a headline like this.
    if item.getnext() is None and item.getprevious() is None:
        return None
    return titled(page, item)


def titled(page: Page, block: Any) -> Any:
    """Return the first link in *block* long enough for the title of a text, and to no author and no topic; or None."""
    links = (a for a in block.iter("a") if len(page.short.get(a, "").split()) >= TITLE)
    return next((a for a in links if not (of_author(a.get("href")) or leads_to_topic(a))), None)


def _repeated(page: Page, element: Any) -> bool:
    """Return whether the block after or before *element* has the same form, and a link and a year too."""
    said = element.get("class")
    if not said and element.tag != "li":
        return False
    beside = (element.getnext(), element.getprevious())
    alike = (e for e in beside if e is not None and e.tag == element.tag and e.get("class") == said)
    return any(_YEAR.search(page.short.get(e, "")) and e.find(".//a") is not None for e in alike)


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
        if (link := titled(page, card)) is not None:
            return link
    return None


def _under(zones: Zones, element: Any) -> Any:
    """Return the link that is all of the heading right above *element*, if the next or last heading is one as well."""
    around = takewhile(lambda node: node not in zones.above, (element, *islice(element.iterancestors(), CARD)))
    heading = next((above for node in around if (above := node.getprevious()) is not None), None)
    if heading is None or heading is zones.headline or (link := _all_link(zones.page, heading)) is None:
        return None
    beside = [next(heading.itersiblings(heading.tag, preceding=before), None) for before in (False, True)]
    return link if any(other is not None and _all_link(zones.page, other) is not None for other in beside) else None


def _all_link(page: Page, heading: Any) -> Any:
    """Return the link that is all of *heading*, but for a sign that links to the heading itself, or None."""
    link = titled(page, heading) if heading.tag in _HEADINGS else None
    return link if link is not None and _letters(page, link) == _letters(page, heading) else None


def _letters(page: Page, element: Any) -> str:
    return "".join(filter(str.isalnum, page.short.get(element, "")))


def of_a_list(zones: Zones, element: Any) -> bool:
    """Return whether *element* is or fills an item of a list of what was on which day, and so is one beside it.

    There, only a label says that a day is that of the page.
    """
    item = next((node for node in (element, *islice(element.iterancestors(), NOTE)) if node.tag == "li"), None)
    if item is None or not _tells(zones.page, item):
        return False
    return any(beside is not None and _tells(zones.page, beside) for beside in (item.getnext(), item.getprevious()))


def _tells(page: Page, item: Any) -> bool:
    """Return whether *item* is a line with a year and words long enough for a title besides."""
    said = page.short.get(item, "") if item.tag == "li" else ""
    return len(said) <= LONGEST and _YEAR.search(said) is not None and sum(map(str.isalpha, said)) >= TOLD


def of_an_event(zones: Zones, element: Any) -> bool:
    """Return whether *element* stands in a part of the page that lists events and does not hold the headline."""
    return zones.headline is not None and _within(zones, element, _EVENT, ABOVE)


def of_hours(zones: Zones, element: Any) -> bool:
    """Return whether *element* is in a line that says from when to when something takes place, on a day."""
    lines = (zones.page.short.get(node, "") for node in (element, element.getparent()))
    return any(len(line) <= OCCASION and _HOURS.search(line) is not None for line in lines)


def of_a_note(zones: Zones, element: Any) -> bool:
    """Return whether *element* is, contains or stands in a footnote: a block to which a number or a sign links."""
    # A sign in the text has a name too, to which its note links back.
    blocks = (*element.iter(*_NOTES), *islice(element.iterancestors(*_NOTES), NOTE))
    return any(block.get("id") in zones.page.notes and block not in zones.above for block in blocks)


def of_the_visit(zones: Zones, element: Any) -> bool:
    """Return whether *element* shows the day of the visit, in the head of the site."""
    return _within(zones, element, _TODAY, CARD)


def _within(zones: Zones, element: Any, named: ClassWords, height: int) -> bool:
    """Return whether *element*, or a block around it without the headline, has a class name like *named*."""
    for node in (element, *islice(element.iterancestors(), height)):
        if node in zones.above or node is zones.page.body:
            return False
        if named[zones.marks[node]]:
            return True
    return False


STRANGERS = (of_another_text, of_an_event, of_hours, of_a_note)
"""The tests for dates of something else that apply anywhere on the page."""
