"""Rules: by which rules the rows of a catalogue were folded, so that rows of other rules are told from damage."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib import metadata
from pathlib import Path

from archive.digest import digest_of_files

_ROOT = Path(__file__).resolve().parents[1]
# The rooms whose code makes rows from records and readings. What is read from a page is stamped by the reader.
ROOMS = ("archive/foreign", "archive/warc", "db/decisions", "db/fold", "db/model", "db/terms", "ingest/cataloguing")
# The same in files that stand beside others: rows of one kind each, ids, and instants.
ROWS = (
    *("captures", "catalogue", "erasures", "evidence", "fixity_log", "identity", "imports", "instant", "notes"),
    *("profiles", "publishers", "runs", "uncatalogued", "withholding"),
)


@cache
def current() -> str:
    """Return the name of this program's rules: the version of Creditline, and the digest of the code that folds.

    It changes with each change of that code, also with one that changes no row: only a comparison can say that.
    """
    rooms, files = (_ROOT / room for room in ROOMS), (_ROOT / "db" / f"{name}.py" for name in ROWS)
    return f"{metadata.version('creditline')}+{digest_of_files([*rooms, *files])}"


def others(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the rules, other than the current ones, by which rows of this catalogue were folded."""
    rows = connection.execute("SELECT rules FROM folded WHERE rules <> ? ORDER BY rules", (current(),))
    return tuple(row[0] for row in rows)


def is_noted(connection: sqlite3.Connection) -> bool:
    """Say whether it is noted that rows of this catalogue may have been folded by the current rules."""
    return connection.execute("SELECT 1 FROM folded WHERE rules = ?", (current(),)).fetchone() is not None


def note(connection: sqlite3.Connection) -> None:
    """Note that rows folded by the current rules are added; those of other rules stay as they are."""
    connection.execute("INSERT OR IGNORE INTO folded (rules) VALUES (?)", (current(),))
