"""`creditline reuse`: record where a text was reused, and say what has changed since."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from archive.errors import Exit, Refused
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model.item import Item
    from db.query.reuse_register import ReuseStatus


@click.command(cls=Verb)
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--where", "place", metavar="TEXT", help="Where it was printed: a paper and its day, an address.")
@click.option("--by", "name", default="", metavar="NAME", help="Who reuses it; recorded.")
@click.option("--report", is_flag=True, help="Print the register as Markdown, with terms and evidence: for a lawyer.")
@click.pass_obj
def command(console: Console, items: tuple[str, ...], place: str | None, name: str, report: bool) -> None:
    """With --where and --by, record permanently in the WARC files that items were reused, with their present text,
    terms, evidence and credit line. Without them, list the register and what has changed since: text, terms, gone.

    Exit code 3 if something about a reused item has changed.
    """
    if place is None and not name:
        sys.exit(_list(console, items, report=report))
    if not items:
        raise Refused("no item is named", "name ids or URLs; alone, `creditline reuse` lists", Exit.USAGE)
    if not (place or "").strip():
        raise Refused("it is not said where it was printed", 'say it with --where "Gazeta, 3 May"', Exit.USAGE)
    if not name.strip():
        raise Refused("no name is given", "say who reuses it with --by NAME: it is recorded", Exit.USAGE)
    _record(console, items, (place or "").strip(), name.strip())


def _record(console: Console, items: tuple[str, ...], place: str, name: str) -> None:
    from archive.warc.capture import NoteKind
    from db.query.reuse_register import reuse_record
    from ingest.collection.collection import Layout
    from ingest.collection.notes import open_for_notes

    with open_for_notes(Layout(console.directory)) as notary:
        held = []
        # Look all up before recording the first: one misspelt reference leaves nothing half done.
        for ref in items:
            held.append(_held(notary.catalogue, ref))
        for item in held:
            body = reuse_record(item, place, name)
            notary.note(NoteKind.REUSE, body, about=item.id)
            if console.as_json:
                console.out_json({key: value for key, value in body.items() if key != "text"})
            else:
                console.out(f"{item.edition.id}  {place}  ({body['republish']})")
                console.out(f"    {body['credit']}")


def _held(catalogue: Catalogue, ref: str) -> Item:
    held = catalogue.item(ref)
    if held is None and (stone := catalogue.tombstone(ref)) is not None:
        since = f" since {stone.since:%Y-%m-%d}" if stone.since else ""
        hint = "nothing of it is given out now; `creditline withhold` lists what is withheld"
        raise Refused(f"{stone.id} is withheld{since}: {stone.reason}", hint, Exit.USAGE)
    if held is None:
        raise Refused(f"no item {ref!r} is held", "`creditline search` finds the ids", Exit.USAGE)
    return held


def _list(console: Console, refs: tuple[str, ...], *, report: bool) -> Exit:
    from db.decisions import annotation_rows
    from db.query.reuse_register import register
    from ingest.collection.collection import Layout, open_for_reading

    with open_for_reading(Layout(console.directory)) as catalogue:
        ids = [_held(catalogue, ref).id for ref in refs]
        found = register(catalogue.connection, ids if refs else None)
        # Withheld texts are no longer given out, and whoever printed them has to know.
        withheld = 0 if refs else annotation_rows.withheld_since(catalogue.connection)
    for one in found:
        if console.as_json:
            console.out_json(_as_json(one))
        else:
            console.out("\n".join(_report(one) if report else _lines(one)))
    changed = sum(bool(one.changes) for one in found)
    since = f"of {changed} something has changed since" if changed else "nothing has changed since"
    if found:
        console.talk(f"{counted(len(found), 'reuse')}; {since}")
    # Whoever names an item may not know yet whether it may be reused.
    listed = {one.reused.item for one in found}
    for item in (one for one in dict.fromkeys(ids) if one not in listed):
        console.talk(f"no reuse of {item} is recorded. Whether it may be reused: creditline terms {item}")
        console.talk(f'  once it is printed: creditline reuse {item} --where "Gazeta, 3 May" --by NAME')
    if not (found or refs or withheld):
        console.talk('no reuse is recorded yet: creditline reuse ITEM --where "Gazeta, 3 May" --by NAME')
    if withheld:
        console.talk(f"{counted(withheld, 'reused item')} withheld since, and left out: `creditline withhold` says why")
    return Exit.ATTENTION if changed or withheld else Exit.DONE


def _as_json(one: ReuseStatus) -> dict[str, object]:
    held = one.reused
    body = {key: value for key, value in held.body.items() if key != "text"}
    return {**body, "made": held.made.isoformat(), "record": held.id, "changes": list(one.changes)}


def _lines(one: ReuseStatus) -> list[str]:
    held = one.reused
    return [
        f"{held.made:%Y-%m-%d}  {held.place}  {held.edition}  “{held.body.get('title')}” (by {held.by})",
        *(f"    CHANGED  {change}" for change in one.changes),
    ]


def _report(one: ReuseStatus) -> list[str]:
    """Return one reuse as Markdown, with the terms and evidence of its day and the changes since."""
    held, body = one.reused, one.reused.body
    lines = [
        f"## {held.place}: {body.get('title') or body.get('url')}",
        "",
        f"- recorded: {held.made:%Y-%m-%d %H:%M} UTC by {held.by}, record {held.id}",
        f"- edition: {held.edition}, {body.get('url')}",
        f"- SHA-256 of the text: {body.get('text_sha256')}",
        f"- republish: {body.get('republish')}" + (f", {body['license']}" if body.get("license") else ""),
        f"- credit: {body.get('credit')}",
        *(f"- condition: {condition}" for condition in body.get("conditions", ())),
        "",
        "Terms of that day:",
        "",
    ]
    for term in body.get("terms", ()):
        lines.append(f"> {' '.join(term['words'].split())}")
        ranges = ", ".join(f"{low}-{high}" for low, high in term["ranges"])
        lines += [
            ">",
            f"> {term['place']}, {term['capture']}, bytes {ranges or 'none'}, since {term['since'][:10]}",
            "",
        ]
    if not body.get("terms"):
        lines += ["None were stated.", ""]
    lines += ["Since then:", ""] + ([f"- {change}" for change in one.changes] or ["- nothing has changed"])
    return [*lines, ""]
