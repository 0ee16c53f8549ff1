"""The error of a settings file that cannot be used."""

from __future__ import annotations

from pathlib import Path

from archive.errors import CreditlineError, Exit


class BadSettings(CreditlineError):
    """The settings file at *path* cannot be used; *what* says why, *hint* what to do next."""

    code = Exit.SETTINGS

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path, self.what, self.hint = path, what, hint
