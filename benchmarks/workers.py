"""Workers: the gain of two workers over one, with one processor each, for rebuild, verification and re-reading.

This makes a collection of small pages of several publishers. It rebuilds, verifies and reads the collection again in
several ways, measures the process tree of each, and compares the catalogues. The ways are:

- one: the command alone with one reader (--workers 1, --jobs 1), all processes pinned to one processor;
- worker: a dask cluster of one worker; command, scheduler and worker pinned to one processor;
- two: a dask cluster of two workers, each pinned to its own processor; command and scheduler on both;
- free: the command without options, on both processors.

    python benchmarks/workers.py --pages 20000
    python benchmarks/workers.py --pages 2000 --steps rebuild reread --ways one two
    python benchmarks/workers.py --pages 200000 --keep FOLDER          only make the collection in FOLDER
    python benchmarks/workers.py --of FOLDER --steps verify            measure the collection in FOLDER
    python benchmarks/workers.py --of FOLDER --steps rebuild --kills 10
    python benchmarks/workers.py --simulate 64

Each result is printed at once, with a digest of the resulting catalogue. The run time says little on a busy machine, so
the CPU time is printed too. From it follows how much faster two workers would be if the command and each worker had
their
own processor: in a verification the command works at the same time as the workers, otherwise before and after them.
`--of` changes the collection in the folder: it rebuilds the catalogue, marks it as read by an older reader, and records
verifications.

`--kills N` repeats each step N times with two workers and kills one of them at a random moment. Then it compares the
catalogues.

`--simulate N` starts a scheduler and N workers in one process, gives them shares of records with nothing to do, and
prints the cost of distribution per record.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from threading import Thread
from typing import Any

from cost import Cost, cost_of

# Remove this folder from the path, because it contains another archive.py.
sys.path.pop(0)
from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from db.query.snapshot import table_digests
from ingest.collection.collection import Layout, make, open_for_work
from ingest.settings.values import PublisherOptions, Settings

BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
# For words without meaning, so no two pages are alike and none mentions rights.
SYLLABLES = ("ba", "cor", "den", "el", "fi", "gra", "hol", "in", "ke", "lu", "mar", "no", "or", "pe", "sto", "ty")
STEPS = {"rebuild": ["rebuild"], "verify": ["verify", "--all"], "reread": ["rebuild", "--older"]}
ALONE = {"rebuild": ["--workers", "1"], "verify": ["--jobs", "1"], "reread": ["--workers", "1"]}
WAYS = ("one", "worker", "two", "free")


def page(chance: random.Random, house: str, number: int) -> bytes:
    """Return a page of about 2 KB with a title, an author, a date and a notice of rights."""
    title, *paragraphs = (_words(chance, count) for count in (6, 40, 40, 40, 40, 40))
    text = "".join(f"<p>{words}.</p>" for words in paragraphs)
    day = f"{2015 + number % 9}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return f"""<!DOCTYPE html><html lang="en"><head><title>{title} - {house}</title>
        <meta property="article:published_time" content="{day}T09:00:00Z"><meta name="author" content="Ewa Lis">
        </head><body><article><h1>{title} {number}</h1><p>By Ewa Lis</p>{text}</article>
        <footer><p>All texts may be republished if {house} is credited.</p></footer></body></html>""".encode()


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(count)).capitalize()


def collect(directory: Path, pages: int, publishers: int) -> Layout:
    """Make a collection of *pages* unread pages with two records each."""
    layout, chance = Layout(directory), random.Random(19)  # noqa: S311 - the same pages each time
    houses = [f"house-{number}" for number in range(publishers)]
    settings = Settings(publishers=tuple(PublisherOptions(f"http://{house}.example/", id=house) for house in houses))
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        for number in range(pages):
            house = houses[number % publishers]
            body = page(chance, house, number)
            head = f"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            # Not the number alone, because four digits look like the list of a year.
            url = f"http://{house}.example/text-{number}/"
            asked = f"GET /text-{number}/ HTTP/1.1\r\nHost: {house}.example\r\nAccept: text/html\r\n\r\n".encode()
            exchange = Exchange(url, BEGAN + timedelta(seconds=number), asked, head + body, Ending.LENGTH)
            work.archive.keep(house, exchange)
        work.archive.sync()
    return layout


@contextmanager
def cluster(folder: Path, processors: list[int], costs: dict[str, Cost]) -> Iterator[str]:
    """Yield the address of a scheduler with one worker pinned to each of *processors*; add their costs to *costs*."""
    import psutil
    from distributed import Client

    told = folder / "scheduler.json"
    flags = ["--host", "127.0.0.1", "--no-dashboard"]
    every = ",".join(map(str, processors))
    dask = [sys.executable, "-m", "dask"]
    scheduler = _begin([*_held(every), *dask, "scheduler", "--port", "0", "--scheduler-file", str(told), *flags])
    while not told.exists() or not told.read_text():
        time.sleep(0.1)
    address = str(json.loads(told.read_text())["address"])
    weighed = [sys.executable, str(Path(__file__).with_name("cost.py"))]
    workers = []
    for number, processor in enumerate(processors):
        local = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder / f"worker-{number}")]
        command = [*_held(str(processor)), *dask, "worker", address, *local, *flags]
        workers.append(_begin([*weighed, str(folder / f"worker-{number}.json"), *command]))
    try:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(len(processors), timeout=120)
        yield address
        scheduled = psutil.Process(scheduler.pid).cpu_times()
        costs["scheduler"] = Cost(scheduled.user + scheduled.system, 0, 0, 0, 0)
        with Client(address, set_as_default=False) as client:
            client.retire_workers(list(client.scheduler_info()["workers"]))
        for number, worker in enumerate(workers):
            worker.wait(120)
            costs[f"worker {number + 1}"] = Cost(**json.loads((folder / f"worker-{number}.json").read_text()))
    finally:
        for process in (*workers, scheduler):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def _begin(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _held(processors: str) -> list[str]:
    return ["taskset", "-c", processors]


def as_of_before(layout: Layout) -> None:
    """Mark all pages as read by an older reader."""
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        for table in ("capture", "edition"):
            catalogue.connection.execute(f"UPDATE {table} SET stamp = 'an older reader' WHERE stamp IS NOT NULL")


def state(layout: Layout) -> str:
    """Return a digest of all tables."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        tables = table_digests(catalogue.connection).tables
    return sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of one step in one way: of the command (*asking*), and of the workers and the scheduler, if any."""

    way: str
    asking: Cost
    others: dict[str, Cost]
    state: str

    @property
    def cpu(self) -> float:
        """The total CPU time in seconds."""
        return self.asking.cpu + sum(one.cpu for one in self.others.values())

    def longest(self, step: str) -> float:
        """Return the run time in seconds if the command and each worker had their own processor."""
        most = max((cost.cpu for who, cost in self.others.items() if who != "scheduler"), default=0.0)
        return max(self.asking.cpu, most) if step == "verify" else self.asking.cpu + most

    def told(self, step: str) -> str:
        """Return a row of the table."""
        shares = "".join(f", {who} {cost.cpu:.1f}" for who, cost in self.others.items())
        spent = f"{self.asking.wall:.1f} | {self.cpu:.1f} | {self.asking.cpu:.1f}{shares}"
        return f"| {step} | {self.way} | {spent} | {self.state} |"


def measure(layout: Layout, step: str, way: str, scratch: Path) -> Measured:
    """Run *step* in one *way*."""
    program = [sys.executable, "-m", "ingest.cli.app", "-C", str(layout.directory), *STEPS[step]]
    processors = sorted(os.sched_getaffinity(0))[:2]
    first, costs = str(processors[0]), dict[str, Cost]()

    def done(command: list[str]) -> Cost:
        if step == "reread":
            as_of_before(layout)
        cost = cost_of(command, scratch)
        if cost.code != 0:
            sys.exit(f"{' '.join(command)} ended with {cost.code}:\n{(scratch / 'printed').read_text()}")
        return cost

    if way == "one":
        asking = done([*_held(first), *program, *ALONE[step]])
    elif way == "free":
        asking = done(program)
    else:
        folder = Path(mkdtemp(dir=scratch))
        held = processors if way == "two" else processors[:1]
        with cluster(folder, held, costs) as address:
            asking = done([*_held(",".join(map(str, held))), *program, "--cluster", address])
    return Measured(way, asking, costs, state(layout))


def killed(layout: Layout, step: str, kills: int, scratch: Path) -> str:
    """Run *step* with two workers *kills* times, killing one at a random moment; return the result in words."""
    undisturbed = measure(layout, step, "two", scratch)
    moments = random.Random(19)  # noqa: S311 - a moment, no secret
    ended: list[str] = []
    struck: list[bool] = []
    for _ in range(kills):
        after = moments.uniform(0.05, 0.95) * undisturbed.asking.wall
        hand = Thread(target=_kill_a_worker, args=(after, moments.randrange(2), struck))
        hand.start()
        ended.append(measure(layout, step, "two", scratch).state)
        hand.join()
    equal = sum(one == undisturbed.state for one in ended)
    return (
        f"{step}: one of two workers killed {sum(struck)} of {kills} times: {equal} catalogues equal to the undisturbed"
    )


def _kill_a_worker(after: float, number: int, struck: list[bool]) -> None:
    """Kill worker *number* after *after* seconds; append to *struck* whether it was still running."""
    import psutil

    # Count from the start of the command, which comes after the scheduler knows both workers. On a busy machine that
    # takes a
    # minute.
    children: list[Any] = []
    found: list[Any] = []
    while len(found) < 2 or not any(_runs(one, "ingest.cli.app") for one in children):
        time.sleep(0.05)
        children = psutil.Process().children(recursive=True)
        found = [one for one in children if _runs(one, "dask", "worker")]
    time.sleep(after)
    struck.append(found[number].is_running())
    with suppress(psutil.NoSuchProcess):
        found[number].kill()


def _runs(process: Any, *words: str) -> bool:
    """Return whether *process* is a Python process with the arguments ``-m`` and *words*."""
    import psutil

    with suppress(psutil.NoSuchProcess):
        command = process.cmdline()
        return command[1 : 2 + len(words)] == ["-m", *words]
    return False


def compare(step: str, ways: list[Measured]) -> str:
    """Return how much faster two workers are than each other way, and whether the catalogues are equal."""
    by_way = {one.way: one for one in ways}
    told = [f"{step}:"]
    if (two := by_way.pop("two", None)) is not None:
        told += [f"{one.asking.wall / two.asking.wall:.2f} times {way} by the clock," for way, one in by_way.items()]
        if (one := by_way.get("one")) is not None:
            told.append(f"{one.cpu / two.longest(step):.2f} times one if each had a processor, in all")
            told.append(f"{two.cpu / one.cpu:.2f} of its processor time;")
    told.append("catalogues equal" if len({one.state for one in ways}) == 1 else "catalogues DIFFERENT")
    return " ".join(told)


def simulate(workers: int, records: int = 200_000) -> None:
    """Print the cost per record of handing shares of records to *workers*, which do nothing with them."""
    from distributed import Client, LocalCluster

    flags = {"threads_per_worker": 1, "processes": False, "protocol": "tcp", "host": "127.0.0.1"}
    with LocalCluster(n_workers=workers, dashboard_address=None, **flags) as local, Client(local) as client:
        for size in (400, 40):
            shares = [tuple(f"urn:uuid:{number:032x}" for number in range(size)) for _ in range(records // 400)]
            with client.get_executor(pure=False, retries=3) as executor:
                began, clock = time.process_time(), time.monotonic()
                done = sum(executor.map(len, shares))
                cpu, wall = time.process_time() - began, time.monotonic() - clock
            each = f"{cpu / len(shares) * 1e3:.1f} ms per share, {cpu / done * 1e6:.0f} us per record"
            print(f"{workers} workers, {done} records in shares of {size}: {each}; {wall:.1f} s by the clock")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--publishers", type=int, default=8)
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["one", "two", "free"])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="only make the collection in FOLDER")
    parser.add_argument("--of", type=Path, metavar="FOLDER", help="measure the collection in FOLDER")
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--simulate", type=int, metavar="WORKERS")
    given = parser.parse_args()
    if given.simulate:
        simulate(given.simulate)
        return
    if given.keep:
        collect(given.keep, given.pages, given.publishers)
        return
    with TemporaryDirectory(prefix="creditline-workers-") as temporary:
        scratch = Path(temporary)
        layout = Layout(given.of) if given.of else collect(scratch / "collection", given.pages, given.publishers)
        if given.steps[0] != "rebuild" and not _is_read(layout):
            cost_of([sys.executable, "-m", "ingest.cli.app", "-C", str(layout.directory), "rebuild"], scratch)
        if given.kills:
            for step in given.steps:
                print(killed(layout, step, given.kills, scratch), flush=True)
            return
        print("| step | way | run time s | CPU s in all | of the command, and of others | catalogue |")
        print("|---|---|---|---|---|---|", flush=True)
        for step in given.steps:
            ways = []
            for way in given.ways:
                ways.append(measure(layout, step, way, scratch))
                print(ways[-1].told(step), flush=True)
            print(compare(step, ways), flush=True)


def _is_read(layout: Layout) -> bool:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return bool(catalogue.connection.execute("SELECT 1 FROM edition LIMIT 1").fetchone())


if __name__ == "__main__":
    main()
