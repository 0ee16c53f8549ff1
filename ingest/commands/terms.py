"""`creditline terms`: on what terms items may be reused, with the words that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ingest.choice import Choice
from ingest.commands.flags import choosing
from ingest.console import Console, counted

if TYPE_CHECKING:
    from db.model import Term


@click.command()
@choosing
@click.option("--why", metavar="WORDS", help="Read these words and say which rules understood them.")
@click.pass_obj
def command(
    console: Console,
    choice: Choice,
    why: str | None,
) -> None:
    """List every statement about reuse that the publishers make; for items, their terms with the evidence and
    the verdict for each use. Silence is not a licence: unknown stays unknown.
    """
    if why is not None:
        _why(console, why)
        return
    from ingest.account import as_json, terms
    from ingest.collection import Layout, reading

    with reading(Layout(console.directory)) as catalogue:
        if not choice.named:
            _statements(console, catalogue)
            return
        for number, item in enumerate(choice.items(catalogue, console.absent)):
            if console.as_json:
                told = as_json(item)
                console.out_json({key: told[key] for key in ("id", "url", "terms", "verdicts")})
            else:
                console.out("\n".join([*([""] if number else []), *terms(item)]))


def _statements(console: Console, catalogue: object) -> None:
    import msgspec

    from db.catalogue import Catalogue

    assert isinstance(catalogue, Catalogue)
    found = catalogue.statements()
    for record in found:
        if console.as_json:
            console.out_json(msgspec.to_builtins(record))
            continue
        statement = record.statement
        read = "; ".join(_read(t) for t in statement.terms) or "not understood"
        ended = f", superseded {record.superseded:%Y-%m-%d}" if record.superseded else ""
        console.out(f"“{statement.words}”")
        console.out(
            f"    {record.publisher}, {statement.place}, {counted(record.items, 'item')},"
            f" {record.first_seen:%Y-%m-%d} to {record.last_confirmed:%Y-%m-%d}{ended}"
        )
        console.out(f"    {read}")
    if not found:
        console.talk("No statement about reuse was found. Silence is not a licence.")


def _read(term: Term) -> str:
    duties = f" ({', '.join(term.duties)})" if term.duties else ""
    return f"{term.covers}: {term.act}: {term.permission}{duties}"


def _why(console: Console, words: str) -> None:
    from ingest.terms import why

    fired = why(words)
    for one in fired:
        read = "; ".join(_read(t) for t in one.terms)
        console.out(f"“{one.words}”\n    rule “{one.rule}”: {read}")
    if not fired:
        console.out("no rule understands these words")
