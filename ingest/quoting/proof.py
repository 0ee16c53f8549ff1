"""Proof of a quotation: where its words stand, from the edition down to the bytes of a WARC record, as JSON to keep.

The form is described in docs/quoting.md and in docs/schemas/proof.json.
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
"""What a proof names itself, with the version of its form."""


@dataclass(frozen=True, slots=True)
class Stands:
    """Where words stand in the bytes of a capture.

    Attributes:
        source: the capture whose record holds the payload; another one for a revisit.
        entity: the body, its codings undone.
    """

    capture: Capture
    source: Capture
    entity: bytes
    passage: Passage


def stands(catalogue: Catalogue, warcs: Path, item: Item, found: QuotedPassage) -> Stands | None:
    """Return where the words of *found* stand in the captures of its edition, or None.

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
            # A page may raise what the text writes above the line.
            passage = source.locate(found.words, place=place) or source.locate(
                found.words.translate(LEVEL), place=place
            )
            if passage is not None:
                return Stands(capture, source_of(capture, catalogue.original), entity.body, passage)
    return None


def prove(catalogue: Catalogue, warcs: Path, quotation: Quotation, found: QuotedPassage) -> dict[str, Any]:
    """Return the proof of *quotation* as it was *found*: what is held, where it stands, and the digests on the way.

    ``bytes`` is null where the words do not stand in one place of the page, as where a note stands among them.

    Raises:
        Damaged, CannotReplay, OSError: a record cannot be read.
    """
    item = catalogue.item(found.edition)
    assert item is not None, "what was found is held"
    place = stands(catalogue, warcs, item, found)
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
        # Programs that show PDFs know pages (RFC 8118, section 3), and no words.
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
    """Return *words* without white space, and with no sign above the line: there a page may only raise it."""
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


def _bytes(place: Stands) -> dict[str, object]:
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
    """Say whether *value* calls itself a proof of a form that this program knows."""
    return isinstance(value, Mapping) and value.get("form") == FORM


def faults(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any]) -> list[str]:
    """Return in words what of *proof* does not hold in this collection; nothing where all of it does."""
    try:
        return list(_faults(catalogue, warcs, proof))
    # A proof comes from anywhere: what is not written as ours are is a fault of it, and no crash.
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"it is no whole proof: {type(error).__name__}: {error}"]


def _faults(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any]) -> Iterator[str]:
    item = catalogue.item(str(proof["edition"]))
    edition = next((one for one in catalogue.editions(str(proof["item"])) if one.id == proof["edition"]), None)
    if item is None or edition is None:
        yield f"no edition {proof['edition']} is held here"
        return
    text = words_alone(edition.text, edition.marks)
    start, end = int(proof["text"]["start"]), int(proof["text"]["end"])
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != proof["text"]["sha256"]:
        yield f"the text of {edition.id} is another one than was proved"
    elif text[start:end] != proof["words"]:
        yield f"characters {start} to {end} of {edition.id} are “{text[start:end][:80]}”"
    if proof["bytes"] is None:
        yield "it names no bytes that the words stand in"
        return
    # Not by white space, as the program of a pack compares them: between the cells of a table a page may have none.
    if _level(str(proof["words"])) != _level(str(proof["bytes"]["words"])):
        yield f"its bytes are of other words: “{str(proof['bytes']['words'])[:80]}”"
    capture = catalogue.capture(str(proof["capture"]["id"]))
    if capture is None or capture.id not in edition.captures:
        yield f"{proof['capture']['id']} is no capture of {edition.id}"
        return
    yield from _of_bytes(catalogue, warcs, capture, proof)


def _of_bytes(catalogue: Catalogue, warcs: Path, capture: Capture, proof: Mapping[str, Any]) -> Iterator[str]:
    record = source_of(capture, catalogue.original)
    for held, told in ((capture, proof["capture"]), (record, proof["record"])):
        lies = (held.id, held.ref.file, held.ref.offset, held.ref.length)
        if lies != (told["id"], told["file"], told["offset"], told["length"]):
            yield f"record {held.id} lies in {held.ref.file} at {held.ref.offset}"
        # Spelt as the records have them, which may be another way than ours.
        if same_digest(str(held.block_digest), str(told["block_digest"])) is not True:
            yield f"record {held.id} has another block digest"
        try:
            found = verify_record(locate_file(warcs, held.ref.file), held.ref)
            # That a file is of an older form, or a digest of a kind that nobody knows, disproves nothing.
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
        yield "the body of the page is another one"
    ranges = tuple((int(low), int(high)) for low, high in stated["ranges"])
    try:
        words = words_at(body, ranges, Decoding(str(stated["charset"]), Place(stated["place"])))
    except BadRange as error:
        words = str(error)
    if words != stated["words"]:
        yield f"in its bytes stands “{words[:80]}”"


# ── A pack: a proof with its records and a program that checks it, for whoever has nothing else ───────────────────────

_PROGRAM = "check.txt"


def checker() -> str:
    """Return the program that checks a pack: forty lines of Python, and no package."""
    return files("ingest.quoting").joinpath(_PROGRAM).read_text("utf-8")


def pack(catalogue: Catalogue, warcs: Path, proof: Mapping[str, Any], folder: Path) -> list[str]:
    """Write into *folder*, which is there and empty, what *proof* rests on; return the names of the files.

    ``record.warc.gz`` is the record that holds the page, byte for byte; where the capture is another one, a revisit,
    it lies beside it as ``capture.warc.gz``.
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
    # Files of others may lie uncompressed, and the program that checks a pack reads gzip alone.
    return data if data.startswith(b"\x1f\x8b") else gzip.compress(data)
