"""Names of people as bibliographies sort them: family, given, particle, suffix; and names folded for keys."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from db.model import AgentKind, Attribution

# fmt: off
_PARTICLES = frozenset((
    "af", "al", "av", "ben", "bin", "da", "das", "de", "dei", "del", "della", "den", "der", "di",
    "do", "dos", "du", "el", "la", "las", "le", "los", "op", "ten", "ter", "van", "von", "y", "zu",
    "zum", "zur",
))
# fmt: on
_SUFFIXED = re.compile(r"(.+?)(,?)\s+(Jr\.?|Sr\.?|II|III|IV)")
"""A name of which a later bearer is told from an earlier one: the only comma that a name may hold."""
_UNSAFE = re.compile(r"[^\w\s.'’‘`\-‐‑]|[\d_]|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Signs that a name is more than a name, and scripts that put the family first without saying so."""


class PersonName(NamedTuple):
    """The parts of a person's name as printed; particle and suffix may be empty.

    Attributes:
        comma: one stands before the suffix.
    """

    family: str
    given: str
    particle: str = ""
    suffix: str = ""
    comma: bool = False


def person_name(attribution: Attribution) -> PersonName | None:
    """Split the name of a person where that is safe, else return None: the name stands as one piece.

    The last word is the family name, with the particles in lower case before it, and a suffix behind it; a single
    word, an organisation and a name with other commas, digits or brackets are not split.
    """
    return None if attribution.kind is AgentKind.ORGANISATION else _split(attribution.name)


@lru_cache(4096)  # a publisher has few authors, and names them on every page
def _split(name: str) -> PersonName | None:
    found = _SUFFIXED.fullmatch(name)
    if found and len(found[1].split()) > 1:
        name, comma, suffix = found.groups()
    else:
        comma = suffix = ""
    if _UNSAFE.search(name):
        return None
    words = name.split()
    if len(words) < 2:
        return None
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    return PersonName(words[-1], " ".join(words[:at]), " ".join(words[at:-1]), suffix, bool(comma))


_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_NO_KEY = re.compile(r"[^a-z0-9]+")


@lru_cache(4096)
def key_part(text: str) -> str:
    """Return what of *text* may stand in a key: ASCII letters and digits in lower case, accents taken off."""
    lower = text.lower()
    if not lower.isascii():
        lower = unicodedata.normalize("NFKD", lower.translate(_PLAIN))
    return _NO_KEY.sub("", lower)
