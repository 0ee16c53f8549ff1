"""`creditline failures`: the visits that failed."""

from __future__ import annotations

import click

from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import at_least
from ingest.progress import counted


@click.command(cls=Verb)
@click.option("-n", "limit", type=at_least(1), metavar="N", help="The N newest; all by default, 100 on a terminal.")
@click.pass_obj
def command(console: Console, limit: int | None) -> None:
    """List the visits that failed and have not succeeded since, each with its reason, and what to do about it."""
    import msgspec

    from archive.http.failure import hint_for, reason_in_words
    from ingest.collection.collection import Layout, open_for_reading

    with open_for_reading(Layout(console.directory)) as catalogue:
        found = catalogue.failures(console.most(limit))
        total = catalogue.counts()["failures"]
    for failure in found:
        if console.as_json:
            console.out_json(msgspec.to_builtins(failure))
        else:
            reason = reason_in_words(failure.reason)
            console.read(f"{failure.at:%Y-%m-%d %H:%M}  {reason:<26}  {failure.url}\n    {failure.words}")
    shown = "" if len(found) == total else f"{len(found)} of "
    # Not "failures": `status` counts under that word only those that a person or time can repair.
    console.talk(f"{shown}{counted(total, 'visit')} that failed or got no page{'; more with -n N' if shown else ''}")
    if not console.as_json:
        # Once per reason and not per page: a host that is down fails hundreds of times in the same way.
        for reason in sorted({failure.reason for failure in found}):
            hint = hint_for(reason)
            console.talk(f"  {reason_in_words(reason)}: {hint}" if hint else f"  {reason_in_words(reason)}")
