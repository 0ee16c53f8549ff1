"""Which fields a WARC record must have, may not have, and may not have twice: the rules that need only their names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from archive.fixity.finding import Fault, Severity

NAMED_FIELDS = "WARC 1.1, named fields"

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_MANDATORY = {name.lower(): name for name in ("WARC-Record-ID", "Content-Length", "WARC-Date", "WARC-Type")}
_WITH_URI = frozenset({"response", "resource", "request", "revisit", "conversion", "continuation"})
_TYPES = _WITH_URI | {"warcinfo", "metadata"}
_DEFINED = frozenset(
    {
        "warc-record-id", "content-length", "warc-date", "warc-type", "content-type", "warc-block-digest",
        "warc-payload-digest", "warc-ip-address", "warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date",
        "warc-target-uri", "warc-truncated", "warc-warcinfo-id", "warc-filename", "warc-profile",
        "warc-identified-payload-type", "warc-segment-number", "warc-segment-origin-id", "warc-segment-total-length",
    }
)  # fmt: skip
"""The fields that the standard defines and lets stand once; extension fields may be repeated."""
_LINKS = ("warc-concurrent-to", "warc-warcinfo-id")
_HOLD_IDS = frozenset({"warc-record-id", "warc-refers-to", "warc-segment-origin-id", *_LINKS})
_URIS = ("warc-target-uri", "warc-refers-to-target-uri", "warc-profile")
_DATES = ("warc-date", "warc-refers-to-date")
_FORBIDDEN = {
    "warc-target-uri": frozenset({"warcinfo"}),
    "warc-ip-address": frozenset({"warcinfo", "conversion", "continuation"}),
    "warc-concurrent-to": frozenset({"warcinfo", "conversion", "continuation"}),
    "warc-refers-to": frozenset({"warcinfo", "response", "resource", "request", "continuation"}),
    "warc-refers-to-target-uri": _TYPES - {"revisit"},
    "warc-refers-to-date": _TYPES - {"revisit"},
    "warc-payload-digest": frozenset({"warcinfo", "metadata"}),
    "warc-warcinfo-id": frozenset({"warcinfo"}),
    "warc-filename": _TYPES - {"warcinfo"},
    "warc-profile": _TYPES - {"revisit"},
    "warc-segment-origin-id": _TYPES - {"continuation"},
    "warc-segment-total-length": _TYPES - {"continuation"},
}
"""The types of record in which a field shall not stand (WARC 1.1, named fields)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the names in a head tell, without their values.

    Attributes:
        names: as printed, in order.
        first: where each name (lower case) stands first.
        ids: where values stand that must be URIs in angle brackets.
        links: where values stand that name a record of the same collection.
        dates: where values stand that must be dates of the form of WARC-Date.
        uris: where values stand that must be URIs without angle brackets.
        sound: every name is a token.
    """

    names: tuple[str, ...]
    first: Mapping[str, int]
    ids: tuple[int, ...]
    links: tuple[int, ...]
    dates: tuple[int, ...]
    uris: tuple[int, ...]
    sound: bool


@lru_cache(maxsize=512)
def shape(names: tuple[str, ...]) -> Shape:
    """Return the shape of a head whose fields have *names*, as printed: a file has few shapes, and many records."""
    first: dict[str, int] = {}
    lower = [name.lower() for name in names]
    for at, name in enumerate(lower):
        first.setdefault(name, at)
    return Shape(
        names,
        first,
        tuple(at for at, name in enumerate(lower) if name in _HOLD_IDS),
        tuple(at for at, name in enumerate(lower) if name in _LINKS),
        tuple(at for at, name in enumerate(lower) if name in _DATES),
        tuple(at for at, name in enumerate(lower) if name in _URIS),
        all(map(is_name, names)),
    )


@lru_cache(maxsize=512)
def broken(names: tuple[str, ...], empty: tuple[int, ...], kind: str, block: bool) -> tuple[Fault, ...]:
    """Return the rules that fields of *names* break in a record of type *kind*.

    *empty* says which of them have no value, *block* whether the record has one.
    """
    lower = [name.lower() for name in names]
    present = {name for at, name in enumerate(lower) if at not in empty}
    return (*_missing(present, kind, block), *_misplaced(lower, kind))


def is_name(name: str) -> bool:
    """Say whether *name* may stand before the colon (a token, RFC 9110 section 5.6.2)."""
    return _NAME.fullmatch(name) is not None


def _missing(present: set[str], kind: str, block: bool) -> Iterator[Fault]:
    for key, name in _MANDATORY.items():
        if key not in present:
            yield Fault(f"{name} is missing", "WARC 1.1, mandatory fields")
    if kind in _WITH_URI and "warc-target-uri" not in present:
        yield Fault("WARC-Target-URI is missing", "WARC 1.1, WARC-Target-URI")
    if kind == "revisit" and "warc-profile" not in present:
        yield Fault("WARC-Profile is missing", "WARC 1.1, WARC-Profile")
    if kind == "continuation":
        for name in ("WARC-Segment-Number", "WARC-Segment-Origin-ID"):
            if name.lower() not in present:
                yield Fault(f"{name} is missing", f"WARC 1.1, {name}")
    elif block and "content-type" not in present:
        yield Fault("Content-Type is missing", "WARC 1.1, Content-Type", Severity.ADVICE)


def _misplaced(lower: list[str], kind: str) -> Iterator[Fault]:
    for name, count in Counter(lower).items():
        if kind in _FORBIDDEN.get(name, ()):
            yield Fault(f"{name} shall not stand in a {kind} record", NAMED_FIELDS)
        if count > 1 and name in _DEFINED:
            yield Fault(f"{name} stands there {count} times", NAMED_FIELDS)


# Forms of heads that were found sound: the next head of that form is proved sound by one match, not field by field.

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
