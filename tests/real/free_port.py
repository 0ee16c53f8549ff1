"""A port for a program that must be told one: outside the range from which the system assigns ports."""

from __future__ import annotations

import random
import socket
from pathlib import Path

_GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free_port() -> int:
    """Return a loopback port where nothing listens, and that no connection of parallel tests is given."""
    lowest = int(_GIVEN.read_text().split()[0]) if _GIVEN.exists() else 32768
    # A random choice per process: tests with seeds of their own must not get the same port.
    drawn = random.SystemRandom().sample(range(10_000, max(lowest, 10_100)), 100)
    for port in drawn:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError(f"somebody listens on each of {drawn}")
