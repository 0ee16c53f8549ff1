"""What holds for every test: nothing leaves the loopback interface."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

_RealConnect = Callable[[socket.socket, Any], Any]


def _is_loopback(family: int, address: object) -> bool:
    if family == socket.AF_UNIX or not isinstance(address, tuple):
        return family == socket.AF_UNIX
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _guarded(real: _RealConnect) -> _RealConnect:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_loopback(self.family, address):
            pytest.fail(f"a test tried to leave loopback for {address!r}")
        return real(self, address)

    return connect


def _resolve_only_here(real: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in (None, "", "localhost") or _is_literal(str(host)):
            return real(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    return getaddrinfo


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(autouse=True)
def _nothing_leaves_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to other hosts, and answer a look-up of any other name with "no such host"."""
    monkeypatch.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", _resolve_only_here(socket.getaddrinfo))
