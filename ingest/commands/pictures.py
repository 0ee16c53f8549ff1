"""Pictures of an item, read in a separate process that can be killed, since pages and image files are untrusted.

What is read, and whether a picture may be used, is decided in `db/query/pictures.py`.
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
from ingest.cataloguing.reader_pool import DEADLINE, MEMORY, ReaderPool


class PictureReader:
    """Reads the pictures of items within a reader's limits; several threads may call it at once.

    Use it as a context manager. Its process starts with the first call. A copy sent to another process has no process
    yet and must be entered there.

    Attributes:
        bounds: the seconds and the bytes of memory that reading the pictures of one item may take.
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
        """Return the pictures of *item*, or, if the reader failed or ran out of time or memory, the reason.

        Raises:
            NoReaders: no reader process can be started.
        """
        # Under the lock, because two callers at once would start a process each.
        with self._lock:
            if self._pool is None:
                deadline, memory = self.bounds
                self._pool = self._open.enter_context(ReaderPool(1, deadline, memory=memory))
        wanted = (catalogue, warcs, item)
        return self._pool.schedule(_look, wanted, lambda why: Pictures(unread=why)).result()


def _look(catalogue: Path, warcs: Path, item: Item) -> Pictures:
    with Catalogue.open(catalogue, read_only=True) as opened:
        return Pictures(pictures(opened.connection, warcs, item))
