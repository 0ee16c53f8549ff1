"""Named errors of the catalogue: databases that are refused, and invalid decisions."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archive.errors import CreditlineError, Exit


class CatalogueRefused(CreditlineError):
    """A database cannot be opened as a catalogue.

    Attributes:
        path: the file.
        hint: what to do next.
    """

    code = Exit.USAGE

    def __init__(self, message: str, path: Path, hint: str) -> None:
        super().__init__(f"{message}: {path}. {hint}")
        self.path = path
        self.hint = hint


class NoCatalogue(CatalogueRefused):
    """The file does not exist."""


class NotACatalogue(CatalogueRefused):
    """The file, or whatever is in its place, is something else. It was not touched."""


class DamagedCatalogue(CatalogueRefused):
    """All or part of it is no longer a database, but the WARC files that it was made from are still there."""

    code = Exit.INTEGRITY


class NewerCatalogue(CatalogueRefused):
    """A newer Creditline wrote it."""

    code = Exit.SETTINGS


class OlderCatalogue(CatalogueRefused):
    """An older Creditline wrote it, and the command may not bring it up to date."""

    code = Exit.SETTINGS


class UnsuitableSqlite(CreditlineError):
    """The SQLite of this Python is too old, or was built without what the catalogue needs."""

    code = Exit.SETTINGS
    hint = "use a Python that has another: python3 -c 'import sqlite3; print(sqlite3.sqlite_version)' shows it"


class BadDecision(CreditlineError, ValueError):
    """The input is not a valid decision; *hint* says how to enter one."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class PortTaken(CreditlineError):
    """It is impossible to listen there: another program does, or this machine has no such address."""

    code = Exit.USAGE
    hint = "name another with --port N (0 is any free one)"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"nothing can listen on {host}:{port}")
        self.host, self.port = host, port


def of_the_database(error: BaseException) -> bool:
    """Say whether *error* means that the database cannot be used: it is full, damaged or locked by another program.

    A damaged one raises a plain DatabaseError; its subclasses concern the values to be written.
    """
    # By exact type: subclasses such as IntegrityError mean a bug in this program.
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


# Caught where rows are verified: an unknown enumeration value, an invalid date, a reference to nothing.
BROKEN_ROWS = (ValueError, TypeError, LookupError, AttributeError, sqlite3.DatabaseError)
"""What reading rows raises if they hold something that no fold writes."""

# Caught where work goes on after the file has been repaired.
BROKEN_FILE = sqlite3.DatabaseError
"""What SQLite raises for a catalogue that it cannot read, or cannot read any further."""
