"""Reading elsewhere: workers read captures ahead, and the process that folds uses their readings.

A worker's reading is used only if the folding process would read the same bytes in the same context.
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
from ingest.cataloguing.cataloguer import Cataloguer, Readers
from ingest.cataloguing.child_process import ProcessDied, run_with_retries
from ingest.cataloguing.reader_pool import Pending as BeingRead
from ingest.cataloguing.reader_pool import ReaderPool, as_finished

_SHARE = 400
"""How many captures a worker reads at a time: enough to make loading the reader worthwhile, few enough for memory."""
# How many shares per worker are given out before their results are used, so that no worker waits for the fold.
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Share:
    """The captures that one worker reads at a time.

    Attributes:
        catalogue: the path of a copy of the catalogue to which nobody writes.
        warcs: the folder with the WARC files.
        captures: the ids of the captures.
        deadline: seconds for each page.
    """

    catalogue: Path
    warcs: Path
    captures: tuple[str, ...]
    deadline: float


def read_in_process(share: Share) -> dict[bytes, Reading]:
    """Read *share* in a separate process, which is started again if it dies; return the readings by request digest.

    Returns nothing if the process died each time. The folding process then reads the captures itself, one by one, and
    finds out which of them is too much for a reader.

    Raises:
        DiskFailed: a file cannot be read.
    """
    try:
        return run_with_retries(partial(_read, share))
    except ProcessDied:
        return {}


def _read(share: Share) -> dict[bytes, Reading]:
    with ReaderPool(1, share.deadline) as pool:
        return read_share(share, pool)


def read_share(share: Share, pool: Readers) -> dict[bytes, Reading]:
    """Read *share* with *pool*; see `read_in_process`."""
    with Catalogue.open(share.catalogue, read_only=True) as catalogue:
        overheard = _Overheard(pool)
        cataloguer = Cataloguer(catalogue, share.warcs, overheard)
        for one in share.captures:
            capture = by_id(catalogue.connection, one)
            if capture is not None:
                cataloguer.prefetch_reading(capture)
            while not cataloguer.has_room():
                overheard.take_oldest()
        return overheard.take_all()


class _Overheard:
    """Readers that record each reading under a digest of its request (see `_asked`)."""

    def __init__(self, pool: Readers) -> None:
        self._pool = pool
        self._begun: deque[tuple[bytes, BeingRead[Reading]]] = deque()
        self._readings: dict[bytes, Reading] = {}

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Start reading *found*; see `ReaderPool`."""
        being_read = self._pool.submit(found, context)
        self._begun.append((_asked(found, context), being_read))
        return being_read

    def take_oldest(self) -> None:
        """Wait for the reading that was started first, and keep it."""
        asked, being_read = self._begun.popleft()
        # The folding process finds the same damage and records the capture as unread.
        with suppress(Damaged):
            self._readings[asked] = being_read.result()

    def take_all(self) -> dict[bytes, Reading]:
        """Wait for all readings, and return them by request digest."""
        while self._begun:
            self.take_oldest()
        return self._readings


def _asked(found: Response | Stored, context: Context) -> bytes:
    """Return a digest of everything that the reading of *found* depends on, except for the reader's version."""
    # Stored bytes are identified by file, offset and capture, because all processes use the same files.
    where = (found.file, found.offset, found.capture) if isinstance(found, Stored) else sha256(found.data).digest()
    return sha256(msgspec.msgpack.encode((found.url, where, context))).digest()


class ReadElsewhere:
    """Readers that return the readings made by workers, for captures that are read again in record order.

    A reading that a worker did not finish, or made in another context, is made by a local pool.

    Attributes:
        taken: how many readings of workers were used.
    """

    def __init__(
        self, pool: Readers, shares: Sequence[Share], begin: Callable[[Share], Future[dict[bytes, Reading]]], count: int
    ) -> None:
        """*shares* come from `shares_of`; *begin* gives one to one of *count* workers, which calls
        `read_in_process`.
        """
        self.taken = 0
        self._pool, self._begin = pool, begin
        self._share_of = {one: number for number, share in enumerate(shares) for one in share.captures}
        self._left = deque(shares)
        self._under_way: deque[Future[dict[bytes, Reading]]] = deque()
        self._ahead, self._come = _AHEAD * count, 0
        # Hold only the last two shares: captures that are read ahead may belong to the share before.
        self._held: deque[Mapping[bytes, Reading]] = deque(maxlen=2)

    def await_for(self, capture: Capture) -> None:
        """Wait until the share with *capture* has been read by its worker."""
        while self._come <= self._share_of.get(capture.id, -1):
            while self._left and len(self._under_way) < self._ahead:
                self._under_way.append(self._begin(self._left.popleft()))
            self._held.append(self._under_way.popleft().result())
            self._come += 1

    def submit(self, found: Response | Stored, context: Context) -> BeingRead[Reading]:
        """Return the worker's reading of *found*, or start reading it here."""
        asked = _asked(found, context)
        reading = next((held[asked] for held in self._held if asked in held), None)
        # A page that a worker gave up on may be too much only for its machine. Readings must not depend on the machine.
        if reading is None or reading.partial is Partial.UNREAD:
            return self._pool.submit(found, context)
        self.taken += 1
        return as_finished(reading)


def shares_of(wanted: Sequence[Capture], count: int, share: Callable[[tuple[str, ...]], Share]) -> list[Share]:
    """Divide *wanted*, in record order, into shares for *count* workers.

    Captures of one address stay together, because they are folded together. Going through *wanted* in order leads
    through the shares in order.
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
