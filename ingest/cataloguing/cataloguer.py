"""From a kept capture to rows: read it in a reader process, join its parts, and bring it to the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from archive.errors import CannotReplay, Damaged, DiskFailed
from archive.http.charset import storable
from archive.http.exchange import Exchange, Response
from archive.replay import Stored, entity_of, read_back, source_of, stored
from archive.warc.capture import Capture, CaptureKind
from archive.warc.writer import is_imported
from db import profiles
from db.catalogue import Catalogue
from db.errors import of_the_database
from db.fold import witnesses
from db.identity import url_key
from db.model.change import Change, Entry, NeedsRefold
from db.model.item import Context, PageKind, Part, Publisher, Reading
from ingest.reading.pool import NoReaders, settled, unread
from ingest.reading.pool import Pending as BeingRead

UNDER_WAY = 8 * 1024 * 1024
"""So many bytes of responses, and one response more, are with the readers at a time."""
LONG = 256 * 1024
"""A response of more bytes does not wait in memory: readers fetch it from its file."""
PARTS = 16 * 1024 * 1024
"""So many bytes of further parts are joined to a text; those beyond are missing from it."""
# So many readings are counted as under way before it is asked which of them are done.
_COUNTED = 64
Done = TypeVar("Done")
Found = TypeVar("Found")
# What says nothing of the capture at hand: the next one would meet it too, so work stops.
_OF_THE_MACHINE = (OSError, DiskFailed, NoReaders)


@dataclass(slots=True)
class Pending:
    """A capture on its way into the catalogue; *reading* is under way, or None where there is none to do.

    *reading* is another where the capture had to be read anew on the way; *described* is the publisher as the
    reader was told of it. *unread* says why its reading could not be begun.
    """

    capture: Capture
    reading: BeingRead[Reading] | None
    described: Publisher | None = None
    unread: str | None = None


class Readers(Protocol):
    """Who reads: a pool of processes, or another reader."""

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Have what *found* says read; the returned value gives the reading."""


class Cataloguer:
    """Brings captures to the catalogue; they begin in record order and are settled in the same order.

    Each is settled in a savepoint of its own: whatever it holds, one that cannot be settled is recorded as unread with
    its reason, and the others go on.
    """

    def __init__(
        self, catalogue: Catalogue, warcs: Path, pool: Readers, *, given_up: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """*given_up* are captures, by id, that a reader gave up before, and why: they are not tried again."""
        self._catalogue, self._warcs, self._pool = catalogue, warcs, pool
        self._given_up = given_up
        self._foreseen: dict[str, Pending] = {}
        # With their sizes: what is bounded is memory, and pages differ by a factor of a thousand.
        self._under_way: list[tuple[BeingRead[Any], int]] = []
        self._held = 0

    def begin(self, capture: Capture, exchange: Exchange | None = None) -> Pending:
        """Start reading *capture*; *exchange* spares reading its bytes again where they are at hand."""
        # Revisits repeat what was read, and what is no 200 shows no page: most are settled without a reader.
        if capture.status != 200 or capture.kind is not CaptureKind.RESPONSE:
            return Pending(capture, None)
        pending = Pending(capture, None)
        self._noting(pending, lambda: self._start(pending, exchange))
        return pending

    def _start(self, pending: Pending, exchange: Exchange | None = None) -> None:
        pending.described = self._described(pending.capture)
        pending.reading = self._submit(pending.capture, exchange, described=pending.described)

    def _noting(self, pending: Pending, work: Callable[[], None]) -> None:
        """Do *work* towards the reading of *pending*; where it raises, that is why it is unread."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - one capture is settled by itself, and takes no others down
            pending.unread = _why(error)

    def _by_itself(self, capture: Capture, work: Callable[[], Done]) -> Done | Change:
        """Do *work* about *capture* in a savepoint; where it raises, undo it and record the capture as unread."""
        try:
            # Not a transaction of its own: one commit a batch is what makes cataloguing cheap.
            with self._catalogue.savepoint():
                return work()
        except Exception as error:  # noqa: BLE001 - one capture is settled by itself, and takes no others down
            return self._catalogue.set_aside(capture, _why(error))

    def settle(self, pending: Pending) -> Change:
        """Catalogue *pending*, waiting for its reading; where it speaks of other pages, those are read with it.

        Call it inside a transaction.
        """
        if pending.unread is not None:
            return self._catalogue.set_aside(pending.capture, pending.unread)
        return self._by_itself(pending.capture, lambda: self._settle(pending))

    def _settle(self, pending: Pending) -> Change:
        capture, reading = pending.capture, self._reading(pending)
        if reading is not None:
            return self._add(self._entry(capture, reading))
        if not self._is_revisit(capture):
            return self._add_answer(Entry(capture))
        # Whether a revisit by others is read depends on its payload alone, not on what came before it.
        unchanged = self._catalogue.add_unchanged(capture) if self._is_held(capture) else None
        if unchanged is None:
            return self._add(self._again(capture))
        self._spread([Entry(capture)])  # as a further part it may be the one to read another page with
        return unchanged

    def again(self, capture: Capture) -> Change:
        """Read and catalogue *capture* anew, which was catalogued unread. Call it inside a transaction."""
        return self._by_itself(capture, lambda: self._add(self._again(capture)))

    def anew(self, capture: Capture) -> tuple[Capture, ...]:
        """Read *capture* anew with all that hangs together with it, whoever read them before; return them.

        What was made of them is made again from what this reader reads. Call it inside a transaction.
        """
        done = self._by_itself(capture, lambda: self._refolded((capture,), {})[0])
        return (capture,) if isinstance(done, Change) else done

    def reading_of(self, capture: Capture) -> Reading | None:
        """Return what is read in *capture*, which need not be catalogued for it; None where that cannot be replayed."""
        with suppress(CannotReplay, Damaged):
            return self._submit(capture, None).result() if _holds_page(capture) else None
        return None

    def foresee(self, capture: Capture) -> None:
        """Have *capture* read already, which will be read anew soon."""
        if capture.id not in self._foreseen and _holds_page(capture):
            with suppress(CannotReplay, Damaged):  # when its turn comes it is said why
                self._start(foreseen := Pending(capture, None))
                self._foreseen[capture.id] = foreseen

    def missing_parts(self, pending: Pending) -> tuple[str, ...]:
        """Return the URLs of further parts of *pending* that were not captured after it."""
        missing: list[str] = []
        if pending.unread is None:
            self._noting(pending, lambda: missing.extend(self._missing(pending)))
        return tuple(missing)

    def _missing(self, pending: Pending) -> Iterator[str]:
        reading = self._reading(pending)
        for url in reading.parts if reading else ():
            # Later than the page, for a part from before may be of an earlier state of the text.
            if not any(part.began > pending.capture.began for part in self._shown(url_key(url))):
                yield url

    def _reading(self, pending: Pending) -> Reading | None:
        """Return what is read in *pending*, for a revisit that is read only because of its parts too."""
        if pending.reading is not None:
            # Between the beginning and this moment a note or a witness may have come; read by what was in force before,
            # the row would differ from that of a rebuild.
            if not self._is_fresh(pending, pending.reading.result()):
                self._start(pending)
            return pending.reading.result()
        # The first page may be unchanged while a further part is not: then the text is another.
        if self._is_revisit(pending.capture) and self._catalogue.has_parts(pending.capture):
            with suppress(CannotReplay):
                return self._submit(pending.capture, None).result()
        return None

    def _is_fresh(self, pending: Pending, reading: Reading) -> bool:
        """Say whether the publisher's description, the profile in force and the witnesses to be heard are those that
        *reading* was made with.
        """
        connection, capture = self._catalogue.connection, pending.capture
        if pending.described != self._described(capture):
            return False
        if reading.stamp.profile != profiles.digest(connection, capture.publisher):
            return False
        return reading.heard == witnesses.refs(witnesses.of_page(connection, capture))

    def _described(self, capture: Capture) -> Publisher | None:
        """Return the publisher as it is described at *capture*: settings may be recorded while a run is under way."""
        return self._catalogue.publisher_at(capture.publisher, capture.began)

    def _is_held(self, revisit: Capture) -> bool:
        """Say whether the payload of *revisit* is here; that of ours always is."""
        # Our own revisits are written only where the payload is held.
        if not is_imported(revisit.ref.file):
            return True
        try:
            entity_of(self._warcs, revisit, self._catalogue.original)
        except CannotReplay:
            return False
        return True

    def _is_revisit(self, capture: Capture) -> bool:
        if capture.kind is CaptureKind.NOT_MODIFIED:
            return True
        return capture.kind is CaptureKind.REVISIT and capture.status == 200

    def _add(self, entry: Entry) -> Change:
        # Before the rows change: a page that a feed speaks of no more has to be read again too.
        before = witnesses.keys(self._catalogue.connection, entry.capture.id)
        try:
            change = self._catalogue.add(entry)
        except NeedsRefold as refold:
            return self._refold(entry, refold.captures)
        self._spread([entry], before)
        return change

    def _add_answer(self, entry: Entry) -> Change:
        """Catalogue a capture that shows no page, and so speaks of none."""
        try:
            return self._catalogue.add(entry)
        except NeedsRefold as refold:
            return self._refold(entry, refold.captures)

    def _spread(self, entries: Sequence[Entry], before: Sequence[str] = ()) -> None:
        """Read the pages again that what *entries* say of them makes read otherwise.

        *before* are the keys of pages that they spoke of till now.
        """
        connection = self._catalogue.connection
        for entry in entries:
            about = {*before, *witnesses.keys(connection, entry.capture.id)}
            late = witnesses.unheard(connection, entry.capture.publisher, sorted(about)) if about else []
            done: set[str] = set()
            late += [page for page in self._parted(entry.capture) if page not in late]
            # All are given to the readers first, or each would be waited for by itself.
            for capture in late:
                self.foresee(capture)
            for capture in late:
                # What hangs together is read together, so several of them may be done at once.
                if capture.id not in done:
                    done |= {one.id for one in self.anew(capture)}

    def _parted(self, part: Capture) -> Iterator[Capture]:
        """Yield the captures that were read without *part*, and are to be read with it as a further part."""
        key = url_key(part.url)
        for page, parts in witnesses.parted(self._catalogue.connection, part.publisher, key):
            held = self._held_part(page, key, 2)
            mark = next(mark for at, mark in parts if at == key)
            if mark == _mark(key, held[0] if held else None):
                continue
            # One that is too much for the page is left out each time, and would ask for it again and again.
            if not mark.startswith("-") or mark not in self._marks(page, [at for at, _ in parts]):
                yield page
        # A page has the parts that were captured before it was captured next, and this may be that next time. Asked of
        # each part, or a page that keeps its parts would be read again and again.
        found = witnesses.joined_before(self._catalogue.connection, part)
        if found is not None and any(self._part_of(found[0], url_key(one.url)) != one for one in found[1]):
            yield found[0]

    def _entry(self, capture: Capture, reading: Reading) -> Entry:
        """Return the entry for *capture*, whose *reading* is fresh, read with its parts where it has any.

        A part may name one more: then it is read with that too.
        """
        if not reading.parts or reading.kind is PageKind.PART:
            return Entry(capture, reading)
        joined: list[tuple[Capture, Part]] = []
        while True:
            keys = [url_key(url) for url in reading.parts]
            chosen = self._chosen(capture, keys)
            found = [one for one in chosen if one is not None]
            # Until no part names a further one: a text may say on its second page alone how it goes on.
            if len(found) == len(joined):
                break
            joined = found
            reading = self._submit(capture, None, tuple(part for _, part in found)).result()
        # What was missing is noted too, or nobody would know that the page wants to be read again when it comes.
        heard = (*witnesses.spoken(reading.heard), *_marks(keys, chosen))
        return Entry(capture, replace(reading, heard=heard), tuple(held for held, _ in found))

    def _marks(self, capture: Capture, keys: Sequence[str]) -> list[str]:
        return _marks(keys, self._chosen(capture, keys))

    def _chosen(self, capture: Capture, keys: Sequence[str]) -> list[tuple[Capture, Part] | None]:
        """Return the further parts of *capture* at *keys*, None for one that is not held or is too much."""
        chosen: list[tuple[Capture, Part] | None] = []
        left = PARTS
        # From 2 on: part 1 is the page itself.
        for number, key in enumerate(keys, start=2):
            held = self._held_part(capture, key, number) if left > 0 else None
            # In their order, so that every machine that has the same records leaves out the same ones.
            left -= len(held[1].body) if held else 0
            chosen.append(held if left >= 0 else None)
        return chosen

    def _held_part(self, capture: Capture, key: str, number: int) -> tuple[Capture, Part] | None:
        """Return the capture of the part at *key* that belongs to *capture*, with its bytes, where they are held."""
        chosen = self._part_of(capture, key)
        part = self._part(chosen, number) if chosen is not None else None
        return None if chosen is None or part is None else (chosen, part)

    def _part_of(self, capture: Capture, key: str) -> Capture | None:
        """Return the capture of the part at *key* that belongs to *capture* of part 1.

        It is the first one after it and before part 1 was captured next, else the last one before it: so
        every machine that has the same records joins the same parts.
        """
        # The whole history of the page is looked at, and no clock: a rebuild, which has it all at once, must choose as
        # the run did.
        following = [c.began for c in self._shown(url_key(capture.url)) if c.began > capture.began]
        until = min(following, default=None)
        seen = self._shown(key)
        after = [p for p in seen if p.began > capture.began and (until is None or p.began < until)]
        before = [p for p in seen if p.began < capture.began]
        return after[0] if after else before[-1] if before else None

    def _shown(self, key: str) -> list[Capture]:
        """Return the captures of the URL with *key* that show its text, in record order."""
        captures = self._catalogue.captures_of(key)
        return [c for c in captures if c.status == 200 or c.kind is CaptureKind.NOT_MODIFIED]

    def _part(self, part: Capture, number: int) -> Part | None:
        try:
            found = entity_of(self._warcs, part, self._catalogue.original, limit=PARTS)
        except CannotReplay:
            return None
        return Part(part.id, part.url, number, found.body, found.media_type, found.charset)

    def _submit(
        self,
        capture: Capture,
        exchange: Exchange | None,
        parts: tuple[Part, ...] = (),
        *,
        described: Publisher | None = None,
    ) -> BeingRead[Reading]:
        found: Response | Stored
        # Where its bytes are not at hand who reads it fetches them: they may be many more than its payload has, as
        # where each is a chunk.
        lying = stored(self._warcs, capture) if exchange is None else None
        if lying is not None:
            head, found = b"", lying
        elif exchange is None:
            head, found = read_back(self._warcs, capture, self._catalogue.original)
        else:
            head, found = exchange.head_bytes, exchange.answer()
        # Evidence names the capture whose record holds the bytes, not the revisit that repeats them.
        source = source_of(capture, self._catalogue.original)
        context = Context(
            url=capture.url,
            capture=source.id,
            head=head,
            publisher=described or self._described(capture),
            profile=profiles.in_force(self._catalogue.connection, capture.publisher),
            parts=parts,
            witnesses=witnesses.of_page(self._catalogue.connection, capture),
            day=source.began.date().isoformat(),
        )
        # A page that was too much once would be so again, or not, with the mood of the machine: two catalogues could
        # not be compared.
        reason = self._given_up.get(capture.id)
        if reason is not None:
            return settled(unread(reason, context))
        being_read = self._pool.submit(found, context)
        self._count(being_read, found)
        return being_read

    def begin_beside(
        self, capture: Capture, exchange: Exchange | None, read: Callable[[Response | Stored], BeingRead[Found]]
    ) -> BeingRead[Found] | None:
        """Have *read* begin with what *capture* says, which makes no row; None where its bytes cannot be shown.

        It counts among what is under way, for the same memory is taken. That a capture said the same before is no
        reason to pass it over.
        """
        found: Response | Stored
        lying = stored(self._warcs, capture) if exchange is None else None
        try:
            if lying is not None:
                found = lying
            # A 304 has no body: the list is that of the capture that it confirms.
            elif exchange is None or capture.status == 304:
                _, found = read_back(self._warcs, capture, self._catalogue.original)
            else:
                found = exchange.answer()
        except (CannotReplay, Damaged):
            return None
        being_read = read(found)
        self._count(being_read, found)
        return being_read

    def has_room(self) -> bool:
        """Say whether more captures may be given to the readers now: those under way are held in memory."""
        # Asked before each page: to ask of every reading whether it is done takes longer than to have it counted still.
        if len(self._under_way) > _COUNTED or self._held >= UNDER_WAY:
            self._under_way = [(read, size) for read, size in self._under_way if not read.done()]
            self._held = sum(size for _, size in self._under_way)
        return self._held < UNDER_WAY

    def _count(self, being_read: BeingRead[Any], found: Response | Stored) -> None:
        """Count *found* among what is under way."""
        size = found.size if isinstance(found, Stored) else len(found.data)
        self._under_way.append((being_read, size))
        self._held += size

    def _refold(self, entry: Entry, captures: Sequence[Capture]) -> Change:
        """Fold *entry* anew with *captures*, which are read again; the change is its own."""
        ordered, changes = self._refolded((entry.capture, *captures), {entry.capture.id: entry})
        # Refolding changes rows of several captures, but who asked wants to know of this one.
        return next(c for c, one in zip(changes, ordered, strict=True) if one.id == entry.capture.id)

    def _refolded(
        self, captures: Sequence[Capture], entries: dict[str, Entry]
    ) -> tuple[tuple[Capture, ...], list[Change]]:
        """Read *captures* and what hangs together with them again and fold them anew; *entries* are read already.

        Returns them in record order, and the change of each.
        """
        known = {capture.id: capture for capture in captures}
        while True:
            entries |= {one: self._again(capture) for one, capture in known.items() if one not in entries}
            before = [key for one in known for key in witnesses.keys(self._catalogue.connection, one)]
            try:
                changes = self._catalogue.refold(list(entries.values()))
            except NeedsRefold as more:
                # Reading them may show that more hang together still, so it goes round until nothing is added.
                fresh = {capture.id: capture for capture in more.captures}
                if fresh.keys() <= known.keys():
                    raise  # asking again with the same captures would never end
                known |= fresh
                continue
            self._spread(list(entries.values()), before)
            return tuple(sorted(known.values(), key=lambda capture: (capture.began, capture.id))), changes

    def _again(self, capture: Capture) -> Entry:
        if not _holds_page(capture):
            return Entry(capture)
        # Taken out: what was read ahead is used once, for afterwards other witnesses may be in force.
        foreseen = self._foreseen.pop(capture.id, None)
        try:
            reading = foreseen.reading.result() if foreseen and foreseen.reading else None
            if foreseen is None or reading is None or not self._is_fresh(foreseen, reading):
                reading = self._submit(capture, None).result()
            return self._entry(capture, reading)
        except CannotReplay as lost:  # a revisit that others made, without what it repeats
            return Entry(capture, unread=lost.reason)


def _why(error: Exception) -> str:
    """Return why a capture could not be settled; raise *error* again where it says nothing of the capture."""
    # Set down as unread, a full disk would make an unread page of every capture that is left.
    if isinstance(error, _OF_THE_MACHINE) or of_the_database(error):
        raise error
    if isinstance(error, CannotReplay):
        return error.reason
    return storable(f"it could not be settled: {type(error).__name__}: {error}")[:300]


def _holds_page(capture: Capture) -> bool:
    return capture.status == 200 or capture.kind is CaptureKind.NOT_MODIFIED


def _marks(keys: Sequence[str], chosen: Sequence[tuple[Capture, Part] | None]) -> list[str]:
    return [_mark(key, one[0] if one else None) for key, one in zip(keys, chosen, strict=True)]


def _mark(key: str, part: Capture | None) -> str:
    """Return what tells with which capture of the part at *key* a page was read: its id, or that there was none."""
    # No record id begins with a hyphen.
    return f"-{key}" if part is None else part.id
