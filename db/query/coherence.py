"""Coherence: what the rows of an item say of each other, which no reader is needed to prove.

Apart from the verification that alone asks it, for SQL stands in `db` and nowhere else.

It is what is left to prove where today's reader is not the one that read. The digests that the fold keeps beside its
values are taken again of these values; what is derived from other rows is derived again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import permutations

from db.citation.credit_line import line_of
from db.fold import document_links, item_fields
from db.fold.editions import content_digest
from db.fold.editions import every as editions_of
from db.identity import digest_of
from db.instant import to_text
from db.model.item import Credited, Edition, Item, PageKind, Reading, Stamp
from db.query import held_items
from db.terms import reach, statements

# The digests are of values alone, so any stamp will do.
_NO_STAMP = Stamp("", "", "")
_MOST = 6
"""Statements that are tried in every order: in which they stood on the page is not kept once one of them went on."""


def faults(connection: sqlite3.Connection, item: str) -> Iterator[str]:
    """Yield, in words, what the rows of *item* say that other rows of it deny."""
    for edition in editions_of(connection, item):
        yield from _edition(connection, edition)
    found = held_items.as_read(connection, item, terms=False)
    if found is None:
        return
    held = found[0]
    row = item_fields.row(connection, item)
    # Without digests: what two items became that were merged by a redirect alone.
    if row.field_digest and row.field_digest != _fields(connection, held):
        yield "the language, section, tags or another field of the item is not as it was read: its digest differs"
    if row.terms_digest and not _are_terms(connection, item, row.terms_digest):
        yield "the terms of the item are not as they were read: their digest differs"
    yield from _derived(connection, item)


def _edition(connection: sqlite3.Connection, edition: Edition) -> Iterator[str]:
    digest, stamp = connection.execute(
        "SELECT digest, stamp FROM edition WHERE item = ? AND opened = ?",
        (edition.item, to_text(edition.opened)),
    ).fetchone()
    reading = Reading(
        _NO_STAMP,
        PageKind.ARTICLE,
        text=edition.text,
        title=edition.title,
        attributions=edition.attributions,
        published=edition.published,
    )
    if content_digest(reading) != digest:
        yield f"the title, text, attribution or date of {edition.id} is not as it was read: its digest differs"
    read = connection.execute(
        "SELECT reading_digest, stamp FROM capture WHERE id = ?", edition.captures[:1] or ("",)
    ).fetchone()
    # The capture and the edition were written from one reading.
    if read is None or tuple(read) != (digest, stamp):
        yield f"{edition.id} is not what was read in the capture that it names"


def _fields(connection: sqlite3.Connection, held: Item) -> str:
    reading = Reading(
        _NO_STAMP,
        held.kind,
        language=held.language,
        subtitle=held.subtitle,
        section=held.section,
        site_name=held.site_name,
        modified=held.modified,
        tags=held.tags,
        translations=held.translations,
    )
    files = document_links.of_item(connection, held.id)
    return item_fields.field_digest(reading, held.url, reach.links_of(connection, held.id), files)


def _are_terms(connection: sqlite3.Connection, item: str, digest: str) -> bool:
    said = statements.standing(connection, item)
    # Seven have 5,040 orders; then only that there are some can be said.
    if len(said) > _MOST:
        return bool(said)
    return any(digest_of(list(order)) == digest for order in permutations(said))


def _derived(connection: sqlite3.Connection, item: str) -> Iterator[str]:
    held = held_items.without_terms(connection, item)
    (credit,) = connection.execute("SELECT credit_line FROM item WHERE id = ?", (item,)).fetchone()
    if held is not None and (line := line_of(Credited.of(held))) != credit:
        yield f"the credit line is “{credit}”; what is held makes “{line}”"
