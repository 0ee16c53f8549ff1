"""Imports: the WARC files that were brought in from elsewhere, as their notes state them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.digest import normalize_digest
from archive.warc.capture import NoteKind
from db.instant import from_text


@dataclass(frozen=True, slots=True)
class Import:
    """One imported file.

    Attributes:
        file: its name below ``warcs/``.
        origin: the name of the file as handed over; *member* is the part of a WACZ, else "".
        digest, length: SHA-256 (labelled) and bytes of the whole file, which was copied unchanged.
        hosts: the publisher of each host; captures of other hosts are kept but not catalogued.
        repeats: URL and date of the original that was found for each revisit that does not name one.
        findings: the offsets at which each clause is broken, as known at the time of the import.
        by: who imported it.
        renamed: by record offset, the id of each capture whose record id another capture already had.
        at: when it was imported; later capture dates are not believed.
        others: the hosts of which captures are kept but not catalogued, as far as the note lists them.
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
    others: frozenset[str] = frozenset()

    def knows(self, offset: int, clause: str) -> bool:
        """Say whether that finding was already there when the file was imported."""
        return offset in self.findings.get(clause, ())


def as_body(brought: Import) -> dict[str, object]:
    """Return what the import's note states for the catalogue, as JSON values."""
    return {
        "file": brought.file,
        "origin": brought.origin,
        "member": brought.member,
        "digest": brought.digest,
        "length": brought.length,
        "hosts": dict(brought.hosts),
        # Found by searching the collection at that time. Recorded, because a rebuild must find the same.
        "repeats": {one: [url, at.isoformat()] for one, (url, at) in brought.repeats.items()},
        "findings": {clause: list(offsets) for clause, offsets in brought.findings.items()},
        "by": brought.by,
        "renamed": {str(offset): one for offset, one in brought.renamed.items()},
    }


def of_body(body: Mapping[str, Any], at: datetime | None = None) -> Import | None:
    """Return the import that the body of a note states, or None."""
    try:
        return Import(
            file=str(body["file"]),
            origin=str(body["origin"]),
            member=str(body["member"]),
            digest=normalize_digest(str(body["digest"])),
            length=int(body["length"]),
            hosts={str(host): str(publisher) for host, publisher in body["hosts"].items()},
            repeats={
                str(one): (str(url), datetime.fromisoformat(when)) for one, (url, when) in body["repeats"].items()
            },
            findings={str(clause): tuple(offsets) for clause, offsets in body["findings"].items()},
            by=str(body["by"]),
            renamed={int(offset): str(one) for offset, one in body.get("renamed", {}).items()},
            at=at,
            others=frozenset(others) if isinstance(others := body.get("other hosts"), Mapping) else frozenset(),
        )
    # A note of another or a later program may have another form: it stays an event, but is no import.
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def repeats_of(body: Mapping[str, Any]) -> dict[str, tuple[str, datetime]]:
    """Return what the body of an import note states about revisits: the original of each, by record id.

    A note may state only this, if a later import brought what an earlier one could not find.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the body is not in the expected form.
    """
    return {str(one): (str(url), datetime.fromisoformat(when)) for one, (url, when) in body["repeats"].items()}


def all_repeats(connection: sqlite3.Connection) -> dict[str, tuple[str, datetime]]:
    """Return what all import notes state about revisits; if two speak of the same revisit, the older one counts."""
    rows = connection.execute(
        """SELECT detail FROM event WHERE type = ? AND json_extract(detail, '$.repeats') <> '{}' ORDER BY at, id""",
        (NoteKind.IMPORT.value,),
    )
    return merged_repeats(json.loads(detail) for (detail,) in rows.fetchall())


def merged_repeats(bodies: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, datetime]]:
    """Return together what the *bodies* of import notes, the oldest first, state about revisits."""
    merged: dict[str, tuple[str, datetime]] = {}
    for body in bodies:
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            # Existing entries win, because the older note counts.
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


def of_digest(connection: sqlite3.Connection, digest: str) -> list[Import]:
    """Return the imports of a file with this digest, also if it was converted for the import.

    There are several if later ones catalogued captures of further hosts.
    """
    # Early notes print the same digest in another spelling.
    named = "spelt(json_extract(detail, '$.digest')), spelt(json_extract(detail, '$.converted.digest'))"
    return list(_read(connection, f"AND ? IN ({named})", (normalize_digest(digest),)))


def unfinished(connection: sqlite3.Connection) -> list[Import]:
    """Return imports whose captures have no rows yet because the process was killed after the note."""
    # A file gets an end only when the rows of all its captures are committed.
    return list(_read(connection, "AND json_extract(detail, '$.file') NOT IN (SELECT file FROM file_end)"))
