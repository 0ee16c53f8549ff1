"""When a page is due again, and that a rebuild derives it from the records."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from archive.http.failure import FailureReason
from db.catalogue import Catalogue
from db.frontier import Frontier
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import Layout, make, now
from ingest.collection.recrawl_interval import ChangeHistory, due_again, is_passing, next_try
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import ScheduleOptions

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_terms_page_is_due_sooner_than_others_and_never_later() -> None:
    at = datetime(2023, 4, 24, 10, tzinfo=UTC)
    often, seldom = ScheduleOptions(discover=3600, recheck=7200), ScheduleOptions(discover=7200, recheck=3600)
    assert due_again("https://institute.example/terms-of-use/", at, often) == at + HOUR
    assert due_again("https://institute.example/terms-of-use/", at, seldom) == at + HOUR
    assert due_again("https://institute.example/the-amber-road/", at, often) == at + 2 * HOUR


@pytest.mark.slow
def test_a_rebuild_makes_no_page_due_earlier(
    tmp_path: Path, run_over: Callable[..., Any], settings_at: Callable[[int], Any], readers: ReaderPool
) -> None:
    layout = Layout(tmp_path / "kept")
    with serve(Site(load()[:2])) as port:
        settings = settings_at(port)
        make(layout, settings)
        run_over(layout, settings)
    with Catalogue.open(tmp_path / "again.db", create=True) as again, readers as pool:
        rebuild(layout.warcs, again, pool, clock=now)
        frontier, items = Frontier(again), list(again.items(again.all_item_ids()))
        assert len(items) >= 2
        due = frontier.next_due()
        assert due is not None
        assert due > now()
        for item in items:
            visit = frontier.find(item.publisher.id, item.url)
            assert visit is not None
            assert visit.visited_at == item.last_seen
            assert visit.due == due_again(item.url, item.last_seen, settings.schedule)


@pytest.mark.parametrize("latest", [503, 429, FailureReason.TIMEOUT])
def test_a_failed_visit_is_tried_again_at_growing_intervals(latest: int | FailureReason) -> None:
    waits = [next_try(latest, times, NOW) for times in range(1, 10)]
    assert waits[0] == NOW + timedelta(minutes=1)
    assert waits == sorted(waits, key=lambda due: due or NOW)
    assert waits[-1] == NOW + timedelta(days=7)


@pytest.mark.parametrize("latest", [FailureReason.ADDRESS_REFUSED, FailureReason.BAD_FRAMING])
def test_a_failure_that_time_does_not_mend_waits_a_week(latest: FailureReason) -> None:
    assert next_try(latest, 1, NOW) == NOW + timedelta(days=7)


def test_a_bad_url_is_never_tried_again() -> None:
    assert next_try(FailureReason.BAD_URL, 2, NOW) is None


@pytest.mark.parametrize(("status", "passing"), [(200, False), (404, False), (403, False), (429, True), (503, True)])
def test_the_status_says_whether_a_failure_is_passing(status: int, *, passing: bool) -> None:
    assert is_passing(status) is passing


DAY = timedelta(days=1)
WEEKLY = ScheduleOptions(discover=6 * 3600, recheck=7 * 86400)
PAGE = "https://institute.example/the-amber-road/"


def interval(**seen: Any) -> timedelta:
    return due_again(PAGE, NOW, WEEKLY, ChangeHistory(**seen)) - NOW


def test_a_changed_page_is_visited_sooner_and_an_unchanged_one_later() -> None:
    assert interval(planned=2 * DAY, since=2 * DAY, changed=True) == DAY
    assert interval(planned=2 * DAY, since=2 * DAY) == 2.6 * DAY
    assert interval(planned=6 * DAY, since=6 * DAY) == 7 * DAY
    assert interval(planned=8 * HOUR, since=8 * HOUR, changed=True) == 6 * HOUR
    assert interval(planned=2 * DAY, since=2 * DAY, changed=True, told=True) == 7 * DAY


def test_an_unchanged_visit_after_an_hour_does_not_lengthen_the_wait() -> None:
    assert interval(planned=2 * DAY, since=HOUR) == 2 * DAY


def test_new_pages_are_visited_soon_and_old_pages_seldom() -> None:
    waits = [interval(age=age) for age in (HOUR, 5 * DAY, 20 * DAY, 900 * DAY)]
    assert waits == [6 * HOUR, DAY, 4 * DAY, 7 * DAY]
    assert interval() == 7 * DAY


@pytest.mark.slow
def test_over_a_year_visits_are_fresher_than_weekly_and_far_cheaper_than_daily() -> None:
    rates = [1.0] * 5 + [1 / 3] * 5 + [1 / 7] * 10 + [1 / 30] * 20 + [1 / 120] * 30 + [1 / 1000] * 30
    # The same year each time.
    pages = [changes(Random(number), rate) for number, rate in enumerate(rates)]  # noqa: S311
    daily, weekly = a_year(pages, lambda _at, _seen: DAY), a_year(pages, lambda _at, _seen: 7 * DAY)
    learnt = a_year(pages, lambda at, seen: due_again(PAGE, at, WEEKLY, seen) - at)
    assert learnt.requests <= 0.36 * daily.requests
    assert learnt.fresh >= daily.fresh - 0.04
    assert learnt.fresh >= weekly.fresh + 0.05


@pytest.mark.slow
def test_with_lists_a_year_is_as_fresh_as_daily_for_a_third_of_the_requests() -> None:
    rates = [1.0] * 5 + [1 / 3] * 5 + [1 / 7] * 10 + [1 / 30] * 20 + [1 / 120] * 30 + [1 / 1000] * 30
    pages = [changes(Random(number), rate) for number, rate in enumerate(rates)]  # noqa: S311 - the same year each time
    daily = a_year(pages, lambda _at, _seen: DAY)
    learnt = a_year(pages, lambda at, seen: due_again(PAGE, at, WEEKLY, seen) - at, told=0.8)
    assert learnt.requests <= daily.requests / 3
    assert learnt.fresh >= daily.fresh


class Year(NamedTuple):
    requests: int
    fresh: float


def changes(random: Random, rate: float) -> list[timedelta]:
    """The days of a year on which a page changes, *rate* times a day on average."""
    found, at = [], random.expovariate(rate)
    while at < 365:
        found.append(at * DAY)
        at += random.expovariate(rate)
    return found


def a_year(
    pages: list[list[timedelta]], wait: Callable[[datetime, ChangeHistory], timedelta], *, told: float = 0.0
) -> Year:
    """Visit *pages* for a year on a simulated clock; return the requests and the share of time the copy is current.

    A list read every six hours reports the share *told* of the changes, whose pages are then visited.
    """
    requests, fresh, year = 0, 0.0, 365 * DAY
    for number, changed in enumerate(pages):
        chance = Random(f"told {number}")  # noqa: S311 - the same year each time
        named = {one: 6 * HOUR * (one // (6 * HOUR) + 1) for one in changed if chance.random() < told}
        at, before, planned, untold = timedelta(), timedelta(), None, list[bool]()
        while at < year:
            requests += 1
            seen_before, count = bisect_right(changed, before), bisect_right(changed, at)
            last = changed[count - 1] if count else -200 * DAY
            news, is_told = count > seen_before, named.get(last, year) <= at
            seen = ChangeHistory(age=at - last)
            if planned is not None:
                seen = ChangeHistory(planned, at - before, news, told=is_told and not any(untold[-10:]))
            untold.append(news and not is_told)
            planned = wait(NOW + at, seen)
            coming = min((one for one in named.values() if one > at), default=year)
            planned = min(planned, max(coming - at, timedelta(seconds=1)))
            upcoming = changed[count] if count < len(changed) else year
            fresh += (min(upcoming, at + planned, year) - at) / year
            before, at = at, at + planned
    return Year(requests, fresh / len(pages))
