"""The desk: lends the catalogue to one question at a time, read only, and takes it back when its time is over."""

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
from db.reading_room.kept_pages import KeptPages, KeptParts, Standing, content_of, row_of
from db.reading_room.lanes import Lanes
from db.reading_room.premises import Premises
from db.reading_room.problem import Problem
from db.schema.connection import bounded

# After how many steps of SQLite's machine the clock is looked at: a few times a millisecond.
_STEPS = 5000


class Desk:
    """Lends open catalogues: as many as questions may be asked side by side, each to one of them at a time.

    Attributes:
        lanes: where questions wait before they are given a thread.
        figures: what was counted for one visitor and may be told to the next.
        pages: that were made of the catalogue as it stands; *parts* what several of them show.
    """

    def __init__(self, premises: Premises) -> None:
        self._premises = premises
        self._turns = threading.Semaphore(premises.bounds.at_once)
        # Whoever takes all hits may take them as slowly as they like: pages must not wait for that.
        self._exports = threading.Semaphore(max(1, premises.bounds.at_once // 2))
        self.lanes = Lanes(premises.bounds.at_once, premises.bounds.patience)
        self.figures = KeptFigures()
        self.pages = KeptPages(self._row)
        self.parts = KeptParts()
        # What pages are made by changes between two openings alone.
        self._opened_at = premises.clock().timestamp()
        self._watching = threading.Lock()
        self._watch: tuple[tuple[int, int], Catalogue] | None = None
        self._watched = 0
        self._stood: Standing | None = None
        self._idle: queue.SimpleQueue[tuple[tuple[int, int], Catalogue]] = queue.SimpleQueue()

    @contextmanager
    def lent(self, seconds: float | None = None, *, at_once: bool = True) -> Iterator[Catalogue]:
        """Lend the catalogue, as it stands at one moment; SQLite may work *seconds* for the question.

        Without *at_once* each row is as it stands when it is read: whoever reads for minutes holds no log back. Of
        such half as many are lent side by side, apart from the others; for its turn nobody waits.

        Raises:
            Problem: too many ask, it took too long (503).
            CatalogueRefused: there is none.
        """
        bounds = self._premises.bounds
        turns = self._turns if at_once else self._exports
        # It may come in minutes, and who waits keeps a thread by which pages are answered.
        if not turns.acquire(timeout=bounds.patience if at_once else 0):
            raise Problem(503, "Too many questions at once", "Ask again in a moment.", retry=5)
        try:
            with self._opened() as catalogue:
                end = time.monotonic() + (bounds.seconds if seconds is None else seconds)
                connection = catalogue.connection
                with bounded(connection, lambda: time.monotonic() > end, steps=_STEPS):
                    # An export reads row by row, and holds no log back.
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
        """Return when the catalogue was written to last, or the room opened: no page is newer, asked before it is read.

        In seconds since 1970, as the file system has it; None where that second may not be over, and so may see more
        written (RFC 9110, 8.8.2.2).
        """
        now, catalogue = self._premises.clock().timestamp(), self._premises.catalogue
        found = [self._opened_at]
        for path in (catalogue, catalogue.with_name(f"{catalogue.name}-wal")):
            # Without opening them, as below; one that was put in the other's place may be older, and its entry is not.
            with suppress(OSError):
                stood = path.stat()
                found += [stood.st_mtime, stood.st_ctime]
        # File systems tell the time by a clock that is up to a hundredth of a second late.
        return None if int(now - 0.1) <= int(max(found)) else max(found)

    def standing(self) -> Standing | None:
        """Return what is another one after each commit that pages can show; None where SQLite cannot say it now.

        Asked before the catalogue is lent, what is made of that is of this standing, or of a later one.
        """
        with self._watching:
            # By SQLite and not by the dates of the files: the log has its new one before the disk has taken the
            # commit, and pages show till then what was before.
            try:
                if self._watch is None or self._watch[0] != self._file():
                    self._watch_anew()
                assert self._watch is not None
                file, catalogue = self._watch
                ((version,),) = catalogue.connection.execute("PRAGMA data_version")
                commit = (*file, self._watched, int(version))
                if self._stood is None or self._stood.commit != commit:
                    # Behind the commit, so that it is of this one or of a later: what is kept is never held for newer.
                    self._stood = Standing(commit, (*file, self._watched, *content_of(catalogue.connection)))
            except (CreditlineError, sqlite3.Error):
                return None
            return self._stood

    def _row(self, item: str) -> tuple[object, ...] | None:
        with self._watching, suppress(sqlite3.Error):
            return None if self._watch is None else row_of(self._watch[1].connection, item)
        return None

    def _watch_anew(self) -> None:
        if self._watch is not None:
            self._watch[1].close()
        self._watch = None
        # Before it is opened: of a file that is put in its place meanwhile this must not have the name.
        file = self._file()
        # Each connection counts its commits from one on.
        self._watched += 1
        self._watch = file, Catalogue.open(self._premises.catalogue, read_only=True)

    @contextmanager
    def _opened(self) -> Iterator[Catalogue]:
        path = self._premises.catalogue
        held, catalogue = self._taken()
        if catalogue is None:
            # Under the name that was looked up before: another may be put in its place while it is opened.
            catalogue = Catalogue.open(path, read_only=True)
        try:
            yield catalogue
        except BaseException:
            catalogue.close()
            raise
        self._idle.put((held, catalogue))

    def _taken(self) -> tuple[tuple[int, int], Catalogue | None]:
        """Return one that lies idle; a rebuild puts another file in its place, and what is open of the old is shut."""
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
            # `open` would drop SQLite's locks when it is closed (see `database.copy_catalogue`); `stat` does not.
            stood = self._premises.catalogue.stat()
        except OSError:
            return (0, 0)
        return stood.st_dev, stood.st_ino

    def close(self) -> None:
        """Close what lies idle."""
        while not self._idle.empty():
            self._idle.get()[1].close()
        with self._watching:
            if self._watch is not None:
                self._watch[1].close()
            self._watch = None
