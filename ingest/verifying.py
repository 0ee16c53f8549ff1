"""Verifying: walk the chain from a claim to the bytes: member, digests, entity, the same reading, each evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from archive.capture import Capture
from archive.errors import BadRange, CannotReplay, Damaged
from archive.exchange import Entity
from archive.fixity import verify_record
from archive.locate import words_at
from archive.replay import entity_of, head_of
from archive.series import locate_file
from db import profiles, witnesses
from db.catalogue import Catalogue
from db.identity import url_key
from db.model import Context, Edition, Evidence, Item, Layer, Part, Profile, Reading, Stamp
from ingest import decision_proof
from ingest.cataloguing import source_of
from ingest.custody import Custody, Fault

Stamped = Callable[[str | None], Stamp]
Read = Callable[[Entity, Context], Reading]


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of one edition.

    Attributes:
        records: how many WARC records were verified.
        evidence: how many claims were found word for word in the bytes they name.
        reread: whether a reading under the same stamp gave the same; None where an older reader read it.
    """

    item: str
    edition: str
    records: int
    evidence: int
    reread: bool | None
    faults: tuple[Fault, ...]


class Verifier:
    """Verifies items and captures of one collection."""

    def __init__(self, catalogue: Catalogue, warcs: Path, read: Read, stamp: Stamped) -> None:
        """*read* reads as the pipeline does; *stamp* says which reader it is, given the digest of a profile."""
        self._catalogue, self._warcs, self._read, self._stamp = catalogue, warcs, read, stamp
        self._custody = Custody(catalogue, warcs)

    # ── Captures ──────────────────────────────────────────────────────────────────────────────────

    def captures(self, ids: Iterable[str]) -> list[Proof]:
        """Verify each capture by itself: its record, its digests, and its entity through revisits."""
        found = ((one, self._catalogue.capture(one)) for one in ids)
        return [Proof("", "", 1, 0, None, tuple(self._record((), capture))) for _, capture in found if capture]

    # ── Items ─────────────────────────────────────────────────────────────────────────────────────

    def item(self, item: Item) -> Proof:
        """Verify the edition of *item* that it stands at, with all its claims."""
        # What people decided lies over the edition; what the publisher said is proved from the edition itself.
        editions = self._catalogue.editions(item.id, withheld=True)
        read = replace(item, edition=next((one for one in editions if one.id == item.edition.id), item.edition))
        claims = [claim.evidence for claim in self._catalogue.evidence_of(read)]
        proof = self._prove(read, read.edition, claims)
        decided = [fault for made in item.decisions for fault in self._decision(item, made.decision)]
        return replace(proof, faults=(*proof.faults, *decided)) if decided else proof

    def _decision(self, item: Item, decision: str) -> Iterator[Fault]:
        for ref, what in decision_proof.faults(self._catalogue, self._warcs, decision):
            yield Fault(ref.file, ref.offset, decision, (item.id,), what, "decision")

    def editions(self, item: Item) -> Iterator[Proof]:
        """Verify every edition of *item*; the item's own claims with the one in force."""
        for edition in self._catalogue.editions(item.id, withheld=True):
            if edition.id == item.edition.id:
                yield self.item(item)
            else:
                yield self._prove(item, edition, list(_own(edition)))

    def _prove(self, item: Item, edition: Edition, claims: list[Evidence]) -> Proof:
        named = [*edition.captures, *(one.capture for one in claims if one.ranges)]
        captures = [self._catalogue.capture(one) for one in dict.fromkeys(named)]
        faults: list[Fault] = []
        sources: dict[str, Capture] = {}
        for capture in captures:
            if capture is not None:
                sources[capture.id] = capture
                source = source_of(self._catalogue, capture)
                sources[source.id] = source
        for capture in sources.values():
            faults += self._record((item.id,), capture)
        if faults:
            return Proof(item.id, edition.id, len(sources), 0, None, tuple(faults))
        found, wrong = self._evidence(item, claims)
        profile = profiles.in_force(self._catalogue.connection, item.publisher.id)
        current = str(self._stamp(profile.digest if profile else None))
        reread = self._reread(edition, profile) if edition.stamp == current else None
        if reread is False:
            first = next(iter(sources.values()))
            what = "the same reader reads something else in these bytes"
            wrong.append(self._fault(item, first, what))
        return Proof(item.id, edition.id, len(sources), found, reread, tuple(wrong))

    def _record(self, items: tuple[str, ...], capture: Capture) -> list[Fault]:
        ref = capture.ref
        try:
            findings = self._custody.news(verify_record(locate_file(self._warcs, ref.file), ref))
            if not findings:
                entity_of(self._warcs, capture, self._catalogue.original)
        except FileNotFoundError:
            return [Fault(ref.file, ref.offset, capture.id, items, "the file is missing", url_key(capture.url))]
        except (OSError, Damaged, CannotReplay) as error:
            return [Fault(ref.file, ref.offset, capture.id, items, str(error), url_key(capture.url))]
        return [Fault(f.file, f.offset, f.record_id or capture.id, items, f.what, f.clause) for f in findings]

    def _evidence(self, item: Item, claims: Iterable[Evidence]) -> tuple[int, list[Fault]]:
        found, wrong = 0, []
        bodies: dict[tuple[str, Layer], bytes] = {}
        for evidence in claims:
            if not evidence.ranges or evidence.decoding is None:
                found += 1  # a derived value or a person's decision claims no range
                continue
            capture = self._catalogue.capture(evidence.capture)
            if capture is None:
                what = f"“{evidence.words}” names a capture that is not held: {evidence.capture}"
                wrong.append(Fault("", 0, evidence.capture, (item.id,), what, "evidence"))
                continue
            key = (capture.id, evidence.layer)
            if key not in bodies:
                bodies[key] = self._bytes(capture, evidence.layer)
            try:
                words = words_at(bodies[key], evidence.ranges, evidence.decoding)
            except BadRange as error:
                words = str(error)
            if words == evidence.words:
                found += 1
            else:
                what = f"“{evidence.words}” is not where its evidence says: there stands “{words[:80]}”"
                wrong.append(self._fault(item, capture, what))
        return found, wrong

    def _bytes(self, capture: Capture, layer: Layer) -> bytes:
        if layer is Layer.HEAD:
            return head_of(self._warcs, capture)
        return entity_of(self._warcs, capture, self._catalogue.original).body

    def _reread(self, edition: Edition, profile: Profile | None) -> bool:
        first, *parts = [c for one in edition.captures if (c := self._catalogue.capture(one)) is not None]
        source = source_of(self._catalogue, first)
        held = []
        for number, part in enumerate(parts, start=2):
            entity = entity_of(self._warcs, part, self._catalogue.original)
            held.append(Part(part.id, part.url, number, entity.body, entity.media_type, entity.charset))
        context = Context(
            first.url,
            source.id,
            head_of(self._warcs, first),
            self._catalogue.publisher_at(first.publisher, first.began),
            profile=profile,
            parts=tuple(held),
            witnesses=witnesses.of_page(self._catalogue.connection, first),
        )
        reading = self._read(entity_of(self._warcs, first, self._catalogue.original), context)
        return (
            reading.text == edition.text
            and _value(reading.title) == _value(edition.title)
            and [a.name for a in reading.attributions] == [a.name for a in edition.attributions]
            and _value(reading.published) == _value(edition.published)
        )

    def _fault(self, item: Item, capture: Capture, what: str) -> Fault:
        return Fault(capture.ref.file, capture.ref.offset, capture.id, (item.id,), what, url_key(capture.url))


def _own(edition: Edition) -> Iterator[Evidence]:
    for claim in (edition.title, edition.published, *edition.attributions):
        if claim is not None:
            yield claim.evidence


def _value(claim: object) -> object:
    return getattr(claim, "value", None)
