"""`creditline search`: search the catalogue."""

from __future__ import annotations

import sys

import click

from ingest.console import Console, counted
from ingest.exits import Exit


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("-n", "limit", type=click.IntRange(min=1), default=20, metavar="N", help="Show N hits; 20 by default.")
@click.option("--ids", is_flag=True, help="Print the ids of all hits and nothing else.")
@click.pass_obj
def command(console: Console, words: tuple[str, ...], limit: int, ids: bool) -> None:
    """Search titles, authors and text. Words are all wanted; "a phrase", -not, OR, word* and title: author:
    tag: lang: from: to: publisher: narrow it. Accents and case make no difference: lodz finds Łódź.
    """
    from db.search.finding import all_ids, search
    from ingest.collection import Layout, reading

    query = " ".join(words)
    with reading(Layout(console.directory)) as catalogue:
        if ids:
            for item in all_ids(catalogue.connection, query):
                if console.as_json:
                    console.out_json({"item": item})
                else:
                    console.out(item)
            return
        results = search(catalogue.connection, query, limit=limit)
    for hit in results.hits:
        if console.as_json:
            import msgspec

            console.out_json(msgspec.to_builtins(hit))
            continue
        authors = "; ".join(hit.authors) or "no author stated"
        console.out(f"{hit.item}  {(hit.published or 'undated')[:10]}  {hit.language or '?'}  {authors}")
        console.out(f"    {hit.title or '[untitled]'}")
        marked = hit.snippet.marked("«", "»")
        if marked:
            console.out(f"    {marked}")
    console.talk(f"{len(results.hits)} of {counted(results.total, 'item')}")
    if not results.total:
        console.talk("Nothing found. Try fewer words, word* for its beginnings, or `creditline status`.")
    sys.exit(Exit.DONE)
