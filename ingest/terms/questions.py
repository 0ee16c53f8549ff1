"""Questions: whether a sentence is a question, and one whose answer may permit something.

Apart from passages, which read the answer: "Yes" permits what was asked for only if the question asks for leave ("Can I
republish your articles?"), offers it ("Want to republish this story?"), or asks whether leave is needed.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.clause_reader import Marks
from ingest.terms.phrase_list import PhraseList
from ingest.terms.word_lists import packaged

_GREEK = re.compile("[α-ω]")
_FORBIDS = frozenset({"aspiration", "banned"})


def asks(sentence: str) -> bool:
    """Return whether a sentence is a question; a Greek one ends with what is a semicolon elsewhere."""
    said = sentence.rstrip("\"'”’)»")
    return said.endswith(("?", "？", "؟", "\u037e")) or (said.endswith(";") and _GREEK.search(said) is not None)


def asks_for_leave(folded: str, marks: Marks, language: str) -> bool:
    """Return whether a folded question asks for leave, or offers it: then "yes" permits and "no" forbids.

    "Are there articles that I can't republish?" and "Do you charge for reprints?" do not. In a language without a list
    (Chinese, Japanese, Korean), every question does that bans nothing.
    """
    listed = _openings(language)
    return _FORBIDS.isdisjoint(marks) and ("may" in marks or not listed or listed.stands_in(folded))


@cache
def _openings(language: str) -> PhraseList:
    return PhraseList(packaged("reach/questions").get(language, ()), {})
