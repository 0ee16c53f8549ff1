"""Entry and Change: what is added to the catalogue, and the result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from archive.warc.capture import Capture
from db.model.item import Reading


class Outcome(StrEnum):
    """What a capture changed in the catalogue."""

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
    """Nothing is there, and there never was an item: a broken link."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Entry:
    """A capture, and what was read from it.

    Attributes:
        reading: None if there is nothing to read, as in a redirect or an error status.
        parts: the captures of parts 2..n whose text the reading includes, in order.
        unread: why there is no reading although there should be one: the payload is not held.
    """

    capture: Capture
    reading: Reading | None = None
    parts: tuple[Capture, ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What an entry changed.

    Attributes:
        item: the id of the item concerned, or None.
        edition: the id of the edition that it opened, filled or confirmed, or None.
        note: the change in words.
    """

    outcome: Outcome
    item: str | None = None
    edition: str | None = None
    note: str = ""


# Not a CreditlineError: the caller that adds the entry handles it, and no command ends with it.
class NeedsRefold(Exception):
    """An entry is older than what has been catalogued, or was read by another reader; nothing was changed.

    Read *captures* again, in order and with one reader, and pass them to `Catalogue.refold`.

    Attributes:
        captures: all captures whose rows depend on each other, including the new one, in record order.
        why: in words.
    """

    def __init__(self, captures: tuple[Capture, ...], why: str) -> None:
        super().__init__(f"{why}: read {len(captures)} captures again, in order, and refold")
        self.captures = captures
        self.why = why
