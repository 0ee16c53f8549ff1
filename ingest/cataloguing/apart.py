"""Apart: work that a new process does: ``python -m ingest.cataloguing.apart``, which is handed it on standard input and
gives its result on standard output.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from subprocess import PIPE
from threading import Event, Thread
from typing import Generic, TypeVar, cast

from archive.errors import CreditlineError, DiskFailed, Exit

TRIES = 3
"""So often is work begun whose process dies."""
_GLANCE = 0.5
"""Seconds after which whoever waits for a process looks whether it is still wanted."""

Result = TypeVar("Result")


class Died(CreditlineError):
    """A process died again and again over one piece of work."""

    code = Exit.ATTENTION
    hint = "do it on this machine alone, where it is told what is wrong"


class Done(Generic[Result]):
    """What came of a piece of work."""

    def __init__(self, result: Result) -> None:
        self.result = result


def once(task: Callable[[], Result], ended: Event | None = None) -> Done[Result] | None:
    """Do *task*, which can be pickled as its result can, in a new process; None where that dies. *ended* tells that
    nobody wants it any more.

    Raises:
        DiskFailed: there is no room, which no further try would find.
    """
    # Not a copy of this process, which would inherit its locks; nor one that multiprocessing begins, for a worker of a
    # cluster may begin none. -P: a folder called `ingest` where the command is given is none of ours.
    command = [sys.executable, "-P", "-m", "ingest.cataloguing.apart"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE) as process:  # noqa: S603 - no words of others in it
        try:
            said = _said(process, ended) if _handed(process, task) else b""
        finally:
            process.kill()
    if not said:
        return None
    done: Done[Result] | DiskFailed = pickle.loads(said)  # noqa: S301 - of a process of ours
    if isinstance(done, DiskFailed):
        raise done
    return done


def again(task: Callable[[], Result]) -> Result:
    """Do *task* as `once` does, and begin it again where its process dies.

    Raises:
        Died: it died `TRIES` times.
        DiskFailed: see `once`.
    """
    for _ in range(TRIES):
        if (done := once(task)) is not None:
            return done.result
    raise Died(f"a process ended {TRIES} times before its work was done")


def _handed(process: subprocess.Popen[bytes], task: Callable[[], object]) -> bool:
    assert process.stdin is not None
    try:
        pickle.dump(task, process.stdin)
        # And left open: it ends the process with this one.
        process.stdin.flush()
    except BrokenPipeError:
        # Closing writes what was not taken once more; afterwards it is closed all the same.
        with suppress(BrokenPipeError):
            process.stdin.close()
        return False
    return True


def _said(process: subprocess.Popen[bytes], ended: Event | None) -> bytes:
    """Return what *process* gave, b"" where it died first, or is not waited for any more."""
    said: list[bytes] = []
    assert process.stdout is not None
    # In a thread: a result that is longer than a pipe holds has to be read while the process is waited for.
    reader = Thread(target=lambda out: said.append(out.read()), args=(process.stdout,), daemon=True)
    reader.start()
    while reader.is_alive() and not (ended is not None and ended.is_set()):
        reader.join(_GLANCE)
    if reader.is_alive():
        process.kill()
        reader.join()
        return b""
    return said[0] if process.wait() == Exit.DONE else b""


def _end_with_parent() -> None:
    # Not by `sys.stdin`, whose lock this thread would hold when the program ends.
    while os.read(0, 1):
        pass
    # At once: what it makes is of no use to anybody any more.
    os._exit(1)


def main() -> None:
    """Do the work that standard input holds."""
    # Whoever began it decides: it ends the others too where a person breaks it off, and they end with it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as out:
        # What a library prints must not stand in the result.
        os.dup2(2, 1)
        task = cast(Callable[[], object], pickle.load(sys.stdin.buffer))  # noqa: S301 - of who began this one
        Thread(target=_end_with_parent, daemon=True).start()
        try:
            said: object = Done(task())
        except DiskFailed as error:
            said = error
        pickle.dump(said, out)


if __name__ == "__main__":
    # By its full name: what is pickled here is looked for there.
    from ingest.cataloguing.apart import main as of_module

    of_module()
