"""Snapshot: every derived and recorded row as sorted JSON by natural key, to prove that what is made again is the
same.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from pathlib import Path

from archive import file_lock
from db.query.scope import Scope
from db.schema.database import connect, named, open_database

# A copy of the catalogue as it stood at one moment, made beside whoever is writing; and what names a collection.


def copy_catalogue(path: Path, target: Path) -> None:
    """Copy the catalogue at *path* to *target* by SQLite's own means: one file, whole, as one transaction saw it.

    Raises:
        CatalogueRefused: there is none at *path*.
        sqlite3.DatabaseError: it is damaged; *target* is not to be used.
    """
    source = open_database(path, read_only=True)
    try:
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copy.close()
    finally:
        source.close()
    if told != "ok":
        raise sqlite3.DatabaseError(f"{path}: {told}")


def put_in_place(made: Path, held: Path) -> None:
    """Put what is in the catalogue at *made* into the one at *held*, in one transaction, whoever has that open.

    A file that others have open must not be renamed over: their log has its name from the path, and would be taken for
    that of the new one. Only where *held* is no database any more it is replaced as a file.

    Raises:
        DiskFailed: there is no room, or the disk fails; *held* is what it was.
        HeldByAnother: another program holds *held* for too long.
    """
    source = open_database(made, read_only=True)
    try:
        _copy_pages(source, held)
    except sqlite3.OperationalError as error:
        failed = named(error, held)
        if failed is None:
            raise
        raise failed from error
    except sqlite3.DatabaseError:
        for suffix in ("-wal", "-shm"):
            held.with_name(held.name + suffix).unlink(missing_ok=True)
        made.replace(held)
    finally:
        source.close()


def _copy_pages(source: sqlite3.Connection, held: Path) -> None:
    target = connect(held, "rwc")
    try:
        until = time.monotonic() + file_lock.PATIENCE

        def patient(status: int, _left: int, _total: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                target.execute("BEGIN IMMEDIATE")  # raises as it does for everyone who waits too long
                target.execute("ROLLBACK")

        target.execute("PRAGMA synchronous = FULL")
        target.execute("PRAGMA busy_timeout = 100")
        source.backup(target, progress=patient, sleep=0.1)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        target.close()


def first_note(connection: sqlite3.Connection) -> str | None:
    """Return the id of the oldest note, which names the collection for good; None before there is any."""
    row = connection.execute(
        """SELECT id FROM (SELECT at, id FROM event WHERE digest IS NOT NULL UNION ALL SELECT at, id FROM failure)
        ORDER BY at, id LIMIT 1"""
    ).fetchone()
    return None if row is None else str(row[0])


def has_note(connection: sqlite3.Connection, note: str) -> bool:
    """Say whether the note with this id is one of this collection."""
    query = "SELECT 1 FROM event WHERE id = ? UNION ALL SELECT 1 FROM failure WHERE id = ? LIMIT 1"
    return connection.execute(query, (note, note)).fetchone() is not None


# As they stand, not as JSON: what is no JSON is to be told, and not to end the comparison.
_EVIDENCE = """json_array({0}.capture, {0}.layer, {0}.ranges, {0}.charset, {0}.place, {0}.words, {0}.basis)"""


def _pointed(column: str) -> str:
    found = f"SELECT {_EVIDENCE.format('evidence')} FROM evidence WHERE evidence.id = {column}"
    return f"iif({column} IS NULL, NULL, coalesce(({found}), 'no row')) AS {column.rpartition('.')[2]}"


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one table are told.

    Attributes:
        rows: the query; ``{scope}`` stands for the condition on which rows.
        owner: the column that says what a row belongs to, and *of* which kind that is (a field of `Scope`); "" for
            rows that follow from a note alone.
    """

    rows: str
    owner: str = ""
    of: str = ""


_EDITION = "edition.item || ' ' || edition.opened AS edition"
TABLES: dict[str, Table] = {
    "publisher": Table(
        """SELECT id, url, name, hosts, languages, settled, note FROM publisher
        WHERE settled IS NOT NULL AND {scope} ORDER BY id"""
    ),
    "description": Table(
        """SELECT publisher, made, note, url, name, hosts, languages FROM description WHERE {scope}
        ORDER BY publisher, made, note"""
    ),
    "capture": Table(
        """SELECT id, publisher, url, url_key, began, kind, status, media_type, file, offset, length,
        spelt(block_digest) AS block_digest, spelt(payload_digest) AS payload_digest, payload_length, ending,
        truncated, ip, location, location_key, refers_to_url, refers_to_date, etag, last_modified, retry_after,
        page_kind, reading_digest, stamp, unread, fitted, heard, catalogued FROM capture WHERE {scope}
        ORDER BY began, id""",
        "id",
        "captures",
    ),
    "capture_key": Table(
        """SELECT publisher, key, began, capture FROM capture_key WHERE {scope}
        ORDER BY publisher, key, began, capture""",
        "capture",
        "captures",
    ),
    "witness": Table(
        """SELECT publisher, key, origin, began, capture, position, digest, url, parts, said FROM witness
        WHERE {scope} ORDER BY publisher, key, origin, began, capture, position""",
        "capture",
        "captures",
    ),
    "item": Table(
        f"""SELECT id, publisher, kind, url, first_seen, last_seen, gone, withheld, latest, latest_key,
        field_digest, terms_digest, credit_line, translations, language, {_pointed("language_evidence")}, subtitle,
        {_pointed("subtitle_evidence")}, section, {_pointed("section_evidence")}, site_name,
        {_pointed("site_name_evidence")}, modified, modified_precision, {_pointed("modified_evidence")}
        FROM item WHERE {{scope}} ORDER BY id""",
        "id",
        "items",
    ),
    "linked": Table("SELECT item, since, keys FROM linked WHERE {scope} ORDER BY item, since", "item", "items"),
    "item_alias": Table(
        """SELECT id, publisher, key, item, source, first_seen, current FROM item_alias WHERE {scope} ORDER BY id""",
        "item",
        "items",
    ),
    "edition": Table(
        f"""SELECT item, opened, last_seen, stamp, digest, partial, title, {_pointed("title_evidence")}, published,
        precision, {_pointed("published_evidence")}, text, marks FROM edition WHERE {{scope}} ORDER BY item, opened""",
        "item",
        "items",
    ),
    "edition_capture": Table(
        f"""SELECT {_EDITION}, position, capture FROM edition_capture
        JOIN edition ON edition.id = edition_capture.edition WHERE {{scope}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "attribution": Table(
        f"""SELECT {_EDITION}, position, name, role, kind, url, identifier, {_pointed("attribution.evidence")}
        FROM attribution JOIN edition ON edition.id = attribution.edition WHERE {{scope}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "tag": Table(
        f"""SELECT item, position, value, {_pointed("tag.evidence")} FROM tag WHERE {{scope}}
        ORDER BY item, position""",
        "item",
        "items",
    ),
    "statement": Table(
        """SELECT publisher, place, language, words FROM statement WHERE {scope}
        ORDER BY publisher, place, language, words"""
    ),
    "term": Table(
        f"""SELECT holder, item, statement.publisher, place, language, statement.words, first_seen, position, number,
        covers, act, permission, duties, noncommercial, license_id, license_url, contact, credit_words, rule, reach,
        last_confirmed, superseded, {_pointed("term.evidence")}
        FROM term JOIN statement ON statement.id = term.statement WHERE {{scope}}
        ORDER BY holder, first_seen, position, number""",
        "holder",
        "holders",
    ),
    "restated": Table(
        f"""SELECT holder, first_seen, position, at, {_pointed("restated.evidence")} FROM restated WHERE {{scope}}
        ORDER BY holder, first_seen, position, at""",
        "holder",
        "holders",
    ),
    "event": Table(
        """SELECT id, type, at, publisher, about, url_key, item, capture, detail, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM event WHERE {scope} ORDER BY id""",
        "capture",
        "captures",
    ),
    "failure": Table(
        """SELECT id, publisher, url, url_key, at, reason, detail, body, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM failure WHERE {scope} ORDER BY id"""
    ),
    "decision": Table(
        """SELECT id, kind, made, signer, because, item, edition, publisher, words, field, undoes FROM decision
        WHERE {scope} ORDER BY id"""
    ),
    "decision_value": Table(
        """SELECT decision, position, value, role, kind, precision FROM decision_value WHERE {scope}
        ORDER BY decision, position"""
    ),
    "decided": Table(
        f"""SELECT {_EDITION}, field, decision, confirms FROM decided
        JOIN edition ON edition.id = decided.edition WHERE {{scope}} ORDER BY edition.item, edition.opened, field""",
        "edition.item",
        "items",
    ),
    "rival": Table(
        f"""SELECT {_EDITION}, position, field, value, witness, because, doubt, {_pointed("rival.evidence")}
        FROM rival JOIN edition ON edition.id = rival.edition WHERE {{scope}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "profile": Table("SELECT publisher, digest, body, made, note FROM profile WHERE {scope} ORDER BY publisher"),
    "run": Table(
        "SELECT kind, started, finished, summary FROM run WHERE finished IS NOT NULL AND {scope} ORDER BY started"
    ),
    "finished_file": Table("SELECT file, bytes, sha256, made, note FROM finished_file WHERE {scope} ORDER BY file"),
    "withholding": Table("SELECT id, reason, made, note FROM withholding WHERE {scope} ORDER BY id"),
}


def rows(
    connection: sqlite3.Connection, scope: Scope | None = None, only: Container[str] = TABLES
) -> Iterator[tuple[str, str]]:
    """Yield (table, row as JSON with sorted names), tables in a fixed order and rows by natural key.

    With *scope* only the rows in it, of the tables whose rows belong to something that a scope names; with *only* those
    of some tables.
    """
    named = {} if scope is None else {name: json.dumps(getattr(scope, name)) for name in Scope.__slots__}
    for name, table in TABLES.items():
        if name not in only:
            continue
        if scope is None:
            cursor = connection.execute(table.rows.format(scope="1"))
        elif table.owner:
            within = f"{table.owner} IN (SELECT value FROM json_each(:{table.of}))"
            cursor = connection.execute(table.rows.format(scope=within), named)
        else:
            continue
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            held = dict(zip(columns, row, strict=True))
            yield name, json.dumps(held, ensure_ascii=False, sort_keys=True)


def without(rows: Iterable[tuple[str, str]], apart: Scope) -> Iterator[tuple[str, str]]:
    """Yield *rows* without what was made of the captures in *apart*: of these only what their records state is left."""
    named = {name: frozenset(getattr(apart, name)) for name in Scope.__slots__}
    for name, row in rows:
        table = TABLES[name]
        held = json.loads(row)
        owner = held[_OWNERS.get(table.owner, table.owner)] if table.owner else None
        if owner is not None and table.owner == "edition.item":
            owner = owner.partition(" ")[0]
        if name == "statement" and apart.captures:
            continue  # which holders show it is in the table of terms
        if owner is None or owner not in named[table.of]:
            yield name, row
        elif name == "capture":
            yield name, json.dumps({key: value for key, value in held.items() if key not in _READ}, sort_keys=True)


_OWNERS = {"edition.item": "edition"}
_READ = frozenset({"page_kind", "reading_digest", "stamp", "unread", "fitted", "heard", "catalogued"})
"""What of a capture says how it was read."""


def compare(
    one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]], *, limit: int = 100
) -> list[tuple[str, str, str]]:
    """Return up to *limit* differences between two snapshots: ``-`` only in *one* or ``+`` only in *other*,
    table, row."""
    return list(islice(differences(one, other), limit))


def differences(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield the differences that `compare` returns, all of them."""
    mine = (((table, row), "-") for table, row in sorted(one))
    theirs = (((table, row), "+") for table, row in sorted(other))
    held: tuple[tuple[str, str], str] | None = None
    for entry in merge(mine, theirs):
        if held is not None and held[0] == entry[0] and held[1] != entry[1]:
            held = None
            continue
        if held is not None:
            yield held[1], *held[0]
        held = entry
    if held is not None:
        yield held[1], *held[0]
