"""Frontier: the cost of a visit in a frontier of many known addresses, half of them visited, of ten publishers.

python benchmarks/frontier.py 10000 1000000

The number of steps of SQLite's virtual machine is the same everywhere; CPU time and memory depend on the machine.
"""

import os
import sys

if not sys.flags.safe_path:  # otherwise `import archive` would find the benchmark archive.py
    os.execv(  # noqa: S606 - restarts this script
        sys.executable, [sys.executable, "-P", *sys.argv]
    )

import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier, VisitFilter, VisitResult

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PUBLISHERS, TURNS, AT_ONCE = 10, 100, 40
_SHARE = 10_000
_HUNDRED = 100


def known(number: int) -> Discovery:
    """Return the address with this number; 0 is the newest."""
    publisher = f"p{number % PUBLISHERS}"
    url = f"http://{publisher}.example/texts/of-some-length-{number}/"
    return Discovery(url, publisher, via="list", lastmod=NOW - timedelta(minutes=number))


def measure(number: int, file: Path) -> str:
    """Measure the cost of finding and settling a visit among *number* addresses; return it in words."""
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
                frontier.done(visit.id, VisitResult("unchanged", start, start + timedelta(days=7)))
                made += 1
        spent = (time.process_time() - began) / made
        connection.set_progress_handler(None, 0)
    return (
        f"{number:9} known: {steps[0] * _HUNDRED / made:.0f} steps of SQLite, {1e6 * spent:.0f} us of CPU time "
        f"per visit, for {made} visits; {_peak() - before:.1f} MB more memory, {_peak():.0f} at most"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure with each number of addresses on the command line."""
    for number in map(int, sys.argv[1:] or ["10000", "1000000"]):
        with tempfile.TemporaryDirectory() as scratch:
            print(measure(number, Path(scratch) / "catalogue.db"), flush=True)


if __name__ == "__main__":
    main()
