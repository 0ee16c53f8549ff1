"""Run hand-made mutants: break the program in one place, and check that a test named beforehand fails.

    python tests/mutants/run.py             all of them
    python tests/mutants/run.py withheld    those whose name contains the word

Each mutant in `mutants.toml` names a file, text that occurs there once, its replacement, and the tests that must then
fail. The tests run in a copy of the tree, and once before on the unchanged copy: tests that fail anyway kill nothing.
Exit status 1 if a mutant survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutants.toml")
COPIED = ("archive", "db", "ingest", "tests", "docs", "benchmarks", "pyproject.toml", "README.md", "CHANGELOG.md")
PATIENCE = 180
"""Seconds for the tests of one mutant: one that hangs is as dead as one that fails."""
QUIET = ("-q", "-x", "-p", "no:randomly", "-p", "no:cacheprovider")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        name: what it breaks, in a few words.
        file: the file, from the root of the tree.
        before, after: text that occurs there exactly once, and its replacement.
        tests: what must fail, as arguments of pytest.
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """Return all mutants of the list."""
    rows = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return [Mutant(**{**row, "tests": tuple(row["tests"])}) for row in rows]


def survives(mutant: Mutant, tree: Path) -> str | None:
    """Return why *mutant* survives in the copy at *tree*, or None if its tests fail as they should."""
    path = tree / mutant.file
    text, before = path.read_text("utf-8"), path.stat()
    if text.count(mutant.before) != 1:
        return f"its text stands {text.count(mutant.before)} times in {mutant.file}"
    path.write_text(text.replace(mutant.before, mutant.after), "utf-8")
    try:
        status, told = tested(tree, mutant.tests, PATIENCE, keep=False)
    except subprocess.TimeoutExpired:
        return None
    finally:
        path.write_text(text, "utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # makes its compiled file valid again
    if status == 1:
        return None
    return "all tests pass" if status == 0 else f"pytest ended with {status}: {told}"


def tested(tree: Path, tests: Iterable[str], patience: float, *, keep: bool) -> tuple[int, str]:
    """Run *tests* in *tree*; return pytest's exit status and the end of its output.

    Compiled files are written where *keep* is set: only for the unchanged tree, or a mutant could be taken for it.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(tree)} if keep else {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *QUIET, *tests]
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=patience)
    return ran.returncode, ran.stdout[-1500:]


def copied(folder: Path) -> Path:
    """Return a copy of the tree in *folder*."""
    tree = folder / "tree"
    tree.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, tree / name)
    return tree


def main() -> int:
    """Run the requested mutants, and say which survive."""
    asked = [one for one in mutants() if all(word in one.name for word in sys.argv[1:])]
    alive = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder))
        every = dict.fromkeys(test for one in asked for test in one.tests)
        status, told = tested(tree, every, PATIENCE * len(asked), keep=True)
        if status != 0:
            print(f"the tests do not pass though nothing was changed:\n{told}")  # noqa: T201 - a command
            return 1
        for mutant in asked:
            why = survives(mutant, tree)
            alive += why is not None
            print(f"{'killed' if why is None else 'ALIVE '}  {mutant.name}" + (f": {why}" if why else ""), flush=True)  # noqa: T201 - a command
    print(f"{len(asked) - alive} of {len(asked)} killed")  # noqa: T201 - a command
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
