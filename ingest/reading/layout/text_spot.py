"""Text spot: learn where the main text of a publisher's pages stands, what to leave out of it, and what repeats.

Apart from `learning.py`, which learns the other fields: a field is one element, and a text is many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from db.model.text_marks import Block, MarkKind
from ingest.reading.layout.layout import TextSpot
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.spots import paths, select, steps
from ingest.reading.text import blocks

# A page, its text, and the language of the text or None.
Sample = tuple[Page, str, str | None]
# Two texts count as the same if at least this much of their words agree, as F1.
_ALIKE = 0.985
_OFTEN = 0.3
_ALWAYS = 0.8
"""A paragraph on at least this part of the pages in one language is the site's own and not part of the text."""
_RARE = 0.05
_LONG = 60
_TRIED = 8


def learn(samples: Sequence[Sample], sure: float) -> TextSpot | None:
    """Return where the texts of these pages stand; None if no element holds them on at least *sure* of the pages."""
    repeated = _repeated([text for _, text, _ in samples], _OFTEN)
    furniture = of_site(samples)
    best: TextSpot | None = None
    for at in _holders(samples):
        spot = _evaluated(samples, at, repeated, furniture)
        if spot.fit >= sure * len(samples) and (best is None or spot.fit > best.fit):
            best = spot
        if best is not None and best.fit == len(samples):
            break  # it fits every page, so no other is better
    return best


def _repeated(texts: Sequence[str], share: float) -> frozenset[str]:
    """Return the paragraphs that stand on at least *share* of the pages: two texts rarely share whole paragraphs."""
    # Each is counted once per page. Short ones ("Introduction") repeat by chance and are the author's.
    counted = Counter(words for text in texts for words in set(text.split("\n\n")) if len(words) >= 15)
    often = max(5, share * len(texts))
    return frozenset(words for words, count in counted.items() if count >= often)


def of_site(samples: Iterable[Sample]) -> frozenset[str]:
    """Return the paragraphs that belong to the site and not to any author, because all pages of a language have them.

    A paragraph on only some pages, such as a note on sources, may be the author's. If it were left out, editions would
    differ by which pages the layout happened to be learned from.
    """
    spoken: defaultdict[str | None, list[str]] = defaultdict(list)
    for _, text, language in samples:
        spoken[language].append(text)
    return frozenset().union(*(_repeated(texts, _ALWAYS) for texts in spoken.values()))


def _holders(samples: Sequence[Sample]) -> list[str]:
    """Return the paths of elements that hold the whole text, the most frequent first."""
    counted: Counter[str] = Counter()
    for page, text, _ in samples:
        holder = _common(page, frozenset(words for words in text.split("\n\n") if len(words) >= _LONG))
        # The parent too: on some pages a picture or standfirst outside the innermost element is part of the text.
        for element in (holder, holder.getparent()) if holder is not None else ():
            if element is not None:
                counted.update(list(dict.fromkeys(paths(element))))
    return [at for at, _ in counted.most_common(_TRIED)]


def _common(page: Page, wanted: frozenset[str]) -> Any:
    """Return the innermost element that holds all the paragraphs of *wanted* that are on the page, or None."""
    common: list[Any] | None = None
    for element in page.body.iter("p", "li", "blockquote", "div", "h2", "h3"):
        if plain(visible(element)) in wanted:
            # From the root down: the common ancestors are the common beginning of the two paths.
            above = [*reversed(list(element.iterancestors()))]
            common = above if common is None else [a for a, b in zip(common, above, strict=False) if a is b]
    return common[-1] if common else None


@dataclass(frozen=True, slots=True)
class _Held:
    """What one element holds on one page, and the paragraphs that the general reader read there."""

    holder: Any
    found: list[tuple[str, Any]]
    wanted: frozenset[str]


def _evaluated(samples: Sequence[Sample], at: str, repeated: frozenset[str], furniture: frozenset[str]) -> TextSpot:
    held = []
    for page, text, _ in samples:
        holder = next(select(page.body, at), None)
        if holder is not None:
            held.append(_Held(holder, _shown(holder), frozenset(text.split("\n\n"))))
    without = _without(held)
    fit = 0
    for page, text, _ in samples:
        holder = next(select(page.body, at), None)
        if holder is not None:
            got = [words for words, _ in _shown(holder, without)]
            fit += _alike([w for w in got if w not in repeated], [w for w in text.split("\n\n") if w not in repeated])
    stands = sorted(words for words in furniture if any(words == found for one in held for found, _ in one.found))
    return TextSpot(at, tuple(without), tuple(stands), fit)


def _shown(holder: Any, without: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """Return the paragraphs that *holder* shows, in the form of a text, each with its element."""
    found = [(Block(one.words, one.mark), one.element) for one in blocks.bare(holder, without)]
    return [(block.printed, element) for block, element in found if block.mark.kind is not MarkKind.CAPTION]


def _without(held: Sequence[_Held]) -> list[str]:
    """Return the steps of elements inside the holders that never hold a paragraph of the text."""
    beside: Counter[str] = Counter()
    kept: set[str] = set()
    for one in held:
        ours = {a for words, element in one.found if words in one.wanted for a in _up(element, one.holder)}
        kept.update(step for element in ours for step in steps(element))
        outer = {_outermost(element, one.holder, ours) for words, element in one.found if words not in one.wanted}
        beside.update({step for element in outer if element is not None for step in steps(element)})
    # What stands on a single page may be the author's.
    often = max(2, _RARE * len(held))
    return sorted(step for step, count in beside.items() if count >= often and step not in kept)


def _up(element: Any, holder: Any) -> list[Any]:
    path = []
    while element is not None and element is not holder:
        path.append(element)
        element = element.getparent()
    return path


def _outermost(element: Any, holder: Any, ours: set[Any]) -> Any:
    path = [a for a in _up(element, holder) if a not in ours]
    return path[-1] if path else None


def _alike(one: Sequence[str], other: Sequence[str]) -> bool:
    first, second = Counter(" ".join(one).split()), Counter(" ".join(other).split())
    shared = sum((first & second).values())
    return 2 * shared >= _ALIKE * max(1, sum(first.values()) + sum(second.values()))
