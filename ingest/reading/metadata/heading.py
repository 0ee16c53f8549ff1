"""Heading: the text of a page's headline element, without a kicker or a line below that is marked inside it.

Apart from `titles.py`, which weighs it against titles stated elsewhere.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place
from ingest.reading.author_choice import fold
from ingest.reading.candidate import Candidate, Field
from ingest.reading.metadata.lede import LEDE
from ingest.reading.page.class_names import marks, says
from ingest.reading.page.page import plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_SECTIONS = word_set("page.sections")
_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|over-?line|eyebrow|top-?line|roof-?line|over-?title|sur-?title|super-?headline|pre-?title|tagline|"
    rf"{pattern('metadata.kicker_classes')})(?:$|[\s_-])",
    re.I,
)
# Class names of an element that states the kind of a text.
_KIND = re.compile(
    r"(?:^|[\s_-])(?:label|badge|category|content-?type|post-?type|section|pill|chip|tag|genre|format|"
    rf"{pattern('metadata.kind_classes')})(?:$|[\s_-])"
)
_HEADLINE = re.compile(
    r"(?:^|\s)(?:title|headline|content-?heading|[\w-]*(?:entry|post|article|news|story|node|page)[_-]{0,2}"
    r"(?:title|heading|headline))(?:$|\s)"
)
_MAY_HEAD = frozenset({"h2", "h3", "h4", "h5", "div", "p", "td", "span", "strong"})
FEW, LONGEST = 8, 40
# What some systems print after a heading as a link to it.
_PERMALINK = re.compile(r"\s*[¶🔗]$|\s+#$")
_BETWEEN = " :-–—|·•"


def headline(zones: Zones) -> Candidate | None:
    """Return the text of the headline element, or None if the page has none."""
    if zones.headline is None:
        return None
    words = _PERMALINK.sub("", visible(zones.headline))
    value = plain(decode_references(words) if "&" in words else words)  # some systems escape an ampersand twice
    return Candidate(Field.TITLE, value, words, "h1", Place.TEXT, zones.headline) if words else None


def marked(zones: Zones) -> Candidate | None:
    """Return the first headline by class name, else the first h2 that leads to no other page, or None.

    This is for pages whose head names only the site. A front page has no such headline.
    """
    if not urlsplit(zones.page.url).path.strip("/"):
        return None
    # Any element with such a class: themes use div as often as h2.
    called = [e for e in zones.marked(_HEADLINE, ("title", "head")) if e.tag in _MAY_HEAD]
    called = [*sorted(called, key=zones.page.order.__getitem__), *islice(zones.page.body.iter("h2"), FEW)]
    for element in called:
        words = zones.page.short.get(element, "")
        # A link makes it the title of another text.
        if 2 <= len(words.split()) <= LONGEST and not zones.foreign(element) and not _leads_on(zones, element):
            return Candidate(Field.TITLE, plain(words), words, "marked headline", Place.TEXT, element)
    return None


def _leads_on(zones: Zones, element: Any) -> bool:
    """Return whether *element* holds or is a link to another page, or stands in a list or a menu."""
    links = [*element.iter("a"), *(above for above in element.iterancestors() if above.tag in ("a", "li", "nav"))]
    return any(link.tag != "a" or zones.page.absolute(link.get("href")) != zones.page.url for link in links)


def alone(heading: Candidate, stated: set[str], whole: str) -> Candidate:
    """Return *heading* without a marked kicker at its beginning and a marked line at its end.

    It stays as it is if a title is *stated* with both.

    Args:
        stated: the folded titles that the head states.
        whole: the folded ``title`` element. A line below the headline belongs to the title if it stands there too.
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
    """Return whether *element* is a link with just the name of a section."""
    return element.tag == "a" and fold(visible(element)) in _SECTIONS
