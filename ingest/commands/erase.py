"""`creditline erase`: overwrite records by order, for good, and say where else their words are found."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted

if TYPE_CHECKING:
    from db.erasures import Erasure
    from ingest.collection.collection import Layout
    from ingest.erasure.traces import Trace

# The most traces listed one by one; the rest is only counted.
_SHOWN = 50


@click.command(cls=Verb)
@click.argument("refs", nargs=-1, metavar="[ITEM|RECORD]...")
@click.option("--order", metavar="REF", default="", help="The order: a file number, or a letter's date and sender.")
@click.option("--by", "name", metavar="NAME", default="", help="Who carries it out; recorded.")
@click.option(
    "--dry-run", is_flag=True, help="Change nothing; say what would be erased, and where else its words are found."
)
@click.option("--lift", is_flag=True, help="Allow a page with erased captures to be visited again.")
@click.pass_obj
def command(console: Console, refs: tuple[str, ...], order: str, name: str, dry_run: bool, lift: bool) -> None:
    """Erase items or single records by order, where withholding is not enough: their bytes are overwritten in the WARC
    files, with their requests and every capture of the same bytes, and the catalogue is rebuilt without them. A note in
    their place says that they were erased, when and by which order; other records stay where they are. An erased page
    is not visited again. Without arguments: list what was erased, and finish what a killed command left undone.

    Copies elsewhere are not reached: run `creditline backup` for each, and delete those that are kept offline.
    """
    from ingest.collection.collection import Layout

    layout = Layout(console.directory)
    if not refs:
        if order or name or dry_run or lift:
            raise Refused("nothing is named that could be erased", "name ids, URLs or records", Exit.USAGE)
        _list(console, layout)
        return
    if not dry_run and not name.strip():
        raise Refused("no name is given", "say who carries it out with --by NAME: it is recorded", Exit.USAGE)
    if lift:
        _lift(console, layout, refs, name.strip())
        return
    # Whoever finds the gap later has only this reference to go by.
    if not dry_run and not order.strip():
        hint = "name it with --order REF: this reference replaces what is erased"
        raise Refused("no order is named", hint, Exit.USAGE)
    if dry_run:
        _dry_run(console, layout, refs)
    else:
        _carry_out(console, layout, refs, order.strip(), name.strip())


def _dry_run(console: Console, layout: Layout, refs: tuple[str, ...]) -> None:
    """Print what an order would erase, and where else the words are found."""
    from ingest.collection.collection import open_for_reading
    from ingest.erasure.order import find_traces, reach

    with open_for_reading(layout) as catalogue:
        reached = reach(catalogue, layout.warcs, refs)
        left = find_traces(catalogue, layout.warcs, reached)
    size = sum(gap.ref.length for gap in reached.gaps)
    files = len({gap.ref.file for gap in reached.gaps})
    if console.as_json:
        told = {"captures": len(reached.captures), "records": reached.records, "bytes": size, "files": files}
        console.out_json({"event": "would erase", "items": list(reached.items), **told})
    else:
        console.out(
            f"would erase {counted(len(reached.captures), 'capture')} ({counted(reached.records, 'record')},"
            f" {size:,} bytes) in {counted(files, 'file')}"
        )
    _print_traces(console, left)


def _carry_out(console: Console, layout: Layout, refs: tuple[str, ...], order: str, name: str) -> None:
    from ingest.cataloguing.reader_pool import ReaderPool
    from ingest.collection.collection import now, read_settings
    from ingest.collection.former_catalogue import former_catalogues
    from ingest.collection.leases import refuse_beside_workers
    from ingest.collection.run_lock import run_lock
    from ingest.erasure.order import carry_out, remake

    settings = read_settings(layout)
    workers = settings.read.workers or os.cpu_count() or 1
    with run_lock(layout.directory, now=now(), command="erase"):
        # Records in a file that is still being written cannot be erased.
        hint = "erase when they have ended, after `creditline run --fold`; withhold until then"
        refuse_beside_workers(layout.directory, settings.fetch.deadline, hint)
        # First finish what a killed command left undone; it is not part of the present order.
        _resume(console, layout)
        reached, left = carry_out(layout, refs, order, name, clock=now)
        with ReaderPool(workers) as pool:
            remake(layout, pool, clock=now)
    if console.as_json:
        told = {"captures": len(reached.captures), "records": reached.records, "order": order, "by": name}
        console.out_json({"event": "erased", "items": list(reached.items), **told})
    else:
        records = counted(reached.records, "record")
        console.out(f"erased {counted(len(reached.captures), 'capture')} ({records}) by order: {order}")
    _print_traces(console, left)
    console.talk(
        "Copies still contain it: bring each up to date with `creditline backup PLACE`, delete those kept apart, and"
        " old versions where a store keeps them"
    )
    former = former_catalogues(layout.directory)
    for path in former:
        console.talk(f"It may also be in {path}, which a rebuild kept: delete it")
    if left or former:
        sys.exit(Exit.ATTENTION)


def _print_traces(console: Console, left: list[Trace]) -> None:
    """Print the records that still contain words of what is erased."""
    for trace in left[:_SHOWN] if not console.as_json else left:
        if console.as_json:
            told = {"record": trace.record, "what": trace.what, "passages": trace.passages}
            console.out_json({"event": "words stand in", **told, "erasable": trace.erasable})
        else:
            kept = "" if trace.erasable else ", which stays: each note names the one before it"
            found = counted(trace.passages, "passage")
            console.out(f"  its words are also in {trace.record}  {trace.what} ({found}{kept})")
    if len(left) > _SHOWN and not console.as_json:
        console.out(f"  and in {len(left) - _SHOWN} more: --json lists all")
    if any(trace.erasable for trace in left):
        console.talk("Lists, feeds and quotations are not erased with it: name them, too, if the order covers them")


def _list(console: Console, layout: Layout) -> None:
    """Print what was erased, latest first, after finishing what a killed command left undone."""
    from db import erasures
    from ingest.collection.collection import now, open_for_reading
    from ingest.collection.notes import adopt_unrecorded
    from ingest.collection.run_lock import run_lock
    from ingest.erasure.order import unfinished

    # Adopt first: the note of a killed command may not have a row yet.
    adopt_unrecorded(layout)
    with open_for_reading(layout) as catalogue:
        undone = unfinished(catalogue, layout.warcs)
    if undone:
        with run_lock(layout.directory, now=now(), command="erase"):
            _resume(console, layout)
    with open_for_reading(layout) as catalogue:
        found = erasures.every(catalogue.connection)
    for one in reversed(found):
        _print_erasure(console, one)
    console.talk(f"{counted(len(found), 'order')} carried out")


def _resume(console: Console, layout: Layout) -> None:
    """Finish what a killed command left undone; the caller holds the run lock."""
    from ingest.cataloguing.reader_pool import ReaderPool
    from ingest.collection.collection import now, open_for_reading, read_settings
    from ingest.collection.notes import adopt_unrecorded
    from ingest.erasure.order import finish, remake, unfinished

    adopt_unrecorded(layout)
    with open_for_reading(layout) as catalogue:
        undone = unfinished(catalogue, layout.warcs)
    if not undone:
        return
    finish(layout, undone)
    with ReaderPool(read_settings(layout).read.workers or os.cpu_count() or 1) as pool:
        remake(layout, pool, clock=now)
    console.talk(f"Finished {counted(len(undone), 'erasure')} that a killed command had begun")


def _print_erasure(console: Console, one: Erasure) -> None:
    if console.as_json:
        told = {"order": one.order, "by": one.by, "items": list(one.items), "records": one.records}
        console.out_json({"event": "erasure", "at": one.at.isoformat(), **told, "files": sorted(one.files)})
        return
    what = ", ".join(one.items) or "single records"
    console.out(f"{one.at:%Y-%m-%d %H:%M}  {one.order}  {what} ({counted(one.records, 'record')})  by {one.by}")


def _lift(console: Console, layout: Layout, refs: tuple[str, ...], name: str) -> None:
    """Record that erased pages may be visited again."""
    from archive.warc.capture import NoteKind
    from ingest.collection.notes import open_for_notes

    with open_for_notes(layout) as notary:
        stones = [(ref, notary.catalogue.erased(ref)) for ref in refs]
        unknown = next((ref for ref, stone in stones if stone is None), None)
        if unknown is not None:
            hint = "without arguments `creditline erase` lists what was"
            raise Refused(f"no item {unknown!r} was erased", hint, Exit.USAGE)
        for _, stone in stones:
            if stone is not None:
                notary.note(NoteKind.WITHHOLDING, {"item": stone.id, "by": name, "lift": True})
                console.out(f"{stone.id}  may be visited again")
