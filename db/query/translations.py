"""Translations: the same work in other languages, as its pages name it, or as address and day suggest."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from urllib.parse import urlsplit

from db.model.item import Item
from db.query import held_items
from db.search import facet
from db.search.index import first_place, place_after
from db.withholding import SHOWN

# A shorter last segment ("about", "report-2") does not identify a work.
_SLUG_LONGER = 10


@dataclass(frozen=True, slots=True)
class Translation:
    """The same work in another language.

    Attributes:
        language: as the page that names it says, or as the item itself was read; "" if unknown.
        item: its id, if it is held and not withheld.
        named: whether a page names it; if not, its address ends alike and it was published on the same day.
    """

    language: str
    url: str
    item: str | None
    named: bool = True


def translations(connection: sqlite3.Connection, held: Item) -> list[Translation]:
    """Return the same work in other languages.

    First come those that *held* names, then items of its publisher that name *held*, then items with the same last
    segment in the address, the same day and another language, if none is known yet in that language.
    """
    # What the page itself says takes precedence over what other pages say.
    named = {url: language for language, url in held.translations}
    rows = connection.execute(
        f"""SELECT coalesce(item.language, '') AS named, item.url FROM search CROSS JOIN search_doc
        ON search_doc.rowid = search.rowid CROSS JOIN item ON item.id = search_doc.item
        WHERE search MATCH ? AND item.publisher = ? AND item.id <> ? AND item.{SHOWN}
        AND EXISTS (SELECT 1 FROM json_each(item.translations) AS pair WHERE json_extract(pair.value, '$[1]') = ?)
        ORDER BY named, item.url""",
        (f'facet : "{facet.translation(held.url)}"', held.publisher.id, held.id, held.url),
    )
    for language, url in rows.fetchall():
        named.setdefault(url, language)
    found = []
    for url, language in named.items():
        other = held_items.item(connection, url)
        # Pages list themselves among their translations.
        if other is None or other.id != held.id:
            found.append(Translation(language, url, other.id if other else None))
    # A guess is left out if a page names a translation in that language.
    known = {_base(one.language) for one in found}
    return found + [one for one in _alike(connection, held) if _base(one.language) not in known]


def _alike(connection: sqlite3.Connection, held: Item) -> list[Translation]:
    """Return the items in other languages with the slug of *held* that were published on the same day."""
    published, slug = held.edition.published, urlsplit(held.url).path.rstrip("/").rpartition("/")[2]
    day = published.day if published else None
    if held.language is None or day is None:
        return []
    if len(slug) <= _SLUG_LONGER or not any(map(str.isalpha, slug)):
        return []
    rows = connection.execute(
        # Items of one day are adjacent in the index, so the others need not be read.
        f"""SELECT item.language, item.url, item.id FROM search_doc CROSS JOIN item ON item.id = search_doc.item
        WHERE search_doc.rowid >= ?4 AND search_doc.rowid < ?5
        AND item.publisher = ?1 AND item.id <> ?2 AND item.{SHOWN} AND item.language IS NOT NULL
        AND substr(rtrim(item.url, '/'), -length(?3)) = ?3 AND search_doc.published IS NOT NULL
        ORDER BY item.language, item.url""",
        (held.publisher.id, held.id, f"/{slug}", first_place(day), place_after(day)),
    )
    own = _base(held.language.value)
    return [Translation(code, url, item, named=False) for code, url, item in rows.fetchall() if _base(code) != own]


def _base(language: str) -> str:
    # pl and pl-PL are one language.
    return language.lower().partition("-")[0]
