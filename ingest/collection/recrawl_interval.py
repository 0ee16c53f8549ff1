"""Recrawl interval: how long until a page is asked for again, after a visit that went well and after one that did not.

What is due now the frontier knows (`db.frontier`). A run asks here, and so does a rebuild, which gives every page its
place in the frontier again. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.http.failure import FailureReason
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


_LONGER, _SHORTER = 1.3, 0.5
# Tried on a simulated year of pages that change at known rates: a page comes to be visited about once in a third of
# the time between two of its changes.
_OF_ITS_AGE = 0.2
"""A page that was looked at once is looked at again after so much of the time that it has stood unchanged."""


@dataclass(frozen=True, slots=True)
class ChangeHistory:
    """What is known of how often a page changes.

    Attributes:
        planned: after how long it was to be visited this time, None where that is not known: the first time, mostly.
        since: how long it was since it had been visited.
        changed: whether its text, or what it lists, was another than before.
        age: how long it has stood as it is, by what it or a list says; None where nothing does.
        told: whether a list told of the change, and lately of each.
    """

    planned: timedelta | None = None
    since: timedelta | None = None
    changed: bool = False
    age: timedelta | None = None
    told: bool = False


def due_again(url: str, at: datetime, schedule: ScheduleOptions, seen: ChangeHistory | None = None) -> datetime:
    """Return when *url*, visited at *at*, is due again: a terms page sooner than others.

    Others by what was *seen* of them: sooner after a change, later after none, within ``schedule.discover`` and
    ``schedule.recheck``; where nothing is known, after ``schedule.recheck``.
    """
    longest = timedelta(seconds=schedule.recheck)
    shortest = min(timedelta(seconds=schedule.discover), longest)
    # What it states holds for every item of its publisher, so a change of it is wanted soon.
    if is_terms_address(url):
        return at + shortest
    return at + (longest if seen is None else min(max(_interval(seen, longest), shortest), longest))


def _interval(seen: ChangeHistory, longest: timedelta) -> timedelta:
    if seen.planned is None:
        # What is new is corrected in its first days; what has stood for a month will stand for a week.
        return longest if seen.age is None else seen.age * _OF_ITS_AGE
    if seen.changed and seen.told:
        return longest  # of the next one the list will tell too
    if seen.changed:
        return seen.planned * _SHORTER
    # That nothing changed in an hour says nothing of a page that is looked at once a week.
    if seen.since is not None and seen.since < seen.planned * 0.9:
        return seen.planned
    return seen.planned * _LONGER


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
