"""Forms of heads that were found sound: the next head of that form is proved sound by one match, not field by field.

A file holds few forms and many records. What is learnt changes no verdict, only what it costs. No I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.rules import Shape

ID = r"<[A-Za-z][A-Za-z0-9+.-]*:[^<>\s]+>"
"""A URI in angle brackets, as WARC-Record-ID and the fields that name records hold it."""

_UUID = r"<urn:uuid:[0-9a-f-]{36}>"
_URI = r"(?!<)\S*[^\s>]"
_VALUE = r"\S(?:.*\S)?"
_LENGTH = r"[0-9]{1,18}"
_PREFIX = 24
_MOST = 64
"""How many forms are learnt; a file with more than that is of no machine's making."""
_MOST_ALIKE = 8


@dataclass(frozen=True, slots=True)
class Form:
    """The pattern that sound heads of one shape, version and type match: a group a value."""

    pattern: re.Pattern[str]
    shape: Shape


class Forms:
    """The forms learnt so far, by how a head begins; the one that matched last is tried first."""

    def __init__(self) -> None:
        self._known: dict[str, list[Form]] = {}
        self._count = 0

    def match(self, head: str) -> tuple[Shape, tuple[str, ...]] | None:
        """Return shape and values of *head* (lines ended by CR and LF, the last too) if its form is known and sound."""
        alike = self._known.get(head[:_PREFIX])
        if alike is None:
            return None
        for at, form in enumerate(alike):
            found = form.pattern.fullmatch(head)
            if found:
                if at:
                    alike.insert(0, alike.pop(at))
                return form.shape, found.groups()
        return None

    def learn(self, head: str, version: str, shape: Shape, values: tuple[str, ...]) -> None:
        """Learn the form of *head*, whose fields have no fault."""
        alike = self._known.setdefault(head[:_PREFIX], [])
        if self._count >= _MOST or len(alike) >= _MOST_ALIKE:
            return
        lines = [
            f"{re.escape(name)}: ({_value(shape, at, value)})\r\n"
            for at, (name, value) in enumerate(zip(shape.names, values, strict=True))
        ]
        alike.insert(0, Form(re.compile(f"{re.escape(version)}\r\n{''.join(lines)}"), shape))
        self._count += 1


def _value(shape: Shape, at: int, value: str) -> str:
    """Return what the value at *at* may be for the verdict to stay the same."""
    name = shape.names[at].lower()
    if name == "warc-type" or (name == "content-length" and value == "0"):
        return re.escape(value)
    if name == "content-length":
        return _LENGTH
    if at in shape.ids:
        return _UUID if re.fullmatch(_UUID, value) else ID
    return _URI if at in shape.uris else _VALUE
