"""The errors of what comes in and of the command that have a name; how a command ends hangs on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from archive.errors import CreditlineError, Exit

__all__ = [
    "BadSettings",
    "BadStatement",
    "CreditlineError",
    "Exit",
    "FileRefused",
    "Locked",
    "Refused",
    "WorkersVisit",
]


class Refused(CreditlineError):
    """A command that cannot go on, with what happened, what to do next, and the exit code."""

    def __init__(self, what: str, hint: str, code: Exit) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code


class BadSettings(CreditlineError):
    """The settings file cannot be used. Carries what is wrong and what to do."""

    code = Exit.SETTINGS

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path, self.what, self.hint = path, what, hint


class Locked(CreditlineError):
    """Another run holds the lock. Carries its process id and when it began, as far as they are known."""

    code = Exit.LOCKED
    hint = "wait for it to end, or stop it: `creditline status` shows it"

    def __init__(self, path: Path, pid: int | None, since: str | None) -> None:
        # The file may have been read between truncation and write, so either may be wanting.
        holder = f"process {pid}" + (f", since {since}" if since else "") if pid else "another process"
        super().__init__(f"a run is under way in {path.parent} ({holder})")
        self.path, self.pid, self.since = path, pid, since


class WorkersVisit(CreditlineError):
    """Workers visit the collection, and beside them something must not be done; *hint* says what may be.

    Attributes:
        workers: their names.
    """

    code = Exit.LOCKED

    def __init__(self, workers: Sequence[str], hint: str) -> None:
        many = f"{len(workers)} workers visit" if len(workers) > 1 else "a worker visits"
        super().__init__(f"{many} this collection: {', '.join(workers[:3])}")
        self.workers, self.hint = tuple(workers), hint


class FileRefused(CreditlineError, ValueError):
    """A file on the disk that is not read; *why* says what is wrong with it, *hint* what to do."""

    code = Exit.USAGE

    def __init__(self, path: str, why: str, hint: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why, self.hint = path, why, hint


class BadStatement(CreditlineError, ValueError):
    """A line that is no statement to be read."""

    code = Exit.USAGE
