"""Likeness: how far two texts are the same one, edited in between. Pure."""

from __future__ import annotations

from db.search.words import fold

ALIKE = 0.6
"""Two texts with so large a share of their runs of words in common are one text, edited."""
_RUN = 3
# A text of fewer words is like another only where it is the same: short ones are made of the same phrases.
_FEW = 30
# So many words of a text are compared.
_MOST = 20_000


def likeness(one: str, other: str) -> float:
    """Return what share of their runs of three words two texts have in common, 0.0 to 1.0 (Dice's coefficient)."""
    first, second = fold(one).split()[:_MOST], fold(other).split()[:_MOST]
    if min(len(first), len(second)) < _FEW:
        return float(first == second and bool(first))
    runs, others = _runs(first), _runs(second)
    return 2 * len(runs & others) / (len(runs) + len(others))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
