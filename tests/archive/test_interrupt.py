"""Processes that are started deaf to Ctrl-C leave the one that starts them as it was."""

from __future__ import annotations

import signal

import pytest

from archive.interrupt import deaf_to_interrupts


def test_ctrl_c_is_blocked_in_the_block_alone() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert signal.SIGINT not in before
    with pytest.raises(ZeroDivisionError), deaf_to_interrupts():
        _ = 1 / (signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
