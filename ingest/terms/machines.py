"""Machines: what a clause says only of what machines do with texts, such as training models, which is no reuse.

Apart from prose, where a term about mining is read: this keeps such a purpose from being read as reuse by people.
"""

from __future__ import annotations

import re

from ingest.terms.clause_reader import Fired, Marks, hits_of, plain
from ingest.terms.roles import LICENSED

_REUSE = ("adapt", "copy", "distribute", "reproduce", "translate")
_USING = frozenset({"deed", "use"})
_PURPOSE = re.compile(r" (?:\w+ ){0,3}")
"""At most these words stand between a use and what machines do: "used [for the] training of models"."""


def is_for_machines(fired: Fired) -> bool:
    """Return whether a permission that is not for every purpose is for what machines do: "copied for AI training"."""
    marks = dict(fired.marks)
    if fired.rule in LICENSED or "mining" not in marks or "any purpose" in marks:
        return False
    return _is_done(("use", *_REUSE), marks, plain(fired.words))


def without_use(marks: Marks, folded: str) -> Marks:
    """Return the marks of folded words without a use that is one by machines: "may not be used to train models"."""
    if "mining" not in marks or not marks.keys().isdisjoint(_REUSE) or not _is_done(("use",), marks, folded):
        return marks
    return {mark: hits for mark, hits in marks.items() if mark not in _USING}


def _is_done(acts: tuple[str, ...], marks: Marks, folded: str) -> bool:
    """Return whether one of the *acts* in folded words stands directly before or after what machines do."""
    done = [found.span() for act in acts for found in hits_of(folded, marks.get(act, ()))]
    mined = [found.span() for found in hits_of(folded, marks["mining"])]
    between = ((folded[ends:start], folded[end:begins]) for begins, ends in done for start, end in mined)
    return any(_PURPOSE.fullmatch(gap) for gaps in between for gap in gaps)
