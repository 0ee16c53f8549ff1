"""`creditline search`: search the catalogue."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import at_least, packing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.catalogue import Catalogue
    from db.search.hit import Hit
    from db.search.query import Query as Asked
    from db.search.reuse import ReuseAnswer
    from db.search.search import Page, Results

EMPTY = "  no item can be shown: `creditline status` says what is held, and what to do"
NOTHING = "Nothing found. Try fewer words, word* for its beginnings, or `creditline status`."
# Repeated here, because importing the search code would slow down `--help`.
SORTS = ("relevance", "new", "old", "title")
FORMATS = ("text", "table", "json", "jsonl", "csv")
FACETS = ("author", "year", "tag", "section", "language", "publisher", "license", "reuse", "kind")
EVERYTHING = "kind:article OR kind:page OR kind:document"


class Query(Verb):
    """A command whose arguments may begin with a hyphen: ``-port`` excludes a word, and is not a flag."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Read the flags from the command itself, so that new flags are known here.
        flags = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        valued = {name for one in flags if not one.is_flag for name in one.opts}
        known = {name for one in flags for name in one.opts}
        options: list[str] = []
        words: list[str] = []
        left = iter(args)
        for arg in left:
            # By the POSIX rule, everything after "--" is a word, even if it looks like a flag.
            if arg == "--":
                words += left
            elif arg in valued:
                options += [arg, *islice(left, 1)]
            elif arg in known or arg.startswith("--") or (arg[:2] in valued and arg[2:].isdigit()):
                options.append(arg)
            else:
                words.append(arg)
        # Pass the words after "--", because click would take a word like -not for a flag and refuse it.
        return super().parse_args(ctx, [*options, "--", *words])


def _facets(_ctx: click.Context, _param: click.Parameter, said: str | None) -> tuple[str, ...]:
    names = tuple(one.strip() for one in (said or "").split(",") if one.strip())
    unknown = [one for one in names if one not in FACETS]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(FACETS)}")
    return names


@dataclass(frozen=True, slots=True)
class View:
    """How the hits are to be shown."""

    limit: int
    everything: bool
    offset: int
    sort: str
    form: str | None
    ids: bool
    count: bool
    facets: tuple[str, ...]
    sql: bool
    rank_all: bool

    def page(self) -> Page:
        """Return which hits are requested."""
        from db.search.search import RANKED, Page, Sort

        # In SQLite, a negative limit means no limit.
        limit = -1 if self.everything else self.limit
        return Page(limit, self.offset, Sort(self.sort), sys.maxsize if self.rank_all else RANKED)


@click.command(cls=Query)
@click.argument("words", nargs=-1, metavar="[WORDS]...")
@click.option("-n", "limit", type=at_least(1), default=20, metavar="N", help="Show N hits; 20 by default.")
@click.option("--all", "everything", is_flag=True, help="Show all hits.")
@click.option("--offset", type=at_least(0), default=0, metavar="N", help="Skip the first N.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="relevance",
    help="relevance by default: the best of the newest 2,000 first, then the newest.",
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="text by default; with --json, jsonl: an object a line."
)
@click.option("--ids", is_flag=True, help="Print the ids of all hits and nothing else.")
@click.option("--count", is_flag=True, help="Print only the number of items found.")
@click.option(
    "--facets",
    callback=_facets,
    metavar="LIST",
    help=f"Count the hits instead, by some of these, with commas between: {', '.join(FACETS)}.",
)
@click.option("--sql", is_flag=True, help="Instead, print the SQL that finds the hits.")
@click.option(
    "--rank-all",
    is_flag=True,
    help="Search all texts, and rank or count all hits, however many; this may take seconds.",
)
@packing(View, "view")
@click.pass_obj
def command(console: Console, words: tuple[str, ...], view: View) -> None:
    """Search titles, authors and text; without WORDS, list everything, newest first. All words must match; "a
    phrase", -not, OR, ( ), word* and fields narrow it: title: author: tag: section: publisher: lang: year: from: to:
    kind: license: reuse: is: set: note:, and in:editions looks at older editions too. A URL or an id finds its item.
    Accents and case make no difference: lodz finds Łódź. See docs/searching.md
    """
    from db.search.query import find_mistake, parse
    from db.search.search import count, page, sql
    from ingest.collection.collection import Layout, open_for_reading

    # Listing everything is a query, too, so it has the same order, counts and formats.
    typed = " ".join(words)
    text = typed or EVERYTHING
    query = parse(text)
    # Every string is a valid query; mention what is surely a mistake.
    told = find_mistake(text)
    if told is not None:
        console.talk(told.in_one_line)
    with open_for_reading(Layout(console.directory)) as catalogue:
        if view.sql:
            console.out(f"{sql(catalogue.connection, query, view.page())};")
        elif view.count:
            found = count(catalogue.connection, text)
            if console.as_json:
                console.out_json({"query": typed, "total": found})
            else:
                console.out(str(found))
        elif view.facets:
            _count(console, catalogue, typed, view)
        elif view.ids:
            _ids(console, catalogue, text)
        else:
            results = page(catalogue.connection, query, view.page())
            _print(console, catalogue, results, (typed, view))
            # If not all texts were searched, it is not known that nothing would be found.
            if not results.total and results.among is None:
                _advise(console, catalogue, query if typed else None, slip=told is not None)
    sys.exit(Exit.DONE)


def _ids(console: Console, catalogue: Catalogue, text: str) -> None:
    """Print the id of every hit."""
    from db.search.search import all_ids

    found = all_ids(catalogue.connection, text)
    for item in found:
        if console.as_json:
            console.out_json({"item": item})
        else:
            console.out(item)
    if not found:
        console.talk(NOTHING)


def _count(console: Console, catalogue: Catalogue, typed: str, view: View) -> None:
    """Print the facets of the hits instead of the hits."""
    import msgspec

    from db.search.facet_counts import COUNTED, FacetKind, facets
    from ingest.cli.hit_text import facet_lines

    kinds = [FacetKind(one) for one in view.facets]
    shown = -1 if view.everything else view.limit
    counted = -1 if view.rank_all else COUNTED
    most = sys.maxsize if shown < 0 else shown
    found = facets(catalogue.connection, typed or EVERYTHING, kinds, counted=counted, shown=most)
    if console.as_json or view.form in ("json", "jsonl"):
        console.out_json({"query": typed, **msgspec.to_builtins(found)})
    else:
        console.out("\n".join(facet_lines(found)))


def _print(console: Console, catalogue: Catalogue, results: Results, asked: tuple[str, View]) -> None:
    from db.search.hit import further_hits
    from ingest.cli import hit_text

    typed, view = asked
    form = view.form or ("jsonl" if console.as_json else "text")
    # In batches, so that all hits of a large collection are neither in memory at once nor printed only at the end.
    further = further_hits(catalogue.connection, results.behind, results.query, results.in_force)
    batches = chain([results.hits], further)
    if form == "text":
        for number, hit in enumerate(chain.from_iterable(batches)):
            # On a terminal, print an empty line between hits; in a pipe, only lines with content.
            before = [""] if number and console.width else []
            console.read("\n".join([*before, *hit_text.lines(hit)]))
    elif form == "table":
        for line in hit_text.table(batches, console.width):
            console.out(line)
    elif form == "csv":
        for number, hits in enumerate(batches):
            if written := hit_text.as_csv(hits, _said(catalogue, hits), heading=not number):
                console.out(written.rstrip("\n"))
    elif form == "jsonl":
        for hits in batches:
            for one in _as_json(catalogue, hits):
                console.out_json(one)
    else:
        _print_document(console, typed, results, [one for hits in batches for one in _as_json(catalogue, hits)])
    # On stderr in every format, so that a pipe receives only hits.
    for line in hit_text.summary(results, first=view.offset):
        console.talk(line)


def _print_document(console: Console, typed: str, results: Results, hits: list[dict[str, object]]) -> None:
    # The query as typed, empty if nothing was, so that it can be repeated exactly.
    told: dict[str, object] = {"query": typed, "total": results.total}
    told |= {"exact": results.exact, "ranked": results.ranked, "unranked": results.unranked}
    among = results.among.as_json() if results.among else None
    console.out_json({**told, "among": among, "hits": hits})


def _said(catalogue: Catalogue, hits: Sequence[Hit]) -> dict[str, ReuseAnswer]:
    """Return, for each of *hits*, what its terms allow."""
    from db.search.reuse import reuses

    ids = [hit.item for hit in hits]
    held = reuses(catalogue.connection, ids)
    # For all hits at once: one query per hit would take longer than the search.
    digests = catalogue.terms_digests(ids)
    return {hit.item: held.of(hit.publisher, digests.get(hit.item, ""), hit.item) for hit in hits}


def _as_json(catalogue: Catalogue, hits: Sequence[Hit]) -> list[dict[str, object]]:
    from ingest.cli import hit_text

    said, reuse = _said(catalogue, hits), _reuse(catalogue, [hit.item for hit in hits])
    return [hit_text.as_json(hit, said[hit.item], reuse.get(hit.item)) for hit in hits]


def _reuse(catalogue: Catalogue, hits: list[str]) -> dict[str, dict[str, object]]:
    """Return for each hit whether its text may be published whole, commercially, and how certain that is."""
    from db.model.item import Use
    from db.terms.verdict import verdict_of

    found = {item.id: verdict_of(item, Use.REPUBLISH) for item in catalogue.items(hits)}
    return {
        item: {"republish": said.answer, "duties": list(said.duties), "grade": said.grade, "reading": said.reading}
        for item, said in found.items()
    }


def _advise(console: Console, catalogue: Catalogue, query: Asked | None, *, slip: bool) -> None:
    """Say why nothing is found, and what would be; skip the general advice after a *slip* was reported. Without a
    *query*, all items were listed.
    """
    from db.search.suggestion import reasons, suggestions
    from ingest.cli.hit_text import advice

    if query is None:
        console.talk(EMPTY)
        return
    told = advice(suggestions(catalogue.connection, query), reasons(catalogue.connection, query))
    # Advice about this very query is better than general advice.
    for line in told or ([] if slip else [NOTHING]):
        console.talk(line)
