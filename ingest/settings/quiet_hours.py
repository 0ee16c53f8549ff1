"""Quiet hours: the hours of each day in which nothing is visited. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours from *begin* until before *end*, in UTC; across midnight if *end* is earlier than *begin*."""

    begin: time
    end: time

    @classmethod
    def of(cls, said: str) -> QuietHours:
        """Parse hours in the form ``07:00-19:30``. Raises ValueError if *said* has another form."""
        found = _HOURS.fullmatch(said.strip())
        if found is None:
            raise ValueError(f"{said!r} names no hours")
        begin, end = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if begin == end:
            raise ValueError(f"{said!r} begins when it ends")
        return cls(begin, end)

    def contains(self, now: datetime) -> bool:
        """Return whether *now* is within these hours."""
        at = now.astimezone(UTC).time()
        if self.begin < self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end
