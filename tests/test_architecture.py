"""The structure of the code: what may import what, how large a room may be, and that each room has its own name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("archive", "db", "ingest")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# A longer file hides missing nouns; one that holds a single noun gives its reason here.
FILE_LINES = 500

LONG_FILES: dict[str, str] = {}

DATA_COLUMNS = 120

NAMES_A_CONNECTION = {"ingest/collection/status.py": "hands the connection that db opened back to db; runs no SQL"}
SOCKETS = {
    "ingest/http/client.py": "the one place where anything goes out",
    "ingest/service/unit.py": "tells systemd on this machine that the service is alive",
    "ingest/demo/server.py": "listens on loopback, and asks nobody",
    "db/reading_room/server.py": "listens for readers, and asks nobody",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True, slots=True)
class Room:
    """The facts about one file that the rules need; the file is read once."""

    opens: bool
    tells_why: bool
    lines: int
    imported: tuple[str, ...]
    catches_all: bool


@cache
def room(path: Path) -> Room:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    nodes = list(statements(tree))
    doc = ast.get_docstring(tree) or ""
    return Room(
        opens=doc.rstrip().endswith((".", ":")),
        tells_why=any(reason in doc for reason in ("Apart from ", "A file of its own")),
        lines=len(text.splitlines()),
        imported=tuple(imported(nodes)),
        catches_all=any(isinstance(node, ast.ExceptHandler) and is_broad(node.type) for node in nodes),
    )


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield all statements and exception handlers: a tenth of the nodes, and what the rules look at."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, name, None)
            if isinstance(below, list):  # in an expression, as of a lambda, it is a node
                waiting += below


def imported(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield each module and name that a file imports anywhere, also under TYPE_CHECKING."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module)
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_broad(caught: ast.expr | None) -> bool:
    return caught is None or (isinstance(caught, ast.Name) and caught.id == "Exception")


def importers(*roots: str) -> set[str]:
    return {
        name_of(path)
        for path in SOURCES
        if any(module == root or module.startswith(f"{root}.") for module in room(path).imported for root in roots)
    }


def test_a_file_imported_by_only_one_other_says_why_it_is_separate() -> None:
    """Decision 012: the work of a verb, and a page of the reading room, need no reason of their own."""
    modules = {name_of(path).removesuffix(".py").replace("/", "."): path for path in SOURCES if path.stem != "__init__"}
    by: dict[str, set[str]] = {module: set() for module in modules}
    for path in SOURCES:
        for module in room(path).imported:
            if module in by:
                by[module].add(name_of(path))
    alone = {module: next(iter(them)) for module, them in by.items() if len(them) == 1}
    silent = [
        f"{name_of(modules[module])}, which {importer} alone imports"
        for module, importer in alone.items()
        if not importer.startswith("ingest/commands/")
        and not module.startswith("db.reading_room.pages.")
        and not room(modules[module]).tells_why
    ]
    assert silent == [], 'fold it into that file, or say in its opening words "Apart from ..., which ..."'


def test_ingest_imports_db_and_db_imports_archive_and_never_the_reverse() -> None:
    for path in SOURCES:
        package = name_of(path).partition("/")[0]
        above = PACKAGES[PACKAGES.index(package) + 1 :]
        pointed = [module for module in room(path).imported if module.partition(".")[0] in above]
        assert pointed == [], f"{name_of(path)} imports {pointed}"


def test_only_fetch_opens_a_socket() -> None:
    outgoing = importers(
        "socket", "ssl", "http.client", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "asyncio", "ftplib"
    )
    outgoing |= importers("smtplib")
    beside = {"ingest/http/response.py", "ingest/http/mail.py"}
    assert outgoing <= {*SOCKETS, *beside}
    assert importers("socket") == set(SOCKETS)


def test_every_fetch_uses_the_host_queue_and_one_redirect_follower() -> None:
    assert importers("ingest.http.client.fetch") == {"ingest/crawl/run_setup.py"}
    assert importers("archive.http.url.redirect_target") == {"ingest/crawl/redirect_follower.py"}
    # One reader of the field; the code that explains why a redirect was not followed asks it too.
    assert importers("archive.http.exchange.location") == {"archive/warc/reader.py", "archive/http/url.py"}


def test_trafilatura_is_used_to_read_and_never_to_download() -> None:
    assert importers("trafilatura.downloads", "courlan") == set()


def test_only_archive_warc_imports_warcio() -> None:
    assert importers("warcio") == {"archive/warc/reader.py"}


@pytest.mark.slow
def test_only_db_contains_sql() -> None:
    beyond = {name for name in importers("sqlite3", "sqlite_utils") if not name.startswith("db/")}
    assert beyond <= set(NAMES_A_CONNECTION)
    verbs = ("SELECT ", "INSERT ", "UPDATE ", "DELETE FROM ", "CREATE TABLE", "PRAGMA ")
    for path in SOURCES:
        if name_of(path).startswith("db/"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not node.value.lstrip().startswith(verbs), f"{name_of(path)}:{node.lineno} holds SQL"


def test_no_module_has_a_meaningless_name() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "core", "manager", "base", "misc", "shared", "lib"}
    assert [name_of(path) for path in SOURCES if path.stem in empty or path.parent.name in empty] == []


def faults(path: Path) -> Iterator[str]:
    """Yield what makes a room hard to survey."""
    name, held = name_of(path), room(path)
    if not held.opens:
        yield f"{name}: no sentence opens the file"
    if held.lines > FILE_LINES and name not in LONG_FILES:
        yield f"{name}: {held.lines} lines: look for the noun that is missing, or give the reason"


def test_each_file_opens_with_its_purpose_and_keeps_within_the_limits() -> None:
    assert [fault for path in SOURCES for fault in faults(path)] == []


@pytest.mark.parametrize("suffix", [".toml", ".json", ".css", ".yaml", ".txt"])
def test_a_line_of_data_can_be_reviewed_without_scrolling(suffix: str) -> None:
    # A line of .jsonl or .tsv is a record, which the format does not let us wrap.
    folders = (ROOT / name for name in (*PACKAGES, "docs", "tests", "benchmarks"))
    files = [ROOT / "pyproject.toml", *(path for folder in folders for path in folder.rglob(f"*{suffix}"))]
    long = [
        f"{name_of(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > DATA_COLUMNS
    ]
    assert long == []


def test_every_exception_from_the_limits_is_still_needed() -> None:
    for name in LONG_FILES:
        assert len((ROOT / name).read_text("utf-8").splitlines()) > FILE_LINES, f"{name} fits: strike it off the list"


def test_marks_that_choose_a_suite_stand_in_files_of_tests() -> None:
    # `make slow` and `make test-real` import only the test files that name a mark, or hypothesis (see Makefile).
    others = (path for path in (ROOT / "tests").rglob("*.py") if not path.name.startswith("test_"))
    marking = re.compile(r"mark\.(slow|real)\b|\bgiven\(|add_marker\(.*(slow|real)\b")
    assert [name_of(path) for path in others if marking.search(path.read_text("utf-8"))] == []


@pytest.mark.slow
def test_only_the_edge_catches_every_exception() -> None:
    broad = {name_of(path) for path in SOURCES if room(path).catches_all}
    # The command's edge re-raises what it cannot name; the service records a failed job and runs the next; and the code
    # that settles one capture must not take the others down.
    assert broad <= {
        "ingest/cli/app.py",
        "ingest/service/service.py",
        "ingest/cataloguing/cataloguer.py",
        "ingest/verification/comparison.py",
        "ingest/cataloguing/reader_pool.py",
    }
