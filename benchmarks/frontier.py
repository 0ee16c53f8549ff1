"""Frontier: what a visit costs where so many addresses are known, half of them visited, of ten publishers.

python benchmarks/frontier.py 10000 1000000

The steps of SQLite's machine are the same on each machine; processor time and memory are not.
"""

import os
import sys

if not sys.flags.safe_path:  # else `archive` would be the benchmark of that name, which lies first on the path
    os.execv(  # noqa: S606 - itself again
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.catalogue import Catalogue
from db.frontier import Became, Discovery, Frontier, VisitFilter

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PUBLISHERS, TURNS, AT_ONCE = 10, 100, 40
_SHARE = 10_000
_HUNDRED = 100


def known(number: int) -> Discovery:
    """Return an address, the newest first."""
    publisher = f"p{number % PUBLISHERS}"
    url = f"http://{publisher}.example/texts/of-some-length-{number}/"
    return Discovery(url, publisher, via="list", lastmod=NOW - timedelta(minutes=number))


def measure(number: int, file: Path) -> str:
    """Return in words what finding and settling a visit costs among *number* addresses."""
    steps = [0]

    def step() -> int:
        steps[0] += 1
        return 0

    with Catalogue.open(file, create=True) as catalogue:
        connection, frontier = catalogue.connection, Frontier(catalogue)
        connection.execute("PRAGMA synchronous = OFF")
        for one in range(PUBLISHERS):
            row = (f"p{one}", f"http://p{one}.example/")
            connection.execute("INSERT INTO publisher (id, url, hosts) VALUES (?, ?, '[]')", row)
        for first in range(0, number, _SHARE):
            frontier.seed(map(known, range(first, min(number, first + _SHARE))), now=NOW)
        connection.execute("UPDATE visit SET visited_at = added, outcome = 'unchanged' WHERE id <= ?", (number // 2,))
        before, began = _peak(), time.process_time()
        connection.set_progress_handler(step, _HUNDRED)
        start, made = NOW + timedelta(hours=1), 0
        for turn in range(TURNS):
            wanted = VisitFilter(f"p{turn % PUBLISHERS}", start, start, due_only=False)
            for visit in frontier.pending(wanted, AT_ONCE):
                frontier.done(visit.id, Became("unchanged", start, start + timedelta(days=7)))
                made += 1
        spent = (time.process_time() - began) / made
        connection.set_progress_handler(None, 0)
    return (
        f"{number:9} known: {steps[0] * _HUNDRED / made:.0f} steps of SQLite, {1e6 * spent:.0f} us of processor time "
        f"a visit of {made}; {_peak() - before:.1f} MB more memory, {_peak():.0f} at most"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure with each number of addresses that is named."""
    for number in map(int, sys.argv[1:] or ["10000", "1000000"]):
        with tempfile.TemporaryDirectory() as scratch:
            print(measure(number, Path(scratch) / "catalogue.db"), flush=True)


if __name__ == "__main__":
    main()
