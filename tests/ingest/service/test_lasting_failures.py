"""A job that fails again and again is reported each time, and does not fill the collection with records of that."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schedule

from archive.disk import RealDisk
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.imports import Import, as_body
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make, open_for_work
from ingest.service.service import SLOWEST_BEAT, Service
from ingest.settings.toml_file import render
from ingest.settings.values import ScheduleOptions, Settings

BEGAN = datetime.datetime.now(datetime.UTC)


class Odd(RealDisk):
    """A disk that fails in a way that nobody expected."""

    def free(self, directory: Path) -> int:  # noqa: ARG002 - it is the same in every folder
        raise RuntimeError("this disk is odd")


class OddAgain(RealDisk):
    """A disk that fails in that way, works once, and fails again."""

    def __init__(self) -> None:
        self.works = iter((False, True, False))

    def free(self, directory: Path) -> int:
        return super().free(directory) if next(self.works) else Odd().free(directory)


class Full(RealDisk):
    def free(self, directory: Path) -> int:  # noqa: ARG002 - it is the same in every folder
        return 0


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """Return what a service reports in beats with so many *hours* between them."""
    passed = [datetime.timedelta()]

    class Wall(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Wall:
            return super().now(tz) + passed[0]

    monkeypatch.setattr(schedule, "datetime", SimpleNamespace(**{**vars(datetime), "datetime": Wall}))

    def of(layout: Layout, hours: Sequence[int] = (0, 0, 0, 0), **given: Any) -> list[dict[str, Any]]:
        told, slices = list[dict[str, Any]](), list[float]()

        def sleep(seconds: float) -> None:
            passed[0] += datetime.timedelta(seconds=SLOWEST_BEAT + 1, hours=hours[len(slices)])
            slices.append(seconds)

        with Console(layout.directory, quiet=True).progress("Visiting") as progress:
            service = Service(layout, progress, told.append, clock=lambda: BEGAN + passed[0], **given)
            if "broken" in str(layout.directory):
                layout.settings.write_text("this is no setting", "utf-8")
            service.work(lambda: len(slices) == len(hours), sleep)
        return told

    return of


def records(layout: Layout) -> int:
    return len(list(layout.warcs.glob("*.warc*")))


def test_wrong_settings_are_reported_with_a_hint_and_make_no_record(
    tmp_path: Path, settings_at: Callable[[int], Settings], beats: Callable[..., list[dict[str, Any]]]
) -> None:
    layout = Layout(tmp_path / "broken")
    make(layout, settings_at(9))
    before = records(layout)
    told = [one for one in beats(layout) if "failed" in one]
    assert len(told) >= 4
    assert all("is not TOML" in one["failed"] and one["hint"] and "trace" not in one for one in told)
    assert records(layout) == before


def test_an_unexpected_failure_is_recorded_once_and_tried_again_after_an_hour(
    tmp_path: Path, settings_at: Callable[[int], Settings], beats: Callable[..., list[dict[str, Any]]]
) -> None:
    layout = Layout(tmp_path / "kept")
    make(layout, settings_at(9))
    # It fails at once, after the interval, and then, because that was the same, after an hour.
    told = beats(layout, disk=Odd(), hours=[7, 0, 0, 0, 0, 1, 0, 0])
    failed = [one for one in told if "this disk is odd" in one.get("failed", "")]
    assert len(failed) == 3
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert [run.kind for run in catalogue.runs()] == ["visit"]


def visited_a_month_ago(layout: Layout, settings: Settings) -> None:
    make(layout, settings)
    layout.settings.write_text(render(settings), "utf-8")
    then = BEGAN - datetime.timedelta(days=30)
    with open_for_work(layout, settings, clock=lambda: then) as work:
        work.note(
            NoteKind.RUN, {"kind": "run", "started": then.isoformat(), "finished": then.isoformat(), "summary": {}}
        )


@pytest.mark.damages_collection("an imported file is a folder")
def test_a_failure_that_cannot_be_recorded_does_not_end_the_service(
    tmp_path: Path, settings_at: Callable[[int], Settings], beats: Callable[..., list[dict[str, Any]]]
) -> None:
    layout, name = Layout(tmp_path / "kept"), "imported-20260101000000-00009.warc.gz"
    visited_a_month_ago(layout, settings_at(9))
    with open_for_work(layout, settings_at(9), clock=lambda: BEGAN) as work:
        # As if the import had been killed: its file is read when the collection is opened, which fails.
        entry = Import(name, "theirs.warc.gz", "", f"sha256:{'0' * 64}", 9, {}, {}, {}, "Ewa")
        work.note(NoteKind.IMPORT, as_body(entry))
    (layout.warcs / name).mkdir()
    told = beats(layout, hours=[0, 0])
    assert {one["job"] for one in told if name in one.get("failed", "")} == {"visit", "verify"}
    assert {one["job"] for one in told if name in one.get("unrecorded", "")} == {"visit", "verify"}


def test_a_failure_that_comes_back_after_a_success_is_recorded_again(
    tmp_path: Path, settings_at: Callable[[int], Settings], beats: Callable[..., list[dict[str, Any]]]
) -> None:
    # It is quiet all the while, so nothing is visited, only verified: now, and a month later.
    hours = (BEGAN + datetime.timedelta(hours=n) for n in (-1, 3))
    quiet = ScheduleOptions(quiet="-".join(f"{one:%H:%M}" for one in hours))
    layout = Layout(tmp_path / "kept")
    visited_a_month_ago(layout, dataclasses.replace(settings_at(9), schedule=quiet))
    told = beats(layout, disk=OddAgain(), hours=[0, 31 * 24, 0])
    assert [one["event"] for one in told if "failed" in one or one["event"] == "fixity"] == ["job", "fixity", "job"]
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert [run.kind for run in catalogue.runs()].count("verify") == 2


def test_nothing_is_verified_while_the_disk_has_no_room_for_the_result(
    tmp_path: Path, settings_at: Callable[[int], Settings], beats: Callable[..., list[dict[str, Any]]]
) -> None:
    layout = Layout(tmp_path / "kept")
    visited_a_month_ago(layout, settings_at(9))
    assert [one["event"] for one in beats(layout, disk=Full())] == ["paused"]
