"""Host names: by which the room is asked for, and which of them are this machine."""

from __future__ import annotations

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""The names of this machine to itself: a room is open to these alone unless more is said."""


def name_of(host: str) -> str:
    """Return *host*, as the header of a request has it, in lower case and without its port."""
    name = host.lower()
    return name if name.endswith("]") else name.rpartition(":")[0] or name
