"""Media: whether a permission holds only for a place, medium or purpose that is not everybody's: "copied in schools".

Apart from roles, which asks who permits whom what: where it may be done is a closed list of what everybody has, so that
a place that nobody thought of is a limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ingest.terms.clause_reader import hits_of
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_ACTS = ("copy", "deed", "distribute", "reproduce", "use")
_FEW = 5
"""How many words behind a preposition may name an open medium: "in local and regional newspapers"."""


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of one language: a preposition behind an act with what it stands for, and what is open to everybody."""

    place: re.Pattern[str]
    open: re.Pattern[str]


def is_of_closed_medium(folded: str, language: str) -> bool:
    """Return whether folded words permit an act right before a place, medium or purpose that may not be open."""
    said = _words(language)
    if said is None:
        return False
    marks = vocabulary().marks(folded, language)
    permits = [hit.end() for hit in hits_of(folded, marks.get("may", ()))]
    acts = [hit.end() for mark in _ACTS for hit in hits_of(folded, marks.get(mark, ()))]
    # Before the verb that permits, a place belongs to the works: "information published in the bulletin may". In
    # German the act is the last word, so a place follows the verb.
    begun = permits if language == "de" else [end for end in acts if end > min(permits, default=end)]
    places = (said.place.match(folded, end) for end in begun)
    return any(place is not None and said.open.search(place["what"]) is None for place in places)


@cache
def _words(language: str) -> _Words | None:
    held = packaged("reach/media").get(language)
    if held is None:
        return None
    # The longest first, because "as part of" begins with "as".
    before, known = ("|".join(sorted(held[part], key=len, reverse=True)) for part in ("in", "open"))
    what = rf"[^\s.;:()]+(?: [^\s.;:()]+){{0,{_FEW - 1}}}"
    return _Words(
        re.compile(rf"(?: sie)? (?:{before}) (?P<what>{what})"),
        re.compile(rf"(?<![\w-])(?:{known})(?![\w-])"),
    )
