"""Forms: the formats of a page besides HTML, by the ending of its address; items are streamed one by one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from archive.control_characters import escaped, replace_control_characters
from db.catalogue import Catalogue
from db.citation.address import Archive
from db.citation.credit_line import credit_line
from db.citation.formats import CitationForm, write
from db.citation.work import work
from db.model.cell import cell
from db.model.item import Covers, Item, Use, Verdict
from db.model.json_values import json_values
from db.reading_room.visit import Visit
from db.terms.verdict import license_of, verdict


@dataclass(frozen=True, slots=True)
class Form:
    """One format.

    Attributes:
        ending: of the address.
        name: its common name.
        kind: its media type.
        cited: the corresponding format in `db.citation.formats`, or None.
    """

    ending: str
    name: str
    kind: str
    cited: str | None = None


CITED = (
    Form("bib", "BibLaTeX", "application/x-bibtex; charset=utf-8", "biblatex"),
    Form("ris", "RIS", "application/x-research-info-systems; charset=utf-8", "ris"),
    Form("csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", "csl-json"),
    Form("md", "Markdown", "text/markdown; charset=utf-8", "markdown"),
    Form("jsonld", "JSON-LD", "application/ld+json", "json-ld"),
)
OF_HITS = (*CITED, Form("csv", "CSV", "text/csv; charset=utf-8"), Form("jsonl", "JSONL", "application/jsonl"))
"""The formats for all hits of a query."""
OF_ITEM = (*CITED, Form("json", "JSON", "application/json"), Form("txt", "Text", "text/plain; charset=utf-8"))
"""The formats for a single item."""


def by_ending(forms: Sequence[Form], ending: str) -> Form | None:
    """Return the format with *ending*, or None."""
    return next((form for form in forms if form.ending == ending), None)


def cited(items: Iterable[Item], form: Form, archive: Archive) -> Iterator[str]:
    """Yield *items* in a citation format."""
    assert form.cited is not None
    pieces = write(items, CitationForm(form.cited), archive)
    # Control characters are escaped if the format has escapes.
    return map(escaped if "json" in form.kind else replace_control_characters, pieces)


def of_hits(catalogue: Catalogue, ids: Sequence[str], form: Form, archive: Archive) -> Iterator[str]:
    """Yield all items with *ids* in *form*, except those that are withheld by now."""
    items = catalogue.items(ids)
    if form.cited is not None:
        yield from cited(items, form, archive)
    elif form.ending == "csv":
        yield from _as_csv(items)
    else:
        for item in items:
            yield escaped(msgspec.json.encode(in_short(item), enc_hook=str).decode()) + "\n"


def in_short(item: Item) -> dict[str, object]:
    """Return the summary of *item* for lists, as JSON values."""
    said, found = work(item), _verdict(item)
    return {
        "id": item.id,
        "edition": item.edition.id,
        "title": said.title,
        "authors": [name.printed for name in said.authors],
        "published": item.edition.published.value if item.edition.published else None,
        "language": item.language.value if item.language else None,
        "publisher": item.publisher.id,
        "kind": item.kind.value,
        "url": said.url,
        "tags": list(said.tags),
        "gone": item.gone.isoformat() if item.gone else None,
        "archived": said.archived,
        "reuse": found.answer.value,
        "license": license_of(found, item.publisher.id),
        "credit_line": credit_line(item).text,
    }


def _verdict(item: Item) -> Verdict:
    return verdict([held.statement for held in item.terms], Use.REPUBLISH, covers=Covers.TEXT)


# The values of `in_short`, for a table without rows.
_COLUMNS = (
    "id", "edition", "title", "authors", "published", "language", "publisher", "kind", "url", "tags", "gone",
    "archived", "reuse", "license", "credit_line",
)  # fmt: skip


def _as_csv(items: Iterable[Item]) -> Iterator[str]:
    # Without the mark, Excel takes a file from a browser for another encoding, and Łódź for something else.
    yield "\ufeff" + _row(_COLUMNS)
    for item in items:
        values = in_short(item)
        yield _row("; ".join(one) if isinstance(one, list) else one for one in (values[name] for name in _COLUMNS))


def _row(values: Iterable[object]) -> str:
    # One writer per row, so that rows are sent as they are made. Lines end with CRLF (RFC 4180, section 2).
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([cell(one) for one in values])
    return out.getvalue()


def full_record(item: Item) -> dict[str, object]:
    """Return *item* as JSON values: claims with evidence, credit line, and the verdict on each use."""
    built: dict[str, object] = json_values(item)
    said = [held.statement for held in item.terms]
    # Separately, because permission to print an article does not include its photographs.
    verdicts = {
        covers.value: {use.value: _told(item, verdict(said, use, covers=covers)) for use in Use}
        for covers in (Covers.TEXT, Covers.IMAGES)
    }
    return {**built, "credit_line": credit_line(item).text, "verdicts": verdicts}


def _told(item: Item, found: Verdict) -> dict[str, object]:
    built: dict[str, object] = json_values(found)
    return {**built, "license": license_of(found, item.publisher.id)}


def alternates(visit: Visit, path: str, forms: Sequence[Form], query: str = "") -> list[tuple[str, str, str]]:
    """Return the links from a page to its other formats: media type, address, name."""
    values = {"q": query} if query else None
    return [(form.kind.partition(";")[0], visit.url(f"{path}.{form.ending}", values), form.name) for form in forms]
