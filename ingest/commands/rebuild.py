"""`creditline rebuild`: make the catalogue again from the WARC files, or prove that it could be."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import packing, workers_of
from ingest.progress import counted

if TYPE_CHECKING:
    from archive.recovery import Recovery
    from archive.warc.capture import Capture
    from db.query.divergence import Divergence
    from ingest.cataloguing.backlog import Reread
    from ingest.cataloguing.divided_rebuild import RebuildWorkers
    from ingest.cataloguing.read_elsewhere import ReadElsewhere
    from ingest.cataloguing.reader_pool import ReaderPool
    from ingest.cataloguing.rebuild import Rebuilt
    from ingest.collection.collection import Collection, Layout
    from ingest.settings.values import Settings
    from ingest.verification.files import Fault


# How many items are named that would differ, and ids that would lead nowhere; `--json` names all.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Makers:
    """Who folds: this number of processes here, or a cluster; if neither is given, one process."""

    workers: int | None = None
    cluster: str | None = None


@click.command(cls=Verb)
@click.option("--check", is_flag=True, help="Replace nothing; compare what a rebuild makes with what is there.")
@click.option("--unread", is_flag=True, help="Read again what could not be read, into the existing catalogue.")
@click.option(
    "--older", is_flag=True, help="Read again what an older version of the reader read, into the existing catalogue."
)
@click.option(
    "--workers", type=click.IntRange(1, 256), metavar="N", help="Use N processes, each for some of the publishers."
)
@click.option(
    "--cluster", metavar="ADDRESS", help="The same with the workers of a dask cluster, such as tcp://HOST:8786."
)
@packing(_Makers, "makers")
@click.option(
    "--from", "place", metavar="PLACE", help="With --check: read the files of the second copy directly from PLACE."
)
@click.pass_obj
def command(console: Console, check: bool, unread: bool, older: bool, makers: _Makers, place: str | None) -> None:
    """Rebuild the catalogue from the WARC files alone and replace the old one in one step; with --check, prove instead
    that both are identical, row by row. Damage is listed and does not stop it. A missing settings file is written
    again; an existing one stays as it is. --unread and --older fetch nothing; they change existing editions and open
    no new ones.
    """
    if unread or older:
        _reread(console, makers, unread=unread, older=older)
        return
    from ingest.cataloguing.rebuild import finish_files
    from ingest.collection.collection import Layout, now, read_settings
    from ingest.collection.nearby import is_copy
    from ingest.collection.notes import adopt_unrecorded, replace_catalogue
    from ingest.collection.run_lock import run_lock
    from ingest.collection.scratch import scratch
    from ingest.commands.copy_comparison import lying_at

    layout = Layout(console.directory)
    # The files alone are enough to make a collection; that is why they are kept.
    alone = not layout.settings.exists() and layout.warcs.is_dir() and not is_copy(layout.directory)
    settings = None if alone else read_settings(layout)
    if not layout.warcs.is_dir():
        what = f"there is no folder {layout.warcs}, and a catalogue is made only from the files in it"
        raise Refused(what, "put it back, or restore the collection: creditline restore PLACE FOLDER", Exit.INTEGRITY)
    # 0 means one reader per core, which is also used if the settings are lost.
    how = _How((settings.read.workers if settings else 0) or os.cpu_count() or 1, makers)
    with run_lock(layout.directory, now=now(), command="rebuild"), scratch(layout.directory) as folder:
        made = folder / "catalogue.db"
        if check:
            # First add rows for what a killed command left, or the comparison would report differences.
            if settings is not None:
                adopt_unrecorded(layout)
            if place is not None:
                layout = lying_at(layout, place)
            rebuilt = _make_catalogue(console, layout.warcs, made, how, as_in=layout.catalogue)
            damaged = _tell_damage(console, rebuilt)
            if rebuilt.unread:
                console.talk("Nothing was compared: what stands in these files would be missing")
                sys.exit(damaged)
            # A difference is worse than damage, because the records around the damage were read.
            sys.exit(_compare(console, layout, made, rebuilt.records) or damaged)
        recovered = finish_files(layout.warcs)
        rebuilt = _make_catalogue(console, layout.warcs, made, how)
        lost = _lost_ids(layout, made)
        former = _keep_former(layout) if lost and rebuilt.unread else None
        # Replace it in one step: a reader sees the old catalogue or the new one, never a mixture.
        replace_catalogue(layout, made)
        _record(console, layout, settings, replace(recovered, damaged=rebuilt.damage))
    code = _tell_damage(console, rebuilt)
    if console.as_json:
        console.out_json({"event": "rebuilt", "records": rebuilt.records, "damaged": len(rebuilt.damage)})
    console.talk(f"Rebuilt {layout.catalogue} from {rebuilt.records} captures and notes")
    _name_lost(console, lost, former)
    sys.exit(code or (Exit.ATTENTION if lost else Exit.DONE))


def _lost_ids(layout: Layout, made: Path) -> list[str]:
    """Return the ids of items in the present catalogue, if it can be read, that are in none at *made*."""
    from db.catalogue import Catalogue
    from db.errors import CatalogueRefused
    from db.query.divergence import shown_ids

    try:
        with Catalogue.open(layout.catalogue, read_only=True) as before, Catalogue.open(made, read_only=True) as after:
            return sorted(shown_ids(before.connection) - shown_ids(after.connection))
    except CatalogueRefused:
        return []  # missing, damaged, or with tables of another program


def _name_lost(console: Console, lost: list[str], former: Path | None) -> None:
    if lost:
        # The old catalogue is replaced, so this is the only time that they can be named.
        console.talk(f"{counted(len(lost), 'id')} shown before, leading nowhere now: {', '.join(lost)}")
    if former is not None:
        console.talk(f"The catalogue that had them is kept: {former}; remove it when nothing is missed any more")


def _keep_former(layout: Layout) -> Path:
    """Copy the present catalogue beside the new one, and return its place.

    It holds the text of items whose file cannot be read now, and perhaps never again.
    """
    from db.schema.database import copy_catalogue
    from ingest.collection.collection import now
    from ingest.collection.former_catalogue import former_catalogue

    kept = former_catalogue(layout.directory, now())
    copy_catalogue(layout.catalogue, kept)
    return kept


def _record(console: Console, layout: Layout, settings: Settings | None, recovered: Recovery) -> None:
    """Record what was found, and damage not yet recorded; write the settings file if there is none."""
    from db import fixity_log
    from db.catalogue import Catalogue
    from ingest.cataloguing.backlog import read_waiting
    from ingest.collection.collection import open_for_work
    from ingest.collection.rows import record_recovery

    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        recorded = fixity_log.recorded_damage(catalogue.connection)
    # A rebuild finds the same damage each time, but one event is enough.
    new = tuple(one for one in recovered.damaged if (one.file, one.offset) not in recorded)
    found = replace(recovered, damaged=new)
    if settings is None or found.adopted or found.cut or new:
        with open_for_work(layout, settings or _settings(console, layout), command=None) as work:
            record_recovery(work.catalogue, work.archive, found)
            # Lost settings were recorded again when the work began; now read what was waiting for them.
            read_waiting(work)


def _tell_damage(console: Console, rebuilt: Rebuilt) -> Exit:
    """List the places from which no record could be read."""
    for one in rebuilt.damage:
        if console.as_json:
            console.out_json({"event": "damage", **asdict(one)})
        else:
            console.out(f"DAMAGE  {one.file}:{one.offset}+{one.length}  {one.what}")
    if rebuilt.damage and not console.as_json:
        console.talk("The records around it were read. A second copy mends it: creditline verify --copy PLACE --repair")
    for left in rebuilt.unread:
        if console.as_json:
            console.out_json({"event": "unread", **asdict(left)})
        else:
            console.out(f"LEFT OUT  {left.file}  {left.why}")
    if rebuilt.unread and not console.as_json:
        console.talk(
            "The next run reads what was left out, once it can be read; a second copy mends it: creditline verify"
            " --copy PLACE --repair"
        )
    return Exit.ATTENTION if rebuilt.damage or rebuilt.unread else Exit.DONE


def _reread(console: Console, makers: _Makers, *, unread: bool, older: bool) -> None:
    from db import rules
    from db.query import outdated_readings
    from ingest.collection.collection import Layout, open_for_work, read_settings
    from ingest.reading import stamp

    layout = Layout(console.directory)
    settings = read_settings(layout)
    with open_for_work(layout, settings, command="rebuild") as work:
        chosen = (outdated_readings.unread if unread else None, outdated_readings.older if older else None)
        listed = [find(work.catalogue.connection, lambda one: str(stamp(one))) for find in chosen if find is not None]
        done, how = None, ""
        # Rows of other rules are everywhere, also where no page is read.
        by_other_rules = older and bool(rules.others(work.catalogue.connection))
        if older and (by_other_rules or outdated_readings.is_all(work.catalogue.connection, listed[-1])):
            done = _reread_all(console, makers, work, alone=by_other_rules)
            how = "; all of it was rebuilt" if by_other_rules else "; that is all of it, so it was rebuilt in parts"
        if done is None:
            # By id, because a capture may be both unread and read by an older reader; it is read once.
            wanted = {capture.id: capture for found in listed for capture in found}
            # In record order, as the fold adds them.
            ordered = sorted(wanted.values(), key=lambda capture: (capture.began, capture.id))
            done, how = _in_place(console, makers, work, ordered)
        left = len(outdated_readings.unread(work.catalogue.connection, lambda one: str(stamp(one)))) if unread else 0
    if console.as_json:
        console.out_json({**asdict(done), "still_unread": left})
        return
    console.talk(
        f"Read {counted(done.captures, 'capture')} again: {counted(done.changed, 'edition')} read otherwise,"
        f" {done.made} made, {done.gone} gone" + how + (f"; {left} still unread: `creditline failures`" if left else "")
    )


def _in_place(console: Console, makers: _Makers, work: Collection, ordered: Sequence[Capture]) -> tuple[Reread, str]:
    """Read *ordered* again, group by group; return the result and a remark about the cluster."""
    from ingest.cataloguing.backlog import reread
    from ingest.cataloguing.cataloguer import Cataloguer
    from ingest.cataloguing.reader_pool import ReaderPool

    layout, read = work.layout, work.settings.read
    workers = makers.workers or read.workers or os.cpu_count() or 1
    with ReaderPool(workers, read.deadline) as pool, console.steps("Reading again") as report:
        if makers.cluster is None:
            return reread(work.catalogue, Cataloguer(work.catalogue, layout.warcs, pool), ordered, report), ""
        with _readers_at(console, makers.cluster, layout, pool, ordered, read.deadline) as readers:
            cataloguer = Cataloguer(work.catalogue, layout.warcs, readers)
            done = reread(work.catalogue, cataloguer, ordered, report, readers.await_for)
            return done, f"; the cluster read {readers.taken}"


def _reread_all(console: Console, makers: _Makers, work: Collection, *, alone: bool) -> Reread | None:
    """Read everything again by making a new catalogue, in parts if possible, and replace the present one.

    Returns None, and changes nothing, if the files do not contain everything that is catalogued, or if there is only
    one process to fold, unless *alone*.
    """
    from db import working_rows
    from db.catalogue import Catalogue
    from db.query import outdated_readings
    from ingest.cataloguing.backlog import compared
    from ingest.cataloguing.divided_rebuild import useful_workers
    from ingest.collection.notes import replace_catalogue
    from ingest.collection.scratch import scratch

    layout = work.layout
    count = 2 if makers.cluster else makers.workers or 1
    divided = useful_workers(layout.warcs, count) >= 2
    if not divided and not alone:
        return None
    how = _How(work.settings.read.workers or os.cpu_count() or 1, makers if divided else _Makers())
    with scratch(layout.directory) as folder:
        made = folder / "catalogue.db"
        rebuilt = _make_catalogue(console, layout.warcs, made, how, deadline=work.settings.read.deadline)
        with Catalogue.open(made) as catalogue:
            # If files are damaged or missing, keep what was once read from them: then pages are read one by one.
            ends = catalogue.gapless_ends()
            if (
                rebuilt.damage
                or rebuilt.unread
                or any(ends.get(file, 0) < end for file, end in work.catalogue.gapless_ends().items())
            ):
                return None
            working_rows.copy_working_rows(catalogue, layout.catalogue)
            before, after = (outdated_readings.editions(one.connection) for one in (work.catalogue, catalogue))
            read = outdated_readings.count_read(catalogue.connection)
        # Replace it in one step: a reader sees the old catalogue or the new one.
        replace_catalogue(layout, made)
    return compared(read, before, after)


@contextmanager
def _readers_at(
    console: Console, address: str, layout: Layout, pool: ReaderPool, wanted: Sequence[Capture], deadline: float
) -> Iterator[ReadElsewhere]:
    """Yield readers with which the workers of a cluster read *wanted* ahead, from a copy of the catalogue."""
    from db.schema.database import copy_catalogue
    from ingest.cataloguing.read_elsewhere import ReadElsewhere, Share, read_in_process, shares_of
    from ingest.collection.scratch import scratch

    warcs = layout.warcs.resolve()
    with workers_of(console, address, warcs) as workers, scratch(layout.directory) as folder:
        # Two machines must not share a catalogue that is being written, so give them a copy.
        copy = folder.resolve() / "catalogue.db"
        copy_catalogue(layout.catalogue, copy)
        shares = shares_of(wanted, workers.count, lambda ids: Share(copy, warcs, ids, deadline))
        yield ReadElsewhere(pool, shares, lambda share: workers.executor.submit(read_in_process, share), workers.count)


def _settings(console: Console, layout: Layout) -> Settings:
    """Write the missing settings file from what the WARC files state."""
    from db.catalogue import Catalogue
    from ingest.settings.recorded import recover_settings
    from ingest.settings.toml_file import render

    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        settings, where = recover_settings(layout.warcs, catalogue)
    # Never overwrite a file that appeared meanwhile: a person wrote it.
    with layout.settings.open("x", encoding="utf-8") as file:
        file.write(render(settings))
    console.talk(f"There was no settings file: wrote {layout.settings} anew, {where}")
    return settings


@dataclass(frozen=True, slots=True)
class _How:
    """How to make a catalogue: the number of reading processes, and who folds."""

    readers: int
    makers: _Makers


def _make_catalogue(
    console: Console,
    warcs: Path,
    made: Path,
    how: _How,
    *,
    as_in: Path | None = None,
    deadline: float | None = None,
) -> Rebuilt:
    """Make a catalogue; captures given up or waiting in the catalogue *as_in* are not read here either."""
    from ingest.cataloguing.divided_rebuild import rebuild_in_parts
    from ingest.cataloguing.reader_pool import DEADLINE, PATIENCE, ReaderPool
    from ingest.cataloguing.rebuild import make_catalogue
    from ingest.collection.collection import now

    deadline = deadline or (DEADLINE if as_in is None else PATIENCE)
    if how.makers == _Makers():
        with ReaderPool(how.readers, deadline) as pool, console.steps("Rebuilding") as report:
            return make_catalogue(warcs, made, pool, clock=now, as_in=as_in, report=report)
    # Absolute paths, because the workers may have other current folders.
    warcs, made = warcs.resolve(), made.resolve()
    with console.steps("Rebuilding") as report, _hands(console, warcs, how.makers, report) as hands:
        rebuilt, parts = rebuild_in_parts(warcs, made, hands, clock=now, as_in=as_in, deadline=deadline)
    if parts < hands.count:
        console.talk(
            f"There was independent work for {parts} of {hands.count} workers: publishers are dealt to them whole"
        )
    return rebuilt


@contextmanager
def _hands(
    console: Console, warcs: Path, makers: _Makers, report: Callable[[int, int], None]
) -> Iterator[RebuildWorkers]:
    """Yield those who make parts of the catalogue: processes here, or the workers of a cluster."""
    from ingest.cataloguing.divided_rebuild import RebuildWorkers, processes_here
    from ingest.cataloguing.rebuild_part import make_in_process

    if makers.cluster is None:
        with processes_here(makers.workers or 1) as hands:
            yield replace(hands, report=report)
        return
    with workers_of(console, makers.cluster, warcs) as workers:
        yield RebuildWorkers(workers.count, workers.executor, make_in_process, report)


def _compare(console: Console, layout: Layout, made: Path, count: int) -> Exit:
    from contextlib import closing

    from db import rules
    from db.captures import count_waiting
    from db.catalogue import Catalogue
    from db.query import outdated_readings
    from db.query.divergence import divergence
    from db.query.snapshot import compare, without
    from ingest.reading import read, stamp
    from ingest.verification.claims import Verifier

    # Open both read-only: a comparison must never change anything.
    with Catalogue.open(layout.catalogue, read_only=True) as one, Catalogue.open(made, read_only=True) as other:
        waiting = count_waiting(one.connection)
        older, apart = outdated_readings.from_other_readers(
            one.connection, lambda profile: str(stamp(profile)), other.connection
        )
        others = rules.others(one.connection)
        # What other rules made may differ in every row, and is counted; else each difference is a fault.
        differences = [] if others else compare(without(one.snapshot(), apart), without(other.snapshot(), apart))
        would = divergence(one.connection, other.connection) if others or older else None
        # What an older reader or other rules made is checked against everything that depends on neither.
        doubted = dict.fromkeys((*apart.items, *(would.items if would else ())))
        with closing(Verifier(one, layout.warcs, read, stamp)) as verifier:
            faults = [fault for item in doubted for proof in verifier.whole(item) for fault in proof.faults]
    _print_faults(console, differences, faults)
    wrong = len(differences) + len(faults)
    if console.as_json:
        told: dict[str, object] = {"event": "compared", "records": count, "differences": wrong, "older": older}
        told |= {"waiting": waiting, "other_rules": others, "would_differ": asdict(would) if would else None}
        console.out_json(told)
    elif not wrong and not waiting and not older and not would:
        console.out(f"identical: {count} captures and notes give exactly this catalogue")
    if would is not None and (older or would):
        _print_divergence(console, would, older, others)
    if waiting:
        # A stopped run leaves captures unread; what they affect cannot be compared yet.
        left = f"{counted(waiting, 'capture')} kept and not read yet, with all that they touch"
        console.talk(f"  not compared: {left}. The next run reads them; compare again after it")
    return Exit.INTEGRITY if wrong else Exit.ATTENTION if older or waiting or would else Exit.DONE


def _print_faults(console: Console, differences: Sequence[tuple[str, str, str]], faults: Sequence[Fault]) -> None:
    for sign, table, row in differences:
        if console.as_json:
            console.out_json({"event": "difference", "sign": sign, "table": table, "row": row})
        else:
            console.out(f"{sign} {table} {row}")
    for fault in faults:
        if console.as_json:
            console.out_json({"event": "fault", **asdict(fault)})
        else:
            console.out(f"FAULT  {', '.join(fault.items)}  {fault.what}")
    if differences:
        console.talk(
            "  - is only in the catalogue, + only in what the files make; `creditline rebuild` replaces the catalogue"
        )


def _print_divergence(console: Console, would: Divergence, older: Sequence[str], others: Sequence[str]) -> None:
    """Say who made the catalogue, and how much today's reader and rules would make otherwise."""
    if not console.as_json:
        if older:
            console.out(f"read by an older reader: {'; '.join(older)}")
        if others:
            console.out(f"folded by other rules: {'; '.join(others)}")
    parts = (
        (len(would.items), counted(len(would.items), "item")),
        (would.editions, counted(would.editions, "edition")),
        (would.terms, f"the terms of {counted(would.terms, 'page')}"),
        (would.captures, counted(would.captures, "capture")),
        (would.notes, counted(would.notes, "row") + " of notes"),
    )
    told = ", ".join(words for number, words in parts if number) or "nothing"
    console.talk(f"  by today's {'rules' if others else 'reader'} {told} would differ, as is expected after an upgrade")
    if would:
        # Words and evidence of these items were verified above; their other values cannot be told from the change.
        console.talk("  damage to other values of these rows would look the same; making them again mends it too")
    if would.items:
        console.talk(f"    {_named(would.items)}")
    if would.lost:
        console.talk(f"  {counted(len(would.lost), 'id')} shown before, then leading nowhere: {_named(would.lost)}")
    console.talk(
        "  creditline rebuild --older makes all of it by today's rules, without a visit"
        if others
        else "  creditline rebuild --older reads those pages again, without a visit; editions stay what they are"
    )


def _named(ids: Sequence[str]) -> str:
    more = len(ids) - _NAMED
    return ", ".join(ids[:_NAMED]) + (f" and {more} more" if more > 0 else "")
