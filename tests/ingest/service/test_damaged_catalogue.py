"""A service whose collection breaks meanwhile reports it, and goes on once it is repaired."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.cli.console import Console
from ingest.collection.collection import Layout, make
from ingest.service import service as services
from ingest.settings.toml_file import render
from ingest.settings.values import ScheduleOptions, Settings


class Told:
    """Stands in for mail recipients: the messages they get, in order."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def event(self, line: str) -> None:
        self.lines.append(line)

    def ended(self, *, failed: bool) -> None:
        pass

    def look(self, _attention: object) -> None:
        pass


@pytest.mark.slow
@pytest.mark.damages_collection("the catalogue is overwritten")
@pytest.mark.parametrize("size", [10, 300_000], ids=["not a database", "damaged pages"])
def test_a_damaged_catalogue_is_reported_once_and_work_goes_on_when_repaired(
    tmp_path: Path, settings_at: Callable[[int], Settings], creditline: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    layout, told, mailed = Layout(tmp_path / "kept"), list[dict[str, Any]](), Told()
    # Nothing listens on that port.
    settings = dataclasses.replace(settings_at(9), schedule=ScheduleOptions(discover=1))
    make(layout, settings)
    layout.settings.write_text(render(settings), "utf-8")
    monkeypatch.setattr(services, "Alerts", lambda *_: mailed)
    ahead = [timedelta()]
    whole = layout.catalogue.read_bytes()
    # Its first page stays as it is, so that it can be opened; or nothing stays.
    layout.catalogue.write_bytes(whole[: 4096 if size > 10 else 0] + b"x" * size)

    until = time.monotonic() + 300

    def sleep(seconds: float) -> None:
        assert time.monotonic() < until, told
        time.sleep(seconds)
        ahead[0] += timedelta(seconds=services.SLOWEST_BEAT + 1)

    def failed() -> list[dict[str, Any]]:
        return [one for one in told if one["event"] == "job" and "failed" in one]

    with Console(layout.directory, quiet=True).progress("Visiting") as progress:
        service = services.Service(layout, progress, told.append, clock=lambda: datetime.now(UTC) + ahead[0])
        service.work(lambda: len(failed()) >= 3, sleep)
        assert len({line for line in mailed.lines if "visit" in line}) == 1
        assert len(mailed.lines) <= 2, "one of each job, however often it is tried"
        layout.catalogue.unlink()
        assert creditline("-C", layout.directory, "rebuild").code == 0
        told.clear()
        service.work(lambda: any(one.get("event") == "summary" for one in told), sleep)
    assert failed() == []


@pytest.mark.slow
def test_files_that_are_missing_for_a_while_do_not_end_the_service(story: Any, tmp_path: Path) -> None:
    """As when a disk is not mounted: there is no place to record that either."""
    layout = Layout(Path(shutil.copytree(story.first.layout.directory, tmp_path / "kept")))
    told, ahead = list[dict[str, Any]](), [timedelta(days=30)]

    def sleep(_seconds: float) -> None:
        ahead[0] += timedelta(seconds=services.SLOWEST_BEAT + 1)
        time.sleep(0.1)

    away = layout.warcs.rename(tmp_path / "away")
    layout.warcs.mkdir()
    with Console(layout.directory, quiet=True).progress("Visiting") as progress:
        service = services.Service(layout, progress, told.append, clock=lambda: datetime.now(UTC) + ahead[0])
        service.work(lambda: any("failed" in one for one in told), sleep)
        assert "the WARC files are gone" in str(told)
        layout.warcs.rmdir()
        away.rename(layout.warcs)
        told.clear()
        # Else the job that failed would rest until the next beat, half a minute later.
        ahead[0] += timedelta(seconds=services.SLOWEST_BEAT + 1)
        service.work(lambda: any(one["event"] == "summary" for one in told) or len(told) > 500, sleep)
    assert any(one["event"] == "summary" for one in told)
