"""Reading ahead: captures go to the reader processes before their turn, and are taken out again in their order.

A run, a rebuild, a backlog and what is read again all wait here: it is the one place that says how far ahead is useful.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, wait
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice, takewhile
from typing import Any, Generic, Never, TypeVar, cast

from archive.http.exchange import Exchange
from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.model.change import Change
from ingest.cataloguing.cataloguer import Cataloguer, Pending
from ingest.reading.pool import Pending as BeingRead

AHEAD = 48
"""So many captures are read, or wait for a reader, at a time."""
# So many of each publisher where there are several: the slow pages of one hold up the others for a moment only.
_EACH = 6
# So many captures are catalogued in one transaction; fewer than `AHEAD`, so that the readers have work meanwhile.
_BATCH = 32


@dataclass(slots=True, kw_only=True)
class Turn:
    """A capture that waits for its turn to be catalogued.

    Attributes:
        exchange: its bytes where they are at hand; of a long answer the head alone.
        begun: whether it was given to the readers.
        pending: its reading on the way into the catalogue, once that is begun.
        beside: what else is read of it, and makes no row.
    """

    capture: Capture
    exchange: Exchange | None = None
    begun: bool = False
    pending: Pending | None = None
    beside: BeingRead[Any] | None = None

    @property
    def being_read(self) -> list[BeingRead[Any]]:
        """What of it is being read just now."""
        read = self.pending.reading if self.pending is not None else None
        return [one for one in (read, self.beside) if one is not None and not one.done()]

    @property
    def is_read(self) -> bool:
        """Whether its reading, if it needs one, is there."""
        return self.begun and not self.being_read


One = TypeVar("One", bound=Turn)
Other = TypeVar("Other")


class ReadAhead(Generic[One, Other]):
    """What waits for the catalogue, a queue a publisher: captures, and what only waits for those before it."""

    def __init__(
        self,
        has_room: Callable[[], bool],
        begin: Callable[[One], None],
        allows: Callable[[str, int], bool] = lambda _publisher, _under_way: True,
    ) -> None:
        """*begin* gives a capture to the readers.

        *has_room* says whether they can take one more; *allows* whether one more of a publisher is to be begun, of
        which so many are under way.
        """
        self._has_room, self._give, self._allows = has_room, begin, allows
        # In the order in which publishers are served next.
        self._waiting: dict[str, deque[One | Other]] = {}
        self._several = False
        self._due_at: datetime | None = None
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def append(self, one: One | Other, publisher: str = "") -> None:
        """Put *one* at the end of the queue of *publisher*."""
        self._queue(publisher).append(one)

    def put_back(self, first: One, parts: Sequence[One] = ()) -> None:
        """Put *first*, which was taken out, before all that waits of its publisher again, and its *parts* behind it."""
        self.done(first)
        # extendleft puts each before the one that came last, so they go in from the back.
        self._queue(first.capture.publisher).extendleft(reversed((first, *parts)))

    def return_all(self, taken: Iterable[tuple[One | Other, str]]) -> None:
        """Put back what was taken out last and not used, with its publisher, in its order."""
        for one, publisher in reversed(list(taken)):
            if isinstance(one, Turn):
                self.done(one)
            self._queue(publisher).appendleft(one)

    def begin(self, one: One) -> None:
        """Have *one* read, unless that was begun."""
        if not one.begun:
            one.begun = True
            self._give(one)

    def fill(self) -> None:
        """Have what waits read, in the order of each publisher, as far ahead as is useful."""
        # Over all publishers: what is read ahead is held in memory, whoever it is of.
        under_way = sum(self._begun(queue) for queue in self._waiting.values())
        for publisher, queue in self._waiting.items():
            under_way += self._fill(publisher, queue, AHEAD - under_way)

    def next(self) -> One | Other:
        """Take out the oldest of the first publisher, read or not: where all is one queue, the next in its order."""
        # A dictionary keeps the order in which its keys came, which is the order of service.
        publisher = next(iter(self._waiting))
        return self._pop(publisher)

    def take(self) -> One | Other | None:
        """Take out the oldest of the publisher whose turn it is and whose oldest is read; None where none is.

        What was read counts as being read until it is `done` with.
        """
        self.fill()
        for publisher, queue in self._waiting.items():
            oldest = queue[0]
            if not isinstance(oldest, Turn) or oldest.is_read:
                self._pop(publisher)
                if isinstance(oldest, Turn):
                    # Still under way for the learner: what it learns from is counted when it is catalogued.
                    self._taken[publisher] += 1
                return oldest
        return None

    def wait(self, seconds: float) -> bool:
        """Wait until a batch, or all that is being read, can be taken out, *seconds* at most.

        False at once where nothing can be taken out and nothing is being read.
        """
        self.fill()
        ready = self._count_ready()
        # Of the oldest of each alone: nothing behind them can be taken out before.
        oldest = [turn for queue in self._waiting.values() for turn in _turns(islice(queue, _BATCH))]
        begun = [read.future for turn in oldest for read in turn.being_read]
        if begun and ready < _BATCH:
            # For all of them and not for the first: what is catalogued in one transaction is synced once, and written
            # to the index as one piece, of which many have to be merged later.
            wait(begun, seconds, ALL_COMPLETED)
        return bool(begun or ready)

    def is_due(self, now: datetime, patience: float) -> bool:
        """Say whether to take out what is read: a batch of it, all there is, or what there is *patience* seconds after
        this was last true.

        A transaction syncs the disk, however few pages it has, and leaves a piece of the index that is merged later.
        """
        early = self._due_at is not None and (now - self._due_at).total_seconds() < patience
        if early and self._count_ready() < _BATCH and any(turn.being_read for turn in self._turns):
            return False
        self._due_at = now
        return True

    @property
    def _turns(self) -> Iterator[Turn]:
        return _turns(chain.from_iterable(self._waiting.values()))

    def _count_ready(self) -> int:
        return sum(map(_ready, self._waiting.values()))

    def done(self, one: Turn) -> None:
        """Take note that *one*, which was taken out, is catalogued or given up."""
        self._taken[one.capture.publisher] -= 1

    def give_up(self) -> None:
        """Forget all that waits, and end its reading: it is kept, and the next run reads it."""
        for turn in self._turns:
            for read in turn.being_read:
                read.cancel()
        self._waiting.clear()

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be added before something is taken out."""
        self.fill()
        return len(self) >= AHEAD or not self._has_room()

    def _queue(self, publisher: str) -> deque[One | Other]:
        if publisher not in self._waiting:
            self._waiting[publisher] = deque()
            # For good: a publisher that has nothing waiting now may be back in the next moment.
            self._several = self._several or len(self._waiting) > 1
        return self._waiting[publisher]

    def _pop(self, publisher: str) -> One | Other:
        queue = self._waiting.pop(publisher)
        oldest = queue.popleft()
        # At the end of the dictionary, whose order is the order of service.
        if queue:
            self._waiting[publisher] = queue  # it is the others' turn first
        return oldest

    def _begun(self, queue: deque[One | Other]) -> int:
        return sum(turn.begun for turn in _turns(queue))

    def _fill(self, publisher: str, queue: deque[One | Other], room: int) -> int:
        """Begin to read of *publisher* what there is *room* for, in its order; return how many were begun."""
        begun = 0
        for under_way, one in enumerate(_turns(queue)):
            if one.begun:
                continue
            # The order of a publisher is kept: what may not be begun holds up those behind it.
            if begun >= room or under_way >= (_EACH if self._several else AHEAD) or not self._has_room():
                break
            if not self._allows(publisher, under_way + self._taken[publisher]):
                break
            self.begin(cast(One, one))
            begun += 1
        return begun


def _ready(queue: Iterable[object]) -> int:
    """Return how many of the oldest in *queue*, a batch at most, can be taken out."""
    is_ready = takewhile(lambda one: not isinstance(one, Turn) or one.is_read, islice(queue, _BATCH))
    return sum(1 for _ in is_ready)


def _turns(queue: Iterable[object]) -> Iterator[Turn]:
    return (one for one in queue if isinstance(one, Turn))


class Batches:
    """Captures in record order that are read ahead, and catalogued batch by batch, whichever publisher they are of."""

    def __init__(self, catalogue: Catalogue, cataloguer: Cataloguer) -> None:
        self._catalogue, self._cataloguer = catalogue, cataloguer
        self._ahead: ReadAhead[Turn, Never] = ReadAhead(cataloguer.has_room, self._begin)

    def _begin(self, turn: Turn) -> None:
        turn.pending = self._cataloguer.begin(turn.capture)

    def add(self, capture: Capture) -> None:
        """Have *capture* read and catalogued, after all that were added before."""
        self._ahead.append(Turn(capture=capture))

    @property
    def is_full(self) -> bool:
        """Whether a batch has to be catalogued before more is added."""
        return self._ahead.is_full

    def settle_batch(self) -> list[Change]:
        """Catalogue the oldest, in one transaction; return what became of each."""
        return self._settle(_BATCH)

    def settle_rest(self) -> list[Change]:
        """Catalogue all that are left, in one transaction; return what became of each."""
        return self._settle(len(self._ahead))

    def _settle(self, count: int) -> list[Change]:
        with self._catalogue.transaction():
            return [self._settled(self._ahead.next()) for _ in range(min(count, len(self._ahead)))]

    def _settled(self, turn: Turn) -> Change:
        self._ahead.begin(turn)
        assert turn.pending is not None
        return self._cataloguer.settle(turn.pending)
