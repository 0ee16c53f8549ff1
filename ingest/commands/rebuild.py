"""`creditline rebuild`: make the catalogue again from the WARC files, or prove that it could be."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from ingest.console import Console
from ingest.exits import Exit


@click.command()
@click.option("--check", is_flag=True, help="Change nothing: compare what a rebuild makes with what is there.")
@click.pass_obj
def command(console: Console, check: bool) -> None:
    """Make the catalogue again from the WARC files alone and put it in the place of the old one whole; with
    --check prove that both are identical, row by row.
    """
    from ingest.collection import Layout, now, read_settings
    from ingest.locks import run_lock

    layout = Layout(console.directory)
    settings = read_settings(layout)
    workers = settings.read.workers or os.cpu_count() or 1
    with run_lock(layout.directory, now=now()), tempfile.TemporaryDirectory(dir=layout.directory) as scratch:
        made = Path(scratch) / "catalogue.db"
        count = _make(layout.warcs, made, workers)
        if check:
            sys.exit(_compare(console, layout.catalogue, made, count))
        for suffix in ("-wal", "-shm"):
            layout.catalogue.with_name(layout.catalogue.name + suffix).unlink(missing_ok=True)
        made.replace(layout.catalogue)
    console.talk(f"Rebuilt {layout.catalogue} from {count} records")


def _make(warcs: Path, made: Path, workers: int) -> int:
    from db.catalogue import Catalogue
    from ingest.collection import now
    from ingest.reading.pool import ReaderPool
    from ingest.rebuild import rebuild

    catalogue = Catalogue.open(made, create=True)
    try:
        with ReaderPool(workers) as pool:
            count = rebuild(warcs, catalogue, pool, clock=now)
        catalogue.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return count
    finally:
        catalogue.close()


def _compare(console: Console, held: Path, made: Path, count: int) -> Exit:
    from db.catalogue import Catalogue
    from db.snapshot import compare
    from ingest.reading import stamp

    one = Catalogue.open(held, read_only=True)
    other = Catalogue.open(made, read_only=True)
    try:
        older = [name for name in one.stamps() if name != str(stamp())]
        differences = [] if older else compare(one.snapshot(), other.snapshot())
    finally:
        one.close()
        other.close()
    if older:
        console.out(f"read by an older reader: {'; '.join(older)}. A rebuild would read those pages anew.")
        return Exit.ATTENTION
    for sign, table, row in differences:
        console.out(f"{sign} {table} {row}")
    if differences:
        return Exit.INTEGRITY
    console.out(f"identical: {count} records make the catalogue that is here")
    return Exit.DONE
