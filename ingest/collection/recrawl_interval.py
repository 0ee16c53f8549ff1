"""Recrawl interval: how long until a page is asked for again, after a visit that went well and after one that did not.

What is due now the frontier knows (`db.frontier`). A run asks here, and so does a rebuild, which gives every page its
place in the frontier again. Pure.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ingest.http.failure import FailureReason
from ingest.settings.values import ScheduleOptions
from ingest.terms.terms_pages import is_terms_address

_RETRY_LADDER = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
)
# What somebody has to set otherwise: the climb through minutes and hours would only be requests in vain.
_LASTING = frozenset({FailureReason.ADDRESS_REFUSED, FailureReason.SWITCHING, FailureReason.BAD_FRAMING})


def due_again(url: str, at: datetime, schedule: ScheduleOptions) -> datetime:
    """Return when *url*, visited at *at*, is due again: a terms page sooner than others."""
    # What it states holds for every item of its publisher, so a change of it is wanted soon.
    often = is_terms_address(url)
    return at + timedelta(seconds=min(schedule.discover, schedule.recheck) if often else schedule.recheck)


def is_passing(status: int) -> bool:
    """Say whether an answer of *status* is a failure that time may mend: the visit is tried again soon."""
    # Of the 4xx, these say that the same request may be made later: RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC
    # 6585 section 4.
    return status in (408, 425, 429) or status >= 500


def next_try(latest: FailureReason | int, failures: int, now: datetime) -> datetime | None:
    """Return when a visit that failed is due again, or None where asking again cannot help.

    *latest* is the reason, or a status that `is_passing`; *failures* says how often in a row it failed, this time
    counted.
    The waits grow from a minute to a week and stay there. What time does not mend waits a week at once; a bad URL is
    never asked for again.
    """
    if latest is FailureReason.BAD_URL:
        return None
    rung = len(_RETRY_LADDER) if latest in _LASTING else min(max(failures, 1), len(_RETRY_LADDER))
    return now + _RETRY_LADDER[rung - 1]
