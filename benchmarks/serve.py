"""Serve: response times of the reading room for fifty readers at once, while a writer works.

The catalogue is the same as in `benchmarks/search.py`. With `--keep` it is kept, and both benchmarks can use it. The
readers are threads of a separate process on loopback, each with one request at a time. Without `--pause` each reader
asks again within 0.4 seconds, faster than any person, which gives the maximum number of requests per second. With
`--pause S` each reader waits S seconds on average (exponential, the same each time), so fifty readers are fifty people.
With `--unlike` no search is repeated, so no result can come from a cache.

Like a run, the writer updates a hundred items ten times per second, and adds a new item every two seconds. There are
limits on the number of errors, which is zero, and on the size of SQLite's write-ahead log. On a busy machine the times
say little, so the CPU time per response is printed too.

    python benchmarks/serve.py [--items N] [--readers N] [--seconds S] [--pause S] [--unlike] [--processes N]
        [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.search import Further, make
from db.catalogue import Catalogue
from db.reading_room.room_settings import RoomSettings
from db.reading_room.server import Listen, serve

WORDS = ("minister", "economy", "lang:en war", "from:2020 to:2021 economy", "econ*", 'tag:"topic 5"', "title:a*", "")
BOUNDS = {"search": 0.150, "item": 0.030}
"""The 99th percentile of response times on an idle machine, in seconds."""
LOG = 64 << 20
"""The largest allowed size of SQLite's write-ahead log, in bytes."""


def read(url: str, items: list[str], options: argparse.Namespace) -> None:
    """Act as all readers, and print the response times as JSON."""
    times: dict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    end = time.monotonic() + options.seconds

    def pause(chance: random.Random) -> float:
        return chance.random() * 0.4 if options.pause is None else chance.expovariate(1 / max(options.pause, 1e-9))

    def one(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - no secret: the same questions each time
        # The readers do not all start at the same moment.
        time.sleep(min(pause(chance), options.seconds))
        while time.monotonic() < end:
            kind = "search" if chance.random() < 0.4 else "item"
            # Excluding a word that does not occur makes the query unique at almost no cost.
            other = f" -nowhere{chance.getrandbits(40)}" if options.unlike else ""
            asked = quote(f"{chance.choice(WORDS)}{other}".strip())
            path = f"search?q={asked}" if kind == "search" else f"items/{chance.choice(items)}"
            began = time.monotonic()
            try:
                with urlopen(f"{url}{path}", timeout=60) as answer:  # noqa: S310 - a loopback address of our own
                    answer.read()
            except OSError as error:
                wrong.append(f"{path}: {error}")
            times[kind].append(time.monotonic() - began)
            # Wait like a reader who reads the page, but not beyond the end.
            time.sleep(max(0.0, min(pause(chance), end - time.monotonic())))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(options.readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"times": times, "wrong": wrong, "processor": _worked(resource.RUSAGE_SELF)}))


def _worked(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _worked_so_far() -> float:
    """Return the CPU time of this process and its children, including running ones, from /proc (proc(5))."""
    ticks = 0
    for child in multiprocessing.active_children():
        # Fields 12 and 13 after the name, which may contain any characters.
        told = Path(f"/proc/{child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    both = _worked(resource.RUSAGE_SELF) + _worked(resource.RUSAGE_CHILDREN)
    return both + ticks / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Written:
    """The cost of writing: the largest size of the *log* in bytes, and the CPU time in seconds."""

    log: int = 0
    processor: float = 0.0


def write(path: Path, stopped: threading.Event, told: Written) -> None:
    """Commit small transactions ten times per second, and record the cost in *told*."""
    chance, log = random.Random(11), path.with_name(f"{path.name}-wal")  # noqa: S311 - no secret
    with Catalogue.open(path, create=True) as catalogue:
        # Generated items have no captures.
        catalogue.connection.execute("PRAGMA foreign_keys = OFF")
        further = Further(catalogue.connection)
        held, turn, began = further.next, 0, time.thread_time()
        while not stopped.wait(0.1):
            turn += 1
            with catalogue.transaction():
                # A new value each time, because SQLite does not write unchanged rows.
                seen = f"2026-11-28T10:00:00.{turn:06}Z"
                catalogue.connection.executemany(
                    "UPDATE item SET last_seen = ? WHERE rowid = ?",
                    [(seen, chance.randint(1, held)) for _ in range(100)],
                )
                if turn % 20 == 0:
                    further.add()
            with suppress(OSError):
                told.log = max(told.log, log.stat().st_size)
            told.processor = time.thread_time() - began


def main() -> int:
    """Run the benchmark; return 1 if a request failed or the log grew too large."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=100_000)
    asked.add_argument("--readers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--pause", type=float, help="mean seconds between two requests of a reader")
    asked.add_argument("--unlike", action="store_true", help="repeat no search")
    asked.add_argument("--making", type=float, default=900)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.read:
        read(options.read[0], json.loads(options.read[1]), options)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "catalogue.db"
        held = make(path, options.items, options.making)
        with Catalogue.open(path, create=True) as catalogue:
            with catalogue.transaction():
                # Pages of items are requested by id, which the searches do not need.
                catalogue.connection.execute(
                    """INSERT OR IGNORE INTO item_alias (id, publisher, key, item, source, first_seen)
                    SELECT id, publisher, id, id, 'captured', first_seen FROM item"""
                )
            ids = catalogue.all_item_ids()
        items = ids[:: max(1, len(ids) // 200)]
        return measure(path, held, items, options)


def measure(path: Path, held: int, items: list[str], options: argparse.Namespace) -> int:
    """Serve the catalogue at *path*, run readers and writer, and print the times."""
    ready, stopped, url, written = threading.Event(), threading.Event(), [""], Written()

    def opened(_settings: RoomSettings, at: str) -> None:
        url[0] = at
        ready.set()

    where = Listen(port=0, processes=options.processes)
    room = threading.Thread(
        target=serve, args=(RoomSettings(path, path.parent / "warcs"), where, opened, stopped.is_set)
    )
    room.start()
    assert ready.wait(60)
    used = _worked_so_far()
    writer = threading.Thread(target=write, args=(path, stopped, written))
    writer.start()
    command = [sys.executable, __file__, "--read", url[0], json.dumps(items)]
    command += ["--readers", str(options.readers), "--seconds", str(options.seconds)]
    command += [] if options.pause is None else ["--pause", str(options.pause)]
    command += ["--unlike"] if options.unlike else []
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    stopped.set()
    writer.join()
    room.join()
    # The CPU time of processes is known after they have ended. Subtract that of the readers, which they report.
    processor = _worked(resource.RUSAGE_SELF) + _worked(resource.RUSAGE_CHILDREN) - used - told["processor"]
    answers = sum(map(len, told["times"].values()))
    print(f"{held:,} items, {options.readers} readers, {answers:,} answers, {len(told['wrong'])} wrong")
    each = 1000 * processor / max(answers, 1)
    print(f"CPU time per answer of {options.processes} processes, with the writer: {each:.1f} ms")
    apart = f"the writer took {written.processor:.1f}, the readers {told['processor']:.1f} more"
    print(f"  of {processor:.1f} s in all {apart}")
    for kind, times in sorted(told["times"].items()):
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [times[0]] * 99
        print(
            f"{kind:<8} p50 {1000 * cuts[49]:.0f} ms   p99 {1000 * cuts[98]:.0f} ms   ({1000 * BOUNDS[kind]:.0f} alone)"
        )
    print(f"log of SQLite at most {written.log / 1024:.0f} KB; load of the machine {os.getloadavg()[0]:.0f}")
    for one in told["wrong"][:5]:
        print(f"  {one}")
    return int(bool(told["wrong"]) or written.log > LOG)


if __name__ == "__main__":
    sys.exit(main())
