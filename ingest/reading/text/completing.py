"""Completing: put back passages that an extractor lost between those that it kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.passage import Passage
from ingest.reading.text import furniture
from ingest.reading.text.alignment import KEY, letters

LACK = 8
MUCH = 400
DESCRIBING, DESCRIBED = 50, 700
ALIKE = 6
FEWEST = 3
"""An extractor must have kept at least this many passages before those between them are judged by them."""
# fmt: off
_INNER = frozenset((
    "p", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "tr", "tbody", "thead", "table",
))
# fmt: on
_LEADING = (MarkKind.PARAGRAPH, MarkKind.HEADING, MarkKind.QUOTATION)
_SAID = (MarkKind.PARAGRAPH, MarkKind.QUOTATION)
_HEADS = (MarkKind.PARAGRAPH, MarkKind.HEADING)
LABEL, LISTED = 40, 2
"""A furniture heading has at most this many characters; this many links directly below it are a list."""


def completed(
    passages: Sequence[Passage],
    held: Sequence[bool],
    foreign: Callable[[Any], bool],
    described: Sequence[str] = (),
    at_home: Callable[[str], bool] = bool,
) -> list[bool]:
    """Return for each of *passages* whether it is text, given those that an extractor took (*held*).

    Args:
        foreign: returns whether an element stands in a part of the page that is not about its article.
        described: the descriptions in the head of the page.
        at_home: returns whether an href of the page leads to another page of the site.
    """
    taking = _Taking(passages, held, foreign)
    if sum(held) >= FEWEST:
        taking.rest()
        taking.lists()
    if any(held):
        taking.lead(described)
        taking.headings(at_home)
        taking.captions()
        taking.labels(at_home)
        taking.notes()
    return taking.wanted


class _Taking:
    """The passages of a page, and which of them are wanted so far."""

    def __init__(self, passages: Sequence[Passage], held: Sequence[bool], foreign: Callable[[Any], bool]) -> None:
        self.wanted = list(held)
        self._all = passages
        # If most of what was kept stands in foreign parts too, the names of these parts mean nothing.
        kept = [one.element for one, taken in zip(passages, held, strict=True) if taken]
        self._foreign = foreign if 2 * sum(map(foreign, kept)) < len(kept) else lambda _: False

    def _taken(self) -> list[int]:
        return [n for n, wanted in enumerate(self.wanted) if wanted]

    def _own(self, n: int) -> bool:
        """Return whether a passage is text, and not links or small print."""
        one = self._all[n]
        return (
            2 * one.linked < len(one.words) and one.element.tag not in ("h5", "h6") and not self._foreign(one.element)
        )

    def rest(self) -> None:
        """Take the missing passages that stand next to most of the text, if there are many of them.

        An extractor may stop at something unexpected in the middle of a text.
        """
        holders = [holder(one) for one in self._all]
        said = zip(self._all, holders, strict=True)
        scores = by_block(one for one, parent in said if one.mark.kind in _SAID and one.element is not parent)
        del scores[None]  # what was cut off before an extractor was asked stands in no block
        best = max(scores, key=lambda element: scores[element], default=None)
        near = {parent for parent in scores if parent is best or alike(parent, best)}
        inside = [
            n
            for n, one in enumerate(self._all)
            if holders[n] in near and one.element is not holders[n] and one.mark.kind is not MarkKind.CAPTION
        ]
        lacking = [n for n in inside if not self.wanted[n] and self._own(n)]
        size = sum(len(self._all[n].words) for n in self._taken())
        lost = sum(len(self._all[n].words) for n in lacking)
        # If little is missing, it was left out on purpose; if much is missing, the extractor stopped there.
        if sum(self.wanted[n] for n in inside) >= FEWEST and lost >= max(MUCH, size // LACK):
            self._take(lacking)

    def lists(self) -> None:
        """Take the missing items of a list, or a whole list right after a paragraph of the text."""
        taken = self._taken()
        lists: dict[Any, list[int]] = {}
        for n in range(taken[0], taken[-1] + 1):
            one = self._all[n]
            if one.mark.kind is MarkKind.ITEM and one.mark.level == 1:
                lists.setdefault(one.element.getparent(), []).append(n)
        for numbers in lists.values():
            lacking = [n for n in numbers if not self.wanted[n]]
            # An extractor may lose a whole list, which belongs to the text if the paragraph before it does.
            goes_on = len(lacking) < len(numbers) or self.wanted[numbers[0] - 1]
            if goes_on and all(map(self._own, lacking)):
                self._take(lacking)

    def lead(self, described: Sequence[str]) -> None:
        """Take the paragraph before the text that the description in the head quotes, if the text lacks it."""
        openings = {said[:KEY] for one in described if len(said := letters(one)) >= KEY}
        taken = letters(" ".join([self._all[n].words for n in self._taken()])) if openings else ""
        # If the description quotes a later paragraph, nothing is missing at the beginning.
        if not openings or any(one in taken for one in openings):
            return
        for n in range(self._taken()[0] - 1, -1, -1):
            one = self._all[n]
            able = one.mark.kind in _LEADING and DESCRIBING <= len(one.words) <= DESCRIBED and self._own(n)
            if able and letters(one.words)[:KEY] in openings:
                self.wanted[n] = True
                return

    def headings(self, at_home: Callable[[str], bool]) -> None:
        """Take headings that are followed by text, but not those of cards that lead to other texts."""
        follows, first = False, self._taken()[0]
        # From the end, because what follows a heading shows whether it belongs to the text.
        for n in range(len(self._all) - 1, first, -1):
            one = self._all[n]
            if one.mark.kind is MarkKind.HEADING:
                wanted = follows and one.mark.level > 1 and not furniture.titled(one.words)
                wanted = wanted and not self._foreign(one.element) and not self._of_card(n, at_home)
                self.wanted[n] = self.wanted[n] or wanted
            elif one.mark.kind is not MarkKind.CAPTION:
                follows = self.wanted[n]

    def _of_card(self, n: int, at_home: Callable[[str], bool]) -> bool:
        """Return whether a heading is a card, in a link to another page of the site.

        In a card, the link is around the heading. A link by the author is inside the heading.
        """
        one = self._all[n]
        if not one.is_link or 2 * one.inner >= one.linked:
            return False
        leads = next((card.get("href") or "" for card in one.element.iterancestors("a")), "")
        # A link with a fragment may be the address of the heading itself.
        return bool(leads) and "#" not in leads and at_home(leads)

    def labels(self, at_home: Callable[[str], bool]) -> None:
        """Leave out the heading of a list of links within the site, such as "Further reading" or "Story tools".

        A list that leads to other sites is the author's.
        """
        # Loose lines of a page share one element, which may hold all its links.
        leads = lru_cache(maxsize=None)(lambda element: all(at_home(a.get("href") or "") for a in element.iter("a")))
        for n in self._taken():
            one = self._all[n]
            if one.mark.kind not in _HEADS or len(one.words) > LABEL or one.ends or one.linked:
                continue
            below = list(islice(takewhile(lambda at: not self.wanted[at], range(n + 1, len(self._all))), LISTED))
            if len(below) == LISTED and all(self._all[at].is_link and leads(self._all[at].element) for at in below):
                self.wanted[n] = False

    def captions(self) -> None:
        """Take the captions in the text, or right before it."""
        taken = self._taken()
        for n in range(max(0, taken[0] - 2), taken[-1]):
            one = self._all[n]
            self.wanted[n] = self.wanted[n] or (one.mark.kind is MarkKind.CAPTION and self._own(n))

    def notes(self) -> None:
        """Take the footnotes that the text points to; an extractor may leave out the block that they stand in."""
        pointed = {label for n in self._taken() for _, _, label in self._all[n].mark.refs}
        label = ""
        for n, one in enumerate(self._all if pointed else ()):
            if one.mark.kind is MarkKind.NOTE:
                # The second paragraph of a note has no label of its own.
                label = one.mark.label or label
                self.wanted[n] = self.wanted[n] or (label in pointed and self._own(n))

    def _take(self, lacking: Sequence[int]) -> None:
        for n in lacking:
            self.wanted[n] = True


def holder(one: Passage) -> Any:
    """Return the block that a passage stands in, next to other passages."""
    element = one.element
    while element is not None and element.tag in _INNER:
        element = element.getparent()
    return element


def by_block(found: Iterable[Passage]) -> Counter[Any]:
    """Return how many characters of these passages each block holds."""
    sizes = Counter[Any]()
    for one in found:
        sizes[holder(one)] += len(one.words)
    return sizes


def alike(one: Any, other: Any) -> bool:
    """Return whether two blocks have the same class names, and so do the elements around them, up to a common one.

    Then they are parts of one text with something between them.
    """
    said, wanted = classes(one), classes(other)
    # A single class name in common means little: page builders give one to every block.
    if one.tag != other.tag or not said or (said != wanted and len(said & wanted) < 2):
        return False
    for _ in range(ALIKE):
        one, other = one.getparent(), other.getparent()
        if one is None or other is None or one is other:
            return one is other
        # Articles and list items look alike by design, but each is a text of its own.
        if one.tag in ("article", "li") or classes(one) != classes(other):
            return False
    return False


def classes(element: Any) -> frozenset[str]:
    """Return the class names of an element, unchanged."""
    return frozenset((element.get("class") or "").split())
