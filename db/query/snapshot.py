"""Snapshot: every derived and recorded row as sorted JSON by natural key, to prove that a rebuild gives the same
rows.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from archive.warc.capture import NoteKind
from db.identity import digest_of
from db.query.closure import Closure

# As text, not as JSON: a value that is not valid JSON must be reported, not end the comparison.
_EVIDENCE = """json_array({0}.capture, {0}.layer, {0}.ranges, {0}.charset, {0}.place, {0}.words, {0}.basis)"""


def _pointed(column: str) -> str:
    found = f"SELECT {_EVIDENCE.format('evidence')} FROM evidence WHERE evidence.id = {column}"
    # By content, because evidence rows are numbered differently in two catalogues of the same records. A number without
    # a row is reported.
    return f"iif({column} IS NULL, NULL, coalesce(({found}), 'no row')) AS {column.rpartition('.')[2]}"


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one table are written.

    Attributes:
        rows: the query; ``{within}`` stands for the condition that selects rows.
        owner: the column with the owner of a row, and *of* the owner's kind (a field of `Closure`); "" for rows that
            follow from a note alone.
    """

    rows: str
    owner: str = ""
    of: str = ""


_EDITION = "edition.item || ' ' || edition.opened AS edition"
TABLES: dict[str, Table] = {
    # Without rows guessed from a capture, because the guess depends on which capture came first.
    "publisher": Table(
        """SELECT id, url, name, hosts, languages, settled, note FROM publisher
        WHERE settled IS NOT NULL AND {within} ORDER BY id"""
    ),
    "description": Table(
        """SELECT publisher, made, note, url, name, hosts, languages FROM description WHERE {within}
        ORDER BY publisher, made, note"""
    ),
    "capture": Table(
        """SELECT id, publisher, url, url_key, began, kind, status, media_type, file, offset, length,
        spelt(block_digest) AS block_digest, spelt(payload_digest) AS payload_digest, payload_length, ending,
        truncated, ip, location, location_key, refers_to_url, refers_to_date, etag, last_modified, retry_after,
        page_kind, reading_digest, stamp, unread, fitted, heard, catalogued FROM capture WHERE {within}
        ORDER BY began, id""",
        "id",
        "captures",
    ),
    "capture_key": Table(
        """SELECT publisher, key, began, capture FROM capture_key WHERE {within}
        ORDER BY publisher, key, began, capture""",
        "capture",
        "captures",
    ),
    "witness": Table(
        """SELECT publisher, key, origin, began, capture, position, digest, url, parts, said FROM witness
        WHERE {within} ORDER BY publisher, key, origin, began, capture, position""",
        "capture",
        "captures",
    ),
    "item": Table(
        f"""SELECT id, publisher, kind, url, first_seen, last_seen, gone, withheld, latest, latest_key,
        field_digest, terms_digest, credit_line, translations, language, {_pointed("language_evidence")}, subtitle,
        {_pointed("subtitle_evidence")}, section, {_pointed("section_evidence")}, site_name,
        {_pointed("site_name_evidence")}, modified, modified_precision, {_pointed("modified_evidence")}
        FROM item WHERE {{within}} ORDER BY id""",
        "id",
        "items",
    ),
    "document_link": Table("SELECT item, key FROM document_link WHERE {within} ORDER BY item, key", "item", "items"),
    "linked": Table("SELECT item, since, keys FROM linked WHERE {within} ORDER BY item, since", "item", "items"),
    "item_alias": Table(
        """SELECT id, publisher, key, item, source, first_seen, current FROM item_alias WHERE {within} ORDER BY id""",
        "item",
        "items",
    ),
    "edition": Table(
        f"""SELECT item, opened, last_seen, stamp, digest, partial, title, {_pointed("title_evidence")}, published,
        precision, {_pointed("published_evidence")}, text, marks FROM edition WHERE {{within}} ORDER BY item, opened""",
        "item",
        "items",
    ),
    "edition_capture": Table(
        f"""SELECT {_EDITION}, position, capture FROM edition_capture
        JOIN edition ON edition.id = edition_capture.edition WHERE {{within}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "attribution": Table(
        f"""SELECT {_EDITION}, position, name, role, kind, url, identifier, {_pointed("attribution.evidence")}
        FROM attribution JOIN edition ON edition.id = attribution.edition WHERE {{within}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "tag": Table(
        f"""SELECT item, position, value, {_pointed("tag.evidence")} FROM tag WHERE {{within}}
        ORDER BY item, position""",
        "item",
        "items",
    ),
    "statement": Table(
        """SELECT publisher, place, language, words FROM statement WHERE {within}
        ORDER BY publisher, place, language, words"""
    ),
    "term": Table(
        f"""SELECT holder, item, statement.publisher, place, language, statement.words, first_seen, position, number,
        covers, act, permission, duties, noncommercial, license_id, license_url, contact, credit_words, rule, reach,
        last_confirmed, superseded, {_pointed("term.evidence")}
        FROM term JOIN statement ON statement.id = term.statement WHERE {{within}}
        ORDER BY holder, first_seen, position, number""",
        "holder",
        "holders",
    ),
    "restated": Table(
        f"""SELECT holder, first_seen, position, at, {_pointed("restated.evidence")} FROM restated WHERE {{within}}
        ORDER BY holder, first_seen, position, at""",
        "holder",
        "holders",
    ),
    "event": Table(
        """SELECT id, type, at, publisher, about, url_key, item, capture, detail, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM event WHERE {within} ORDER BY id""",
        "capture",
        "captures",
    ),
    "failure": Table(
        """SELECT id, publisher, url, url_key, at, reason, detail, body, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM failure WHERE {within} ORDER BY id"""
    ),
    "decision": Table(
        """SELECT id, kind, made, signer, because, item, edition, publisher, words, field, undoes FROM decision
        WHERE {within} ORDER BY id"""
    ),
    "decision_value": Table(
        """SELECT decision, position, value, role, kind, precision FROM decision_value WHERE {within}
        ORDER BY decision, position"""
    ),
    "moved": Table(
        """SELECT publisher, target, source, decision FROM moved WHERE {within}
        ORDER BY publisher, target, source, decision"""
    ),
    "decided": Table(
        f"""SELECT {_EDITION}, field, decision, confirms FROM decided
        JOIN edition ON edition.id = decided.edition WHERE {{within}} ORDER BY edition.item, edition.opened, field""",
        "edition.item",
        "items",
    ),
    "rival": Table(
        f"""SELECT {_EDITION}, position, field, value, witness, because, doubt, {_pointed("rival.evidence")}
        FROM rival JOIN edition ON edition.id = rival.edition WHERE {{within}}
        ORDER BY edition.item, edition.opened, position""",
        "edition.item",
        "items",
    ),
    "profile": Table("SELECT publisher, digest, body, made, note FROM profile WHERE {within} ORDER BY publisher"),
    # Only this machine knows a run that has not ended.
    "run": Table(
        "SELECT kind, started, finished, summary FROM run WHERE finished IS NOT NULL AND {within} ORDER BY started"
    ),
    "finished_file": Table("SELECT file, bytes, sha256, made, note FROM finished_file WHERE {within} ORDER BY file"),
    "uncatalogued": Table(
        "SELECT file, offset, payload_digest, url_key FROM uncatalogued WHERE {within} ORDER BY file, offset"
    ),
    "annotation": Table(
        "SELECT id, kind, item, value, signer, made, removed FROM annotation WHERE {within} ORDER BY id"
    ),
    "reuse": Table("SELECT id, item, edition, place, signer, made, body FROM reuse WHERE {within} ORDER BY id"),
    "withholding": Table("SELECT id, reason, made, note FROM withholding WHERE {within} ORDER BY id"),
}


def rows(
    connection: sqlite3.Connection, closure: Closure | None = None, only: Container[str] = TABLES
) -> Iterator[tuple[str, str]]:
    """Yield (table, row as JSON with sorted names); tables are in a fixed order, rows in that of their natural key.

    With *closure*, only rows that belong to it, from tables whose rows have an owner; with *only*, only these tables.

    """
    # As JSON, because SQLite takes no lists, and a closure may exceed the number of values in a statement.
    named = {} if closure is None else {name: json.dumps(getattr(closure, name)) for name in Closure.__slots__}
    for name, table in TABLES.items():
        if name not in only:
            continue
        if closure is None:
            cursor = connection.execute(table.rows.format(within="1"))
        elif table.owner:
            within = f"{table.owner} IN (SELECT value FROM json_each(:{table.of}))"
            cursor = connection.execute(table.rows.format(within=within), named)
        else:
            continue
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            held = dict(zip(columns, row, strict=True))
            yield name, json.dumps(held, ensure_ascii=False, sort_keys=True)


def without(rows: Iterable[tuple[str, str]], apart: Closure) -> Iterator[tuple[str, str]]:
    """Yield *rows* without what was made from captures in *apart*; of these captures only what their records state."""
    named = {name: frozenset(getattr(apart, name)) for name in Closure.__slots__}
    for name, row in rows:
        table = TABLES[name]
        held = json.loads(row)
        owner = held[_OWNERS.get(table.owner, table.owner)] if table.owner else None
        if owner is not None and table.owner == "edition.item":
            # An edition is written as its item and its time.
            owner = owner.partition(" ")[0]
        if name == "statement" and apart.captures:
            continue  # the table of terms shows which holders have it
        if owner is None or owner not in named[table.of]:
            yield name, row
        elif name == "capture":
            yield name, json.dumps({key: value for key, value in held.items() if key not in _READ}, sort_keys=True)


_OWNERS = {"edition.item": "edition"}
_READ = frozenset({"page_kind", "reading_digest", "stamp", "unread", "fitted", "heard", "catalogued"})
"""The columns of a capture that say how it was read."""


def compare(
    one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]], *, limit: int = 100
) -> list[tuple[str, str, str]]:
    """Return up to *limit* differences of two snapshots: (``-`` only in *one* or ``+`` only in *other*, table, row)."""
    # A hundred show what is wrong; a completely different catalogue would give millions.
    return list(islice(differences(one, other), limit))


def differences(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield all differences in the form of `compare`."""
    # Read side by side, holding only rows that the other side has not given yet: both come in the order of the tables
    # and of natural keys, and all texts of a large collection do not fit into memory.
    held: Counter[tuple[str, str]] = Counter()
    for mine, theirs in zip_longest(one, other):
        if mine == theirs:
            continue
        for row, number in ((mine, 1), (theirs, -1)):
            if row is not None:
                held[row] += number
                if not held[row]:
                    del held[row]
    for (table, row), number in sorted(held.items()):
        yield from [("-" if number > 0 else "+", table, row)] * abs(number)


# ── Digests of the tables ───────────────────────────────────────────────────────────────────────────────────────────


# What a verification saw of the catalogue, so that the next one can notice silent changes. A failing disk or a person
# may change a row without any record. If nothing was added or read again since the last verification, every table must
# be unchanged, even where the present reader has nothing to compare with.

_OWN_NOTES = (NoteKind.FIXITY.value, NoteKind.DIGEST.value)
"""Notes made by verifications; they only change tables of notes."""
_GROWING = frozenset({"finished_file"})


@dataclass(frozen=True, slots=True)
class TableDigests:
    """The digest of each table, and a digest of the state in which they are comparable."""

    state: str
    tables: dict[str, str]


def table_digests(connection: sqlite3.Connection) -> TableDigests:
    """Return the digests of the tables, as seen in one transaction."""
    hashes: defaultdict[str, hashlib._Hash] = defaultdict(hashlib.sha256)
    for table, row in rows(connection):
        # A verification adds rows about itself, which must not look like a change to the next one.
        if table in _GROWING or (table == "event" and json.loads(row)["type"] in _OWN_NOTES):
            continue
        # A row changed by hand may hold invalid text, which must be digested without an error.
        hashes[table].update(row.encode("utf-8", "surrogatepass") + b"\n")
    return TableDigests(_state(connection), {table: taken.hexdigest() for table, taken in sorted(hashes.items())})


def last_table_digests(connection: sqlite3.Connection) -> TableDigests | None:
    """Return the digests that the last verification of the whole collection recorded, or None."""
    row = connection.execute(
        """SELECT json_extract(detail, '$.state'), json_extract(detail, '$.tables') FROM event
        WHERE type = ? AND json_type(detail, '$.tables') = 'object' ORDER BY at DESC, id DESC LIMIT 1""",
        (NoteKind.FIXITY.value,),
    ).fetchone()
    return None if row is None else TableDigests(str(row[0]), json.loads(row[1]))


def changed_tables(before: TableDigests | None, now: TableDigests) -> list[str]:
    """Return the tables that have changed although nothing was added or read again since."""
    # If something was added or read since, differences mean nothing.
    if before is None or before.state != now.state:
        return []
    names = sorted(before.tables.keys() | now.tables.keys())
    return [name for name in names if before.tables.get(name) != now.tables.get(name)]


def _state(connection: sqlite3.Connection) -> str:
    """Return a digest of values that change with every record added and every page read again.

    Rows written again get new numbers; a value changed in place does not.
    """
    own = ", ".join("?" * len(_OWN_NOTES))
    queries: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("SELECT count(*), max(began), sum(catalogued) FROM capture", ()),
        (f"SELECT count(*), max(at) FROM event WHERE type NOT IN ({own})", _OWN_NOTES),
        ("SELECT count(*), max(at) FROM failure", ()),
        ("SELECT stamp, unread IS NULL, count(*) FROM capture GROUP BY 1, 2 ORDER BY 1, 2", ()),
        ("SELECT count(*), max(id) FROM evidence", ()),
        ("SELECT count(*), max(id) FROM edition", ()),
        ("SELECT rules FROM folded ORDER BY rules", ()),
        ("PRAGMA user_version", ()),
    )
    return digest_of([connection.execute(query, values).fetchall() for query, values in queries])
