"""The gate: shut for a moment where readers who never all pause would keep SQLite's log from beginning anew.

Apart from the desk that it shuts, so that it can be tried without a catalogue.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

GROWN = 16 << 20
"""Bytes by which the log may grow before it is seen to."""
# Seconds that are waited for those who read, for the next commit of the writer, and for what SQLite does after it.
_EMPTY, _COMMIT, _CHECKPOINT = 1.0, 2.5, 0.05
_LOOK = 0.02


class Gate:
    """Lets readers in, and counts them.

    The log is written from its beginning again only after a commit that nobody reads beside (sqlite.org/wal.html,
    section 6). A run commits every two seconds; with fifty readers there is no such moment.
    """

    def __init__(self, catalogue: Path) -> None:
        self._log = catalogue.with_name(f"{catalogue.name}-wal")
        self._changed = threading.Condition()
        self._reading = 0
        self._shut = False
        self._seen: int | None = None

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Read while the block lasts."""
        if self._has_grown():
            self._make_room()
        with self._changed:
            self._changed.wait_for(lambda: not self._shut, timeout=_EMPTY + _COMMIT + 1)
            self._reading += 1
        try:
            yield
        finally:
            with self._changed:
                self._reading -= 1
                self._changed.notify_all()

    def _stat(self) -> tuple[int, int]:
        try:
            # `stat` alone: to open a file of the database and close it would drop SQLite's locks on it.
            stood = self._log.stat()
        except OSError:
            return 0, 0
        return stood.st_size, stood.st_mtime_ns

    def _has_grown(self) -> bool:
        """Say, to one of those who ask, that the log has grown enough; the gate is shut then."""
        size, _ = self._stat()
        with self._changed:
            # A log that is begun anew keeps its size: it has grown where it is larger than when it was seen to last.
            if self._seen is None or size < self._seen:
                self._seen = size
            # At the same sizes in each process that answers: the log begins anew where nobody reads in any of them.
            if self._shut or size // GROWN <= self._seen // GROWN:
                return False
            self._seen, self._shut = size, True
            return True

    def _make_room(self) -> None:
        try:
            with self._changed:
                self._changed.wait_for(lambda: not self._reading, timeout=_EMPTY)
            before, end = self._stat(), time.monotonic() + _COMMIT
            while self._stat() == before and time.monotonic() < end:
                time.sleep(_LOOK)
            # SQLite puts the log into the database after the commit, and those who come now read from that alone.
            time.sleep(_CHECKPOINT)
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()
