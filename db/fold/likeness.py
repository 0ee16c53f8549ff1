"""Likeness: whether one text is an edited version of another. Pure."""

from __future__ import annotations

from db.search.words import fold

ALIKE = 0.6
"""If two texts share at least this part of their word runs, one is an edited version of the other."""
_RUN = 3
# Shorter texts must be equal, because short texts consist of the same phrases.
_FEW = 30
# The most words of a text that are compared.
_MOST = 20_000


def likeness(one: str, other: str) -> float:
    """Return the share of three-word runs that two texts have in common, from 0.0 to 1.0 (Dice's coefficient)."""
    first, second = _words(one), _words(other)
    if min(len(first), len(second)) < _FEW:
        return float(first == second and bool(first))
    runs, others = _runs(first), _runs(second)
    return 2 * len(runs & others) / (len(runs) + len(others))


def is_comparable(one: str, other: str) -> bool:
    """Say whether both texts are long enough to be compared by their word runs."""
    return min(len(_words(one)), len(_words(other))) >= _FEW


def _words(text: str) -> list[str]:
    return fold(text).split()[:_MOST]


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
