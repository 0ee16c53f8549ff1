"""Allocator: make the C library give freed memory back to the system, where it can be told to."""

from __future__ import annotations

import ctypes

# The mallopt(3) parameter for the size, in bytes, from which a block gets a memory mapping of its own.
_MMAP_THRESHOLD = -3
_MAPPED = 512 * 1024


def map_long_blocks() -> None:
    """Give every long block a memory mapping of its own, which goes back to the system as soon as it is freed.

    By default, glibc raises this threshold when the first long block is freed, and then keeps blocks of up to 32 MB in
    the arenas of the threads that asked for them. Responses grow in sixteen threads and are freed in one: a run over a
    hundred hostile sites kept 400 MB of unused memory.
    """
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_MMAP_THRESHOLD, _MAPPED)


def give_back() -> None:
    """Give the unused memory that the allocator keeps back to the system."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
