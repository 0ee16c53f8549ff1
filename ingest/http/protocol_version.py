"""Which HTTP a host is asked in: 1.0 first, 1.1 once where that fails; and what worked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from archive.http.exchange import Exchange
from archive.http.failure import FailureReason, FetchFailure

# Long enough to spare a host the failed try, and short enough to notice that it was mended.
REMEMBERED = timedelta(days=30)
RETRY_STATUSES = frozenset({400, 403, 406, 426, 501, 505})
"""What a server says to a request whose version it does not like."""


class Dialect(StrEnum):
    """The version on the request line."""

    HTTP_1_0 = "1.0"
    """No chunks, no interim answers: the plainest bytes."""
    HTTP_1_1 = "1.1"


class Dialects:
    """What is known of the hosts of a collection; a host that is not known has not been asked yet, or long
    ago.

    The keys are authorities as the Host field prints them (``institute.example``,
    ``institute.example:8080``).
    """

    def __init__(self, known: Mapping[str, tuple[Dialect, datetime]] | None = None) -> None:
        self._known = dict(known or {})

    def get(self, host: str, now: datetime) -> Dialect | None:
        """Return what worked for *host* within the last 30 days, or None: ask in 1.0, retry once."""
        dialect, learnt = self._known.get(host, (None, now))
        return dialect if now - learnt < REMEMBERED else None

    def set(self, host: str, dialect: Dialect, now: datetime) -> None:
        """Remember that *dialect* is what *host* is asked in from *now* on."""
        self._known[host] = (dialect, now)

    def rows(self) -> list[tuple[str, str, str]]:
        """Return (host, dialect, ISO 8601 time it was learnt), sorted by host, to be stored."""
        return [(host, str(dialect), learnt.isoformat()) for host, (dialect, learnt) in sorted(self._known.items())]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str, str]]) -> Dialects:
        """Make the memory again from what `rows` gave."""
        return cls({host: (Dialect(name), datetime.fromisoformat(learnt)) for host, name, learnt in rows})


def needs_retry(outcome: Exchange | FetchFailure) -> bool:
    """Say whether the first exchange with a host, made in HTTP/1.0, is to be made once more in 1.1.

    True for 400, 403, 406, 426, 501 and 505, and for a reset, silence or a close without a byte once the
    request was sent. Whoever asks again remembers what worked (`Dialects`).
    """
    if isinstance(outcome, Exchange):
        return outcome.head.status in RETRY_STATUSES
    # Half an answer shows that the host takes HTTP/1.0.
    silent = outcome.reason is FailureReason.TIMEOUT and not outcome.received
    broken = outcome.reason in (FailureReason.RESET, FailureReason.NO_ANSWER)
    # Where nothing was sent, the version on its first line cannot be what went wrong.
    return bool(outcome.request) and (silent or broken)
