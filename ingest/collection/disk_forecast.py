"""Room: how much may still be written, and when the disk will be full if the collection grows as it did lately.

Apart from the standing that tells of it, which reads rows: here numbers alone are weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archive.disk import Disk
from archive.warc.writer import read_name
from db.runs import Run

DAY = 86_400.0
# Time enough to buy a disk.
SOON = timedelta(days=30)
# Seconds that recent runs must span before their growth says anything about a day.
_SHORTEST = 3600.0
_FARTHEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class Room:
    """The disk under a collection, in bytes.

    Attributes:
        free: what may still be written, the *reserve* with it.
        growth: how much a day recent runs added, or None where two of them do not lie far enough apart.
        full_on: when only the reserve will be left, within the next ten years, or None.
    """

    free: int
    reserve: int
    growth: float | None
    full_on: datetime | None

    @property
    def short(self) -> bool:
        """Whether the reserve is touched, so that nothing is fetched."""
        return self.free < self.reserve

    def words(self) -> str:
        """Return it in words."""
        said = f"{amount(self.free)} free, {amount(min(self.free, self.reserve))} of it in reserve"
        if self.growth is None:
            return f"{said}; how fast it fills is known after two runs that are an hour apart"
        grows = f"{said}; {amount(self.growth)} a day"
        if self.full_on is None:
            return f"{grows}, enough for ten years"
        return f"{grows}, full on {self.full_on:%Y-%m-%d}"

    def attention(self, now: datetime) -> list[str]:
        """Return what of it needs a look."""
        if self.short:
            what = f"only {amount(self.free)} of the disk are free, less than the reserve of {amount(self.reserve)}"
            return [f"{what}: nothing is fetched until there is room"]
        if self.full_on is not None and self.full_on - now < SOON:
            return [f"the disk will be full on {self.full_on:%Y-%m-%d}: make room, or move the collection"]
        return []

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values; growth in bytes a day."""
        full_on = self.full_on.isoformat() if self.full_on else None
        growth = None if self.growth is None else round(self.growth)
        return {"free": self.free, "reserve": self.reserve, "growth": growth, "full_on": full_on}


def room(directory: Path, reserve: int, runs: Sequence[Run], disk: Disk, now: datetime) -> Room:
    """Return how the disk of the collection in *directory* stands; *runs* are the recent ones, the newest first.

    Raises:
        OSError: the disk does not say.
    """
    free = disk.free(directory)
    growth = _growth(directory, [run for run in runs if run.kind == "run" and run.finished is not None])
    full_on = None
    # Neither None nor nothing: a collection that does not grow never fills the disk.
    if growth:
        # The reserve is never used, so the disk is full for us when that alone is left.
        left = (free - reserve) / growth
        full_on = now + timedelta(days=max(0.0, left)) if left < _FARTHEST.days else None
    return Room(free, reserve, growth, full_on)


def _growth(directory: Path, runs: Sequence[Run]) -> float | None:
    """Return the bytes a day that *runs* but the first of them added, the catalogue's share with them.

    The names of the files say when they were begun, and a run ends with the files that it began.
    """
    # The oldest of them sets the beginning alone: what it added itself lies before the span.
    ends = [run.finished for run in runs if run.finished is not None]
    if len(ends) < 2 or (span := (max(ends) - min(ends)).total_seconds()) < _SHORTEST:
        return None
    held = added = 0
    for path in (directory / "warcs").iterdir():
        name = read_name(path.name)
        size = path.stat().st_size
        held += size
        if name is not None and min(ends) < name.opened <= max(ends):
            added += size
    catalogue = (directory / "catalogue.db").stat().st_size
    # The catalogue grows with the files: its share so far is taken for its share of what comes.
    return added * (1 + catalogue / held) * DAY / span if held else 0.0


def amount(size: float) -> str:
    """Return *size* bytes as a person reads it: ``1.2 GB``, in powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.1f} {unit}" if unit != "bytes" and size < 100 else f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
