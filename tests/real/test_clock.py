"""A clock set back by years, before or during a run: everything is still read, reported and proved."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import FetchOptions, PublisherOptions, Settings

pytestmark = [pytest.mark.real, pytest.mark.slow]

COMMAND = Path(sys.executable).with_name("creditline")
LIBRARY = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
"""Gives a process another time; monotonic clocks go on, as where a clock is set."""
LONGEST = 240


@pytest.fixture
def layout(tmp_path: Path, need: Callable[[str], None]) -> Iterator[Layout]:
    """A collection whose site answers."""
    if not LIBRARY:
        need("no clock can be set without the package faketime")
    made = Layout(tmp_path / "held")
    with serve(Site()) as port:
        institute = PublisherOptions(url="http://institute.example/", id="bl")
        connect = (("institute.example", f"127.0.0.1:{port}"),)
        make(made, Settings(publishers=(institute,), connect=connect, fetch=FetchOptions(delay=0.02)))
        yield made


def begun(layout: Layout, clock: Path, *words: str) -> subprocess.Popen[str]:
    """Start a command whose clock follows the file *clock*."""
    told = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    told |= {"LD_PRELOAD": str(LIBRARY[0])}
    return subprocess.Popen(
        [str(COMMAND), "-C", str(layout.directory), *words],
        env=os.environ | told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def set_clock(clock: Path, said: str) -> None:
    """Write *said* into *clock*, atomically for concurrent readers."""
    anew = clock.with_suffix(".anew")
    anew.write_text(f"{said}\n")
    anew.replace(clock)


def captures(layout: Layout) -> int:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return len(list(catalogue.all_captures()))


@pytest.mark.parametrize(("before", "amidst"), [("-12y", "-54y"), ("", "-12y")], ids=["before and amidst", "amidst"])
def test_a_clock_set_back_by_years_stops_neither_a_run_nor_a_reader(
    layout: Layout, tmp_path: Path, before: str, amidst: str
) -> None:
    clock, enough = tmp_path / "clock", 8
    set_clock(clock, "+0")
    if before:
        process = begun(layout, clock, "run", "--limit", "5")
        process.communicate(timeout=LONGEST)
        assert process.returncode in (Exit.DONE, Exit.ATTENTION, Exit.LIMIT)
        enough += captures(layout)
        set_clock(clock, before)
    process = begun(layout, clock, "run")
    until = time.monotonic() + LONGEST
    while captures(layout) < enough and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    set_clock(clock, amidst)
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode in (Exit.DONE, Exit.ATTENTION), said
    assert "Traceback" not in said
    assert not before or "the clock is" in said
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert list(catalogue.unread()) == []
        assert len(list(catalogue.all_item_ids())) > 20
    set_clock(clock, "+0")
    for words in (("verify", "--all"), ("rebuild", "--check")):
        ended = begun(layout, clock, *words)
        out, said = ended.communicate(timeout=LONGEST)
        assert ended.returncode == Exit.DONE, out + said
