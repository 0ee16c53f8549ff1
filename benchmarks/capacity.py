"""Capacity: estimate disk space, memory and time of a collection from the measured costs of one page.

Nothing is collected: sizes and times are multiplied, and one day of visits is simulated host by host. docs/capacity.md
has the measured costs and the commands that measured them.

    python benchmarks/capacity.py
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """The measured costs of one capture: sizes in bytes, times in milliseconds of CPU time.

    Attributes:
        warc_new, catalogue_new: for a capture with a new text.
        warc_again, catalogue_again: for a capture without a change.
        record: bytes of memory that a rebuild needs for each record.
    """

    warc_new: int = 11_450
    warc_again: int = 1_200
    catalogue_new: int = 33_300
    catalogue_again: int = 1_500
    read: float = 17.9
    fold: float = 5.6
    heads: float = 0.26
    verify: float = 21.1
    record: int = 1_240


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection; *new* is the share of captures with a new text."""

    publishers: int
    captures: int
    new: float = 0.2


def sizes(one: Collection, costs: Costs) -> dict[str, float]:
    """Return gigabytes of the WARC files, of the catalogue, and of memory for a rebuild."""
    fresh = one.captures * one.new
    again = one.captures - fresh
    return {
        "warc": (fresh * costs.warc_new + again * costs.warc_again) / 1e9,
        "catalogue": (fresh * costs.catalogue_new + again * costs.catalogue_again) / 1e9,
        "memory": one.captures * costs.record / 1e9,
    }


def rebuild_hours(one: Collection, costs: Costs, cores: int, *, folding: int) -> float:
    """Return the hours that a rebuild takes on *cores* cores, if all of them read and *folding* of them fold."""
    fresh = one.captures * one.new
    whole = fresh * (costs.read + costs.fold) + (one.captures - fresh) * costs.fold + one.captures * costs.heads
    # The rebuild cannot be faster than the share of one folding process.
    alone = one.captures * costs.fold / folding + one.captures * costs.heads
    return max(whole / cores, alone) / 3_600_000


def visiting_hours(publishers: int, pages: int, threads: int, *, pause: float = 1.0, answer: float = 0.4) -> float:
    """Return the hours that *threads* need to visit *pages*, unevenly distributed over *publishers* hosts.

    Each host is asked by one thread at a time, with *pause* seconds between two pages. A response takes *answer*
    seconds.
    """
    chance = random.Random(19)  # noqa: S311 - the same hosts each time
    # As in reality, a few hosts have most of the pages.
    weights = [chance.lognormvariate(0, 1.2) for _ in range(publishers)]
    scale = pages / sum(weights)
    queues = [(0.0, number, max(1, round(weight * scale))) for number, weight in enumerate(weights)]
    free = [0.0] * threads
    heapq.heapify(queues)
    ended = 0.0
    while queues:
        ready, number, left = heapq.heappop(queues)
        begins = max(ready, heapq.heappop(free))
        done = begins + answer
        heapq.heappush(free, done)
        ended = max(ended, done)
        if left > 1:
            heapq.heappush(queues, (done + pause, number, left - 1))
    return ended / 3600


if __name__ == "__main__":
    costs = Costs()
    print("| publishers | captures | WARC files | catalogue | memory | 2 cores, 1 folds | 8 cores | 64 cores |")
    print("|---|---|---|---|---|---|---|---|")
    for one in (Collection(10, 10**5), Collection(100, 10**6), Collection(1000, 10**7), Collection(10_000, 10**9)):
        gigabytes = sizes(one, costs)
        hours = [rebuild_hours(one, costs, cores, folding=folds) for cores, folds in ((2, 1), (8, 8), (64, 64))]
        held = " | ".join(f"{gigabytes[name]:,.1f} GB" for name in ("warc", "catalogue", "memory"))
        print(
            f"| {one.publishers:,} | {one.captures:,} | {held} | " + " | ".join(f"{one:,.1f} h" for one in hours) + " |"
        )
    print("\n| hosts | pages due in a day | threads | hours |\n|---|---|---|---|")
    for hosts, pages, threads in ((100, 10_000, 8), (1000, 100_000, 8), (10_000, 500_000, 8), (10_000, 500_000, 64)):
        print(f"| {hosts:,} | {pages:,} | {threads} | {visiting_hours(hosts, pages, threads):.1f} |")
