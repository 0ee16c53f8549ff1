"""Captures as rows: the index of what the WARC files hold (equivalent to a CDX), and how far each was catalogued."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.http.exchange import Ending, Truncation
from archive.warc.capture import ORIGINAL_MISSING, ORIGINAL_UNNAMED, Capture, CaptureKind, RecordRef
from db import publishers
from db.identity import url_key
from db.instant import from_text, maybe_instant, maybe_text, to_text

_FIELDS = (
    "id, publisher, url, began, kind, status, media_type, file, offset, length, block_digest, payload_digest,"
    " payload_length, ending, truncated, ip, location, refers_to_url, refers_to_date, etag,"
    " last_modified, retry_after"
)
_READ = "page_kind, reading_digest, stamp, unread, fitted, heard"
# An existing row is kept, because it may already say how the capture was read, which its record does not.
_INSERT = f"INSERT OR IGNORE INTO capture ({_FIELDS}, url_key, location_key) VALUES ({', '.join('?' * 24)})"


@dataclass(frozen=True, slots=True)
class Read:
    """How far a capture has been catalogued.

    Attributes:
        page_kind: what kind of page the reader saw, or None if nothing was read.
        reading_digest: of title, text, attribution and published date.
        stamp: which reader read it, as text.
        unread: why it was not read, or None.
        fitted: whether its layout matched the publisher's profile; None without a profile.
        heard: the witnesses and further parts that it was read with, named as in `Reading.heard`.
    """

    catalogued: bool
    page_kind: str | None
    reading_digest: str | None
    stamp: str | None
    unread: str | None = None
    fitted: bool | None = None
    heard: tuple[str, ...] = ()


def refs_to_column(heard: tuple[str, ...]) -> str | None:
    """Return the refs of witnesses in the form of a row."""
    # No ref holds a space, because ids and keys consist of URI characters.
    return " ".join(heard) or None


def add(connection: sqlite3.Connection, captures: Iterable[Capture]) -> None:
    """Insert the rows of *captures*; existing rows stay unchanged."""
    named: set[str] = set()
    rows = []
    for capture in captures:
        # A capture may come before the note that describes its publisher. Its URL then gives a row to refer to.
        if capture.publisher not in named:
            publishers.name_from_capture(connection, capture.publisher, capture.url)
            named.add(capture.publisher)
        rows.append(_row(capture))
    # One statement per batch, because these rows are most of what a run writes.
    connection.executemany(_INSERT, rows)


def _row(capture: Capture) -> tuple[object, ...]:
    return (
        capture.id,
        capture.publisher,
        capture.url,
        to_text(capture.began),
        capture.kind.value,
        capture.status,
        capture.media_type,
        capture.ref.file,
        capture.ref.offset,
        capture.ref.length,
        capture.block_digest,
        capture.payload_digest,
        capture.payload_length,
        capture.ending.value,
        None if capture.truncated is None else capture.truncated.value,
        capture.ip,
        capture.location,
        capture.refers_to_url,
        maybe_text(capture.refers_to_date),
        capture.etag,
        capture.last_modified,
        capture.retry_after,
        url_key(capture.url),
        # Looked up when a target is catalogued, to find the addresses that redirect to it.
        key_of(capture.location),
    )


def key_of(url: str | None) -> str | None:
    """Return the key of *url*, or None if it is None or has no key (``mailto:``, a broken address)."""
    if url is None:
        return None
    try:
        return url_key(url)
    except ValueError:
        return None


def _value(row: tuple[Any, ...]) -> Capture:
    return Capture(
        # By position, in the order of `_FIELDS`.
        id=row[0],
        publisher=row[1],
        url=row[2],
        began=from_text(row[3]),
        kind=CaptureKind(row[4]),
        status=row[5],
        media_type=row[6],
        ref=RecordRef(row[7], row[8], row[9]),
        block_digest=row[10],
        payload_digest=row[11],
        payload_length=row[12],
        ending=Ending(row[13]),
        truncated=None if row[14] is None else Truncation(row[14]),
        ip=row[15],
        location=row[16],
        refers_to_url=row[17],
        refers_to_date=maybe_instant(row[18]),
        etag=row[19],
        last_modified=row[20],
        retry_after=row[21],
    )


def _select(connection: sqlite3.Connection, rest: str, values: tuple[object, ...] = ()) -> Iterator[Capture]:
    for row in connection.execute(f"SELECT {_FIELDS} FROM capture {rest}", values):
        yield _value(row)


def by_id(connection: sqlite3.Connection, capture_id: str) -> Capture | None:
    """Return the capture with *capture_id*, or None."""
    return next(_select(connection, "WHERE id = ?", (capture_id,)), None)


def of_key(connection: sqlite3.Connection, key: str) -> list[Capture]:
    """Return the captures of the URL with *key*, in record order."""
    return list(_select(connection, "WHERE url_key = ? ORDER BY began, id", (key,)))


_BELOW = {
    # Addresses that begin with the given one; addresses on its host; addresses on its host or a subdomain.
    "prefix": "url_key >= :key AND url_key < :key || char(0x10FFFF)",
    # "@" is the character after "?" in ASCII, and "/" comes before it; one of the two ends a host or a folder.
    "host": """url_key >= :key AND url_key < :key || '@'
        AND (url_key = :key OR substr(url_key, length(:key) + 1, 1) IN ('/', '?'))""",
    "domain": "substr('.' || substr(url_key, 1, instr(url_key || '/', '/') - 1), -length(:key) - 1) = '.' || :key",
}


def by_url_match(
    connection: sqlite3.Connection, url: str, reach: str, *, after: str = "", limit: int
) -> Iterator[Capture]:
    """Yield at most *limit* captures, by key and time, of addresses that begin with *url* (*reach* ``prefix``), are on
    its ``host``, or in its ``domain``. *after* is the place of a capture (see `place_of`) to continue from.
    """
    key = url_key(url)
    if reach != "prefix":
        key = key.partition("/")[0].partition("?")[0]
    elif url.endswith("/"):
        # For a folder its pages are meant, not folders whose names merely begin with its name.
        reach = "host"
    last_key, began, last_id = (*after.split(" ", 2), "", "", "")[:3]
    values = {"key": key, "last_key": last_key, "began": began, "last_id": last_id, "limit": limit}
    wanted = f"""WHERE {_BELOW[reach]} AND (url_key, began, id) > (:last_key, :began, :last_id)
        ORDER BY url_key, began, id LIMIT :limit"""
    for row in connection.execute(f"SELECT {_FIELDS} FROM capture {wanted}", values):
        yield _value(row)


def place_of(capture: Capture) -> str:
    """Return the place of *capture* in the order of `by_url_match`."""
    return f"{url_key(capture.url)} {to_text(capture.began)} {capture.id}"


def every(connection: sqlite3.Connection) -> Iterator[Capture]:
    """Yield every capture in record order."""
    return _select(connection, "ORDER BY began, id")


def by_id_query(connection: sqlite3.Connection, ids: str) -> Iterator[Capture]:
    """Yield the captures whose ids the query *ids* selects, file by file, in file order."""
    # In file order, so that each file is read once, from front to back.
    return _select(connection, f"WHERE id IN ({ids}) ORDER BY file, offset")


def revisits(connection: sqlite3.Connection, ids: str, values: tuple[object, ...], *, limit: int) -> list[Capture]:
    """Return the first *limit* revisits, by id, among the captures whose ids the query *ids* selects."""
    # By id, not by place: a caller that continues after the last one needs a fixed order.
    wanted = f"WHERE id IN ({ids}) AND kind <> '{CaptureKind.RESPONSE.value}' ORDER BY id LIMIT ?"
    return list(_select(connection, wanted, (*values, limit)))


def latest(connection: sqlite3.Connection, url: str, publisher: str | None = None) -> Capture | None:
    """Return the newest capture of exactly *url*, of *publisher* if given, that was answered completely with 200, or
    that confirmed (304) such an answer.

    It holds the payload digest and the validators for the next request; `original` finds its bytes.
    """
    # By key, because that is indexed; and by URL, because a revisit may only repeat its own address.
    wanted = "WHERE url_key = ? AND url = ? AND truncated IS NULL AND (status = 200 OR kind = 'not-modified')"
    wanted += " AND coalesce(?, publisher) = publisher ORDER BY began DESC, id DESC LIMIT 1"
    return next(_select(connection, wanted, (url_key(url), url, publisher)), None)


def latest_of_any_status(connection: sqlite3.Connection, url: str, publisher: str) -> Capture | None:
    """Return the newest capture of exactly *url* for *publisher*, whatever the answer was."""
    wanted = "WHERE url_key = ? AND url = ? AND publisher = ? ORDER BY began DESC, id DESC LIMIT 1"
    return next(_select(connection, wanted, (url_key(url), url, publisher)), None)


def last_with_other_payload(connection: sqlite3.Connection, capture: Capture) -> tuple[Capture, datetime] | None:
    """Return the newest earlier capture of exactly the URL of *capture* with a complete 200 answer and another payload,
    and when the payload of *capture* first came after it; None if there is no such capture.
    """
    whole = "WHERE url_key = ? AND url = ? AND publisher = ? AND truncated IS NULL AND status = 200"
    of_url, place = (url_key(capture.url), capture.url, capture.publisher), (to_text(capture.began), capture.id)
    before = f"{whole} AND (began, id) < (?, ?) AND payload_digest IS NOT ? ORDER BY began DESC, id DESC LIMIT 1"
    found = next(_select(connection, before, (*of_url, *place, capture.payload_digest)), None)
    if found is None:
        return None
    after = f"SELECT min(began) FROM capture {whole} AND (began, id) > (?, ?)"
    (first,) = connection.execute(after, (*of_url, to_text(found.began), found.id)).fetchone()
    return found, capture.began if first is None else from_text(first)


def is_only_confirmed(connection: sqlite3.Connection, url: str, publisher: str, times: int) -> bool:
    """Say whether the last *times* answers for *url* were all 304, so that only the server's word vouches for it."""
    rows = connection.execute(
        """SELECT kind FROM capture WHERE url_key = ? AND url = ? AND publisher = ? ORDER BY began DESC, id DESC
        LIMIT ?""",
        (url_key(url), url, publisher, times),
    ).fetchall()
    return len(rows) == times and all(row[0] == CaptureKind.NOT_MODIFIED for row in rows)


def original(connection: sqlite3.Connection, url: str, began: datetime) -> Capture | None:
    """Return the capture that a revisit names by URL and date (WARC 1.1 sections 5.17 and 5.18), or None.

    A date without fractions finds a capture from that second, preferably one that holds a payload. Some tools name the
    URL with the scheme of the revisit, so if no capture has exactly this URL, one with the same key is returned.

    """
    key = key_of(url)
    if key is None:
        return None
    whole = to_text(began)
    # Other programs write whole seconds, Creditline does not: a date without a fraction means any instant in its
    # second.
    last = whole if began.microsecond else whole[:19] + ".999999Z"
    # The revisit itself may be from that second; a response is preferred to it.
    at = f"began >= ? AND began <= ? ORDER BY kind <> '{CaptureKind.RESPONSE.value}', began, id LIMIT 1"
    exact = next(_select(connection, f"WHERE url_key = ? AND url = ? AND {at}", (key, url, whole, last)), None)
    return exact or next(_select(connection, f"WHERE url_key = ? AND {at}", (key, whole, last)), None)


def waiting(connection: sqlite3.Connection, limit: int, publisher: str | None = None) -> list[Capture]:
    """Return captures (of *publisher*, if given) that are kept but not catalogued yet, in record order, of any type."""
    where = "WHERE catalogued = 0 AND (?1 IS NULL OR publisher = ?1) ORDER BY began, id LIMIT ?2"
    return list(_select(connection, where, (publisher, limit)))


def count_waiting(connection: sqlite3.Connection) -> int:
    """Return how many captures are kept but not catalogued yet."""
    return int(connection.execute("SELECT count(*) FROM capture WHERE catalogued = 0").fetchone()[0])


_UNREAD_REVISITS = "WHERE kind <> 'response' AND catalogued = 1 AND page_kind IS NULL AND unread IS NOT NULL"


def without_payload(connection: sqlite3.Connection) -> list[Capture]:
    """Return, in order, the revisits catalogued without a reading whose original has got a row since."""
    named = "AND refers_to_url IS NOT NULL AND refers_to_date IS NOT NULL ORDER BY began, id"
    # Always few: revisits in imported files whose originals were missing.
    found = list(_select(connection, f"{_UNREAD_REVISITS} {named}"))
    return [one for one in found if _original_of(connection, one) is not None]


def count_missing_originals(connection: sqlite3.Connection) -> tuple[int, Capture | None]:
    """Return how many revisits could not be read because the capture that they repeat is not here, and the first."""
    missing = f"{_UNREAD_REVISITS} AND (unread LIKE '{ORIGINAL_MISSING}%' OR unread = '{ORIGINAL_UNNAMED}')"
    count = int(connection.execute(f"SELECT count(*) FROM capture {missing}").fetchone()[0])
    return count, next(iter(_select(connection, f"{missing} ORDER BY began, id LIMIT 1")), None)


def without_original(connection: sqlite3.Connection) -> list[Capture]:
    """Return, in record order, the revisits that do not name their original and for which none was found."""
    return list(_select(connection, "WHERE kind <> 'response' AND refers_to_date IS NULL ORDER BY began, id"))


def set_original(connection: sqlite3.Connection, revisit: str, url: str, began: datetime) -> None:
    """Record the original of a revisit that does not name it. A recorded original is not changed."""
    connection.execute(
        # The first result stays, or the rows would depend on the order of imports.
        "UPDATE capture SET refers_to_url = ?, refers_to_date = ? WHERE id = ? AND refers_to_date IS NULL",
        (url, to_text(began), revisit),
    )


def _original_of(connection: sqlite3.Connection, revisit: Capture) -> Capture | None:
    if revisit.refers_to_url is None or revisit.refers_to_date is None:
        return None
    found = original(connection, revisit.refers_to_url, revisit.refers_to_date)
    return None if found == revisit else found


def state(connection: sqlite3.Connection, capture_id: str) -> Read | None:
    """Return how far the capture has been catalogued, or None if it has no row."""
    row = connection.execute(f"SELECT catalogued, {_READ} FROM capture WHERE id = ?", (capture_id,)).fetchone()
    return None if row is None else _read(row)


def last_read_before(connection: sqlite3.Connection, capture: Capture) -> tuple[str, Read] | None:
    """Return id and state of the last capture of the same URL before *capture* that was read."""
    row = connection.execute(
        f"""SELECT id, {_READ} FROM capture
        WHERE url_key = ? AND (began, id) < (?, ?) AND page_kind IS NOT NULL AND catalogued = 1 AND publisher = ?
        ORDER BY began DESC, id DESC LIMIT 1""",
        (url_key(capture.url), to_text(capture.began), capture.id, capture.publisher),
    ).fetchone()
    return None if row is None else (row[0], _read((True, *row[1:])))


def was_without_text(connection: sqlite3.Connection, publisher: str, key: str, since: str) -> bool:
    """Say whether the address *key* has redirected, or has shown a list or "not found", since the instant *since*."""
    row = connection.execute(
        """SELECT 1 FROM capture WHERE url_key = ? AND began > ? AND publisher = ? AND catalogued = 1
        AND (status BETWEEN 300 AND 399 OR page_kind IN ('listing', 'missing')) LIMIT 1""",
        (key, since, publisher),
    ).fetchone()
    return row is not None


def _read(row: tuple[Any, ...]) -> Read:
    fitted = None if row[5] is None else bool(row[5])
    return Read(bool(row[0]), row[1], row[2], row[3], row[4], fitted, tuple((row[6] or "").split()))


def mark(connection: sqlite3.Connection, capture_id: str, read: Read) -> None:
    """Record how far the capture has been catalogued."""
    connection.execute(
        """UPDATE capture SET catalogued = ?, page_kind = ?, reading_digest = ?, stamp = ?, unread = ?, fitted = ?,
        heard = ? WHERE id = ?""",
        (
            int(read.catalogued),
            read.page_kind,
            read.reading_digest,
            read.stamp,
            read.unread,
            None if read.fitted is None else int(read.fitted),
            refs_to_column(read.heard),
            capture_id,
        ),
    )


def mark_end(connection: sqlite3.Connection, file: str, end: int) -> None:
    """Record that *file* is catalogued up to the byte offset *end*."""
    connection.execute(
        # Never back, because a late commit must not undo a later one.
        """INSERT INTO file_end (file, offset) VALUES (?, ?) ON CONFLICT (file) DO UPDATE
        SET offset = max(offset, excluded.offset)""",
        (file, end),
    )


def ends(connection: sqlite3.Connection) -> dict[str, int]:
    """Return, for each WARC file, the end (offset) of the last record that has a row."""
    rows = connection.execute(
        # Notes and failures are records too; events that were read from captures have no file.
        """SELECT file, max(ending) FROM (SELECT file, offset + length AS ending FROM capture
        UNION ALL SELECT file, offset + length FROM event WHERE file IS NOT NULL
        UNION ALL SELECT file, offset + length FROM failure
        UNION ALL SELECT file, offset FROM file_end) GROUP BY file"""
    )
    return dict(rows.fetchall())


def gapless_ends(connection: sqlite3.Connection) -> dict[str, int]:
    """Return, for each WARC file, the offset up to which no capture, note or failure lacks its row."""
    return dict(connection.execute("SELECT file, offset FROM file_end").fetchall())


def has_row(connection: sqlite3.Connection, record: str) -> bool:
    """Say whether the capture, note or failure with this id has a row."""
    query = """SELECT 1 FROM capture WHERE id = ?1 UNION ALL SELECT 1 FROM event WHERE id = ?1
    UNION ALL SELECT 1 FROM failure WHERE id = ?1 LIMIT 1"""
    return connection.execute(query, (record,)).fetchone() is not None


def newest(connection: sqlite3.Connection) -> datetime | None:
    """Return the WARC-Date of the newest capture, note or failure that has a row, or None."""
    row = connection.execute(
        """SELECT max(at) FROM (SELECT max(began) AS at FROM capture UNION ALL SELECT max(at) FROM event
        UNION ALL SELECT max(at) FROM failure)"""
    ).fetchone()
    return maybe_instant(row[0])
