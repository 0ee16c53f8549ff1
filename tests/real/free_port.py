"""A port for a program that has to be told one: none of those that the system gives to whoever asks for any."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """Return a port of loopback on which nobody listens, and that no connection of the tests beside is given."""
    lowest = int(_GIVEN.read_text().split()[0]) if _GIVEN.exists() else 32768
    # Drawn anew in each process: tests that draw by a seed of theirs must not draw the same here.
    drawn = random.SystemRandom().sample(range(10_000, max(lowest, 10_100)), 100)
    for port in drawn:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError(f"somebody listens on each of {drawn}")
