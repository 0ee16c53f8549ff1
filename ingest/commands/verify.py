"""`creditline verify`: prove items, files or the whole collection down to the bytes."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ingest.commands.mending import compare_copy
from ingest.console import Console, counted
from ingest.exits import Exit

if TYPE_CHECKING:
    from archive.fixity import Finding
    from db.catalogue import Catalogue
    from ingest.verifying import Fault, Proof, Verifier


@click.command()
@click.argument("targets", nargs=-1, metavar="[ITEM | FILE.warc.gz]...")
@click.option("--all", "everything", is_flag=True, help="Every file and every item; the default.")
@click.option("--copy", metavar="PLACE", help="Compare the files with their second copy; see backup.")
@click.option("--repair", is_flag=True, help="With --copy: mend damaged files from their good copies.")
@click.pass_obj
def command(console: Console, targets: tuple[str, ...], everything: bool, copy: str | None, repair: bool) -> None:
    """Walk the chain from each claim to the bytes: the WARC member, block and payload digests, the entity,
    the same reading by the same reader, and each piece of evidence where it says it stands.
    """
    if copy is not None:
        compare_copy(console, copy, repair=repair)
    if repair:
        raise click.UsageError("--repair needs to know the good copy: --copy PLACE")
    files = [Path(target) for target in targets if target.endswith((".warc", ".warc.gz"))]
    items = [target for target in targets if not target.endswith((".warc", ".warc.gz"))]
    faults = sum(_file(console, path) for path in files)
    if items or not files or everything:
        faults += _collection(console, items)
    sys.exit(Exit.INTEGRITY if faults else Exit.DONE)


def _file(console: Console, path: Path) -> int:
    from archive.fixity import verify_file
    from ingest.exits import Refused

    if not path.is_file():
        raise Refused(
            f"there is no file {path}",
            "`creditline verify` with no argument verifies every file of the collection",
            Exit.USAGE,
        )
    report = verify_file(path)
    if console.as_json:
        console.out_json(
            {"file": str(path), "records": report.records, "findings": [asdict(f) for f in report.findings]}
        )
    else:
        for finding in report.findings:
            console.out(_finding(finding))
        state = counted(len(report.findings), "finding") if report.findings else "ok"
        console.out(f"{state}  {path}  {report.records} records, {report.bytes} bytes")
    return len(report.findings)


def _finding(finding: Finding) -> str:
    return f"FAULT  {finding.file}:{finding.offset}  {finding.record_id or '?'}  {finding.what}  ({finding.clause})"


def _collection(console: Console, refs: list[str]) -> int:
    from ingest.collection import Layout, reading
    from ingest.reading import read, stamp
    from ingest.verifying import Verifier

    layout = Layout(console.directory)
    with reading(layout) as catalogue:
        verifier = Verifier(catalogue, layout.warcs, read, stamp)
        if refs:
            return _items(console, catalogue, verifier, refs)
        return _everything(console, layout.warcs, catalogue, verifier)


def _items(console: Console, catalogue: Catalogue, verifier: Verifier, refs: list[str]) -> int:
    from ingest.choice import Choice

    faults = 0
    for item in Choice(tuple(refs)).items(catalogue):
        proof = verifier.item(item)
        faults += len(proof.faults)
        if console.as_json:
            console.out_json(asdict(proof))
            continue
        _tell_proof(console, proof)
        if not proof.faults:
            for one in item.edition.captures:
                capture = catalogue.capture(one)
                if capture is not None:
                    ref_ = capture.ref
                    console.out(f"    {ref_.file}:{ref_.offset}+{ref_.length}  {capture.id}")
                    console.out(f"    block {capture.block_digest}  payload {capture.payload_digest}")
    return faults


def _tell_proof(console: Console, proof: Proof) -> None:
    for fault in proof.faults:
        console.out(_fault(fault))
    if proof.faults:
        return
    again = "text re-reads identically" if proof.reread else "read by an older reader"
    console.out(
        f"ok  {proof.edition}  {proof.records} WARC records, digests match;"
        f" {proof.evidence} claims stand in their bytes; {again}"
    )


def _fault(fault: Fault) -> str:
    items = f"  items: {', '.join(fault.items)}" if fault.items else ""
    return f"FAULT  {fault.file}:{fault.offset}  record {fault.record or '?'}  {fault.what}{items}"


def _everything(console: Console, warcs: Path, catalogue: Catalogue, verifier: Verifier) -> int:
    faults: list[Fault] = verifier.missing_files()
    records = 0
    for path in sorted(warcs.iterdir()):
        if path.name.endswith((".warc", ".warc.gz", ".open")):
            count, found = verifier.file(path)
            records += count
            faults += found
    editions = claims = older = 0
    for item in catalogue.items(catalogue.all_item_ids()):
        for proof in verifier.editions(item):
            editions += 1
            claims += proof.evidence
            older += proof.reread is None and not proof.faults
            faults += [fault for fault in proof.faults if fault not in faults]
    if console.as_json:
        told = {"records": records, "editions": editions, "claims": claims, "read_by_older": older}
        console.out_json({**told, "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            console.out(_fault(fault))
        state = counted(len(faults), "fault") if faults else "ok"
        console.out(f"{state}  {records} WARC records, {editions} editions, {claims} claims stand in their bytes")
        if older:
            console.out(f"    {older} editions were read by an older reader and not read again")
    return len(faults)
