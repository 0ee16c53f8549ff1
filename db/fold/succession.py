"""May this reading follow that edition? The rules by which an error never replaces a good edition. Pure."""

from __future__ import annotations

from enum import StrEnum

from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind
from db.fold.editions import InForce
from db.model.item import Partial, Reading


class Step(StrEnum):
    """What a reading does to an item's editions."""

    OPEN = "open"
    """It opens an edition."""
    SEEN = "seen"
    """It shows the edition in force again."""
    FILL = "fill"
    """It takes the place of an edition that was never known to be whole."""
    KEEP = "keep"
    """It is less than what is held, and becomes an event."""


_NEVER_WHOLE = (Partial.UNPROVED, Partial.TRUNCATED)


def wholeness(capture: Capture, reading: Reading, *, agrees: bool) -> Partial | None:
    """Say why the text is not whole, or None where it is.

    *agrees*: the reading of the same URL before this one found the same, which proves an answer without a
    proper end.
    """
    # A revisit record is cut after its head by definition; that says nothing of the payload.
    if capture.truncated is not None and capture.kind is CaptureKind.RESPONSE:
        return Partial.TRUNCATED
    if capture.ending is Ending.UNPROVED and not agrees:
        return Partial.UNPROVED
    return reading.partial


def step(held: InForce | None, digest: str, partial: Partial | None, length: int) -> Step:
    """Say what a reading with *digest*, *partial* and a text of *length* characters does where *held* is in
    force."""
    if held is None:
        return Step.OPEN
    if partial is Partial.TRUNCATED:
        return Step.KEEP
    if held.digest == digest:
        return Step.SEEN
    if partial is None:
        return Step.OPEN
    if partial is Partial.UNPROVED:
        return Step.FILL if held.partial in _NEVER_WHOLE and length > held.length else Step.KEEP
    # A teaser, a text with parts missing, a text that the reader gave up on: only after its like.
    return Step.OPEN if held.partial is partial else Step.KEEP


def standing(held: InForce, partial: Partial | None) -> Partial | None:
    """Say how whole the edition *held* is known to be, once a reading of the same content came that is
    *partial*."""
    if held.partial is None or partial is Partial.UNPROVED:
        return held.partial
    return partial
