"""Line: what is kept and waits for the catalogue, in its order, so much of it being read as keeps the readers at
work."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from archive.capture import Capture
from archive.exchange import Exchange
from ingest.cataloguing import Cataloguer, Pending
from ingest.couriers import Errand
from ingest.learner import Learner
from ingest.settled import Settled

AHEAD = 48
"""So many pages are read, or wait for a reader, at a time."""


@dataclass(slots=True)
class Kept:
    """An errand whose exchange is kept, on its way into the catalogue; *pending* once its reading is begun."""

    errand: Errand
    capture: Capture
    exchange: Exchange | None = None
    final: bool = True
    parts_tried: bool = False
    pending: Pending | None = None


class Line:
    """Captures that were kept, and errands that are settled without one."""

    def __init__(self, cataloguer: Cataloguer, learner: Learner) -> None:
        self._cataloguer, self._learner = cataloguer, learner
        self._waiting: deque[Kept | Settled] = deque()
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def append(self, one: Kept | Settled) -> None:
        """Put *one* at the end."""
        self._waiting.append(one)

    def put_back(self, first: Kept, parts: Sequence[Kept]) -> None:
        """Put *first*, which was taken out, before all that waits again, and its *parts* behind it."""
        self.done(first)
        self._waiting.extendleft(reversed((first, *parts)))

    def begin(self, kept: Kept) -> Pending:
        """Have *kept* read, unless that was begun."""
        if kept.pending is None:
            kept.pending = self._cataloguer.begin(kept.capture, kept.exchange)
        return kept.pending

    def read_ahead(self) -> None:
        """Have what waits read, in its order, as far ahead as is useful."""
        under_way: Counter[str] = Counter()
        for one in self._waiting:
            if isinstance(one, Kept):
                publisher = one.capture.publisher
                if one.pending is None:
                    read = under_way[publisher] + self._taken[publisher]
                    if under_way.total() >= AHEAD or not self._learner.lets(publisher, read):
                        return
                    self.begin(one)
                under_way[publisher] += 1

    def is_ready(self, *, patient: bool, seconds: float) -> bool:
        """Say whether `take` gives something whose reading is there, or is to be waited for by one who is *patient*.

        What may not be begun because something is learnt is waited for *seconds* at most.
        """
        self.read_ahead()
        if not self._waiting:
            return False
        oldest = self._waiting[0]
        if isinstance(oldest, Settled):
            return True
        if oldest.pending is None:
            if patient:
                self._learner.wait(seconds)
            return False
        return patient or oldest.pending.reading is None or oldest.pending.reading.done()

    def take(self) -> Kept | Settled:
        """Take the oldest out of the line; what was read counts as being read until it is `done` with."""
        oldest = self._waiting.popleft()
        if isinstance(oldest, Kept):
            self._taken[oldest.capture.publisher] += 1
        return oldest

    def done(self, kept: Kept) -> None:
        """Take note that *kept*, which was taken out, is catalogued, so that the learner has seen it, or given up."""
        self._taken[kept.capture.publisher] -= 1
