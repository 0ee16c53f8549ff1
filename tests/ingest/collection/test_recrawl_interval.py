"""When a page is due again, and that a rebuild knows it from the records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from db.frontier import Frontier
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import Layout, make, now
from ingest.collection.recrawl_interval import due_again, is_passing, next_try
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.http.failure import FailureReason
from ingest.reading.pool import ReaderPool
from ingest.settings.values import ScheduleOptions

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_terms_page_is_due_sooner_than_others_and_never_later() -> None:
    at = datetime(2023, 4, 24, 10, tzinfo=UTC)
    often, seldom = ScheduleOptions(discover=3600, recheck=7200), ScheduleOptions(discover=7200, recheck=3600)
    assert due_again("https://institute.example/terms-of-use/", at, often) == at + HOUR
    assert due_again("https://institute.example/terms-of-use/", at, seldom) == at + HOUR
    assert due_again("https://institute.example/the-amber-road/", at, often) == at + 2 * HOUR


def test_a_rebuild_makes_no_page_due_that_was_not(
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
        assert frontier.overdue(now()) == 0
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
def test_what_time_does_not_mend_waits_a_week(latest: FailureReason) -> None:
    assert next_try(latest, 1, NOW) == NOW + timedelta(days=7)


def test_a_bad_url_is_never_tried_again() -> None:
    assert next_try(FailureReason.BAD_URL, 2, NOW) is None


@pytest.mark.parametrize(("status", "passing"), [(200, False), (404, False), (403, False), (429, True), (503, True)])
def test_time_mends_what_is_no_fault_of_ours(status: int, *, passing: bool) -> None:
    assert is_passing(status) is passing
