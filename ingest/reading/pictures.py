"""Pictures of an item, read in a process that may be ended: pages and image files are as whoever made them wants.

What is read, and the answer to whether a picture may be used: `db/query/pictures.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from db.catalogue import Catalogue
from db.model.item import Item
from db.model.picture import Pictures
from db.query.pictures import pictures
from ingest.reading.pool import DEADLINE, MEMORY, ReaderPool


class PictureReader:
    """Reads pictures for whoever asks, threads side by side too, under the bounds of a reader.

    Use as a context manager. Its process begins with the first question. Sent to another process, it is one of that
    process's own, which has to be entered there.

    Attributes:
        bounds: seconds and bytes of memory that the pictures of an item may take.
    """

    def __init__(self, deadline: float = DEADLINE, *, memory: int = MEMORY) -> None:
        self.bounds = deadline, memory
        self._open, self._lock = ExitStack(), Lock()
        self._pool: ReaderPool | None = None

    def __reduce__(self) -> tuple[Callable[..., PictureReader], tuple[float]]:
        deadline, memory = self.bounds
        return partial(PictureReader, memory=memory), (deadline,)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def __call__(self, catalogue: Path, warcs: Path, item: Item) -> Pictures:
        """Return the pictures of *item*; where they are too much for a reader, why they are not told.

        Raises:
            NoReaders: there is no process left that reads.
        """
        # Together, or two who ask at once would have a process each.
        with self._lock:
            if self._pool is None:
                deadline, memory = self.bounds
                self._pool = self._open.enter_context(ReaderPool(1, deadline, memory=memory))
        wanted = (catalogue, warcs, item)
        return self._pool.schedule(_look, wanted, lambda why: Pictures(unread=why)).result()


def _look(catalogue: Path, warcs: Path, item: Item) -> Pictures:
    with Catalogue.open(catalogue, read_only=True) as held:
        return Pictures(pictures(held.connection, warcs, item))
