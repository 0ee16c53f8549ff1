"""Processes that work for this one: a Ctrl-C, which a terminal sends to all of them, is for this one alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import forkserver, resource_tracker

from archive.interrupt import deaf_to_interrupts


def start_fork_server() -> None:
    """Start the fork server of this process, unless it runs."""
    # It starts this tracker first if need be, which unblocks SIGINT afterwards, whatever it was before.
    resource_tracker.ensure_running()
    with deaf_to_interrupts():
        forkserver.ensure_running()


def end_fork_server() -> None:
    """End the fork server of this process at once, even while it loads modules; another one can be started."""
    # multiprocessing names it nowhere in public, and asks it to end by a pipe that it reads only when it has loaded.
    pid = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_pid", None)
    if pid is not None:
        # Another thread that starts a process may see it dead, and collect its status, between these two calls.
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            # multiprocessing starts another one only if this one is seen to be dead; it collects the status itself.
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@contextmanager
def process_pool(workers: int) -> Iterator[Executor]:
    """Yield an executor of so many *workers*. If the block raises, whatever they are doing is ended."""
    # Not fork: a copy of a process with threads and open databases inherits locks that are never released.
    start_fork_server()
    others = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("forkserver"))
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.kill()
            process.join()
        raise
    finally:
        executor.shutdown()
