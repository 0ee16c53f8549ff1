"""Hostile servers, all at once: memory is bounded, each visit ends with a named outcome, and honest pages arrive."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from tests.real.free_port import free_port

pytestmark = [pytest.mark.real, pytest.mark.slow]

SITES = Path(__file__).resolve().parents[2].parent / "shared" / "sites"
MOST = 700
"""Megabytes that the processes of one command may take together: the sum of their proportional set sizes, where shared
memory counts once. They have taken 210 to 410 since one long answer is read at a time and packed piece by piece, 136 of
it the run itself; the rest is for two readers at their limit.
"""
READERS = 2
"""However many processors there are: each reader may take its 160 megabytes."""
LONGEST = 420.0
"""Seconds that one command may take; the machine may be busy."""
PATIENCE = 60.0
"""Seconds to wait for the sites to be served."""
BOMBS = ("gzip5", "br-bomb", "zstd-bomb")
MADE_WHEN_ASKED = ("/gzip-bomb", "/gzip-bomb2")
"""Each takes the server seconds, or a minute on a busy machine, and meanwhile it answers nobody: these have their own.
"""
ENDED = (Exit.DONE, Exit.ATTENTION)
REASONS = {
    "ansi-head": "bad-head",
    "br-bomb": "error",
    "drip-1xx": "timeout",
    "drip-body": "partial",
    "drip-chunk": "partial",
    "drip-head": "timeout",
    "flood-1xx-big": "too-large-head",
    "gzip5": "error",
    # More than a reader may take; or cut off, if it waited too long for another long answer; or late, if the server was
    # busy with all others.
    "p-5m": "error|partial|timeout",
    "retry-hour": "error",
    "rob-10mb": "robots",
    "rob-169": "address-refused",
    "rob-5xx": "robots-unknown",
    "rob-ansi": "robots",
    "rob-slow": "partial",
    "sm-amp": "unlisted",
    "zstd-bomb": "error",
}
"""What the catalogue must say about sites of which nothing, or not everything, can be had, at any machine speed."""


@dataclass(frozen=True)
class Measured:
    """A command's exit code, its output, and the peak megabytes of its processes."""

    code: int
    out: str
    peak: int


def _family(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for one in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        with suppress(OSError, IndexError):
            stat = Path(f"/proc/{one}/stat").read_text()
            parents.setdefault(int(stat.rsplit(")", 1)[1].split()[1]), []).append(one)
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def _megabytes(pid: int) -> int:
    """Return the memory of the process and its children; shared pages count once."""
    total = 0
    for one in _family(pid):
        with suppress(OSError):
            told = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{one}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(told[1]) if told else 0
    return total // 1024


def measured(folder: Path, *words: str) -> Measured:
    """Run the command in *folder*, and end it if it takes too long or too much memory."""
    with (folder.parent / "out").open("w+b") as out:
        command = [str(Path(sys.executable).parent / "creditline"), "-C", str(folder), *words]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)
        until, peak = time.monotonic() + LONGEST, 0
        while process.poll() is None:
            peak = max(peak, _megabytes(process.pid))
            if time.monotonic() > until or peak > 3 * MOST:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.05)
        out.seek(0)
        return Measured(process.returncode, out.read().decode(errors="replace"), peak)


@contextmanager
def served(script: str, *words: str) -> Iterator[int]:
    """Serve the sites of *script* on a free port of this machine."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, str(SITES / script), "--port", str(port), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOSTILE_MAX_SECONDS": "20", "HOSTILE_MAX_BYTES": str(80 << 20)},
    )
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(port):
            assert server.poll() is None, f"{script} ended"
            assert time.monotonic() < until, f"{script} does not answer"
            time.sleep(0.05)
        yield port
    finally:
        server.kill()
        server.wait()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def make_bombs(port: int) -> None:
    """Ask for each once: to make one takes the server longer than our deadlines, and meanwhile it answers nobody."""
    for name in BOMBS:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as asking:
            asking.sendall(f"GET /a HTTP/1.0\r\nHost: {name}.evil.example\r\n\r\n".encode())
            assert asking.recv(1), name


def cases(script: str) -> list[list[str]]:
    told = subprocess.run([sys.executable, str(SITES / script), "--list"], capture_output=True, text=True, check=True)
    return [line.split("\t") for line in told.stdout.splitlines() if line]


def collection(folder: Path, ports: dict[str, int], publishers: list[str]) -> Path:
    (folder / "warcs").mkdir(parents=True)
    lines = ['contact = "archive@institute.example"', "[connect]"]
    lines += [f'"{host}" = "127.0.0.1:{port}"' for host, port in ports.items()]
    lines += ["[fetch]", "delay = 0", "deadline = 6", "pages = 4", "threads = 16"]
    lines += ["[read]", "deadline = 10", f"workers = {READERS}"]
    for host in publishers:
        lines += ["[[publisher]]", f'url = "http://{host}/"', f'id = "{host.partition(".")[0]}"']
    (folder / "creditline.toml").write_text("\n".join(lines) + "\n")
    return folder


def holds_after(folder: Path) -> None:
    """The collection made from hostile sites can be verified and rebuilt within limits, with the same result."""
    for words in (("verify",), ("rebuild",), ("rebuild", "--check")):
        ended = measured(folder, *words)
        assert ended.peak < MOST, words
        assert ended.code in ENDED, (words, ended.code, ended.out[-3000:])


@pytest.fixture(autouse=True)
def _there(need: Callable[[str], None]) -> None:
    if not SITES.is_dir():
        need("../shared/sites is not there")


@pytest.mark.xdist_group("hostile sites")
def test_hostile_sites_do_not_harm_the_visit_of_an_honest_site(tmp_path: Path) -> None:
    names = [name for name, *_ in cases("evil_server.py")]
    assert len(names) > 97
    hosts = [f"{name}.evil.example" for name in sorted(names, key=lambda name: name == "good")]
    with served("evil_server.py") as port:
        make_bombs(port)
        folder = collection(tmp_path / "evil", dict.fromkeys(hosts, port), hosts)
        ended = measured(folder, "run", "--json")
    assert ended.peak < MOST
    assert ended.code in (*ENDED, Exit.LIMIT), (ended.code, ended.out[-3000:])
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        seen = {capture.publisher for capture in catalogue.all_captures()}
        failed: dict[str, set[str]] = {}
        for one in catalogue.failures():
            failed.setdefault(one.publisher or "", set()).add(one.reason)
        assert set(names) == seen | failed.keys(), "each site has a capture or a failure that says why not"
        unnamed = {
            name: failed.get(name)
            for name, reasons in REASONS.items()
            if failed.get(name, set()).isdisjoint(reasons.split("|"))
        }
        assert unnamed == {}
        honest = [item.url for item in catalogue.items(catalogue.all_item_ids("good"))]
        assert len(honest) >= 3, "the honest site is visited beside the others"
    holds_after(folder)


@pytest.mark.xdist_group("hostile answers")
def test_each_hostile_answer_ends_as_a_capture_or_a_failure(tmp_path: Path) -> None:
    paths = [(number, path) for number, path, *_ in cases("hostile_server.py")]
    hosts = [f"c{number}.hostile.example" for number, _ in paths]
    # Nothing here uses TLS, whose port could collide with others who serve the same sites.
    no_tls = ("--tls-port", "0")
    with served("hostile_server.py", *no_tls) as port, served("hostile_server.py", *no_tls) as apart:
        ports = [apart if path in MADE_WHEN_ASKED else port for _, path in paths]
        folder = collection(tmp_path / "hostile", dict(zip(hosts, ports, strict=True)), [])
        urls = [f"http://{host}{path}" for host, (_, path) in zip(hosts, paths, strict=True)]
        ended = measured(folder, "save", *urls)
    assert ended.peak < MOST
    assert ended.code in ENDED, (ended.code, ended.out[-3000:])
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        seen = {capture.url for capture in catalogue.all_captures()} | {one.url for one in catalogue.failures()}
        assert [url for url in urls if url not in seen and "#" not in url] == []
    holds_after(folder)
