"""Processes that work for this one hear no Ctrl-C, and end when it is stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor
from functools import partial
from multiprocessing import forkserver

import pytest

from ingest.cataloguing.child_process import ChildProcess
from ingest.processes import end_fork_server, process_pool, start_fork_server

_ASK = """
import signal
from ingest.processes import process_pool
if __name__ == "__main__":
    with process_pool(1) as executor:
        print(executor.submit(signal.pthread_sigmask, signal.SIG_BLOCK, []).result())
    print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
"""


@pytest.mark.slow
def test_workers_of_a_pool_are_deaf_to_ctrl_c_from_their_first_moment_on() -> None:
    # In a process of its own: here, a fork server and its tracker may be running already.
    asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, timeout=120, check=True)
    assert asked.stdout == f"{ {signal.SIGINT} }\nset()\n"


@pytest.mark.slow
def test_a_process_that_does_tasks_is_deaf_to_ctrl_c() -> None:
    child = ChildProcess()
    done = child.run(partial(signal.pthread_sigmask, signal.SIG_BLOCK, []))
    child.end()
    assert done is not None
    assert done.result == {signal.SIGINT}


def _fail_while_all_wait(executor: Executor) -> None:
    waits = [executor.submit(time.sleep, 600) for _ in range(9)]
    while not waits[0].running():
        time.sleep(0.01)
    raise ZeroDivisionError


@pytest.mark.slow
@pytest.mark.usefixtures("no_shared_readers")
def test_a_pool_that_is_left_with_an_error_waits_for_nobody() -> None:
    end_fork_server()
    others = set(multiprocessing.active_children())
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError), process_pool(1) as executor:
        _fail_while_all_wait(executor)
    assert time.monotonic() - begun < 300
    assert set(multiprocessing.active_children()) <= others
    with process_pool(1) as executor:
        assert executor.submit(abs, -1).result() == 1


@pytest.mark.slow
@pytest.mark.usefixtures("no_shared_readers")
def test_a_fork_server_that_was_ended_is_started_anew() -> None:
    start_fork_server()
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # named nowhere in public
    end_fork_server()
    assert os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    end_fork_server()
    start_fork_server()
    with process_pool(1) as executor:
        assert executor.submit(abs, -1).result() == 1


@pytest.mark.parametrize("collected", ["before", "meanwhile"])
def test_a_fork_server_whose_status_another_thread_collects_is_ended_too(
    monkeypatch: pytest.MonkeyPatch, collected: str
) -> None:
    with subprocess.Popen(["sleep", "600"]) as server:
        monkeypatch.setattr(forkserver._forkserver, "_forkserver_pid", server.pid)
        kill = os.kill

        def kill_and_collect(pid: int, number: int) -> None:
            kill(pid, number)
            server.wait()

        if collected == "before":
            kill_and_collect(server.pid, signal.SIGKILL)
        monkeypatch.setattr(os, "kill", kill_and_collect)
        end_fork_server()
    assert server.returncode == -signal.SIGKILL
