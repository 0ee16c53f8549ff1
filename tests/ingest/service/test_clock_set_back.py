"""A service whose clock was ahead for a while goes on as soon as the clock is right."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schedule

from archive.warc.capture import NoteKind
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make, open_for_work, read_settings
from ingest.collection.run_lock import run_lock
from ingest.service.service import Service
from ingest.settings.toml_file import render
from ingest.settings.values import Settings

A_YEAR = datetime.timedelta(days=365)


class Wall(datetime.datetime):
    """The clock on the wall, as the schedule library reads it."""

    ahead = A_YEAR

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Wall:
        return super().now(tz) + cls.ahead


def beats_of(layout: Layout, clock: Callable[[], datetime.datetime], then: Callable[[], None]) -> list[dict[str, Any]]:
    """Return what a service reports in three slices of time; after the first, *then* happens."""
    told, slices = list[dict[str, Any]](), list[float]()

    def sleep(seconds: float) -> None:
        if not slices:
            then()
        slices.append(seconds)

    with Console(layout.directory, quiet=True).progress("Visiting") as progress:
        Service(layout, progress, told.append, clock=clock).work(lambda: len(slices) > 2, sleep)
    return told


def test_beats_go_on_after_the_clock_was_set_back(
    tmp_path: Path, settings_at: Callable[[int], Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "datetime", SimpleNamespace(**{**vars(datetime), "datetime": Wall}))
    monkeypatch.setattr(Wall, "ahead", A_YEAR)
    layout = Layout(tmp_path / "kept")
    make(layout, settings_at(9))
    ended(layout, datetime.datetime.now(datetime.UTC))

    def set_back() -> None:
        Wall.ahead = datetime.timedelta(0)
        # A beat finds these settings wrong, and says so.
        layout.settings.write_text("this is no setting", "utf-8")

    told = beats_of(layout, lambda: datetime.datetime.now(datetime.UTC), set_back)
    assert [one["job"] for one in told if "failed" in one] == ["visit", "verify"]


def ended(layout: Layout, at: datetime.datetime, began: datetime.datetime | None = None) -> None:
    """Record a run (begun then, too, or at *began*), and a verification of everything, that ended at *at*."""
    with open_for_work(layout, read_settings(layout), clock=lambda: at) as work:
        body = {"kind": "run", "started": (began or at).isoformat(), "finished": at.isoformat()}
        work.note(NoteKind.RUN, {**body, "summary": {}})
        work.note(NoteKind.FIXITY, {"scope": "all", "found": 0})


@pytest.mark.parametrize("began", [A_YEAR, -A_YEAR], ids=["after the clock was set", "before"])
def test_a_run_and_a_verification_dated_later_do_not_delay_the_next(
    tmp_path: Path, settings_at: Callable[[int], Settings], began: datetime.timedelta
) -> None:
    layout, now = Layout(tmp_path / "kept"), datetime.datetime.now(datetime.UTC)
    make(layout, settings_at(9))
    ended(layout, now + A_YEAR, now + began)
    with open_for_work(layout, settings_at(9), clock=lambda: now - 2 * A_YEAR) as work:
        work.frontier.begin_run("page", now - 2 * A_YEAR)
    with run_lock(layout.place, now=now):  # so that both jobs are only reported as due
        told = beats_of(layout, lambda: now, lambda: None)
    assert [one["job"] for one in told if "skipped" in one] == ["visit", "verify"]


def test_a_service_with_only_settings_begins_the_first_run(
    tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    layout = Layout(tmp_path / "kept")
    layout.directory.mkdir()
    layout.settings.write_text(render(settings_at(9)), "utf-8")
    now = datetime.datetime.now(datetime.UTC)
    with run_lock(layout.place, now=now):  # so that the run is only reported as due
        told = beats_of(layout, lambda: now, lambda: None)
    assert [(one["job"], "skipped" in one) for one in told] == [("visit", False), ("visit", True)]
