"""Certificates of absence: state as JSON what the archive saw at an address around a day, and check such a certificate.

docs/verification.md and docs/schemas/absence.json describe the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from archive.digest import same_digest
from archive.errors import Damaged
from archive.fixity.finding import Severity
from archive.fixity.verifier import verify_record
from archive.warc.capture import RecordRef, printed_id
from archive.warc.reader import capture_of, read_record_at
from archive.warc.writer import is_imported, locate_file
from db import erasures, fixity_log, notes
from db.catalogue import Catalogue
from db.identity import ids_of, url_key
from db.query.absence import HostSeen, Sighting, State, host_seen, newest, on_day, sightings

FORM = "creditline absence 1"
"""The value of `form` in a certificate, with the version of the form."""


def certify(catalogue: Catalogue, url: str, day: date, now: datetime) -> dict[str, Any]:
    """Return a certificate as JSON values: what the archive saw at *url* on *day* (UTC) and around it.

    Raises:
        ValueError: *url* is not an address.
    """
    seen = sightings(catalogue.connection, url)
    state, named = on_day(seen, day)
    host = host_seen(catalogue.connection, url)
    until = newest(catalogue.connection)
    return {
        "form": FORM,
        "url": url,
        "on": day.isoformat(),
        "state": state.value,
        "words": _words(state, named, day, host),
        "asked": len(seen),
        "host": {
            "name": host.name,
            "captures": host.captures,
            "first": host.first and host.first.isoformat(),
            "last": host.last and host.last.isoformat(),
        },
        "erased": _erased(catalogue, url),
        "records": [_record(one) for one in named],
        # A later check ignores records after this time. It is the date of a record, because clocks may be wrong.
        "newest": until and until.isoformat(),
        # Identifies the collection, and its newest note, from which the chain leads to all earlier notes.
        "collection": notes.first(catalogue.connection),
        "head": fixity_log.head(catalogue.connection),
        "made": now.isoformat(),
        "software": f"creditline/{metadata.version('creditline')}",
    }


def _words(state: State, named: Sequence[Sighting], day: date, host: HostSeen) -> str:
    """Return in words what the archive saw on *day*, or, if nothing, before and after it."""
    of_day = [one for one in named if one.at.date() == day and one.state is state]
    if of_day:
        one = of_day[0]
        said = {
            State.THERE: "a page was there",
            State.SENT_ON: "it led to another address",
            State.GONE: "nothing was there",
            State.REFUSED: "it was not shown to us",
            State.NOT_REACHED: "no answer of use came",
        }[state]
        return f"{said}: {one.words}, at {one.at:%H:%M} UTC"
    if state is State.NOT_ASKED:
        before = next((one for one in reversed(named) if one.at.date() < day), None)
        after = next((one for one in named if one.at.date() > day), None)
        sides = [
            f"{side} on {one.at:%Y-%m-%d}: {one.words}" for side, one in (("before", before), ("after", after)) if one
        ]
        return f"it was not asked for on that day; {'; '.join(sides)}"
    if not host.first or not host.last:
        return f"it was never asked for, and nothing of {host.name} is held"
    spent = f"from {host.first:%Y-%m-%d} to {host.last:%Y-%m-%d}"
    return f"it was never asked for; of {host.name} {host.captures:,} answers are held, {spent}"


def _erased(catalogue: Catalogue, url: str) -> str | None:
    """Return the order by which captures of *url* were erased; None if none were."""
    key = url_key(url)
    for publisher in catalogue.publishers():
        for shown in ids_of(publisher.id, key):
            found = erasures.of_item(catalogue.connection, shown)
            if found is not None:
                return found.order
    return None


def _record(one: Sighting) -> dict[str, Any]:
    """Return a sighting in the form of a certificate."""
    return {
        "id": one.record,
        "url": one.url,
        "date": one.at.isoformat(),
        "state": one.state.value,
        "status": one.status,
        "words": one.words,
        "file": one.ref.file,
        "offset": one.ref.offset,
        "length": one.ref.length,
        "block_digest": one.digest,
    }


def is_certificate(value: object) -> bool:
    """Return whether *value* claims to be a certificate in the form that this program knows."""
    return isinstance(value, Mapping) and value.get("form") == FORM


def faults(catalogue: Catalogue, warcs: Path, certificate: Mapping[str, Any]) -> list[str]:
    """Return in words what in *certificate* disagrees with this collection; empty if it holds.

    Captures made after the certificate are ignored.
    """
    try:
        return list(_faults(catalogue, warcs, certificate))
    # The file may come from anyone: report a malformed certificate as a fault instead of crashing.
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"it is not a complete certificate: {type(error).__name__}: {error}"]


def _faults(catalogue: Catalogue, warcs: Path, certificate: Mapping[str, Any]) -> Iterator[str]:
    """Yield in words what in *certificate* disagrees with this collection; raise if it is malformed."""
    day, until = date.fromisoformat(certificate["on"]), certificate["newest"]
    if certificate["collection"] is not None and not notes.has(catalogue.connection, certificate["collection"]):
        yield f"it is of another collection: the note {certificate['collection']} is not held"
        return
    head = certificate["head"]
    if head is not None and not fixity_log.has_note(catalogue.connection, head):
        yield f"the newest note of that time, {head}, is not held"
    every = sightings(catalogue.connection, certificate["url"])
    state, named = on_day([one for one in every if until and one.at <= datetime.fromisoformat(until)], day)
    stated = {one["id"]: one for one in certificate["records"]}
    for one in named:
        if one.record not in stated:
            # The certificate left the record out, or an import has added it since. Either way it is no longer right.
            yield f"it does not name {one.record}, of {one.at:%Y-%m-%d %H:%M}: {one.words}"
        elif not _agrees(stated[one.record], one):
            yield f"what it says of {one.record} is not what is held: {one.words}"
    for record in stated.values():
        yield from _record_faults(catalogue, warcs, record)
    if state.value != certificate["state"]:
        yield f"what is held says “{state.value}” of that day, and not “{certificate['state']}”"


def _agrees(stated: Mapping[str, Any], one: Sighting) -> bool:
    """Return whether a certificate states the same as the catalogue about *one*; the wording may differ."""
    held, fixed = _record(one), ("url", "date", "status", "file", "offset", "length")
    return all(stated[name] == held[name] for name in fixed) and bool(same_digest(stated["block_digest"], one.digest))


def _record_faults(catalogue: Catalogue, warcs: Path, stated: Mapping[str, Any]) -> Iterator[str]:
    """Yield faults of one record named in a certificate: it is missing, damaged, or another record."""
    ref = RecordRef(str(stated["file"]), int(stated["offset"]), int(stated["length"]))
    try:
        path = locate_file(warcs, ref.file)
        broken = [one.what for one in verify_record(path, ref) if one.severity is Severity.FAULT]
        record = read_record_at(path, ref.offset)
    except (OSError, Damaged) as error:
        order = erasures.of_file(catalogue.connection, ref.file)
        by = f"; by order ({order.order}) records of its file were erased" if order else ""
        yield f"the record {stated['id']} cannot be read: {error}{by}"
        return
    yield from (f"the record {stated['id']}: {what}" for what in broken)
    # Compare with the record itself, because its row in the catalogue might have been falsified with the certificate.
    answer = capture_of(record, ours=not is_imported(ref.file))
    if record.id != printed_id(str(stated["id"])):
        yield f"where the record {stated['id']} should lie, there is {record.id}"
    elif same_digest(record.get("WARC-Block-Digest") or "", str(stated["block_digest"])) is False:
        yield f"the record {stated['id']} has another digest"
    elif answer is not None and (answer.url, answer.status) != (stated["url"], stated["status"]):
        yield f"the record {stated['id']} is of {answer.url} and says {answer.status}"
    elif answer is None and stated["status"] is not None:
        yield f"the record {stated['id']} is no answer"
