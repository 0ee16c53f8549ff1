"""Exit codes: what the command tells whoever called it; a public promise."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    """Done, and nothing needs a look."""
    BUG = 1
    """A fault of Creditline; the traceback says where. Please report it."""
    USAGE = 2
    """The command line asks for what is not there: an unknown flag, item, file or collection. Nothing was changed."""
    ATTENTION = 3
    """Done, and something needs a look: pages that failed or were blocked (not those that are gone, never were,
    want a password or are closed by robots.txt), a site that a dry run could not reach, a page on disk that could not
    be read, an overdue run, rows of an older reader."""
    INTEGRITY = 4
    """Bytes or rows are not what they were; each is named with its file, offset and record."""
    NOTHING = 5
    """Nothing was captured: every visit failed or was refused. `creditline failures` says why."""
    LIMIT = 6
    """Stopped at a limit that was set; the state is saved, and the same command goes on."""
    DISK = 7
    """The disk is full or nearly so, it failed, or it may not be read or written; the state is saved."""
    LOCKED = 8
    """Another run is at work in the collection. Nothing was changed."""
    SETTINGS = 9
    """The settings are invalid, a contact is missing, or the catalogue is of a newer program. Nothing was changed."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C; the state is saved."""
    TERMINATED = 143
    """Stopped by SIGTERM, after the page under way; the state is saved."""


class Refused(Exception):
    """A command that cannot go on, with what happened, what to do next, and the exit code."""

    def __init__(self, what: str, hint: str, code: Exit) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code
