"""Imports: the WARC files of others that were brought in, as their notes state them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.digest import spelt
from archive.warc.capture import NoteKind
from db.instant import from_text


@dataclass(frozen=True, slots=True)
class Import:
    """One file that was brought in.

    Attributes:
        file: its name below ``warcs/``.
        origin: the name of the file that was handed over; *member* names the part of a WACZ, else "".
        digest, length: SHA-256 (labelled) and bytes of the whole file, which was copied in unchanged.
        hosts: the publisher that each host belongs to; captures of other hosts are kept and not catalogued.
        repeats: for revisits that do not say what they repeat: URL and date of the capture that was found.
        findings: offsets in the file by the clause that is broken there: what was known when it was brought in.
        by: who brought it in.
        renamed: by the offset of its record, the id of a capture whose record has the id of another that was here.
        at: when it was brought in; captures dated after that are not believed.
    """

    file: str
    origin: str
    member: str
    digest: str
    length: int
    hosts: Mapping[str, str]
    repeats: Mapping[str, tuple[str, datetime]]
    findings: Mapping[str, tuple[int, ...]]
    by: str
    renamed: Mapping[int, str] = field(default_factory=dict)
    at: datetime | None = None

    def knows(self, offset: int, clause: str) -> bool:
        """Say whether that finding was there when the file was brought in."""
        return offset in self.findings.get(clause, ())


def as_body(brought: Import) -> dict[str, object]:
    """Return what an import note states of *brought* for the catalogue, as JSON values."""
    return {
        "file": brought.file,
        "origin": brought.origin,
        "member": brought.member,
        "digest": brought.digest,
        "length": brought.length,
        "hosts": dict(brought.hosts),
        # Found by looking through the collection of that day, so it is recorded: a rebuild must find the same.
        "repeats": {one: [url, at.isoformat()] for one, (url, at) in brought.repeats.items()},
        "findings": {clause: list(offsets) for clause, offsets in brought.findings.items()},
        "by": brought.by,
        "renamed": {str(offset): one for offset, one in brought.renamed.items()},
    }


def of_body(body: Mapping[str, Any], at: datetime | None = None) -> Import | None:
    """Return the import that the body of a note states, None where it states none."""
    try:
        return Import(
            file=str(body["file"]),
            origin=str(body["origin"]),
            member=str(body["member"]),
            digest=spelt(str(body["digest"])),
            length=int(body["length"]),
            hosts={str(host): str(publisher) for host, publisher in body["hosts"].items()},
            repeats={
                str(one): (str(url), datetime.fromisoformat(when)) for one, (url, when) in body["repeats"].items()
            },
            findings={str(clause): tuple(offsets) for clause, offsets in body["findings"].items()},
            by=str(body["by"]),
            renamed={int(offset): str(one) for offset, one in body.get("renamed", {}).items()},
            at=at,
        )
    # A note of another program, or of a later one, may say it otherwise: it stays an event, and no import.
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def repeats_of(body: Mapping[str, Any]) -> dict[str, tuple[str, datetime]]:
    """Return what the body of an import note says of revisits: what each repeats, by record id.

    A note may say no more: what an earlier import could not find came with a later one.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it says nothing that can be read.
    """
    return {str(one): (str(url), datetime.fromisoformat(when)) for one, (url, when) in body["repeats"].items()}


def all_repeats(connection: sqlite3.Connection) -> dict[str, tuple[str, datetime]]:
    """Return what all import notes say of revisits; of two that speak of the same one the older counts."""
    rows = connection.execute(
        """SELECT detail FROM event WHERE type = ? AND json_extract(detail, '$.repeats') <> '{}' ORDER BY at, id""",
        (NoteKind.IMPORT.value,),
    )
    return merged_repeats(json.loads(detail) for (detail,) in rows.fetchall())


def merged_repeats(bodies: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, datetime]]:
    """Return what the *bodies* of import notes, the oldest first, say of revisits together."""
    merged: dict[str, tuple[str, datetime]] = {}
    for body in bodies:
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            # What is there already wins: the older note counts.
            merged = {**repeats_of(body), **merged}
    return merged


def _read(connection: sqlite3.Connection, rest: str, values: tuple[object, ...] = ()) -> Iterator[Import]:
    rows = connection.execute(
        f"SELECT at, detail FROM event WHERE type = ? {rest} ORDER BY at, id", (NoteKind.IMPORT.value, *values)
    )
    for at, detail in rows.fetchall():
        found = of_body(json.loads(detail), from_text(at))
        if found is not None:
            yield found


def every(connection: sqlite3.Connection) -> list[Import]:
    """Return every import, the oldest first."""
    return list(_read(connection, ""))


def of_file(connection: sqlite3.Connection, file: str) -> Import | None:
    """Return the import that brought in *file*, or None."""
    return next(_read(connection, "AND json_extract(detail, '$.file') = ?", (file,)), None)


def of_digest(connection: sqlite3.Connection, digest: str) -> Import | None:
    """Return the import of a file with this digest, also where another was made of it, or None."""
    # Notes of the first weeks print another spelling of the same digest.
    named = "spelt(json_extract(detail, '$.digest')), spelt(json_extract(detail, '$.converted.digest'))"
    return next(_read(connection, f"AND ? IN ({named})", (spelt(digest),)), None)


def unfinished(connection: sqlite3.Connection) -> list[Import]:
    """Return imports whose captures have no rows yet: the process was killed behind the note."""
    # A file gets its end once all rows of its captures are committed.
    return list(_read(connection, "AND json_extract(detail, '$.file') NOT IN (SELECT file FROM file_end)"))
