"""Back references: whether a permission is for "these texts", and the sentence before says that they are a few.

Apart from prose, which reads each sentence: "press releases are exempt; they may be reprinted" permits no other text,
and only the reader of a page sees whether it is one of these, so a person has to confirm the permission.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ingest.terms.clause_reader import hits_of
from ingest.terms.folding import fold
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_QUOTED = '["“„«]'
"""A name in quotes is that of a section or a label."""


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of one language.

    Attributes:
        few: signs that a sentence is about a few of the texts.
        they: a pronoun at the beginning of a sentence.
        these: what ends before texts that were named before.
    """

    few: re.Pattern[str]
    they: re.Pattern[str]
    these: re.Pattern[str]


def is_of_a_few(sentence: str, before: str, language: str) -> bool:
    """Return whether a *sentence* is about texts that the one *before* it named, and these are a few of the texts."""
    said = _words(language)
    if said is None or said.few.search(fold(before)) is None:
        return False
    folded = fold(sentence)
    marks = vocabulary().marks(folded, language)
    works = (*marks.get("text", ()), *marks.get("site", ()))
    if not works:
        return said.they.match(folded) is not None
    return any(said.these.search(folded[: hit.start()]) is not None for hit in hits_of(folded, works))


@cache
def _words(language: str) -> _Words | None:
    held = packaged("reach/back_references").get(language)
    if held is None:
        return None
    few, they, these = ("|".join(held[key]) for key in ("few", "they", "these"))
    return _Words(
        re.compile(rf"{_QUOTED}|(?<!\w)(?:{few})(?!\w)"),
        re.compile(they),
        re.compile(rf"(?<!\w)(?:{these}) (?:[\w-]+ )?$"),
    )
