"""Kept figures: what takes long to count in a large collection is told for a while, not counted for each visitor.

Apart from the desk that holds them, so that they can be tried with a clock of one's own.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

_Figures = TypeVar("_Figures")

LONG = 0.03
"""Seconds of the processor from which on it is worth while: what is counted sooner is always of the moment."""
# How many times as long as it took to count them figures are told, and for how many seconds at most.
_TIMES, _LONGEST = 20, 60.0
# What people said: nobody who withholds an item or confirms a statement waits to see it.
_SAID = """SELECT (SELECT count(*) FROM decision), (SELECT count(*) + total(removed) FROM annotation),
    (SELECT count(*) || max(made) FROM withholding)"""


@dataclass(frozen=True, slots=True)
class _Kept:
    figures: Any
    said: tuple[Any, ...]
    seconds: float
    until: float


@dataclass(slots=True)
class KeptFigures:
    """Figures by what they are called, each with how long it may be told.

    Attributes:
        spent: seconds that this thread has worked.
        clock: seconds that pass.
    """

    spent: Callable[[], float] = time.thread_time
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, connection: sqlite3.Connection, name: str, count: Callable[[], _Figures]) -> _Figures:
        """Return what *count* counts, or what it counted a moment ago where that takes long."""
        said, now = connection.execute(_SAID).fetchone(), self.clock()
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.said == said:
                if now < held.until:
                    return held.figures  # type: ignore[no-any-return] # as it was counted under this name
                # Whoever comes while it is counted anew is told what there is, and does not count it too.
                self._held[name] = replace(held, until=now + held.seconds)
        begun = self.spent()
        figures = count()
        seconds = self.spent() - begun
        with self._lock:
            self._held.pop(name, None)
            if seconds >= LONG:
                self._held[name] = _Kept(figures, said, seconds, self.clock() + min(_TIMES * seconds, _LONGEST))
        return figures
