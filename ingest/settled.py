"""Settled: what became of an errand, as everyone downstream of the pipeline is told it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.capture import Capture
from archive.exchange import Exchange
from db.entry import Change
from db.model import Reading
from ingest.couriers import Errand, LeftAlone
from ingest.discovery.naming import Named

LEFT_ALONE = "left alone"
"""Why a visit was not made: its host failed too often. The visit stays due."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a visit gave nothing to keep, as it is recorded and told."""

    reason: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an errand: a capture with its change and reading, or a failure.

    Attributes:
        exchange: of a long answer its head alone.
        named: what an answer that lists pages names.
        until: before when its host asked not to be asked again, where it did.
    """

    errand: Errand
    capture: Capture | None = None
    change: Change | None = None
    reading: Reading | None = None
    exchange: Exchange | None = None
    named: Named | None = None
    failed: Failed | None = None
    until: datetime | None = None


def left_alone(why: LeftAlone) -> Failed:
    """Return the failure of a visit that was not made because its host failed too often, or wants to rest."""
    if why.until is not None:
        detail = f"{why.authority} asks not to be asked before {why.until:%Y-%m-%d %H:%M} UTC"
        return Failed(LEFT_ALONE, detail, "It is due then.")
    detail = f"{why.authority} failed too often in a row and is left alone"
    return Failed(LEFT_ALONE, detail, "It stays due: the next run asks again.")
