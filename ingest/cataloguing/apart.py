"""Apart: work that a new process does: ``python -m ingest.cataloguing.apart``, which is handed one piece after another
on standard input and gives what came of each on standard output.
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

TRIES = 3
"""So often is work begun whose process dies."""
_GLANCE = 0.5
"""Seconds after which whoever waits for a process looks whether it is still wanted."""
_IDLE = 60.0
"""Seconds after which a process that is handed nothing ends."""
_LENGTH = 8
"""Bytes before each message that say how long it is."""

Result = TypeVar("Result")


class Died(CreditlineError):
    """A process died again and again over one piece of work."""

    code = Exit.ATTENTION
    hint = "do it on this machine alone, where it is told what is wrong"


class Done(Generic[Result]):
    """What came of a piece of work."""

    def __init__(self, result: Result) -> None:
        self.result = result


class Apart:
    """A process of its own, which does one piece of work after another for one thread."""

    def __init__(self) -> None:
        # Not a copy of this process, which would inherit its locks; nor one that multiprocessing begins, for a worker
        # of a cluster may begin none. -P: a folder called `ingest` where the command is given is none of ours.
        command = [sys.executable, "-P", "-m", "ingest.cataloguing.apart"]
        self._process = subprocess.Popen(command, stdin=PIPE, stdout=PIPE)  # noqa: S603 - no words of others in it

    @property
    def lives(self) -> bool:
        """Whether it can be handed work."""
        return self._process.poll() is None

    def do(self, task: Callable[[], Result], ended: Event | None = None) -> Done[Result] | None:
        """Have *task* done, which can be pickled as its result can; None where the process died over it, or *ended*
        tells that nobody wants it any more: then it is of no use for anything else.

        Raises:
            DiskFailed: there is no room, which no further try would find.
        """
        said = self._said(ended) if self._handed(task) else b""
        if not said:
            return None
        done: Done[Result] | DiskFailed = pickle.loads(said)  # noqa: S301 - of a process of ours
        if isinstance(done, DiskFailed):
            raise done
        return done

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            # Closing writes what was not taken once more; afterwards it is closed all the same.
            with suppress(BrokenPipeError):
                pipe.close()
        self._process.wait()

    # With the thread that began it, where that ends: what a worker of a cluster keeps is nobody's afterwards.
    __del__ = end

    def _handed(self, task: Callable[[], object]) -> bool:
        assert self._process.stdin is not None
        try:
            _tell(cast(BinaryIO, self._process.stdin), task)
        except BrokenPipeError:
            return False
        return True

    def _said(self, ended: Event | None) -> bytes:
        """Return what it gave, b"" where it died first, or is not waited for any more."""
        said: list[bytes] = []
        assert self._process.stdout is not None
        # In a thread, so that this one can look meanwhile whether it is wanted yet.
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


def once(task: Callable[[], Result], ended: Event | None = None) -> Done[Result] | None:
    """Do *task* as `Apart.do` does, in the process that this thread keeps.

    It is kept for what this thread has done next: to load the reader takes as long as to read 300 pages.
    """
    done = _standing().do(task, ended)
    if done is None:
        _kept.process.end()
    return done


def again(task: Callable[[], Result]) -> Result:
    """Do *task* as `once` does, and begin it again where its process dies.

    Raises:
        Died: it died `TRIES` times.
        DiskFailed: see `Apart.do`.
    """
    for _ in range(TRIES):
        if (done := once(task)) is not None:
            return done.result
    raise Died(f"a process ended {TRIES} times before its work was done")


_kept = local()


def _standing() -> Apart:
    """Return the process that this thread keeps, a new one where that has ended."""
    process: Apart | None = getattr(_kept, "process", None)
    if process is None or not process.lives:
        process = _kept.process = Apart()
    return process


# ── What goes through the pipes ──────────────────────────────────────────────────────────────────────────────


def _tell(out: BinaryIO, what: object) -> None:
    said = pickle.dumps(what)
    out.write(len(said).to_bytes(_LENGTH, "big") + said)
    out.flush()


def _message(pipe: int) -> bytes:
    """Return the next message of *pipe*, b"" where it ends before that does."""
    length = _exactly(pipe, _LENGTH)
    return _exactly(pipe, int.from_bytes(length, "big")) if length else b""


def _exactly(pipe: int, length: int) -> bytes:
    # Not by a file: a thread that waits in one holds a lock of it, which the end of a program asks for.
    got = bytearray()
    while len(got) < length:
        part = os.read(pipe, min(length - len(got), 1 << 20))
        if not part:
            return b""
        got += part
    return bytes(got)


# ── In the process itself ────────────────────────────────────────────────────────────────────────────────────


class _Handed:
    """The work that comes on standard input, until that ends or nothing comes any more."""

    def __init__(self) -> None:
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        # Each is counted by one thread alone: the next piece may come before it is noted that this one is done.
        self._came = self._done = 0
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while message := _message(0):
            self._came += 1
            self._messages.put(message)
        # Whoever began this one has ended: what is made is of no use to anybody any more.
        if self._came != self._done:
            os._exit(1)
        self._messages.put(b"")

    @contextmanager
    def next(self) -> Iterator[Callable[[], object] | None]:
        """Yield the next piece of work, None where there is none."""
        try:
            message = self._messages.get(timeout=_IDLE)
        except Empty:
            message = b""
        yield pickle.loads(message) if message else None  # noqa: S301 - of who began this one
        self._done += 1


def main() -> None:
    """Do what standard input hands over, piece after piece."""
    # Whoever began it decides: it ends the others too where a person breaks it off, and they end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handed = _Handed()
    with os.fdopen(os.dup(1), "wb") as out:
        # What a library prints must not stand in the result.
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
    # By its full name: what is pickled here is looked for there.
    from ingest.cataloguing.apart import main as of_module

    of_module()
