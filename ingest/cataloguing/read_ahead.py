"""Reading ahead: captures go to the reader processes before their turn, and are catalogued in order, batch by batch."""

from __future__ import annotations

from collections import deque

from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.model.change import Change
from ingest.cataloguing.cataloguer import Cataloguer, Pending

_AHEAD = 64
_BATCH = 50


class ReadAhead:
    """What is being read and not catalogued yet, in the order in which it was begun."""

    def __init__(self, catalogue: Catalogue, cataloguer: Cataloguer) -> None:
        self._catalogue, self._cataloguer = catalogue, cataloguer
        self._under_way: deque[Pending] = deque()

    def begin(self, capture: Capture) -> None:
        """Have *capture* read."""
        self._under_way.append(self._cataloguer.begin(capture))

    @property
    def is_full(self) -> bool:
        """Whether a batch has to be catalogued before more is begun."""
        return len(self._under_way) >= _AHEAD or not self._cataloguer.has_room()

    def settle_batch(self) -> list[Change]:
        """Catalogue the oldest that were begun, in one transaction; return what became of each."""
        return self._settle(_BATCH)

    def settle_rest(self) -> list[Change]:
        """Catalogue all that were begun, in one transaction; return what became of each."""
        return self._settle(len(self._under_way))

    def _settle(self, count: int) -> list[Change]:
        with self._catalogue.transaction():
            return [self._cataloguer.settle(self._under_way.popleft()) for _ in range(min(count, len(self._under_way)))]
