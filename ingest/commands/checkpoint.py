"""`creditline checkpoint`: one line of what the collection is, to be kept elsewhere."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from ingest.cli.console import Console
from ingest.errors import Exit
from ingest.progress import counted


@click.command()
@click.pass_obj
def command(console: Console) -> None:
    """Print one line with the digest of all finished files and of the newest note. Keep it where nobody who can write
    to the collection can change it: send it, print it, have it signed with the time. Later `creditline verify
    --checkpoint LINE` proves that nothing of what was there is gone or changed. See docs/verification.md
    """
    from ingest.collection.collection import Layout, now, reading
    from ingest.verification.checkpoint import take

    layout = Layout(console.directory)
    with reading(layout) as catalogue:
        taken = take(catalogue, layout.warcs, now())
    if console.as_json:
        console.out_json({**asdict(taken), "at": taken.at.isoformat(), "line": str(taken)})
        return
    console.out(str(taken))


def compare(console: Console, given: str) -> None:
    """Compare the collection with the checkpoints *given*: a line, or a file of lines. Ends the program."""
    from ingest.collection.collection import Layout, reading
    from ingest.verification.checkpoint import faults, read

    text = Path(given).read_text("utf-8") if len(given) < 4096 and Path(given).is_file() else given
    checkpoints = [read(line) for line in text.splitlines() if line.strip()] or [read(text)]
    layout = Layout(console.directory)
    wrong = 0
    with reading(layout) as catalogue:
        for then in checkpoints:
            found = list(faults(catalogue, layout.warcs, then))
            wrong += len(found)
            if console.as_json:
                console.out_json({"event": "checkpoint", "at": then.at.isoformat(), "faults": found})
                continue
            for what in found:
                console.out(f"FAULT  {what}  (the checkpoint of {then.at:%Y-%m-%d %H:%M} UTC)")
            if not found:
                console.out(f"ok  {counted(then.files, 'file')} and all notes as on {then.at:%Y-%m-%d %H:%M} UTC")
    sys.exit(Exit.INTEGRITY if wrong else Exit.DONE)
