"""Claim verification: walk the chain from a claim to its bytes: member, digests, entity, evidence, and the same fold
of the same reading.
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
from ingest.verification.files import CATALOGUE, REMADE, Custody, Fault

# Proof of decisions: the metadata record that a decision rests on is whole and states what the catalogue holds.


def faults(catalogue: Catalogue, warcs: Path, decision: str) -> Iterator[tuple[RecordRef, str]]:
    """Yield what is wrong with the record of *decision*: where it lies, and in words."""
    ref = decisions.record_of(catalogue.connection, decision)
    # A decision is recorded, not derived: without its record nothing bears it out (law 2).
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
class Standing:
    """On what claims stand.

    Attributes:
        read_again: claims found word for word in the bytes that they name.
        derived: values that are computed from inputs that they name.
        decided: decisions of persons, each in a record that was found whole.
    """

    read_again: int = 0
    derived: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proved of one edition, "" where it is of something else.

    Attributes:
        records: how many WARC records were verified.
        claims: on what its claims stand, as far as that was found.
        reread: whether the same reader and the same fold made the same of the records again; None where an older
            reader read it, or where it was not tried.
    """

    item: str
    edition: str
    records: int
    claims: Standing
    reread: bool | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Remade:
    """What came of making one closure once more."""

    reread: bool | None
    faults: tuple[Fault, ...] = field(default=())


class Verifier:
    """Verifies items and captures of one collection."""

    def __init__(
        self, catalogue: Catalogue, warcs: Path, read: Read, stamp: Stamped, *, with_sources: bool = True
    ) -> None:
        """*read* reads as the pipeline does; *stamp* says which reader it is, given the digest of a profile.

        *with_sources*: what other pages state for an item, on terms or of its title, is made once more with it.
        """
        self._catalogue, self._warcs = catalogue, warcs
        self._custody = Custody(catalogue, warcs)
        self._reader = DocumentReader()
        self._remaking = Remaking(catalogue, warcs, read, stamp, self._reader)
        self._with_sources = with_sources
        # For the life of the verifier: a publisher whose pages share a terms page would be folded anew for each item.
        self._remade: dict[tuple[str, ...], _Remade] = {}
        self._reported: set[Fault] = set()
        self._documents: dict[str, Document | Packed] = {}

    def close(self) -> None:
        """Let go of what was made anew to compare with, and of the process that reads documents."""
        self._remaking.close()
        self._reader.close()

    # ── Captures ──────────────────────────────────────────────────────────────────────────────────

    def captures(self, ids: Iterable[str]) -> list[Proof]:
        """Verify each capture by itself: its record, its digests, and its entity through revisits."""
        found = ((one, self._catalogue.capture(one)) for one in ids)
        return [Proof("", "", 1, Standing(), None, tuple(self._record((), capture))) for _, capture in found if capture]

    def sources(self, ids: Iterable[str]) -> Iterator[Proof]:
        """Make what was read in the captures *ids*, and what hangs together with them, once more: feeds, policies."""
        for one in ids:
            with self._catalogue.undone():
                try:
                    capture = self._catalogue.capture(one)
                    if capture is None:
                        continue
                    remade = self._remake(closure_of_capture(self._catalogue.connection, capture))
                except BROKEN_ROWS as error:
                    remade = _Remade(False, (self._row("", (), f"the rows of {one} hold what nothing makes: {error}"),))
                yield Proof("", "", 0, Standing(), None, self._news(remade.faults))

    # ── Items ─────────────────────────────────────────────────────────────────────────────────────

    def item(self, item: Item) -> Proof:
        """Verify the edition of *item* that it stands at, its claims, and all that was made of its captures."""
        # What people decided lies over the edition; what the publisher said is proved from the edition itself.
        every = editions.every(self._catalogue.connection, item.id)
        read = replace(item, edition=next((one for one in every if one.id == item.edition.id), item.edition))
        claims = [claim.evidence for claim in self._catalogue.evidence_of(read)]
        proof = self._prove(read, read.edition, claims)
        decided = [fault for made in item.decisions for fault in self._decision(item, made.decision)]
        # None of them where one is in doubt: the count says how much was proved.
        proof.claims.decided = len({made.decision for made in item.decisions}) if not decided else 0
        return replace(proof, faults=self._news((*proof.faults, *decided)))

    def _decision(self, item: Item, decision: str) -> Iterator[Fault]:
        for ref, what in faults(self._catalogue, self._warcs, decision):
            yield Fault(ref.file, ref.offset, decision, (item.id,), what, "decision")

    def whole(self, item_id: str) -> list[Proof]:
        """Verify every edition of the item with exactly *item_id*, as one transaction sees it.

        Rows that nothing can be made of are a fault of this item, and end nothing else.
        """
        with self._catalogue.undone():
            try:
                held = held_items.by_id(self._catalogue.connection, item_id, withheld=True)
                if held is not None:
                    return list(self.editions(held))
                remade = self._remake(closure_of_item(self._catalogue.connection, item_id))
            except BROKEN_ROWS as error:
                remade = _Remade(False, (self._row("", (item_id,), f"its rows hold what no reading makes: {error}"),))
            return [Proof(item_id, "", 0, Standing(), remade.reread, self._news(remade.faults))]

    def editions(self, item: Item) -> Iterator[Proof]:
        """Verify every edition of *item*; the item's own claims with the one in force."""
        for edition in editions.every(self._catalogue.connection, item.id):
            if edition.id == item.edition.id:
                yield self.item(item)
            else:
                proof = self._prove(item, edition, list(_own(edition)))
                yield replace(proof, faults=self._news(proof.faults))

    def _prove(self, item: Item, edition: Edition, claims: list[Evidence]) -> Proof:
        # Captures that only claims name are others': robots.txt, a terms page, a feed.
        named = [*edition.captures, *(one.capture for one in claims if one.ranges)]
        captures = [self._catalogue.capture(one) for one in dict.fromkeys(named)]
        faults: list[Fault] = []
        sources: dict[str, Capture] = {}
        for capture in captures:
            if capture is not None:
                sources[capture.id] = capture
                # A revisit proves nothing by itself: its words stand in the record that it refers to.
                source = source_of(capture, self._catalogue.original)
                sources[source.id] = source
        for capture in sources.values():
            faults += self._record((item.id,), capture)
        # Claims and readings of bytes that are damaged would only say the same over again.
        if faults:
            return Proof(item.id, edition.id, len(sources), Standing(), None, tuple(faults))
        found, wrong = self._evidence(item, claims)
        remade = [self._remake(closure_of_item(self._catalogue.connection, item.id))]
        if self._with_sources:
            others = (one.capture for one in claims if one.ranges and one.capture in sources)
            remade += [
                self._remake(closure_of_capture(self._catalogue.connection, sources[one]))
                for one in dict.fromkeys(others)
            ]
        wrong += [fault for one in remade for fault in one.faults]
        return Proof(item.id, edition.id, len(sources), found, remade[0].reread, tuple(dict.fromkeys(wrong)))

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

    def _evidence(self, item: Item, claims: Iterable[Evidence]) -> tuple[Standing, list[Fault]]:
        found, wrong = Standing(), []
        bodies: dict[tuple[str, Layer], bytes] = {}
        for evidence in claims:
            if evidence.layer is Layer.PERSON:
                continue  # its record is proved with the decision
            if evidence.layer is Layer.DERIVED:
                found.derived += bool(evidence.basis)
                if not evidence.basis:
                    what = f"“{evidence.words}” is said to be computed, and names nothing that it was computed from"
                    wrong.append(self._claim(item, evidence, what))
                continue
            wanting = self._stands(evidence, bodies)
            found.read_again += wanting is None
            if wanting is not None:
                wrong.append(self._claim(item, evidence, wanting))
        return found, wrong

    def _stands(self, evidence: Evidence, bodies: dict[tuple[str, Layer], bytes]) -> str | None:
        """Say why *evidence* does not stand where it says, None where it does."""
        capture = self._catalogue.capture(evidence.capture)
        if capture is None:
            return f"“{evidence.words}” names a capture that is not held: {evidence.capture}"
        if evidence.layer in (Layer.PDF, Layer.PACKAGE):
            return self._stands_in_document(evidence, capture)
        if not evidence.ranges or evidence.decoding is None:
            return f"“{evidence.words}” names no bytes that it stands in"
        # An entity is decoded once for all claims in it.
        key = (capture.id, evidence.layer)
        if key not in bodies:
            bodies[key] = self._bytes(capture, evidence.layer)
        try:
            words = words_at(bodies[key], evidence.ranges, evidence.decoding)
        # The range is a claim too, and may have been forged: what is wrong with it is told like wrong words.
        except BadRange as error:
            words = str(error)
        if words == evidence.words:
            return None
        return f"“{evidence.words}” is not where its evidence says: there stands “{words[:80]}”"

    def _stands_in_document(self, evidence: Evidence, capture: Capture) -> str | None:
        if capture.id not in self._documents:
            self._documents.clear()  # a document is long, and its claims come one after the other
            self._documents[capture.id] = self._taken_apart(evidence.layer, capture)
        document, basis = self._documents[capture.id], evidence.basis or ""
        if isinstance(document, Packed):
            words, reader = packed.evident(document, basis, evidence.ranges), packed.READER
        else:
            words, reader = evident(document, basis, evidence.ranges), extractor()
        # Spans are of one extractor: another may part the same page otherwise.
        if words == evidence.words or (words is not None and not basis.endswith(reader)):
            return None
        named = f": {document.unread}" if document.unread else ""
        return f"“{evidence.words}” is not where its evidence says: {basis or 'it names no page'}{named}"

    def _taken_apart(self, layer: Layer, capture: Capture) -> Document | Packed:
        entity = entity_of(self._warcs, capture, self._catalogue.original)
        return self._reader.unpack(entity) if layer is Layer.PACKAGE else self._reader.take_apart(entity.body)

    def _bytes(self, capture: Capture, layer: Layer) -> bytes:
        # Links and terms may stand in the HTTP head, which is no part of the entity.
        if layer is Layer.HEAD:
            return head_of(self._warcs, capture)
        return entity_of(self._warcs, capture, self._catalogue.original).body

    # ── What was made of the captures ─────────────────────────────────────────────────────────────

    def _remake(self, closure: Closure) -> _Remade:
        """Make *closure* once more, if that was not done yet, and compare."""
        # Many items hang together by the same captures; each closure is made once.
        found = self._remade.get(closure.captures + closure.items)
        if found is None:
            found = self._remade[closure.captures + closure.items] = self._made_again(closure)
        return found

    def _made_again(self, closure: Closure) -> _Remade:
        # Another reader may read otherwise without a fault on either side; what its rows say of each other must still
        # agree.
        if self._remaking.is_older(closure):
            broken = [
                (item, what) for item in closure.items for what in coherence.faults(self._catalogue.connection, item)
            ]
            return _Remade(
                None, tuple(self._row("", (item,), what, "what its rows say of each other") for item, what in broken)
            )
        try:
            differences = self._remaking.differences(closure)
        except FileNotFoundError as error:
            name = Path(error.filename or "").name
            return _Remade(
                False, (self._row("", closure.items, f"what hangs together lies in {name}, which is missing"),)
            )
        except (OSError, Damaged, CannotReplay) as error:
            return _Remade(False, (self._row("", closure.items, f"what hangs together cannot be read: {error}"),))
        faults = tuple(self._row(one.capture, closure.items, one.what) for one in differences)
        return _Remade(not faults, faults)

    def _row(self, capture: str, items: tuple[str, ...], what: str, clause: str = REMADE) -> Fault:
        """Return the fault of a row that was made of *capture*; it lies in the catalogue, and the record tells how."""
        held = self._catalogue.capture(capture) if capture else None
        ref = held.ref if held else RecordRef(CATALOGUE, 0, 0)
        return Fault(ref.file, ref.offset, capture or None, items, what, clause)

    def _claim(self, item: Item, evidence: Evidence, what: str) -> Fault:
        capture = self._catalogue.capture(evidence.capture)
        if capture is None:
            return Fault("", 0, evidence.capture, (item.id,), what, "evidence")
        return Fault(capture.ref.file, capture.ref.offset, capture.id, (item.id,), what, url_key(capture.url))

    def _news(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Return those of *faults* that were not told yet: what hangs together is told once."""
        found = tuple(fault for fault in dict.fromkeys(faults) if fault not in self._reported)
        self._reported.update(found)
        return found


def _own(edition: Edition) -> Iterator[Evidence]:
    # What an edition itself holds; tags, language and terms are the item's, and stand as they are now.
    for claim in (edition.title, edition.published, *edition.attributions):
        if claim is not None:
            yield claim.evidence
