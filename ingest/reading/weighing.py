"""Weighing: which passages in and round a text are text, by weights that were learnt on pages of many publishers.

The rules before it choose the part of the page that is the text. What they took there and is a few words, or stands
apart, and what they left although it stands in that part or an extractor has it, is weighed: small trees of questions
about the passage (`weights.json`, written by ``tests/quality/weights.py``) add up to how likely it is text.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.completing import holder
from ingest.reading.passage import Passage
from ingest.reading.region import PROSE, Region
from ingest.reading.zones import Zones

Node = float | tuple[int, float, "Node", "Node"]
"""A weight; or the number of a feature, the most of it that goes the first way, and the two ways."""
FILE = Path(__file__).with_name("weights.json")
FEATURES = (
    *("length", "linked", "inner", "ends", "capitals", "digits", "cries", "asks", "leads", "level", "kind", "tag"),
    *("taken", "held", "side", "foreign", "inside", "extracted", "clear"),
    *("before", "after", "share", "behind", "ahead", "beside", "alike", "repeated", "dressed"),
)
"""What is weighed of a passage: what it says, who took it, and where it stands among the running text."""
FAR = 20
WEIGHED = frozenset((MarkKind.PARAGRAPH, MarkKind.HEADING, MarkKind.QUOTATION))
"""Notes, items, tables and lines as they were typed belong to what they stand in."""
SURE = 0.25
"""What weighs less, either way, stays as the rules have it."""
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_ENDS = (".", "?", "!", "…", "”", '"', "’", "'", ")", "»", ":", ";", "。", "，", "」")
_STOPS = (".", "?", "!", "…", "。")
_KINDS = {kind: number for number, kind in enumerate(MarkKind)}
_TAGS = {tag: number for number, tag in enumerate(("p", "div", "li", "span", "td", "section", "a"), start=1)}


@dataclass(frozen=True, slots=True)
class Weights:
    """Small trees of questions, each of which ends in a weight; and what a passage weighs anyway."""

    start: float
    trees: tuple[Node, ...]

    def of(self, features: Sequence[float]) -> float:
        """Return what a passage with *features* weighs: above 0, it is rather text than not."""
        weight = self.start
        for node in self.trees:
            while isinstance(node, tuple):
                feature, edge, below, above = node
                node = below if features[feature] <= edge else above
            weight += node
        return weight

    def told(self, found: Iterable[tuple[int, Sequence[float]]]) -> dict[int, bool]:
        """Return which of the passages *found*, by their number, surely are text (True) or none (False)."""
        weighed = ((number, self.of(features)) for number, features in found)
        return {number: weight > 0 for number, weight in weighed if abs(weight) > SURE}


@cache
def weights() -> Weights:
    """Return the weights that are in force."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    return Weights(told["start"], tuple(map(_node, told["trees"])))


def _node(told: Any) -> Node:
    if not isinstance(told, list):
        return float(told)
    name, edge, below, above = told
    return FEATURES.index(name), edge, _node(below), _node(above)


def weighed(
    taken: Sequence[Passage],
    region: Region,
    zones: Zones,
    extracted: Sequence[bool] | None,
) -> list[Passage]:
    """Return *taken*, the passages of a text, without those that are rather none. Running text stays, and so does
    a sentence: to lose one is worse than a line too many.

    Args:
        extracted: for each passage of the region whether an extractor took it; None where none was asked.
    """
    found = weighable(taken, region, zones, extracted)
    return merged(taken, region.passages, weights().told(found))


def merged(taken: Sequence[Passage], passages: Sequence[Passage], told: dict[int, bool]) -> list[Passage]:
    """Return *taken* without those *passages* that are *told* to be no text, by their number, and with those that
    are told to be.
    """
    known, numbers = {id(one) for one in taken}, {id(one): number for number, one in enumerate(passages)}
    made: list[Passage] = []
    at = 0
    for one in taken:
        number = numbers.get(id(one))
        if number is not None:
            made += (passages[n] for n in range(at, number) if told.get(n) and id(passages[n]) not in known)
            at = number + 1
        if number is None or told.get(number, True):
            made.append(one)
    made += (one for n, one in enumerate(passages[at:], at) if told.get(n) and id(one) not in known)
    return made


def weighable(
    taken: Sequence[Passage],
    region: Region,
    zones: Zones,
    extracted: Sequence[bool] | None,
) -> list[tuple[int, tuple[float, ...]]]:
    """Return the numbers of those passages of a page that are weighed, each with its features."""
    passages, known = region.passages, {id(one) for one in taken}
    running = [n for n, one in enumerate(passages) if id(one) in known and _runs(one)]
    running = running or [n for n, one in enumerate(passages) if id(one) in known]
    if not running:
        return []
    about = _Surroundings(passages, running, known)
    found = []
    for number, one in enumerate(passages):
        # What was left is weighed nowhere: what it would bring back is as often a call as a line of the text.
        if id(one) not in known or one.mark.kind not in WEIGHED or _runs(one) or _is_sentence(one):
            continue
        is_taken, told, beside = True, extracted is not None and extracted[number], about.beside(one)
        found.append(
            (
                number,
                (
                    *_said(one),
                    is_taken,
                    region.held[number],
                    region.side[number],
                    zones.foreign(one.element),
                    region.within[number],
                    -1 if extracted is None else told,
                    region.clear,
                    *about.place(number),
                    beside,
                    about.alike(one),
                    about.repeated(one),
                    about.dressed(one),
                ),
            )
        )
    return found


def _runs(one: Passage) -> bool:
    size = len(one.words)
    return size >= PROSE and 3 * one.linked < size


def _is_sentence(one: Passage) -> bool:
    # A question may be the link that opens its answer.
    return one.words.endswith("?") or (one.words.endswith(_STOPS) and 3 * one.linked < len(one.words))


def _said(one: Passage) -> tuple[float, ...]:
    """Return what a passage says of itself."""
    words, size = one.words, max(1, len(one.words))
    said = _WORD.findall(words[:400])
    return (
        math.log1p(size),
        one.linked / size,
        one.inner / size,
        words.endswith(_ENDS),
        sum(word[0].isupper() for word in said) / max(1, len(said)),
        len(_DIGIT.findall(words)) / size,
        words.count("!"),
        words.endswith("?"),
        words.endswith(":"),
        one.mark.level,
        _KINDS[one.mark.kind],
        _TAGS.get(one.element.tag, 0),
    )


class _Surroundings:
    """Where the running text of a page stands, and what it looks like."""

    def __init__(self, passages: Sequence[Passage], running: Sequence[int], known: set[int]) -> None:
        self._first, self._last = running[0], running[-1]
        self._blocks, self._tags = Counter[Any](), Counter[str]()
        for one in map(passages.__getitem__, running):
            self._blocks[holder(one)] += len(one.words)
            self._tags[one.element.tag] += len(one.words)
        self._size = max(1, self._blocks.total())
        self._words = Counter(one.words for one in passages)
        self._dress = Counter((one.element.tag, one.element.get("class")) for one in passages)
        self._behind, self._ahead, self._shares = (
            [FAR + 1] * len(passages),
            [FAR + 1] * len(passages),
            [0.0] * len(passages),
        )
        whole, before, last = sum(len(one.words) for one in passages if id(one) in known) or 1, 0, -FAR
        told = set(running)
        for number, one in enumerate(passages):
            self._behind[number], self._shares[number] = min(FAR, number - last), before / whole
            before += len(one.words) if id(one) in known else 0
            last = number if number in told else last
        ahead = len(passages) + FAR
        for number in range(len(passages) - 1, -1, -1):
            self._ahead[number] = min(FAR, ahead - number)
            ahead = number if number in told else ahead

    def place(self, number: int) -> tuple[float, ...]:
        """Return whether a passage stands before or after the running text, how much of the text stands before it, and
        how many passages part it from running text."""
        sides = number < self._first, number > self._last
        return *sides, self._shares[number], self._behind[number], self._ahead[number]

    def beside(self, one: Passage) -> float:
        """Return how much of the running text stands side by side with a passage."""
        return self._blocks[holder(one)] / self._size

    def alike(self, one: Passage) -> float:
        """Return how much of the running text is marked by the tag of a passage."""
        return self._tags[one.element.tag] / self._size

    def repeated(self, one: Passage) -> int:
        """Return how often the page says what a passage says."""
        return min(3, self._words[one.words])

    def dressed(self, one: Passage) -> float:
        """Return how many passages bear the class names of this one, as a logarithm."""
        return math.log1p(self._dress[one.element.tag, one.element.get("class")])
