"""A file system that is really full: work ends or pauses with its state saved, and continues when there is room."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import PublisherOptions, ScheduleOptions, Settings, StoreOptions

pytestmark = pytest.mark.real


class SmallDisk:
    """A tmpfs whose size can be changed."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def mount(self, size: str) -> bool:
        words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(self.place)]
        return subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 0

    def grow(self, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", self.place], check=True)


@pytest.fixture
def small_disk(tmp_path: Path, need: Callable[[str], None]) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk")
    disk.place.mkdir()
    make(Layout(tmp_path / "empty"), Settings(publishers=(PublisherOptions("http://institute.example/", id="bl"),)))
    # An empty catalogue, its log while it is made, and a part of the pages, whatever tables there are by now.
    empty = (tmp_path / "empty" / "catalogue.db").stat().st_size
    if not disk.mount(f"{3 * empty // 1024}k"):
        need("a file system can only be mounted by root")
    yield disk
    subprocess.run(["umount", disk.place], check=True)


@pytest.fixture
def port() -> Iterator[int]:
    with serve(Site()) as number:
        yield number


def settings_of(port: int, reserve: int, **schedule: Any) -> Settings:
    return Settings(
        connect=(("institute.example", f"127.0.0.1:{port}"),),
        store=StoreOptions(reserve_bytes=reserve),
        schedule=ScheduleOptions(**schedule),
        publishers=(PublisherOptions("http://institute.example/", id="bl"),),
    )


def test_a_disk_filled_during_a_run_costs_work_but_no_archived_bytes(
    small_disk: SmallDisk, port: int, creditline: Any
) -> None:
    layout = Layout(small_disk.place / "kept")
    make(layout, settings_of(port, reserve=0))
    for _ in range(2):
        ended = creditline(layout.directory, "run")
        assert ended.code == Exit.DISK
        assert "full" in ended.err or "No space left" in ended.err
        assert "Traceback" not in ended.err
    assert creditline(layout.directory, "status").code == Exit.ATTENTION
    assert creditline(layout.directory, "search", "institute").code == Exit.DONE
    small_disk.grow("60m")
    ended = creditline(layout.directory, "run")
    assert (ended.code, ended.summary["new"]) == (Exit.DONE, 28)
    assert creditline(layout.directory, "verify", "--all").code == Exit.DONE
    assert creditline(layout.directory, "rebuild", "--check").code == Exit.DONE


def test_a_collection_can_be_read_on_a_completely_full_disk(small_disk: SmallDisk, port: int, creditline: Any) -> None:
    layout = Layout(small_disk.place / "kept")
    small_disk.grow("60m")
    make(layout, settings_of(port, reserve=0))
    assert creditline(layout.directory, "run", "--limit", "5").code == Exit.LIMIT
    with closing(sqlite3.connect(layout.catalogue)) as last:  # leaves nothing beside the database that could be reused
        last.execute("PRAGMA wal_checkpoint (TRUNCATE)")
    with (small_disk.place / "fill").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    assert os.statvfs(small_disk.place).f_bavail == 0
    assert creditline(layout.directory, "search", "institute").code == Exit.DONE
    assert "left by a run with a limit" in creditline(layout.directory, "status").out
    assert creditline(layout.directory, "run").code == Exit.DISK


def test_the_service_pauses_at_the_reserve_and_continues_when_there_is_room(small_disk: SmallDisk, port: int) -> None:
    layout = Layout(small_disk.place / "kept")
    # Room for an empty catalogue (0.5 MB), the reserve, and a part of the pages.
    small_disk.grow("1500k")
    make(layout, settings_of(port, reserve=700_000, discover=10.0))
    script = Path(sys.executable).with_name("creditline")
    words = [str(script), "-C", str(layout.directory), "start"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        told: list[dict[str, Any]] = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1]["event"] == "paused":
                small_disk.grow("60m")
            if told[-1]["event"] == "summary" and told[-1]["stopped"] is None:
                break
        process.terminate()
        process.communicate(timeout=300)
    assert process.returncode == Exit.TERMINATED
    events = [one["event"] for one in told if one["event"] != "page"]
    assert events == ["job", "summary", "paused", "resumed", "job", "summary"]
    assert told[-1]["new"] == 28
