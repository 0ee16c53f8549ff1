"""The way of a page: fetched, kept, made durable, read, catalogued; in that order, whatever happens."""

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
from archive.http.failure import FailureReason, FetchFailure
from archive.replay import Stored, replay
from archive.warc.capture import Capture, Note, NoteKind
from db.frontier import Discovery
from db.identity import url_key
from db.model.change import Outcome
from ingest.cataloguing.cataloguer import LONG, Cataloguer, Pending
from ingest.cataloguing.layout_learner import Learner
from ingest.cataloguing.read_ahead import ReadAhead, Turn
from ingest.collection.collection import Collection
from ingest.collection.rows import mark_ends
from ingest.crawl.host_queues import Fetched, HostQueues, LeftAlone
from ingest.crawl.politeness import BUSY
from ingest.crawl.request import Request
from ingest.crawl.tally import Failed, Settled, left_alone
from ingest.discovery.links import LISTS, Outlinks, given_up, read_names
from ingest.discovery.robots_txt import RobotsDecision
from ingest.http.client import Conditions
from ingest.reading.pool import Pending as BeingRead
from ingest.reading.pool import ReaderPool

# What fails twice in a row has a reason that outlasts the run: from then on the retry ladder decides.
TRIES = 2
"""How often a visit that failed for a passing reason, or an unproved answer, is asked for in one run."""
NOTED = "noted"
"""The purpose of a request that fetches nothing: a failure is recorded."""
HEAVY = 16 * 1024 * 1024
"""A batch with so many bytes of answers is not waited with: till it is committed they are held in memory."""
AGAIN = "again"
"""The purpose of a request that fetches nothing: a capture is read again."""
# Not DNS, TLS or a refused address: they are what the machine and the host are set to, and a minute changes nothing.
_PASSING = frozenset({FailureReason.TIMEOUT, FailureReason.RESET, FailureReason.NO_ANSWER, FailureReason.CONNECT})
_TICK = 0.25
_TURN = timedelta(seconds=0.5)
"""For so long the catalogue is worked on before the hosts whose pause is over are asked again."""
_GRACE = timedelta(seconds=1)
"""So long an exchange under way may take to end once a run is to stop."""
# What is fetched faster than it is read would fill the memory, page by page.
_BACKLOG = 256
"""No exchange is begun while so much is kept and waits for the catalogue."""


@dataclass(slots=True, kw_only=True)
class Kept(Turn):
    """A request whose exchange is kept, on its way into the catalogue.

    Attributes:
        final: whether the request is settled with it.
        parts_tried: whether it was seen to that its further parts come.
        whole: whether *exchange* is all of it; else it is the head alone, and read back from its file.
    """

    request: Request
    final: bool = True
    parts_tried: bool = False
    whole: bool = True


def _kept(request: Request, capture: Capture, exchange: Exchange, *, final: bool) -> Kept:
    """Return *exchange* as it waits to be read: what waits is not held in memory where it is long."""
    if len(exchange.response) <= LONG:
        return Kept(request=request, capture=capture, exchange=exchange, final=final)
    alone = dataclasses.replace(exchange, response=exchange.head_bytes, parsed=exchange.head)
    return Kept(request=request, capture=capture, exchange=alone, final=final, whole=False)


@dataclass(slots=True)
class _Held:
    """Part 1 of a text, waiting for its further parts."""

    first: Kept
    outstanding: int
    parts: list[Kept] = field(default_factory=list)


class Pipeline:
    """Moves requests to the end of the way, in an order that a crash can cost work by, never evidence."""

    def __init__(
        self, work: Collection, cataloguer: Cataloguer, queues: HostQueues, learner: Learner, readers: ReaderPool
    ) -> None:
        self._work, self._cataloguer, self._queues = work, cataloguer, queues
        self._learner, self._readers = learner, readers
        self._batch: list[tuple[Fetched, Capture | Note]] = []
        self._batch_began: datetime | None = None
        self._batch_bytes = 0
        self._read_queue: ReadAhead[Kept, Settled] = ReadAhead(self._has_room, self._begin, learner.allows)
        self._held: dict[str, _Held] = {}
        self._asked_again: dict[Request, Settled] = {}
        self._tried: dict[str, FetchFailure] = {}
        self._last_notes: dict[str, str] = {}
        self._visits: dict[str, set[int]] = {}
        self.broken_off = False
        """Whether it was told to stop, and gave up what was under way."""
        self.full: DiskFull | None = None
        """Why nothing is asked for any more: the disk has no room beyond its reserve."""

    def send(self, request: Request, *, first: bool = False) -> None:
        """Put *request* on its way."""
        if request.visit is not None:
            self._visits.setdefault(request.publisher, set()).add(request.visit)
        self._queues.send(request, first=first)

    @property
    def backlog(self) -> int:
        """How much is kept and waits for the catalogue."""
        return len(self._read_queue)

    def visits(self, publisher: str) -> frozenset[int]:
        """Return the visits of *publisher* that are on their way and not settled."""
        return frozenset(self._visits.get(publisher, ()))

    def take_back(self, publisher: str, url: str, visit: int) -> bool:
        """Take back *visit* if it was sent for; say whether it is not on its way."""
        free = visit not in self.visits(publisher) or self._queues.take(url, visit)
        self._visits.get(publisher, set()).difference_update({visit} if free else ())
        return free

    def resume(self, capture: Capture, visit: int | None = None, purpose: str = "page") -> None:
        """Read and catalogue *capture*, which an earlier run kept and did not read, for *visit*, made for *purpose*."""
        # As if it had been tried for the last time: what an earlier run kept is not fetched again for being unproved.
        request = Request(capture.url, capture.publisher, purpose, visit=visit, attempt=TRIES)
        try:
            exchange = replay(self._work.layout.warcs, capture, self._work.catalogue.original)
        except (CannotReplay, Damaged):  # it, or what it repeats, is not here: it counts as a capture all the same
            kept = Kept(request=request, capture=capture)
        else:
            kept = _kept(request, capture, exchange, final=True)
        if visit is not None:
            self._visits.setdefault(capture.publisher, set()).add(visit)
        self._read_queue.append(kept, capture.publisher)

    def fail(self, request: Request, failed: Failed) -> None:
        """Record that *request*, though its answer is kept, came to nothing or to less than it should have."""
        self._batch_began = self._batch_began or self._work.clock()
        self._note(Fetched(dataclasses.replace(request, purpose=NOTED, visit=None), LeftAlone("")), failed)

    def _again(self, capture: Capture) -> None:
        """Read *capture* again, which was read by other means than are in force now."""
        request = Request(capture.url, capture.publisher, AGAIN, attempt=TRIES)
        self._read_queue.append(Kept(request=request, capture=capture), capture.publisher)

    def drain(
        self,
        follow: Callable[[Settled], None],
        *,
        stopped: Callable[[], bool],
        more: Callable[[], int] = lambda: 0,
    ) -> None:
        """Work until nothing is under way; call *follow* for each request that is settled (it may send more).

        *follow* is called inside the transaction that catalogues the request; *more* before each turn: it sends what is
        to be asked for beside what waits, and returns how much it was.
        When the disk is *full*, no more is begun. When *stopped* turns true, what is under way and not over in a moment
        is given up besides: what was kept by then, the next run reads.
        """
        while True:
            # First of all: a batch that is open is written to its end, but none is begun on a disk without room.
            self._look_for_room()
            if stopped():
                self._break_off(follow)
                return
            if self.full is not None:
                self._queues.drop_waiting()
                self._give_up_parts()
            # What is settled in this turn may make more to be asked for in the next.
            busy = (self.full is None and more()) or self._is_busy
            self._keep_all(self._collected())
            # A batch saves syncs while others come; where none is awaited, waiting would only make pages late.
            if self._batch and (self._batch_is_due() or not self._queues.waiting):
                self._commit()
            if not self._queues.waiting:
                self._wait_for_readers()
            self._settle(follow, stopped)
            if not (self._queues.waiting or self._batch or self._read_queue):
                self._learner.wait(_TICK)
            self._learn()
            if not (busy or self._is_busy):
                return

    @property
    def _is_busy(self) -> bool:
        kept = self._batch or self._read_queue or self._held
        return bool(self._queues.waiting or kept or self._learner.busy)

    def _collected(self) -> list[Fetched]:
        if len(self._read_queue) < _BACKLOG:
            return self._queues.collect(_TICK)
        self._wait_for_readers()
        # What is under way is still taken in: its bytes came, and their host should not wait for us.
        return self._queues.collect(0.0, begin=False)

    def _break_off(self, follow: Callable[[Settled], None]) -> None:
        """Keep what is over in a moment, catalogue what is read, and give up the rest."""
        self.broken_off = True
        self._queues.drop_waiting()
        # Dropped before the moment of grace, or hosts whose pause ends in it would still be asked.
        until = self._work.clock() + _GRACE
        while self._queues.waiting and self._work.clock() < until:
            for fetched in self._queues.collect(_TICK):
                self._keep(fetched, again=False)
        if self._batch:
            self._commit()
        # What was sent for by what was settled is dropped right after; its links are rows by then, which the next run
        # visits.
        self._settle(follow, lambda: True)
        if self._batch:
            self._commit()
        self._queues.drop_waiting()
        self._give_up_parts()
        self._read_queue.give_up()
        self._learner.give_up()
        self._visits.clear()

    def _give_up_parts(self) -> None:
        """What is kept and not read, the next run reads, and sends for its parts again."""
        for held in self._held.values():
            self._read_queue.done(held.first)
        self._held.clear()

    def _look_for_room(self) -> None:
        """Before each batch: what is written from here on must not be what fills the disk."""
        free, reserve = self._work.archive.free(), self._work.settings.store.reserve_bytes
        if not self._batch and self.full is None and free < reserve:
            self.full = DiskFull(self._work.layout.directory, free, reserve)

    def _learn(self) -> None:
        records = self._learner.ready()
        if records and self._batch:
            self._commit()  # notes name the one before: what waits to be committed comes first
        for capture in self._learner.step():
            self._again(capture)

    # ── Keep ──────────────────────────────────────────────────────────────────────────────────────

    def _keep_all(self, came: list[Fetched]) -> None:
        """Keep what came. Apart from `drain`, whose names would hold on to the last answer until another comes."""
        for fetched in came:
            self._keep(fetched)
            if self._batch_bytes >= HEAVY:
                self._commit()

    def _keep(self, fetched: Fetched, *, again: bool = True) -> None:
        """Keep what came; where *again*, what failed for a passing reason is asked for once more."""
        self._batch_began = self._batch_began or self._work.clock()
        request, answer = fetched.request, fetched.answer
        # By URL, for the second try may end in the queue of the host, which knows nothing of the first.
        before = self._tried.pop(request.url, None)
        if isinstance(answer, LeftAlone) and answer.until is None and before is not None:
            answer = before  # why the first try failed says more than that there was no second
        if isinstance(answer, RobotsDecision):
            failed = Failed("robots", answer.because, "Ask the publisher to let the agent creditline in.")
            self._note(fetched, failed)
        elif isinstance(answer, LeftAlone):
            self._read_queue.append(Settled(request, failed=left_alone(answer), until=answer.until), request.publisher)
        elif isinstance(answer, FetchFailure):
            if answer.reason in _PASSING and request.attempt < TRIES:
                if again:
                    # No note yet: what the second try mends is no failure.
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
        body: dict[str, object] = {"reason": failed.reason, "detail": failed.detail, "hint": failed.hint}
        if failure is not None and failure.ip is not None:
            body["ip"] = failure.ip
        url, publisher = fetched.request.url, fetched.request.publisher
        # The one before is on the disk, or before this in the same file: in no case is it lost and this is not.
        previous = self._last_notes.get(publisher) or self._work.catalogue.last_note_digest()
        note = self._work.archive.note(publisher, NoteKind.FAILURE, body, about=url, previous=previous)
        self._last_notes[publisher] = note.digest
        self._batch.append((fetched, note))

    def _batch_is_due(self) -> bool:
        options = self._work.settings.store
        age = (self._work.clock() - self._batch_began).total_seconds() if self._batch_began else 0.0
        return len(self._batch) >= options.batch or age >= options.batch_seconds or self._batch_bytes >= HEAVY

    def _commit(self) -> None:
        """Make the batch durable, then commit its rows and the outcomes of its visits together."""
        # Emptied first: where the sync fails the run ends, and the next one adopts what lies in the files.
        batch, self._batch, self._batch_began, self._batch_bytes = self._batch, [], None, 0
        self._last_notes.clear()
        # Law 1: bytes are on the disk before any row says that they are.
        self._work.archive.sync()
        catalogue, frontier = self._work.catalogue, self._work.frontier
        with catalogue.transaction():
            catalogue.add_captures(record for _, record in batch if isinstance(record, Capture))
            mark_ends(catalogue, self._work.archive, [record for _, record in batch])
            # A capture and the outcome of its visit in one transaction: a kill between them would make the visit twice,
            # or never.
            for fetched, record in batch:
                if isinstance(record, Note):
                    catalogue.add_note(record)
                elif fetched.final and fetched.request.visit is not None:
                    # A failure is settled when it is said when to try again: till then the visit is still to be made.
                    at = self._work.clock()
                    frontier.kept(fetched.request.visit, at=at, capture=record.id)
        for fetched, record in batch:
            self._queue_up(fetched, record)
        # Only now are readers given work: what is read before it is durable might be catalogued and then lost.
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
        """Give *kept* to the readers."""
        kept.pending = self._cataloguer.begin(kept.capture, exchange := kept.exchange if kept.whole else None)
        if kept.request.purpose in LISTS and kept.capture.status in (200, 304):
            naming = partial(self._names, kept.request.purpose)
            kept.beside = self._cataloguer.begin_beside(kept.capture, exchange, naming)

    def _names(self, purpose: str, found: Response | Stored) -> BeingRead[Outlinks]:
        """Have read what *found*, an answer that was asked for with *purpose*, names."""
        return self._readers.schedule_by_size(found, read_names, (found, purpose), given_up)

    def _reading(self, kept: Kept) -> Pending:
        """Return the reading of *kept*, begun now at the latest."""
        self._read_queue.begin(kept)
        assert kept.pending is not None
        return kept.pending

    def _has_room(self) -> bool:
        # No page is given to readers that are only starting: this thread would wait with it, and all hosts with it.
        return self._readers.is_ready() and self._cataloguer.has_room()

    def _wait_for_readers(self) -> None:
        """Wait a moment until something is read; what may not be begun waits for readers, or for what is learnt."""
        if self._read_queue.wait(_TICK):
            return
        if not len(self._read_queue) or self._readers.is_ready(_TICK):
            self._learner.wait(_TICK)

    # ── Catalogue ─────────────────────────────────────────────────────────────────────────────────

    def _settle(self, follow: Callable[[Settled], None], stopped: Callable[[], bool]) -> None:
        """Catalogue what was read, for half a second at most, in one transaction."""
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
        # Bounded: a command that writes beside a run waits for the lock, and hosts whose pause is over wait for this
        # thread.
        until = self._work.clock() + _TURN
        with self._work.catalogue.transaction():
            while ready:
                one = ready.popleft()
                settled = one if isinstance(one, Settled) else self._catalogue(one)
                held = self._held.get(settled.request.parent or "")
                # A part that failed is counted too, or its first page would wait for it for ever.
                if held is not None and settled.failed is not None:
                    self._part_came(held)
                reported = self._reported(one, settled)
                if reported is not None:
                    self._visits.get(reported.request.publisher, set()).discard(reported.request.visit or 0)
                    follow(reported)
                if stopped() or self._work.clock() >= until:
                    break
        self._read_queue.return_all((one, one.request.publisher) for one in ready)

    def _reported(self, one: Kept | Settled, settled: Settled) -> Settled | None:
        """Return what is told of a request, once: nothing yet where it is asked for again."""
        # A redirect of robots.txt, or a first try in another dialect: kept as evidence, and reported with the last.
        if isinstance(one, Kept) and not one.final:
            return None
        # Both tries under one key, in which the number of the try does not count.
        first = dataclasses.replace(settled.request, attempt=1)
        if isinstance(one, Kept) and self._wants_another(one):
            self._asked_again[first] = settled
            self._queues.send(dataclasses.replace(one.request, attempt=TRIES), first=True)
            return None
        before = self._asked_again.pop(first, None)
        # The second answer counts only where it shows something new: an unproved page that reads the same proves the
        # first.
        if before is None or (settled.change and settled.change.outcome is not Outcome.UNCHANGED):
            return settled
        return dataclasses.replace(before, request=settled.request, until=settled.until)

    def _catalogue(self, kept: Kept) -> Settled:
        pending = self._reading(kept)
        change = self._cataloguer.settle(pending)
        reading, capture = None, kept.capture
        with suppress(Damaged):  # its file is by now, where an earlier run kept it: settled as unread, which says why
            reading = pending.reading.result() if pending.reading else None
        if reading is None and kept.request.unfollowed and change.outcome in (Outcome.UNCHANGED, Outcome.NOT_AN_ITEM):
            reading = self._cataloguer.reading_of(capture)
        # It was counted when it came: twice, and a profile would be learnt from half as many pages.
        if kept.request.purpose != AGAIN:
            self._learner.note_read(capture, reading)
        self._read_queue.done(kept)
        named: Outlinks | None = kept.beside.result() if kept.beside else None
        return Settled(kept.request, capture, change, reading, kept.exchange, named=named)

    def _wants_another(self, kept: Kept) -> bool:
        """Whether to ask once more: the host was busy, or nothing says that the answer was whole."""
        capture = kept.capture
        if kept.request.attempt >= TRIES:
            return False
        if capture.status in BUSY:
            return kept.request.purpose != "robots"  # that is asked for again by whoever needs it
        if capture.truncated is Truncation.LENGTH:  # we stopped there ourselves, and would again
            return False
        # Only of a page that came: whether an error page is whole changes nothing.
        return capture.ending is Ending.UNPROVED and capture.status == 200

    def _hold_for_parts(self, kept: Kept | Settled) -> bool:
        """Send for the further parts of a text and hold its first until they came; say whether it is held."""
        if isinstance(kept, Settled) or kept.parts_tried or kept.request.purpose not in ("page", "part"):
            return False
        missing = self._cataloguer.missing_parts(self._reading(kept))
        if missing:
            # One that is on its way for a visit of its own is not asked for twice, but joined when it comes.
            coming = self._coming()
            missing = tuple(url for url in missing if url_key(url) not in coming)
        # Once: a part that cannot be had must not be sent for each time that its first page comes up.
        kept.parts_tried = True
        if not missing:
            return False
        capture = kept.capture
        self._held[capture.id] = _Held(kept, len(missing))
        # Each is put before all that waits, so the last that is sent is the first to be asked for.
        for url in reversed(missing):
            self.send(self._part(url, capture), first=True)
        return True

    def _coming(self) -> set[str]:
        """Return the keys of what is asked for or kept just now: no row says so yet. A part among them that comes later
        than its first is joined to it then.
        """
        requests = [*self._queues.under_way(), *(fetched.request for fetched, _ in self._batch)]
        return {url_key(request.url) for request in requests}

    def _part(self, url: str, first: Capture) -> Request:
        """Return the request for a further part: it stands for the visit of that URL, which is not made again."""
        frontier, earlier = self._work.frontier, self._work.latest_capture(url, first.publisher)
        frontier.seed([Discovery(url, first.publisher, via=first.url)], now=self._work.clock())
        visit = frontier.find(first.publisher, url)
        if visit is not None:
            # The visit may wait in the queue already: made twice, it would be counted twice.
            self._queues.take(url, visit.id)
        conditions = Conditions(earlier.etag, earlier.last_modified) if earlier else None
        return Request(
            url, first.publisher, "part", visit=visit.id if visit else None, conditions=conditions, parent=first.id
        )

    def _part_came(self, held: _Held) -> None:
        held.outstanding -= 1
        if held.outstanding <= 0:
            self._read_queue.put_back(held.first, held.parts)
            del self._held[held.first.capture.id]
