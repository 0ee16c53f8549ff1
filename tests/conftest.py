"""Rules for every test: no network beyond the loopback interface, and no silent skips."""

from __future__ import annotations

import base64
import gc
import gzip
import hashlib
import importlib.util
import inspect
import ipaddress
import os
import re
import socket
import sqlite3
import sys
from collections.abc import Callable, Generator, Iterator
from functools import cache
from itertools import count, islice
from pathlib import Path
from traceback import walk_stack
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no fault of the code under test. The same code passes or fails each time: `make explore` is there to
# try other examples.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
# The fast suite tries some of the examples of each property, the slow suite all (see Makefile).
settings.register_profile("quick", settings.get_profile("steady"))
settings.register_profile("explore", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a quick suite, let each property try a third of its examples, but at least twenty and at most a hundred; ten
    times as many where new ones are looked for."""
    profile = settings.get_current_profile_name()
    if profile not in ("quick", "explore"):
        return
    for test in {item.function for item in items if isinstance(item, pytest.Function)}:
        # Hypothesis's own plugin sets it this way too: no public name gives access to a test's own settings.
        whole = getattr(test, "_hypothesis_internal_use_settings", None)
        if whole is not None:
            few = max(min(whole.max_examples // 3, 100), min(whole.max_examples, 20))
            tried = few if profile == "quick" else 10 * whole.max_examples
            test._hypothesis_internal_use_settings = settings(whole, max_examples=tried)


_LONGEST_TESTS = (
    "tests/anomalies/test_kills.py",
    "tests/anomalies/",
    "tests/ingest/crawl/test_many_hosts.py",
    "tests/ingest/crawl/test_shared_run.py",
    "tests/ingest/test_five_years.py",
    "tests/test_readme.py",
    "tests/db/reading_room/archived/test_random_requests.py",
    "tests/db/search/test_query_language.py::test_random_queries_never_raise_and_are_fast",
    "tests/ingest/cataloguing/",
    "tests/ingest/cli/",
)
"""Tests that take from ten seconds to a minute, the longest first."""


# Last of all hooks: pytest-randomly shuffles, and the marks deselect, before it.
@pytest.hookimpl(specname="pytest_collection_modifyitems", trylast=True)
def pytest_longest_first(items: list[pytest.Item]) -> None:
    """Start the longest tests first: parallel workers would wait for one that starts last."""

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("real"):  # tests/real sorts its own
            return len(_LONGEST_TESTS)
        found = (number for number, start in enumerate(_LONGEST_TESTS) if item.nodeid.startswith(start))
        return next(found, len(_LONGEST_TESTS))

    # The fast suite has none of them; comparing all its names would take as long as some of its tests.
    if any(item.get_closest_marker("slow") for item in items[:100]):
        items.sort(key=place)


@cache
def _prepares_once(file: Path) -> bool:
    return 'scope="module"' in file.read_text(encoding="utf-8")


# Before groups are looked at, and after the folders have made theirs.
@pytest.hookimpl(specname="pytest_collection_modifyitems", tryfirst=True)
def pytest_files_that_prepare_in_one_process(items: list[pytest.Item]) -> None:
    """Run the slow tests of a file in one process, where tests run in several, if the file makes something once for all
    of them: each process would make it anew, which often takes longer than a test.
    """
    for item in items:
        slow = item.get_closest_marker("slow") and not item.get_closest_marker("xdist_group")
        if slow and ("once" in getattr(item, "fixturenames", ()) or _prepares_once(item.path)):
            item.add_marker(pytest.mark.xdist_group(item.path.stem))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--beside", type=Path, metavar="FOLDER", help="run only files that no process with the same FOLDER has begun"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run the files that no process beside this one has begun. (xdist has each test told to its first process and
    counted there, which takes longer than most tests of the fast suite.)
    """
    beside: Path | None = session.config.getoption("--beside")
    if beside is None or session.testsfailed or session.config.option.collectonly:
        return None

    @cache
    def is_first_at(file: Path) -> bool:
        try:
            (beside / str(file).replace(os.sep, " ")).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    own = (item for item in session.items if is_first_at(item.path))
    item = next(own, None)
    while item is not None:
        following = next(own, None)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            raise session.Failed(session.shouldfail)
        if session.shouldstop:
            raise session.Interrupted(session.shouldstop)
        item = following
    return True


# Longer than any id that is looked at; a full id of megabytes would be sent between processes.
_LONGEST_ID = 2000


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a case with a long text by the beginning of the text and its length."""
    if isinstance(val, str | bytes) and len(val) > _LONGEST_ID:
        return f"{val[:40]!r} and so on, {len(val)}"
    return None


_RealConnect = Callable[[socket.socket, Any], Any]


def _is_loopback(family: int, address: object) -> bool:
    if family == socket.AF_UNIX or not isinstance(address, tuple):
        return family == socket.AF_UNIX
    host = str(address[0])
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _guarded(real: _RealConnect) -> _RealConnect:
    def connect(self: socket.socket, address: Any) -> Any:
        if not _is_loopback(self.family, address):
            pytest.fail(f"a test tried to leave loopback for {address!r}")
        return real(self, address)

    return connect


def _resolve_only_here(real: Callable[..., Any]) -> Callable[..., Any]:
    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host in (None, "", "localhost") or _is_literal(str(host)):
            return real(host, *args, **kwargs)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    return getaddrinfo


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_loopback() -> Iterator[None]:
    """Refuse connections to other hosts, and answer name look-ups with "no such host"."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", _guarded(socket.socket.connect))
        patched.setattr(socket.socket, "connect_ex", _guarded(socket.socket.connect_ex))
        patched.setattr(socket, "getaddrinfo", _resolve_only_here(socket.getaddrinfo))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_search_is_too_slow() -> Iterator[None]:
    """Let the processor time of searches stand still: how busy the machine is must not decide what they find. Tests of
    the limit bring a clock of their own, or allow no time at all.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("db.search.effort.thread_time", lambda: 0.0)
        yield


# Where each open database was opened, by the address of its object. One left open is noticed much later, by the garbage
# collector, and then fails an unrelated test.
_opened: dict[int, str] = {}


@pytest.fixture(autouse=True, scope="session")
def _who_opens_a_database() -> Iterator[None]:
    real = sqlite3.connect

    def connect(*told: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*told, **options)
        callers = islice(walk_stack(inspect.currentframe()), 1, 5)
        lines = (f"{frame.f_code.co_filename}:{line}" for frame, line in callers)
        _opened[id(connection)] = f"{os.environ.get('PYTEST_CURRENT_TEST')}: {', '.join(lines)}"
        return connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite3, "connect", connect)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Freeze the objects made before the tests: garbage collection over thousands of collected tests and all modules
    took a fifth of the suite's time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def creditline_script() -> Path:
    """The installed command, next to the interpreter that runs the tests."""
    script = Path(sys.executable).with_name("creditline")
    assert script.exists(), "install the project first: pip install -e ."
    return script


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail where CREDITLINE_NO_SKIPS is set: a CI build must not pass by skipping. Say who opened a
    database that a failure names.
    """
    report = yield
    if os.environ.get("CREDITLINE_NO_SKIPS") and report.skipped and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and CREDITLINE_NO_SKIPS is set: {why}"
    if report.failed:
        for address in dict.fromkeys(re.findall(r"Connection object at (0x[0-9a-f]+)", str(report.longrepr))):
            report.sections.append(("Opened by", f"{address}: {_opened.get(int(address, 16), 'nobody who is known')}"))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if os.environ.get("CREDITLINE_NO_SKIPS") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped, and CREDITLINE_NO_SKIPS is set"
    return report


# ── What other crawlers write ────────────────────────────────────────────────────────────────────────────────


def sha1(data: bytes) -> str:
    """Return a digest as other crawlers print it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


class ForeignWarc:
    """A WARC file like another crawler's, written record by record; dates have no fractions."""

    def __init__(self, path: Path, version: str = "WARC/1.0") -> None:
        self.path = path
        self._version = version
        self._ids = count(1)
        path.write_bytes(b"")

    def record(self, kind: str, block: bytes, *, date: str = "2019-03-01T10:00:00Z", **fields: str) -> str:
        """Write one record and return its id; in names of *fields*, ``_`` stands for ``-``."""
        record_id = fields.pop("record_id", "") or f"<urn:uuid:{hash_of(self.path.name, next(self._ids))}>"
        named = {"WARC-Type": kind, "WARC-Record-ID": record_id, "WARC-Date": date}
        named |= {f"WARC-{name.replace('_', '-')}": value for name, value in fields.items() if name != "type"}
        if block:
            named["Content-Type"] = fields.get("type", "application/http")
        named = {"WARC-Block-Digest": sha1(block), **named, "Content-Length": str(len(block))}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        whole = f"{self._version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
        with self.path.open("ab") as file:
            file.write(gzip.compress(whole, mtime=0) if self.path.suffix == ".gz" else whole)
        return record_id

    def info(self, software: str) -> str:
        block = f"software: {software}\r\nformat: WARC File Format 1.0\r\n".encode()
        return self.record("warcinfo", block, type="application/warc-fields")

    def response(self, url: str, body: bytes, *, head: bytes | None = None, **fields: str) -> str:
        """Write a response with the payload digest of *body*; *head* lacks its last empty line."""
        if head is None:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n" % len(body)
        fields.setdefault("Payload_Digest", sha1(body))
        return self.record("response", head + b"\r\n" + body, Target_URI=url, **fields)


def hash_of(name: str, number: int) -> str:
    """Return a UUID derived from the position of a record."""
    digits = hashlib.sha256(f"{name} {number}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


@pytest.fixture
def foreign_warc(tmp_path: Path) -> Callable[..., ForeignWarc]:
    """Begin a WARC file as another crawler writes it: ``foreign_warc("name.warc.gz")``."""

    def begin(name: str = "theirs.warc.gz", version: str = "WARC/1.0") -> ForeignWarc:
        return ForeignWarc(tmp_path / name, version)

    return begin


_SAMPLE_SITES = Path(__file__).parent / "sites" / "sample_sites.py"


@pytest.fixture(scope="session")
def samples() -> ModuleType:
    """The module of site types (tests/sites/sample_sites.py)."""
    spec = importlib.util.spec_from_file_location("sample_sites", _SAMPLE_SITES)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # A dataclass looks up the module that defines it.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
