"""Claim verification: check every step from the bytes of a record to a claim in the catalogue.

The steps are: the gzip member, the digests, the entity, the evidence, and the same fold of the same reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.errors import BadRange, CannotReplay, Damaged
from archive.evidence.locate import words_at
from archive.fixity.verifier import verify_record
from archive.http.exchange import Entity
from archive.replay import entity_of, head_of, source_of
from archive.warc.capture import Capture, RecordRef
from archive.warc.reader import note_of, read_record_at
from archive.warc.writer import locate_file
from db import rules
from db.catalogue import Catalogue
from db.decisions import decisions
from db.errors import BROKEN_ROWS
from db.fold import editions
from db.identity import url_key
from db.model.decision import read_note
from db.model.item import Context, Edition, Evidence, Item, Layer, Reading, Stamp
from db.query import coherence, held_items
from db.query.closure import Closure, closure_of_capture, closure_of_item
from ingest.documents import packed
from ingest.documents.packed import Packed
from ingest.documents.pdf import Document, evident, extractor
from ingest.verification.comparison import Remaking
from ingest.verification.document_reader import DocumentReader
from ingest.verification.files import CATALOGUE, REMADE, Fault, FileVerifier

# ── Decisions: the record of a decision is undamaged and says the same as the catalogue. ─────────────────────────


def faults(catalogue: Catalogue, warcs: Path, decision: str) -> Iterator[tuple[RecordRef, str]]:
    """Yield what is wrong with the record of *decision*: its place, and the fault in words."""
    ref = decisions.record_of(catalogue.connection, decision)
    # A decision cannot be derived from anything else, so it needs its record (law 2).
    if ref is None:
        yield RecordRef("", 0, 0), f"decision {decision} has no record"
        return
    path = locate_file(warcs, ref.file)
    try:
        findings = verify_record(path, ref)
        stated = note_of(read_record_at(path, ref.offset)) if not findings else None
    except (OSError, Damaged) as error:
        yield ref, str(error)
        return
    yield from ((ref, found.what) for found in findings)
    if not findings and (stated is None or read_note(stated) != decisions.one(catalogue.connection, decision)):
        yield ref, "the record states another decision than the catalogue holds"


Stamped = Callable[[str | None], Stamp]
Read = Callable[[Entity, Context], Reading]


@dataclass(slots=True)
class ClaimCounts:
    """How many claims were proved, by kind of evidence.

    Attributes:
        read_again: claims found word for word in the bytes that their evidence names.
        derived: values computed from inputs that their evidence names.
        decided: decisions by people whose records are undamaged.
    """

    read_again: int = 0
    derived: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of verifying one edition, or something else (then *edition* is empty).

    Attributes:
        records: how many WARC records were verified.
        claims: how many claims were proved.
        reread: whether reading and folding the records again gave the same result; None if an older reader made the
            edition, if other rules folded it and today's give something else, or if this was not tried.
    """

    item: str
    edition: str
    records: int
    claims: ClaimCounts
    reread: bool | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Remade:
    """The result of reading and folding one closure again."""

    reread: bool | None
    faults: tuple[Fault, ...] = field(default=())


class Verifier:
    """Verify items and captures of one collection."""

    def __init__(
        self, catalogue: Catalogue, warcs: Path, read: Read, stamp: Stamped, *, with_sources: bool = True
    ) -> None:
        """*read* is the reader; *stamp* returns its stamp for the digest of a profile.

        *with_sources*: when an item is verified, also read the captures again that say something about it elsewhere,
            such as a terms page or a feed.
        """
        self._catalogue, self._warcs = catalogue, warcs
        self._custody = FileVerifier(catalogue, warcs)
        self._reader = DocumentReader()
        self._remaking = Remaking(catalogue, warcs, read, stamp, self._reader)
        self._with_sources = with_sources
        self._by_other_rules = bool(rules.others(catalogue.connection))
        # Results by closure: pages that share a terms page would otherwise fold it again for each item.
        self._results: dict[tuple[str, ...], _Remade] = {}
        self._reported: set[Fault] = set()
        self._documents: dict[str, Document | Packed] = {}

    def close(self) -> None:
        """Release the catalogue in memory and the process that reads documents."""
        self._remaking.close()
        self._reader.close()

    # ── Captures ──────────────────────────────────────────────────────────────────────────────────

    def captures(self, ids: Iterable[str]) -> list[Proof]:
        """Verify each capture by itself: its record, its digests and its entity, following revisits."""
        found = ((one, self._catalogue.capture(one)) for one in ids)
        return [
            Proof("", "", 1, ClaimCounts(), None, tuple(self._record_faults((), capture)))
            for _, capture in found
            if capture
        ]

    def sources(self, ids: Iterable[str]) -> Iterator[Proof]:
        """Read and fold the closures of the captures *ids* again (feeds, policies) and compare the result."""
        for one in ids:
            with self._catalogue.rolled_back():
                try:
                    capture = self._catalogue.capture(one)
                    if capture is None:
                        continue
                    remade = self._remake(closure_of_capture(self._catalogue.connection, capture))
                except BROKEN_ROWS as error:
                    remade = _Remade(
                        False,
                        (self._row_fault("", (), f"the rows of {one} hold values that no reading produces: {error}"),),
                    )
                yield Proof("", "", 0, ClaimCounts(), None, self._unreported(remade.faults))

    # ── Items ─────────────────────────────────────────────────────────────────────────────────────

    def item(self, item: Item) -> Proof:
        """Verify the current edition of *item*: its records, its claims, its decisions, and its rows."""
        # Decisions by people replace values of the edition. The publisher's claims are checked on the edition as read.
        every = editions.every(self._catalogue.connection, item.id)
        read = replace(item, edition=next((one for one in every if one.id == item.edition.id), item.edition))
        claims = [claim.evidence for claim in self._catalogue.evidence_of(read)]
        proof = self._prove(read, read.edition, claims)
        decided = [fault for made in item.decisions for fault in self._decision_faults(item, made.decision)]
        # If one decision is in doubt, count none as proved.
        proof.claims.decided = len({made.decision for made in item.decisions}) if not decided else 0
        return replace(proof, faults=self._unreported((*proof.faults, *decided)))

    def _decision_faults(self, item: Item, decision: str) -> Iterator[Fault]:
        for ref, what in faults(self._catalogue, self._warcs, decision):
            yield Fault(ref.file, ref.offset, decision, (item.id,), what, "decision")

    def whole(self, item_id: str) -> list[Proof]:
        """Verify every edition of the item with exactly this id, in one transaction.

        Rows that cannot be loaded are reported as a fault of this item and do not stop the audit.
        """
        with self._catalogue.rolled_back():
            try:
                held = held_items.by_id(self._catalogue.connection, item_id, withheld=True)
                if held is not None:
                    return list(self.editions(held))
                remade = self._remake(closure_of_item(self._catalogue.connection, item_id))
            except BROKEN_ROWS as error:
                remade = _Remade(
                    False, (self._row_fault("", (item_id,), f"its rows hold values that no reading produces: {error}"),)
                )
            return [Proof(item_id, "", 0, ClaimCounts(), remade.reread, self._unreported(remade.faults))]

    def editions(self, item: Item) -> Iterator[Proof]:
        """Verify every edition of *item*; the claims of the item itself are verified with the current edition."""
        for edition in editions.every(self._catalogue.connection, item.id):
            if edition.id == item.edition.id:
                yield self.item(item)
            else:
                proof = self._prove(item, edition, list(_edition_claims(edition)))
                yield replace(proof, faults=self._unreported(proof.faults))

    def _prove(self, item: Item, edition: Edition, claims: list[Evidence]) -> Proof:
        """Verify one edition with *claims*: first the records, then the evidence, then the readings."""
        # Captures named only by claims are of other pages: robots.txt, a terms page, a feed.
        named = [*edition.captures, *(one.capture for one in claims if one.ranges)]
        captures = [self._catalogue.capture(one) for one in dict.fromkeys(named)]
        faults: list[Fault] = []
        sources: dict[str, Capture] = {}
        for capture in captures:
            if capture is not None:
                sources[capture.id] = capture
                # A revisit has no words of its own, so verify the record that it refers to as well.
                source = source_of(capture, self._catalogue.original)
                sources[source.id] = source
        for capture in sources.values():
            faults += self._record_faults((item.id,), capture)
        # If records are damaged, checking claims and readings would only repeat the same faults.
        if faults:
            return Proof(item.id, edition.id, len(sources), ClaimCounts(), None, tuple(faults))
        found, wrong = self._check_claims(item, claims)
        remade = [self._remake(closure_of_item(self._catalogue.connection, item.id))]
        if self._with_sources:
            others = (one.capture for one in claims if one.ranges and one.capture in sources)
            remade += [
                self._remake(closure_of_capture(self._catalogue.connection, sources[one]))
                for one in dict.fromkeys(others)
            ]
        wrong += [fault for one in remade for fault in one.faults]
        return Proof(item.id, edition.id, len(sources), found, remade[0].reread, tuple(dict.fromkeys(wrong)))

    def _record_faults(self, items: tuple[str, ...], capture: Capture) -> list[Fault]:
        """Return the faults of the record of *capture*, and of its entity."""
        ref = capture.ref
        try:
            findings = self._custody.new_faults(verify_record(locate_file(self._warcs, ref.file), ref))
            if not findings:
                entity_of(self._warcs, capture, self._catalogue.original)
        except FileNotFoundError:
            return [Fault(ref.file, ref.offset, capture.id, items, "the file is missing", url_key(capture.url))]
        except OSError as error:
            what = f"the file cannot be read: {error.strerror}"
            return [Fault(ref.file, ref.offset, capture.id, items, what, url_key(capture.url))]
        except (Damaged, CannotReplay) as error:
            return [Fault(ref.file, ref.offset, capture.id, items, str(error), url_key(capture.url))]
        return [Fault(f.file, f.offset, f.record_id or capture.id, items, f.what, f.clause) for f in findings]

    def _check_claims(self, item: Item, claims: Iterable[Evidence]) -> tuple[ClaimCounts, list[Fault]]:
        """Check the evidence of *claims*; return how many were proved, and the faults."""
        found, wrong = ClaimCounts(), []
        bodies: dict[tuple[str, Layer], bytes] = {}
        for evidence in claims:
            if evidence.layer is Layer.PERSON:
                continue  # checked with the record of the decision
            if evidence.layer is Layer.DERIVED:
                found.derived += bool(evidence.basis)
                if not evidence.basis:
                    what = f"“{evidence.words}” is said to be computed, and names nothing that it was computed from"
                    wrong.append(self._claim_fault(item, evidence, what))
                continue
            wanting = self._fault_of_evidence(evidence, bodies)
            found.read_again += wanting is None
            if wanting is not None:
                wrong.append(self._claim_fault(item, evidence, wanting))
        return found, wrong

    def _fault_of_evidence(self, evidence: Evidence, bodies: dict[tuple[str, Layer], bytes]) -> str | None:
        """Return in words why the words of *evidence* are not where it says; None if they are."""
        capture = self._catalogue.capture(evidence.capture)
        if capture is None:
            return f"“{evidence.words}” names a capture that is not held: {evidence.capture}"
        if evidence.layer in (Layer.PDF, Layer.PACKAGE):
            return self._fault_in_document(evidence, capture)
        if not evidence.ranges or evidence.decoding is None:
            return f"“{evidence.words}” names no bytes that it stands in"
        # Decode each entity only once for all its claims.
        key = (capture.id, evidence.layer)
        if key not in bodies:
            bodies[key] = self._bytes(capture, evidence.layer)
        try:
            words = words_at(bodies[key], evidence.ranges, evidence.decoding)
        # The range may have been falsified too, so report a bad range like wrong words.
        except BadRange as error:
            words = str(error)
        if words == evidence.words:
            return None
        return f"“{evidence.words}” is not where its evidence says; the words there are “{words[:80]}”"

    def _fault_in_document(self, evidence: Evidence, capture: Capture) -> str | None:
        """Return why the words of *evidence* are not in the PDF or packed document; None if they are."""
        if capture.id not in self._documents:
            self._documents.clear()  # hold one at a time: documents are long, and their claims come in sequence
            self._documents[capture.id] = self._document(evidence.layer, capture)
        document, basis = self._documents[capture.id], evidence.basis or ""
        if isinstance(document, Packed):
            words, reader = packed.evident(document, basis, evidence.ranges), packed.READER
        else:
            words, reader = evident(document, basis, evidence.ranges), extractor()
        # A span is valid for one version of the extractor only; another may split the page differently.
        if words == evidence.words or (words is not None and not basis.endswith(reader)):
            return None
        named = f": {document.unread}" if document.unread else ""
        return f"“{evidence.words}” is not where its evidence says: {basis or 'it names no page'}{named}"

    def _document(self, layer: Layer, capture: Capture) -> Document | Packed:
        entity = entity_of(self._warcs, capture, self._catalogue.original)
        return self._reader.unpack(entity) if layer is Layer.PACKAGE else self._reader.take_apart(entity.body)

    def _bytes(self, capture: Capture, layer: Layer) -> bytes:
        # Links and terms may be in the HTTP head, which is not part of the entity.
        if layer is Layer.HEAD:
            return head_of(self._warcs, capture)
        return entity_of(self._warcs, capture, self._catalogue.original).body

    # ── Reading and folding again ─────────────────────────────────────────────────────────────────

    def _remake(self, closure: Closure) -> _Remade:
        """Read and fold *closure* again and compare, once for each closure."""
        # Many items may share a closure.
        found = self._results.get(closure.captures + closure.items)
        if found is None:
            found = self._results[closure.captures + closure.items] = self._compare(closure)
        return found

    def _compare(self, closure: Closure) -> _Remade:
        """Read and fold *closure* again, and return the differences as faults."""
        # An older reader may have read something else without any fault. Only check that the rows agree with each
        # other.
        if self._remaking.is_older(closure):
            return self._coherent(closure)
        try:
            differences = self._remaking.differences(closure)
        except FileNotFoundError as error:
            name = Path(error.filename or "").name
            what = f"it depends on the file {name}, which is missing"
            return _Remade(False, (self._row_fault("", closure.items, what),))
        except OSError as error:
            name = Path(error.filename or "").name
            what = f"it depends on the file {name}, which cannot be read: {error.strerror}"
            return _Remade(False, (self._row_fault("", closure.items, what),))
        except (Damaged, CannotReplay) as error:
            return _Remade(
                False, (self._row_fault("", closure.items, f"a record that it depends on cannot be read: {error}"),)
            )
        # Rows that other rules made may differ without any fault, too.
        if differences and self._by_other_rules:
            return self._coherent(closure)
        faults = tuple(self._row_fault(one.capture, closure.items, one.what) for one in differences)
        return _Remade(not faults, faults)

    def _coherent(self, closure: Closure) -> _Remade:
        """Check only that the rows of each item in *closure* agree with each other."""
        broken = [(item, what) for item in closure.items for what in coherence.faults(self._catalogue.connection, item)]
        return _Remade(
            None, tuple(self._row_fault("", (item,), what, "the rows of one item agree") for item, what in broken)
        )

    def _row_fault(self, capture: str, items: tuple[str, ...], what: str, clause: str = REMADE) -> Fault:
        """Return a fault of a row made from *capture*, located at the record that says what the row should be."""
        held = self._catalogue.capture(capture) if capture else None
        ref = held.ref if held else RecordRef(CATALOGUE, 0, 0)
        return Fault(ref.file, ref.offset, capture or None, items, what, clause)

    def _claim_fault(self, item: Item, evidence: Evidence, what: str) -> Fault:
        capture = self._catalogue.capture(evidence.capture)
        if capture is None:
            return Fault("", 0, evidence.capture, (item.id,), what, "evidence")
        return Fault(capture.ref.file, capture.ref.offset, capture.id, (item.id,), what, url_key(capture.url))

    def _unreported(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Return those of *faults* that were not reported before; several items may share a fault."""
        found = tuple(fault for fault in dict.fromkeys(faults) if fault not in self._reported)
        self._reported.update(found)
        return found


def _edition_claims(edition: Edition) -> Iterator[Evidence]:
    # Only the claims of the edition itself. Tags, language and terms belong to the item and have no history.
    for claim in (edition.title, edition.published, *edition.attributions):
        if claim is not None:
            yield claim.evidence
