"""Cataloguer: have a kept capture read by a reader process, join its further parts, and add it to the catalogue."""

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
from ingest.cataloguing.reader_pool import NoReaders, as_finished, reading_given_up
from ingest.cataloguing.reader_pool import Pending as BeingRead

UNDER_WAY = 8 * 1024 * 1024
"""How many bytes of responses are with the readers at a time; the response that exceeds this is still given."""
LONG = 256 * 1024
"""Responses with more bytes than this do not wait in memory: readers fetch them from their files."""
PARTS = 16 * 1024 * 1024
"""How many bytes of further parts are joined to a text; parts beyond are left out."""
# How many readings may be under way before it is checked which of them are done.
_COUNTED = 64
Done = TypeVar("Done")
Found = TypeVar("Found")
# Errors that are not the capture's fault. The next capture would meet them too, so work stops.
_OF_THE_MACHINE = (OSError, DiskFailed, NoReaders)


@dataclass(slots=True)
class Pending:
    """A capture that is being read and will be catalogued.

    Attributes:
        reading: the reading under way, or None if there is nothing to read. It is replaced if the capture has to be
            read again before it is catalogued.
        described: the publisher as it was described to the reader.
        unread: why the reading could not be started, or None.
    """

    capture: Capture
    reading: BeingRead[Reading] | None
    described: Publisher | None = None
    unread: str | None = None


class Readers(Protocol):
    """Anything that can read: a pool of processes, or a substitute for it."""

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Start reading *found*; the returned value gives the reading when it is done."""


class Cataloguer:
    """Add captures to the catalogue. They have to be begun and settled in record order.

    Each capture is settled in its own savepoint. If that fails, whatever the reason in the capture, it is recorded as
    unread and the others continue.
    """

    def __init__(
        self, catalogue: Catalogue, warcs: Path, pool: Readers, *, given_up: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """*given_up*: capture id → why a reader gave up on it before. These captures are not tried again."""
        self._catalogue, self._warcs, self._pool = catalogue, warcs, pool
        self._given_up = given_up
        self._foreseen: dict[str, Pending] = {}
        # Readings under way with their sizes in bytes: the limit is on memory, and pages differ by a factor of 1,000.
        self._under_way: list[tuple[BeingRead[Any], int]] = []
        self._held = 0

    def begin(self, capture: Capture, exchange: Exchange | None = None) -> Pending:
        """Start reading *capture*. Pass its *exchange* if it is in memory, to avoid reading the bytes from the file."""
        # A revisit repeats what was read before, and other statuses show no page: most of these need no reader.
        if capture.status != 200 or capture.kind is not CaptureKind.RESPONSE:
            return Pending(capture, None)
        pending = Pending(capture, None)
        self._noting(pending, lambda: self._start(pending, exchange))
        return pending

    def _start(self, pending: Pending, exchange: Exchange | None = None) -> None:
        pending.described = self._described(pending.capture)
        pending.reading = self._submit(pending.capture, exchange, described=pending.described)

    def _noting(self, pending: Pending, work: Callable[[], None]) -> None:
        """Do *work* for the reading of *pending*; if it raises, record the error as the reason why it is unread."""
        try:
            work()
        except Exception as error:  # noqa: BLE001 - one capture is settled by itself, and takes no others down
            pending.unread = _why(error)

    def _by_itself(self, capture: Capture, work: Callable[[], Done]) -> Done | Change:
        """Do *work* for *capture* in a savepoint; if it raises, roll back and record the capture as unread."""
        try:
            # A savepoint, not a transaction: cataloguing is fast because there is only one commit per batch.
            with self._catalogue.savepoint():
                return work()
        except Exception as error:  # noqa: BLE001 - one capture is settled by itself, and takes no others down
            return self._catalogue.set_aside(capture, _why(error))

    def settle(self, pending: Pending) -> Change:
        """Wait for the reading of *pending* and catalogue it. Call this inside a transaction.

        If the capture says something about other pages (a feed, a further part), those pages are read again if
        necessary.
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
        # Whether an imported revisit is read depends only on whether its payload is held, not on the captures before
        # it.
        unchanged = self._catalogue.add_unchanged(capture) if self._is_held(capture) else None
        if unchanged is None:
            return self._add(self._again(capture))
        self._spread([Entry(capture)])  # it may be a further part with which another page has to be read
        return unchanged

    def catalogue_unread(self, capture: Capture) -> Change:
        """Read and catalogue *capture*, which was recorded as unread. Call this inside a transaction."""
        return self._by_itself(capture, lambda: self._add(self._again(capture)))

    def read_again(self, capture: Capture) -> tuple[Capture, ...]:
        """Read *capture* and the rest of its closure again, replace their rows, and return the captures of the closure.

        Call this inside a transaction.
        """
        done = self._by_itself(capture, lambda: self._refolded((capture,), {})[0])
        return (capture,) if isinstance(done, Change) else done

    def reading_of(self, capture: Capture) -> Reading | None:
        """Return the reading of *capture* without cataloguing it; None if it holds no page or cannot be replayed."""
        with suppress(CannotReplay, Damaged):
            return self._submit(capture, None).result() if _holds_page(capture) else None
        return None

    def prefetch_reading(self, capture: Capture) -> None:
        """Start reading *capture* ahead of time, because it will soon be read again."""
        if capture.id not in self._foreseen and _holds_page(capture):
            with suppress(CannotReplay, Damaged):  # recorded when its turn comes
                self._start(foreseen := Pending(capture, None))
                self._foreseen[capture.id] = foreseen

    def missing_parts(self, pending: Pending) -> tuple[str, ...]:
        """Return the URLs of further parts of *pending* for which there is no capture later than the page itself."""
        missing: list[str] = []
        if pending.unread is None:
            self._noting(pending, lambda: missing.extend(self._missing(pending)))
        return tuple(missing)

    def _missing(self, pending: Pending) -> Iterator[str]:
        reading = self._reading(pending)
        for url in reading.parts if reading else ():
            # A part captured before the page may belong to an earlier state of the text.
            if not any(part.began > pending.capture.began for part in self._shown(url_key(url))):
                yield url

    def _reading(self, pending: Pending) -> Reading | None:
        """Return the reading of *pending*, or None if there is none; a revisit is read only if it has further parts."""
        if pending.reading is not None:
            # A note or a witness may have arrived since the reading was started. Read again in that case; otherwise the
            # row would differ from that of a rebuild.
            if not self._is_fresh(pending, pending.reading.result()):
                self._start(pending)
            return pending.reading.result()
        # The first page may be unchanged while a further part has changed, so the text has changed.
        if self._is_revisit(pending.capture) and self._catalogue.has_parts(pending.capture):
            with suppress(CannotReplay):
                return self._submit(pending.capture, None).result()
        return None

    def _is_fresh(self, pending: Pending, reading: Reading) -> bool:
        """Return whether *reading* was made with the publisher's description, profile and witnesses that apply now."""
        connection, capture = self._catalogue.connection, pending.capture
        if pending.described != self._described(capture):
            return False
        if reading.stamp.profile != profiles.digest(connection, capture.publisher):
            return False
        return reading.heard == witnesses.refs(witnesses.of_page(connection, capture))

    def _described(self, capture: Capture) -> Publisher | None:
        """Return the publisher as described at the time of *capture*; settings may be recorded during a run."""
        return self._catalogue.publisher_at(capture.publisher, capture.began)

    def _is_held(self, revisit: Capture) -> bool:
        """Return whether the payload that *revisit* repeats is held."""
        # Our own revisits are written only if the payload is held.
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
        # Taken before the rows change: a page that a feed no longer mentions has to be read again too.
        before = witnesses.keys(self._catalogue.connection, entry.capture.id)
        try:
            change = self._catalogue.add(entry)
        except NeedsRefold as refold:
            return self._refold(entry, refold.captures)
        self._spread([entry], before)
        return change

    def _add_answer(self, entry: Entry) -> Change:
        """Catalogue a capture that shows no page, and so says nothing about other pages."""
        try:
            return self._catalogue.add(entry)
        except NeedsRefold as refold:
            return self._refold(entry, refold.captures)

    def _spread(self, entries: Sequence[Entry], before: Sequence[str] = ()) -> None:
        """Read the pages again whose reading changes because of what *entries* say about them.

        *before* are the keys of the pages that the captures of *entries* were about until now.
        """
        connection = self._catalogue.connection
        for entry in entries:
            about = {*before, *witnesses.keys(connection, entry.capture.id)}
            late = witnesses.captures_to_reread(connection, entry.capture.publisher, sorted(about)) if about else []
            done: set[str] = set()
            late += [page for page in self._parted(entry.capture) if page not in late]
            # Give all of them to the readers first, so they are read in parallel.
            for capture in late:
                self.prefetch_reading(capture)
            for capture in late:
                # A closure is read as a whole, so several of these captures may be done at once.
                if capture.id not in done:
                    done |= {one.id for one in self.read_again(capture)}

    def _parted(self, part: Capture) -> Iterator[Capture]:
        """Yield the captures that were read without *part*, but have to be read with it as a further part."""
        key = url_key(part.url)
        for page, parts in witnesses.captures_with_part(self._catalogue.connection, part.publisher, key):
            held = self._held_part(page, key, 2)
            mark = next(mark for at, mark in parts if at == key)
            if mark == _mark(key, held[0] if held else None):
                continue
            # A part that is too large for the page is always left out; without this check the page would be read again
            # and again.
            if not mark.startswith("-") or mark not in self._marks(page, [at for at, _ in parts]):
                yield page
        # A page has the parts that were captured before its own next capture, and *part* may be that next capture.
        # Check each part, because a page whose parts stay the same need not be read again.
        found = witnesses.last_joined_before(self._catalogue.connection, part)
        if found is not None and any(self._part_of(found[0], url_key(one.url)) != one for one in found[1]):
            yield found[0]

    def _entry(self, capture: Capture, reading: Reading) -> Entry:
        """Return the entry for *capture* with its fresh *reading*; if it has further parts, read it with them.

        A part may name another part, with which the capture is then read too.
        """
        if not reading.parts or reading.kind is PageKind.PART:
            return Entry(capture, reading)
        joined: list[tuple[Capture, Part]] = []
        while True:
            keys = [url_key(url) for url in reading.parts]
            chosen = self._chosen(capture, keys)
            found = [one for one in chosen if one is not None]
            # Repeat until no new part is named: only the second page of a text may link to the third.
            if len(found) == len(joined):
                break
            joined = found
            reading = self._submit(capture, None, tuple(part for _, part in found)).result()
        # Record missing parts too; they are needed to know that the page has to be read again when they arrive.
        heard = (*witnesses.witness_refs(reading.heard), *_marks(keys, chosen))
        return Entry(capture, replace(reading, heard=heard), tuple(held for held, _ in found))

    def _marks(self, capture: Capture, keys: Sequence[str]) -> list[str]:
        return _marks(keys, self._chosen(capture, keys))

    def _chosen(self, capture: Capture, keys: Sequence[str]) -> list[tuple[Capture, Part] | None]:
        """Return the further parts of *capture* at *keys*; None for one that is not held or exceeds `PARTS` bytes."""
        chosen: list[tuple[Capture, Part] | None] = []
        left = PARTS
        # Numbered from 2, because part 1 is the page itself.
        for number, key in enumerate(keys, start=2):
            held = self._held_part(capture, key, number) if left > 0 else None
            # Counted in order, so every machine with the same records leaves out the same parts.
            left -= len(held[1].body) if held else 0
            chosen.append(held if left >= 0 else None)
        return chosen

    def _held_part(self, capture: Capture, key: str, number: int) -> tuple[Capture, Part] | None:
        """Return the capture of the part at *key* that belongs to *capture*, with its bytes; None if not held."""
        chosen = self._part_of(capture, key)
        part = self._part(chosen, number) if chosen is not None else None
        return None if chosen is None or part is None else (chosen, part)

    def _part_of(self, capture: Capture, key: str) -> Capture | None:
        """Return the capture of the part at *key* that belongs to *capture*, a capture of part 1.

        It is the first one between this capture and the next capture of part 1; otherwise the last one before. So every
        machine with the same records joins the same parts.
        """
        # Use the whole history of the page and no clock: a rebuild has to choose the same part as the run did.
        following = [c.began for c in self._shown(url_key(capture.url)) if c.began > capture.began]
        until = min(following, default=None)
        seen = self._shown(key)
        after = [p for p in seen if p.began > capture.began and (until is None or p.began < until)]
        before = [p for p in seen if p.began < capture.began]
        return after[0] if after else before[-1] if before else None

    def _shown(self, key: str) -> list[Capture]:
        """Return the captures of the URL with *key* that show a text, in record order."""
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
        # If the bytes are not in memory, let the reader process fetch them: they may be many times the payload, for
        # example if each byte is a chunk of its own.
        lying = stored(self._warcs, capture) if exchange is None else None
        if lying is not None:
            head, found = b"", lying
        elif exchange is None:
            head, found = read_back(self._warcs, capture, self._catalogue.original)
        else:
            head, found = exchange.head_bytes, exchange.answer()
        # Evidence refers to the capture whose record holds the bytes, not to a revisit.
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
        # Do not try a page again that was too much for a reader: the outcome depends on the load of the machine, and
        # two catalogues could not be compared.
        reason = self._given_up.get(capture.id)
        if reason is not None:
            return as_finished(reading_given_up(reason, context))
        being_read = self._pool.submit(found, context)
        self._count(being_read, found)
        return being_read

    def begin_second_reading(
        self, capture: Capture, exchange: Exchange | None, read: Callable[[Response | Stored], BeingRead[Found]]
    ) -> BeingRead[Found] | None:
        """Call *read* with the bytes of *capture*, for a second reading that is not catalogued; None if it has no
        bytes.

        It counts towards the memory limit like any other reading. It is done even if the capture repeats an earlier
        one.
        """
        found: Response | Stored
        lying = stored(self._warcs, capture) if exchange is None else None
        try:
            if lying is not None:
                found = lying
            # A 304 has no body; use that of the capture that it confirms.
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
        """Return whether more captures may be given to the readers; those under way are held in memory."""
        # Called before each page. Checking every reading each time would be slow, so finished ones stay counted a
        # while.
        if len(self._under_way) > _COUNTED or self._held >= UNDER_WAY:
            self._under_way = [(read, size) for read, size in self._under_way if not read.done()]
            self._held = sum(size for _, size in self._under_way)
        return self._held < UNDER_WAY

    def _count(self, being_read: BeingRead[Any], found: Response | Stored) -> None:
        """Count *found* towards the readings under way."""
        size = found.size if isinstance(found, Stored) else len(found.data)
        self._under_way.append((being_read, size))
        self._held += size

    def _refold(self, entry: Entry, captures: Sequence[Capture]) -> Change:
        """Fold *entry* again together with *captures*, which are read again; return the change of *entry*."""
        ordered, changes = self._refolded((entry.capture, *captures), {entry.capture.id: entry})
        # Refolding changes rows of several captures, but the caller asked about this one.
        return next(c for c, one in zip(changes, ordered, strict=True) if one.id == entry.capture.id)

    def _refolded(
        self, captures: Sequence[Capture], entries: dict[str, Entry]
    ) -> tuple[tuple[Capture, ...], list[Change]]:
        """Read the closure of *captures* again and fold it anew; *entries* (by capture id) are read already.

        Returns the captures of the closure in record order, and the change of each.
        """
        known = {capture.id: capture for capture in captures}
        while True:
            entries |= {one: self._again(capture) for one, capture in known.items() if one not in entries}
            before = [key for one in known for key in witnesses.keys(self._catalogue.connection, one)]
            try:
                changes = self._catalogue.refold(list(entries.values()))
            except NeedsRefold as more:
                # The new readings may show that the closure is larger. Repeat until nothing is added.
                fresh = {capture.id: capture for capture in more.captures}
                if fresh.keys() <= known.keys():
                    raise  # trying again with the same captures would never end
                known |= fresh
                continue
            self._spread(list(entries.values()), before)
            return tuple(sorted(known.values(), key=lambda capture: (capture.began, capture.id))), changes

    def _again(self, capture: Capture) -> Entry:
        """Return an entry for *capture*, read again; use the reading made ahead if it still applies."""
        if not _holds_page(capture):
            return Entry(capture)
        # Removed, because a reading made ahead is used only once: other witnesses may apply later.
        foreseen = self._foreseen.pop(capture.id, None)
        try:
            reading = foreseen.reading.result() if foreseen and foreseen.reading else None
            if foreseen is None or reading is None or not self._is_fresh(foreseen, reading):
                reading = self._submit(capture, None).result()
            return self._entry(capture, reading)
        except CannotReplay as lost:  # an imported revisit, without the capture that it repeats
            return Entry(capture, unread=lost.reason)


def _why(error: Exception) -> str:
    """Return why a capture could not be settled; raise *error* again if it is not the capture's fault."""
    # Otherwise a full disk, for example, would mark every remaining capture as unread.
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
    """Return a mark for the capture of the part at *key* with which a page was read: its id, or "-" and the key if
    none.
    """
    # No record id begins with a hyphen, so the two forms cannot be confused.
    return f"-{key}" if part is None else part.id
