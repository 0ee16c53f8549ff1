"""Connection: one to the catalogue's database, whose work several may bound at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

IsEnough = Callable[[], bool]

# After how many steps of SQLite's machine it is asked whether that is enough: a few times a millisecond. What FTS5
# reads of its index are steps too, so that one that finds nothing for long is stopped as well.
_STEPS = 500


class Connection(sqlite3.Connection):
    """A connection that knows who bounds it: SQLite itself keeps one handler and forgets the one before."""

    def __init__(self, *args: object, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type] # as sqlite3.connect passes them on
        self.bounds: list[IsEnough] = []
        self.interrupts: list[KeyboardInterrupt] = []
        """What a person broke off while it was asked whether that is enough."""
        self.held_up = 0
        """Bytes that the log had when somebody who read for long held it up (see `write_ahead_log`)."""


@contextmanager
def bounded(connection: sqlite3.Connection, is_enough: IsEnough, *, steps: int = _STEPS) -> Iterator[None]:
    """Stop what *connection* is asked while the block lasts, once *is_enough* says so, asked every so many *steps*;
    what bounds it already goes on to.

    Raises:
        sqlite3.OperationalError: it was stopped; its ``sqlite_errorname`` is SQLITE_INTERRUPT.
        KeyboardInterrupt: a person broke it off.
    """
    bounds: list[IsEnough] = []
    interrupts: list[KeyboardInterrupt] = []
    # In a connection that is none of ours nobody else bounds anything.
    if isinstance(connection, Connection):
        bounds, interrupts = connection.bounds, connection.interrupts

    def stops() -> bool:
        try:
            return any(one() for one in bounds)
        # Python raises it wherever it is, here most often, and SQLite would take it for an answer and nothing more.
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
