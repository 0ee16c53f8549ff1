"""Child process: do pieces of work in a separate process, ``python -m ingest.cataloguing.child_process``.

The process receives one pickled task after another on standard input and returns each result on standard output.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from subprocess import PIPE
from threading import Event, Thread, local
from typing import BinaryIO, Generic, TypeVar, cast

from archive.errors import CreditlineError, DiskFailed, Exit
from archive.interrupt import deaf_to_interrupts

TRIES = 3
"""How often a task is started if its process dies."""
_GLANCE = 0.5
"""Seconds between two checks whether the result of a process is still wanted."""
_IDLE = 60.0
"""Seconds after which a process without work ends."""
_LENGTH = 8
"""The number of bytes in front of each message that hold its length."""

Result = TypeVar("Result")


class ProcessDied(CreditlineError):
    """A process died `TRIES` times while it worked on the same task."""

    code = Exit.ATTENTION
    hint = "run it on this machine alone, which shows what is wrong"


class Done(Generic[Result]):
    """A finished task. The wrapper tells a result of None from no result at all."""

    def __init__(self, result: Result) -> None:
        self.result = result


class ChildProcess:
    """A separate process that does one task after another for one thread."""

    def __init__(self) -> None:
        # Not a fork, which would inherit locks, and not started by multiprocessing, which workers of a cluster may not
        # use. -P: do not import a folder called `ingest` from the current directory.
        command = [sys.executable, "-P", "-m", "ingest.cataloguing.child_process"]
        with deaf_to_interrupts():
            self._process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603 - no words of others in it

    @property
    def is_alive(self) -> bool:
        """Whether the process can be given work."""
        return self._process.poll() is None

    def run(self, task: Callable[[], Result], ended: Event | None = None) -> Done[Result] | None:
        """Do *task* in the process and wait for its result. The task and its result have to be picklable.

        Returns None if the process died, or if *ended* was set because the result is no longer wanted. In both cases
        the process cannot be used again.

        Raises:
            DiskFailed: there is no room; trying again would not help.
        """
        said = self._said(ended) if self._handed(task) else b""
        if not said:
            return None
        done: Done[Result] | DiskFailed = pickle.loads(said)  # noqa: S301 - of a process of ours
        if isinstance(done, DiskFailed):
            raise done
        return done

    def end(self) -> None:
        """Kill the process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            # Closing a pipe tries to write what is buffered. It raises if that fails, but the pipe is closed anyway.
            with suppress(BrokenPipeError):
                pipe.close()
        self._process.wait()

    # Also when the thread that started it ends: otherwise processes of cluster workers would stay behind.
    __del__ = end

    def _handed(self, task: Callable[[], object]) -> bool:
        assert self._process.stdin is not None
        try:
            _tell(cast(BinaryIO, self._process.stdin), task)
        except BrokenPipeError:
            return False
        return True

    def _said(self, ended: Event | None) -> bytes:
        """Return the next message of the process; b"" if the process died or *ended* was set."""
        said: list[bytes] = []
        assert self._process.stdout is not None
        # Read in another thread, so this one can check meanwhile whether the result is still wanted.
        pipe = self._process.stdout.fileno()
        heard = Thread(target=lambda: said.append(_message(pipe)), daemon=True)
        heard.start()
        while heard.is_alive() and not (ended is not None and ended.is_set()):
            heard.join(_GLANCE)
        if heard.is_alive():
            self._process.kill()
            heard.join()
            return b""
        return said[0]


def run_once(task: Callable[[], Result], ended: Event | None = None) -> Done[Result] | None:
    """Do *task* like `ChildProcess.run`, in a process that this thread keeps.

    The process is kept for the next task, because loading the reader takes as long as reading 300 pages.
    """
    done = _standing().run(task, ended)
    if done is None:
        _kept.process.end()
    return done


def run_with_retries(task: Callable[[], Result]) -> Result:
    """Do *task* like `run_once`, and start it again if its process dies.

    Raises:
        ProcessDied: the process died `TRIES` times.
        DiskFailed: see `ChildProcess.run`.
    """
    for _ in range(TRIES):
        if (done := run_once(task)) is not None:
            return done.result
    raise ProcessDied(f"a process ended {TRIES} times before its work was done")


_kept = local()


def _standing() -> ChildProcess:
    """Return the process that this thread keeps; a new one if that has ended."""
    process: ChildProcess | None = getattr(_kept, "process", None)
    if process is None or not process.is_alive:
        process = _kept.process = ChildProcess()
    return process


# ── Messages through the pipes ───────────────────────────────────────────────────────────────────────────────


def _tell(out: BinaryIO, what: object) -> None:
    said = pickle.dumps(what)
    out.write(len(said).to_bytes(_LENGTH, "big") + said)
    out.flush()


def _message(pipe: int) -> bytes:
    """Return the next message from *pipe* (a file descriptor); b"" if the pipe ends first."""
    length = _exactly(pipe, _LENGTH)
    return _exactly(pipe, int.from_bytes(length, "big")) if length else b""


def _exactly(pipe: int, length: int) -> bytes:
    """Read *length* bytes from the file descriptor *pipe*; b"" if it ends first."""
    # Not with a file object: a thread that waits in one holds its lock, which Python needs when the program ends.
    got = bytearray()
    while len(got) < length:
        part = os.read(pipe, min(length - len(got), 1 << 20))
        if not part:
            return b""
        got += part
    return bytes(got)


# ── In the process itself ────────────────────────────────────────────────────────────────────────────────────


class _Handed:
    """The tasks that arrive on standard input, until it ends or nothing arrives for `_IDLE` seconds."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        # Each counter is changed by one thread only: the next task may arrive before this one is counted as done.
        self._came = self._done = 0
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while message := _message(0):
            self._came += 1
            self._messages.put(message)
        # The parent process has ended while a task is unfinished: nobody wants the result.
        if self._came != self._done:
            os._exit(1)
        self._messages.put(b"")

    @contextmanager
    def next(self) -> Iterator[Callable[[], object] | None]:
        """Yield the next task; None if there is none."""
        try:
            message = self._messages.get(timeout=_IDLE)
        except Empty:
            message = b""
        yield pickle.loads(message) if message else None  # noqa: S301 - of who began this one
        self._done += 1


def main() -> None:
    """Do the tasks from standard input one after the other."""
    # Ignore Ctrl-C: the parent decides when to stop, and ends its processes then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handed = _Handed()
    with os.fdopen(os.dup(1), "wb") as out:
        # Send everything that a library prints to standard error, to keep it out of the results.
        os.dup2(2, 1)
        while True:
            with handed.next() as task:
                if task is None:
                    return
                try:
                    said: object = Done(task())
                except DiskFailed as error:
                    said = error
                _tell(out, said)


if __name__ == "__main__":
    # Imported under its full name, because pickle looks up the classes there, not in __main__.
    from ingest.cataloguing.child_process import main as of_module

    of_module()
