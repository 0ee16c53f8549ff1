"""Two hundred hosts in one run, one of them slow, one dead and one hostile: the others are visited as soon as their
pauses are over, and the run takes no more memory for them.
"""

from __future__ import annotations

import socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.demo.site import Response
from ingest.settings.values import FetchOptions, PublisherOptions, Settings

HOSTS, TEXTS, PAUSE = 200, 3, 3.0
SLOW, DEAD, HOSTILE = "h000.example", "h001.example", "h002.example"
HTML = (("Content-Type", "text/html"),)


class Houses:
    """Small publishers, told apart by the Host field: a home page, a sitemap, and a few texts each."""

    def __init__(self, prose: Callable[[str], list[str]]) -> None:
        self._prose = prose
        self.asked: dict[str, list[str]] = defaultdict(list)
        self.order: list[str] = []

    def respond(self, method: str, path: str, headers: Mapping[str, str]) -> Response:
        assert method == "GET"
        host = headers["host"]
        self.asked[host].append(path)
        self.order.append(host)
        texts = [f"/text-{number}/" for number in range(TEXTS)]
        if path == "/robots.txt":
            return Response(200, (("Content-Type", "text/plain"),), f"Sitemap: http://{host}/map.xml".encode())
        if path == "/map.xml":
            named = "".join(f"<url><loc>http://{host}{text}</loc></url>" for text in texts)
            return Response(200, (("Content-Type", "application/xml"),), f"<urlset>{named}</urlset>".encode())
        if path == "/":
            links = "".join(f'<p><a href="{text}">{text}</a></p>' for text in texts)
            return Response(200, HTML, f"<html><title>House</title><body>{links}</body></html>".encode())
        if path not in texts:
            return Response(404, HTML, b"none")
        told = "".join(f"<p>{words}</p>" for words in self._prose(f"{host}{path}"))
        title = f"Harbour report {path[6:-1]} of {host}"
        body = f"<!doctype html><html lang=en><title>{title}</title><main><h1>{title}</h1>{told}</main></html>"
        return Response(200, HTML, body.encode())

    def lead(self) -> int:
        """Return the largest lead, in requests, of the most visited host over the least visited one."""
        told, lead = Counter(dict.fromkeys(self.asked, 0)), 0
        for host in self.order:
            told[host] += 1
            lead = max(lead, told[host] - min(told.values()))
        return lead


def harm(wire: Any) -> None:
    """Answer byte by byte, or without end."""
    if SLOW.encode() in wire.request:
        wire.drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" * 50, pause=0.5)
    elif b"/robots.txt" in wire.request:
        wire.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    else:
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>")
        for number in range(10**6):
            wire.send(b"".join(b'<a href="/%d/%d">x</a>' % (number, at) for at in range(1000)))


@contextmanager
def closed_port() -> Iterator[int]:
    """Reserve a port where nothing listens, so that nothing else gets it meanwhile."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield int(closed.getsockname()[1])


def resident() -> float:
    """Return the memory of this process in megabytes."""
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * 4096 / 1e6


@pytest.mark.slow
def test_three_bad_hosts_do_not_slow_down_two_hundred_others(
    run_over: Any, raw_server: Any, samples: Any, tmp_path: Path
) -> None:
    houses, names = Houses(samples.prose), [f"h{number:03}.example" for number in range(HOSTS)]
    raw_server.script = harm
    layout, held = Layout(tmp_path / "kept"), list[float]()
    with serve(houses) as port, closed_port() as dead:
        others = {SLOW: raw_server.address[1], DEAD: dead, HOSTILE: raw_server.address[1]}
        settings = Settings(
            contact="archive@example.org",
            connect=tuple((name, f"127.0.0.1:{others.get(name, port)}") for name in names),
            # An answer that is late on a busy machine is none to be asked for again.
            fetch=FetchOptions(delay=PAUSE, deadline=10.0, max_bytes=2_000_000),
            publishers=tuple(PublisherOptions(f"http://{name}/", id=name[:4]) for name in names),
        )
        make(layout, settings)

        def weighed(_: object) -> bool:
            held.append(resident())
            return False

        report, teller = run_over(layout, settings, stopped=weighed)
    assert houses.lead() <= 3, "no host waits while another is asked again and again"
    sound = [name for name in names if name not in others]
    requests = {len(houses.asked[name]) for name in sound}
    assert requests == {4 + TEXTS}, "robots.txt, home page, policy, sitemap and the texts, each once"
    assert sum("/text-" in str(url) for url in teller.outcomes("new")) == len(sound) * TEXTS
    assert report.tally.counts["failed"] >= 2
    # Measured after the first tenth of the run: what is loaded at its start stays.
    assert max(held) - held[len(held) // 10] < 50
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert len(catalogue.publishers()) == HOSTS
