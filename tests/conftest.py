"""What holds for every test: nothing leaves the loopback interface, and nothing is left out in silence."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Callable, Generator
from pathlib import Path
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


@pytest.fixture(scope="session")
def creditline_script() -> Path:
    """The installed command, beside the interpreter that runs the tests."""
    script = Path(sys.executable).with_name("creditline")
    assert script.exists(), "install the project first: pip install -e ."
    return script


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail where CREDITLINE_NO_SKIPS is set: an automatic build must not pass by leaving out."""
    report = yield
    if os.environ.get("CREDITLINE_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CREDITLINE_NO_SKIPS is set: {why}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if os.environ.get("CREDITLINE_NO_SKIPS") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and CREDITLINE_NO_SKIPS is set"
    return report
