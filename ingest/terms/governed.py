"""Governed: whether "may" permits an act in an English clause, or something else, as in "you can promote"."""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.marks import found
from ingest.terms.packaged import tongues

_MODALS = frozenset({"may", "can", "could", "you may", "you can", "may be", "can be"})
_ACTS = frozenset(
    {"distribute", "reproduce", "use", "copy", "adapt", "translate", "excerpt", "quote", "deed", "licensed", "mining"}
)
_MODAL = re.compile(r"\b(?:may|can|could)\b(?P<rest>[^.;:]*)")
_WORD = re.compile(r"[\w'-]+")
_REACH = 3
"""So many words that may be an act or not may stand before its act: "may, with credit, be printed"."""


def governed(marks: dict[str, tuple[str, ...]], clause: str) -> dict[str, tuple[str, ...]]:
    """Return the marks of a folded English clause without "may" where it permits no act at all.

    Only where the permission rests on such a word alone; "may" before an act, or before words that may lead to one,
    stands.
    """
    said = marks.get("may")
    if said is None or not _MODALS.issuperset(said):
        return marks
    if any(one.start() == 0 or _permits(one["rest"]) for one in _MODAL.finditer(clause)):
        return marks
    return {name: words for name, words in marks.items() if name != "may"}


def _permits(rest: str) -> bool:
    """Whether the words after "may" begin with an act, or with words that say nothing of what is done."""
    strange = 0
    words = _WORD.findall(rest)
    for number, word in enumerate(words):
        if word in _beside():
            continue
        if not _ACTS.isdisjoint(found(" ".join(words[number : number + 3]), "en")):
            return True
        strange += 1
        if strange >= _REACH or number == 0:
            return False
    return not strange


@cache
def _beside() -> frozenset[str]:
    """The words that may stand between "may" and its act and say nothing of what is done."""
    return frozenset(tongues()["en"]["beside"])
