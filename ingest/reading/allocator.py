"""Allocator: what the C library does with the memory that is freed, where it can be told."""

from __future__ import annotations

import ctypes

# The parameter of mallopt(3) that says from how many bytes on a block is mapped by itself.
_MMAP_THRESHOLD = -3
_MAPPED = 512 * 1024


def map_long_blocks() -> None:
    """Have every long block mapped by itself, so that the system has it back as soon as it is freed.

    Left alone, glibc takes the first long block that is freed for a sign that there will be more, and keeps all of up
    to 32 MB in the arenas of the threads that asked for them. Answers grow in those of sixteen threads and are freed in
    one: a run of a hundred hostile sites held 400 MB that nobody used.
    """
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    if choose is not None:
        choose(_MMAP_THRESHOLD, _MAPPED)


def give_back() -> None:
    """Give back the memory that the allocator keeps though nobody uses it."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
