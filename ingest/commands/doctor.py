"""`creditline doctor`: check this machine and the program itself."""

from __future__ import annotations

import sys

import click

from ingest.cli.console import Console
from ingest.errors import Exit


@click.command()
@click.pass_obj
def command(console: Console) -> None:
    """Check SQLite and FTS5, locks, disk space, the clock, the libraries, that every page of the catalogue reads, and
    that an exchange is kept byte for byte and reads back so.
    """
    from ingest.verification.self_check import checks

    bad = 0
    for name, fault, detail in checks(console.directory):
        bad += fault is not None
        if console.as_json:
            console.out_json({"check": name, "ok": fault is None, "detail": fault or detail})
        else:
            console.out(f"{'ok ' if fault is None else 'BAD'}  {name:<12} {fault or detail}")
    sys.exit(Exit.ATTENTION if bad else Exit.DONE)
