"""Witnesses as rows: what entries of feeds and REST answers say, filed under the key of the page they describe."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive.evidence.passage import Decoding, Place
from archive.warc.capture import Capture
from db import captures
from db.identity import digest_of, url_key
from db.instant import to_text
from db.model.item import AgentKind, Evidence
from db.model.witness import EntryClaim, EntryField, Origin, Witness

_COLUMNS = "capture, position, origin, url, parts, said"
_ORDER = "began, capture, position"
_OCTET = re.compile("%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class _Moment:
    """A position in record order under one key."""

    publisher: str
    key: str
    began: str
    capture: str


def page_key(url: str) -> str | None:
    """Return the key of *url*, with escapes in upper case if all are in lower case, because lists differ in that."""
    key = captures.key_of(url)
    # Mixed case is left as it is, because it may be the exact address.
    if key is None or "%" not in key or any(octet != octet.lower() for octet in _OCTET.findall(key)):
        return key
    return _OCTET.sub(lambda octet: octet[0].upper(), key)


def write(connection: sqlite3.Connection, capture: Capture, entries: Iterable[Witness]) -> None:
    """Write what *capture* says about other pages, replacing what was written from it before."""
    # It may have been read before, by another reader.
    drop(connection, capture.id)
    rows = [
        (
            capture.publisher,
            key,
            one.origin.value,
            to_text(capture.began),
            one.capture,
            one.position,
            # Without evidence, because a feed that is fetched again has the same entry at other bytes.
            digest_of([one.parts, *([said.says.value, said.value, said.field, said.kind.value] for said in one.said)]),
            one.url,
            one.parts,
            json.dumps([_packed(said) for said in one.said], ensure_ascii=False, separators=(",", ":")),
        )
        for one in entries
        if (key := page_key(one.url)) is not None
    ]
    connection.executemany(
        """INSERT INTO witness (publisher, key, origin, began, capture, position, digest, url, parts, said)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
    )


def drop(connection: sqlite3.Connection, capture: str) -> None:
    """Delete what *capture* says about other pages."""
    connection.execute("DELETE FROM witness WHERE capture = ?", (capture,))


def keys(connection: sqlite3.Connection, capture: str) -> list[str]:
    """Return the keys of the pages that *capture* describes."""
    rows = connection.execute("SELECT DISTINCT key FROM witness WHERE capture = ? ORDER BY key", (capture,))
    return [row[0] for row in rows]


def of_page(connection: sqlite3.Connection, page: Capture) -> tuple[Witness, ...]:
    """Return the witnesses with which *page* is read, at most one of each origin.

    Chosen is the last entry seen before the page was captured, or else the first one after it; among equal entries, the
    first one seen. So all machines with the same records choose the same.
    """
    key = page_key(page.url)
    spoken = "SELECT 1 FROM witness WHERE publisher = ? AND key = ? LIMIT 1"
    # Quick check, because every page asks and most have none.
    if key is None or connection.execute(spoken, (page.publisher, key)).fetchone() is None:
        return ()
    moment = _Moment(page.publisher, key, to_text(page.began), page.id)
    found = (_chosen(connection, moment, origin) for origin in Origin)
    return tuple(one for one in found if one is not None)


def _chosen(connection: sqlite3.Connection, moment: _Moment, origin: Origin) -> Witness | None:
    about = "SELECT digest FROM witness WHERE publisher = ? AND key = ? AND origin = ?"
    named = (moment.publisher, moment.key, origin.value)
    at = (moment.began, moment.capture)
    before = f"{about} AND (began, capture) <= (?, ?) ORDER BY began DESC, capture DESC, position LIMIT 1"
    after = f"{about} AND (began, capture) > (?, ?) ORDER BY {_ORDER} LIMIT 1"
    row = connection.execute(before, (*named, *at)).fetchone() or connection.execute(after, (*named, *at)).fetchone()
    if row is None:
        return None
    # A feed repeats its entries for weeks. The first of the equal ones is used, so that evidence does not move with
    # each fetch.
    query = f"""SELECT {_COLUMNS} FROM witness WHERE publisher = ? AND key = ? AND origin = ? AND digest = ?
        ORDER BY {_ORDER} LIMIT 1"""
    return _value(connection.execute(query, (*named, *row)).fetchone())


def witness_refs(heard: Iterable[str]) -> tuple[str, ...]:
    """Return those of *heard* that are refs of witnesses; the others mark further parts."""
    # The form of `Witness.ref`.
    return tuple(one for one in heard if "#" in one)


def captures_with_part(
    connection: sqlite3.Connection, publisher: str, key: str
) -> list[tuple[Capture, tuple[tuple[str, str], ...]]]:
    """Return, in record order, the captures that were read with the further part at *key*, or found it missing. Each
    comes with its further parts as (key, mark), where a mark is the id of a capture or, for a missing part, the key
    after a hyphen.
    """
    rows = connection.execute(
        """SELECT capture.id, capture.heard FROM capture_key JOIN capture ON capture.id = capture_key.capture
        WHERE capture_key.publisher = ? AND capture_key.key = ? AND capture.url_key <> capture_key.key
        AND capture.heard IS NOT NULL ORDER BY capture.began, capture.id""",
        (publisher, key),
    ).fetchall()
    found = []
    for capture_id, heard in rows:
        page = captures.by_id(connection, capture_id)
        # `heard` holds refs of witnesses, and for each part its capture or, if it was missing, its key after a
        # hyphen.
        marks = [(_key_at(connection, mark), mark) for mark in heard.split() if "#" not in mark]
        parts = tuple((at, mark) for at, mark in marks if at is not None)
        if page is not None and any(at == key for at, _ in parts):
            found.append((page, parts))
    return found


def _key_at(connection: sqlite3.Connection, mark: str) -> str | None:
    if mark.startswith("-"):
        return mark[1:]
    part = captures.by_id(connection, mark)
    return None if part is None else captures.key_of(part.url)


def last_joined_before(connection: sqlite3.Connection, capture: Capture) -> tuple[Capture, list[Capture]] | None:
    """Return the last capture of the same page before *capture* that was read with further parts, and these parts."""
    row = connection.execute(
        """SELECT id, heard FROM capture WHERE url_key = ? AND publisher = ? AND began < ? AND heard IS NOT NULL
        ORDER BY began DESC, id DESC LIMIT 1""",
        (url_key(capture.url), capture.publisher, to_text(capture.began)),
    ).fetchone()
    page = None if row is None else captures.by_id(connection, row[0])
    if page is None:
        return None
    # Parts that were missing then are still missing; whoever adds one looks for its pages.
    marks = (mark for mark in row[1].split() if "#" not in mark and not mark.startswith("-"))
    return page, [part for mark in marks if (part := captures.by_id(connection, mark)) is not None]


def refs(found: Iterable[Witness]) -> tuple[str, ...]:
    """Return the refs of witnesses."""
    return tuple(one.ref for one in found)


def captures_to_reread(connection: sqlite3.Connection, publisher: str, about: Iterable[str]) -> list[Capture]:
    """Return, in record order, the captures of the pages with the keys *about* whose reading used other witnesses than
    it should.
    """
    found = []
    for key in about:
        rows = connection.execute(
            """SELECT id, heard FROM capture WHERE url_key IN (?, ?) AND publisher = ? AND catalogued = 1
            AND page_kind IS NOT NULL ORDER BY began, id""",
            # A capture's key has its escapes in the case of the page's address.
            (key, _OCTET.sub(lambda octet: octet[0].lower(), key), publisher),
        ).fetchall()
        for capture_id, said in rows:
            page = captures.by_id(connection, capture_id)
            # Compared by name and order, because the same entries give the same reading.
            if page is not None and refs(of_page(connection, page)) != witness_refs((said or "").split()):
                found.append(page)
    return sorted(found, key=lambda one: (one.began, one.id))


def is_known(connection: sqlite3.Connection, publisher: str, one: Witness) -> bool:
    """Say whether an earlier capture of *publisher* said the same as *one*."""
    row = connection.execute(
        """SELECT 1 FROM witness AS mine JOIN witness AS other ON other.publisher = mine.publisher
        AND other.key = mine.key AND other.origin = mine.origin AND other.digest = mine.digest
        AND (other.began, other.capture) < (mine.began, mine.capture)
        WHERE mine.capture = ? AND mine.position = ? AND mine.publisher = ? LIMIT 1""",
        (one.capture, one.position, publisher),
    ).fetchone()
    return row is not None


def count(connection: sqlite3.Connection, publisher: str, address: str) -> int:
    """Return how many pages of *publisher* have entries in captures whose URL begins with *address*."""
    query = """SELECT count(DISTINCT key) FROM witness JOIN capture ON capture.id = witness.capture
        WHERE witness.publisher = ?1 AND substr(capture.url, 1, length(?2)) = ?2"""
    return int(connection.execute(query, (publisher, address)).fetchone()[0])


def _packed(said: EntryClaim) -> list[object]:
    evidence = said.evidence
    # Entries are read from entities, so a decoding is always there.
    assert evidence.decoding is not None, "an entry claims nothing without bytes"
    where = [evidence.words, evidence.ranges, evidence.decoding.charset, evidence.decoding.place.value]
    return [said.says.value, said.value, said.field, said.kind.value, *where]


def _value(row: tuple[Any, ...]) -> Witness:
    capture, position, origin, url, parts, packed = row
    said = tuple(_said(capture, one) for one in json.loads(packed))
    return Witness(capture, position, Origin(origin), url, said, parts)


def _said(capture: str, packed: list[Any]) -> EntryClaim:
    says, value, field, kind, words, ranges, charset, place = packed
    where = tuple((start, end) for start, end in ranges)
    evidence = Evidence(words, capture, ranges=where, decoding=Decoding(charset, Place(place)))
    return EntryClaim(EntryField(says), value, field, evidence, AgentKind(kind))
