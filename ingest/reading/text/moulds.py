"""Moulds: what the cards of a site have in common, whatever they say and wherever they lead; one that was looked at
stands for all that are cast in its mould.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.markup.tree import is_clean
from ingest.reading.parts import may_label

_VALUE = re.compile(rb'(\s(?:href|src|srcset|sizes|alt|title|datetime|width|height|aria-label)=")[^"<>]*')
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
_NUMBER = re.compile(rb"(?<=[_-])\d+")
"""That of a post or of a day in a class name or an id: no element is known by a name with a number in it."""
_LINK = re.compile(rb'<a\b[^<>]*?\shref="([^"<>]*)"')
_ELSE = (b"&", b"\r", b"<!")
"""What the parser turns into something else."""


class Cast(NamedTuple):
    """One card.

    Attributes:
        mould: its bytes without what it says, where it leads and which number it has.
        hrefs: what its links say of where they lead, in order.
        told: what a reader sees.
    """

    mould: bytes
    hrefs: tuple[str, ...]
    told: list[str]


def cast(data: bytes) -> Cast | None:
    """Return what the card *data* is cast in; None where it must be looked at for itself."""
    if any(map(data.__contains__, _ELSE)) or not is_clean(data):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    told = [text.decode() for text in _TEXT.findall(data)]
    if any(map(may_label, told)):
        return None
    hrefs = tuple([href.decode() for href in _LINK.findall(data)])
    return Cast(_NUMBER.sub(b"0", _TEXT.sub(b"", _VALUE.sub(rb"\1", data))), hrefs, told)
