"""Heading: what the headline element of a page says, without what it only marks there: a kicker, a line below.

Apart from `titles.py`, which weighs it against titles that are stated elsewhere.
"""

from __future__ import annotations

import html
import re
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from archive.evidence.locate import Place
from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata.lede import LEDE
from ingest.reading.page.class_names import marks, says
from ingest.reading.page.page import plain, visible
from ingest.reading.page.section_names import GENERIC
from ingest.reading.page.zones import Zones

_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|over-?line|eyebrow|dachzeile|top-?line|roof-?line|over-?title|sur-?title|sur-?titre|"
    r"ante-?titulo|volanta|occhiello|nadtytul|super-?headline|pre-?title|tagline|spitzmarke)(?:$|[\s_-])",
    re.I,
)
# What an element is called that says of what kind a text is.
_KIND = re.compile(
    r"(?:^|[\s_-])(?:label|badge|category|content-?type|post-?type|section|pill|chip|tag|genre|rubrik|ressort|format)"
    r"(?:$|[\s_-])"
)
_HEADLINE = re.compile(
    r"(?:^|\s)(?:title|headline|content-?heading|[\w-]*(?:entry|post|article|news|story|node|page)[_-]{0,2}"
    r"(?:title|heading|headline))(?:$|\s)"
)
_MAY_HEAD = frozenset({"h2", "h3", "h4", "h5", "div", "p", "td", "span", "strong"})
FEW, LONGEST = 8, 40
# What some systems print behind a heading, to be linked to.
_PERMALINK = re.compile(r"\s*[¶🔗]$|\s+#$")
_BETWEEN = " :-–—|·•"


def headline(zones: Zones) -> Candidate | None:
    """Return what the headline element says, or None where the page has none."""
    if zones.headline is None:
        return None
    words = _PERMALINK.sub("", visible(zones.headline))
    value = plain(html.unescape(words) if "&" in words else words)  # some write an ampersand in HTML twice
    return Candidate(Field.TITLE, value, words, "h1", Place.TEXT, zones.headline) if words else None


def marked(zones: Zones) -> Candidate | None:
    """Return what the first element of the text says that its class names call a headline, or the first h2 that leads
    nowhere: for a page whose head names no more than its site. None on a front page.
    """
    if not urlsplit(zones.page.url).path.strip("/"):
        return None
    # Whatever is called a headline: themes make it a div as often as an h2.
    called = [e for e in zones.marked(_HEADLINE, ("title", "head")) if e.tag in _MAY_HEAD]
    called = [*sorted(called, key=zones.page.order.__getitem__), *islice(zones.page.body.iter("h2"), FEW)]
    for element in called:
        words = zones.page.short.get(element, "")
        # What leads on is the title of another text.
        if 2 <= len(words.split()) <= LONGEST and not zones.foreign(element) and not _leads_on(zones, element):
            return Candidate(Field.TITLE, plain(words), words, "marked headline", Place.TEXT, element)
    return None


def _leads_on(zones: Zones, element: Any) -> bool:
    """Say whether *element* holds or is a link to another page, or stands in a list."""
    links = [*element.iter("a"), *(above for above in element.iterancestors() if above.tag in ("a", "li", "nav"))]
    return any(link.tag != "a" or zones.page.absolute(link.get("href")) != zones.page.url for link in links)


def alone(heading: Candidate, stated: set[str], whole: str) -> Candidate:
    """Return *heading* without what an element at its beginning is marked to say over the headline, and what one at its
    end says below it, unless a title is *stated* that has both.

    Args:
        stated: the titles that the head states, folded.
        whole: what ``title`` says, folded: a line below the headline is part of it where that has it, too.
    """
    full = fold(heading.value)
    if full in stated:
        return heading
    words = heading.words
    for element in heading.element.iterdescendants():
        marked = marks(element)
        kicker, below = says(_KICKER, marked), element.tag == "small" or says(LEDE, marked)
        kicker = kicker or (full not in whole and (says(_KIND, marked) or _names_section(element)))
        said = visible(element) if kicker or below else ""
        if said and kicker and words.startswith(said) and len(words) > 2 * len(said):
            words = words[len(said) :].lstrip(_BETWEEN)
        elif said and below and words.endswith(said) and full not in whole:
            words = words[: -len(said)].rstrip(_BETWEEN)
    if words == heading.words or len(words.split()) < 2:
        return heading
    return heading._replace(value=plain(words), words=words)


def _names_section(element: Any) -> bool:
    """Say whether *element* is a link that says no more than the name of a section."""
    return element.tag == "a" and fold(visible(element)) in GENERIC
