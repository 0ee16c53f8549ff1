"""`creditline checkpoint`: one line of what the collection is, to be kept elsewhere."""

from __future__ import annotations

from dataclasses import asdict

import click

from ingest.cli.console import Console


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
