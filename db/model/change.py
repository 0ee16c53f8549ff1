"""Entry and Change: what is brought to the catalogue, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.warc.capture import Capture
from db.model.item import Reading


class Outcome(StrEnum):
    """What a capture meant for the catalogue."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GONE = "gone"
    STILL_GONE = "still gone"
    RETURNED = "returned"
    BLOCKED = "blocked"
    PROTECTED = "protected"
    NOT_AN_ITEM = "not an item"
    REDIRECT = "redirect"
    PARTIAL = "partial"
    UNPROVED = "unproved"
    ABSENT = "absent"
    """Nothing is there, and no item was: a link that leads nowhere."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Entry:
    """A capture and what was read from it.

    Attributes:
        reading: None where nothing can be read: a redirect, an error status.
        parts: the captures of parts 2..n whose text the reading holds, in order.
        unread: why there is no reading where there should be one: the payload is not held.
    """

    capture: Capture
    reading: Reading | None = None
    parts: tuple[Capture, ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry changed.

    Attributes:
        item: the id of the item that it is about, or None.
        edition: the id of the edition that it opened, filled or confirmed, or None.
        note: the same in words.
    """

    outcome: Outcome
    item: str | None = None
    edition: str | None = None
    note: str = ""


# No error: whoever brings an entry answers it, and no command ends by it.
class NeedsRefold(Exception):
    """An entry stands before what was catalogued already, or was read by another reader; nothing was changed.

    Read *captures* again, in their order and with one reader, and hand them to `Catalogue.refold`.

    Attributes:
        captures: every capture whose rows hang together, the new one among them, in record order.
        why: in words.
    """

    def __init__(self, captures: tuple[Capture, ...], why: str) -> None:
        super().__init__(f"{why}: read {len(captures)} captures again, in order, and refold")
        self.captures = captures
        self.why = why
