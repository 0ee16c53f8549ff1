"""The run lock: one run at a time, released by whatever ends the process."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import DiskFailed
from ingest.collection.run_lock import FILE_NAME, SERVICE, Holder, Locked, ServiceWorks, holder, run_lock, service_lock

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ingest.collection.run_lock import run_lock
with run_lock(Path(sys.argv[1]), now=datetime(2023, 4, 24, 10, 0, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_refused_with_the_process_and_start_of_the_first(tmp_path: Path) -> None:
    with run_lock(tmp_path, now=NOW), pytest.raises(Locked) as refused, run_lock(tmp_path, now=NOW):
        pytest.fail("two runs at once")
    assert refused.value.held == Holder(os.getpid(), NOW.isoformat(), "run")
    assert str(refused.value).startswith("a run is under way in ")
    assert refused.value.hint
    with run_lock(tmp_path, now=NOW):
        assert holder(tmp_path) == Holder(os.getpid(), NOW.isoformat(), "run")


def test_a_refusal_names_the_command_that_is_under_way(tmp_path: Path) -> None:
    with (
        run_lock(tmp_path, now=NOW, command="verify --repair"),
        pytest.raises(Locked, match=f"^`verify --repair` is under way in .*process {os.getpid()}, since 2023"),
        run_lock(tmp_path, now=NOW),
    ):
        pytest.fail("two commands at once")


def test_a_lock_of_a_program_that_names_no_command_is_that_of_a_run(tmp_path: Path) -> None:
    with run_lock(tmp_path, now=NOW, command="rebuild"):
        (tmp_path / FILE_NAME).write_text(f'{{"pid": {os.getpid()}, "since": "2023"}}')
        with pytest.raises(Locked, match=r"^a run is under way"), run_lock(tmp_path, now=NOW):
            pytest.fail("two commands at once")


def test_nobody_holds_the_lock_before_and_after_a_run(tmp_path: Path) -> None:
    assert holder(tmp_path) is None
    with run_lock(tmp_path, now=NOW):
        pass
    assert holder(tmp_path) is None


def test_a_run_that_raises_releases_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_lock(tmp_path, now=NOW):
        raise ZeroDivisionError
    with run_lock(tmp_path, now=NOW):
        pass


def test_a_killed_run_releases_the_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert holder(tmp_path) == Holder(other.pid, NOW.isoformat(), "run")
        with pytest.raises(Locked), run_lock(tmp_path, now=NOW):
            pytest.fail("two runs at once")
        other.kill()
        other.wait(300)
        with run_lock(tmp_path, now=NOW):
            pass


def test_a_lock_counts_as_held_before_its_holder_has_written_its_id(tmp_path: Path) -> None:
    with run_lock(tmp_path, now=NOW):
        for half in (b"", b'{"pid": 1'):
            (tmp_path / FILE_NAME).write_bytes(half)
            assert holder(tmp_path) == Holder()


def test_a_full_disk_at_the_start_of_a_run_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes, _offset: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as context:
        context.setattr(os, "pwrite", full)
        with pytest.raises(DiskFailed, match="No space left"), run_lock(tmp_path, now=NOW):
            pytest.fail("nobody could be told who is at work")
    with run_lock(tmp_path, now=NOW):
        pass


def test_a_second_service_is_refused_and_a_run_beside_the_first_is_not(tmp_path: Path) -> None:
    with service_lock(tmp_path, now=NOW):
        with pytest.raises(ServiceWorks, match=f"process {os.getpid()}, since 2023"), service_lock(tmp_path, now=NOW):
            pytest.fail("two services at once")
        with run_lock(tmp_path, now=NOW):
            assert holder(tmp_path, SERVICE) == Holder(os.getpid(), NOW.isoformat(), "start")
    assert holder(tmp_path, SERVICE) is None


def test_a_service_starts_on_a_full_disk_to_tell_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes, _offset: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with service_lock(tmp_path, now=NOW):
        pass
