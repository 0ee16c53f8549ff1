"""Read queue: what is kept and waits for the catalogue, a queue a publisher; so much of it is read ahead as keeps the
readers at work.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace

from archive.http.exchange import Exchange
from archive.warc.capture import Capture
from db.model.item import Reading
from ingest.cataloguing.cataloguer import LONG, Cataloguer, Pending
from ingest.cataloguing.layout_learner import Learner
from ingest.crawl.outcome import Settled
from ingest.crawl.request import Request
from ingest.discovery.links import LISTS, Named
from ingest.reading.pool import Pending as BeingRead

AHEAD = 48
"""So many pages are read, or wait for a reader, at a time."""
_EACH = 6
"""So many of each publisher where there are several: the slow pages of one hold up the others for a moment only."""


@dataclass(slots=True)
class Kept:
    """A request whose exchange is kept, on its way into the catalogue; *pending* once its reading is begun.

    Of a long answer *exchange* holds the head alone: what waits is not held in memory, and read back from its file.
    """

    request: Request
    capture: Capture
    exchange: Exchange | None = None
    final: bool = True
    parts_tried: bool = False
    pending: Pending | None = None
    named: BeingRead[Named] | None = None
    whole: bool = True

    @property
    def being_read(self) -> list[BeingRead[Reading] | BeingRead[Named]]:
        """What of it is being read just now."""
        read = self.pending.reading if self.pending is not None else None
        return [one for one in (read, self.named) if one is not None and not one.done()]

    @property
    def is_read(self) -> bool:
        """Whether its reading, if it needs one, is there."""
        return self.pending is not None and not self.being_read


def queued(request: Request, capture: Capture, exchange: Exchange, *, final: bool = True) -> Kept:
    """Return *exchange* as it waits to be read."""
    if len(exchange.response) <= LONG:
        return Kept(request, capture, exchange, final)
    alone = replace(exchange, response=exchange.head_bytes, parsed=exchange.head)
    return Kept(request, capture, alone, final, whole=False)


class ReadQueue:
    """Captures that were kept, and requests that are settled without one; those of a publisher keep their order."""

    def __init__(self, cataloguer: Cataloguer, learner: Learner) -> None:
        self._cataloguer, self._learner = cataloguer, learner
        # In the order in which publishers are served next.
        self._waiting: dict[str, deque[Kept | Settled]] = {}
        self._several = False
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def append(self, one: Kept | Settled) -> None:
        """Put *one* at the end of its publisher's queue."""
        self._queue(one.request.publisher).append(one)

    def put_back(self, first: Kept, parts: Sequence[Kept] = ()) -> None:
        """Put *first*, which was taken out, before all that waits of its publisher again, and its *parts* behind it."""
        self.done(first)
        self._queue(first.request.publisher).extendleft(reversed((first, *parts)))

    def return_all(self, taken: Iterable[Kept | Settled]) -> None:
        """Put back what was taken out last and not used, in its order."""
        for one in reversed(list(taken)):
            if isinstance(one, Kept):
                self.put_back(one)
            else:
                self._queue(one.request.publisher).appendleft(one)

    def begin(self, kept: Kept) -> Pending:
        """Have *kept* read, unless that was begun."""
        if kept.pending is None:
            exchange = kept.exchange if kept.whole else None
            kept.pending = self._cataloguer.begin(kept.capture, exchange)
            if kept.request.purpose in LISTS and kept.capture.status in (200, 304):
                kept.named = self._cataloguer.names(kept.capture, kept.request.purpose, exchange)
        return kept.pending

    def read_ahead(self) -> None:
        """Have what waits read, in the order of each publisher, as far ahead as is useful."""
        under_way = sum(self._begun(queue) for queue in self._waiting.values())
        for publisher, queue in self._waiting.items():
            under_way += self._read_ahead(publisher, queue, AHEAD - under_way)

    def take(self) -> Kept | Settled | None:
        """Take out the oldest of the publisher whose turn it is and whose oldest is read; None where none is.

        What was read counts as being read until it is `done` with.
        """
        self.read_ahead()
        for publisher, queue in self._waiting.items():
            oldest = queue[0]
            if isinstance(oldest, Settled) or oldest.is_read:
                queue.popleft()
                del self._waiting[publisher]
                if queue:
                    self._waiting[publisher] = queue  # it is the others' turn first
                if isinstance(oldest, Kept):
                    self._taken[publisher] += 1
                return oldest
        return None

    def wait(self, seconds: float) -> None:
        """Wait until something can be taken out, *seconds* at most."""
        self.read_ahead()
        oldest = [queue[0] for queue in self._waiting.values()]
        if any(isinstance(one, Settled) or one.is_read for one in oldest):
            return
        begun = [read.future for one in oldest if isinstance(one, Kept) for read in one.being_read]
        if begun:
            wait(begun, seconds, FIRST_COMPLETED)
        else:
            self._learner.wait(seconds)  # what may not be begun because something is learnt

    def done(self, kept: Kept) -> None:
        """Take note that *kept*, which was taken out, is catalogued, so that the learner has seen it, or given up."""
        self._taken[kept.request.publisher] -= 1

    def give_up(self) -> None:
        """Forget all that waits, and end its reading: it is kept, and the next run reads it."""
        for queue in self._waiting.values():
            for one in queue:
                for read in one.being_read if isinstance(one, Kept) else ():
                    read.cancel()
        self._waiting.clear()

    def _queue(self, publisher: str) -> deque[Kept | Settled]:
        if publisher not in self._waiting:
            self._waiting[publisher] = deque()
            self._several = self._several or len(self._waiting) > 1
        return self._waiting[publisher]

    def _begun(self, queue: deque[Kept | Settled]) -> int:
        return sum(isinstance(one, Kept) and one.pending is not None for one in queue)

    def _read_ahead(self, publisher: str, queue: deque[Kept | Settled], room: int) -> int:
        """Begin to read of *publisher* what there is *room* for, in its order; return how many were begun."""
        begun, under_way = 0, 0
        for one in queue:
            if not isinstance(one, Kept):
                continue
            if one.pending is None:
                if begun >= room or under_way >= (_EACH if self._several else AHEAD):
                    break
                if not self._cataloguer.has_room():
                    break
                if not self._learner.lets(publisher, under_way + self._taken[publisher]):
                    break
                self.begin(one)
                begun += 1
            under_way += 1
        return begun
