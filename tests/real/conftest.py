"""The installed command, the folder of test data beside the repository, and free ports."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.real import oracles
from tests.real.free_port import free_port
from tests.real.oracles import NotInstalled


@dataclass(frozen=True)
class Ran:
    """A command's exit code and output; *seconds* is its duration."""

    code: int
    out: str
    err: str
    seconds: float

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its output, as one JSON object per line."""
        return [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]

    @property
    def summary(self) -> dict[str, Any]:
        """The last line of a run."""
        found = [event for event in self.events if event.get("event") == "summary"]
        assert found, f"no summary; exit {self.code}: {self.err[-2000:]}"
        return found[-1]


class Run(Protocol):
    """Runs the installed command in the collection of *directory*."""

    def __call__(self, directory: Path, *arguments: str, timeout: float = 600) -> Ran: ...


# The longest come first: parallel workers would otherwise wait for one that starts last. Hostile sites mostly wait; a
# worker that takes a single test takes the next group too, which must not be a long one: it is the other of these two.
FIRST = (
    *("test_wordpress", "test_gold_chain", "test_hostile_sites", "test_gold_pages", "test_reading_room"),
    *("test_foreign_crawlers", "test_api", "test_clock", "test_evidence_of_gold_pages"),
)


@pytest.hookimpl(tryfirst=True)  # before groups are looked at
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of a file in one process, where tests run in several: they share what takes long to start.

    Each theme of WordPress counts as a file of its own.
    """
    for item in items:
        if item.get_closest_marker("real") and not item.get_closest_marker("xdist_group"):
            asked = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {asked.get('wordpress', '')}".strip()))

    def place(item: pytest.Item) -> int:
        is_long = item.get_closest_marker("real") and item.path.stem in FIRST
        return FIRST.index(item.path.stem) if is_long else len(FIRST)

    items.sort(key=place)


def missing(what: str) -> None:
    """Skip the test because *what* is missing; fail it where skips are not allowed."""
    if os.environ.get("CREDITLINE_NO_SKIPS"):
        pytest.fail(f"{what}, and CREDITLINE_NO_SKIPS forbids to skip")
    pytest.skip(what)


@pytest.fixture(scope="session")
def need() -> Callable[[str], None]:
    """Call it with what is missing: the test is skipped, or fails where skips are not allowed."""
    return missing


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the repository."""
    found = Path(__file__).resolve().parents[2].parent / "shared"
    if not found.is_dir():
        missing(f"the test data is not beside the repository ({found})")
    return found


@pytest.fixture(scope="session")
def creditline() -> Run:
    """Run the installed console script in a process of its own."""
    script = Path(sys.executable).parent / "creditline"

    def run(directory: Path, *arguments: str, timeout: float = 600) -> Ran:
        began = time.monotonic()
        done = subprocess.run(
            [script, "-C", directory, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    return run


@pytest.fixture(scope="session")
def demonstration(creditline: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Put the demonstration's collection into a new folder: ``demonstration(folder)``.

    Of parallel test processes the first makes it.
    """
    shared = "PYTEST_XDIST_WORKER" in os.environ
    within = tmp_path_factory.getbasetemp().parent if shared else tmp_path_factory.mktemp("demonstration")
    made = within / "demonstration-made"
    with (within / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            begun = made.with_name("demonstration-begun")
            assert creditline(within, "demo", str(begun)).code == 0
            begun.rename(made)
    return lambda folder: Path(shutil.copytree(made, folder))


def _there(folder: Callable[[], Path]) -> Path:
    try:
        return folder()
    except NotInstalled as error:
        missing(str(error))
        raise


@pytest.fixture(scope="session")
def python_oracles() -> Path:
    """The folder of the commands of pywb, wacz, cdxj-indexer and bagit."""
    return _there(oracles.for_archives) / "bin"


@pytest.fixture(scope="session")
def citation_oracles() -> Path:
    """The folder of an environment with pandoc, pybtex and the citation styles of journals."""
    return _there(oracles.for_citations)


@pytest.fixture(scope="session")
def api_oracles() -> Path:
    """The folder of an environment with Schemathesis, extruct and atoma."""
    return _there(oracles.for_the_api) / "bin"


@pytest.fixture(scope="session")
def schemathesis(api_oracles: Path) -> Path:
    """The command of Schemathesis, which tests an API by its description."""
    return api_oracles / "schemathesis"


@pytest.fixture(scope="session")
def citation_js() -> Path:
    """The folder where Node finds Citation.js with its plug-ins for BibLaTeX, RIS and CSL-JSON."""
    return _there(oracles.for_citations_in_node)


@pytest.fixture(scope="session")
def node_oracles() -> Path:
    """The folder where Node finds ReplayWeb.page, warcio.js and a driver for Chromium."""
    return _there(oracles.for_pages_in_node)


@pytest.fixture(scope="module", name="free_port")
def port_for_others() -> int:
    """A loopback port for another program."""
    return free_port()
