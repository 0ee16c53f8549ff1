"""`creditline absent`: what the archive saw at an address on a day, as a certificate."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

import click

from archive.errors import Exit, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import Beginning
from ingest.progress import counted


@click.command(cls=Verb)
@click.argument("url")
@click.option("--on", "day", type=Beginning(), metavar="DAY", required=True, help="The day, in UTC.")
@click.pass_obj
def command(console: Console, url: str, day: datetime) -> None:
    """Say what the archive saw at the address URL on a day: nothing, a page, a page that was not shown to us, or that
    nobody asked. It names the records of that day and those nearest to it, with their digests.
    With --json it prints a certificate, which `creditline verify FILE.json` checks. Exit code 3 if it
    certifies no absence.
    """
    from db.query.absence import State
    from ingest.collection.collection import Layout, now, open_for_reading
    from ingest.verification.absence import certify

    at, layout = now(), Layout(console.directory)
    if day > at:
        raise Refused(f"{day:%Y-%m-%d} has not come yet", "name a day that has begun, in UTC", Exit.USAGE)
    with open_for_reading(layout) as catalogue:
        try:
            found = certify(catalogue, url, day.date(), at)
        except ValueError as error:
            raise Refused(str(error), "write the address whole: https://institute.example/page", Exit.USAGE) from error
    if console.as_json:
        console.out_json(found)
    else:
        _print_certificate(console, found)
    sys.exit(Exit.DONE if found["state"] == State.GONE else Exit.ATTENTION)


def _print_certificate(console: Console, found: dict[str, Any]) -> None:
    """Print the certificate for a person: the finding, then each record it is based on."""
    console.out(f"{found['url']} on {found['on']} (UTC): {found['state']}")
    console.out(f"    {found['words']}")
    if found["erased"]:
        console.out(f"    records of this address were erased by order: {found['erased']}")
    for one in found["records"]:
        console.out(f"{datetime.fromisoformat(one['date']):%Y-%m-%d %H:%M:%S}  {one['state']:<11}  {one['words']}")
        console.out(f"    {one['id']}  {one['block_digest']}")
        console.out(f"    {one['file']}:{one['offset']}+{one['length']}")
    often = counted(found["asked"], "time")
    console.talk(f"Asked for {often} in all. To keep and to check: creditline --json absent … > FILE.json")
