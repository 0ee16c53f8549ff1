"""Work done by another process: the caller goes on, however that process ends."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

import pytest

from archive.errors import DiskFailed, Exit
from ingest.cataloguing import child_process
from ingest.cataloguing.child_process import TRIES, ChildProcess, ProcessDied, run_once, run_with_retries


def lives(process: int) -> bool:
    """Return whether *process* is alive, and not only waiting to be reaped."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_process_that_died_before_it_got_work_returns_no_result() -> None:
    process = ChildProcess()
    process._process.kill()
    process._process.wait()
    assert not process.is_alive
    assert process.run(partial(print, "of clocks")) is None
    process.end()


@pytest.mark.slow
def test_a_process_is_reused_and_a_dead_one_is_replaced() -> None:
    first = run_with_retries(os.getpid)
    assert run_with_retries(partial(bytes, 1_000_000)) == bytes(1_000_000)
    assert run_with_retries(os.getpid) == first
    with pytest.raises(ProcessDied, match=f"{TRIES} times"):
        run_with_retries(partial(os._exit, 3))
    assert not lives(first)
    # What was too much for one process does not affect the next piece of work.
    assert run_with_retries(os.getpid) not in (first, os.getpid())


@pytest.mark.slow
def test_each_thread_has_its_own_process_which_ends_with_the_thread() -> None:
    found: list[int] = []
    for _ in range(2):
        thread = Thread(target=lambda: found.append(run_with_retries(os.getpid)))
        thread.start()
        thread.join()
    assert found[0] != found[1]
    until = time.monotonic() + 10
    while any(map(lives, found)) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(map(lives, found))


@pytest.mark.slow
def test_an_unwanted_process_ends_and_the_next_work_gets_a_new_one() -> None:
    done = run_once(os.getpid)
    assert done is not None
    unwanted = Event()
    unwanted.set()
    assert run_once(partial(time.sleep, 60), unwanted) is None
    assert not lives(done.result)
    another = run_once(os.getpid)
    assert another is not None
    assert another.result != done.result


@pytest.mark.slow
def test_a_process_ends_with_its_parent_whether_it_is_busy_or_idle() -> None:
    # Killed, so that it cannot clean up after itself.
    began = "import os, time; from functools import partial; from threading import Thread\n" + (
        "from ingest.cataloguing.child_process import ChildProcess\n"
        "one, other = ChildProcess(), ChildProcess()\n"
        "print(one.run(os.getpid).result, other.run(os.getpid).result, flush=True)\n"
        "Thread(target=other.run, args=(partial(time.sleep, 60),)).start()\n"
        "time.sleep(0.5)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", began], capture_output=True, text=True, check=False)
    assert ended.returncode == -9, ended.stderr
    left = [int(word) for word in ended.stdout.split()]
    until = time.monotonic() + 10
    while any(map(lives, left)) and time.monotonic() < until:
        time.sleep(0.02)
    assert len(left) == 2
    assert not any(map(lives, left))


@pytest.mark.slow
def test_a_full_disk_is_reported_at_once() -> None:
    with pytest.raises(DiskFailed) as raised:
        run_with_retries(partial(_fail, Path("catalogue.db")))
    assert raised.value.code is Exit.DISK
    # This is no death: the same process goes on.
    assert run_with_retries(os.getpid) > 0


def _fail(path: Path) -> None:
    raise DiskFailed(path, OSError(28, "No space left on device"))


def test_a_process_that_has_a_second_task_still_notices_that_its_parent_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pipe, ended = SimpleQueue[bytes](), SimpleQueue[int]()
    monkeypatch.setattr(child_process, "_message", lambda _: pipe.get())
    monkeypatch.setattr(os, "_exit", ended.put)
    handed, task = child_process._Handed(), pickle.dumps(len)
    pipe.put(task)
    with handed.next() as first:
        assert first is not None
        pipe.put(task)
        while handed._messages.empty():
            time.sleep(0.001)
    with handed.next() as second:
        assert second is not None
        # The parent of the process has ended.
        pipe.put(b"")
        assert ended.get(timeout=300) == 1
