"""`creditline start` at work: the site changes and nobody types a command."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.collection.leases import WORKER, ledger_of
from ingest.collection.run_lock import service_lock
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import PublisherOptions, ScheduleOptions, Settings

pytestmark = pytest.mark.slow

_PATIENCE = 300.0


def settings_for(port: int, **schedule: Any) -> Settings:
    return Settings(
        connect=(("institute.example", f"127.0.0.1:{port}"),),
        schedule=ScheduleOptions(**schedule),
        publishers=(PublisherOptions("http://institute.example/"),),
    )


@contextmanager
def started(script: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the service and end it with SIGTERM."""
    process = subprocess.Popen(
        [script, "-C", folder, "start"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=_PATIENCE)


def lines_until(process: subprocess.Popen[str], wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
    """Read the service's output until an event is *wanted*."""
    told: list[dict[str, Any]] = []
    assert process.stdout is not None
    # Killed after a while, so that the test does not wait for a silent service.
    patience = threading.Timer(_PATIENCE, process.kill)
    patience.start()
    try:
        for line in process.stdout:
            told.append(json.loads(line))
            if wanted(told[-1]):
                return told
    finally:
        patience.cancel()
    raise AssertionError(f"the service did not come to it: {told[-3:]}")


def is_summary(event: dict[str, Any]) -> bool:
    return bool(event["event"] == "summary")


def test_the_service_finds_a_changed_site_without_a_command(creditline_script: Path, tmp_path: Path) -> None:
    site, layout = Site(), Layout(tmp_path / "kept")
    with serve(site) as port:
        make(layout, settings_for(port, discover=1.0, recheck=0.5, verify=3600.0))
        with started(creditline_script, layout.directory) as process:
            first = lines_until(process, is_summary)[-1]
            site.change()
            second = lines_until(process, lambda event: is_summary(event) and event["new"] > 0)[-1]
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=_PATIENCE)
            assert process.returncode == Exit.TERMINATED
    assert first["new"] >= 24
    assert (second["new"], second["changed"], second["gone"]) == (1, 1, 1)


def test_a_second_service_names_the_first_and_ends_and_a_killed_one_stops_nobody(
    creditline_script: Path, tmp_path: Path
) -> None:
    layout = Layout(tmp_path / "kept")
    with serve(Site()) as port:
        make(layout, settings_for(port))
        with started(creditline_script, layout.directory) as process:
            lines_until(process, is_summary)
            second = subprocess.run(
                [creditline_script, "-C", layout.directory, "start"],
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
            told = json.loads(
                subprocess.run(
                    [creditline_script, "-C", layout.directory, "--json", "status"],
                    capture_output=True,
                    timeout=_PATIENCE,
                    check=False,
                ).stdout
            )
            process.kill()
            process.communicate(timeout=_PATIENCE)
        assert (second.returncode, second.stdout) == (Exit.LOCKED, "")
        assert f"a service already works in {layout.directory} (process {process.pid}, since " in second.stderr
        assert told["service"][0] == process.pid
        with service_lock(layout.directory, now=datetime.now(UTC)):
            pass


def test_an_overdue_run_happens_once_after_a_kill(creditline_script: Path, tmp_path: Path) -> None:
    site, layout = Site(), Layout(tmp_path / "kept")
    with serve(site) as port:
        make(layout, settings_for(port, discover=3600.0, recheck=3600.0, verify=3600.0))
        with started(creditline_script, layout.directory) as process:
            lines_until(process, lambda event: event["event"] == "page" and event["done"] >= 10)
            process.kill()
            process.communicate(timeout=_PATIENCE)
        with started(creditline_script, layout.directory) as process:
            told = lines_until(process, is_summary)
            time.sleep(2.5)  # two beats: nothing more may be due
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        ended = [run for run in catalogue.runs() if run.finished is not None]
        items = len(catalogue.all_item_ids())
    assert len(ended) == 1
    assert items >= 24
    assert sum(is_summary(event) for event in told) == 1


def test_verification_is_recorded_as_an_event(creditline_script: Path, tmp_path: Path) -> None:
    site, layout = Site(), Layout(tmp_path / "kept")
    with serve(site) as port:
        make(layout, settings_for(port, discover=3600.0, recheck=3600.0, verify=0.1))
        with started(creditline_script, layout.directory) as process:
            fixity = lines_until(process, lambda event: event["event"] == "fixity")[-1]
    assert fixity["faults"] == 0
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        (count,) = catalogue.connection.execute("SELECT count(*) FROM event WHERE type = 'fixity'").fetchone()
    assert count >= 1


def test_visits_wait_while_workers_run_and_are_not_failures(creditline_script: Path, tmp_path: Path) -> None:
    site, layout = Site(), Layout(tmp_path / "kept")
    with serve(site) as port:
        make(layout, settings_for(port, discover=3600.0, recheck=3600.0, verify=3600.0))
        ledger_of(layout.directory).add(WORKER, "elsewhere", 1, {})
        with started(creditline_script, layout.directory) as process:
            told = lines_until(process, lambda event: bool({"skipped", "failed"} & event.keys()))[-1]
    assert "elsewhere" in told.get("skipped", ""), told
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.runs() == []
