"""The disk under a collection: work stops before it is full, says so, and later continues where it was."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.disk import RealDisk
from archive.errors import Exit
from archive.fixity.verifier import verify_file
from db.catalogue import Catalogue
from db.runs import Run
from ingest.cli.console import Console
from ingest.collection.collection import Layout, make, now
from ingest.collection.disk_forecast import DiskSpace, amount, disk_space
from ingest.demo.articles import load
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.service.service import Service
from ingest.settings.toml_file import render
from ingest.settings.values import ScheduleOptions, Settings, StoreOptions

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
ROOM = 10_000_000_000
RESERVE = 256_000_000


class Filling(RealDisk):
    """A disk that has room for the first few checks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def free(self, directory: Path) -> int:
        assert directory.name in ("warcs", "small")
        self.looks -= 1
        return ROOM if self.looks >= 0 else RESERVE - 1


@pytest.fixture
def small(tmp_path: Path, settings_at: Callable[[int], Settings]) -> Iterator[tuple[Layout, Settings]]:
    """A collection of a site of three articles, written in batches of one."""
    layout = Layout(tmp_path / "small")
    with serve(Site(load()[:3])) as port:
        settings = dataclasses.replace(settings_at(port), store=StoreOptions(batch=1))
        make(layout, settings)
        yield layout, settings


@pytest.mark.slow
def test_a_run_stops_at_the_reserve_and_the_next_one_continues(
    small: tuple[Layout, Settings], run_over: Callable[..., Any]
) -> None:
    layout, settings = small
    report, earlier = run_over(layout, settings, disk=Filling(8))
    assert report.stopped == "a full disk"
    assert (report.full.free, report.full.reserve) == (RESERVE - 1, RESERVE)
    assert "store.reserve_bytes" in report.full.hint
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert [run.finished for run in catalogue.runs()] == [None]
        assert catalogue.unread() == []
    assert all(verify_file(path).findings == () for path in layout.warcs.iterdir())
    report, later = run_over(layout, settings)
    assert report.stopped is None
    told = [event["url"] for event in (*earlier.events, *later.events)]
    assert len(told) == len(set(told)), "a page was visited twice"
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert len(catalogue.all_item_ids()) == 3 + 4


@pytest.mark.parametrize("words", [("run",), ("save", "http://institute.example/about/")], ids=["run", "save"])
def test_a_command_on_a_full_disk_fetches_nothing_and_exits_with_the_disk_code(
    tmp_path: Path, settings_at: Callable[[int], Settings], creditline: Callable[..., Any], words: tuple[str, ...]
) -> None:
    asked: list[Any] = []
    layout = Layout(tmp_path / "full")
    with serve(Site(load()[:1]), asked=asked) as port:
        make(layout, dataclasses.replace(settings_at(port), store=StoreOptions(reserve_bytes=10**18)))
        ended = creditline("-C", layout.directory, *words)
    assert ended.code == Exit.DISK
    assert "bytes are free, and 1,000,000,000,000,000,000 are kept in reserve" in ended.err
    assert "make room, and run again" in ended.err
    assert asked == []


def test_status_shows_free_space_and_asks_for_attention_when_it_is_short(
    tmp_path: Path, creditline: Callable[..., Any]
) -> None:
    layout = Layout(tmp_path / "kept")
    make(layout, Settings())
    ended = creditline("-C", layout.directory, "status")
    assert "free, 256 MB of it in reserve; how fast it fills is known after two runs" in ended.out
    assert ended.code == Exit.DONE
    layout.settings.write_text(f"[store]\nreserve_bytes = {10**18}\n", "utf-8")
    ended = creditline("-C", layout.directory, "status", "--json")
    disk = json.loads(ended.out)["disk"]
    assert (disk["reserve"], disk["growth"], disk["full_on"]) == (10**18, None, None)
    assert 0 < disk["free"] < 10**18
    assert "nothing is fetched until there is room" in json.loads(ended.out)["attention"][0]
    assert ended.code == Exit.ATTENTION


@pytest.mark.slow
def test_the_service_pauses_while_the_disk_is_short_and_then_continues(small: tuple[Layout, Settings]) -> None:
    layout, settings = small
    settings = dataclasses.replace(settings, schedule=ScheduleOptions(discover=10.0))
    layout.settings.write_text(render(settings), "utf-8")
    told: list[dict[str, Any]] = []

    class Short(RealDisk):
        """Has room again once it reported that it has none."""

        def free(self, directory: Path) -> int:
            assert directory.is_dir()
            return ROOM if any(event["event"] == "paused" for event in told) else RESERVE - 1

    def is_over() -> bool:
        return any(event["event"] == "summary" and event["stopped"] is None for event in told)

    with Console(layout.directory, quiet=True).progress("Visiting") as progress:
        service = Service(layout, progress, told.append, clock=now, disk=Short())
        service.work(is_over, time.sleep)
    assert [event["event"] for event in told] == ["paused", "resumed", "job", "summary"]
    assert told[0]["free"] == told[0]["reserve"] - 1
    assert told[-1]["new"] == 3 + 4


# ── When it will be full ─────────────────────────────────────────────────────────────────────────────────────


class Sized(RealDisk):
    def __init__(self, size: int) -> None:
        self.size = size

    def free(self, directory: Path) -> int:
        assert directory.is_dir()
        return self.size


def ran(day: int, kind: str = "run", *, ended: bool = True) -> Run:
    """A run of an hour on the *day*-th day before now."""
    finished = NOW - timedelta(days=day)
    return Run(day, kind, finished - timedelta(hours=1), finished if ended else None, {})


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """A collection whose first run, ten days ago, brought 9 MB, and each of five later ones 1 MB."""
    (tmp_path / "warcs").mkdir()
    for serial, day in enumerate((10, 8, 6, 4, 2, 0), start=1):
        opened = NOW - timedelta(days=day, minutes=30)
        path = tmp_path / "warcs" / f"bl-{opened:%Y%m%d%H%M%S}-{serial:05d}.warc.gz"
        path.write_bytes(bytes(9_000_000 if serial == 1 else 1_000_000))
    (tmp_path / "catalogue.db").write_bytes(bytes(7_000_000))
    return tmp_path


RUNS = [ran(day) for day in (0, 2, 4, 6, 8, 10)]


def test_the_forecast_of_a_full_disk_uses_the_growth_of_recent_runs(grown: Path) -> None:
    found = disk_space(grown, RESERVE, RUNS, Sized(RESERVE + 75_000_000), NOW)
    assert found.growth == pytest.approx(750_000)  # half a megabyte a day, and half as much of catalogue
    assert found.full_on == NOW + timedelta(days=100)
    assert found.words() == "331 MB free, 256 MB of it in reserve; 750 kB a day, full on 2027-03-05"
    assert found.attention(NOW) == []


def test_the_first_run_does_not_count_as_growth(grown: Path) -> None:
    assert disk_space(grown, RESERVE, RUNS[-1:], Sized(ROOM), NOW).growth is None
    assert disk_space(grown, RESERVE, RUNS[-2:], Sized(ROOM), NOW).growth == pytest.approx(750_000)


def test_unfinished_runs_and_runs_of_one_page_do_not_count_as_growth(grown: Path) -> None:
    odd = [ran(1, ended=False), ran(3, "page"), *RUNS]
    assert disk_space(grown, RESERVE, odd, Sized(ROOM), NOW).growth == pytest.approx(750_000)


def test_a_disk_that_is_full_soon_needs_attention_and_one_that_lasts_says_so(grown: Path) -> None:
    soon = disk_space(grown, RESERVE, RUNS, Sized(RESERVE + 750_000), NOW)
    assert soon.attention(NOW) == ["the disk will be full on 2026-11-26: make room, or move the collection"]
    assert disk_space(grown, RESERVE, RUNS, Sized(10**12), NOW).words().endswith("750 kB a day, enough for ten years")


def test_a_disk_below_its_reserve_is_short() -> None:
    assert DiskSpace(RESERVE - 1, RESERVE, None, None).short
    assert not DiskSpace(RESERVE, RESERVE, None, None).short


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (256e6, "256 MB"), (4.2e12, "4.2 TB")]
)
def test_an_amount_is_read_in_powers_of_a_thousand(size: float, words: str) -> None:
    assert amount(size) == words
