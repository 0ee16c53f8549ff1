"""Items read back as values: by id, by URL, as they stand or as they stood: the one door to them.

It leaves out what is withheld. Who proves, rebuilds or lifts wants them all the same, and says so: ``withheld=True``.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from db import erasures, evidence, publishers, withholding
from db.captures import key_of
from db.decisions import overlay
from db.fold import alias_rows, editions
from db.identity import Span, ids_of, meant, parse_id, parse_key
from db.instant import from_text, maybe_instant, maybe_text, to_text
from db.model.form import format_of
from db.model.item import Credited, Evidence, Item, ItemTerm, Landing, PageKind, Role, Tombstone, Words
from db.publishers import of_item
from db.schema.tables import IN_FORCE
from db.search import forms
from db.terms import sitewide

_COLUMNS = (
    "kind, url, publisher, first_seen, last_seen, gone, withheld, translations, language, language_evidence, subtitle,"
    " subtitle_evidence, section, section_evidence, site_name, site_name_evidence, modified, modified_precision,"
    " modified_evidence"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the catalogue about an item, with what proves it.

    Attributes:
        field: ``title``, ``author``, ``published``, ``tag``, ``terms`` ...
    """

    field: str
    value: str
    evidence: Evidence


def resolve(connection: sqlite3.Connection, ref: str) -> tuple[str, str | None] | None:
    """Return the item that *ref* (an id, an id with a time, a URL) names today, and the time it names as text.

    An id with a time always names something that was held then, or as soon after it as anything was.
    """
    # An id first: no URL has the form of one.
    named = parse_id(ref)
    if named is not None:
        if named.span is None and alias_rows.resolve(connection, named.item) is None:
            # A key that was cited by has the form of a longer id.
            cited = parse_key(ref)
            return None if cited is None else _then(connection, cited.item, cited.span)
        return _then(connection, named.item, named.span)
    key = key_of(ref.strip())
    found = None if key is None else alias_rows.of_key(connection, key)
    return None if found is None else (found, None)


def _then(connection: sqlite3.Connection, shown: str, span: Span | None) -> tuple[str, str | None] | None:
    """Return the item that the id *shown* leads to now, and the time that *span* means of it."""
    item = alias_rows.resolve(connection, shown)
    if item is None or span is None:
        return None if item is None else (item, None)
    # An id names a second, in which editions may have opened one after the other.
    opened = editions.all_opened(connection, item)
    at = meant(span, opened)
    if not opened or opened[0] <= at:
        return item, to_text(at)
    # Shown as long as less was known: what was captured then may be another work's by now, or a part of it. Where
    # nothing says whose, the first edition is the nearest.
    return editions.read_then(connection, shown, span) or (item, to_text(opened[0]))


def item(
    connection: sqlite3.Connection, ref: str, at: datetime | None = None, *, withheld: bool = False
) -> Item | None:
    """Return the item that *ref* names as it stood at *at*, else at the time that *ref* names, else as it stands.

    None where *ref* names no item, none was held yet at that time, or it is withheld and those are not wanted.
    """
    found = resolve(connection, ref)
    if found is None:
        return None
    # Who asks for a day wants that day, also of an edition that was named.
    return by_id(connection, found[0], maybe_text(at) or found[1], withheld=withheld)


def by_id(
    connection: sqlite3.Connection, item_id: str, at: str | None = None, *, withheld: bool = False
) -> Item | None:
    """Return the item with exactly *item_id*, as it stood at *at* (now if None) and as people decided."""
    found = as_read(connection, item_id, at)
    # The door: nobody is given what is withheld without having said that it is wanted.
    if found is None or (found[0].withheld is not None and not withheld):
        return None
    held = overlay.overlay(connection, *found)
    if held.kind is PageKind.DOCUMENT:
        return replace(held, form_of=_landing(connection, item_id), format=_format(connection, item_id))
    shown = forms.forms_of(connection, item_id)
    return replace(held, forms=shown) if shown else held


def _landing(connection: sqlite3.Connection, document: str) -> Landing | None:
    """Return the item that *document* is a form of, as people decided; None where it is none."""
    landing = forms.landing_of(connection, document)
    held = None if landing is None else without_terms(connection, landing)
    if held is None or held.edition.title is None:
        return None
    stated = held.edition
    return Landing(held.id, held.url, held.edition.title.value, stated.attributions, stated.published)


def _format(connection: sqlite3.Connection, document: str) -> str:
    query = "SELECT media_type, capture.url FROM item JOIN capture ON capture.id = item.latest WHERE item.id = ?"
    return format_of(*connection.execute(query, (document,)).fetchone())


def tombstone(connection: sqlite3.Connection, ref: str, at: datetime | None = None) -> Tombstone | None:
    """Return what stands in the place of the item that *ref* names; None where it is not withheld.

    None too where none was held at *at*, or at the time that *ref* names.
    """
    found = resolve(connection, ref)
    if found is None:
        return erased(connection, ref)
    # What was not held then is not withheld then: the tombstone tells no more than the item would.
    if editions.in_force(connection, found[0], maybe_text(at) or found[1]) is None:
        return None
    reason = withholding.reason(connection, found[0])
    return None if reason is None else Tombstone(found[0], reason, withholding.since(connection, found[0]))


def erased(connection: sqlite3.Connection, ref: str) -> Tombstone | None:
    """Return what stands in the place of an item of which nothing is kept any more, by an order."""
    named, key = parse_id(ref), key_of(ref.strip())
    if named is not None:
        shown: tuple[str, ...] = (named.item,)
    elif key is not None:
        # No address is kept of what was erased; the ids that one may have had follow from it.
        shown = tuple(one for publisher in publishers.publishers(connection) for one in ids_of(publisher.id, key))
    else:
        return None
    # Asked of whatever is not held, by anybody: most of it was never spoken of, which an index tells.
    for one in withholding.spoken_of(connection, shown):
        if (erasure := erasures.of_item(connection, one)) is not None:
            return Tombstone(one, erasure.reason, erasure.at)
    return None


def without_terms(connection: sqlite3.Connection, item_id: str) -> Item | None:
    """Return the item with exactly *item_id* as people decided, but none of its terms: they take their time."""
    found = as_read(connection, item_id, terms=False)
    return None if found is None else overlay.overlay(connection, *found)


def credited(connection: sqlite3.Connection, item_id: str) -> Credited | None:
    """Return what a credit line prints of the item with exactly *item_id*, as people decided; None where it has no
    edition.
    """
    row = connection.execute(
        """SELECT edition.id, edition.title, edition.published, item.site_name, item.url, item.language, item.publisher
        FROM item JOIN edition ON edition.item = item.id WHERE item.id = ? ORDER BY edition.opened DESC LIMIT 1""",
        (item_id,),
    ).fetchone()
    if row is None:
        return None
    edition, title, published, site, url, language, publisher = row
    if overlay.is_decided(connection, edition):
        held = without_terms(connection, item_id)
        return None if held is None else Credited.of(held)
    # Asked of every item that is written, and nobody decided anything of most: the whole item, with all its evidence,
    # would be read for one line.
    named = connection.execute("SELECT name, role FROM attribution WHERE edition = ? ORDER BY position", (edition,))
    credited_as = tuple((name, Role(role)) for name, role in named)
    return Credited(title, credited_as, published, site, url, language, of_item(connection, publisher, url))


def as_read(
    connection: sqlite3.Connection, item_id: str, at: str | None = None, *, terms: bool = True
) -> tuple[Item, int] | None:
    """Return the item with exactly *item_id* as its publisher has it, and the row of its edition in force."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM item WHERE id = ?", (item_id,)).fetchone()
    held = None if row is None else editions.in_force(connection, item_id, at)
    if row is None or held is None:
        return None
    (count,) = connection.execute("SELECT count(*) FROM edition WHERE item = ?", (item_id,)).fetchone()
    read = Item(
        id=item_id,
        # By place, in the order of `_COLUMNS`.
        kind=PageKind(row[0]),
        url=row[1],
        publisher=of_item(connection, row[2], row[1]),
        edition=editions.one(connection, held.row),
        editions=count,
        first_seen=from_text(row[3]),
        last_seen=from_text(row[4]),
        language=evidence.words_of(connection, row[8], row[9]),
        subtitle=evidence.words_of(connection, row[10], row[11]),
        section=evidence.words_of(connection, row[12], row[13]),
        site_name=evidence.words_of(connection, row[14], row[15]),
        modified=evidence.dated_of(connection, row[16], row[17], row[18]),
        tags=_tags(connection, item_id),
        terms=sitewide.of_item(connection, item_id, row[2], language=row[8], at=at) if terms else (),
        translations=tuple((code, url) for code, url in json.loads(row[7])),
        gone=maybe_instant(row[5]),
        withheld=row[6],
        withheld_since=None if row[6] is None else withholding.since(connection, item_id),
        aliases=alias_rows.keys(connection, item_id),
    )
    return read, held.row


def repeated(connection: sqlite3.Connection, held: Item, at: datetime | None = None) -> tuple[ItemTerm, ...]:
    """Return the statements that hold for *held* at *at* as well and add no rule to its terms, as people decided."""
    language = held.language.value if held.language else None
    found = sitewide.repeated(connection, held.id, held.publisher.id, language=language, at=maybe_text(at))
    return overlay.of_terms(connection, held.publisher.id, found)[0]


def stated(connection: sqlite3.Connection, held: Item) -> frozenset[str]:
    """Return the words of the statements that hold for *held* now and add a rule, as if nobody had decided anything."""
    language = held.language.value if held.language else None
    return sitewide.stated(connection, held.id, held.publisher.id, language=language)


def _tags(connection: sqlite3.Connection, item_id: str) -> tuple[Words, ...]:
    rows: list[tuple[Any, ...]] = connection.execute(
        f"""SELECT value, {evidence.COLUMNS.format("evidence")} FROM tag
        JOIN evidence ON evidence.id = tag.evidence WHERE item = ? ORDER BY position""",
        (item_id,),
    ).fetchall()
    return tuple(Words(row[0], evidence.read(row[1:])) for row in rows)


def all_ids(connection: sqlite3.Connection, publisher_id: str | None = None) -> list[str]:
    """Return the ids of all items (of one publisher), those published last first, unknown dates last."""
    rows = connection.execute(
        # By the date that is shown, which is that of the edition in force.
        f"""SELECT item.id FROM item JOIN edition ON edition.item = item.id
        AND edition.opened = {IN_FORCE}
        WHERE ?1 IS NULL OR item.publisher = ?1
        ORDER BY edition.published DESC NULLS LAST, item.first_seen DESC, item.id""",
        (publisher_id,),
    )
    return [row[0] for row in rows]


def addresses(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return publisher and URL of all items, in the order of `all_ids`."""
    return connection.execute(
        f"""SELECT item.publisher, item.url FROM item JOIN edition ON edition.item = item.id
        AND edition.opened = {IN_FORCE}
        ORDER BY edition.published DESC NULLS LAST, item.first_seen DESC, item.id"""
    ).fetchall()


def newest_ids(connection: sqlite3.Connection, limit: int) -> list[str]:
    """Return the ids of the *limit* items published last that are not withheld, newest first."""
    # The index holds none that is withheld, and has its rows in the order of the dates.
    rows = connection.execute("SELECT item FROM search_doc ORDER BY rowid DESC LIMIT ?", (limit,))
    return [row[0] for row in rows]


def claims(held: Item) -> list[Claim]:
    """Return every claim about *held*, each with its evidence: what verify checks and show can list."""
    edition = held.edition
    named = [
        ("title", edition.title),
        ("subtitle", held.subtitle),
        ("language", held.language),
        ("section", held.section),
        ("site name", held.site_name),
        *(("tag", tag) for tag in held.tags),
    ]
    dated = [("published", edition.published), ("modified", held.modified)]
    return [
        *(Claim(field, claim.value, claim.evidence) for field, claim in named if claim is not None),
        *(Claim(credit.role.value, credit.name, credit.evidence) for credit in edition.attributions),
        *(Claim(field, claim.value, claim.evidence) for field, claim in dated if claim is not None),
        *(Claim("terms", term.statement.words, term.statement.evidence) for term in held.terms),
    ]
