"""Conditions: whether what a sentence hangs a grant on is understood, and whether it names a time to wait for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.terms.clause import plain
from ingest.terms.owner import reach
from ingest.terms.phrases import fold, pattern_of, spaced
from ingest.terms.roles import conjunctions
from ingest.terms.vocabulary import vocabulary

_ACTS = frozenset({"adapt", "copy", "deed", "distribute", "excerpt", "quote", "reproduce", "translate", "use"})
_DUTIES = frozenset({"credit", "credit of origin", "inform", "left as is", "link", "listed", "noncommercial", "notice"})
_DUTIES |= {"only credited", "prescribed", "same terms", "unaltered"}
_SAID = frozenset({"any purpose", "bare act", "commercially", "credit waived", "excepted", "faithful", "if you like"})
_SAID |= {"images left out", "mild not", "otherwise noted"}
_UNDERSTOOD = _ACTS | _DUTIES | _SAID


def are_understood(sentence: str, language: str) -> bool:
    """Whether each thing that a *sentence* hangs a grant on is a duty, or an act of whoever reads it.

    No list holds all that a publisher may wait for: an answer, a signature, the end of a talk. So a condition in which
    nothing is known makes the grant one that is not understood.
    """
    folded, marks = plain(sentence), vocabulary().marks
    unknown = [
        start for start, words in _conditions(folded, language) if _UNDERSTOOD.isdisjoint(marks(words, language))
    ]
    if not unknown:
        return True
    # A phrase may begin before the conjunction: "the author permits ... provided that his name appears".
    whole = marks(folded, language)
    duties = [(folded.find(words), words) for duty in _DUTIES for words in whole.get(duty, ())]
    return all(any(0 <= at <= start < at + len(words) for at, words in duties) for start in unknown)


def _conditions(folded: str, language: str) -> Iterator[tuple[int, str]]:
    """Where each condition begins, and its words: up to the next, or the comma if it opens the sentence."""
    pattern = conjunctions(language)
    found = list(pattern.finditer(folded)) if pattern is not None else []
    for number, begun in enumerate(found):
        words = folded[begun.start() : found[number + 1].start() if number + 1 < len(found) else None]
        if not folded[: begun.start()].strip():
            words = words.split(",", 1)[0]
        # "If, and only if, you ...", "with the source provided.": nothing follows that could be a condition.
        said = words[begun.end() - begun.start() :].strip(" .;:")
        # "A condizione che se ne citi": one conjunction right behind another is its second half.
        if said and not said.startswith(",") and not (number + 1 < len(found) and " " not in said):
            yield begun.start(), words


def is_timed(sentence: str) -> bool:
    """Whether a *sentence* names a time: a grant in it may hold only after that time, or up to it."""
    return _times().search(fold(sentence)) is not None


@cache
def _times() -> re.Pattern[str]:
    held = reach("times")
    phrases = (phrase for language, listed in held.items() if language != "words" for phrase in listed)
    return spaced(tuple(pattern_of(fold(phrase), held["words"]) for phrase in phrases))
