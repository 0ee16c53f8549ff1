"""Interrupt: a Ctrl-C, which a terminal sends to all processes of a command, is for the one that a person started."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Let the processes that this thread starts in the block, and theirs, never hear a Ctrl-C.

    They would print a traceback each, and while they load their modules they cannot have arranged anything else.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
