"""Terms: the CPU time that reading terms of reuse adds to a page, on the gold pages next to the repository.

Every sentence is new, because the caches are emptied before each page. Vocabulary and patterns, which are made once per
process, are made before the measurement. Everything runs in one thread. The fastest of several rounds counts for each
page. The page is parsed again in each round, so look-ups that the terms are the first to need are counted.

    python benchmarks/terms.py [--gold 730] [--every 1] [--rounds 3]
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
import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from archive.http.exchange import Entity
from db.model.item import Context, Statement
from ingest.reading.page.page import open_page
from ingest.reading.page_reader import PageReader
from ingest.reading.version import stamp

PAGES = Path(__file__).resolve().parents[2] / "shared" / "gold" / "pages"


def gold(limit: int, every: int) -> Iterator[Entity]:
    """Yield every *every*-th of the first *limit* gold pages."""
    for folder in sorted(PAGES.iterdir())[:limit:every]:
        url = json.loads((folder / "gold.json").read_text())["url"] or "http://unknown.example/page"
        yield Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")


def forget() -> None:
    """Empty all bounded caches of the modules for terms; unbounded ones are filled once per process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ingest.terms"):
            for value in list(vars(module).values()):
                bound = getattr(value, "cache_parameters", dict)().get("maxsize")
                if bound:
                    value.cache_clear()


class Weighed(PageReader):
    """A reader that measures the CPU time of its terms, with garbage collection disabled meanwhile."""

    spent = 0.0

    def _statements(self) -> tuple[Statement, ...]:
        forget()
        gc.disable()
        before = time.thread_time()
        found = super()._statements()
        self.spent = 1000 * (time.thread_time() - before)
        gc.enable()
        return found


def cost(entity: Entity) -> float | None:
    """Return the CPU time in milliseconds that terms add to a page; None if it is not a page.

    Terms are read after the other fields, as in the reader, so work done for those fields is not counted.
    """
    page = open_page(entity, entity.url)
    if page is None:
        return None
    assert page.order  # as in the reader: holds the elements while the page is read
    reader = Weighed(page, Context(entity.url), stamp())
    reader._fields(())  # a whole reading except for the text, which comes last and costs most
    return reader.spent


def main() -> None:
    """Print the median, the mean and the 99th percentile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=int, default=730)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    pages = list(gold(asked.gold, asked.every))
    for entity in pages:
        cost(entity)
    rounds = [[cost(entity) for entity in pages] for _ in range(asked.rounds)]
    times = [min(spent for spent in page if spent is not None) for page in zip(*rounds, strict=True) if page[0]]
    cuts = statistics.quantiles(times, n=100)
    print(f"terms of {len(times)} pages, every sentence new, {asked.rounds} rounds; CPU ms added per page")
    print(f"  median {cuts[49]:.2f}   mean {statistics.fmean(times):.2f}   p99 {cuts[98]:.2f}   most {max(times):.2f}")


if __name__ == "__main__":
    main()
