"""Exit codes: what the command tells whoever called it; a public promise."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    BUG = 1
    """A fault of ours; the traceback says where."""
    USAGE = 2
    ATTENTION = 3
    """Done, and something needs a look: pages failed, an older reader's rows, an overdue run."""
    INTEGRITY = 4
    """Bytes or rows are not what they were."""
    NOTHING = 5
    """Nothing was captured."""
    LIMIT = 6
    """Stopped at a limit that was set; state saved."""
    DISK = 7
    LOCKED = 8
    """A live run holds the collection."""
    SETTINGS = 9
    """Settings are invalid, or the catalogue is of a newer program."""
    INTERRUPTED = 130
    TERMINATED = 143


class Refused(Exception):
    """A command that cannot go on, with what happened, what to do next, and the exit code."""

    def __init__(self, what: str, hint: str, code: Exit) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code
