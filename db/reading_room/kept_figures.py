"""Kept figures: counts that take long in a large collection are reused for a while, not counted for each visitor.

Apart from the pool, which opens connections: this file needs none of its own and is tested with another clock.
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
"""Seconds of processor time from which counts are kept; faster ones are always counted again."""
# Counts are reused for this many times as long as counting took, and at most for this many seconds.
_TIMES, _LONGEST = 20, 60.0
# What people did last, because whoever withholds an item or confirms a statement must see it at once.
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
    """Counts by name, each with the time until which it may be reused.

    Attributes:
        spent: returns the processor time of this thread in seconds.
        clock: returns elapsed time in seconds.
    """

    spent: Callable[[], float] = time.thread_time
    clock: Callable[[], float] = time.monotonic
    _held: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, connection: sqlite3.Connection, name: str, count: Callable[[], _Figures]) -> _Figures:
        """Return the result of *count*, or a recent one if counting takes long."""
        said, now = connection.execute(_SAID).fetchone(), self.clock()
        with self._lock:
            held = self._held.get(name)
            if held is not None and held.said == said:
                if now < held.until:
                    return held.figures  # type: ignore[no-any-return] # as it was counted under this name
                # While this thread counts again, others get the old result instead of counting too.
                self._held[name] = replace(held, until=now + held.seconds)
        begun = self.spent()
        figures = count()
        seconds = self.spent() - begun
        with self._lock:
            self._held.pop(name, None)
            if seconds >= LONG:
                self._held[name] = _Kept(figures, said, seconds, self.clock() + min(_TIMES * seconds, _LONGEST))
        return figures
