"""Terms: the processor time that reading terms of reuse adds to a page, on the gold pages beside the repository.

Every sentence is new: what was remembered of sentences is forgotten before each page. What is made once a process
(the vocabulary, its patterns) is made before the clock starts. One process, one thread; of each page the quickest of
several rounds counts, each with the page opened anew, so that what the terms are the first to look up is on their bill.

    python benchmarks/terms.py [--gold 730] [--every 1] [--rounds 3]
"""

import os
import sys

if not sys.flags.safe_path:  # archive.py beside this file has the name of a package that this one needs
    os.execv(  # noqa: S606 - itself again
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
    """Yield the gold pages, or each *every*-th of them."""
    for folder in sorted(PAGES.iterdir())[:limit:every]:
        url = json.loads((folder / "gold.json").read_text())["url"] or "http://unknown.example/page"
        yield Entity(url, gzip.decompress((folder / "page.html.gz").read_bytes()), "text/html")


def forget() -> None:
    """Empty every bounded memory of the readers of terms; what is unbounded is made once a process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ingest.terms"):
            for value in list(vars(module).values()):
                bound = getattr(value, "cache_parameters", dict)().get("maxsize")
                if bound:
                    value.cache_clear()


class Weighed(PageReader):
    """A reader that tells the processor time of its terms, and holds still the collector of garbage meanwhile."""

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
    """Return the milliseconds of processor time that terms add to a page, or None if it is no page.

    They are read where the reader reads them, after the other fields: what those have made is not their cost.
    """
    page = open_page(entity, entity.url)
    if page is None:
        return None
    assert page.order  # as the reader does: its elements are held while it is read
    reader = Weighed(page, Context(entity.url), stamp())
    reader._fields(())  # all of a reading but the text, which is the costliest and follows
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
    print(f"terms of {len(times)} pages, every sentence new, {asked.rounds} rounds; CPU ms added to a page")
    print(f"  median {cuts[49]:.2f}   mean {statistics.fmean(times):.2f}   p99 {cuts[98]:.2f}   most {max(times):.2f}")


if __name__ == "__main__":
    main()
