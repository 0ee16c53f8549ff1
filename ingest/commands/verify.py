"""`creditline verify`: prove items, files or the whole collection down to the bytes."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import Exit
from ingest.cli.command_line import on
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import Beginning, workers_of
from ingest.commands.quote import check_proofs
from ingest.progress import counted

if TYPE_CHECKING:
    from archive.fixity.finding import Finding
    from archive.fixity.verifier import Examined
    from db.catalogue import Catalogue
    from ingest.collection.collection import Layout
    from ingest.verification.audit import Audit, Plan, Report
    from ingest.verification.claims import ClaimCounts, Proof
    from ingest.verification.files import Fault

# The total size in bytes from which several processes are worth their cost.
_LARGE = 50_000_000
# How many items a line names that depend on one place; --json names all.
_ITEMS = 20
_FILES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz", ".open")
# Also a copy with a name of its own, such as x.warc.gz.old.
_CALLED_LIKE_ONE = re.compile(r"\.w?arc(\.|$)|\.open$")


@click.command(cls=Verb)
@click.argument("targets", nargs=-1, metavar="[ITEM | FILE]...")
@click.option("--all", "everything", is_flag=True, help="Every file and every item; the default.")
@click.option("--since", type=Beginning(), metavar="DATE", help="Only what changed, or was not verified, since then.")
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="N captures drawn at random, and their items.")
@click.option("--seed", type=int, metavar="NUMBER", help="Draw the sample with this seed again.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="The number of processes; by default as many as are useful.",
)
@click.option("--cluster", metavar="ADDRESS", help="Use the workers of a dask cluster, such as tcp://HOST:8786.")
@click.option(
    "--from", "place", metavar="PLACE", help="Read the files of the second copy directly from PLACE; see backup."
)
@click.option("--copy", metavar="PLACE", help="Compare the files with their second copy; see backup.")
@click.option("--repair", is_flag=True, help="With --copy: repair damaged files from their good copies.")
@click.option(
    "--checkpoint", metavar="LINE", help="Compare with what `checkpoint` printed: the line, or a file of such lines."
)
@click.option(
    "--authority",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --checkpoint: the certificates (PEM) of the time stamp authority; by default those in the settings.",
)
@click.pass_obj
def command(console: Console, /, targets: tuple[str, ...], copy: str | None, repair: bool, **how: Any) -> None:
    """Follow each claim down to the bytes: check the WARC member, block and payload digests, the entity, that the same
    reader reads the same, and each piece of evidence in its place; or check the proof.json of a quotation.

    A verification of the collection or of its files is recorded in it as an event. What that proves, and
    what it does not: docs/verification.md
    """
    if how["checkpoint"] is not None:
        compare_checkpoint(console, how["checkpoint"], how["authority"])
    if copy is not None:
        from ingest.commands.copy_comparison import compare_copy

        compare_copy(console, copy, repair=repair)
    check_proofs(console, targets)
    # Recognize files by ending, too: a missing file must be reported, and not looked up as an item.
    files = [Path(target) for target in targets if target.endswith(_FILES) or Path(target).exists()]
    items = [target for target in targets if Path(target) not in files]
    _refuse_folders(targets)
    faults = _files(console, files, how["jobs"])
    if items:
        faults += _items(console, items)
    if not targets or how["everything"]:
        faults += _collection(console, how)
    sys.exit(Exit.INTEGRITY if faults else Exit.DONE)


def _refuse_folders(targets: tuple[str, ...]) -> None:
    """Refuse folders as targets (usage)."""
    from archive.errors import Refused

    for folder in (target for target in targets if Path(target).is_dir()):
        hint = f"a collection: {on(Path(folder))} verify; files: creditline verify {folder}/*.warc.gz"
        if (Path(folder) / "bagit.txt").exists():
            hint = f"python -m bagit --validate {folder}; creditline verify {folder}/data/warcs/*.warc.gz"
        raise Refused(f"{folder} is a folder", hint, Exit.USAGE)


# ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────


def _files(console: Console, files: list[Path], jobs: int | None) -> int:
    for path in files:
        _refuse_others(path)
    warcs = (console.directory / "warcs").resolve()
    collected = (console.directory / "catalogue.db").exists()
    # Files of the collection are also compared with the catalogue.
    ours = [path for path in files if collected and path.resolve().parent == warcs]
    others = [path for path in files if path not in ours]
    return _verify_collection_files(console, ours, jobs) + _verify_other_files(console, others, jobs)


def _refuse_others(path: Path) -> None:
    """Refuse what is no file, or not one of an archive (usage)."""
    from archive.errors import NotAFile, Refused
    from archive.warc.member import begins_archive

    hint = "`creditline verify` with no argument verifies every file of the collection"
    if not path.is_file():
        raise NotAFile(path, hint)
    with path.open("rb") as file:
        begins = file.read(16)
    # Recognize a WACZ by its first bytes, whatever its name.
    if begins.startswith(b"PK\x03\x04"):
        hint = "`creditline import` verifies a WACZ as it brings it in; or unzip it, and verify archive/*"
        raise Refused(f"{path} is a zip, such as a WACZ, not a WARC file", hint, Exit.USAGE)
    # What is called like a WARC file and does not begin like one is damaged; anything else was named by mistake.
    if not _CALLED_LIKE_ONE.search(path.name) and not begins_archive(begins):
        raise Refused(f"{path} is not a WARC file, nor called like one", hint, Exit.USAGE)


def _verify_collection_files(console: Console, files: list[Path], jobs: int | None) -> int:
    """Verify files of the collection, also against its catalogue."""
    if not files:
        return 0
    from ingest.collection.collection import Layout
    from ingest.collection.notes import adopt_unrecorded
    from ingest.verification.audit import Plan

    layout = Layout(console.directory)
    adopt_unrecorded(layout)
    return _run_audit(console, layout, Plan("files", tuple(layout.warcs / path.name for path in files)), jobs)


def _verify_other_files(console: Console, files: list[Path], jobs: int | None) -> int:
    """Verify files that do not belong to the collection, each by itself and against each other."""
    from archive.fixity.references import check_references

    examined = []
    with console.steps("Verifying") as report:
        for seen in _examined(files, jobs):
            examined.append(seen)
            report(len(examined), len(files), seen.references.file)
    # These files may refer to others that were not named.
    across = list(check_references((one.references for one in examined), complete=False))
    count = 0
    for path, seen in zip(files, examined, strict=True):
        found = sorted([*seen.findings, *(one for one in across if one.file == seen.references.file)], key=_place)
        count += _print_file(console, path, seen, found)
    return count


def _examined(files: list[Path], jobs: int | None) -> Iterator[Examined]:
    """Yield the result for each single file, using several processes if that is worth it."""
    from archive.fixity.expectation import Expectation
    from archive.fixity.verifier import examine

    large = sum(path.stat().st_size for path in files) > _LARGE
    workers = min(len(files), jobs or (os.cpu_count() or 1 if large else 1))
    if workers < 2:
        yield from (examine(path, Expectation()) for path in files)
        return
    from ingest.processes import process_pool

    with process_pool(workers) as executor:
        yield from executor.map(examine, files, [Expectation()] * len(files))


def _place(finding: Finding) -> int:
    return finding.offset


def _print_file(console: Console, path: Path, seen: Examined, found: list[Finding]) -> int:
    """Print the findings about a file, and return the number of faults; notes do not count."""
    from archive.fixity.finding import Severity

    faults = sum(one.severity is Severity.FAULT for one in found)
    if console.as_json:
        for one in found:
            console.out_json({"event": one.severity, **asdict(one)})
        counts = {"records": seen.records, "bytes": seen.bytes, "findings": faults, "notes": len(found) - faults}
        console.out_json({"event": "file", "file": str(path), **counts})
        return faults
    for one in found:
        word = "FAULT" if one.severity is Severity.FAULT else "note "
        console.out(f"{word}  {one.file}:{one.offset}  record {one.record_id or '?'}  {one.what}  ({one.clause})")
    state = counted(faults, "fault") if faults else "ok"
    said = console.out if faults else console.well
    said(f"{state}  {path}  {counted(seen.records, 'record')}, {counted(seen.bytes, 'byte')}")
    return faults


def _collection(console: Console, how: dict[str, Any]) -> int:
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.collection.notes import adopt_unrecorded

    here = layout = Layout(console.directory)
    adopt_unrecorded(layout)
    if how["place"] is not None:
        from ingest.commands.copy_comparison import lying_at

        layout = lying_at(here, how["place"])
    with open_for_reading(here) as catalogue:
        # List everything first: files and items that a run adds meanwhile are for the next verification.
        plan = _plan(layout, catalogue, how)
    if plan.seed is not None:
        console.talk(f"A sample of {counted(len(plan.captures), 'capture')}, drawn with --seed {plan.seed}")
    return _run_audit(console, layout, plan, how["jobs"], how["cluster"])


def _plan(layout: Layout, catalogue: Catalogue, how: dict[str, Any]) -> Plan:
    from secrets import randbelow

    from ingest.verification.audit import of_a_sample, of_everything, of_what_changed

    if how["since"] is not None:
        return of_what_changed(layout, catalogue, how["since"])
    count, seed = how["sample"], how["seed"]
    if count is not None:
        # The seed is recorded in the event, so that anybody who doubts it can draw the same captures again.
        return of_a_sample(catalogue, count, randbelow(1_000_000) if seed is None else seed)
    return of_everything(layout, catalogue)


def _run_audit(console: Console, layout: Layout, plan: Plan, jobs: int | None, cluster: str | None = None) -> int:
    """Verify according to *plan*, print and record the result; return the number of faults.

    The verification of a copy is not recorded, because the event would seem to be about the files here.
    """
    from ingest.collection.collection import now
    from ingest.verification.audit import audit, event_of

    began = now()
    with console.steps("Verifying") as report:
        if cluster is None:
            seen = audit(layout, plan, jobs=jobs, report=report)
        else:
            seen = _audit_on_cluster(console, layout, plan, cluster, report)
    _print_audit(console, plan, seen)
    if layout.own is None:
        _record(console, layout, event_of(seen, plan, began))
    else:
        # If recorded, the next verification would take the files here for verified.
        console.talk("Not recorded as an event: the files of the copy were read, and not those that are here")
    return len(seen.faults)


def _audit_on_cluster(console: Console, layout: Layout, plan: Plan, address: str, report: Report) -> Audit:
    """Verify according to *plan* with the workers of a cluster."""
    from ingest.collection.scratch import scratch
    from ingest.verification.audit import audit_elsewhere

    with workers_of(console, address, layout.warcs.resolve()) as workers, scratch(layout.place) as copy:
        return audit_elsewhere(layout, plan, workers, copy, report)


def _record(console: Console, layout: Layout, event: dict[str, object]) -> None:
    """Record a verification, unless the collection cannot be written."""
    from archive.warc.capture import NoteKind
    from ingest.collection.notes import may_write, open_for_notes

    if not may_write(layout):
        console.talk(f"Not recorded as an event: {layout.directory.absolute()} cannot be written to")
        return
    with open_for_notes(layout) as notary:
        notary.note(NoteKind.FIXITY, event)


def _print_audit(console: Console, plan: Plan, seen: Audit) -> None:
    """Print the result of a verification."""
    from ingest.verification.files import CLOSED, REMADE

    if console.as_json:
        for one in seen.files:
            console.out_json({"event": "file", **one})
        for fault in seen.faults:
            console.out_json({"event": "fault", **asdict(fault)})
        counts = {
            "records": seen.records,
            "editions": seen.editions,
            "claims": asdict(seen.claims),
            "read_by_older": seen.older,
        }
        seed = {} if plan.seed is None else {"seed": plan.seed}
        console.out_json({"event": "verified", "scope": plan.scope, **counts, "faults": len(seen.faults), **seed})
        return
    for fault in seen.faults:
        console.out(_fault(fault))
    state = counted(len(seen.faults), "fault") if seen.faults else "ok"
    if plan.scope == "files":
        for one in seen.files:
            found = counted(one["findings"], "fault") if one["findings"] else "ok"
            said = console.out if one["findings"] else console.well
            said(f"{found}  {one['file']}  {counted(one['records'], 'record')}, {counted(one['bytes'], 'byte')}")
    else:
        what = counted(len(plan.captures), "capture") if plan.captures else counted(seen.records, "WARC record")
        # With a fault the counts say how much was looked at.
        said = console.out if seen.faults else console.well
        said(f"{state}  {what}, {counted(seen.editions, 'edition')}, {_claims_in_words(seen.claims)}")
        if seen.older:
            older = counted(seen.older, "edition")
            said(f"    {older} read by an older reader or folded by other rules, and not compared with today's")
    if any(fault.clause == CLOSED for fault in seen.faults):
        # Other faults may only follow from it.
        console.talk("What cannot be read was not verified: change who may read it, or look at the disk; verify again")
        return
    if any(fault.clause == REMADE for fault in seen.faults):
        console.talk("To rebuild rows that do not match their records: creditline rebuild")
    if any(fault.clause != REMADE for fault in seen.faults):
        console.talk("To repair a damaged file from a second copy: creditline verify --copy PLACE --repair")


def _claims_in_words(claims: ClaimCounts) -> str:
    read = f"{counted(claims.read_again, 'claim')} read again in {'its' if claims.read_again == 1 else 'their'} bytes"
    derived = f"{counted(claims.derived, 'value')} derived from named inputs"
    return f"{read}, {derived}, {counted(claims.decided, 'value')} decided by people"


def _fault(fault: Fault) -> str:
    named = ", ".join(fault.items[:_ITEMS]) + (f" and {more} more" if (more := len(fault.items) - _ITEMS) > 0 else "")
    items = f"  items: {named}" if fault.items else ""
    return f"FAULT  {fault.file}:{fault.offset}  record {fault.record or '?'}  {fault.what}{items}  ({fault.clause})"


def compare_checkpoint(console: Console, given: str, authority: Path | None) -> None:
    """Compare the collection with the checkpoints *given*, a line or a file of lines, and end the program.

    If the file has a time stamp, check that, too.
    """
    from archive.errors import Refused
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.verification.checkpoint import faults, read

    # A line is longer than the longest file name on some systems, where testing for a file would raise an error.
    file = Path(given) if len(given) < 4096 and Path(given).is_file() else None
    # A checkpoint is a line of many words.
    if file is None and len(given.split()) == 1:
        hint = "name a file with lines that `creditline checkpoint` printed, or give such a line whole, in quotes"
        raise Refused(f"there is no file {given}, and it is not a checkpoint", hint, Exit.USAGE)
    # Editors on Windows begin a file with a byte order mark.
    text = file.read_text("utf-8-sig", "replace") if file else given
    checkpoints = [read(line) for line in text.splitlines() if line.strip()] or [read(text)]
    layout = Layout(console.directory)
    wrong = 0
    with open_for_reading(layout) as catalogue:
        for then in checkpoints:
            found = list(faults(catalogue, layout.warcs, then))
            wrong += len(found)
            if console.as_json:
                console.out_json({"event": "checkpoint", "at": then.at.isoformat(), "faults": found})
                continue
            for what in found:
                console.out(f"FAULT  {what}  (the checkpoint of {then.at:%Y-%m-%d %H:%M} UTC)")
            if not found:
                console.well(f"ok  {counted(then.files, 'file')} and all notes as on {then.at:%Y-%m-%d %H:%M} UTC")
    if file is not None:
        wrong += _timestamp(console, file, authority)
    sys.exit(Exit.INTEGRITY if wrong else Exit.DONE)


def _timestamp(console: Console, file: Path, authority: Path | None) -> int:
    """Check the time stamp beside a *file* of checkpoints; return the number of faults."""
    from ingest.settings import values
    from ingest.verification.timestamp import NoTimestamp, read, token_of

    token = token_of(file)
    if not token.is_file():
        return 0
    settings = console.directory / values.FILE_NAME
    if authority is None and settings.exists() and (named := values.load(settings).timestamp.authority_file):
        authority = console.directory / named
    fault = stamped = None
    try:
        stamped = read(token.read_bytes(), file.read_bytes(), authority.read_bytes() if authority else None)
        fault = stamped.fault
    except NoTimestamp as error:
        fault = error.what
    if console.as_json:
        shown = {"at": stamped.at.isoformat(), "authority": stamped.authority} if stamped else {}
        checked = bool(stamped and stamped.checked)
        console.out_json({"event": "timestamp", "file": str(token), **shown, "checked": checked, "fault": fault})
    elif fault is not None or stamped is None:
        console.out(f"FAULT  {token}: {fault}")
    elif stamped.checked:
        console.out(f"ok  {file} was there on {stamped.at:%Y-%m-%d %H:%M:%S} UTC, says {stamped.authority}")
    else:
        when = f"{stamped.at:%Y-%m-%d %H:%M:%S} UTC by {stamped.authority}"
        console.out(f"not checked  {token}, {when}: name the certificate of the authority with --authority FILE")
    return fault is not None


# ── Items ────────────────────────────────────────────────────────────────────────────────────────────────────


def _items(console: Console, refs: list[str]) -> int:
    from contextlib import closing

    from archive.errors import Refused
    from db.errors import BROKEN_ROWS
    from ingest.collection.collection import Layout, open_for_reading
    from ingest.collection.item_choice import Choice
    from ingest.reading import read, stamp
    from ingest.verification.claims import Verifier

    layout = Layout(console.directory)
    faults = 0
    with open_for_reading(layout) as catalogue, closing(Verifier(catalogue, layout.warcs, read, stamp)) as verifier:
        try:
            # Withheld items are verified like all others, but their content is not printed.
            named = dict.fromkeys(Choice(tuple(refs)).ids(catalogue))
            items = [item for ref in named if (item := catalogue.item(ref, withheld=True)) is not None]
        except BROKEN_ROWS as error:
            hint = "`creditline verify --all` names them, `creditline rebuild` makes them again"
            raise Refused(f"the catalogue has rows that no reading produces: {error}", hint, Exit.INTEGRITY) from error
        for item in items:
            with catalogue.rolled_back():  # one consistent view, even if others write meanwhile
                proof = verifier.item(item)
            faults += len(proof.faults)
            if console.as_json:
                console.out_json(asdict(proof))
                continue
            _print_proof(console, proof)
            if not proof.faults:
                _print_places(console, catalogue, item.edition.captures)
    return faults


def _print_places(console: Console, catalogue: Catalogue, captures: tuple[str, ...]) -> None:
    for one in captures:
        capture = catalogue.capture(one)
        if capture is not None:
            ref = capture.ref
            console.well(f"    {ref.file}:{ref.offset}+{ref.length}  {capture.id}")
            console.well(f"    block {capture.block_digest}  payload {capture.payload_digest}")


def _print_proof(console: Console, proof: Proof) -> None:
    """Print the faults of one item, or that it is proved."""
    for fault in proof.faults:
        console.out(_fault(fault))
    if proof.faults:
        return
    again = "reading it again gives the same" if proof.reread else "read by an older reader"
    console.well(
        f"ok  {proof.edition}  {counted(proof.records, 'WARC record')}, digests match;"
        f" {_claims_in_words(proof.claims)}; {again}"
    )
