"""A command stopped while a hostile list is arriving or being read ends soon, says so, and leaves the collection to the
next one."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.warc.capture import NoteKind
from ingest.collection.collection import Layout, make, open_for_work
from ingest.discovery.robots_txt import PARSE_LIMIT
from ingest.settings.values import FetchOptions, PublisherOptions, ReadOptions, Settings

pytestmark = pytest.mark.slow

SOON = 60.0
"""Seconds within which it ends on a busy machine; mostly it takes one. A single feed once took for ever."""
SOONER = 15.0
"""The same for a list with the default limit of twenty seconds."""
LONG = 3600.0
HOME = (
    b'<!doctype html><title>Home</title><link rel="alternate" type="application/rss+xml" href="/feed">'
    b'<a href="/b">The harbour was dredged again</a>'
)
XML = b'<?xml version="1.0"?>'
# Each arrives complete in a moment; reading it takes as long as its reader is allowed.
LISTS = {
    "doctype": {"/feed": XML + b"<!DOCTYPE[" * 100_000},
    "deep": {"/feed": b'<rss version="2.0"><channel><item>' + b"<a>" * 1_000_000},
    "entities": {"/sitemap.xml": XML + b"<urlset><url><loc>http://x/" + b"&amp;" * 1_600_000},
    "robots": {"/robots.txt": b"User-agent: a\n" * (PARSE_LIMIT // 14)},
}


def site(hosts: Mapping[str, Mapping[str, bytes]], sent: list[str]) -> Callable[[Any], None]:
    """Serve the lists of each host completely, and endless lines of robots.txt where a host has none.

    *sent* records what was sent completely, or began to be sent endlessly.
    """

    def script(wire: Any) -> None:
        path = wire.request.split(b" ")[1].decode()
        host = next((name for name in hosts if f"{name}.example".encode() in wire.request), "")
        body = hosts[host].get(path, HOME if path == "/" else b"")
        kind = b"text/html" if path == "/" else b"text/plain" if path == "/robots.txt" else b"application/xml"
        if host == "endless" and path == "/robots.txt":
            wire.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            sent.append(host)
            while not wire.stopped.wait(0.05):
                wire.send(b"User-agent: a\nDisallow: /private\n" * 100)
            return
        status = b"200 OK" if body else b"404 Not Found"
        wire.send(b"HTTP/1.0 %b\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body)) + body)
        if path in hosts[host]:
            sent.append(host)

    return script


def settings_at(port: int, hosts: Mapping[str, object]) -> Settings:
    return Settings(
        contact="archive@example.org",
        fetch=FetchOptions(delay=0.0),
        # So that the readers' own time limit does not end it.
        read=ReadOptions(deadline=LONG),
        connect=tuple((f"{name}.example", f"127.0.0.1:{port}") for name in hosts),
        publishers=tuple(PublisherOptions(f"http://{name}.example/", id=name) for name in hosts),
    )


def children(process: int) -> set[int]:
    """Return the processes that *process* started, and those that these started."""
    found, waiting = set[int](), [process]
    while waiting:
        tasks = Path(f"/proc/{waiting.pop()}/task").glob("*/children")
        fresh = {int(word) for task in tasks for word in task.read_text().split()} - found
        found |= fresh
        waiting += fresh
    return found


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def stopped_amid(command: list[object], sent: list[str], wanted: list[str], soon: float = SOON) -> tuple[int, str]:
    """Run *command* until it has received all *wanted* lists, then stop it; return its exit code and output."""
    told = subprocess.PIPE
    with subprocess.Popen([str(word) for word in command], stdout=told, stderr=subprocess.STDOUT, text=True) as process:
        try:
            until = time.monotonic() + 120
            while Counter(wanted) - Counter(sent) and process.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            assert not Counter(wanted) - Counter(sent), f"only {sent} had been asked for"
            begun = children(process.pid)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=120)
            took = time.monotonic() - began
        finally:
            process.kill()  # else the end of the block would wait for a command that hangs
    assert took < soon
    until = time.monotonic() + 60
    while any(alive(one) for one in begun) and time.monotonic() < until:
        time.sleep(0.02)
    assert [one for one in begun if alive(one)] == [], "its readers go on"
    return process.returncode, said


@pytest.mark.parametrize("verb", ["run", "start"])
def test_a_run_stopped_during_hostile_lists_ends_and_the_next_command_writes(
    creditline_script: Path, raw_server: Any, tmp_path: Path, verb: str
) -> None:
    hosts, sent = {**LISTS, "endless": {}}, list[str]()
    raw_server.script = site(hosts, sent)
    layout = Layout(tmp_path / "kept")
    settings = settings_at(raw_server.address[1], hosts)
    make(layout, settings)
    call = [creditline_script, "-C", layout.directory]
    code, said = stopped_amid([*call, verb], sent, list(hosts))
    assert code == Exit.TERMINATED
    assert '"stopped": "a signal"' in said
    # The next writer does not wait.
    with open_for_work(layout, settings) as work:
        work.note(NoteKind.RUN, {"began": work.clock().isoformat(), "pages": 0})


@pytest.mark.parametrize("lists", [{}, {**LISTS["doctype"], **LISTS["entities"]}], ids=["endless", "whole"])
def test_a_first_look_stopped_during_hostile_lists_leaves_nothing(
    creditline_script: Path, raw_server: Any, tmp_path: Path, lists: dict[str, bytes]
) -> None:
    name, sent, folder = "whole" if lists else "endless", list[str](), tmp_path / "kept"
    raw_server.script = site({name: lists}, sent)
    connect = f"{name}.example=127.0.0.1:{raw_server.address[1]}"
    call = [creditline_script, "init", f"http://{name}.example/", folder, "--contact", "a@example.org"]
    code, said = stopped_amid([*call, "--connect", connect], sent, [name] * max(1, len(lists)), SOONER)
    assert code == Exit.TERMINATED
    assert said == "Stopped by a signal: no collection was made\n"
    assert not folder.exists()
