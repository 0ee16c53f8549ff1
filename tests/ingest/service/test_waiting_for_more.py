"""Pages that are due wait for others, because each visit makes a file for each publisher."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.warc.capture import NoteKind
from db.frontier import Discovery
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make, open_for_work
from ingest.collection.run_lock import run_lock
from ingest.service.service import Service, wait_for_more
from ingest.settings.toml_file import render
from ingest.settings.values import ScheduleOptions, Settings

HOUR = 3600.0
ENDED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("every", "waited"), [(60.0, 60.0), (6 * HOUR, HOUR), (24 * HOUR, 4 * HOUR)])
def test_pages_that_are_due_wait_an_hour_or_a_sixth_of_a_longer_interval(every: float, waited: float) -> None:
    assert wait_for_more(every) == waited


def test_a_visit_begins_once_a_page_that_is_due_has_waited_for_more_or_the_lists_are_to_be_read(
    tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    layout = Layout(tmp_path / "kept")
    settings = dataclasses.replace(settings_at(9), schedule=ScheduleOptions(discover=12 * HOUR))
    make(layout, settings)
    layout.settings.write_text(render(settings), "utf-8")
    with open_for_work(layout, settings, clock=lambda: ENDED) as work:
        body = {"kind": "run", "started": ENDED.isoformat(), "finished": ENDED.isoformat()}
        work.note(NoteKind.RUN, {**body, "summary": {}})

    def begins(hours: float) -> bool:
        told, slices, at = list[dict[str, Any]](), list[float](), ENDED + timedelta(hours=hours)
        # A visit is only reported as due, because another command holds the lock.
        with run_lock(layout.place, now=at), Console(layout.directory, quiet=True).progress("Visiting") as progress:
            service = Service(layout, progress, told.append, clock=lambda: at)
            service.work(lambda: bool(slices), slices.append)
        return "visit" in [one["job"] for one in told if "skipped" in one]

    assert [begins(2), begins(11.9), begins(12)] == [False, False, True]
    with open_for_work(layout, settings, clock=lambda: ENDED) as work:
        work.frontier.seed([Discovery("http://institute.example/new/", "in")], now=ENDED)
    assert [begins(1.9), begins(2)] == [False, True]
