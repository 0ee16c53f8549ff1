"""The errors of what comes in and of the command that have a name; how a command ends hangs on them."""

from __future__ import annotations

from pathlib import Path

from archive.errors import CreditlineError, Exit

__all__ = [
    "BadSettings",
    "CreditlineError",
    "Exit",
    "Refused",
]


class Refused(CreditlineError):
    """A command that cannot go on, with what happened, what to do next, and the exit code."""

    # Its code is given with the case: usage, settings or bytes may be what a command cannot go on with.
    def __init__(self, what: str, hint: str, code: Exit) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code


class BadSettings(CreditlineError):
    """The settings file cannot be used. Carries what is wrong and what to do."""

    code = Exit.SETTINGS

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path, self.what, self.hint = path, what, hint
