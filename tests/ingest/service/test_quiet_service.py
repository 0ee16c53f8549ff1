"""A service in its quiet hours visits nothing, and breaks off a run that is still going when they begin."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ingest.cli.console import Console
from ingest.collection.collection import Layout, make
from ingest.settings.toml_file import render
from ingest.settings.values import ScheduleOptions, Settings


def test_nothing_is_requested_in_quiet_hours(tmp_path: Path, settings_at: Callable[[int], Settings]) -> None:
    from ingest.service.service import Service

    # Nothing listens on that port: a visit would be reported as a failed run.
    settings = dataclasses.replace(settings_at(9), schedule=ScheduleOptions(quiet="22:00-06:00"))
    layout, told, beats = Layout(tmp_path / "kept"), list[dict[str, Any]](), list[float]()
    make(layout, settings)
    layout.settings.write_text(render(settings), "utf-8")
    night = datetime.now(UTC).replace(hour=23) + timedelta(days=1)
    with Console(layout.directory, quiet=True).progress("Visiting") as progress:
        service = Service(layout, progress, told.append, clock=lambda: night)
        service.work(lambda: len(beats) > 2, beats.append)
    assert told == []
