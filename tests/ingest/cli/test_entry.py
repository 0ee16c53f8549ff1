"""Ctrl-C while the program itself is loading, and while Python clears up after it."""

from __future__ import annotations

import signal
import subprocess
import sys
from importlib.metadata import entry_points

import pytest

from archive.errors import Exit

pytestmark = pytest.mark.slow

_RUN = """
import atexit, os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever whoever runs the tests does with it
{before}
sys.argv = ["creditline", {verb!r}]
from importlib.metadata import entry_points
(found,) = entry_points(group="console_scripts", name="creditline")
found.load()()
"""
_ON_IMPORT = """
class Asked:
    def find_spec(self, name, path, target=None):
        if name == "{module}":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Asked())
"""
_WHILE_LOADING = _ON_IMPORT.format(module="click")
_AT_EXIT = "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))"


def run(before: str, verb: str = "--version") -> subprocess.CompletedProcess[str]:
    """Run the program as its script does, after the statements *before*."""
    words = [sys.executable, "-P", "-c", _RUN.format(before=before, verb=verb)]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)


def test_ctrl_c_while_the_program_loads_ends_it_with_its_code_and_without_a_traceback() -> None:
    ended = run(_WHILE_LOADING)
    assert (ended.returncode, ended.stdout) == (Exit.INTERRUPTED, "")
    assert ended.stderr == "\ncreditline: stopped before anything was done\n  type the command again to do it\n"


def test_ctrl_c_while_the_program_loads_ends_it_even_if_nobody_can_read_why() -> None:
    ended = run(f"os.close(2)\n{_WHILE_LOADING}")
    assert (ended.returncode, ended.stdout) == (Exit.INTERRUPTED, "")


def test_a_command_whose_shell_ignores_ctrl_c_ignores_it_while_it_loads_and_at_its_end() -> None:
    ended = run(f"signal.signal(signal.SIGINT, signal.SIG_IGN)\n{_WHILE_LOADING}\n{_AT_EXIT}")
    assert (ended.returncode, ended.stderr) == (Exit.DONE, "")
    assert ended.stdout.startswith("creditline ")


def test_ctrl_c_while_python_clears_up_prints_no_traceback() -> None:
    ended = run(_AT_EXIT)
    assert (ended.returncode, ended.stderr) == (-signal.SIGINT, "")
    assert ended.stdout.startswith("creditline ")


def test_ctrl_c_is_heard_by_the_command_once_it_is_loaded() -> None:
    ended = run(_ON_IMPORT.format(module="ingest.commands.status"), "status")
    assert ended.returncode == Exit.INTERRUPTED
    assert ended.stderr.startswith("\ncreditline: stopped\n")


def test_the_installed_program_begins_at_its_entry() -> None:
    (found,) = entry_points(group="console_scripts", name="creditline")
    assert found.value == "ingest.cli.entry:main"
