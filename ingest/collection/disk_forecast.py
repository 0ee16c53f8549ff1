"""Room: how much may still be written, and when the disk will be full at the recent rate of growth.

Apart from `status.py`, which reads rows and tells of it: this file only calculates with numbers.
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
# The warning time: enough to buy a disk.
SOON = timedelta(days=30)
# The least time in seconds that recent runs must span before their growth per day is calculated.
_SHORTEST = 3600.0
_FARTHEST = timedelta(days=3653)


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """The disk under a collection, in bytes.

    Attributes:
        free: what may still be written, including the *reserve*.
        growth: bytes per day added by recent runs, or None if two runs are not far enough apart.
        full_on: when only the reserve will be left, if within the next ten years; otherwise None.
    """

    free: int
    reserve: int
    growth: float | None
    full_on: datetime | None

    @property
    def short(self) -> bool:
        """Whether the reserve is already touched, so that nothing is fetched."""
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
        """Return warnings about the disk."""
        if self.short:
            what = f"only {amount(self.free)} of the disk are free, less than the reserve of {amount(self.reserve)}"
            return [f"{what}: nothing is fetched until there is room"]
        if self.full_on is not None and self.full_on - now < SOON:
            return [f"the disk will be full on {self.full_on:%Y-%m-%d}: make room, or move the collection"]
        return []

    def as_json(self) -> dict[str, object]:
        """Return it as JSON values; growth in bytes per day."""
        full_on = self.full_on.isoformat() if self.full_on else None
        growth = None if self.growth is None else round(self.growth)
        return {"free": self.free, "reserve": self.reserve, "growth": growth, "full_on": full_on}


def disk_space(directory: Path, reserve: int, runs: Sequence[Run], disk: Disk, now: datetime) -> DiskSpace:
    """Return the state of the disk under the collection in *directory*; *runs* are the recent ones, newest first.

    Raises:
        OSError: the free space cannot be determined.
    """
    free = disk.free(directory)
    growth = _growth(directory, [run for run in runs if run.kind == "run" and run.finished is not None])
    full_on = None
    # Skip None and zero: a collection that does not grow never fills the disk.
    if growth:
        # The reserve is never used, so the disk counts as full when only the reserve is left.
        left = (free - reserve) / growth
        full_on = now + timedelta(days=max(0.0, left)) if left < _FARTHEST.days else None
    return DiskSpace(free, reserve, growth, full_on)


def _growth(directory: Path, runs: Sequence[Run]) -> float | None:
    """Return the bytes per day added by *runs* except the oldest, including the catalogue's share.

    A file's name tells when it was begun, and the files that a run began are finished when the run ends.
    """
    # The end of the oldest run only marks the start of the time span; what it added came before.
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
    # The catalogue grows with the files: assume its present share for what is added.
    return added * (1 + catalogue / held) * DAY / span if held else 0.0


def amount(size: float) -> str:
    """Return *size* bytes for a person to read: ``1.2 GB``, in powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.1f} {unit}" if unit != "bytes" and size < 100 else f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
