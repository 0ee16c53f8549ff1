"""Archive: CPU time to verify and to write WARC files, compared with warcio, fastwarc and aiohttp in the same run.

    python benchmarks/archive.py [--pages 1000] [--rounds 5]

The programs take turns, so other load on the machine affects all of them. The figure of each is its fastest round; only
the ratios count. The pages are generated from a seed, about 49 KB each, and compress about as well as the pages of a
think tank. aiohttp is not a dependency of the project; if it is missing, it is installed into a scratch folder.
"""

import os
import sys

if not sys.flags.safe_path:  # this file has the name of the package that it measures, and would be imported instead
    os.execv(  # noqa: S606 - restarts this script
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import argparse
import importlib.util
import io
import random
import resource
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.fixity.verifier import verify_file
from archive.http.exchange import Ending, Exchange
from archive.store import Archive
from ingest.http.client import FetchSettings, fetch

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
REQUEST = (
    "GET /{0} HTTP/1.0\r\nHost: think.example\r\nUser-Agent: creditline/0.1.0 (web archive; +a@think.example)\r\n"
    "Accept: text/html,*/*;q=0.8\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
)
RESPONSE = (
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: text/html; charset=utf-8"
    '\r\nContent-Length: {0}\r\nETag: "{1}"\r\nConnection: close\r\n\r\n'
)


def pages(count: int) -> list[Exchange]:
    """Return *count* generated exchanges, the same every time."""
    chance = random.Random(2026)  # noqa: S311 - pages, not secrets
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = ["".join(chance.choices(letters, range(26, 0, -1), k=chance.randint(2, 10))) for _ in range(6000)]
    common = [1 / rank for rank in range(1, len(words) + 1)]
    furniture = "".join(f'<li class="menu-item"><a href="/{word}/">{word}</a></li>\n' for word in words[:400])
    made = []
    for number in range(count):
        length = chance.randint(45, 75)
        text = "</p>\n<p>".join(" ".join(chance.choices(words, common, k=70)) for _ in range(length))
        body = f"<!doctype html><html><title>{number}</title><ul>{furniture}</ul><p>{text}</p></html>".encode()
        head = RESPONSE.format(len(body), number).encode()
        url, began = f"http://think.example/{number}", BEGAN + timedelta(seconds=number)
        asked = REQUEST.format(number).encode()
        made.append(Exchange(url, began, asked, head + body, Ending.LENGTH, "192.0.2.7"))
    return made


def taking_turns(rounds: int, programs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Run the programs in turn and return the lowest CPU time of each, in seconds."""
    least = dict.fromkeys(programs, float("inf"))
    for _ in range(rounds):
        for name, program in programs.items():
            began = time.process_time()
            program()
            least[name] = min(least[name], time.process_time() - began)
    return least


def write_ours(exchanges: list[Exchange], folder: Path) -> Path:
    """Keep the exchanges like a run, syncing after every 50, and return the file."""
    where = Path(tempfile.mkdtemp(dir=folder))
    with Archive.open(where, info={"software": "bench"}, clock=lambda: BEGAN, new_id=uuid.uuid4) as archive:
        for number, exchange in enumerate(exchanges):
            archive.keep("bench", exchange)
            if number % 50 == 49:
                archive.sync()
    return next(where.iterdir())


def fetch_and_write_ours(exchanges: list[Exchange], folder: Path, port: int) -> None:
    """Fetch the pages over loopback, one connection each, and keep the responses."""
    settings = FetchSettings(user_agent="bench", connect={"think.example": ("127.0.0.1", port)})
    fetched = (fetch(one.url, settings=settings, clock=lambda: BEGAN) for one in exchanges)
    write_ours([answer for answer in fetched if isinstance(answer, Exchange)], folder)


def write_warcio(exchanges: list[Exchange], folder: Path) -> None:
    """Write the same pairs with warcio: WARC 1.1, one gzip member per record, block and payload digests."""
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for exchange in exchanges:
            put(writer, exchange)


def put(writer: WARCWriter, exchange: Exchange) -> None:
    """Write one pair with warcio's writer."""
    head, _, body = exchange.response.decode("latin-1").partition("\r\n\r\n")
    status, *fields = head.split("\r\n")
    asked, *sent = exchange.request.decode().rstrip("\r\n").split("\r\n")
    answer = StatusAndHeaders(status.split(" ", 1)[1], [_field(line) for line in fields], protocol="HTTP/1.1")
    question = StatusAndHeaders(asked, [_field(line) for line in sent], is_http_request=True)
    body_ = io.BytesIO(body.encode("latin-1"))
    response = writer.create_warc_record(exchange.url, "response", payload=body_, http_headers=answer)
    request = writer.create_warc_record(exchange.url, "request", http_headers=question)
    writer.write_request_response_pair(request, response)


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name, value


def check_warcio(path: Path) -> None:
    """Do the same as `warcio check`."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests=True):
            while record.content_stream().read(1 << 20):
                pass
            assert record.digest_checker.passed is not False


def check_fastwarc(path: Path) -> None:
    """Do the same as `fastwarc check`, which verifies only block digests."""
    with path.open("rb") as file:
        for record in FastIterator(file, parse_http=False):
            assert record.verify_block_digest()


def command_seconds(package: str, verb: str, path: Path, rounds: int) -> float:
    """Return the lowest CPU time of the command of *package*, including its start."""
    program = f"from {package}.cli import main; main()"
    command = [sys.executable, "-c", program, verb, str(path)]
    least = float("inf")
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def told(title: str, peer: str, seconds: dict[str, float], aim: str) -> None:
    """Print the table of one comparison, with each CPU time as a multiple of the peer's."""
    print(f"\n{title}\n{'':34s}{'CPU s':>8s}{'of the peer':>14s}")
    for name, spent in seconds.items():
        print(f"{name:34s}{spent:8.3f}{spent / seconds[peer]:14.2f}")
    print(f"aim: {aim}")


class _Page(BaseHTTPRequestHandler):
    bodies: dict[str, bytes] = {}  # noqa: RUF012 - one set of pages for every connection

    def do_GET(self) -> None:
        body = self.bodies[self.path]
        self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def fetch_with_aiohttp(port: int, count: int) -> None:
    """Fetch the pages over loopback with aiohttp, eight at a time."""
    import asyncio

    import aiohttp

    async def every() -> None:
        connector = aiohttp.TCPConnector(limit=8)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def one(number: int) -> None:
                async with session.get(f"http://127.0.0.1:{port}/{number}") as answer:
                    await answer.read()

            await asyncio.gather(*(one(number) for number in range(count)))

    asyncio.run(every())


def serve_apart(exchanges: list[Exchange]) -> tuple[int, int]:
    """Serve the pages from a separate process, whose CPU time is not counted; return (port, process id)."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        _Page.bodies = {f"/{n}": one.response.partition(b"\r\n\r\n")[2] for n, one in enumerate(exchanges)}
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
        os.write(writing, str(server.server_port).encode())
        threading.Timer(600, os._exit, [0]).start()
        server.serve_forever()
    os.close(writing)
    port = int(os.read(reading, 16))
    os.close(reading)
    return port, process


def need_aiohttp(folder: Path) -> None:
    """Install aiohttp if it is missing."""
    if importlib.util.find_spec("aiohttp") is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--target", str(folder / "peer"), "aiohttp"], check=True)
        sys.path.append(str(folder / "peer"))


def main() -> None:
    """Print both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    exchanges = pages(given.pages)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        path = write_ours(exchanges, folder)
        megabytes = sum(len(one.response) for one in exchanges) / 1e6
        packed = path.stat().st_size / 1e6
        print(f"{given.pages} pairs of request and response, {megabytes:.0f} MB, packed {packed:.0f} MB")
        verified = taking_turns(
            given.rounds,
            {
                "warcio check": lambda: check_warcio(path),
                "creditline verify": lambda: verify_file(path),
                "fastwarc check (block digests)": lambda: check_fastwarc(path),
            },
        )
        told("Verify the same file", "warcio check", verified, "at most 0.50 of warcio check")
        commands = {
            "warcio check FILE": command_seconds("warcio", "check", path, given.rounds),
            "creditline verify FILE": command_seconds("ingest", "verify", path, given.rounds),
        }
        told("The same as commands, their start included", "warcio check FILE", commands, "at most 0.50")
        need_aiohttp(folder)
        port, process = serve_apart(exchanges)
        try:
            written = taking_turns(
                given.rounds,
                {
                    "aiohttp + warcio": lambda: (
                        fetch_with_aiohttp(port, given.pages),
                        write_warcio(exchanges, folder),
                    ),
                    "warcio's writer alone": lambda: write_warcio(exchanges, folder),
                    "creditline, fetched and kept": lambda: fetch_and_write_ours(exchanges, folder, port),
                    "creditline's archive alone": lambda: write_ours(exchanges, folder),
                },
            )
        finally:
            os.kill(process, 9)
            os.waitpid(process, 0)
        told("Write the same pairs", "aiohttp + warcio", written, "at most 0.50 of aiohttp + warcio")


if __name__ == "__main__":
    main()
