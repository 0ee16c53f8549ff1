"""Host clocks: what the answers of a run say about the time, compared with the clock of this machine.

Apart from `ingest/collection/clock.py`, which compares this machine's clock with the newest record: there a clock that
is ahead looks like time that has passed. Nothing in a record is changed by what is found here.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from archive.http.exchange import Exchange
from db.identity import host_of

_DAY = timedelta(days=1)


class HostClocks:
    """Collects the newest Date field of each host, as the difference from this machine's clock."""

    def __init__(self) -> None:
        self._ahead: dict[str, timedelta] = {}

    def hear(self, exchange: Exchange) -> None:
        """Note the Date field of an answer."""
        stated = _instant(exchange.head.get("Date"))
        if stated is None:
            return
        host, ahead = host_of(exchange.url), stated - exchange.began
        # The newest, because a cache may send an answer whose date is older.
        self._ahead[host] = max(ahead, self._ahead.get(host, ahead))

    def remark(self) -> str | None:
        """Return a remark if most hosts put the time a day or more before, or after, this machine's clock."""
        early = [one for one in self._ahead.values() if one <= -_DAY]
        late = [one for one in self._ahead.values() if one >= _DAY]
        agreed, side = max((early, "ahead of"), (late, "behind"), key=lambda pair: len(pair[0]))
        # One host of several may have a wrong clock; most of them do not.
        if len(agreed) * 2 <= len(self._ahead):
            return None
        days = min(abs(one) for one in agreed) / _DAY
        hosts = f"{len(agreed)} of {len(self._ahead)} hosts" if len(self._ahead) > 1 else "its host"
        what = f"this machine's clock is {days:,.0f} days or more {side} the clocks of {hosts}"
        return f"{what}: new records are dated by it; what was recorded keeps its dates"


def _instant(stated: str | None) -> datetime | None:
    if stated is None:
        return None
    try:
        found = parsedate_to_datetime(stated.strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
