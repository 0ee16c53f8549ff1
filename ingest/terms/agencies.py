"""Agencies: the news agencies, by the names under which their texts are printed."""

from __future__ import annotations

import re
from functools import cache

_AGENCY = re.compile(
    r"^(?:(?:the\s+)?associated\s+press|ap|agence\s+france[- ]presse|afp|reuters|dpa|deutsche\s+presse-?agentur|apa|"
    r"pap|polska\s+agencja\s+prasowa|iar|efe|agencia\s+efe|ansa|adnkronos|tass|xinhua|sda|keystone-sda|ats|sid|epd|kna|"
    r"ritzau|ntb|tt|stt|čtk|ctk|tasr|sita|mti|anp|belga|lusa|upi|aap|pa\s+media|press\s+association|interfax|ukrinform|"
    r"unian|agerpres|hina|tanjug|bta|anadolu(?:\s+ajansı|\s+agency)?|kyodo|yonhap|bloomberg|europa\s+press|dow\s+jones)"
    r"(?:[-/ ](?:de|afx|wire|news|infocom|tmn|ap|afp|dpa|reuters|pap|sid))?$",
    re.I,
)

SHORT = frozenset(
    {"pap", "ap", "apa", "stt", "sid", "ats", "iar", "tt", "bta", "aap", "upi", "mti", "sita", "efe", "ansa", "tass"}
    | {"belga", "lusa", "anp", "ctk", "čtk", "ntb", "kna", "epd"}
)
"""Names that begin other words too: in a text they are looked for behind a sign, or as the whole of it."""
BARE = frozenset({*map(str.upper, SHORT), *map(str.capitalize, SHORT)})
"""The short names as a whole text prints them."""
_LONG = frozenset(
    {"afp", "reuters", "dpa", "xinhua", "interfax", "ukrinform", "yonhap", "bloomberg", "france-presse", "anadolu"}
    | {"presseagentur", "keystone-sda", "associated press", "agencja prasowa", "press association", "europa press"}
)
"""Names that are looked for wherever they stand."""
# Behind a sign two letters are still any abbreviation: AP is looked for in its brackets alone.
_TWO = 2


@cache
def signs() -> frozenset[str]:
    """What a text that names an agency has one of, in lower case, unless a short name is all of it."""
    behind = {f"{before}{name}" for name in SHORT for before in ("(", "/", ": ", ", ") if len(name) > _TWO}
    return _LONG | behind | {"(ap)"}


def agency(name: str) -> bool:
    """Say whether *name* is that of a news agency."""
    return bool(_AGENCY.match(name))
