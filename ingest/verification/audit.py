"""Audit: verify many files and editions in parallel processes, and describe the result for an event."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from archive.fixity.verifier import Examined, measure_file
from archive.store import warc_files
from archive.warc.writer import OPEN, locate_file
from db import fixity_log, rules
from db.catalogue import Catalogue
from db.query.snapshot import TableDigests, changed_tables, last_table_digests, table_digests
from db.schema.database import copy_catalogue, examined
from ingest.cataloguing.child_process import run_with_retries
from ingest.cataloguing.cluster_workers import Workers
from ingest.collection.collection import Layout
from ingest.processes import process_pool
from ingest.verification.claims import ClaimCounts, Proof, Verifier
from ingest.verification.comparison import of_notes
from ingest.verification.files import CATALOGUE, CLOSED, Fault, FileVerifier

# Enough to make opening the catalogue and loading the reader worthwhile, few enough to keep all processes busy to the
# end.
_SHARE = 20
"""How many items a process takes at a time."""
_ELSEWHERE = 400
"""How many items a worker of a cluster takes at a time, at most."""
# Another process is only worthwhile for this many more bytes; see `_processes_for`.
_BYTES_PER_PROCESS = 40_000_000
# How many faults an event lists; all are counted.
_LISTED = 100

Report = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an audit will verify.

    Attributes:
        scope: "all", "since", "sample" or "files", as in the event.
        files: paths of WARC files of the collection.
        items: ids of items whose editions are read again.
        captures: ids of captures whose records are verified, whichever file they are in.
        sources: ids of captures with statements about other pages or a whole site (feeds, policies), which are read
            again.
        seed: the seed of the random sample.
    """

    scope: str
    files: tuple[Path, ...] = ()
    items: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    seed: int | None = None


@dataclass(slots=True)
class Audit:
    """The result of an audit.

    Attributes:
        files: for each file its name, records, bytes and number of findings.
        older: how many editions were read by an older reader, or folded otherwise than today's rules do, and were
            therefore not compared.
        faults: all faults, by file and offset.
        tables: digests of the tables, if the whole collection was verified.
    """

    files: list[dict[str, Any]] = field(default_factory=list)
    records: int = 0
    editions: int = 0
    claims: ClaimCounts = field(default_factory=ClaimCounts)
    older: int = 0
    faults: list[Fault] = field(default_factory=list)
    tables: TableDigests | None = None


def of_everything(layout: Layout, catalogue: Catalogue) -> Plan:
    """Plan to verify every file and every edition."""
    items, sources = (
        fixity_log.item_ids(catalogue.connection),
        fixity_log.captures_with_statements(catalogue.connection),
    )
    return Plan("all", tuple(warc_files(layout.warcs)), tuple(items), sources=tuple(sources))


def of_what_changed(layout: Layout, catalogue: Catalogue, since: datetime) -> Plan:
    """Plan to verify the files that no verification since *since* found sound as they are now, and their items."""
    # Compared by name and length, because a file that has grown has to be verified again.
    sound = fixity_log.verified_since(catalogue.connection, since)
    files = [path for path in warc_files(layout.warcs) if (path.name, path.stat().st_size) not in sound]
    items = fixity_log.items_in(catalogue.connection, [path.name.removesuffix(OPEN) for path in files])
    return Plan("since", tuple(files), tuple(sorted(items)))


def of_a_sample(catalogue: Catalogue, count: int, seed: int) -> Plan:
    """Plan to verify *count* captures drawn with *seed*, and the items that depend on them."""
    every = fixity_log.capture_ids(catalogue.connection)
    # Drawn from all captures in the order of their ids, so the same seed draws the same captures.
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311 - repeatable on purpose
    captures = [capture for one in drawn if (capture := catalogue.capture(one)) is not None]
    places = {(capture.ref.file, capture.ref.offset) for capture in captures}
    items = {item for file, offset in places for item in fixity_log.items_on(catalogue.connection, file, offset)}
    return Plan("sample", items=tuple(sorted(items)), captures=tuple(drawn), seed=seed)


def audit(
    layout: Layout, plan: Plan, *, jobs: int | None = None, report: Report = lambda _done, _total, _now: None
) -> Audit:
    """Carry out *plan* in *jobs* processes; if None, in as many as there are processors, or fewer for little work."""
    tasks = _tasks(layout, plan, _SHARE, [[path] for path in plan.files])
    if plan.scope == "all":
        # Only in a complete audit, because reading every page of the catalogue takes longer than a small audit should.
        tasks.append(("catalogue", partial(_catalogue, layout)))
    with _workers(jobs or _processes_for(plan), len(tasks)) as executor:
        return _combined(layout, plan, len(tasks), _results(executor, tasks), report)


def audit_elsewhere(
    layout: Layout, plan: Plan, workers: Workers, copy: Path, report: Report = lambda _done, _total, _now: None
) -> Audit:
    """Carry out *plan* like `audit`, with the *workers* of a cluster.

    The workers read a copy of the catalogue, made in the folder *copy*, because a catalogue that is being written to
    must not be read by two machines. The catalogue as a whole is checked here.

    Raises:
        ProcessDied: a process died several times over one share.
    """
    copied = Layout(layout.directory.resolve(), copy.resolve())
    copy_catalogue(layout.catalogue, copied.catalogue)
    # Larger shares, because they go through the network, but a few for each worker, because some take longer.
    share = min(_ELSEWHERE, max(_SHARE, -(-len(plan.items) // (4 * workers.count))))
    together = list(by_size(plan.files, 4 * workers.count))
    tasks = [(name, partial(run_with_retries, task)) for name, task in _tasks(copied, plan, share, together)]
    here = [("catalogue", partial(_catalogue, layout))] if plan.scope == "all" else []
    # Started first, so the workers are busy while the catalogue as a whole is checked here.
    there = _submitted(workers.executor, tasks)
    results = chain(_results(None, here), _completed(there))
    return _combined(layout, plan, len(tasks) + len(here), results, report)


Task = tuple[str, Callable[[], Any]]
"""The name of a piece of work, and the function that does it."""


def _tasks(layout: Layout, plan: Plan, share: int, files: Sequence[Sequence[Path]]) -> list[Task]:
    """Return the tasks of *plan*: one for each group in *files*, and one for each *share* items or sources."""
    # In shares, because a process that handles one item would spend its time on opening the catalogue.
    shares = [plan.items[at : at + share] for at in range(0, len(plan.items), share)]
    tasks: list[Task] = [(paths[0].name, partial(_examine, layout, paths)) for paths in files]
    tasks += [(f"{one[0]} ...", partial(_prove, layout, one)) for one in shares]
    if plan.captures:
        tasks.append(("captures", partial(_captures, layout, plan.captures)))
    speaking = [plan.sources[at : at + share] for at in range(0, len(plan.sources), share)]
    return tasks + [("feeds and policies", partial(_sources, layout, one)) for one in speaking]


def by_size(files: Sequence[Path], count: int) -> Iterator[list[Path]]:
    """Divide *files* in their order into at most *count* groups of about equal size in bytes."""
    sizes = [_size(path) for path in files]
    # Count one extra byte for each file: otherwise a thousand empty files would form one group.
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
    except FileNotFoundError:  # a run has finished the file meanwhile, which gave it its final name
        return path.with_name(path.name.removesuffix(OPEN)).stat().st_size


def _combined(layout: Layout, plan: Plan, count: int, results: Iterable[tuple[str, Any]], report: Report) -> Audit:
    """Combine the results of *count* tasks."""
    seen = Audit()
    examined: list[Examined] = []
    for done, (name, result) in enumerate(results, start=1):
        report(done, count, name)
        # Tasks end in any order, so tell the results apart by their type.
        if isinstance(result, _Files):
            examined += result.examined
        elif isinstance(result, _Whole):
            seen.tables = result.tables
            seen.faults += result.faults
        else:
            _add_proofs(seen, result)
    # Sorted, so that two audits of the same state give the same result.
    _add_files(layout, plan, seen, sorted(examined, key=lambda one: one.references.file))
    seen.faults.sort(key=lambda fault: (fault.file, fault.offset, fault.what))
    return seen


def event_of(seen: Audit, plan: Plan, began: datetime) -> dict[str, object]:
    """Return the body of the event for an audit: outcome, agent, scope, counts, files and faults."""
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
        "faults": [f"{fault.file}:{fault.offset} {fault.what}" for fault in seen.faults[:_LISTED]],
    }
    # Record the digests of the tables only if the catalogue is sound; the next audit compares with them.
    if seen.tables is not None and not seen.faults:
        body |= {"state": seen.tables.state, "tables": seen.tables.tables}
    return body | ({"seed": plan.seed} if plan.seed is not None else {})


# ── Tasks that run in the processes ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Files:
    """The results for several files, each verified by itself."""

    examined: tuple[Examined, ...]


def _examine(layout: Layout, paths: Sequence[Path]) -> _Files:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        custody = FileVerifier(catalogue, layout.warcs)
        # A file may have got its final name since the plan was made.
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
    """The faults of the catalogue as a whole, and the digests of its tables."""

    faults: tuple[Fault, ...]
    tables: TableDigests


def _catalogue(layout: Layout) -> _Whole:
    """Check the catalogue's integrity, and compare it with the last verification and with the notes."""
    found = [(what, "SQLite") for what in examined(layout.catalogue)]
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        with catalogue.rolled_back():  # one transaction, for a consistent view
            tables = table_digests(catalogue.connection)
            before = last_table_digests(catalogue.connection)
            # Other rules may have made other rows of the same notes; the digests of the tables still show damage.
            noted = [] if rules.others(catalogue.connection) else of_notes(catalogue, layout.warcs)
        since = "though nothing was added since the last verification"
        found += [
            (f"the table {one} is not what it was, {since}", "its digest") for one in changed_tables(before, tables)
        ]
        found += [(one.what, "the notes") for one in noted]
    return _Whole(tuple(Fault(CATALOGUE, 0, None, (), what, clause) for what, clause in found), tables)


@contextmanager
def _verifier(layout: Layout) -> Iterator[Verifier]:
    """Yield a verifier for the collection, with its catalogue open for reading."""
    # Imported here, because only the processes that read need the reader.
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
    with process_pool(min(jobs, tasks)) as executor:
        yield executor


def _results(executor: Executor | None, tasks: Sequence[Task]) -> Iterator[tuple[str, Any]]:
    if executor is None:
        yield from ((name, task()) for name, task in tasks)
        return
    yield from _completed(_submitted(executor, tasks))


def _submitted(executor: Executor, tasks: Sequence[Task]) -> dict[Future[Any], str]:
    return {executor.submit(task): name for name, task in tasks}


def _completed(named: dict[Future[Any], str]) -> Iterator[tuple[str, Any]]:
    # Removed from the dictionary, so that results are not held in memory until all are done.
    yield from ((named.pop(future), future.result()) for future in as_completed(list(named)))


def _processes_for(plan: Plan) -> int:
    """Return how many processes to use for *plan*."""
    # Reading an item again takes about as long as verifying 400 KB.
    size = sum(map(_size, plan.files)) + len(plan.items) * 400_000
    return max(1, min(os.cpu_count() or 1, size // _BYTES_PER_PROCESS))


# ── Combining the results ────────────────────────────────────────────────────────────────────────────────────


def _add_proofs(seen: Audit, proofs: Iterable[Proof]) -> None:
    """Add the results for editions, claims and captures to *seen*."""
    # A damaged record is reported by each item that depends on it; add its fault only once.
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
    """Add the results for files to *seen*, with the checks across files."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        custody = FileVerifier(catalogue, layout.warcs)
        # A record can be called missing only if all files were read.
        read = not any(finding.clause == CLOSED for one in examined for finding in one.findings)
        complete = read and plan.scope == "all"
        across = custody.check_references([one.references for one in examined], complete=complete)
        known = custody.named([*(finding for one in examined for finding in one.findings), *across])
        known_places = {(fault.file, fault.offset, fault.what) for fault in known}
        closed = {fault.file for fault in known if fault.clause == CLOSED}
        # A damaged record is found in its file and again for each item; keep the fault that names the items. Of a file
        # that cannot be read, each record would be a fault.
        others = [one for one in seen.faults if (one.file, one.offset, one.what) not in known_places]
        seen.faults = [*(_with_items(fault, others) for fault in known), *(o for o in others if o.file not in closed)]
        if plan.scope == "all":
            seen.faults += [*custody.missing_files(), *custody.broken_chain()]
    counted = Counter(fault.file for fault in seen.faults)
    for one in examined:
        name = one.references.file
        seen.records += one.records
        seen.files.append({"file": name, "records": one.records, "bytes": one.bytes, "findings": counted[name]})
    _add_digests(layout, seen)


def _with_items(fault: Fault, others: Iterable[Fault]) -> Fault:
    """Return *fault*; of a file that cannot be read, with the items that *others* name for its records."""
    if fault.clause != CLOSED:
        return fault
    return replace(fault, items=tuple(sorted({item for one in others if one.file == fault.file for item in one.items})))


def _add_digests(layout: Layout, seen: Audit) -> None:
    """Add the SHA-256 of each sound file whose digest as a finished file is not recorded yet."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        recorded = fixity_log.finished(catalogue.connection)
    for one in seen.files:
        path = layout.warcs / str(one["file"])
        if not one["findings"] and path.name not in recorded and path.exists():
            one["sha256"] = measure_file(path).sha256
