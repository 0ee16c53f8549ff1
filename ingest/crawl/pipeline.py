"""The pipeline: every page is fetched, kept, made durable, read and catalogued, always in this order."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from archive.errors import BadHead, CannotReplay, Damaged, DiskFull
from archive.http.exchange import Ending, Exchange, Response, Truncation
from archive.http.failure import ROBOTS_UNKNOWN, FailureReason, FetchFailure, hint_for
from archive.replay import Stored, replay
from archive.warc.capture import Capture, Note, NoteKind
from db.frontier import Discovery
from db.identity import url_key
from db.model.change import Outcome
from ingest.cataloguing.cataloguer import LONG, Cataloguer, Pending
from ingest.cataloguing.layout_learner import Learner
from ingest.cataloguing.read_ahead import ReadAhead, WaitingCapture
from ingest.cataloguing.reader_pool import Pending as BeingRead
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Collection
from ingest.collection.rows import mark_ends
from ingest.crawl.host_queues import Fetched, HostQueues, LeftAlone
from ingest.crawl.politeness import BUSY
from ingest.crawl.request import Request
from ingest.crawl.tally import Failed, Settled, left_alone
from ingest.discovery.links import LISTS, Outlinks, given_up, read_names
from ingest.discovery.robots_txt import RobotsDecision
from ingest.http.client import Conditions

# A page that fails twice in a row has a problem that outlasts the run; from then on the retry ladder decides.
TRIES = 2
"""How often one run requests a page whose failure may pass, or whose response is unproved."""
NOTED = "noted"
"""The purpose of a request that fetches nothing: it only records a failure."""
HEAVY = 16 * 1024 * 1024
"""A batch with this many bytes is committed at once, because its responses are held in memory until then."""
AGAIN = "again"
"""The purpose of a request that fetches nothing: it only reads a capture again."""
# Failures that may pass within a minute. DNS, TLS and refused addresses are not among them: they are matters of set-up.
_PASSING = frozenset({FailureReason.TIMEOUT, FailureReason.RESET, FailureReason.NO_ANSWER, FailureReason.CONNECT})
_TICK = 0.25  # seconds to wait for answers, readers or the learner at a time
_TURN = timedelta(seconds=0.5)
"""How long to work on the catalogue before checking again which hosts may be asked."""
_GRACE = timedelta(seconds=1)
"""How long exchanges under way may take to finish once the run has to stop."""
# Pages that are fetched faster than they are read would fill the memory.
_BACKLOG = 256
"""Start no exchange while this many kept pages wait for the catalogue."""


@dataclass(slots=True, kw_only=True)
class Kept(WaitingCapture):
    """A request whose exchange is kept and waits to be read and catalogued.

    Attributes:
        final: whether this exchange settles the request.
        parts_tried: whether further parts of the text were requested already.
        whole: whether *exchange* is complete; if not, it is the head alone and readers fetch the rest from the WARC.
    """

    request: Request
    final: bool = True
    parts_tried: bool = False
    whole: bool = True


def _kept(request: Request, capture: Capture, exchange: Exchange, *, final: bool) -> Kept:
    """Return *exchange* as it waits to be read. Of a long one only the head is held in memory."""
    if len(exchange.response) <= LONG:
        return Kept(request=request, capture=capture, exchange=exchange, final=final)
    alone = dataclasses.replace(exchange, response=exchange.head_bytes, parsed=exchange.head)
    return Kept(request=request, capture=capture, exchange=alone, final=final, whole=False)


@dataclass(slots=True)
class _Held:
    """The first part of a text, waiting for *outstanding* further parts."""

    first: Kept
    outstanding: int
    parts: list[Kept] = field(default_factory=list)


class Pipeline:
    """Take requests through all steps, in an order in which a crash can cost work but never evidence."""

    def __init__(
        self, work: Collection, cataloguer: Cataloguer, queues: HostQueues, learner: Learner, readers: ReaderPool
    ) -> None:
        self._work, self._cataloguer, self._queues = work, cataloguer, queues
        self.learner, self._readers = learner, readers
        self._batch: list[tuple[Fetched, Capture | Note]] = []
        self._batch_began: datetime | None = None
        self._batch_bytes = 0
        self._read_queue: ReadAhead[Kept, Settled] = ReadAhead(self._has_room, self._begin, learner.allows)
        self._held: dict[str, _Held] = {}
        # Results of first responses, failures of first attempts (by URL), and the digest of each publisher's last note.
        self._asked_again: dict[Request, Settled] = {}
        self._tried: dict[str, FetchFailure] = {}
        self._last_notes: dict[str, str] = {}
        # By publisher: visits that were sent and are not settled.
        self._visits: dict[str, set[int]] = {}
        self.records_failures = True  # a dry run only reports them
        self.broken_off = False
        """Whether the pipeline was told to stop and gave up what was under way."""
        self.full: DiskFull | None = None
        """Set when the disk has no room beyond its reserve; nothing is requested from then on."""

    def send(self, request: Request, *, first: bool = False) -> None:
        """Queue *request* for its host; *first* puts it before those that wait there."""
        if request.visit is not None:
            self._visits.setdefault(request.publisher, set()).add(request.visit)
        self._queues.send(request, first=first)

    @property
    def backlog(self) -> int:
        """How many kept pages wait for the catalogue."""
        return len(self._read_queue)

    def visits(self, publisher: str) -> frozenset[int]:
        """Return the visits of *publisher* that were sent and are not settled."""
        return frozenset(self._visits.get(publisher, ()))

    def take_back(self, publisher: str, url: str, visit: int) -> bool:
        """Withdraw *visit* if it still waits in a queue; return whether it is not under way."""
        free = visit not in self.visits(publisher) or self._queues.take(url, visit)
        self._visits.get(publisher, set()).difference_update({visit} if free else ())
        return free

    def resume(self, capture: Capture, visit: int | None = None, purpose: str = "page") -> None:
        """Read and catalogue *capture*, left unread by an earlier run, for the *visit* and *purpose* that led to it."""
        # Marked as the last attempt: a capture of an earlier run is not fetched again for being unproved.
        request = Request(capture.url, capture.publisher, purpose, visit=visit, attempt=TRIES)
        try:
            exchange = replay(self._work.layout.warcs, capture, self._work.catalogue.original)
        except (CannotReplay, Damaged):  # its bytes, or those of the capture it repeats, are missing: settle it anyway
            kept = Kept(request=request, capture=capture)
        else:
            kept = _kept(request, capture, exchange, final=True)
        if visit is not None:
            self._visits.setdefault(capture.publisher, set()).add(visit)
        self._read_queue.append(kept, capture.publisher)

    def fail(self, request: Request, failed: Failed) -> None:
        """Record that *request* failed in whole or in part, although its response is kept."""
        self._batch_began = self._batch_began or self._work.clock()
        self._note(Fetched(dataclasses.replace(request, purpose=NOTED, visit=None), LeftAlone("")), failed)

    def _again(self, capture: Capture) -> None:
        """Read *capture* again, because a newer profile is in force than when it was read."""
        request = Request(capture.url, capture.publisher, AGAIN, attempt=TRIES)
        self._read_queue.append(Kept(request=request, capture=capture), capture.publisher)

    def drain(
        self,
        follow: Callable[[Settled], None],
        *,
        stopped: Callable[[], bool],
        more: Callable[[], int] = lambda: 0,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        """Work until nothing is under way.

        *follow* is called for each settled request, inside the transaction that catalogues it, *close* at the end of
        that transaction, and *more* before each turn. *follow* and *more* may send more requests; *more* returns how
        many. When the disk is full, no new request is sent. When *stopped* returns true, exchanges that do not finish
        within a moment are given up; the next run reads the rest.
        """
        while True:
            # Checked first: an open batch is written to its end, but no new batch is started on a full disk.
            self._look_for_room()
            if stopped():
                self._break_off(follow, close)
                return
            if self.full is not None:
                self._queues.drop_waiting()
                self._give_up_parts()
            # Checked before the work of this turn, because requests settled in it may lead to more in the next.
            busy = (self.full is None and more()) or self._is_busy
            self._keep_all(self._collected())
            # A batch saves syncs while answers arrive. If none is awaited, waiting would only delay the pages.
            if self._batch and (self._batch_is_due() or not self._queues.waiting):
                self._commit()
            if not self._queues.waiting:
                self._wait_for_readers()
            self._settle(follow, stopped, close)
            if not (self._queues.waiting or self._batch or self._read_queue):
                self.learner.wait(_TICK)
            self._learn()
            if not (busy or self._is_busy):
                return

    @property
    def _is_busy(self) -> bool:
        return bool(self._queues.waiting or self._batch or self._read_queue or self._held or self.learner.busy)

    def _collected(self) -> list[Fetched]:
        if len(self._read_queue) < _BACKLOG:
            return self._queues.collect(_TICK)
        self._wait_for_readers()
        # Still take the answers that have arrived: their hosts should not have to wait for us.
        return self._queues.collect(0.0, begin=False)

    def _break_off(self, follow: Callable[[Settled], None], close: Callable[[], None]) -> None:
        """Keep the exchanges that end within a moment, catalogue the pages that are read, and give up the rest."""
        self.broken_off = True
        self._queues.drop_waiting()
        # Dropped before the grace period; otherwise hosts whose pause ends during it would still be asked.
        until = self._work.clock() + _GRACE
        while self._queues.waiting and self._work.clock() < until:
            for fetched in self._queues.collect(_TICK):
                self._keep(fetched, again=False)
        if self._batch:
            self._commit()
        # Requests sent by what is settled are dropped below. Their URLs are in the frontier for the next run.
        self._settle(follow, lambda: True, close)
        if self._batch:
            self._commit()
        self._queues.drop_waiting()
        self._give_up_parts()
        self._read_queue.give_up()
        self.learner.give_up()
        self._visits.clear()

    def _give_up_parts(self) -> None:
        """Stop waiting for further parts. The next run reads the first parts and requests the others again."""
        for held in self._held.values():
            self._read_queue.done(held.first)
        self._held.clear()

    def _look_for_room(self) -> None:
        """Before a batch is started, check that the disk has room beyond the reserve."""
        free, reserve = self._work.archive.free(), self._work.settings.store.reserve_bytes
        if not self._batch and self.full is None and free < reserve:
            self.full = DiskFull(self._work.layout.directory, free, reserve)

    def _learn(self) -> None:
        records = self.learner.ready()
        if records and self._batch:
            self._commit()  # each note names the one before, so those in the batch have to be committed first
        for capture in self.learner.step():
            self._again(capture)

    # ── Keep ──────────────────────────────────────────────────────────────────────────────────────

    def _keep_all(self, came: list[Fetched]) -> None:
        """Keep answers. Not done in `drain`, whose local variable would hold the last one in memory until the next."""
        for fetched in came:
            self._keep(fetched)
            if self._batch_bytes >= HEAVY:
                self._commit()

    def _keep(self, fetched: Fetched, *, again: bool = True) -> None:
        """Keep one answer; if *again*, request a page once more whose failure may pass."""
        self._batch_began = self._batch_began or self._work.clock()
        request, answer = fetched.request, fetched.answer
        # By URL, because the second attempt may be answered by the host's queue, which does not know of the first.
        before = self._tried.pop(request.url, None)
        if isinstance(answer, LeftAlone) and answer.until is None and before is not None:
            answer = before  # the failure of the first attempt says more than "there was no second one"
        if isinstance(answer, RobotsDecision):
            reason = "robots" if answer.known else ROBOTS_UNKNOWN
            self._note(fetched, Failed(reason, answer.because, hint_for(reason)))
        elif isinstance(answer, LeftAlone):
            self._read_queue.append(Settled(request, failed=left_alone(answer), until=answer.until), request.publisher)
        elif isinstance(answer, FetchFailure):
            if answer.reason in _PASSING and request.attempt < TRIES:
                if again:
                    # No note yet: if the second attempt works, there was no failure.
                    self._tried[request.url] = answer
                    self._queues.send(dataclasses.replace(request, attempt=request.attempt + 1))
            else:
                self._note(fetched, Failed(answer.reason.value, answer.detail, answer.hint), answer)
        else:
            earlier = self._work.latest_capture(answer.url, request.publisher)
            try:
                capture = self._work.archive.keep(request.publisher, answer, earlier=earlier)
            except BadHead as bad:
                self._note(fetched, Failed(FailureReason.BAD_HEAD.value, str(bad), ""))
            else:
                self._batch.append((fetched, capture))
                self._batch_bytes += len(answer.response)

    def _note(self, fetched: Fetched, failed: Failed, failure: FetchFailure | None = None) -> None:
        if not self.records_failures:
            self._read_queue.append(Settled(fetched.request, failed=failed), fetched.request.publisher)
            return
        url, publisher, purpose = fetched.request.url, fetched.request.publisher, fetched.request.purpose
        body = {"reason": failed.reason, "detail": failed.detail, "hint": failed.hint, "purpose": purpose}
        body |= {"ip": failure.ip} if failure is not None and failure.ip is not None else {}
        # The previous note is on disk, or earlier in the same file, so it cannot be lost while this one survives.
        previous = self._last_notes.get(publisher) or self._work.catalogue.last_note_digest()
        note = self._work.archive.note(publisher, NoteKind.FAILURE, body, about=url, previous=previous)
        self._last_notes[publisher] = note.digest
        self._batch.append((fetched, note))

    def _batch_is_due(self) -> bool:
        options = self._work.settings.store
        age = (self._work.clock() - self._batch_began).total_seconds() if self._batch_began else 0.0
        return len(self._batch) >= options.batch or age >= options.batch_seconds or self._batch_bytes >= HEAVY

    def _commit(self) -> None:
        """Make the batch durable, then commit its rows together with the outcomes of its visits."""
        # Emptied first: if the sync fails the run ends, and the next run adopts the records in the files.
        batch, self._batch, self._batch_began, self._batch_bytes = self._batch, [], None, 0
        self._last_notes.clear()
        # Law 1: the bytes have to be on the disk before a row says so.
        self._work.archive.sync()
        catalogue, frontier = self._work.catalogue, self._work.frontier
        with catalogue.transaction():
            catalogue.add_captures(record for _, record in batch if isinstance(record, Capture))
            mark_ends(catalogue, self._work.archive, [record for _, record in batch])
            # A capture and the outcome of its visit in one transaction: a kill between would visit it twice or never.
            for fetched, record in batch:
                if isinstance(record, Note):
                    catalogue.add_note(record)
                elif fetched.final and fetched.request.visit is not None:
                    # A failed visit is not marked here: it stays due until `follow` decides when to try again.
                    at = self._work.clock()
                    frontier.kept(fetched.request.visit, at=at, capture=record.id)
        for fetched, record in batch:
            self._queue_up(fetched, record)
        # Only now may readers start: a page read before it is durable could be catalogued and then lost.
        self._read_queue.fill()

    def _queue_up(self, fetched: Fetched, record: Capture | Note) -> None:
        if isinstance(record, Note):
            failed = Failed(*(str(record.body[key]) for key in ("reason", "detail", "hint")))
            self._read_queue.append(Settled(fetched.request, failed=failed), fetched.request.publisher)
            return
        assert isinstance(fetched.answer, Exchange)
        kept = _kept(fetched.request, record, fetched.answer, final=fetched.final)
        held = self._held.get(fetched.request.parent or "")
        if held is None:
            self._read_queue.append(kept, fetched.request.publisher)
        else:
            self._read_queue.begin(kept)
            held.parts.append(kept)
            self._part_came(held)

    # ── Read ──────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, kept: Kept) -> None:
        """Start reading *kept*; of a list, also what it names."""
        kept.pending = self._cataloguer.begin(kept.capture, exchange := kept.exchange if kept.whole else None)
        if kept.request.purpose in LISTS and kept.capture.status in (200, 304):
            naming = partial(self._names, kept.request.purpose)
            kept.beside = self._cataloguer.begin_second_reading(kept.capture, exchange, naming)

    def _names(self, purpose: str, found: Response | Stored) -> BeingRead[Outlinks]:
        """Start reading the URLs that *found* names, the response to a request with *purpose*."""
        return self._readers.schedule_by_size(found, read_names, (found, purpose), given_up)

    def _reading(self, kept: Kept) -> Pending:
        """Return the pending reading of *kept*; start it if necessary."""
        self._read_queue.begin(kept)
        assert kept.pending is not None
        return kept.pending

    def _has_room(self) -> bool:
        # Give no page to readers that are still starting: this thread would wait for them, and so would all hosts.
        return self._readers.is_ready() and self._cataloguer.has_room()

    def _wait_for_readers(self) -> None:
        """Wait a moment for a reading to finish; if none has started, wait for the readers or the learner."""
        if self._read_queue.wait(_TICK):
            return
        if not len(self._read_queue) or self._readers.is_ready(_TICK):
            self.learner.wait(_TICK)

    # ── Catalogue ─────────────────────────────────────────────────────────────────────────────────

    def _settle(
        self, follow: Callable[[Settled], None], stopped: Callable[[], bool], close: Callable[[], None]
    ) -> None:
        """Catalogue the pages that are read, in one transaction of at most half a second."""
        patience = self._work.settings.store.batch_seconds
        if self._queues.waiting and not (stopped() or self._read_queue.is_due(self._work.clock(), patience)):
            return
        ready: deque[Kept | Settled] = deque()
        while len(ready) < self._work.settings.store.batch:
            oldest = self._read_queue.take()
            if oldest is None:
                break
            if not self._hold_for_parts(oldest):
                ready.append(oldest)
        if not ready:
            return
        # Limited: a command that writes waits for the lock, and hosts whose pause is over wait for this thread.
        until = self._work.clock() + _TURN
        with self._work.catalogue.transaction(small=True):
            while ready:
                one = ready.popleft()
                settled = one if isinstance(one, Settled) else self._catalogue(one)
                held = self._held.get(settled.request.parent or "")
                # Count a failed part too; otherwise the first part would wait for it for ever.
                if held is not None and settled.failed is not None:
                    self._part_came(held)
                reported = self._reported(one, settled)
                if reported is not None:
                    self._visits.get(reported.request.publisher, set()).discard(reported.request.visit or 0)
                    follow(reported)
                if stopped() or self._work.clock() >= until:
                    break
            close()
        self._read_queue.return_all((one, one.request.publisher) for one in ready)

    def _reported(self, one: Kept | Settled, settled: Settled) -> Settled | None:
        """Return the result to report for a request; None if it is not final or is requested once more."""
        # A redirect of robots.txt, or a try in another HTTP version: kept as evidence, reported with the last.
        if isinstance(one, Kept) and not one.final:
            return None
        # The key has to be the same for both attempts.
        first = dataclasses.replace(settled.request, attempt=1)
        if isinstance(one, Kept) and self._wants_another(one):
            self._asked_again[first] = settled
            self._queues.send(dataclasses.replace(one.request, attempt=TRIES), first=True)
            return None
        before = self._asked_again.pop(first, None)
        # Report the second response only if it shows something new. If it reads the same, it proves the first one.
        if before is None or (settled.change and settled.change.outcome is not Outcome.UNCHANGED):
            return settled
        return dataclasses.replace(before, request=settled.request, until=settled.until)

    def _catalogue(self, kept: Kept) -> Settled:
        pending = self._reading(kept)
        change = self._cataloguer.settle(pending)
        reading, capture = None, kept.capture
        with suppress(Damaged):  # the file of an earlier run's capture got damaged: `settle` has recorded it as unread
            reading = pending.reading.result() if pending.reading else None
        if reading is None and kept.request.unfollowed and change.outcome in (Outcome.UNCHANGED, Outcome.NOT_AN_ITEM):
            reading = self._cataloguer.reading_of(capture)
        # A capture that is read again was counted before. Counting it twice would start learning a profile too early.
        if kept.request.purpose != AGAIN:
            self.learner.note_read(capture, reading)
        self._read_queue.done(kept)
        named: Outlinks | None = kept.beside.result() if kept.beside else None
        return Settled(kept.request, capture, change, reading, kept.exchange, named=named)

    def _wants_another(self, kept: Kept) -> bool:
        """Return whether to request the page once more: the host was busy, or the response is unproved."""
        capture = kept.capture
        if kept.request.attempt >= TRIES:
            return False
        if capture.status in BUSY:
            return kept.request.purpose != "robots"  # the host queue repeats that request itself
        if capture.truncated is Truncation.LENGTH:  # our own limit, at which we would stop again
            return False
        # Only for status 200: it does not matter whether an error page is complete.
        return capture.ending is Ending.UNPROVED and capture.status == 200

    def _hold_for_parts(self, kept: Kept | Settled) -> bool:
        """Request the further parts of a text and hold its first part until they arrive; return whether it is held."""
        if isinstance(kept, Settled) or kept.parts_tried or kept.request.purpose not in ("page", "part"):
            return False
        missing = self._cataloguer.missing_parts(self._reading(kept))
        if missing:
            # A part that is being fetched as a page of its own is not requested twice; it is joined when it arrives.
            coming = self._coming()
            missing = tuple(url for url in missing if url_key(url) not in coming)
        # Only once: a missing part must not be requested each time its first part is looked at.
        kept.parts_tried = True
        if not missing:
            return False
        self._held[kept.capture.id] = _Held(kept, len(missing))
        # Each request goes to the front of the queue, so send them in reverse.
        for url in reversed(missing):
            self.send(self._part(url, kept.capture), first=True)
        return True

    def _coming(self) -> set[str]:
        """Return the keys of pages under way or in the open batch; parts among them are joined when catalogued."""
        requests = [*self._queues.under_way(), *(fetched.request for fetched, _ in self._batch)]
        return {url_key(request.url) for request in requests}

    def _part(self, url: str, first: Capture) -> Request:
        """Return the request for a further part. It counts as the visit of that URL."""
        frontier, earlier = self._work.frontier, self._work.latest_capture(url, first.publisher)
        frontier.seed([Discovery(url, first.publisher, via=first.url)], now=self._work.clock())
        visit = frontier.find(first.publisher, url)
        if visit is not None:
            # The visit may wait in the queue already. Made twice, it would be counted twice.
            self._queues.take(url, visit.id)
        conditions = Conditions(earlier.etag, earlier.last_modified) if earlier else None
        return Request(
            url, first.publisher, "part", visit=visit.id if visit else None, conditions=conditions, parent=first.id
        )

    def _part_came(self, held: _Held) -> None:
        """Count a part that arrived or failed; after the last one, put the whole text back in the queue to be read."""
        held.outstanding -= 1
        if held.outstanding <= 0:
            self._read_queue.put_back(held.first, held.parts)
            del self._held[held.first.capture.id]
