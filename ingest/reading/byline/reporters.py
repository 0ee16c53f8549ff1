"""Reporters: whom a text in Chinese names as its reporters, in brackets in its first or behind its last sentence
("江城社电（记者陆一帆）") or in a line of their own ("江城日报记者 陆一帆"); and the paper from which it is taken.

Apart from `byline.py`, which reads labels and marks: these lines have neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ingest.reading.byline import han_names, marked
from ingest.reading.byline.line import Line, line_of
from ingest.reading.byline.names import Name
from ingest.reading.page.page import Page, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern

_NOUN = pattern("byline.reporter_nouns_unspaced")
_LABEL = pattern("byline.author_nouns_unspaced")
_HOUSE = "[\u3400-\u9fff《》A-Za-z]"
_OPENING = re.compile(
    rf"(?:[^（）()。]{{0,24}}{pattern('byline.wire_words_unspaced')}\s*)?"
    rf"[（(]{_HOUSE}{{0,10}}?{_NOUN}\s*[:：]?\s*(?P<names>[^（）()。]{{2,40}})[）)]"
)
"""How the first sentence begins: where and when, a word for a report, and the reporters in brackets."""
_LINE = re.compile(
    rf"[【\[（(]?\s*(?:{_LABEL}\s*[/／|｜:：]\s*)?{_HOUSE}{{1,14}}?{_NOUN}\s*[:：/／]?\s*(?P<names>.{{2,40}}?)\s*"
    rf"{pattern('byline.reporting_words_unspaced')}?\s*[】\]）)]?"
)
_CLOSING = re.compile(
    rf"[^（）()]*[。！？”][（(](?:{pattern('byline.text_and_photo_unspaced')}|{_HOUSE}{{0,14}}?{_NOUN})\s*[/／:：]?\s*"
    r"(?P<names>[^（）()]{2,40})[）)]",
    re.S,
)
"""How the last paragraph ends: with the reporters in brackets, or those who wrote it and took the pictures."""
_SOURCE = re.compile(rf"{pattern('byline.source_labels_unspaced')}\s*[:：]\s*(?P<name>[^\s:：|]{{2,20}})")
_SOUGHT = frozenset({"p", "div", "span", "strong", "b", "em", "li", "section", "td"})
LONGEST = 60
NEAR = 40
FIRST = 4
"""The first sentence stands in one of this many paragraphs below the headline: captions may come before it."""


def lines(page: Page, zones: Zones) -> Iterator[Line]:
    """Yield the lines of *page* that name its reporters, below the headline and outside foreign zones."""
    below = (p for p in page.inside("p") if zones.distance(p) > 0 and not _apart(zones, p))
    for paragraph in islice((p for p in below if visible(p)), FIRST):
        said = _OPENING.match(visible(paragraph))
        if found := han_names.led(said["names"]) if said is not None else ():
            yield _line(zones, paragraph, found)
            break
    for _, element, tag, words in page.rows:
        if tag not in _SOUGHT or max(words) < "\u3400":
            continue
        said = _LINE.fullmatch(words) if len(words) <= LONGEST else None
        said = said or (_CLOSING.fullmatch(words) if tag == "p" else None)
        if said is None or not (found := han_names.listed(said["names"])):
            continue
        if zones.distance(element) > 0 and not _apart(zones, element):
            yield _line(zones, element, found)


def _apart(zones: Zones, element: Any) -> bool:
    """Return whether *element* belongs to a picture or another text."""
    return zones.foreign(element) or marked.pictured(zones, element)


def _line(zones: Zones, element: Any, found: tuple[str, ...]) -> Line:
    said = tuple(Name(name, organisation=False) for name in found)
    return line_of(zones, element, said, "label", (element,) * len(said))


def source(page: Page, zones: Zones) -> str:
    """Return the paper from which the text is taken, as a line near the headline says in Chinese, or ""."""
    for _, element, _, words in page.rows:
        if len(words) <= LONGEST and abs(zones.distance(element)) <= NEAR and (said := _SOURCE.search(words)):
            return said["name"]
    return ""
