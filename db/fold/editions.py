"""Editions: distinct states of an item's title, text, attribution and published date, and when a new one opens."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind
from db import evidence
from db.identity import Span, digest_of, edition_id
from db.instant import from_text, to_text
from db.model import text_marks
from db.model.item import AgentKind, Attribution, Edition, Item, Partial, Reading, Rival, Role


@dataclass(frozen=True, slots=True)
class InForce:
    """What the fold needs to know about the edition in force.

    Attributes:
        row: its row in the table.
        digest: of its content, as made by `content_digest`.
        length: of its text, in characters.
    """

    row: int
    opened: str
    last_seen: str
    digest: str
    stamp: str
    partial: Partial | None
    title: str | None
    length: int


def all_opened(connection: sqlite3.Connection, item: str) -> list[datetime]:
    """Return when the editions of *item* opened, in order."""
    rows = connection.execute("SELECT opened FROM edition WHERE item = ? ORDER BY opened", (item,))
    return [from_text(row[0]) for row in rows]


def id_of(connection: sqlite3.Connection, item: str, opened: str) -> str:
    """Return the id of the edition of *item* that opened at *opened*."""
    follows = connection.execute(
        # The first edition in a second has the short id and keeps it, whatever opens later.
        "SELECT 1 FROM edition WHERE item = ?1 AND opened < ?2 AND opened >= substr(?2, 1, 19)",
        (item, opened),
    ).fetchone()
    return edition_id(item, from_text(opened), follows=follows is not None)


def edition_read_in(connection: sqlite3.Connection, shown: str, span: Span) -> tuple[str, str] | None:
    """Return the item, and the opening time of its edition, that was read from a capture in *span* under the key of the
    id *shown*; None if there is no such edition.
    """
    first, last = (to_text(one) for one in span)
    row: tuple[str, str] | None = connection.execute(
        """SELECT edition.item, edition.opened FROM item_alias JOIN capture_key ON capture_key.key = item_alias.key
        AND capture_key.publisher = item_alias.publisher AND capture_key.began BETWEEN ?2 AND ?3
        JOIN edition_capture ON edition_capture.capture = capture_key.capture
        JOIN edition ON edition.id = edition_capture.edition WHERE item_alias.id = ?1
        ORDER BY capture_key.began, capture_key.capture, edition.opened LIMIT 1""",
        (shown, first, last),
    ).fetchone()
    return row


def free_instant(connection: sqlite3.Connection, item: str, at: str) -> str:
    """Return *at*, or the next instant at which no edition of *item* has opened.

    Other programs date records to the second; captures from one second still follow each other.
    """
    instant, taken = from_text(at), set(all_opened(connection, item))
    while instant in taken:
        instant += timedelta(microseconds=1)
    return to_text(instant)


def content_digest(reading: Reading) -> str:
    """Return the digest of the values that make an edition: title, text, attribution and published date."""
    published = reading.published
    return digest_of(
        [
            # Only values: a new reader or template may move the words, which does not change the work.
            reading.title.value if reading.title else None,
            reading.text,
            # Without addresses and identifiers of authors, which sites change although the authors stay the same.
            [[credit.name, credit.role.value, credit.kind.value] for credit in reading.attributions],
            [published.value, published.precision.value] if published else None,
        ]
    )


def in_force(connection: sqlite3.Connection, item: str, at: str | None = None) -> InForce | None:
    """Return the edition of *item* in force at *at* (now if None), or None if none was open."""
    row = connection.execute(
        """SELECT id, opened, last_seen, digest, stamp, partial, title, length(text) FROM edition
        WHERE item = ? AND opened <= ? ORDER BY opened DESC LIMIT 1""",
        # Sorts after every instant.
        (item, at or "9999"),
    ).fetchone()
    if row is None:
        return None
    partial = None if row[5] is None else Partial(row[5])
    return InForce(row[0], row[1], row[2], row[3], row[4], partial, row[6], row[7])


def had(connection: sqlite3.Connection, item: str, digest: str) -> bool:
    """Say whether *item* has, or had, an edition with this *digest*."""
    query = "SELECT 1 FROM edition WHERE item = ? AND digest = ?"
    return connection.execute(query, (item, digest)).fetchone() is not None


def text_of(connection: sqlite3.Connection, held: InForce) -> str:
    """Return the text of the edition *held*."""
    (text,) = connection.execute("SELECT text FROM edition WHERE id = ?", (held.row,)).fetchone()
    return str(text)


def first_and_last_text(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the texts of the first and the last edition of *item*; one text if it has one edition."""
    rows = connection.execute(
        """SELECT text FROM edition WHERE item = ?1 AND opened IN ((SELECT min(opened) FROM edition WHERE item = ?1),
        (SELECT max(opened) FROM edition WHERE item = ?1)) ORDER BY opened""",
        (item,),
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


@dataclass(frozen=True, slots=True)
class Draft:
    """An edition that is about to be written: when it opened, its captures, and its reading."""

    opened: str
    captures: tuple[str, ...]
    digest: str
    partial: Partial | None
    reading: Reading


def write(connection: sqlite3.Connection, item: str, draft: Draft, last_seen: str) -> int:
    """Insert an edition of *item* with attributions and evidence; return its row."""
    reading = draft.reading
    title, title_row = evidence.write_words(connection, reading.title)
    published, precision, published_row = evidence.write_dated(connection, reading.published)
    cursor = connection.execute(
        """INSERT INTO edition (item, opened, last_seen, stamp, digest, partial, title, title_evidence, published,
        precision, published_evidence, text, marks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            item,
            draft.opened,
            last_seen,
            str(reading.stamp),
            draft.digest,
            draft.partial and draft.partial.value,
            title,
            title_row,
            published,
            precision,
            published_row,
            reading.text,
            text_marks.to_json(reading.marks),
        ),
    )
    # Always set after an INSERT, but its type allows None.
    row = int(cursor.lastrowid or 0)
    connection.executemany(
        "INSERT INTO edition_capture (edition, position, capture) VALUES (?, ?, ?)",
        [(row, position, capture) for position, capture in enumerate(draft.captures)],
    )
    _write_attributions(connection, row, reading.attributions)
    _write_rivals(connection, row, reading.rivals)
    return row


def _write_attributions(connection: sqlite3.Connection, row: int, named: Sequence[Attribution]) -> None:
    pointed = evidence.write_all(connection, [credit.evidence for credit in named])
    connection.executemany(
        """INSERT INTO attribution (edition, position, name, role, kind, url, identifier, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                row,
                position,
                credit.name,
                credit.role.value,
                credit.kind.value,
                credit.url,
                credit.identifier,
                pointed[position],
            )
            for position, credit in enumerate(named)
        ],
    )


def record_seen(connection: sqlite3.Connection, row: int, at: str, partial: Partial | None) -> None:
    """Record that a capture at *at* showed the edition in *row* again, and how complete it is known to be."""
    connection.execute(
        "UPDATE edition SET last_seen = max(last_seen, ?), partial = ? WHERE id = ?",
        (at, partial and partial.value, row),
    )


def join_equal(connection: sqlite3.Connection, item: str) -> None:
    """Merge each edition of *item* that equals the one before it into that one."""
    rows = connection.execute(
        """SELECT id, opened, last_seen, digest, stamp, partial, title, length(text) FROM edition WHERE item = ?
        ORDER BY opened""",
        (item,),
    ).fetchall()
    held: InForce | None = None
    for row in rows:
        one = InForce(row[0], row[1], row[2], row[3], row[4], row[5] and Partial(row[5]), row[6], row[7])
        # Two merged items may both have had it. An equal edition after a different one is a return, and stays.
        if held is not None and held.digest == one.digest:
            record_seen(connection, held.row, one.last_seen, partial_after(held, one.partial))
            drop(connection, one.row)
        else:
            held = one


def drop(connection: sqlite3.Connection, row: int) -> None:
    """Delete the edition in *row* with everything that belongs to it."""
    pointed = connection.execute(
        "SELECT title_evidence, published_evidence FROM edition WHERE id = ?", (row,)
    ).fetchone()
    credited = connection.execute("SELECT evidence FROM attribution WHERE edition = ?", (row,)).fetchall()
    _drop_rivals(connection, row)
    # Because of the foreign keys: first the rows that refer to the edition, last the evidence to which they refer.
    for table in ("attribution", "edition_capture", "decided"):
        connection.execute(f"DELETE FROM {table} WHERE edition = ?", (row,))
    connection.execute("DELETE FROM edition WHERE id = ?", (row,))
    evidence.drop(connection, (*pointed, *(found[0] for found in credited)))


# ── Rivals: values that were not chosen, with their witness and the reason ──────────────────────────────────────────


def _write_rivals(connection: sqlite3.Connection, edition: int, rivals: Sequence[Rival]) -> None:
    """Write the *rivals* of an edition."""
    pointed = evidence.write_all(connection, [one.evidence for one in rivals])
    connection.executemany(
        """INSERT INTO rival (edition, position, field, value, witness, because, doubt, evidence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                edition,
                place,
                one.field,
                one.value,
                one.witness,
                one.because,
                int(one.doubt),
                pointed[place],
            )
            for place, one in enumerate(rivals)
        ],
    )


def rivals_of(connection: sqlite3.Connection, held: Item) -> tuple[Rival, ...]:
    """Return the values that were not chosen in the edition of *held*, those that leave a doubt first."""
    rows = connection.execute(
        f"""SELECT rival.field, rival.value, rival.witness, rival.because, rival.doubt,
        {evidence.COLUMNS.format("evidence")}
        FROM edition JOIN rival ON rival.edition = edition.id JOIN evidence ON evidence.id = rival.evidence
        WHERE edition.item = ? AND edition.opened = ?
        ORDER BY rival.doubt DESC, rival.position""",
        (held.id, to_text(held.edition.opened)),
    )
    return tuple(Rival(row[0], row[1], row[2], evidence.read(row[5:]), row[3], doubt=bool(row[4])) for row in rows)


def _drop_rivals(connection: sqlite3.Connection, edition: int) -> None:
    """Delete the rivals of an edition, including their evidence."""
    rows = connection.execute("SELECT evidence FROM rival WHERE edition = ?", (edition,)).fetchall()
    connection.execute("DELETE FROM rival WHERE edition = ?", (edition,))
    evidence.drop(connection, (row[0] for row in rows))


# ── Reading back ────────────────────────────────────────────────────────────────────────────────────────────

_COLUMNS = (
    "id, item, opened, last_seen, stamp, title, title_evidence, published, precision, published_evidence, partial"
)
# Rows or ids as a JSON list, so that one statement serves any number of them.
_GIVEN = "(SELECT value FROM json_each(?))"


class Standing(NamedTuple):
    """An edition in its place among those of its item.

    Attributes:
        row: its row in the table.
        id: the id under which it is shown.
        number: counted each time, because an older capture may arrive and change it.
        total: how many editions the item has, later ones included.
    """

    row: int
    id: str
    number: int
    total: int


def standing(connection: sqlite3.Connection, items: Sequence[str], at: str | None = None) -> dict[str, Standing]:
    """Return the edition in force at *at* (now if None) of each of *items*; items that had none are left out."""
    rows = connection.execute(
        f"SELECT item, id, opened FROM edition WHERE item IN {_GIVEN} ORDER BY item, opened", (json.dumps(items),)
    ).fetchall()
    found = {}
    for item, group in groupby(rows, key=itemgetter(0)):
        all_rows = [(row, opened) for _, row, opened in group]
        number = len(all_rows) if at is None else sum(opened <= at for _, opened in all_rows)
        if number:
            found[item] = _placed(item, all_rows, number)
    return found


def _placed(item: str, rows: Sequence[tuple[int, str]], number: int) -> Standing:
    """Return the edition with this *number* among all *rows* of *item*, which are in order."""
    row, opened = rows[number - 1]
    # As in `id_of`: the first edition in a second has the short id.
    follows = number > 1 and rows[number - 2][1] >= opened[:19]
    return Standing(row, edition_id(item, from_text(opened), follows=follows), number, len(rows))


def every(connection: sqlite3.Connection, item: str) -> list[Edition]:
    """Return the editions of *item* in record order."""
    rows = connection.execute("SELECT id, opened FROM edition WHERE item = ? ORDER BY opened", (item,)).fetchall()
    placed = [_placed(item, rows, number) for number in range(1, len(rows) + 1)]
    found = in_rows(connection, placed)
    return [found[one.row] for one in placed]


def in_rows(
    connection: sqlite3.Connection, wanted: Iterable[Standing], *, most: int | None = None, bare: bool = False
) -> dict[int, Edition]:
    """Return the *wanted* editions by row.

    Texts are read in the given order until they have *most* characters together; editions after that are left out. A
    *bare* edition has no text, and the evidence of its claims does not say where they stand.
    """
    placed = {one.row: one for one in wanted}
    texts = dict.fromkeys(placed, ("", "[]")) if bare else _texts(connection, placed, most)
    rows = json.dumps(list(texts))
    found = connection.execute(f"SELECT {_COLUMNS} FROM edition WHERE id IN {_GIVEN}", (rows,)).fetchall()
    stands = None if bare else evidence.in_rows(connection, (row[column] for row in found for column in (6, 9)))
    pages = _captures(connection, rows)
    credited = attributions(connection, list(texts), bare=bare)
    made = {}
    for row in found:
        text, marks = texts[row[0]]
        captures = pages.get(row[0], [])
        made[row[0]] = Edition(
            # By position, in the order of `_COLUMNS`.
            id=placed[row[0]].id,
            item=row[1],
            number=placed[row[0]].number,
            opened=from_text(row[2]),
            last_seen=from_text(row[3]),
            stamp=row[4],
            title=evidence.words_of(stands, row[5], row[6]),
            text=text,
            attributions=credited.get(row[0], ()),
            published=evidence.dated_of(stands, row[7], row[8], row[9]),
            captures=tuple([capture for capture, _ in captures]),
            partial=None if row[10] is None else Partial(row[10]),
            marks=text_marks.from_json(marks),
            url=captures[0][1] if captures else "",
        )
    return made


def _texts(connection: sqlite3.Connection, rows: Iterable[int], most: int | None) -> dict[int, tuple[str, str]]:
    """Return text and marks by row; not of the rows that follow once there are *most* characters."""
    found: dict[int, tuple[str, str]] = {}
    length = 0
    for row in rows:
        # One by one, because nobody knows how long the next one is: a document may have ten million characters.
        text, marks = connection.execute("SELECT text, marks FROM edition WHERE id = ?", (row,)).fetchone()
        found[row] = text, marks
        length += len(text)
        if most is not None and length >= most:
            break
    return found


def _captures(connection: sqlite3.Connection, rows: str) -> dict[int, list[tuple[str, str]]]:
    """Return the captures of editions, each with its URL, in order."""
    found: dict[int, list[tuple[str, str]]] = {}
    for row, capture, url in connection.execute(
        f"""SELECT edition, edition_capture.capture, capture.url FROM edition_capture
        JOIN capture ON capture.id = edition_capture.capture WHERE edition IN {_GIVEN} ORDER BY edition, position""",
        (rows,),
    ):
        found.setdefault(row, []).append((capture, url))
    return found


def attributions(
    connection: sqlite3.Connection, rows: Sequence[int], *, bare: bool = False
) -> dict[int, tuple[Attribution, ...]]:
    """Return who is to be credited for the editions in *rows*, in printed order; without evidence if *bare*."""
    stands = "" if bare else f", {evidence.COLUMNS.format('evidence')}"
    joined = "" if bare else "JOIN evidence ON evidence.id = attribution.evidence"
    found = connection.execute(
        f"""SELECT edition, name, role, attribution.kind, url, identifier{stands} FROM attribution {joined}
        WHERE edition IN {_GIVEN} ORDER BY edition, position""",
        (json.dumps(rows),),
    ).fetchall()
    return {
        edition: tuple(
            [
                Attribution(
                    name=row[1],
                    evidence=evidence.unplaced(row[1]) if bare else evidence.read(row[6:]),
                    role=Role(row[2]),
                    kind=AgentKind(row[3]),
                    url=row[4],
                    identifier=row[5],
                )
                for row in group
            ]
        )
        for edition, group in groupby(found, key=itemgetter(0))
    }


# ── Succession: rules which ensure that an error never replaces a good edition. Pure. ───────────────────────────────


class Step(StrEnum):
    """What a reading does to an item's editions."""

    OPEN = "open"
    """It opens an edition."""
    SEEN = "seen"
    """It shows the edition in force again."""
    FILL = "fill"
    """It replaces an edition that was never known to be complete."""
    KEEP = "keep"
    """It holds less than the edition in force, and becomes an event."""


_NEVER_WHOLE = (Partial.UNPROVED, Partial.TRUNCATED)


def why_partial(capture: Capture, reading: Reading, *, agrees: bool) -> Partial | None:
    """Return why the text is incomplete, or None if it is complete.

    *agrees*: the reading before, of the same URL, was equal; this proves an answer without a proper end.
    """
    # A revisit record is by definition cut after its head; that says nothing about the payload.
    if capture.truncated is not None and capture.kind is CaptureKind.RESPONSE:
        return Partial.TRUNCATED
    if capture.ending is Ending.UNPROVED and not agrees:
        return Partial.UNPROVED
    return reading.partial


def step(held: InForce | None, digest: str, partial: Partial | None, length: int) -> Step:
    """Return what a reading with *digest*, *partial* and a text of *length* characters does if *held* is in force."""
    if held is None:
        return Step.OPEN
    # It was cut, so more would have followed whatever it shows.
    if partial is Partial.TRUNCATED:
        return Step.KEEP
    # Before completeness is considered: equal content confirms the edition, however it ended.
    if held.digest == digest:
        return Step.SEEN
    if partial is None:
        return Step.OPEN
    if partial is Partial.UNPROVED:
        # If neither answer is known to be complete, the longer one is closer to it.
        return Step.FILL if held.partial in _NEVER_WHOLE and length > held.length else Step.KEEP
    # A teaser, missing parts, or an unreadable text may only follow an edition with the same defect.
    return Step.OPEN if held.partial is partial else Step.KEEP


def partial_after(held: InForce, partial: Partial | None) -> Partial | None:
    """Return how complete the edition *held* is known to be after an equal reading that is *partial*."""
    # Once proved complete it stays so, and an unproved answer proves nothing.
    if held.partial is None or partial is Partial.UNPROVED:
        return held.partial
    return partial
