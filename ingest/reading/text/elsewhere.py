"""Elsewhere: find the passages of a page in parts that are not about its article.

Apart from `region.py`, which weighs what is left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress, islice
from typing import Any

from ingest.reading.page.passage import Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text.completing import classes, holder

FIRST = 3
"""This many passages of running text below the headline show where the text begins."""
ENOUGH = 500
"""At least this many characters of running text must be left when other articles are removed."""


def elsewhere(passages: Sequence[Passage], running: Sequence[int], zones: Zones) -> list[bool]:
    """Return for each of *passages* whether it stands in a foreign part of the page, or in another article.

    If the text itself stands in such parts, their names mean nothing.

    Args:
        running: the length of each passage of running text; 0 for any other passage.
    """
    below = list(islice(_below(passages, running, zones), FIRST))
    foreign = [zones.foreign(one.element) for one in passages]
    whole, away = sum(running), sum(compress(running, foreign))
    # If most of the text is in such parts, their names are wrong: a theme may call its main column "widget". The
    # exception is a text that begins outside them, if they are many small boxes.
    if 2 * away > whole:
        begins = 2 * sum(not foreign[number] for number in below) > len(below) > 0
        if not (begins and 4 * (whole - away) >= whole and _scattered(passages, running, foreign)):
            foreign = [False] * len(foreign)
    others = _others(zones, passages[below[0]].element if below else None)
    if others:
        in_other = [one.element in others for one in passages]
        # Some pages split one text into several articles, so enough text must be left.
        if whole - sum(compress(running, in_other)) >= ENOUGH:
            foreign = [one or other for one, other in zip(foreign, in_other, strict=True)]
    return foreign


def _below(passages: Sequence[Passage], running: Sequence[int], zones: Zones) -> Iterator[int]:
    """Yield the numbers of the passages of running text below the headline."""
    if zones.headline is not None:
        order = zones.page.order
        first = order[zones.headline]
        yield from (n for n, one in enumerate(passages) if running[n] and order.get(one.element, 0) > first)


def _scattered(passages: Sequence[Passage], running: Sequence[int], foreign: Sequence[bool]) -> bool:
    """Return whether foreign running text stands in many small boxes, such as testimonials."""
    boxes = Counter[Any]()
    for one, size, away in zip(passages, running, foreign, strict=True):
        boxes[holder(one)] += size if away else 0
    return 2 * max(boxes.values()) < boxes.total()


def _others(zones: Zones, first: Any) -> set[Any]:
    """Return the elements of other articles, because some sites let several follow on one page.

    These are other article elements, and the parts that begin with an h1 that has the class names of the headline.

    Args:
        first: the first running text below the headline.
    """
    headline, own = zones.headline, zones.container
    if headline is None:
        return set()
    others: list[Any] = []
    if own is not None and own.tag == "article":
        above = {own, *own.iterancestors()}
        everyone = zones.page.body.iter("article")
        others += [one for one in everyone if one not in above and own not in one.iterancestors()]
    said = classes(headline)
    if headline.tag == "h1" and said:
        above = {holding for one in (headline, first) if one is not None for holding in (one, *one.iterancestors())}
        for other in zones.page.body.iter("h1"):
            worn = classes(other)
            if other is not headline and worn and (worn <= said or worn >= said):
                others.append(_outermost(other, above))
    return {element for one in others for element in one.iter()}


def _outermost(element: Any, without: set[Any]) -> Any:
    """Return the largest element around *element* that contains none of *without*."""
    while (parent := element.getparent()) is not None and parent not in without:
        element = parent
    return element
