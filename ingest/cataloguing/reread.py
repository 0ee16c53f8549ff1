"""Rereading: bring what could not be read, or what an older reader read, to today's reader, without fetching.

It changes editions in place and makes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archive.warc.capture import Capture
from db.catalogue import Catalogue
from db.query import stale_captures
from ingest.cataloguing.cataloguer import Cataloguer

_AHEAD = 32
"""How many captures are given to the readers before their turn comes."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of it.

    Attributes:
        captures: how many were read again, those that hang together with the ones asked for among them.
        changed: how many editions read otherwise now.
        made, gone: editions that are there now and were not, and the other way round. A better reader makes none; a
            page that was not read before, or that is not taken for an item any more, does.
    """

    captures: int
    changed: int
    made: int
    gone: int


def reread(
    catalogue: Catalogue,
    cataloguer: Cataloguer,
    wanted: Sequence[Capture],
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> Reread:
    """Read the captures *wanted* again, each with all that hangs together with it, one transaction for each such group.

    *report* is called with how many of how many are done.
    """
    before = stale_captures.editions(catalogue.connection)
    done: set[str] = set()
    for number, capture in enumerate(wanted):
        if capture.id not in done:
            for next_one in _following(wanted, number, done):
                if cataloguer.has_room():
                    cataloguer.foresee(next_one)
            with catalogue.transaction():
                done |= {one.id for one in cataloguer.anew(capture)}
        report(number + 1, len(wanted))
    after = stale_captures.editions(catalogue.connection)
    return Reread(
        captures=len(done),
        changed=sum(before[edition] != digest for edition, digest in after.items() if edition in before),
        made=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
    )


def _following(wanted: Sequence[Capture], number: int, done: set[str]) -> Iterator[Capture]:
    return (capture for capture in wanted[number : number + _AHEAD] if capture.id not in done)
