"""Agencies: the news agencies, by the names under which their texts are printed."""

from __future__ import annotations

import re

_AGENCY = re.compile(
    r"^(?:(?:the\s+)?associated\s+press|ap|agence\s+france[- ]presse|afp|reuters|dpa|deutsche\s+presse-?agentur|apa|"
    r"pap|polska\s+agencja\s+prasowa|iar|efe|agencia\s+efe|ansa|adnkronos|tass|xinhua|sda|keystone-sda|ats|sid|epd|kna|"
    r"ritzau|ntb|tt|stt|čtk|ctk|tasr|sita|mti|anp|belga|lusa|upi|aap|pa\s+media|press\s+association|interfax|ukrinform|"
    r"unian|agerpres|hina|tanjug|bta|anadolu(?:\s+ajansı|\s+agency)?|kyodo|yonhap|bloomberg|europa\s+press|dow\s+jones)"
    r"(?:[-/ ](?:de|afx|wire|news|infocom|tmn|ap|afp|dpa|reuters|pap|sid))?$",
    re.I,
)


def agency(name: str) -> bool:
    """Say whether *name* is that of a news agency."""
    return bool(_AGENCY.match(name))
