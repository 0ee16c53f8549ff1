"""`creditline search`: search the catalogue."""

from __future__ import annotations

import sys
from itertools import islice
from typing import TYPE_CHECKING

import click

from ingest.cli.console import Console
from ingest.errors import Exit
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue

NOTHING = "Nothing found. Try fewer words, word* for its beginnings, or `creditline status`."


class Query(click.Command):
    """A command whose words may begin with a hyphen: ``-port`` is a word that is not wanted, and no flag."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        flags = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        valued = {name for one in flags if not one.is_flag for name in one.opts}
        known = {name for one in flags for name in one.opts}
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            if arg == "--":
                words += left
            elif arg in valued:
                options += [arg, *islice(left, 1)]
            elif arg in known or arg.startswith("--") or (arg[:2] in valued and arg[2:].isdigit()):
                options.append(arg)
            else:
                words.append(arg)
        # Sorted apart by hand, since click takes each word with a hyphen for a flag, and would refuse -not.
        return super().parse_args(ctx, [*options, "--", *words])


@click.command(cls=Query)
@click.argument("words", nargs=-1, required=True, metavar="WORDS...")
@click.option("-n", "limit", type=click.IntRange(min=1), default=20, metavar="N", help="Show N hits; 20 by default.")
@click.option("--ids", is_flag=True, help="Print the ids of all hits and nothing else.")
@click.pass_obj
def command(console: Console, words: tuple[str, ...], limit: int, ids: bool) -> None:
    """Search titles, authors and text. Words are all wanted; "a phrase", -not, OR, word* and title: author:
    tag: lang: from: to: publisher: narrow it. Accents and case make no difference: lodz finds Łódź.
    """
    from db.search.search import all_ids, search
    from ingest.cli.item_choice import check
    from ingest.collection.collection import Layout, reading

    query = " ".join(words)
    check(query)
    with reading(Layout(console.directory)) as catalogue:
        if ids:
            found = all_ids(catalogue.connection, query)
            for item in found:
                if console.as_json:
                    console.out_json({"item": item})
                else:
                    console.out(item)
            if not found:
                console.talk(NOTHING)
            return
        results = search(catalogue.connection, query, limit=limit)
        reuse = _reuse(catalogue, [hit.item for hit in results.hits]) if console.as_json else {}
    for hit in results.hits:
        if console.as_json:
            import msgspec

            console.out_json(msgspec.to_builtins(hit) | {"reuse": reuse.get(hit.item)})
            continue
        authors = "; ".join(hit.authors) or ("a page, no article" if hit.kind == "page" else "no author stated")
        gone = f"  (gone since {hit.gone[:10]})" if hit.gone else ""
        console.out(f"{hit.item}  {(hit.published or 'undated')[:10]}  {hit.language or '?'}  {authors}{gone}")
        console.out(f"    {hit.title or '[untitled]'}")
        marked = hit.snippet.marked("«", "»")
        if marked:
            console.out(f"    {marked}")
    console.talk(f"{len(results.hits)} of {counted(results.total, 'item')}")
    if not results.total:
        console.talk(NOTHING)
    sys.exit(Exit.DONE)


def _reuse(catalogue: Catalogue, hits: list[str]) -> dict[str, dict[str, object]]:
    """Return for each hit whether its text may be published whole, commercially, and how sure that is."""
    from db.model.item import Use
    from ingest.cli.terms_text import verdict_of

    found = {item.id: verdict_of(item, Use.REPUBLISH) for item in catalogue.items(hits)}
    return {
        item: {"republish": said.answer, "duties": list(said.duties), "grade": said.grade, "reading": said.reading}
        for item, said in found.items()
    }
