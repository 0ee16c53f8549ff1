"""Agencies: the names of news agencies, as printed with their texts."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from ingest.terms.word_lists import any_phrase, packaged

_HELD = packaged("agencies")
NAMES = any_phrase(_HELD["names"])
"""The pattern of the names, folded."""
WITH_ANOTHER = rf"(?:[-/ ]{any_phrase(_HELD['beside'])})?"
"""The pattern of what may follow a name: a branch of the agency, or another agency with which it shares a text."""
_AGENCY = re.compile(
    rf"(?:{NAMES}|{any_phrase(_HELD['alone'])})(?:{WITH_ANOTHER}|[-/ ]{any_phrase(_HELD['services'])})", re.IGNORECASE
)

SHORT = frozenset(_HELD["short"])
"""Names that also begin other words: in a text, they count only after a sign or as the whole text."""
BARE = frozenset({*map(str.upper, SHORT), *map(str.capitalize, SHORT)})
"""The short names in the forms that a whole text may have."""
# Two letters after a sign may be any abbreviation, so AP counts only in brackets.
_TWO = 2


@cache
def signs() -> frozenset[str]:
    """Return signs, in lower case: a text that names an agency contains one, or is a short name itself."""
    behind = (f"{before}{name}" for name in SHORT for before in ("(", "/", ": ", ", ") if len(name) > _TWO)
    return frozenset({"(ap)", *_HELD["long"], *behind})


@lru_cache(maxsize=1024)  # JSON-LD names the same people on every object
def agency(name: str) -> bool:
    """Return whether *name* is that of a news agency."""
    # The whole name must match: "Reuters Institute" is not an agency.
    return _AGENCY.fullmatch(" ".join(name.split())) is not None
