"""Region: the part of a page that holds its running text, found by weighing its passages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, compress
from typing import Any

from db.marks import MarkKind
from ingest.reading import furniture
from ingest.reading.blocks import Passage
from ingest.reading.class_names import Marks
from ingest.reading.completing import alike, holder
from ingest.reading.zones import Zones

PROSE = 80
"""So long a passage with few links is running text."""
ENOUGH = 500
VAST = 40_000
"""So much running text is plain wherever it stands: nothing beside an article holds as much."""
MOST = 0.8
"""A region that is plain holds so much of the running text of the page."""
HEAD = 25
"""Within so many characters ends what introduces a link ("Read more:")."""
SAME = 0.9
"""So much of its words stand side by side."""
_SIGN, _BESIDE = -10, -30
_WITHIN = (MarkKind.ROW, MarkKind.PREFORMATTED, MarkKind.ITEM, MarkKind.HEADING)
_ENDS = (".", "?", "…", "]", ")", "”")
# fmt: off
_BOXES = frozenset((
    "div", "section", "article", "main", "body", "td", "span", "header", "figure", "center", "font", "form", "fieldset",
    "details", "address",
))
# fmt: on
"""What holds a paragraph where nobody marked it as one."""


class Region:
    """The element whose passages weigh most: running text weighs its length, links and what stands beside an article
    count against it.

    Attributes:
        passages: those of the whole page, in order.
        words: how many characters its passages have that are no links.
        top: the element; None where the page has no running text.
        prose: how many characters of running text it holds.
        held: for each passage whether it is the text, were it all of the region.
        side: those of them that stand side by side with most of its running text.
        beside: how many characters these have.
        clear: whether the region holds what running text there is on the page.
        plain: whether it is clear, and nearly all that it holds stands side by side: nothing is in doubt.
    """

    def __init__(self, passages: Sequence[Passage], zones: Zones) -> None:
        self.passages, self._marks = passages, zones.marks
        self.top: Any = None
        self.prose = self.beside = 0
        self.held = self.side = [False] * len(passages)
        self.clear = self.plain = False
        self.words = sum(len(one.words) for one in passages if 2 * one.linked < len(one.words))
        running = [_runs(one) for one in passages]
        foreign = [zones.foreign(one.element) for one in passages]
        if 2 * sum(compress(running, foreign)) > sum(running):
            foreign = [False] * len(passages)  # where the text itself stands in such parts, their names say nothing
        weights = [
            _BESIDE if away else size or _weight(one)
            for one, size, away in zip(passages, running, foreign, strict=True)
        ]
        best = self._best(weights)
        if best is not None:
            self._climb(best, weights)
            self._judge(best, sum(weight for weight in weights if weight > 0))

    def _best(self, weights: Sequence[int]) -> Any:
        """Return what holds most of the running text side by side."""
        scores: dict[Any, int] = {}
        for one, weight in zip(self.passages, weights, strict=True):
            if weight > 0:
                parent = holder(one)
                scores[parent] = scores.get(parent, 0) + weight
        return max(scores, key=lambda element: scores[element], default=None)

    def _climb(self, best: Any, weights: Sequence[int]) -> None:
        """Climb from *best* to where the weight is greatest, and take what stands there."""
        path = [best, *best.iterancestors()]
        known: dict[Any, tuple[int, bool]] = {element: (height, False) for height, element in enumerate(path)}
        places = [_place(one.element, known, self._marks) for one in self.passages]
        sums, proses, boxed = [0] * len(path), [0] * len(path), [0] * len(path)
        for one, weight, (height, named) in zip(self.passages, weights, places, strict=True):
            sums[height] += min(weight, 0) + _SIGN if named else weight
            if weight > 0 and not named:
                proses[height] += weight
                boxed[height] += weight if one.element.tag in _BOXES else 0
        sums, proses, boxed = list(accumulate(sums)), list(accumulate(proses)), list(accumulate(boxed))
        top = max(range(len(path)), key=lambda height: (sums[height], -height))
        self.top, self.prose = path[top], proses[top]
        loose = 2 * boxed[top] > proses[top]
        self.held = [
            height <= top and not named and _told(one, weight, loose=loose)
            for one, weight, (height, named) in zip(self.passages, weights, places, strict=True)
        ]

    def _judge(self, best: Any, running: int) -> None:
        near = {best: True}
        whole = 0
        self.side = [False] * len(self.passages)
        for number, one in enumerate(self.passages):
            if self.held[number]:
                whole += len(one.words)
                parent = holder(one)
                if parent not in near:
                    near[parent] = parent is not None and alike(parent, best)
                self.side[number] = near[parent]
                self.beside += len(one.words) if near[parent] else 0
        self.clear = self.top.tag != "body" and self.prose > ENOUGH and self.prose >= MOST * running
        self.plain = self.clear and (self.beside >= SAME * whole or self.prose >= VAST)


def _runs(one: Passage) -> int:
    """Return the length of a passage that is running text, 0 of any other."""
    size = len(one.words)
    return size if size >= PROSE and 3 * one.linked < size else 0


def _weight(one: Passage) -> int:
    """Return what a passage that is no running text weighs."""
    if 2 * one.linked >= len(one.words):
        return _BESIDE - len(one.words)
    return 0 if one.mark.kind in _WITHIN else _SIGN


def _told(one: Passage, weight: int, *, loose: bool) -> bool:
    """Say whether a passage of the region is text: a few words in a box are not, where paragraphs are marked."""
    if one.mark.kind is MarkKind.CAPTION or weight == _BESIDE or (weight < _BESIDE and not _says_more(one)):
        return False
    return loose or len(one.words) >= PROSE or one.element.tag not in _BOXES


def _says_more(one: Passage) -> bool:
    """Say whether a paragraph that is most of it links is a sentence all the same, with its own words round them; who
    calls out ("Join us today!") sells something.
    """
    own = len(one.words) - one.linked
    headed = any(sign in one.words[:HEAD] for sign in ":»|")
    return one.element.tag == "p" and one.words.endswith(_ENDS) and not headed and 4 * own >= len(one.words)


def _place(element: Any, known: dict[Any, tuple[int, bool]], marks: Marks) -> tuple[int, bool]:
    """Return how high on the path an element branches off, and whether furniture that is named so holds it there."""
    below = []
    while element not in known:
        below.append(element)
        element = element.getparent()
    height, named = known[element]
    for node in reversed(below):
        named = named or furniture.named(marks[node])
        known[node] = height, named
    return height, named
