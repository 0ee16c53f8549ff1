"""Lede: the standfirst, a line that a page prints and marks below its headline."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.page.class_names import marks, remembered
from ingest.reading.page.page import Page, plain
from ingest.reading.vocabulary import pattern

LEDE = re.compile(
    r"(?:^|[\s_-])(?:leads?|lede|leadin|dek|deck|teaser|intro|introduction|standfirst|stand-?first|summary|subtitle|"
    r"sub-?title|subhead(?:line|ing)?|sub-?head|abstract|excerpt|strapline|tagline|article-?description|description|"
    rf"{pattern('metadata.lede_classes')})(?:$|[\s_-])"
)
_NO_LEDE = frozenset({"a", "figure", "figcaption", "aside", "nav", "footer", "form", "li"})
_LEDE_TAGS = frozenset({"p", "div", "h2", "h3", "section", "span"})
SHORTEST, LONGEST, REACH = 40, 700, 45


def lede(page: Page, head: Any) -> Candidate | None:
    """Return the marked line below the headline, the element *head*, or None."""
    if head is None:
        return None
    near = set(islice((a for a in head.iterancestors() if a.tag not in ("body", "html")), 4))
    for element in _marked(page, head):
        words = page.short.get(element, "")
        if not SHORTEST <= len(words) <= LONGEST or next(element.iter("a", "time"), None) is not None:
            continue
        above = list(takewhile(lambda a: a not in near, element.iterancestors()))
        if (
            any(a.tag in _NO_LEDE or a.tag == "body" for a in above)
            or next(date_parsing.find(words[-80:]), None) is not None
        ):
            continue
        return Candidate(Field.SUBTITLE, plain(words), words, "line below the headline", Place.TEXT, element)
    return None


def _marked(page: Page, head: Any) -> list[Any]:
    """Return the elements after *head*, and outside it, whose class names mark such a line."""
    known = remembered(LEDE)
    behind = page.order[head] + (len(list(head.iter())) if len(head) else 1)
    near = slice(behind, behind + REACH)
    held = zip(page.elements[near], page.tags[near], strict=True)
    # Most paragraphs have no attributes, so their class names need no look.
    return [one for one, tag in held if tag in _LEDE_TAGS and one.keys() and known[marks(one)]]
