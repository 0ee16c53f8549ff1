"""Sequels: whether the sentence behind a permission limits it: "please ask us first", "this applies to members only".

Apart from prose, which reads each sentence: such a sentence names neither an act nor, often, a text, and alone it says
nothing. What it limits is not known exactly, so a person has to confirm the permission.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.folding import fold
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_THINGS = frozenset({"code", "data", "images", "images left out", "users"})
"""What may be left out without limiting what is permitted of the publisher's texts."""
_FURTHER = frozenset({"adapt", "commercially", "other use", "translate"})
"""Further acts, which are permitted or not for themselves."""


def limits(sentence: str, language: str) -> bool:
    """Return whether a *sentence* limits what the one before permits, and is not only about pictures or the like."""
    pattern = _pattern(language, "limits")
    folded = fold(sentence)
    if pattern is None or pattern.search(folded) is None:
        return False
    marks = vocabulary().marks(folded, language)
    # Whether a text is by an agency or another publisher, its own page says.
    others = "foreign" in marks or not ("text" in marks or _THINGS.isdisjoint(marks))
    return _FURTHER.isdisjoint(marks) and not others


def heads_conditions(heading: str, language: str) -> bool:
    """Return whether a *heading* is one of the conditions of a permission above it: "Conditions", "Our rules"."""
    pattern = _pattern(language, "headings")
    return pattern is not None and pattern.search(fold(heading)) is not None


@cache
def _pattern(language: str, of: str) -> re.Pattern[str] | None:
    held = packaged("reach/sequels").get(language)
    return None if held is None else re.compile(rf"(?<!\w)(?:{'|'.join(held[of])})(?!\w)")
