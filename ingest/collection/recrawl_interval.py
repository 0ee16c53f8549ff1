"""Recrawl interval: how long until a page is fetched again, after a successful visit and after a failed one.

The frontier (`db.frontier`) knows what is due now. Both a run and a rebuild, which recreates the frontier, ask here.
Pure.
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
LONGEST_RETRY = _RETRY_LADDER[-1]
# Failures that only a person can repair: retrying within minutes or hours would be useless.
_LASTING = frozenset({FailureReason.ADDRESS_REFUSED, FailureReason.SWITCHING, FailureReason.BAD_FRAMING})


_LONGER, _SHORTER = 1.3, 0.5
# Tested on a simulated year of pages that change at known rates: a page is then visited about every third of the time
# between two of its changes.
_OF_ITS_AGE = 0.2
"""A page seen once is visited again after this share of the time that it has already been unchanged."""


@dataclass(frozen=True, slots=True)
class ChangeHistory:
    """What is known about how often a page changes.

    Attributes:
        planned: the interval planned before this visit; None if unknown, mostly on the first visit.
        since: the actual time since the last visit.
        changed: whether its text, or what it lists, was different from before.
        age: for how long it has been unchanged, according to the page or a list; None if neither says.
        told: whether a list announced the change, and lately each change.
    """

    planned: timedelta | None = None
    since: timedelta | None = None
    changed: bool = False
    age: timedelta | None = None
    told: bool = False


def due_again(url: str, at: datetime, schedule: ScheduleOptions, seen: ChangeHistory | None = None) -> datetime:
    """Return when *url*, visited at *at*, is due again; pages of terms are due sooner than others.

    For other pages *seen* decides: sooner after a change, later without one, between ``schedule.discover`` and
    ``schedule.recheck``; if nothing is known, after ``schedule.recheck``.
    """
    longest = timedelta(seconds=schedule.recheck)
    shortest = min(timedelta(seconds=schedule.discover), longest)
    # A page of terms applies to every item of its publisher, so its changes must be noticed soon.
    if is_terms_address(url):
        return at + shortest
    return at + (longest if seen is None else min(max(_interval(seen, longest), shortest), longest))


def _interval(seen: ChangeHistory, longest: timedelta) -> timedelta:
    if seen.planned is None:
        # New pages are corrected in their first days; a page unchanged for a month will stay so for a week.
        return longest if seen.age is None else seen.age * _OF_ITS_AGE
    if seen.changed and seen.told:
        return longest  # the list will announce the next change, too
    if seen.changed:
        return seen.planned * _SHORTER
    # An early visit without a change says nothing: an hour is too short for a page that is visited once a week.
    if seen.since is not None and seen.since < seen.planned * 0.9:
        return seen.planned
    return seen.planned * _LONGER


def is_passing(status: int) -> bool:
    """Say whether an answer with *status* is a temporary failure, so that the visit is retried soon."""
    # Among the 4xx, these say that the same request may be repeated later: RFC 9110 section 15.5.9, RFC 8470 section
    # 5.2, RFC 6585 section 4.
    return status in (408, 425, 429) or status >= 500


def next_try(latest: FailureReason | int, failures: int, now: datetime) -> datetime | None:
    """Return when a failed visit is due again, or None if asking again cannot help.

    *latest* is the reason, or a status that `is_passing`; *failures* is the number of failures in a row, including this
    one. The waits grow from a minute to a week and stay there. Lasting failures wait a week at once; a bad URL is never
    requested again.
    """
    if latest is FailureReason.BAD_URL:
        return None
    rung = len(_RETRY_LADDER) if latest in _LASTING else min(max(failures, 1), len(_RETRY_LADDER))
    return now + _RETRY_LADDER[rung - 1]
