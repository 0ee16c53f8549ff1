"""Failures in a reader process are reported for its page; none reaches the run or the terminal."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Damaged, DiskFailed
from archive.http.exchange import Response, read_head
from archive.warc.reader import read_record_at
from ingest.cataloguing import reader_pool
from ingest.cataloguing.reader_pool import NoReaders, Pending, ReaderPool
from ingest.discovery.links import Outlinks, given_up, read_names
from ingest.processes import end_fork_server

MANY_READERS = """
from ingest.cataloguing import reader_pool

reader_pool.PRELOADED = ["ingest.cataloguing.reader_pool"]
if __name__ == "__main__":
    for _ in range(3):
        with reader_pool.ReaderPool(6) as readers:
            assert readers.schedule(int, ("7",), lambda reason: 0).result() == 7
"""


def damaged(folder: Path) -> Path:
    path = folder / "damaged.warc.gz"
    path.write_bytes(b"no record")
    return path


@pytest.mark.parametrize(
    ("function", "arguments", "why"),
    [
        (pickle.loads, lambda _: (b"",), "EOFError"),  # an unforeseen error
        (read_head, lambda _: (b"no head",), "BadHead"),  # one of ours
        (open, lambda _: (os.devnull,), "TypeError"),  # no error, but a result that cannot be passed on
    ],
)
def test_any_failure_of_a_reader_is_reported_for_its_page_and_the_next_is_read(
    readers: ReaderPool,
    tmp_path: Path,
    function: Callable[..., Any],
    arguments: Callable[[Path], tuple[Any, ...]],
    why: str,
) -> None:
    with readers as pool:
        told = pool.schedule(function, arguments(tmp_path), lambda reason: reason).result()
        assert str(told).startswith("the reader failed: ")
        assert why in str(told)
        assert pool.schedule(int, ("7",), lambda _: 0).result() == 7


def test_a_damaged_file_is_raised_as_an_error_and_not_reported_for_a_page(readers: ReaderPool, tmp_path: Path) -> None:
    with readers as pool:
        told = pool.schedule(read_record_at, (damaged(tmp_path), 0), lambda reason: reason)
        with pytest.raises(Damaged) as raised:
            told.result()
        assert (raised.value.path, raised.value.offset) == (tmp_path / "damaged.warc.gz", 0)
        failed = DiskFailed(tmp_path, OSError(5, "Input/output error"))
        assert str(copy(failed)) == str(failed)


def keep_scheduling(pool: ReaderPool) -> None:
    for _ in range(1000):
        pool.schedule(pow, (7, 10**6), lambda _: 0).result()


def test_the_loss_of_all_readers_is_raised_and_not_reported_for_a_page() -> None:
    with ReaderPool(1) as pool:
        pid = pool.schedule(os.getpid, (), lambda _: 0).result()
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(NoReaders):
            keep_scheduling(pool)


@pytest.mark.slow
def test_a_reader_that_starts_after_the_end_prints_nothing(tmp_path: Path) -> None:
    script = tmp_path / "many.py"
    script.write_text(MANY_READERS)
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=600)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
LONG = Response("http://institute.example/robots.txt", HEAD + b"# nothing is refused\n" * 250_000)
SHORT = Response("http://institute.example/robots.txt", HEAD + b"Sitemap: http://institute.example/map.xml\n")


def schedule_names(pool: ReaderPool, found: Response) -> Pending[Outlinks]:
    return pool.schedule_by_size(found, read_names, (found, "robots"), given_up)


@pytest.mark.slow
def test_long_responses_are_read_one_at_a_time_and_short_ones_overtake(readers: ReaderPool) -> None:
    with readers as pool:
        waiting = [schedule_names(pool, LONG) for _ in range(4)]
        assert schedule_names(pool, SHORT).result().sitemaps == ("http://institute.example/map.xml",)
        assert not waiting[-1].begun
        at_once = set()
        while not waiting[-1].done():
            at_once.add(sum(1 for one in waiting if one.begun and not one.begun[0].done()))
            time.sleep(0.005)
        assert max(at_once) == 1
        assert [one.result() for one in waiting] == [Outlinks()] * 4


def test_waiting_long_responses_are_given_up_with_the_readers(readers: ReaderPool) -> None:
    with readers as pool:
        waiting = [schedule_names(pool, LONG) for _ in range(3)]
        pool.give_up()
    assert waiting[-1].result() == given_up("the reader was stopped before it came to this page")
    assert all(one.done() for one in waiting[1:])


def test_a_long_response_that_no_reader_has_begun_is_given_up_with_them() -> None:
    # Else the thread that waits for it would keep the process for ever.
    with ReaderPool(1) as pool:
        busy = pool.schedule(time.sleep, (600,), lambda reason: reason)
        # More than a pipe holds: what comes after it is handed to no reader.
        pool.schedule(len, (LONG.data,), lambda reason: reason)
        reading = schedule_names(pool, LONG)
        while not (reading.begun and busy.future.running()):
            time.sleep(0.005)
        pool.give_up()
    reading.wait(30)
    assert reading.done()
    assert reading.result() == given_up("the reader was stopped before it came to this page")


class StoppedMeanwhile(ReaderPool):
    """A pool that is stopped in the moment after it has taken a long response."""

    def _handed(self, *task: Any) -> Any:
        handed = super()._handed(*task)
        self._stopped = True
        return handed


def test_a_long_response_that_is_taken_while_the_readers_are_stopped_is_given_up() -> None:
    with StoppedMeanwhile(1) as pool:
        reading = pool.schedule_by_size(LONG, time.sleep, (600,), lambda reason: reason)
        reading.wait(30)
        assert reading.result() == "the reader was stopped before it came to this page"
        pool.give_up()


class SlowToStart:
    """A pool like the library's, which has started when the test says so."""

    may_start = threading.Event()

    def __init__(self, *_how: object) -> None: ...

    @property
    def active(self) -> bool:
        return self.may_start.wait(30)

    def close(self) -> None: ...

    def join(self) -> None: ...


def _interrupt(_ready: bool) -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.usefixtures("no_shared_readers")
def test_ctrl_c_ends_readers_that_are_still_loading_and_others_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    end_fork_server()
    ended: list[str] = []

    def end() -> None:
        end_fork_server()
        ended.append("ended")

    monkeypatch.setattr(reader_pool, "end_fork_server", end)
    with pytest.raises(KeyboardInterrupt), ReaderPool(1) as readers:
        _interrupt(readers.is_ready())
    assert len(ended) == 1
    # Any other error is one of the page or the command; other pools of this process go on.
    with pytest.raises(ZeroDivisionError), ReaderPool(1) as readers:
        _ = 1 / int(str(readers.schedule(abs, (0,), str).result()))
    end_fork_server()
    with ReaderPool(1) as readers:
        blocked = readers.schedule(signal.pthread_sigmask, (signal.SIG_BLOCK, []), lambda why: why).result()
    assert blocked == {signal.SIGINT}
    assert len(ended) == 1


class WithoutServer(SlowToStart):
    """A pool like the library's, whose fork server is ended while it starts."""

    @property
    def active(self) -> bool:
        raise BrokenProcessPool


def test_readers_whose_server_is_ended_while_they_start_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    # An error of a thread would be printed at Ctrl-C; here it fails the test.
    monkeypatch.setattr(reader_pool, "ProcessPool", WithoutServer)
    with ReaderPool(1) as readers:
        assert readers.is_ready(30)


def test_asking_whether_readers_are_ready_does_not_wait_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_pool, "ProcessPool", SlowToStart)
    with ReaderPool(2) as starting:
        assert not starting.is_ready()
        assert not starting.is_ready(0.01)
        SlowToStart.may_start.set()
        assert starting.is_ready(30)
