"""Topics: what a passage of a legal page is about, by its heading or its words, before what it permits is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from ingest.terms.owner import reach
from ingest.terms.phrases import fold, pattern_of, spaced
from ingest.terms.vocabulary import vocabulary

_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend"})
_BOLD = frozenset({"strong", "b"})
_LONGEST = 120
"""Headings of legal pages are long: "Your license to use the services, and what we ask of you"."""
_NEAR, _UP = 80, 8
"""So many siblings before a passage, and elements around it, are looked at for its heading."""
_TWICE = 2
_OURS = re.compile(
    r"(?<!\w)(?:our|ours|unser\w*|nos|notre|nuestr\w+|nostr\w+|noss[ao]s?|onze|ons|nasz\w*|nas[ei]\w*|наш\w*)(?!\w)"
)
_DEEDS = frozenset({"deed", "bare act", "public domain"})


# In this order: what users bring in is spoken of with words of reuse, and must not pass for it.
class Topic(StrEnum):
    """What a passage of a legal page is about, each as its list of phrases is named; of several the first counts."""

    USERS = "users"
    PRIVACY = "privacy"
    COOKIES = "cookies"
    LIABILITY = "liability"
    PURCHASES = "purchases"
    SOFTWARE = "software"
    MARKS = "marks"
    DATA = "data"
    EVENTS = "events"
    REUSE = "reuse"
    ACCOUNTS = "accounts"


def is_off_topic(words: str, block: Any, *, licensed: bool) -> bool:
    """Whether the passage of a *block* is about something else than the reuse of texts, and its *words* do not say for
    themselves that the publisher's own texts may be reproduced; *licensed*: they name a licence.
    """
    topic = topic_of(block)
    return topic not in (None, Topic.REUSE) and not _says_all(words, licensed=licensed)


def topic_of(block: Any) -> Topic | None:
    """The topic of the passage that a *block* is part of: that of its nearest heading, else of its own words."""
    heading = next(_headings_before(block), None)
    topic = _topic(heading) if heading is not None else None
    if topic is not None:
        return topic
    # Two different phrases: one word of privacy stands in many a notice.
    said = fold(" ".join(block.itertext()))
    for about in Topic:
        if about is not Topic.REUSE and len(set(_phrases(about).findall(said))) >= _TWICE:
            return about
    return None


@lru_cache(maxsize=1024)
def _topic(heading: str) -> Topic | None:
    folded = fold(heading)
    return next((topic for topic in Topic if _phrases(topic).search(folded)), None)


@cache
def _phrases(topic: Topic) -> re.Pattern[str]:
    return spaced(tuple(pattern_of(fold(phrase), {}) for phrase in reach("topics")[topic]))


def _headings_before(block: Any) -> Iterator[str]:
    """The headings above a block, the nearest first: among what stands before it, and before what it is part of."""
    around = block
    for _ in range(_UP):
        for number, before in enumerate(around.itersiblings(preceding=True)):
            if number >= _NEAR:
                break
            words = _heading(before)
            if words:
                yield words
        around = around.getparent()
        if around is None:
            return


def _heading(element: Any) -> str | None:
    """The words of an element that is a heading, or ends in one: it is one by its tag, or is all bold and short."""
    if not isinstance(element.tag, str):
        return None
    if element.tag in _HEADINGS or element.tag == "h1":
        return _short(element)
    if element.tag == "p" and len(element) == 1 and element[0].tag in _BOLD and not (element.text or "").strip():
        return None if (element[0].tail or "").strip(" .:") else _short(element)
    # The last heading in it, which is the one that what follows stands under.
    held = [one for tag in ("h1", *sorted(_HEADINGS)) for one in element.iter(tag)] if len(element) else []
    return _short(held[-1]) if held else None


def _short(element: Any) -> str | None:
    words = " ".join("".join(element.itertext()).split())
    return words if words and len(words) <= _LONGEST else None


def _says_all(words: str, *, licensed: bool) -> bool:
    """Whether *words* say "our articles may be republished" wherever they stand: whose, of which kind, and the act."""
    folded = fold(words)
    marks = vocabulary().marks(folded).keys()
    return (
        _OURS.search(folded) is not None
        and not marks.isdisjoint({"text", "site"})
        and (licensed or not marks.isdisjoint(_DEEDS))
    )
