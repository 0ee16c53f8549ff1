"""Host names: those by which the room is addressed, and those of this machine."""

from __future__ import annotations

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
"""This machine's names for itself: by default the room accepts only these."""


def name_of(host: str) -> str:
    """Return *host* from a request header, in lower case and without its port."""
    name = host.lower()
    return name if name.endswith("]") else name.rpartition(":")[0] or name
