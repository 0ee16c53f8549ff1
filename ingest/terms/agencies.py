"""Agencies: the names of news agencies, as printed with their texts."""

from __future__ import annotations

import re
from functools import cache

NAMES = (
    "(?:the )?associated press|ap|agence france[- ]presse|afp|(?:thomson )?reuters|dpa|deutsche presse-?agentur|apa|"
    "pap|polska agencja prasowa|efe|agencia efe|ansa|adnkronos|tass|xinhua|keystone-sda|epd|kna|ritzau|ntb|ctk|tasr|"
    "mti|anp|belga|lusa|upi|aap|pa media|press association|interfax|interfax-ukraine|ukrinform|unian|agerpres|hina|"
    "tanjug|bta|anadolu(?: agency)?|kyodo|yonhap|bloomberg|europa press|dow jones|укр[иі]нформ|интерфакс|"
    "інтерфакс.украіна|тасс"
)
"""The names, folded."""
WITH_ANOTHER = "(?:[-/ ](?:afx|news|infocom|ap|afp|dpa|reuters|pap|sid))?"
"""What may follow a name: a branch of the agency, or another agency with which it shares a text."""
# These also mean other things, so they name an agency only if they are the whole text.
_ALONE = "anadolu ajansı|ats|iar|sda|sid|sita|stt|tt|čtk"
_AGENCY = re.compile(rf"(?:{NAMES}|{_ALONE})(?:{WITH_ANOTHER}|[-/ ](?:de|tmn|wire))", re.IGNORECASE)

SHORT = frozenset(
    {"pap", "ap", "apa", "stt", "sid", "ats", "iar", "tt", "bta", "aap", "upi", "mti", "sita", "efe", "ansa", "tass"}
    | {"belga", "lusa", "anp", "ctk", "čtk", "ntb", "kna", "epd"}
)
"""Names that also begin other words: in a text, they count only after a sign or as the whole text."""
BARE = frozenset({*map(str.upper, SHORT), *map(str.capitalize, SHORT)})
"""The short names in the forms that a whole text may have."""
# Unlike the short names, these are rarely part of another word.
_LONG = frozenset(
    {"afp", "reuters", "dpa", "xinhua", "interfax", "ukrinform", "yonhap", "bloomberg", "france-presse", "anadolu"}
    | {"presseagentur", "keystone-sda", "associated press", "agencja prasowa", "press association", "europa press"}
)
"""Names that count wherever they stand."""
# Two letters after a sign may be any abbreviation, so AP counts only in brackets.
_TWO = 2


@cache
def signs() -> frozenset[str]:
    """Return signs, in lower case: a text that names an agency contains one, or is a short name itself."""
    behind = {f"{before}{name}" for name in SHORT for before in ("(", "/", ": ", ", ") if len(name) > _TWO}
    return _LONG | behind | {"(ap)"}


def agency(name: str) -> bool:
    """Return whether *name* is that of a news agency."""
    # The whole name must match: "Reuters Institute" is not an agency.
    return _AGENCY.fullmatch(" ".join(name.split())) is not None
