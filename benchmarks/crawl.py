"""Crawl: CPU time per page that is fetched and kept from many hosts, and how busy the hosts are kept.

Each program visits the same pages on loopback addresses (127.0.1.1, 127.0.1.2, ...), with one request per host at a
time and a pause after each, and writes WARC files. The programs take turns. The machine may be busy, so only the ratios
count.

    python benchmarks/crawl.py [--hosts 40] [--pages 20] [--pause 1.0] [--only NAME...]

- `keep`: only our host queues and our archive (`crawl.py --keep`);
- `creditline run`: everything, with discovery, reading, terms and the index;
- `wget`: one process per host, because one process visits hosts one after the other;
- `scrapy` and `aiohttp`: each with warcio's writer (`crawl_peers.py`), installed into a scratch folder.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from uuid import uuid4

from cost import Cost, cost_of

HERE = Path(__file__).resolve().parent
PORT = 8811
WORDS = ["council", "budget", "river", "harbour", "report", "grain", "railway", "energy", "pension", "school", "trade"]


@dataclass(frozen=True, slots=True)
class Bench:
    """The number of hosts, of pages per host, and the pause in seconds between two pages of one host."""

    hosts: int
    pages: int
    pause: float
    scratch: Path

    @property
    def addresses(self) -> list[str]:
        """The hosts."""
        return [f"127.0.{1 + number // 250}.{1 + number % 250}" for number in range(self.hosts)]

    def urls(self, host: str) -> list[str]:
        """Return the pages of a host."""
        return [f"http://{host}:{PORT}/text-{number}/" for number in range(self.pages)]


# ── The server ───────────────────────────────────────────────────────────────────────────────────────────────────────


def page_of(host: str, path: str, pages: int) -> tuple[int, str, bytes]:
    """Return the response of *host* for *path*: status, type and body. A text has about 20 KB."""
    if path == "/robots.txt":
        return 200, "text/plain", f"Sitemap: http://{host}/map.xml\n".encode()
    if path == "/map.xml":
        named = "".join(f"<url><loc>http://{host}/text-{number}/</loc></url>" for number in range(pages))
        return 200, "application/xml", f"<urlset>{named}</urlset>".encode()
    if path == "/":
        return 200, "text/html", b"<!doctype html><html><title>House</title><body><h1>House</h1></body></html>"
    if not path.startswith("/text-"):
        return 404, "text/html", b"none"
    chance = Random(f"{host}{path}")  # noqa: S311 - the same words each time
    menu = "".join(f'<li class="menu-item"><a href="/topic/{word}/">{word}</a></li>' for word in WORDS * 5)
    told = "".join(
        "<p>" + " ".join(" ".join(chance.choices(WORDS, k=14)).capitalize() + "." for _ in range(6)) + "</p>"
        for _ in range(20)
    )
    title = f"Report {path[6:-1]} of {host}"
    body = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body><ul>{menu}</ul>'
        f'<main><article><h1>{title}</h1><p class="byline">By Ada Berg, <time datetime="2024-03-01">1 March 2024</time>'
        f"</p>{told}</article></main></body></html>"
    )
    return 200, "text/html", body.encode()


async def serve(addresses: list[str], pages: int, log: Path) -> None:
    """Serve until SIGTERM, then write one line for each request: `[host, path, begin, end]`."""
    asked: list[tuple[str, str, float, float]] = []
    made: dict[tuple[str, str], bytes] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                began, lines = time.monotonic(), head.decode("latin-1").split("\r\n")
                host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
                path = lines[0].split(" ")[1]
                if (host, path) not in made:
                    status, kind, body = page_of(host, path, pages)
                    fields = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close"
                    made[host, path] = f"HTTP/1.1 {status} Fine\r\n{fields}\r\n\r\n".encode() + body
                writer.write(made[host, path])
                await writer.drain()
                asked.append((host.partition(":")[0], path, began, time.monotonic()))
                break
        writer.close()

    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    servers = [await asyncio.start_server(answer, address, PORT) for address in addresses]
    print("ready", flush=True)
    await done.wait()
    for server in servers:
        server.close()
    log.write_text("".join(json.dumps(one) + "\n" for one in asked), encoding="utf-8")


@contextmanager
def served(bench: Bench, log: Path) -> Iterator[None]:
    """Serve until the block ends; afterwards *log* lists the requests."""
    command = [sys.executable, __file__, "--serve", str(log), "--hosts", str(bench.hosts), "--pages", str(bench.pages)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        server.stdout.readline()
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


# ── Ours ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep(urls: list[str], pause: float, folder: Path) -> None:
    """Fetch *urls* with our host queues, robots.txt first, and keep them in our archive, one sync per batch."""
    from archive.http.exchange import Exchange
    from archive.store import Archive
    from ingest.crawl.host_queues import HostQueues
    from ingest.crawl.request import Request
    from ingest.http.client import FetchSettings, fetch
    from ingest.http.protocol_version import HttpVersions

    def now() -> datetime:
        return datetime.now(UTC)

    hosts = {url.split("/")[2].partition(":")[0] for url in urls}
    asking = FetchSettings(
        user_agent="creditline (+a@think.example)",
        connect={f"h{host.replace('.', '-')}.example": (host, PORT) for host in hosts},
    )
    queues = HostQueues(
        lambda url, conditions, version: fetch(
            url, settings=asking, clock=now, conditions=conditions, protocol=version
        ),
        delay=lambda _host, _asked: pause,
        clock=now,
        sleep=time.sleep,
        versions=HttpVersions(),
        threads=32,
    )
    for url in urls:
        queues.send(Request(_named(url), "bench", "page"))
    kept = 0
    with Archive.open(folder, info={"software": "creditline"}, clock=now, new_id=uuid4) as archive:
        while queues.waiting:
            for fetched in queues.collect(0.25):
                if isinstance(fetched.answer, Exchange):
                    archive.keep("bench", fetched.answer)
                    kept += 1
            archive.sync()
    queues.close()
    print(kept, "kept")


def _named(url: str) -> str:
    host = url.split("/")[2].partition(":")[0]
    return url.replace(f"{host}:{PORT}", f"h{host.replace('.', '-')}.example")


def settings_of(bench: Bench) -> str:
    """Return the settings of a collection of all hosts."""
    names = {host: f"h{host.replace('.', '-')}.example" for host in bench.addresses}
    mapped = "".join(f'"{name}" = "{host}:{PORT}"\n' for host, name in names.items())
    houses = "".join(f'[[publisher]]\nurl = "http://{name}/"\nrequisites = "none"\n' for name in names.values())
    return f'contact = "a@think.example"\n[fetch]\ndelay = {bench.pause}\n[connect]\n{mapped}{houses}'


# ── The comparison ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Shown:
    """The result of one program.

    Attributes:
        texts: the number of texts that it requested.
        cost: its CPU time and memory.
        busy: the share of the run time, without the start of the program, in which a host was answering or in its
            required pause; the mean over all hosts.
    """

    texts: int
    cost: Cost
    busy: float


def weighed(bench: Bench, name: str, command: list[str], environment: dict[str, str] | None = None) -> Shown:
    """Run *command* against a new server, and measure it."""
    log = bench.scratch / f"{name}.log"
    with served(bench, log):
        cost = cost_of(command, bench.scratch, environment)
    asked: dict[str, list[tuple[float, float]]] = {}
    texts = 0
    for line in log.read_text(encoding="utf-8").splitlines():
        host, path, began, ended = json.loads(line)
        asked.setdefault(host, []).append((began, ended))
        texts += path.startswith("/text-")
    if texts < bench.hosts * bench.pages:
        printed = (bench.scratch / "printed").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"{name} asked for {texts} texts (exit {cost.code})\n{printed[-2000:]}")
    first = min(times[0][0] for times in asked.values())
    last = max(times[-1][1] for times in asked.values())
    owed = (sum(bench.pause + end - begin for begin, end in sorted(times)[:-1]) for times in asked.values())
    return Shown(texts, cost, sum(owed) / len(asked) / (last - first))


def commands(bench: Bench, chosen: list[str]) -> Iterator[tuple[str, list[str], dict[str, str] | None]]:
    """Yield the programs to compare: name, command and environment."""
    lists = bench.scratch / "urls"
    lists.mkdir(exist_ok=True)
    for host in bench.addresses:
        (lists / host).write_text("\n".join(bench.urls(host)), encoding="utf-8")
    together = bench.scratch / "urls.txt"
    # One URL of each host in turn, like a frontier would return them.
    turns = zip(*(bench.urls(host) for host in bench.addresses), strict=True)
    together.write_text("\n".join(url for turn in turns for url in turn), encoding="utf-8")
    out = bench.scratch / "kept"
    out.mkdir(exist_ok=True)
    work = [str(together), str(bench.pause), str(out)]
    ours = {**os.environ, "PYTHONPATH": f"{HERE.parent}:{HERE}", "PYTHONSAFEPATH": "1"}  # see archive.py
    if "keep" in chosen:
        yield "keep", [sys.executable, __file__, "--keep", *work], ours
    if "creditline run" in chosen:
        folder = bench.scratch / "collection"
        folder.mkdir()
        (folder / "creditline.toml").write_text(settings_of(bench), encoding="utf-8")
        call = [sys.executable, "-c", "from ingest.cli.app import main; main()", "-C", str(folder), "run"]
        yield "creditline run", call, ours
    if "wget" in chosen:
        wget = (
            f"for host in $(ls {lists}); do wget -q -O /dev/null --tries=1 --wait={bench.pause} "
            f"--warc-file={out}/wget-$host -i {lists}/$host & done; wait"
        )
        yield "wget", ["sh", "-c", wget], None
    peer = bench.scratch / "peer"
    if {"scrapy", "aiohttp"} & set(chosen):
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(peer)]
        subprocess.run([*pip, "scrapy", "aiohttp", "warcio"], check=True)
    for name in ("scrapy", "aiohttp"):
        if name in chosen:
            yield name, [sys.executable, str(HERE / "crawl_peers.py"), name, *work], {
                **os.environ, "PYTHONPATH": str(peer),
            }  # fmt: skip


def compare(bench: Bench, chosen: list[str]) -> None:
    """Run all programs in turn and print the table."""
    print(f"{bench.hosts} hosts, {bench.pages} pages each, {bench.pause:g} s between two of one host\n")
    print(f"{'program':<16} {'CPU ms/page':>12} {'ratio':>6} {'hosts busy':>11} {'seconds':>8} {'peak MiB':>9}")
    least = None
    for name, command, environment in commands(bench, chosen):
        shown = weighed(bench, name.replace(" ", "-"), command, environment)
        cpu = 1000 * shown.cost.cpu / shown.texts
        least = least or cpu
        wall, peak = shown.cost.wall, shown.cost.peak / 1024
        print(f"{name:<16} {cpu:12.2f} {cpu / least:6.2f} {shown.busy:11.1%} {wall:8.1f} {peak:9.0f}", flush=True)


def main() -> None:
    """Run the comparison, or act as one of the compared programs."""
    names = ["keep", "creditline run", "wget", "scrapy", "aiohttp"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--pause", type=float, default=1.0)
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--keep", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.keep:
        keep(Path(chosen.keep[0]).read_text(encoding="utf-8").split(), float(chosen.keep[1]), Path(chosen.keep[2]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(chosen.hosts, chosen.pages, chosen.pause, Path(temporary))
        if chosen.serve:
            asyncio.run(serve(bench.addresses, bench.pages, chosen.serve))
            return
        only = [name for name in chosen.only if name != "wget" or shutil.which("wget")]
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        compare(bench, only)


if __name__ == "__main__":
    main()
