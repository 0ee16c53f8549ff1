"""Reading elsewhere: workers read ahead what is to be read again, and the process that folds takes what they read where
it would ask the same.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from archive.errors import Damaged
from archive.http.exchange import Response
from archive.replay import Stored
from archive.warc.capture import Capture
from db.captures import by_id, key_of
from db.catalogue import Catalogue
from db.model.item import Context, Partial, Reading
from ingest.cataloguing.apart import Died, again
from ingest.cataloguing.cataloguer import Cataloguer, Readers
from ingest.reading.pool import Pending as BeingRead
from ingest.reading.pool import ReaderPool, settled

_SHARE = 400
"""Captures that a worker reads at a time: many enough that loading the reader counts for little, and few enough to be
handed over, and held here, at once.
"""
# So many shares for each worker are given out before what they gave is used, so that none waits for the fold.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Share:
    """What one worker is given.

    Attributes:
        catalogue: a copy that nobody writes to.
        warcs: the folder of the files.
        captures: ids.
        deadline: seconds for a page.
    """

    catalogue: Path
    warcs: Path
    captures: tuple[str, ...]
    deadline: float


def read_apart(share: Share) -> dict[bytes, Reading]:
    """Read *share* in a new process, begun again where it dies; return each reading by what was asked, none where the
    process died each time: what of them is too much for a reader shows where they are read one by one.

    Raises:
        DiskFailed: a file cannot be read.
    """
    try:
        return again(partial(_read, share))
    except Died:
        return {}


def _read(share: Share) -> dict[bytes, Reading]:
    with ReaderPool(1, share.deadline) as pool:
        return read_share(share, pool)


def read_share(share: Share, pool: Readers) -> dict[bytes, Reading]:
    """Have *share* read by *pool*; see `read_apart`."""
    with Catalogue.open(share.catalogue, read_only=True) as catalogue:
        overheard = _Overheard(pool)
        cataloguer = Cataloguer(catalogue, share.warcs, overheard)
        for one in share.captures:
            capture = by_id(catalogue.connection, one)
            if capture is not None:
                cataloguer.foresee(capture)
            while not cataloguer.has_room():
                overheard.take_oldest()
        return overheard.take_all()


class _Overheard:
    """Readers of whose readings is kept what was asked for."""

    def __init__(self, pool: Readers) -> None:
        self._pool = pool
        self._begun: deque[tuple[bytes, BeingRead[Reading]]] = deque()
        self._readings: dict[bytes, Reading] = {}

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Have *found* read; see `ReaderPool`."""
        being_read = self._pool.submit(found, context)
        self._begun.append((_asked(found, context), being_read))
        return being_read

    def take_oldest(self) -> None:
        """Wait for the reading that was begun first."""
        asked, being_read = self._begun.popleft()
        # Whoever folds finds the same damage, and says which capture is unread for it.
        with suppress(Damaged):
            self._readings[asked] = being_read.result()

    def take_all(self) -> dict[bytes, Reading]:
        """Wait for all, and return them by what was asked."""
        while self._begun:
            self.take_oldest()
        return self._readings


def _asked(found: Response | Stored, context: Context) -> bytes:
    """Return a digest of all that the reading of *found* is a function of, but for the reader, which is the same."""
    # What lies in a file is named by its place and id: the files are the same ones.
    where = (found.file, found.offset, found.capture) if isinstance(found, Stored) else sha256(found.data).digest()
    return sha256(msgspec.msgpack.encode((found.url, where, context))).digest()


class ReadElsewhere:
    """Readers that take what workers read of captures which are to be read again in record order; what was not read
    there to its end, or in another context than now, a pool here reads.

    Attributes:
        taken: how many readings of workers were used.
    """

    def __init__(
        self, pool: Readers, shares: Sequence[Share], begin: Callable[[Share], Future[dict[bytes, Reading]]], count: int
    ) -> None:
        """*shares* are those of `shares_of`; *begin* gives one to one of *count* workers, who does `read_apart`."""
        self.taken = 0
        self._pool, self._begin = pool, begin
        self._share_of = {one: number for number, share in enumerate(shares) for one in share.captures}
        self._left = deque(shares)
        self._under_way: deque[Future[dict[bytes, Reading]]] = deque()
        self._ahead, self._come = _AHEAD * count, 0
        # The last two alone: what is read ahead of its turn may be of the share before.
        self._held: deque[Mapping[bytes, Reading]] = deque(maxlen=2)

    def await_for(self, capture: Capture) -> None:
        """Wait until what workers read of *capture* is here."""
        while self._come <= self._share_of.get(capture.id, -1):
            while self._left and len(self._under_way) < self._ahead:
                self._under_way.append(self._begin(self._left.popleft()))
            self._held.append(self._under_way.popleft().result())
            self._come += 1

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Return what a worker read of *found*, or have it read here."""
        asked = _asked(found, context)
        reading = next((held[asked] for held in self._held if asked in held), None)
        # What a worker gave up on may only be too much for its machine: a reading must not differ by where it is done.
        if reading is None or reading.partial is Partial.UNREAD:
            return self._pool.submit(found, context)
        self.taken += 1
        return settled(reading)


def shares_of(wanted: Sequence[Capture], count: int, share: Callable[[tuple[str, ...]], Share]) -> list[Share]:
    """Divide *wanted*, in record order, among *count* workers: captures of one address, which are folded together, stay
    together, and whoever goes through *wanted* comes to the shares in their order.
    """
    together: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for capture in wanted:
        together[capture.publisher, key_of(capture.url) or capture.url].append(capture.id)
    size = min(_SHARE, -(-len(wanted) // (2 * count)))
    dealt: list[list[str]] = []
    for captures in together.values():
        if not dealt or len(dealt[-1]) >= size:
            dealt.append([])
        dealt[-1] += captures
    return [share(tuple(one)) for one in dealt]
