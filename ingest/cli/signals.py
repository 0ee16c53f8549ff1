"""Signals: Ctrl-C and SIGTERM ask a run to end after the page under way; a second one ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from archive.errors import Exit


class Stop:
    """Whether to stop, and the exit code that says why."""

    def __init__(self) -> None:
        self.code: Exit | None = None

    def __call__(self) -> bool:
        return self.code is not None


@contextmanager
def stopping() -> Iterator[Stop]:
    """Turn SIGINT and SIGTERM into a wish to stop while the block lasts."""
    stop = Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        # The second signal: somebody does not want to wait, and what is on the disk is safe at any moment.
        if stop.code is not None:
            raise KeyboardInterrupt
        stop.code = Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        # Put back: the demonstration runs several commands in one process.
        for number, handler in before.items():
            signal.signal(number, handler)
