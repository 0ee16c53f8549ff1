"""Reports: sentences that say whose the rule after them is, or that what was permitted before them is over.

Apart from prose, which reads each sentence: this reads none, and only asks what a sentence says of its neighbours.
"""

from __future__ import annotations

from functools import cache

from ingest.terms.folding import fold
from ingest.terms.phrase_list import PhraseList
from ingest.terms.word_lists import packaged

_LABEL = 5
"""A label before a colon has at most this many words."""


def is_introduced(sentence: str, before: str) -> bool:
    """Return whether a sentence is not the publisher's rule of today: "Other publishers do it differently" before it,
    or "Sample notice:" at its beginning.
    """
    label, colon, _ = sentence.partition(":")
    said = [before, label] if colon and label.count(" ") < _LABEL else [before]
    return any(_phrases("introduces").stands_in(fold(words)) for words in said)


def ends(sentence: str) -> bool:
    """Return whether what the sentences before permit no longer holds: "This offer ended in 2019"."""
    return _phrases("ends").stands_in(fold(sentence))


@cache
def _phrases(part: str) -> PhraseList:
    # All languages at once, because a short sentence has too few words to tell its language.
    return PhraseList((phrase for said in packaged("reach/reports").values() for phrase in said[part]), {})
