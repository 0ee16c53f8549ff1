"""Auditing: verify many files and editions in processes side by side, and record what was found as an event."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from archive.fixity.verifier import Examined, whole
from archive.store import warc_files
from archive.warc.writer import OPEN, locate_file
from db import fixity_log
from db.catalogue import Catalogue
from db.query.snapshot import TableDigests, changed_tables, last_table_digests, table_digests
from db.schema.database import copy_catalogue, examined
from ingest.cataloguing.apart import again
from ingest.cluster.workers import Workers
from ingest.collection.collection import Layout
from ingest.verification.claims import Proof, Standing, Verifier
from ingest.verification.comparison import of_notes
from ingest.verification.files import CATALOGUE, Custody, Fault

# So many that opening the catalogue and loading the reader count for little, and few enough to keep all processes busy
# to the end.
_SHARE = 20
"""Editions that a process takes at a time."""
_ELSEWHERE = 400
"""Editions that a worker of a cluster takes at a time, at most."""
# Bytes, and a tenth of their thousands in items, below which processes cost more than they save.
_SMALL = 40_000_000
# How many faults an event states; the rest are counted.
_TOLD = 100

Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be verified.

    Attributes:
        scope: "all", "since", "sample" or "files", as the event states it.
        files: of the collection.
        items: whose editions are read again.
        captures: that are verified by themselves, wherever they lie.
        sources: captures that speak of other pages, or for a whole site: what they say is made once more.
        seed: by which a sample was drawn.
    """

    scope: str
    files: tuple[Path, ...] = ()
    items: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(slots=True)
class Audit:
    """What an audit saw: per file how many records, bytes and findings; editions and claims; and every fault.

    Where the whole collection was verified, also what the tables are.
    """

    files: list[dict[str, Any]] = field(default_factory=list)
    records: int = 0
    editions: int = 0
    claims: Standing = field(default_factory=Standing)
    older: int = 0
    faults: list[Fault] = field(default_factory=list)
    tables: TableDigests | None = None


def of_everything(layout: Layout, catalogue: Catalogue) -> Plan:
    """Plan to verify every file and every edition."""
    items, sources = fixity_log.item_ids(catalogue.connection), fixity_log.speaking(catalogue.connection)
    return Plan("all", tuple(warc_files(layout.warcs)), tuple(items), sources=tuple(sources))


def of_what_changed(layout: Layout, catalogue: Catalogue, since: datetime) -> Plan:
    """Plan to verify the files that no verification of *since* or later found sound as they are, and their items."""
    # By name and length: a file that has grown was not verified as it is now.
    sound = fixity_log.verified_since(catalogue.connection, since)
    files = [path for path in warc_files(layout.warcs) if (path.name, path.stat().st_size) not in sound]
    items = fixity_log.items_in(catalogue.connection, [path.name.removesuffix(OPEN) for path in files])
    return Plan("since", tuple(files), tuple(sorted(items)))


def of_a_sample(catalogue: Catalogue, count: int, seed: int) -> Plan:
    """Plan to verify *count* captures drawn by *seed*, and the items that stand on them."""
    every = fixity_log.capture_ids(catalogue.connection)
    # Of captures in the order of their ids, so that the seed draws the same ones again.
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 - repeatable on purpose
    captures = [capture for one in drawn if (capture := catalogue.capture(one)) is not None]
    places = {(capture.ref.file, capture.ref.offset) for capture in captures}
    items = {item for file, offset in places for item in fixity_log.items_on(catalogue.connection, file, offset)}
    return Plan("sample", items=tuple(sorted(items)), captures=tuple(drawn), seed=seed)


def audit(
    layout: Layout, plan: Plan, *, jobs: int | None = None, report: Report = lambda _done, _total, _now: None
) -> Audit:
    """Verify what *plan* says in *jobs* processes; as many as there are processors if None, and one for little work."""
    tasks = _tasks(layout, plan, _SHARE, [[path] for path in plan.files])
    if plan.scope == "all":
        # Only with everything: to read each page of it takes longer than a small verification should.
        tasks.append(("catalogue", partial(_catalogue, layout)))
    with _workers(jobs or _worth(plan), len(tasks)) as executor:
        return _seen(layout, plan, len(tasks), _results(executor, tasks), report)


def audit_elsewhere(
    layout: Layout, plan: Plan, workers: Workers, copy: Path, report: Report = lambda _done, _total, _now: None
) -> Audit:
    """Verify what *plan* says by the *workers* of a cluster, as `audit` does.

    They read a copy of the catalogue, which is made in the folder *copy*: no two machines may read one that is written
    to. The catalogue as a whole is looked at here.

    Raises:
        Died: a process died again and again over one share.
    """
    copied = Layout(layout.directory.resolve(), copy.resolve())
    copy_catalogue(layout.catalogue, copied.catalogue)
    # Larger ones, which go through the network; a few each at least, for some take longer.
    share = min(_ELSEWHERE, max(_SHARE, -(-len(plan.items) // (4 * workers.count))))
    together = list(by_size(plan.files, 4 * workers.count))
    tasks = [(name, partial(again, task)) for name, task in _tasks(copied, plan, share, together)]
    here = [("catalogue", partial(_catalogue, layout))] if plan.scope == "all" else []
    # Given out first, so that the catalogue as a whole is looked at here while workers do the rest.
    there = _begun(workers.executor, tasks)
    results = chain(_results(None, here), _as_done(there))
    return _seen(layout, plan, len(tasks) + len(here), results, report)


Task = tuple[str, Callable[[], Any]]
"""A piece of work and its name."""


def _tasks(layout: Layout, plan: Plan, share: int, files: Sequence[Sequence[Path]]) -> list[Task]:
    """Return what is to be done about *files*, those of each group at a time, and about items and captures, *share* of
    them at a time.
    """
    # Shares, for a process that opens the catalogue for one item spends its time on that.
    shares = [plan.items[at : at + share] for at in range(0, len(plan.items), share)]
    tasks: list[Task] = [(paths[0].name, partial(_examine, layout, paths)) for paths in files]
    tasks += [(f"{one[0]} ...", partial(_prove, layout, one)) for one in shares]
    if plan.captures:
        tasks.append(("captures", partial(_captures, layout, plan.captures)))
    speaking = [plan.sources[at : at + share] for at in range(0, len(plan.sources), share)]
    return tasks + [("feeds and policies", partial(_sources, layout, one)) for one in speaking]


def by_size(files: Sequence[Path], count: int) -> Iterator[list[Path]]:
    """Divide *files* in their order into *count* groups at most, each of about as many bytes."""
    sizes = [_size(path) for path in files]
    # A file takes a moment however short it is, or a thousand empty ones would be one group.
    enough = (sum(sizes) + len(sizes)) / max(1, count)
    group: list[Path] = []
    held = 0
    for path, size in zip(files, sizes, strict=True):
        group.append(path)
        held += size + 1
        if held >= enough:
            yield group
            group, held = [], 0
    if group:
        yield group


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # a run beside this has finished it since it was listed
        return path.with_name(path.name.removesuffix(OPEN)).stat().st_size


def _seen(layout: Layout, plan: Plan, count: int, results: Iterable[tuple[str, Any]], report: Report) -> Audit:
    """Put together what came of *count* pieces of work."""
    seen = Audit()
    examined: list[Examined] = []
    for done, (name, result) in enumerate(results, start=1):
        report(done, count, name)
        # What comes back says what it is: tasks end in any order.
        if isinstance(result, _Files):
            examined += result.examined
        elif isinstance(result, _Whole):
            seen.tables = result.tables
            seen.faults += result.faults
        else:
            _add_proofs(seen, result)
    # Sorted, so that two audits of one state say the same, whichever process was faster.
    _add_files(layout, plan, seen, sorted(examined, key=lambda one: one.references.file))
    seen.faults.sort(key=lambda fault: (fault.file, fault.offset, fault.what))
    return seen


def event_of(seen: Audit, plan: Plan, began: datetime) -> dict[str, object]:
    """Return what the event of an audit states: outcome, agent, scope, and each file by name, length and findings."""
    body: dict[str, object] = {
        "outcome": "fault" if seen.faults else "ok",
        "agent": f"creditline/{metadata.version('creditline')}",
        "scope": plan.scope,
        "began": began.isoformat(),
        "files": sorted(seen.files, key=lambda one: str(one["file"])),
        "records": seen.records,
        "editions": seen.editions,
        "claims": asdict(seen.claims),
        "found": len(seen.faults),
        "faults": [f"{fault.file}:{fault.offset} {fault.what}" for fault in seen.faults[:_TOLD]],
    }
    # What the tables are is only worth remembering of a catalogue that was found sound.
    if seen.tables is not None and not seen.faults:
        body |= {"state": seen.tables.state, "tables": seen.tables.tables}
    return body | ({"seed": plan.seed} if plan.seed is not None else {})


# ── What the processes do ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Files:
    """What was seen of several files, each by itself."""

    examined: tuple[Examined, ...]


def _examine(layout: Layout, paths: Sequence[Path]) -> _Files:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        custody = Custody(catalogue, layout.warcs)
        # Since the plan was made a file may have got its final name.
        here = (locate_file(layout.warcs, path.name.removesuffix(OPEN)) for path in paths)
        return _Files(tuple(custody.examine(path) for path in here))


def _prove(layout: Layout, items: Sequence[str]) -> list[Proof]:
    with _verifier(layout) as verifier:
        return [proof for item in items for proof in verifier.whole(item)]


def _sources(layout: Layout, captures: Sequence[str]) -> list[Proof]:
    with _verifier(layout) as verifier:
        return list(verifier.sources(captures))


@dataclass(frozen=True, slots=True)
class _Whole:
    """What was found of the catalogue as a whole, and what its tables are."""

    faults: tuple[Fault, ...]
    tables: TableDigests


def _catalogue(layout: Layout) -> _Whole:
    """Hold the catalogue as a whole against itself, against what it was, and what it has of its notes against these."""
    found = [(what, "SQLite") for what in examined(layout.catalogue)]
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        with catalogue.undone():  # all of it as one transaction sees it
            tables = table_digests(catalogue.connection)
            before = last_table_digests(catalogue.connection)
            noted = of_notes(catalogue, layout.warcs)
        since = "though nothing was added since the last verification"
        found += [
            (f"the table {one} is not what it was, {since}", "its digest") for one in changed_tables(before, tables)
        ]
        found += [(one.what, "the notes") for one in noted]
    return _Whole(tuple(Fault(CATALOGUE, 0, None, (), what, clause) for what, clause in found), tables)


@contextmanager
def _verifier(layout: Layout) -> Iterator[Verifier]:
    # In the process that reads: the one that hands out the work need not load the reader.
    from ingest.reading import read, stamp

    with (
        Catalogue.open(layout.catalogue, read_only=True) as catalogue,
        closing(Verifier(catalogue, layout.warcs, read, stamp, with_sources=False)) as verifier,
    ):
        yield verifier


def _captures(layout: Layout, captures: Sequence[str]) -> list[Proof]:
    with _verifier(layout) as verifier:
        return verifier.captures(captures)


@contextmanager
def _workers(jobs: int, tasks: int) -> Iterator[Executor | None]:
    if jobs < 2 or tasks < 2:
        yield None
        return
    # Not fork: a copy of a process with open databases and threads inherits locks that nobody will release.
    with ProcessPoolExecutor(min(jobs, tasks), mp_context=multiprocessing.get_context("forkserver")) as executor:
        yield executor


def _results(executor: Executor | None, tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
    if executor is None:
        yield from ((name, task()) for name, task in tasks)
        return
    yield from _as_done(_begun(executor, tasks))


def _begun(executor: Executor, tasks: Sequence[Task]) -> dict[Future[Any], str]:
    return {executor.submit(task): name for name, task in tasks}


def _as_done(named: dict[Future[Any], str]) -> Iterator[tuple[str, Any]]:
    # Taken out, so that none is held until all are done.
    yield from ((named.pop(future), future.result()) for future in as_completed(list(named)))


def _worth(plan: Plan) -> int:
    """Return how many processes the work is worth."""
    # An item takes about as long to be made again as 400 KB take to be verified.
    size = sum(map(_size, plan.files)) + len(plan.items) * 400_000
    return max(1, min(os.cpu_count() or 1, size // _SMALL))


# ── What is made of it ───────────────────────────────────────────────────────────────────────────────────────


def _add_proofs(seen: Audit, proofs: Iterable[Proof]) -> None:
    # Of a record that several items stand on, each of them tells.
    held = set(seen.faults)
    for proof in proofs:
        seen.editions += bool(proof.edition)
        seen.claims.read_again += proof.claims.read_again
        seen.claims.derived += proof.claims.derived
        seen.claims.decided += proof.claims.decided
        seen.older += proof.reread is None and not proof.faults and bool(proof.edition)
        seen.faults += [fault for fault in proof.faults if fault not in held]
        held.update(proof.faults)


def _add_files(layout: Layout, plan: Plan, seen: Audit, examined: list[Examined]) -> None:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        custody = Custody(catalogue, layout.warcs)
        # Only where every file was looked at is a record that is missing truly missing.
        across = custody.crossed([one.references for one in examined], complete=plan.scope == "all")
        known = custody.named([*(finding for one in examined for finding in one.findings), *across])
        known_places = {(fault.file, fault.offset, fault.what) for fault in known}
        # A record that is damaged is found with its file and with each item on it: told once, with the items.
        seen.faults = [*known, *(one for one in seen.faults if (one.file, one.offset, one.what) not in known_places)]
        if plan.scope == "all":
            seen.faults += [*custody.missing_files(), *custody.broken_chain()]
    counted = Counter(fault.file for fault in seen.faults)
    for one in examined:
        name = one.references.file
        seen.records += one.records
        seen.files.append({"file": name, "records": one.records, "bytes": one.bytes, "findings": counted[name]})
    _add_digests(layout, seen)


def _add_digests(layout: Layout, seen: Audit) -> None:
    """Add the digest of each file that was found sound and is not recorded as it was finished yet."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        recorded = fixity_log.finished(catalogue.connection)
    for one in seen.files:
        path = layout.warcs / str(one["file"])
        if not one["findings"] and path.name not in recorded and path.exists():
            one["sha256"] = whole(path).sha256
