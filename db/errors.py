"""The errors of the catalogue that have a name: databases that are refused, and decisions that are none."""

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
    """There is no file."""


class NotACatalogue(CatalogueRefused):
    """The file, or what stands in its place, is something else. It was not touched."""


class DamagedCatalogue(CatalogueRefused):
    """It is no database any more, or a part of it is none, and the WARC files that it was made from lie beside it."""

    code = Exit.INTEGRITY


class NewerCatalogue(CatalogueRefused):
    """A newer Creditline wrote it."""

    code = Exit.SETTINGS


class OlderCatalogue(CatalogueRefused):
    """An older Creditline wrote it, and nobody asked to bring it up to date."""

    code = Exit.SETTINGS


class BadDecision(CreditlineError, ValueError):
    """What was said is no decision; *hint* says how to say it."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class PortTaken(CreditlineError):
    """Nothing can listen there: another program does, or there is no such address here."""

    code = Exit.USAGE
    hint = "name another with --port N (0 is any free one)"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"nothing can listen on {host}:{port}")
        self.host, self.port = host, port


def of_the_database(error: BaseException) -> bool:
    """Say whether *error* says that the database cannot be used: it is full, damaged, held by another.

    A damaged one says so in a plain DatabaseError; its other kin speak of the values that were to go in.
    """
    # By type, not by isinstance: IntegrityError and its like are DatabaseErrors too, and speak of a fault of ours.
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


# Caught where rows are verified: a value that no enumeration has, a date that is none, a row that leads nowhere.
BROKEN_ROWS = (ValueError, TypeError, LookupError, AttributeError, sqlite3.DatabaseError)
"""What rows raise that hold what no fold writes."""

# Caught where work goes on when the file is mended.
BROKEN_FILE = sqlite3.DatabaseError
"""What SQLite raises of a catalogue that it cannot read, or not read on."""
