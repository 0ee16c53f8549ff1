"""`creditline export`: hand items, or the whole collection, on to others."""

from __future__ import annotations

import importlib
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from ingest.choice import Choice
from ingest.commands.flags import choosing, packing
from ingest.commands.output import free
from ingest.commands.reusing import Reusing, reusing
from ingest.console import Console, counted
from ingest.exits import Exit, Refused

if TYPE_CHECKING:
    from ingest.exporting.order import Handed, Order

READABLE = ("text", "markdown", "html")
PACKED = ("warc", "wacz", "bag")
FORMATS = ("warc", "wacz", "cdxj", "bag", *READABLE)
"""Each is a module of ``ingest.exporting``, loaded when it is asked for."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export is written to, and who signs it."""

    output: Path | None
    replace: bool
    key: Path | None
    with_settings: bool


@click.command()
@click.argument("form", type=click.Choice(FORMATS), metavar="FORMAT")
@choosing
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUTPUT", help="Where to write it to; nothing half done."
)
@click.option("--replace", is_flag=True, help="Write over OUTPUT if it is there.")
@click.option(
    "--sign",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="KEY",
    help="Sign a WACZ with the private key in the file KEY; made there if there is none.",
)
@click.option(
    "--with-settings",
    is_flag=True,
    help="With --all: the records of the settings too, which name every publisher, schedule and private address.",
)
@reusing
@packing(Target, "target")
@click.pass_obj
def command(console: Console, form: str, choice: Choice, target: Target, reuse: Reusing) -> None:
    """Hand items on, with all their captures, to whoever keeps, replays or reads them elsewhere. FORMAT is one of:

    \b
    warc: one WARC file with the records of every capture, copied byte for byte.
    wacz: a package that ReplayWeb.page and others replay: WARC files, index, pages with text, terms of reuse.
    cdxj: an index of the captures in the WARC files of this collection, for tools that replay them.
    bag: a BagIt folder for a repository: WARC files, rows of the catalogue as CSV and JSON lines, PREMIS events.
    text, markdown, html: the texts, each with its credit line and terms; for reading and research, or --for-reuse.

    Withheld items are left out, and it is said how many. For reuse, so are partial texts and those whose terms do not
    say yes, or were not confirmed lately; images never are in it.
    """
    from ingest.collection import Layout, now, reading
    from ingest.exporting.for_reuse import UNCONFIRMED
    from ingest.exporting.order import Order

    layout = Layout(console.directory)
    reuse.check(form, choice)
    _check(console, form, target, choice)
    purpose = reuse.purpose(console, layout, choice, form)
    with reading(layout) as catalogue:
        order = Order(
            layout, catalogue, choice, target.output, now(), uuid.uuid4, target.key, purpose, target.with_settings
        )
        handed = _exporter(form)(order)
    _tell(console, handed, target.output)
    if purpose is not None and not reuse.recheck and UNCONFIRMED in handed.left_out:
        console.talk("--recheck visits again what was not confirmed lately, and the terms pages that it rests on")
    if purpose is not None and not handed.items:
        if handed.left_out:
            console.talk("nothing may be reused so: creditline terms ITEM says why, --letter asks for leave")
        sys.exit(Exit.ATTENTION)


def _check(console: Console, form: str, target: Target, choice: Choice) -> None:
    if target.key is not None and form != "wacz":
        raise Refused(f"a {form} cannot be signed", "leave --sign out, or export wacz", Exit.USAGE)
    if target.with_settings and not (form in PACKED and choice.everything):
        hint = f"export {', '.join(PACKED)} --all --with-settings"
        raise Refused("settings are handed on with everything alone", hint, Exit.USAGE)
    if target.output is not None:
        free(target.output, replace=target.replace)
    elif console.as_json:
        raise Refused(
            f"{form} on standard output is no JSON", "write it with -o OUTPUT: its counts come as JSON", Exit.USAGE
        )


def _exporter(form: str) -> Callable[[Order], Handed]:
    return cast("Callable[[Order], Handed]", importlib.import_module(f"ingest.exporting.{form}").export)


def _tell(console: Console, handed: Handed, output: Path | None) -> None:
    if console.as_json and output is not None:
        told = {"items": handed.items, "withheld": handed.withheld, "output": str(output), "notes": list(handed.notes)}
        console.out_json({**told, "contents": dict(handed.contents), "left out": dict(handed.left_out)})
        return
    parts = [counted(handed.items, "item"), *(counted(number, noun) for noun, number in handed.contents.items())]
    where = f" to {output}" if output else ""
    reasons = {"withheld": handed.withheld, **handed.left_out}
    left = ", ".join(f"{number} {reason}" for reason, number in reasons.items() if number)
    console.talk(f"{', '.join(parts)}{where}" + (f"; {left} left out" if left else ""))
    for note in handed.notes:
        console.talk(f"  {note}")
