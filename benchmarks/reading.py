"""Reading: CPU time per page of our reader, compared with `trafilatura.bare_extraction` with metadata.

There are two sets of pages: the gold pages next to the repository (pages of many sites), and a generated site of one
publisher. The generated site is read as an unknown site, and with the profile learnt from its first pages. Everything
runs in one thread. Each reader reads some pages in a row, like a reader process. With `--turn 1` the other reader
evicts it from the CPU caches before each page, which hurts the faster reader more. The peer does not read terms of
reuse, so a second line shows our time without the terms.

    python benchmarks/reading.py [--pages 300] [--gold 712] [--rounds 1]
    python benchmarks/reading.py --memory 20000       one process reads this many pages and prints its memory ten times
    python benchmarks/reading.py --memory 20000 --learned    the same with pages of a site with a profile
"""

import os
import sys

if not sys.flags.safe_path:  # otherwise `import archive` would find the benchmark archive.py
    os.execv(  # noqa: S606 - restarts this script
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import argparse
import gc
import gzip
import itertools
import json
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import trafilatura

from archive.http.exchange import Entity
from db.model.item import Context, Statement
from ingest.cataloguing import reader_pool
from ingest.cataloguing.layout_learner import PAGES as LEARNT_FROM
from ingest.reading import page_reader, read
from ingest.reading.layout.layout import profile_of
from ingest.reading.learning import learn
from ingest.terms import PageView

SHARED = Path(__file__).resolve().parents[2] / "shared"
BASE = "http://127.0.0.1:8807"

Timed = Callable[[Entity], object]
PEER = "trafilatura"


class Stopwatch:
    """Measure the CPU time for terms within the reading of a page."""

    def __init__(self) -> None:
        self.ran = 0.0
        self.read_terms = page_reader.read_terms

    def __call__(self, page: PageView) -> tuple[Statement, ...]:
        """Read the terms of *page*, and add the time."""
        before = time.thread_time()
        found = self.read_terms(page)
        self.ran += 1000 * (time.thread_time() - before)
        return found


def gold(limit: int) -> Iterator[Entity]:
    """Yield the gold pages."""
    for folder in sorted((SHARED / "gold" / "pages").iterdir())[:limit]:
        url = json.loads((folder / "gold.json").read_text())["url"] or "http://unknown.example/page"
        yield Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")


def generated(count: int, folder: Path) -> Iterator[Entity]:
    """Yield the articles of a site made by the generator next to the repository."""
    command = [sys.executable, str(SHARED / "sites" / "gensite.py"), str(folder), "-n", str(count), "--base", BASE]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    for url in (folder / "urls.txt").read_text().split()[:count]:
        path = folder / "www" / url.removeprefix(BASE).strip("/") / "index.html"
        yield Entity(url, path.read_bytes(), "text/html")


def theirs(entity: Entity) -> object:
    """Read with the peer, including metadata."""
    return trafilatura.bare_extraction(entity.body, url=entity.url, with_metadata=True)


def ours(entity: Entity) -> object:
    """Read like the pipeline."""
    return read(entity, Context(entity.url))


def learned(pages: list[Entity]) -> dict[str, Timed]:
    """Return a reader with the profile learnt from *pages*."""
    layout = learn((entity, Context(entity.url)) for entity in pages)
    if layout is None:
        sys.exit("nothing could be learnt from the generated site")
    profile = profile_of(layout, "generated")
    return {"creditline, learned": lambda entity: read(entity, Context(entity.url, profile=profile))}


def cost(read_one: Timed, entity: Entity) -> float:
    """Return the CPU time of one reading in milliseconds."""
    before = time.thread_time()
    read_one(entity)
    return 1000 * (time.thread_time() - before)


def compare(name: str, pages: list[Entity], readers: dict[str, Timed], rounds: int, turn: int) -> None:
    """Time each reader on each page, and print the ratios.

    Each reader reads *turn* pages in a row; the order of the readers changes from turn to turn.
    """
    chance = random.Random(7)  # noqa: S311 - it orders a benchmark
    spent: dict[str, list[float]] = {}
    for label in readers:
        spent |= {label: []} if label == PEER else {label: [], f"{label}, no terms": []}
    for entity in pages[:20]:
        for read_one in readers.values():
            read_one(entity)
    gc.collect()
    reader_pool.tune_garbage_collector()  # as our reader processes do, once they are loaded
    page_reader.read_terms = terms = Stopwatch()
    for _, first in itertools.product(range(rounds), range(0, len(pages), turn)):
        for label in chance.sample(list(readers), len(readers)):
            for entity in pages[first : first + turn]:
                terms.ran = 0.0
                spent[label].append(cost(readers[label], entity))
                if label != PEER:
                    spent[f"{label}, no terms"].append(spent[label][-1] - terms.ran)
    page_reader.read_terms = terms.read_terms
    print(
        f"{name}: {len(pages)} pages, {rounds} rounds, {turn} per turn; CPU ms per page, and as a share of the peer's"
    )
    peer = figures(spent[PEER])
    for label, times in spent.items():
        own = figures(times)
        shown = "  ".join(f"{what} {own[what]:7.2f} ({own[what] / peer[what]:.2f})" for what in own)
        print(f"  {label:30} {shown}")


def memory(pages: list[Entity], count: int, read_one: Timed) -> None:
    """Read *count* pages in this process, repeating *pages*, and print its memory after each tenth."""
    reader_pool.tune_garbage_collector()
    for done in range(1, count + 1):
        read_one(pages[done % len(pages)])
        if done % max(1, count // 10) == 0:
            held = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
            print(f"{done:7} pages read, {held / 2**20:7.1f} MiB held")


def figures(times: list[float]) -> dict[str, float]:
    """Return the mean, the median and the 99th percentile."""
    cuts = statistics.quantiles(times, n=100)
    return {"mean": statistics.fmean(times), "median": cuts[49], "p99": cuts[98]}


def main() -> None:
    """Run both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=300, help="number of pages of the generated site")
    parser.add_argument("--gold", type=int, default=800, help="number of gold pages, at most")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--turn", type=int, default=16, help="pages that each reads in a row")
    parser.add_argument("--memory", type=int, default=0, help="only read this many pages and print the memory")
    parser.add_argument("--learned", action="store_true", help="with --memory: pages of a site with a profile")
    options = parser.parse_args()
    if not (SHARED / "sites").exists():
        sys.exit(f"the pages for this comparison are missing: {SHARED}")
    if options.memory and not options.learned:
        memory(list(gold(options.gold)), options.memory, ours)
        return
    readers: dict[str, Timed] = {PEER: theirs, "creditline": ours}
    with tempfile.TemporaryDirectory() as scratch:
        site = list(generated(options.pages, Path(scratch)))
        readers |= learned(site[:LEARNT_FROM])
        if options.memory:
            memory(site[LEARNT_FROM:], options.memory, readers["creditline, learned"])
            return
        compare("generated site", site[LEARNT_FROM:], readers, options.rounds, options.turn)
    if options.gold:
        compare(
            "gold pages", list(gold(options.gold)), {PEER: theirs, "creditline": ours}, options.rounds, options.turn
        )


if __name__ == "__main__":
    main()
