"""Answers: a question and the words behind it that answer it, in another element, as pages of questions have them.

Apart from notices, which read both as one passage: under "Can I republish your articles?", "Yes, with credit" permits
something, and alone it does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import Any

from ingest.terms.blocks import runs
from ingest.terms.questions import asks
from ingest.terms.sentences import sentences

_HEADED = frozenset({"button", "dt", "h2", "h3", "h4", "h5", "h6", "legend", "summary"})
"""Elements that ask a question on any page; others ask only where notices stand."""
_LONGEST = 200
_SENTENCES = 2
"""How many sentences of what follows a question are its answer."""
_AROUND = 2
"""A question may be so many elements below the one beside its answer: a button in a heading in a box."""
_NEAR = 3
"""How many elements behind a question are searched for words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The first words behind a question, and the element that holds them."""

    words: str
    block: Any


def answer_to(question: str, block: Any, *, notice: bool) -> Answer | None:
    """Return what answers a *question* at the end of a *block*, or None.

    *notice*: whether the block stands where notices do.
    """
    if not asks(question) or len(question) > _LONGEST or not (notice or block.tag in _HEADED):
        return None
    for before in (block, *islice(block.iterancestors(), _AROUND)):
        if (before.tail or "").strip():
            return _answer(" ".join(before.tail.split()), before.getparent())
        for beside in islice(before.itersiblings(), _NEAR):
            for said in beside.iter():
                found = runs(said) if isinstance(said.tag, str) else []
                if found:
                    return _answer(found[0], said)
    return None


def _answer(words: str, block: Any) -> Answer:
    return Answer(words[: sentences(words)[:_SENTENCES][-1][1]], block)
