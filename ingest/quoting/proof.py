"""Proof of a quotation: where its words are, from the edition down to the bytes of a WARC record, as JSON.

docs/quoting.md and docs/schemas/proof.json describe the format.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from archive.digest import same_digest
from archive.errors import BadRange, CannotReplay, Damaged
from archive.evidence.locate import Source, charset_of, words_at
from archive.evidence.passage import Decoding, Passage, Place
from archive.fixity.finding import Severity
from archive.fixity.verifier import verify_record
from archive.replay import entity_of, source_of
from archive.warc.capture import Capture
from archive.warc.writer import locate_file
from db.catalogue import Catalogue
from db.citation.credit_line import credit_line
from db.citation.text_fragment import text_fragment
from db.model.item import Item
from db.model.text_marks import LEVEL, words_alone
from db.search.quotation import Quotation, QuotedPassage

FORM = "creditline quotation 1"
"""The name and version of the format, as stated in a proof."""


@dataclass(frozen=True, slots=True)
class LocatedPassage:
    """Where words are in the bytes of a capture.

    Attributes:
        source: the capture whose record contains the payload; for a revisit, this is another capture.
        entity: the body with its encodings removed.
    """

    capture: Capture
    source: Capture
    entity: bytes
    passage: Passage


def locate_passage(catalogue: Catalogue, warcs: Path, item: Item, found: QuotedPassage) -> LocatedPassage | None:
    """Return where the words of *found* are in the captures of its edition, or None.

    Raises:
        Damaged, CannotReplay, OSError: a record cannot be read.
    """
    edition = next((one for one in catalogue.editions(item.id) if one.id == found.edition), None)
    for named in edition.captures if edition else ():
        capture = catalogue.capture(named)
        if capture is None:
            continue
        entity = entity_of(warcs, capture, catalogue.original)
        source = Source(entity.body, charset_of(entity.body, entity.charset))
        for place in (Place.TEXT, Place.JSON):
            # The page may have characters as superscripts that the text writes as normal ones.
            passage = source.locate(found.words, place=place) or source.locate(
                found.words.translate(LEVEL), place=place
            )
            if passage is not None:
                return LocatedPassage(capture, source_of(capture, catalogue.original), entity.body, passage)
    return None


def prove(catalogue: Catalogue, warcs: Path, quotation: Quotation, found: QuotedPassage) -> dict[str, Any]:
    """Return the proof of *quotation* as it was *found*: what is held, where it is, and the digests on the way.

    ``bytes`` is null if the words are not in one place of the page, for example with a note between them.

    Raises:
        Damaged, CannotReplay, OSError: a record cannot be read.
    """
    item = catalogue.item(found.edition)
    assert item is not None, "what was found is held"
    place = locate_passage(catalogue, warcs, item, found)
    title, cited = item.edition.title, credit_line(item).line
    return {
        "form": FORM,
        "said": quotation.said,
        "verdict": quotation.verdict.value,
        "words": found.words,
        "changes": [{"kind": one.kind.value, "was": one.was, "now": one.now} for one in found.passage.changes],
        "omissions": found.passage.omissions,
        "item": item.id,
        "edition": found.edition,
        "in_force": found.in_force,
        "title": title.value if title else None,
        "url": item.url,
        "page": found.page,
        # PDF viewers can open a page (RFC 8118, section 3), but not search for words.
        "link": f"{item.url}#page={found.page}" if found.page else text_fragment(item.url, found.words),
        "citation": cited.removesuffix(".") + f", p. {found.page}." if found.page else cited,
        "text": {
            "start": found.passage.start,
            "end": found.passage.end,
            "sha256": hashlib.sha256(found.text.encode("utf-8", "surrogatepass")).hexdigest(),
        },
        "capture": _record(place.capture) if place else None,
        "record": _record(place.source) if place else None,
        "bytes": _bytes(place) if place else None,
    }


def _level(words: str) -> str:
    """Return *words* without white space and with superscripts as normal characters, which a page may vary."""
    return "".join(words.translate(LEVEL).split())


def _record(capture: Capture) -> dict[str, object]:
    return {
        "id": capture.id,
        "url": capture.url,
        "date": capture.began.isoformat(),
        "type": capture.kind.value,
        "file": capture.ref.file,
        "offset": capture.ref.offset,
        "length": capture.ref.length,
        "block_digest": capture.block_digest,
        "payload_digest": capture.payload_digest,
    }


def _bytes(place: LocatedPassage) -> dict[str, object]:
    return {
        "entity_sha256": hashlib.sha256(place.entity).hexdigest(),
        "entity_length": len(place.entity),
        "ranges": [list(one) for one in place.passage.ranges],
        "charset": place.passage.decoding.charset,
        "place": place.passage.decoding.place.value,
        "words": place.passage.words,
    }


# ── Checking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_proof(value: object) -> bool:
    """Say whether *value* claims to be a proof in a format that this program knows."""
    return isinstance(value, Mapping) and value.get("form") == FORM


def faults(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any]) -> list[str]:
    """Return in words what in *proof* does not hold in this collection; empty if all of it holds."""
    try:
        return list(_faults(catalogue, warcs, proof))
    # A proof may come from anywhere: a malformed one is a fault and must not crash.
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"it is not a complete proof: {type(error).__name__}: {error}"]


def _faults(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any]) -> Iterator[str]:
    item = catalogue.item(str(proof["edition"]))
    edition = next((one for one in catalogue.editions(str(proof["item"])) if one.id == proof["edition"]), None)
    if item is None or edition is None:
        yield f"no edition {proof['edition']} is held here"
        return
    text = words_alone(edition.text, edition.marks)
    start, end = int(proof["text"]["start"]), int(proof["text"]["end"])
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != proof["text"]["sha256"]:
        yield f"the text of {edition.id} differs from the text that was proved"
    elif text[start:end] != proof["words"]:
        yield f"characters {start} to {end} of {edition.id} are “{text[start:end][:80]}”"
    if proof["bytes"] is None:
        yield "it does not name the bytes that hold the words"
        return
    # Ignore white space, unlike a pack's program: a page may have none between the cells of a table.
    if _level(str(proof["words"])) != _level(str(proof["bytes"]["words"])):
        yield f"its bytes hold other words: “{str(proof['bytes']['words'])[:80]}”"
    capture = catalogue.capture(str(proof["capture"]["id"]))
    if capture is None or capture.id not in edition.captures:
        yield f"{proof['capture']['id']} is no capture of {edition.id}"
        return
    yield from _of_bytes(catalogue, warcs, capture, proof)


def _of_bytes(catalogue: Catalogue, warcs: Path, capture: Capture, proof: Mapping[str, Any]) -> Iterator[str]:
    record = source_of(capture, catalogue.original)
    for held, told in ((capture, proof["capture"]), (record, proof["record"])):
        lies = (held.ref.file, held.ref.offset, held.ref.length)
        # In a collection that was made of an export, the same record is in another file.
        is_elsewhere = not locate_file(warcs, str(told["file"])).exists()
        if held.id != told["id"] or (lies != (told["file"], told["offset"], told["length"]) and not is_elsewhere):
            yield f"record {held.id} is in {held.ref.file} at {held.ref.offset}"
        # Compare as digests, because the records may spell theirs differently.
        if same_digest(str(held.block_digest), str(told["block_digest"])) is not True:
            yield f"record {held.id} has another block digest"
        try:
            found = verify_record(locate_file(warcs, held.ref.file), held.ref)
            # An older file format, or an unknown kind of digest, does not disprove anything.
            yield from (one.what for one in found if one.severity is Severity.FAULT)
        except (OSError, Damaged) as error:
            yield str(error)
            return
    try:
        body = entity_of(warcs, capture, catalogue.original).body
    except (OSError, Damaged, CannotReplay) as error:
        yield str(error)
        return
    stated = proof["bytes"]
    if hashlib.sha256(body).hexdigest() != stated["entity_sha256"]:
        yield "the body of the page differs"
    ranges = tuple((int(low), int(high)) for low, high in stated["ranges"])
    try:
        words = words_at(body, ranges, Decoding(str(stated["charset"]), Place(stated["place"])))
    except BadRange as error:
        words = str(error)
    if words != stated["words"]:
        yield f"its bytes hold “{words[:80]}”"


# ── A pack: a proof with its records and a program to check it without this collection ───────────────────────

_PROGRAM = "check.txt"


def checker() -> str:
    """Return the program that checks a pack: forty lines of Python without any package."""
    return files("ingest.quoting").joinpath(_PROGRAM).read_text("utf-8")


def pack(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any], folder: Path) -> list[str]:
    """Write the evidence for *proof* into the existing, empty *folder*; return the names of the files.

    ``record.warc.gz`` is the record that contains the page, byte for byte; if the capture is another record, a revisit,
    it is added as ``capture.warc.gz``.
    """
    named = {"record.warc.gz": proof["record"], "capture.warc.gz": proof["capture"]}
    written = []
    for name, told in named.items():
        if name == "capture.warc.gz" and told["id"] == proof["record"]["id"]:
            continue
        held = catalogue.capture(str(told["id"]))
        assert held is not None, "what was proved is held"
        (folder / name).write_bytes(_member(warcs, held))
        written.append(name)
    (folder / "proof.json").write_text(json.dumps(proof, ensure_ascii=False, indent=2) + "\n", "utf-8")
    (folder / "check.py").write_text(checker(), "utf-8")
    return [*written, "proof.json", "check.py"]


def _member(warcs: Path, capture: Capture) -> bytes:
    """Return the record of *capture* as one gzip member."""
    with locate_file(warcs, capture.ref.file).open("rb") as file:
        file.seek(capture.ref.offset)
        data = file.read(capture.ref.length)
    # Imported files may be uncompressed, but the pack's program only reads gzip.
    return data if data.startswith(b"\x1f\x8b") else gzip.compress(data)
