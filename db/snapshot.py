"""Snapshot: every derived and recorded row as sorted JSON by natural key, to prove that a rebuild gives the
same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice

_EVIDENCE = """json_array({0}.capture, {0}.layer, json({0}.ranges), {0}.charset, {0}.place, {0}.words, {0}.basis)"""


def _pointed(column: str) -> str:
    inner = _EVIDENCE.format("evidence")
    return f"(SELECT {inner} FROM evidence WHERE evidence.id = {column}) AS {column.rpartition('.')[2]}"


_EDITION = "edition.item || ' ' || edition.opened AS edition"
_QUERIES: dict[str, str] = {
    "publisher": """SELECT id, url, name, hosts, languages, settled, note FROM publisher
        WHERE settled IS NOT NULL ORDER BY id""",
    "capture": """SELECT id, publisher, url, url_key, began, kind, status, media_type, file, offset, length,
        spelt(block_digest) AS block_digest, spelt(payload_digest) AS payload_digest, payload_length, ending,
        truncated, ip, location, location_key, refers_to_url, refers_to_date, etag, last_modified, retry_after,
        page_kind, reading_digest, stamp, unread, fitted, heard, catalogued FROM capture
        ORDER BY began, id""",
    "capture_key": "SELECT publisher, key, began, capture FROM capture_key ORDER BY publisher, key, began, capture",
    "witness": """SELECT publisher, key, origin, began, capture, position, digest, url, parts, said FROM witness
        ORDER BY publisher, key, origin, began, capture, position""",
    "item": f"""SELECT id, publisher, kind, url, first_seen, last_seen, gone, withheld, latest, latest_key,
        field_digest,
        terms_digest, credit_line, translations, language, {_pointed("language_evidence")}, subtitle,
        {_pointed("subtitle_evidence")}, section, {_pointed("section_evidence")}, site_name,
        {_pointed("site_name_evidence")}, modified, modified_precision, {_pointed("modified_evidence")}
        FROM item ORDER BY id""",
    "linked": "SELECT item, since, keys FROM linked ORDER BY item, since",
    "item_alias": "SELECT id, publisher, key, item, source, first_seen, current FROM item_alias ORDER BY id",
    "edition": f"""SELECT item, opened, last_seen, stamp, digest, partial, title,
        {_pointed("title_evidence")}, published,
        precision, {_pointed("published_evidence")}, text, marks FROM edition ORDER BY item, opened""",
    "edition_capture": f"""SELECT {_EDITION}, position, capture FROM edition_capture
        JOIN edition ON edition.id = edition_capture.edition ORDER BY edition.item, edition.opened,
        position""",
    "attribution": f"""SELECT {_EDITION}, position, name, role, kind, url, identifier,
        {_pointed("attribution.evidence")}
        FROM attribution JOIN edition ON edition.id = attribution.edition ORDER BY edition.item,
        edition.opened, position""",
    "tag": f"SELECT item, position, value, {_pointed('tag.evidence')} FROM tag ORDER BY item, position",
    "statement": "SELECT publisher, place, language, words FROM statement ORDER BY publisher, place, language, words",
    "term": f"""SELECT holder, item, place, language, statement.words, first_seen, position, number, covers, act,
        permission, duties,
        noncommercial, license_id, license_url, contact, credit_words, rule, reach, last_confirmed, superseded,
        {_pointed("term.evidence")} FROM term JOIN statement ON statement.id = term.statement
        ORDER BY holder, first_seen, position, number""",
    "restated": f"""SELECT holder, first_seen, position, at, {_pointed("restated.evidence")} FROM restated
        ORDER BY holder, first_seen, position, at""",
    "event": """SELECT id, type, at, publisher, about, url_key, item, capture, detail, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM event ORDER BY id""",
    "failure": """SELECT id, publisher, url, at, reason, detail, body, file, offset, length,
        spelt(previous) AS previous, spelt(digest) AS digest FROM failure
        ORDER BY id""",
    "decision": """SELECT id, kind, made, signer, because, item, edition, publisher, words, field, undoes FROM decision
        ORDER BY id""",
    "decision_value": """SELECT decision, position, value, role, kind, precision FROM decision_value
        ORDER BY decision, position""",
    "decided": f"""SELECT {_EDITION}, field, decision, confirms FROM decided
        JOIN edition ON edition.id = decided.edition ORDER BY edition.item, edition.opened, field""",
    "rival": f"""SELECT {_EDITION}, position, field, value, witness, because, doubt,
        {_pointed("rival.evidence")}
        FROM rival JOIN edition ON edition.id = rival.edition ORDER BY edition.item, edition.opened, position""",
    "profile": "SELECT publisher, digest, body, made, note FROM profile ORDER BY publisher",
    "run": "SELECT kind, started, finished, summary FROM run WHERE finished IS NOT NULL ORDER BY started",
    "finished_file": "SELECT file, bytes, sha256, made, note FROM finished_file ORDER BY file",
    "withholding": "SELECT id, reason, made, note FROM withholding ORDER BY id",
}


def rows(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield (table, row as JSON with sorted names), tables in a fixed order and rows by natural key."""
    for table, query in _QUERIES.items():
        cursor = connection.execute(query)
        names = [column[0] for column in cursor.description]
        for row in cursor:
            held = dict(zip(names, row, strict=True))
            yield table, json.dumps(held, ensure_ascii=False, sort_keys=True)


def compare(
    one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]], *, limit: int = 100
) -> list[tuple[str, str, str]]:
    """Return up to *limit* differences between two snapshots: ``-`` only in *one* or ``+`` only in *other*,
    table, row."""
    return list(islice(_differences(one, other), limit))


def _differences(one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
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
