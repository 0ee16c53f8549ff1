"""The systemd unit, and what is reported to its manager."""

from __future__ import annotations

import configparser
import socket
from pathlib import Path

import pytest

from ingest.service.unit import Manager, install, unit


def test_the_unit_starts_the_service_and_may_write_only_in_the_collection(tmp_path: Path) -> None:
    folder = tmp_path / "think tanks 100% $HOME"
    folder.mkdir()
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]  # as its manual has it
    parsed.read_string(unit(folder, user="archive"))
    service = parsed["Service"]
    escaped = str(folder).replace("%", "%%")
    # systemd.service, COMMAND LINES: only in arguments, $ begins a variable.
    assert service["ExecStart"].endswith(f'-C "{escaped.replace("$", "$$")}" start')
    assert service["EnvironmentFile"] == f"-{escaped}/secrets.env"
    assert service["User"] == "archive"
    assert service["Type"] == "notify"
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == f'"{escaped}"'
    assert "User" not in unit(folder, user=None)


def test_the_manager_is_notified_no_more_often_than_it_asks(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    moments = iter([0.0, 1.0, 6.0, 7.0])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.setblocking(False)
        manager = Manager({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "10000000"}, lambda: next(moments))
        manager.say("READY=1", "STATUS=at work")
        for _ in range(4):
            manager.alive()
        assert [listener.recv(200) for _ in range(3)] == [b"READY=1\nSTATUS=at work", b"WATCHDOG=1", b"WATCHDOG=1"]
        with pytest.raises(BlockingIOError):
            listener.recv(200)
    # The manager is gone: nothing is raised, then or later.
    manager.say("STOPPING=1")
    Manager({}).say("READY=1")


def test_a_unit_is_written_where_systemd_looks_only_if_it_changed(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    path, changed = install("[Unit]\n", "creditline-a", environment, system=False)
    assert (path, changed) == (tmp_path / "systemd" / "user" / "creditline-a.service", True)
    assert install("[Unit]\n", "creditline-a", environment, system=False) == (path, False)
    assert install("[Unit]\n#\n", "creditline-a", environment, system=False) == (path, True)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
