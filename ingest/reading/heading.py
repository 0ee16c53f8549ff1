"""Heading: what the headline element of a page says, without what it only marks there: a kicker, a line below."""

from __future__ import annotations

import re

from archive.locate import Place
from ingest.reading.candidate import Candidate, Field
from ingest.reading.class_names import marks, says
from ingest.reading.judge import fold
from ingest.reading.lede import LEDE
from ingest.reading.page import plain, visible
from ingest.reading.zones import Zones

_KICKER = re.compile(
    r"(?:^|[\s_-])(?:kicker|over-?line|eyebrow|dachzeile|top-?line|roof-?line|over-?title|sur-?title|sur-?titre|"
    r"ante-?titulo|volanta|occhiello|nadtytul|super-?headline|pre-?title|tagline|spitzmarke)(?:$|[\s_-])",
    re.I,
)
_PERMALINK = re.compile(r"\s*[¶🔗]$|\s+#$")
"""What some systems print behind a heading, to be linked to."""
_BETWEEN = " :-–—|·•"


def headline(zones: Zones) -> Candidate | None:
    """Return what the headline element says, or None where the page has none."""
    if zones.headline is None:
        return None
    words = _PERMALINK.sub("", visible(zones.headline))
    return Candidate(Field.TITLE, plain(words), words, "h1", Place.TEXT, zones.headline) if words else None


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
        said = visible(element) if kicker or below else ""
        if said and kicker and words.startswith(said):
            words = words[len(said) :].lstrip(_BETWEEN)
        elif said and below and words.endswith(said) and full not in whole:
            words = words[: -len(said)].rstrip(_BETWEEN)
    return heading._replace(value=plain(words), words=words) if len(words.split()) > 1 else heading
