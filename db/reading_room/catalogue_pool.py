"""Catalogue pool: lends read-only catalogue connections, one question at a time, with a time limit."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from archive.errors import CreditlineError
from db.catalogue import Catalogue
from db.reading_room.kept_figures import KeptFigures
from db.reading_room.kept_pages import CatalogueState, KeptPages, KeptParts, content_of, row_of
from db.reading_room.lanes import Lanes
from db.reading_room.problem import Problem
from db.reading_room.room_settings import RoomSettings
from db.schema.connection import bounded

# After this many steps of SQLite's virtual machine the clock is checked, a few times per millisecond.
_STEPS = 5000


class CataloguePool:
    """Lends open catalogues: as many as may be used at the same time, each to one question at a time.

    Attributes:
        lanes: where questions wait until they get a thread.
        figures: counts that may be reused for other visitors.
        pages: pages made from the present catalogue; *parts*: parts that several pages share.
    """

    def __init__(self, settings: RoomSettings) -> None:
        self._settings = settings
        self._turns = threading.Semaphore(settings.bounds.at_once)
        # Exports may be read as slowly as the client likes, so pages must not wait for them.
        self._exports = threading.Semaphore(max(1, settings.bounds.at_once // 2))
        self.lanes = Lanes(settings.bounds.at_once, settings.bounds.patience)
        self.figures = KeptFigures()
        self.pages = KeptPages(self._row)
        self.parts = KeptParts()
        # Templates and code only change between two starts of the room.
        self._opened_at = settings.clock().timestamp()
        self._watching = threading.Lock()
        self._watch: tuple[tuple[int, int], Catalogue] | None = None
        self._watched = 0
        self._stood: CatalogueState | None = None
        self._idle: queue.SimpleQueue[tuple[tuple[int, int], Catalogue]] = queue.SimpleQueue()

    @contextmanager
    def lend(self, seconds: float | None = None, *, at_once: bool = True) -> Iterator[Catalogue]:
        """Lend the catalogue in its state at one moment; SQLite may work for *seconds* on the question.

        If *at_once* is false, each row is read in its latest state, so that a reader that takes minutes does not hold
        back the log. Half as many of these are lent, separately from the others, and nobody waits for one.

        Raises:
            Problem: there are too many questions, or this one took too long (503).
            CatalogueRefused: there is no usable catalogue.
        """
        bounds = self._settings.bounds
        turns = self._turns if at_once else self._exports
        # An export's turn may take minutes to come, and waiting would block a thread needed for pages.
        if not turns.acquire(timeout=bounds.patience if at_once else 0):
            raise Problem(503, "Too many questions at once", "Ask again in a moment.", retry=5)
        try:
            with self._opened() as catalogue:
                end = time.monotonic() + (bounds.seconds if seconds is None else seconds)
                connection = catalogue.connection
                with bounded(connection, lambda: time.monotonic() > end, steps=_STEPS):
                    # Without a transaction, an export reads row by row and does not hold back the log.
                    if at_once:
                        connection.execute("BEGIN")
                    try:
                        yield catalogue
                    finally:
                        if connection.in_transaction:
                            connection.rollback()
        finally:
            turns.release()

    def changed(self) -> float | None:
        """Return when the catalogue was last written to, or the room opened, as a lower bound for the age of pages.

        In seconds since 1970, from the file system. None if that second may not be over, so that more may be written in
        it (RFC 9110, 8.8.2.2). Call this before reading the catalogue.
        """
        now, catalogue = self._settings.clock().timestamp(), self._settings.catalogue
        found = [self._opened_at]
        for path in (catalogue, catalogue.with_name(f"{catalogue.name}-wal")):
            # Without opening the files. A file moved here may be older, but its change time is not.
            with suppress(OSError):
                stood = path.stat()
                found += [stood.st_mtime, stood.st_ctime]
        # File system timestamps may be up to a hundredth of a second late.
        return None if int(now - 0.1) <= int(max(found)) else max(found)

    def catalogue_state(self, *, wait: bool = True) -> CatalogueState | None:
        """Return a value that changes with each commit that pages can show; None if SQLite cannot tell it now.

        Call this before borrowing the catalogue, so that what is made from it belongs to this state or a later one.
        All requests begin in one thread: there, pass false as *wait*. Then nothing is opened, read or waited for, and
        None means that another thread has to ask.
        """
        if not self._watching.acquire(blocking=wait):
            return None
        try:
            return self._state(wait=wait)
        except (CreditlineError, sqlite3.Error):
            return None
        finally:
            self._watching.release()

    def _state(self, *, wait: bool) -> CatalogueState | None:
        if wait and (self._watch is None or self._watch[0] != self._file()):
            self._watch_anew()
        if self._watch is None or self._watch[0] != self._file():
            return None
        file, catalogue = self._watch
        # Asked from SQLite, not from file dates: the log gets its date before the commit is complete, and until then
        # pages show the old state.
        ((version,),) = catalogue.connection.execute("PRAGMA data_version")
        commit = (*file, self._watched, int(version))
        if self._stood is None or self._stood.commit != commit:
            if not wait:
                return None
            # After the commit number, so that the content is of this commit or a later one, never older.
            self._stood = CatalogueState(commit, (*file, self._watched, *content_of(catalogue.connection)))
        return self._stood

    def _row(self, item: str) -> tuple[object, ...] | None:
        # Called where all requests begin, too: without a row the page is made again, in another thread.
        if not self._watching.acquire(blocking=False):
            return None
        try:
            return None if self._watch is None else row_of(self._watch[1].connection, item)
        except sqlite3.Error:
            return None
        finally:
            self._watching.release()

    def _watch_anew(self) -> None:
        if self._watch is not None:
            self._watch[1].close()
        self._watch = None
        # Before opening, so that a file that replaces it meanwhile does not get this identity.
        file = self._file()
        # Each connection counts commits from one, so number the connections too.
        self._watched += 1
        catalogue = Catalogue.open(self._settings.catalogue, read_only=True)
        # Nobody waits for a lock with this connection, by which every request begins.
        catalogue.connection.execute("PRAGMA busy_timeout = 0")
        self._watch = file, catalogue

    @contextmanager
    def _opened(self) -> Iterator[Catalogue]:
        path = self._settings.catalogue
        held, catalogue = self._taken()
        if catalogue is None:
            # With the identity looked up before, because another file may replace it while it is opened.
            catalogue = Catalogue.open(path, read_only=True)
        try:
            yield catalogue
        except BaseException:
            catalogue.close()
            raise
        self._idle.put((held, catalogue))

    def _taken(self) -> tuple[tuple[int, int], Catalogue | None]:
        """Return an idle catalogue, or None; after a rebuild replaced the file, connections to the old one are
        closed.
        """
        now = self._file()
        while True:
            try:
                held, catalogue = self._idle.get_nowait()
            except queue.Empty:
                return now, None
            if held == now:
                return held, catalogue
            catalogue.close()

    def _file(self) -> tuple[int, int]:
        try:
            # Opening and closing would drop SQLite's locks (see `database.copy_catalogue`); `stat` does not.
            stood = self._settings.catalogue.stat()
        except OSError:
            return (0, 0)
        return stood.st_dev, stood.st_ino

    def close(self) -> None:
        """Close idle connections."""
        while not self._idle.empty():
            self._idle.get()[1].close()
        with self._watching:
            if self._watch is not None:
                self._watch[1].close()
            self._watch = None
