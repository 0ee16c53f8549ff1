"""Connection: a database connection whose queries can have several time limits at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

IsEnough = Callable[[], bool]

# The limits are checked after so many steps of SQLite's virtual machine, a few times per millisecond. Reading the FTS5
# index also takes steps, so a search that finds nothing for long is stopped too.
_STEPS = 500


class Connection(sqlite3.Connection):
    """A connection that remembers all its limits: SQLite itself keeps only the last handler."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type] # as sqlite3.connect passes them on
        self.bounds: list[IsEnough] = []
        self.interrupts: list[KeyboardInterrupt] = []
        """Interrupts (Ctrl-C) that arrived while a limit was being checked."""
        self.held_up = 0
        """Size of the log, in bytes, when a long-running reader last blocked it (see `write_ahead_log`)."""


@contextmanager
def bounded(connection: sqlite3.Connection, is_enough: IsEnough, *, steps: int = _STEPS) -> Iterator[None]:
    """Stop queries of *connection* in the block when *is_enough* returns true; it is called every *steps* steps.
    Earlier limits stay active.

    Raises:
        sqlite3.OperationalError: the query was stopped; its ``sqlite_errorname`` is SQLITE_INTERRUPT.
        KeyboardInterrupt: a person pressed Ctrl-C.
    """
    bounds: list[IsEnough] = []
    interrupts: list[KeyboardInterrupt] = []
    # Other connections have no limits besides this one.
    if isinstance(connection, Connection):
        bounds, interrupts = connection.bounds, connection.interrupts

    def stops() -> bool:
        try:
            return any(one() for one in bounds)
        # Python may raise this inside the handler, often does, and SQLite would take it for an ordinary result.
        except KeyboardInterrupt as error:
            interrupts.append(error)
            return True

    bounds.append(is_enough)
    connection.set_progress_handler(stops, steps)
    try:
        yield
    except sqlite3.OperationalError as error:
        if interrupts:
            raise interrupts.pop() from error
        raise
    finally:
        bounds.pop()
        connection.set_progress_handler(stops if bounds else None, _STEPS)
