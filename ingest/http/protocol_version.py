"""Protocol version: ask a host in HTTP/1.0 first, once in HTTP/1.1 if that fails, and remember what worked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from archive.http.exchange import Exchange
from archive.http.failure import FailureReason, FetchFailure

# Long enough to avoid failed requests, short enough to notice that a server was repaired.
REMEMBERED = timedelta(days=30)
RETRY_STATUSES = frozenset({400, 403, 406, 426, 501, 505})
"""Statuses by which a server may refuse an HTTP version."""


class HttpVersion(StrEnum):
    """The HTTP version on the request line."""

    HTTP_1_0 = "1.0"
    """No chunks and no interim responses, so the plainest bytes."""
    HTTP_1_1 = "1.1"


class HttpVersions:
    """The HTTP versions that work for the hosts of a collection.

    The keys are authorities as in the Host field (``institute.example``, ``institute.example:8080``). A host is missing
    if it was never asked, or not for a long time.
    """

    def __init__(self, known: Mapping[str, tuple[HttpVersion, datetime]] | None = None) -> None:
        self._known = dict(known or {})

    def get(self, host: str, now: datetime) -> HttpVersion | None:
        """Return the version that worked for *host* within the last 30 days; None: ask in 1.0, and retry once."""
        version, learnt = self._known.get(host, (None, now))
        return version if now - learnt < REMEMBERED else None

    def set(self, host: str, version: HttpVersion, now: datetime) -> None:
        """Remember, at the time *now*, that *version* works for *host*."""
        self._known[host] = (version, now)

    def rows(self) -> list[tuple[str, str, str]]:
        """Return (host, version, ISO 8601 time) rows to be stored, sorted by host."""
        return [(host, str(version), learnt.isoformat()) for host, (version, learnt) in sorted(self._known.items())]

    @classmethod
    def from_rows(cls, rows: Iterable[tuple[str, str, str]]) -> HttpVersions:
        """Return the versions stored as *rows* (see `rows`)."""
        return cls({host: (HttpVersion(name), datetime.fromisoformat(learnt)) for host, name, learnt in rows})


def needs_retry(outcome: Exchange | FetchFailure) -> bool:
    """Return whether the first exchange with a host, in HTTP/1.0, should be repeated in HTTP/1.1.

    True for the statuses 400, 403, 406, 426, 501 and 505, and if the connection was reset, silent or closed without a
    byte after the request was sent. The caller remembers what worked in `HttpVersions`.
    """
    if isinstance(outcome, Exchange):
        return outcome.head.status in RETRY_STATUSES
    # A partial response shows that the host accepts HTTP/1.0.
    silent = outcome.reason is FailureReason.TIMEOUT and not outcome.received
    broken = outcome.reason in (FailureReason.RESET, FailureReason.NO_ANSWER)
    # If no request was sent, the version cannot be the reason.
    return bool(outcome.request) and (silent or broken)
