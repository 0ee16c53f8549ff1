"""Coherence: contradictions between the rows of an item, which can be found without reading again.

Apart from the verification, its only user, because SQL belongs in `db` alone.

This is all that can be checked if the present reader is not the one that read the item. The digests that the fold
stores with its values are computed again from these values, and derived values are derived again.
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

# The digests cover only values, so any stamp will do.
_NO_STAMP = Stamp("", "", "")
_MOST = 6
"""Up to so many statements all orders are tried, because their order on the page is not stored."""


def faults(connection: sqlite3.Connection, item: str) -> Iterator[str]:
    """Yield, in words, contradictions between the rows of *item*."""
    for edition in editions_of(connection, item):
        yield from _edition(connection, edition)
    held = held_items.as_read(connection, item)
    if held is None:
        return
    row = item_fields.row(connection, item)
    # There are no digests after two items were merged by a redirect alone.
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
    # Capture and edition were written from the same reading.
    if read is None or tuple(read) != (digest, stamp):
        yield f"{edition.id} is not what was read in the capture that it names"


def _fields(connection: sqlite3.Connection, held: Item) -> str:
    """Return the digest of an item's fields as its rows give them, for comparison with the stored one."""
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
    said = statements.shown_contents(connection, item)
    # Seven statements have 5,040 orders, so only their presence is checked.
    if len(said) > _MOST:
        return bool(said)
    return any(digest_of(list(order)) == digest for order in permutations(said))


def _derived(connection: sqlite3.Connection, item: str) -> Iterator[str]:
    held = held_items.without_terms(connection, item)
    (credit,) = connection.execute("SELECT credit_line FROM item WHERE id = ?", (item,)).fetchone()
    if held is not None and (line := line_of(Credited.of(held))) != credit:
        yield f"the credit line is “{credit}”; what is held makes “{line}”"
