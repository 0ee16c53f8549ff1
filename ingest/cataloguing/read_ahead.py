"""Reading ahead: give captures to the reader processes before their turn, and take them out in their order.

Runs, rebuilds and backlogs all use this queue, so how far to read ahead is decided in one place.
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
from ingest.cataloguing.reader_pool import Pending as BeingRead

AHEAD = 48
"""How many captures are with the readers at a time, or read and waiting for their turn."""
# The same limit for each publisher if there are several: slow pages of one must not hold up the others for long.
_EACH = 6
# How many captures are catalogued in one transaction. Less than `AHEAD`, so the readers have work meanwhile.
_BATCH = 32


@dataclass(slots=True, kw_only=True)
class WaitingCapture:
    """A capture that waits for its turn to be catalogued.

    Attributes:
        exchange: its exchange, if it is in memory; of a long response only the head.
        begun: whether it was given to the readers.
        pending: its reading, once that is started.
        beside: a second reading that is not catalogued, such as the names in a list.
    """

    capture: Capture
    exchange: Exchange | None = None
    begun: bool = False
    pending: Pending | None = None
    beside: BeingRead[Any] | None = None

    @property
    def being_read(self) -> list[BeingRead[Any]]:
        """The readings that are not finished."""
        read = self.pending.reading if self.pending is not None else None
        return [one for one in (read, self.beside) if one is not None and not one.done()]

    @property
    def is_read(self) -> bool:
        """Whether it was given to the readers and all readings are finished."""
        return self.begun and not self.being_read


One = TypeVar("One", bound=WaitingCapture)
Other = TypeVar("Other")


class ReadAhead(Generic[One, Other]):
    """The captures that wait to be catalogued, in one queue for each publisher.

    A queue may also hold other values, which need no reading and only keep their place in the order.
    """

    def __init__(
        self,
        has_room: Callable[[], bool],
        begin: Callable[[One], None],
        allows: Callable[[str, int], bool] = lambda _publisher, _under_way: True,
    ) -> None:
        """*begin* gives a capture to the readers, and *has_room* says whether they can take one more.

        *allows* is called with a publisher and the number of its captures under way; it says whether to start one more.
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
        """Put *first*, which was taken out, back at the front of its publisher's queue, followed by its *parts*."""
        self.done(first)
        # extendleft reverses the order, so reverse it first.
        self._queue(first.capture.publisher).extendleft(reversed((first, *parts)))

    def return_all(self, taken: Iterable[tuple[One | Other, str]]) -> None:
        """Put back (value, publisher) pairs that were taken out last and not used, in the order given."""
        for one, publisher in reversed(list(taken)):
            if isinstance(one, WaitingCapture):
                self.done(one)
            self._queue(publisher).appendleft(one)

    def begin(self, one: One) -> None:
        """Give *one* to the readers, unless this was done already."""
        if not one.begun:
            one.begun = True
            self._give(one)

    def fill(self) -> None:
        """Give waiting captures to the readers, in the order of each publisher, up to the limits."""
        # Counted over all publishers, because the limit is on memory.
        under_way = sum(self._begun(queue) for queue in self._waiting.values())
        for publisher, queue in self._waiting.items():
            under_way += self._fill(publisher, queue, AHEAD - under_way)

    def next(self) -> One | Other:
        """Remove and return the oldest of the first publisher, whether it is read or not. Meant for a single queue."""
        # The dictionary keeps its keys in the order in which publishers are served.
        publisher = next(iter(self._waiting))
        return self._pop(publisher)

    def take(self) -> One | Other | None:
        """Remove and return the oldest of the first publisher whose oldest is read; None if there is none.

        A capture counts as under way until `done` is called with it.
        """
        self.fill()
        for publisher, queue in self._waiting.items():
            oldest = queue[0]
            if not isinstance(oldest, WaitingCapture) or oldest.is_read:
                self._pop(publisher)
                if isinstance(oldest, WaitingCapture):
                    # Still under way for the learner, which counts pages when they are catalogued.
                    self._taken[publisher] += 1
                return oldest
        return None

    def wait(self, seconds: float) -> bool:
        """Wait at most *seconds* until a batch, or everything under way, can be taken out.

        Returns False at once if nothing can be taken out and nothing is being read.
        """
        self.fill()
        ready = self._count_ready()
        # Wait only for the oldest of each publisher, because those behind cannot be taken out earlier.
        oldest = [turn for queue in self._waiting.values() for turn in _turns(islice(queue, _BATCH))]
        begun = [read.future for turn in oldest for read in turn.being_read]
        if begun and ready < _BATCH:
            # Wait for all of them, not just the first: a large transaction needs one sync and adds one segment to the
            # full-text index, while many small segments have to be merged later.
            wait(begun, seconds, ALL_COMPLETED)
        return bool(begun or ready)

    def is_due(self, now: datetime, patience: float) -> bool:
        """Return whether to catalogue now: a batch is read, or everything is, or *patience* seconds have passed since
        the last.

        Small transactions are expensive: each syncs the disk and adds a segment to the full-text index.
        """
        early = self._due_at is not None and (now - self._due_at).total_seconds() < patience
        if early and self._count_ready() < _BATCH and any(turn.being_read for turn in self._turns):
            return False
        self._due_at = now
        return True

    @property
    def _turns(self) -> Iterator[WaitingCapture]:
        return _turns(chain.from_iterable(self._waiting.values()))

    def _count_ready(self) -> int:
        return sum(map(_ready, self._waiting.values()))

    def done(self, one: WaitingCapture) -> None:
        """Note that *one*, which was taken out, is catalogued or given up."""
        self._taken[one.capture.publisher] -= 1

    def give_up(self) -> None:
        """Forget everything that waits and cancel its reading; the next run reads the captures, which are kept."""
        for turn in self._turns:
            for read in turn.being_read:
                read.cancel()
        self._waiting.clear()

    @property
    def is_full(self) -> bool:
        """Whether something has to be taken out before more is added."""
        self.fill()
        return len(self) >= AHEAD or not self._has_room()

    def _queue(self, publisher: str) -> deque[One | Other]:
        if publisher not in self._waiting:
            self._waiting[publisher] = deque()
            # Never reset: a publisher with an empty queue may have captures again a moment later.
            self._several = self._several or len(self._waiting) > 1
        return self._waiting[publisher]

    def _pop(self, publisher: str) -> One | Other:
        queue = self._waiting.pop(publisher)
        oldest = queue.popleft()
        if queue:
            self._waiting[publisher] = queue  # at the end of the dictionary: other publishers come first
        return oldest

    def _begun(self, queue: deque[One | Other]) -> int:
        return sum(turn.begun for turn in _turns(queue))

    def _fill(self, publisher: str, queue: deque[One | Other], room: int) -> int:
        """Give up to *room* captures of *publisher* to the readers, in order; return how many."""
        begun = 0
        for under_way, one in enumerate(_turns(queue)):
            if one.begun:
                continue
            # Keep the order of the publisher: a capture that may not start holds up those behind it.
            if begun >= room or under_way >= (_EACH if self._several else AHEAD) or not self._has_room():
                break
            if not self._allows(publisher, under_way + self._taken[publisher]):
                break
            self.begin(cast(One, one))
            begun += 1
        return begun


def _ready(queue: Iterable[object]) -> int:
    """Return how many values at the front of *queue* can be taken out, at most a batch."""
    is_ready = takewhile(lambda one: not isinstance(one, WaitingCapture) or one.is_read, islice(queue, _BATCH))
    return sum(1 for _ in is_ready)


def _turns(queue: Iterable[object]) -> Iterator[WaitingCapture]:
    return (one for one in queue if isinstance(one, WaitingCapture))


class Batches:
    """Read captures ahead and catalogue them in batches, in record order across all publishers."""

    def __init__(self, catalogue: Catalogue, cataloguer: Cataloguer) -> None:
        self._catalogue, self._cataloguer = catalogue, cataloguer
        self._ahead: ReadAhead[WaitingCapture, Never] = ReadAhead(cataloguer.has_room, self._begin)

    def _begin(self, turn: WaitingCapture) -> None:
        turn.pending = self._cataloguer.begin(turn.capture)

    def add(self, capture: Capture) -> None:
        """Add *capture* behind all that were added before."""
        self._ahead.append(WaitingCapture(capture=capture))

    @property
    def is_full(self) -> bool:
        """Whether a batch has to be catalogued before more is added."""
        return self._ahead.is_full

    def settle_batch(self) -> list[Change]:
        """Catalogue the oldest batch in one transaction; return the changes."""
        return self._settle(_BATCH)

    def settle_rest(self) -> list[Change]:
        """Catalogue all that are left in one transaction; return the changes."""
        return self._settle(len(self._ahead))

    def _settle(self, count: int) -> list[Change]:
        with self._catalogue.transaction(small=True):
            return [self._settled(self._ahead.next()) for _ in range(min(count, len(self._ahead)))]

    def _settled(self, turn: WaitingCapture) -> Change:
        self._ahead.begin(turn)
        assert turn.pending is not None
        return self._cataloguer.settle(turn.pending)
