"""Signals: the first Ctrl-C or SIGTERM lets a run finish the present page and end; the second ends it at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from archive.errors import Exit


class Stop:
    """Whether to stop, and the exit code for the reason."""

    def __init__(self) -> None:
        self.code: Exit | None = None

    def __call__(self) -> bool:
        return self.code is not None


@contextmanager
def stopping() -> Iterator[Stop]:
    """Treat SIGINT and SIGTERM as a request to stop while the block is running."""
    stop = Stop()

    def ask(number: int, _frame: FrameType | None) -> None:
        # After a second signal, do not wait any longer: what is on the disk is safe at any moment.
        if stop.code is not None:
            raise KeyboardInterrupt
        stop.code = Exit.INTERRUPTED if number == signal.SIGINT else Exit.TERMINATED

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        # Restore the old handlers: the demonstration runs several commands in one process.
        for number, handler in before.items():
            signal.signal(number, handler)
