"""Workers: what two workers of one processor each gain for a rebuild, a verification and a re-reading, over one.

Makes a collection of small pages of several publishers, has it rebuilt, verified and read again by one process that is
held on one processor, and then by a dask cluster on loopback of two workers, each held on its own; weighs both with
every process of their trees, and compares the catalogues.

    python benchmarks/workers.py --pages 20000
    python benchmarks/workers.py --pages 2000 --steps rebuild reread
    python benchmarks/workers.py --simulate 64

Beside the clock, which says little on a machine that does other work, it prints by how much two would be faster if all
had a processor to themselves: who asks works before and after the workers, but in a re-reading beside them.

The last begins a scheduler and so many workers in one process, gives them shares of records with nothing to do about
them, and prints what handing out and taking back costs a record.
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
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cost import Cost, cost_of

# This folder is the first on the path of a script in it, and holds an archive.py of its own.
sys.path.pop(0)
from archive.http.exchange import Ending, Exchange
from db.catalogue import Catalogue
from db.query.snapshot import table_digests
from ingest.collection.collection import Layout, at_work, make
from ingest.settings.values import PublisherOptions, Settings

BEGAN = datetime(2023, 4, 24, 10, tzinfo=UTC)
# Words without a meaning: no two pages say the same, and none of them speaks of rights.
SYLLABLES = ("ba", "cor", "den", "el", "fi", "gra", "hol", "in", "ke", "lu", "mar", "no", "or", "pe", "sto", "ty")
STEPS = {"rebuild": ["rebuild"], "verify": ["verify", "--all"], "reread": ["rebuild", "--older"]}
ALONE = {"rebuild": ["--workers", "1"], "verify": ["--jobs", "1"], "reread": ["--workers", "1"]}


def page(chance: random.Random, house: str, number: int) -> bytes:
    """Return a page of some 2 KB with a title, an author, a date, tags and a notice of rights."""
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
    """Make a collection of *pages*, as kept and not read yet."""
    layout, chance = Layout(directory), random.Random(19)  # noqa: S311 - the same pages each time
    houses = [f"house-{number}" for number in range(publishers)]
    settings = Settings(publishers=tuple(PublisherOptions(f"http://{house}.example/", id=house) for house in houses))
    make(layout, settings)
    with at_work(layout, settings) as work:
        for number in range(pages):
            house = houses[number % publishers]
            body = page(chance, house, number)
            head = f"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            url = f"http://{house}.example/{number}/"
            exchange = Exchange(url, BEGAN + timedelta(seconds=number), b"", head + body, Ending.LENGTH)
            work.archive.keep(house, exchange)
        work.archive.sync()
    return layout


@contextmanager
def cluster(folder: Path, costs: dict[str, Cost]) -> Iterator[str]:
    """Yield the address of a scheduler with two workers, each on a processor of its own; weigh them when they end."""
    from distributed import Client

    told = folder / "scheduler.json"
    flags = ["--host", "127.0.0.1", "--no-dashboard"]
    dask = [sys.executable, "-m", "dask"]
    scheduler = _begin([*dask, "scheduler", "--port", "0", "--scheduler-file", str(told), *flags])
    while not told.exists() or not told.read_text():
        time.sleep(0.1)
    address = str(json.loads(told.read_text())["address"])
    weighed = [sys.executable, str(Path(__file__).with_name("cost.py"))]
    processors = sorted(os.sched_getaffinity(0))
    workers = []
    for number in range(2):
        pinned = ["taskset", "-c", str(processors[number % len(processors)])]
        local = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder / f"worker-{number}")]
        command = [*weighed, str(folder / f"worker-{number}.json"), *pinned, *dask, "worker", address, *local, *flags]
        workers.append(_begin(command))
    try:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=120)
        yield address
        with Client(address, set_as_default=False) as client:
            client.retire_workers(list(client.scheduler_info()["workers"]))
        for number, worker in enumerate(workers):
            worker.wait(60)
            costs[f"worker {number + 1}"] = Cost(**json.loads((folder / f"worker-{number}.json").read_text()))
    finally:
        for process in (*workers, scheduler):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


def _begin(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def as_of_before(layout: Layout) -> None:
    """Have all pages look as if an older reader had read them."""
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        for table in ("capture", "edition"):
            catalogue.connection.execute(f"UPDATE {table} SET stamp = 'an older reader' WHERE stamp IS NOT NULL")


def state(layout: Layout) -> dict[str, str]:
    """Return a digest of each table."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return table_digests(catalogue.connection).tables


@dataclass(frozen=True, slots=True)
class Measured:
    """What one step took, by one and by two."""

    step: str
    one: Cost
    asking: Cost
    workers: dict[str, Cost]
    same: bool

    def told(self) -> str:
        """Return a row of the table."""
        each = [cost.cpu for cost in self.workers.values()]
        longest = max(self.asking.cpu, *each) if self.step == "reread" else self.asking.cpu + max(each)
        wall = f"{self.one.wall:.1f} | {self.asking.wall:.1f} | {self.one.wall / self.asking.wall:.2f}"
        cpu = f"{self.asking.cpu:.1f} + {' and '.join(f'{one:.1f}' for one in each)} | {self.one.cpu / longest:.2f}"
        return f"| {self.step} | {self.one.cpu:.1f} | {cpu} | {wall} | {'equal' if self.same else 'DIFFERENT'} |"


def measure(layout: Layout, step: str, scratch: Path) -> Measured:
    """Have *step* done by one and by two."""
    program = [sys.executable, "-m", "ingest.cli.app", "-C", str(layout.directory)]
    states, costs = [], {}
    first = str(min(os.sched_getaffinity(0)))

    def done(command: list[str]) -> Cost:
        if step == "reread":
            as_of_before(layout)
        cost = cost_of(command, scratch)
        if cost.code != 0:
            sys.exit(f"{' '.join(command)} ended with {cost.code}:\n{(scratch / 'printed').read_text()}")
        states.append(state(layout))
        return cost

    one = done(["taskset", "-c", first, *program, *STEPS[step], *ALONE[step]])
    folder = scratch / f"cluster-{step}"
    folder.mkdir()
    with cluster(folder, costs) as address:
        asking = done([*program, *STEPS[step], "--cluster", address])
    return Measured(step, one, asking, costs, states[0] == states[1])


def simulate(workers: int, records: int = 200_000) -> None:
    """Print what a record costs that *workers* are handed in shares, as for a re-reading, and do nothing about."""
    from distributed import Client, LocalCluster

    flags = {"threads_per_worker": 1, "processes": False, "protocol": "tcp", "host": "127.0.0.1"}
    with LocalCluster(n_workers=workers, dashboard_address=None, **flags) as local, Client(local) as client:
        for size in (400, 40):
            shares = [tuple(f"urn:uuid:{number:032x}" for number in range(size)) for _ in range(records // 400)]
            with client.get_executor(pure=False, retries=3) as executor:
                began, clock = time.process_time(), time.monotonic()
                done = sum(executor.map(len, shares))
                cpu, wall = time.process_time() - began, time.monotonic() - clock
            each = f"{cpu / len(shares) * 1e3:.1f} ms a share, {cpu / done * 1e6:.0f} us a record"
            print(f"{workers} workers, {done} records in shares of {size}: {each}; {wall:.1f} s by the clock")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--publishers", type=int, default=8)
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--simulate", type=int, metavar="WORKERS")
    given = parser.parse_args()
    if given.simulate:
        simulate(given.simulate)
        return
    with TemporaryDirectory(prefix="creditline-workers-") as temporary:
        scratch = Path(temporary)
        began = time.process_time()
        layout = collect(scratch / "collection", given.pages, given.publishers)
        print(f"{given.pages} pages of {given.publishers} publishers kept in {time.process_time() - began:.1f} s")
        if "rebuild" not in given.steps:
            cost_of([sys.executable, "-m", "ingest.cli.app", "-C", str(layout.directory), "rebuild"], scratch)
        print(
            "| step | CPU s of one | who asks + each worker | if each had a processor | s of one | s of two | ratio | |"
        )
        print("|---|---|---|---|---|---|---|---|", flush=True)
        for step in given.steps:
            print(measure(layout, step, scratch).told(), flush=True)


if __name__ == "__main__":
    main()
