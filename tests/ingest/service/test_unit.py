"""The systemd unit, and what is reported to its manager."""

from __future__ import annotations

import configparser
import socket
import tempfile
from pathlib import Path

import pytest

from archive.errors import Refused
from ingest.service.unit import Manager, install, unit, unreachable


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


def test_the_unit_of_another_collection_is_not_written_over(tmp_path: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(tmp_path)}
    one, other = (unit(tmp_path / name / "archive", user=None) for name in ("one", "other"))
    path, _ = install(one, "creditline-archive", environment, system=False)
    with pytest.raises(Refused, match="the unit of another collection") as refused:
        install(other, "creditline-archive", environment, system=False)
    assert str(tmp_path / "one" / "archive") in str(refused.value)
    assert path.read_text("utf-8") == one
    # A newer release may write it differently.
    assert install(f"{one}# newer\n", "creditline-archive", environment, system=False) == (path, True)


def test_a_program_in_a_closed_folder_is_found_unreachable() -> None:
    # Not in the test's own folder, which is below one that others may not enter.
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "home"
        closed.mkdir()
        program = closed / "creditline"
        program.write_text("#!/bin/sh\n", "utf-8")
        program.chmod(0o755)
        Path(folder).chmod(0o755)
        owner, group = closed.stat().st_uid, closed.stat().st_gid
        for mode, user, groups, found in (
            (0o700, owner, [], None),
            (0o700, owner + 4711, [], closed),
            (0o750, owner + 4711, [group], None),
            (0o755, owner + 4711, [], None),
            (0o701, owner + 4711, [group], closed),
        ):
            closed.chmod(mode)
            assert unreachable(program, user, groups) == found, oct(mode)
        program.chmod(0o644)
        closed.chmod(0o755)
        assert unreachable(program, owner, []) == program
