"""The item's own row: fields that apply to the work in every edition, from the latest complete reading."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db import evidence
from db.fold import document_links
from db.identity import digest_of
from db.model.item import Dated, PageKind, Reading, Words
from db.terms import reach

_CLAIMS = ("language", "subtitle", "section", "site_name", "modified")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """What the fold needs to know about an item.

    Attributes:
        latest: the capture whose reading gave the fields; *latest_key* is the key of its URL.
    """

    id: str
    publisher: str
    url: str
    first_seen: str
    last_seen: str
    gone: str | None
    latest: str
    latest_key: str
    field_digest: str
    terms_digest: str
    language: str | None


def row(connection: sqlite3.Connection, item: str) -> ItemRow:
    """Return the row of *item*, which must exist."""
    found = connection.execute(
        """SELECT id, publisher, url, first_seen, last_seen, gone, latest, latest_key, field_digest, terms_digest,
        language FROM item WHERE id = ?""",
        (item,),
    ).fetchone()
    return ItemRow(*found)


def kind(connection: sqlite3.Connection, item: str) -> PageKind:
    """Return the kind of *item*, which must exist."""
    (found,) = connection.execute("SELECT kind FROM item WHERE id = ?", (item,)).fetchone()
    return PageKind(found)


def field_digest(reading: Reading, url: str, linked: str, files: Sequence[str]) -> str:
    """Return the digest of the values of the item's own fields; *linked* comes from `reach.section_keys`, *files* from
    `document_links.linked`.
    """
    return digest_of(
        [
            url,
            reading.kind.value,
            *(_value(getattr(reading, claim)) for claim in _CLAIMS),
            # In printed order, which is part of what the page says.
            [tag.value for tag in reading.tags],
            reading.translations,
            linked,
            # Only if there are any, so that the digests of all other items stay what they were before files were read.
            *([list(files)] if files else []),
        ]
    )


def _value(claim: Words | Dated | None) -> object:
    if claim is None:
        return None
    return [claim.value, claim.precision.value] if isinstance(claim, Dated) else claim.value


def create(connection: sqlite3.Connection, new: ItemRow, kind: str) -> None:
    """Insert the row of an item, still without its fields."""
    connection.execute(
        """INSERT INTO item (id, publisher, kind, url, first_seen, last_seen, latest, latest_key, field_digest,
        terms_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            new.id,
            new.publisher,
            kind,
            new.url,
            new.first_seen,
            new.last_seen,
            new.latest,
            new.latest_key,
            new.field_digest,
            new.terms_digest,
        ),
    )


def record_seen(connection: sqlite3.Connection, item: str, at: str, capture: str, key: str) -> None:
    """Record that *capture*, made at *at*, showed the item."""
    connection.execute(
        # It was served, so it is not gone.
        "UPDATE item SET last_seen = max(last_seen, ?), latest = ?, latest_key = ?, gone = NULL WHERE id = ?",
        (at, capture, key, item),
    )


def write(connection: sqlite3.Connection, item: str, reading: Reading, *, url: str, digest: str) -> None:
    """Write the fields of *item* again from *reading*, including their evidence."""
    # Deleted at the end, when rows refer to the new evidence.
    old = _evidence_rows(connection, item)
    connection.execute("DELETE FROM tag WHERE item = ?", (item,))
    # In the order of the columns below.
    claims = (reading.language, reading.subtitle, reading.section, reading.site_name, reading.modified)
    stated = [*reading.tags, *(claim for claim in claims if claim is not None)]
    pointed = iter(evidence.write_all(connection, [claim.evidence for claim in stated]))
    connection.executemany(
        "INSERT INTO tag (item, position, value, evidence) VALUES (?, ?, ?, ?)",
        [(item, position, tag.value, next(pointed)) for position, tag in enumerate(reading.tags)],
    )
    connection.execute(
        """UPDATE item SET kind = ?, url = ?, field_digest = ?, translations = ?, language = ?, language_evidence = ?,
        subtitle = ?, subtitle_evidence = ?, section = ?, section_evidence = ?, site_name = ?, site_name_evidence = ?,
        modified = ?, modified_evidence = ?, modified_precision = ? WHERE id = ?""",
        (
            reading.kind.value,
            url,
            digest,
            json.dumps(reading.translations, ensure_ascii=False),
            *(part for claim in claims for part in ((claim.value, next(pointed)) if claim else (None, None))),
            reading.modified and reading.modified.precision.value,
            item,
        ),
    )
    evidence.drop(connection, old)


def _evidence_rows(connection: sqlite3.Connection, item: str) -> list[int | None]:
    columns = ", ".join(f"{claim}_evidence" for claim in _CLAIMS)
    own = connection.execute(f"SELECT {columns} FROM item WHERE id = ?", (item,)).fetchone()
    tags: Iterable[tuple[int]] = connection.execute("SELECT evidence FROM tag WHERE item = ?", (item,)).fetchall()
    return [*own, *(tag[0] for tag in tags)]


def drop(connection: sqlite3.Connection, item: str) -> None:
    """Delete the row of *item* with its tags; nothing else may refer to it any more."""
    old = _evidence_rows(connection, item)
    connection.execute("DELETE FROM tag WHERE item = ?", (item,))
    # Before the item, because these rows refer to it.
    reach.unlink(connection, item)
    document_links.drop(connection, item)
    connection.execute("DELETE FROM item WHERE id = ?", (item,))
    evidence.drop(connection, old)
