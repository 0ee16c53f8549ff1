"""Serve: how long fifty readers at once wait for pages of the reading room while something is written all the time.

The catalogue is that of `benchmarks/search.py`; `--keep` leaves it, and either takes the other's. The readers are
threads of a process of their own, on loopback, each with one question at a time. Without `--pause` each asks again
within four tenths of a second, which no person does: that says how many questions are answered in a second at most.
With `--pause S` a reader reads for S seconds in the mean (exponential, the same each time) before the next question:
fifty such are fifty people. With `--unlike` no search is asked twice, so that no page of hits can be kept.

The writer commits ten times a second what was seen again of a hundred items, and every two seconds a new item, as a run
does. What is bounded is the number of errors, which is none, and how large the log of SQLite grows. On a machine that
does other work the times say little; the processor time an answer is told beside them.

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
from db.reading_room.premises import Premises
from db.reading_room.server import Listen, serve

WORDS = ("minister", "economy", "lang:en war", "from:2020 to:2021 economy", "econ*", 'tag:"topic 5"', "title:a*", "")
BOUNDS = {"search": 0.150, "item": 0.030}
"""Seconds for 99 of 100 answers, on a machine that does nothing else."""
LOG = 64 << 20
"""Bytes that the log of SQLite may take."""


def read(url: str, items: list[str], options: argparse.Namespace) -> None:
    """Ask as so many readers at once do, and print the times as JSON."""
    times: dict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    end = time.monotonic() + options.seconds

    def pause(chance: random.Random) -> float:
        return chance.random() * 0.4 if options.pause is None else chance.expovariate(1 / max(options.pause, 1e-9))

    def one(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - no secret: the same questions each time
        # Fifty do not all begin at once.
        time.sleep(min(pause(chance), options.seconds))
        while time.monotonic() < end:
            kind = "search" if chance.random() < 0.4 else "item"
            # What stands nowhere costs next to nothing to leave out.
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
            # A reader reads, till the end at most.
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
    """Return the same for this process and those that it has: of them the system tells it as files (proc(5))."""
    ticks = 0
    for child in multiprocessing.active_children():
        # Behind the name, which may hold anything: the twelfth and thirteenth field.
        told = Path(f"/proc/{child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])
    both = _worked(resource.RUSAGE_SELF) + _worked(resource.RUSAGE_CHILDREN)
    return both + ticks / os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Written:
    """What was written: how large the *log* grew, in bytes, and how many seconds of the *processor* it took."""

    log: int = 0
    processor: float = 0.0


def write(path: Path, stopped: threading.Event, told: Written) -> None:
    """Commit small transactions ten times a second, and note in *told* what that came to."""
    chance, log = random.Random(11), path.with_name(f"{path.name}-wal")  # noqa: S311 - no secret
    with Catalogue.open(path, create=True) as catalogue:
        # No capture stands behind an item that is made up.
        catalogue.connection.execute("PRAGMA foreign_keys = OFF")
        further = Further(catalogue.connection)
        held, turn, began = further.next, 0, time.thread_time()
        while not stopped.wait(0.1):
            turn += 1
            with catalogue.transaction():
                # Another value each time: SQLite does not write what is the same.
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
    """Run it; return 1 where an answer failed or the log grew beyond its bound."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--items", type=int, default=100_000)
    asked.add_argument("--readers", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--pause", type=float, help="seconds that a reader reads, in the mean")
    asked.add_argument("--unlike", action="store_true", help="no search is asked twice")
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
                # The pages of items are asked for by id, of which the searches have no need.
                catalogue.connection.execute(
                    """INSERT OR IGNORE INTO item_alias (id, publisher, key, item, source, first_seen)
                    SELECT id, publisher, id, id, 'captured', first_seen FROM item"""
                )
            ids = catalogue.all_item_ids()
        items = ids[:: max(1, len(ids) // 200)]
        return measure(path, held, items, options)


def measure(path: Path, held: int, items: list[str], options: argparse.Namespace) -> int:
    """Serve the catalogue at *path*, ask, and print the times."""
    ready, stopped, url, written = threading.Event(), threading.Event(), [""], Written()

    def opened(_premises: Premises, at: str) -> None:
        url[0] = at
        ready.set()

    where = Listen(port=0, processes=options.processes)
    room = threading.Thread(target=serve, args=(Premises(path, path.parent / "warcs"), where, opened, stopped.is_set))
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
    # Of processes it is known once they ended; that of the readers is told by themselves.
    processor = _worked(resource.RUSAGE_SELF) + _worked(resource.RUSAGE_CHILDREN) - used - told["processor"]
    answers = sum(map(len, told["times"].values()))
    print(f"{held:,} items, {options.readers} readers, {answers:,} answers, {len(told['wrong'])} wrong")
    each = 1000 * processor / max(answers, 1)
    print(f"processor time an answer of {options.processes} processes, with the writer: {each:.1f} ms")
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
