"""Search hits as text: for a person, as a table, as JSON and as CSV; with facets and suggestions."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from db.model.cell import cell
from ingest.cli.ink import END, Ink, mark_ink
from ingest.progress import counted

if TYPE_CHECKING:
    from db.search.facet_counts import Facets
    from db.search.hit import Hit
    from db.search.reuse import ReuseAnswer
    from db.search.search import Results
    from db.search.suggestion import Reason, Suggestion

COLUMNS = (
    "id", "published", "language", "publisher", "kind", "authors", "title", "reuse", "license", "gone", "edition",
    "snippet", "url", "duties",
)  # fmt: skip
"""The columns of the CSV table."""
_WIDEST = {"authors": 28, "title": 60}
# The columns that a title and authors keep on a narrow terminal.
_NARROWEST = 12


def lines(hit: Hit) -> list[str]:
    """Return a hit for a person to read, in two to five lines with ink marks."""
    authors = "; ".join(hit.authors) or ("a page, no article" if hit.kind == "page" else "no author stated")
    gone = f"  (gone since {hit.gone[:10]})" if hit.gone else ""
    told = [f"{hit.item}  {(hit.published or 'undated')[:10]}  {hit.language or '?'}  {authors}{gone}"]
    told.append(f"    {_title(hit)}")
    if hit.edition:
        told.append(f"    in an older edition: {hit.edition}")
    if hit.form_of:
        told.append(f"    a form of {hit.form_of}")
    snippet = hit.snippet
    # Without any marked word it would be unclear why this is a hit.
    if hit.tags and not snippet.marks and not hit.title_marks:
        told.append(f"    tagged {mark_ink('; '.join(hit.tags), Ink.HIT)}")
    marked = " ".join(snippet.marked(f"{Ink.HIT}«", f"»{END}").split())
    page = f"p. {hit.page}: " if hit.page else ""
    return [*told, f"    {page}{marked}"] if marked else told


def _title(hit: Hit) -> str:
    title, told, place = hit.title or "[untitled]", "", 0
    for first, last in hit.title_marks if hit.title else ():
        told += f"{mark_ink(title[place:first], Ink.TITLE)}{mark_ink(f'«{title[first:last]}»', Ink.HIT)}"
        place = last
    return told + mark_ink(title[place:], Ink.TITLE)


def table(batches: Iterable[Sequence[Hit]], columns: int = 0) -> Iterator[str]:
    """Yield hits as a table: a heading and one line per hit, as wide as the first batch needs.

    On a terminal of *columns* (0: none), titles are cut, then authors, so that each hit has one line.
    """
    widths: list[int] = []
    for hits in batches:
        rows = [
            (
                hit.edition or hit.item,
                (hit.published or "undated")[:10],
                hit.language or "?",
                _cut("; ".join(hit.authors), _WIDEST["authors"]),
                _cut(hit.title or "[untitled]", _WIDEST["title"]),
            )
            for hit in hits
        ]
        if not widths:
            rows.insert(0, ("id", "published", "lang", "authors", "title"))
            widths = _fitted([max(len(row[at]) for row in rows) for at in range(len(rows[0]))], columns)
        for row in rows:
            # A later batch may have longer names; ids are never cut, so that they can be copied.
            last = [_cut(one, width) if columns else one for one, width in zip(row[3:], widths[3:], strict=True)]
            cells = [*row[:3], *last]
            yield "  ".join(one.ljust(width) for one, width in zip(cells, widths, strict=True)).rstrip()


def _fitted(widths: list[int], columns: int) -> list[int]:
    """Return *widths* with those of the title and then the authors made smaller until the row fits into *columns*."""
    over = sum(widths) + 2 * (len(widths) - 1) - columns if columns else 0
    for at in (-1, -2):
        taken = max(0, min(over, widths[at] - _NARROWEST))
        widths[at] -= taken
        over -= taken
    return widths


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 1]}…"


def as_json(hit: Hit, said: ReuseAnswer | None, reuse: Mapping[str, object] | None) -> dict[str, object]:
    """Return *hit* as JSON values (docs/schemas/hit.json)."""
    import msgspec

    built = msgspec.to_builtins(hit)
    assert isinstance(built, dict)
    return {**built, "license": said.license or None if said else None, "reuse": reuse}


def as_csv(hits: Iterable[Hit], said: Mapping[str, ReuseAnswer], *, heading: bool) -> str:
    """Return *hits* as CSV; no cell is one that a spreadsheet would calculate or execute."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if heading:
        writer.writerow(COLUMNS)
    for hit in hits:
        one = said[hit.item]
        # Remove line breaks within the cell.
        snippet = " ".join(hit.snippet.marked("«", "»").split())
        authors, duties = "; ".join(hit.authors), "; ".join(one.duties)
        row = (hit.item, hit.published, hit.language, hit.publisher, hit.kind, authors, hit.title, one.reuse.value,
               one.license, hit.gone, hit.edition, snippet, hit.url, duties)  # fmt: skip
        writer.writerow([cell(one) for one in row])
    return text.getvalue()


def facet_lines(found: Facets) -> list[str]:
    """Return the facets of the hits: each value with its count and the query that narrows to it."""
    told = []
    for kind, values in found.values.items():
        told.append(f"{kind.value}")
        told += [f"  {one.count:>7}  {one.value}  ({one.query})" for one in values] or ["        none"]
    if not found.whole:
        told.append(f"counted among the newest {found.counted:,} hits; --rank-all counts all")
    return told


def summary(results: Results, *, first: int) -> list[str]:
    """Return how many hits are shown of how many, and among which the best come first."""
    if not results.total and results.among is None:
        return ["nothing is found"]
    many = not results.exact and results.total > 0
    total = f"more than {results.total:,} items" if many else counted(results.total, "item")
    shown = results.shown
    told = f"{shown} of {total}" if not first else f"{first + 1} to {first + shown} of {total}"
    if first and not shown:
        told = f"{total}, and none behind the first {first:,}"
    if results.ranked and results.total > results.ranked:
        told += f"; the best of the newest {results.ranked:,} come first, --rank-all ranks all"
    # Say this before the number of texts searched, which may be small as well.
    unranked = ["to rank them takes too long: the newest come first, --rank-all ranks all"] if results.unranked else []
    return [told, *unranked, *_looked_through(results)]


def _looked_through(results: Results) -> list[str]:
    """Say which part of the texts was searched, if not all of them."""
    among = results.among
    if among is None:
        return []
    if not among.texts:
        return ["to look through the texts takes too long: ask for less at once, or with --rank-all, which waits"]
    return [
        f"only {among.texts:,} texts were looked through, of {among.first} to {among.last}: all would take too long; "
        "from: and to: choose others, --rank-all looks through all"
    ]


# The most characters of a part of a query that are repeated.
_PART = 200


def advice(suggested: Sequence[Suggestion], reasons: Sequence[Reason]) -> list[str]:
    """Return why nothing is found, and queries that would find something."""
    # The line adds a colon, so remove one at the end of the word.
    parts = [one.part if len(one.part) <= _PART else f"{one.part[:_PART]}…" for one in reasons]
    told = [f"  {part.removesuffix(':')}: {one.why}" for part, one in zip(parts, reasons, strict=True)]
    told += [f"  try: {one.query}   ({counted(one.total, 'item')}; {one.why})" for one in suggested]
    return told
