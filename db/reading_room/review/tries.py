"""Tries: how often somebody may guess a password, of one name and of all together."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

OF_A_NAME, OF_ALL, WITHIN = 10, 100, 900.0
"""Wrong passwords within so many seconds; the next is not looked at."""


class Tries:
    """Counts wrong passwords."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # Answers are made in many threads, and each looks before it counts.
        self._lock = threading.Lock()
        self._wrong: deque[tuple[float, str]] = deque()

    def wait(self, name: str) -> int:
        """Return for how many seconds no password of *name* is looked at; 0 where one is."""
        now = self._clock()
        with self._lock:
            while self._wrong and now - self._wrong[0][0] > WITHIN:
                self._wrong.popleft()
            # By the name and not by where it comes from: addresses are cheap to those who guess.
            of_name = [at for at, whose in self._wrong if whose == name]
            begun = [of_name[-OF_A_NAME]] if len(of_name) >= OF_A_NAME else []
            begun += [self._wrong[-OF_ALL][0]] if len(self._wrong) >= OF_ALL else []
        # Rounded up: who comes back on the second would be a moment early.
        return int(max(begun) + WITHIN - now) + 1 if begun else 0

    def wrong(self, name: str) -> None:
        """Count a wrong password of *name*."""
        with self._lock:
            self._wrong.append((self._clock(), name))

    def right(self, name: str) -> None:
        """Forget what was wrong of *name*: its person was here."""
        with self._lock:
            self._wrong = deque(one for one in self._wrong if one[1] != name)
