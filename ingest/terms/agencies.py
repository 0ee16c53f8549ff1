"""Agencies: the news agencies, by the names under which their texts are printed."""

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
"""The names, in folded words."""
WITH_ANOTHER = "(?:[-/ ](?:afx|news|infocom|ap|afp|dpa|reuters|pap|sid))?"
"""What may stand behind a name: a branch of the agency, or another that it shares a text with."""
# Words of other trades too: names of agencies only where they are the whole of what is looked at.
_ALONE = "anadolu ajansı|ats|iar|sda|sid|sita|stt|tt|čtk"
_AGENCY = re.compile(rf"(?:{NAMES}|{_ALONE})(?:{WITH_ANOTHER}|[-/ ](?:de|tmn|wire))", re.IGNORECASE)

SHORT = frozenset(
    {"pap", "ap", "apa", "stt", "sid", "ats", "iar", "tt", "bta", "aap", "upi", "mti", "sita", "efe", "ansa", "tass"}
    | {"belga", "lusa", "anp", "ctk", "čtk", "ntb", "kna", "epd"}
)
"""Names that begin other words too: in a text they are looked for behind a sign, or as the whole of it."""
BARE = frozenset({*map(str.upper, SHORT), *map(str.capitalize, SHORT)})
"""The short names as a whole text prints them."""
# Seldom part of another word, as the short ones are.
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
    """Return whether *name* is that of a news agency."""
    # All of the name: "Reuters Institute" is no agency.
    return _AGENCY.fullmatch(" ".join(name.split())) is not None
