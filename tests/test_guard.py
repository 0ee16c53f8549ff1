"""Promises of the test suite: nothing leaves this machine, and nothing is skipped silently."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = "import pytest\n\ndef test_left_out():\n    pytest.skip('no reason')\n"
FILE_SKIPS = "import pytest\n\npytest.skip('no reason', allow_module_level=True)\n"


def outcome(folder: Path, body: str, **environment: str) -> int:
    """Return pytest's exit code for one file under our conftest."""
    (folder / "conftest.py").write_text(Path(__file__).with_name("conftest.py").read_text("utf-8"), "utf-8")
    (folder / "test_one.py").write_text(body, "utf-8")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "CREDITLINE_"))}
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(folder), "-c", os.devnull, str(folder)]
    ended = subprocess.run(command, env=clean | environment, capture_output=True, timeout=300, check=False)
    return ended.returncode


@pytest.mark.slow
@pytest.mark.parametrize("body", [SKIPS, FILE_SKIPS], ids=["a test", "a file"])
def test_a_skip_fails_where_no_skip_is_allowed(tmp_path: Path, body: str) -> None:
    assert outcome(tmp_path, body, CREDITLINE_NO_SKIPS="1") not in (0, 5)


@pytest.mark.slow
def test_a_skip_is_allowed_elsewhere(tmp_path: Path) -> None:
    assert outcome(tmp_path, SKIPS) == 0


def test_no_name_resolves_and_no_other_host_is_connected_to() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("institute.example", 80)
    with socket.socket() as outgoing, pytest.raises(pytest.fail.Exception):
        outgoing.connect(("192.0.2.1", 80))
