"""Reports: sentences that say whose the rule after them is, or that what was permitted before them is over.

Apart from prose, which reads each sentence: this reads none, and only asks what a sentence says of its neighbours.
"""

from __future__ import annotations

from functools import cache

from ingest.terms.folding import fold
from ingest.terms.phrase_list import PhraseList
from ingest.terms.word_lists import packaged


def introduces(sentence: str) -> bool:
    """Return whether the next sentence is not the publisher's rule of today: "Other publishers do it differently"."""
    return _phrases("introduces").stands_in(fold(sentence))


def ends(sentence: str) -> bool:
    """Return whether what the sentences before permit no longer holds: "This offer ended in 2019"."""
    return _phrases("ends").stands_in(fold(sentence))


@cache
def _phrases(part: str) -> PhraseList:
    # All languages at once, because a short sentence has too few words to tell its language.
    return PhraseList((phrase for said in packaged("reach/reports").values() for phrase in said[part]), {})
