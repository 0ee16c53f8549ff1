"""Items read back as values, by id or URL, as they are or were: the only way to get items.

It leaves out withheld items. Code that verifies, rebuilds or releases needs them and says so: ``withheld=True``.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, islice, repeat

from db import erasures, publishers, withholding
from db.captures import key_of
from db.decisions import overlay
from db.fold import alias_rows, editions
from db.identity import Span, ids_in_any_order, parse_id, parse_key, resolve_span
from db.instant import maybe_text, to_text
from db.model.form import format_of
from db.model.item import Credited, Evidence, Item, ItemTerm, Landing, PageKind, Role, Tombstone
from db.publishers import of_item
from db.query import item_values
from db.schema.tables import IN_FORCE
from db.search import forms
from db.terms import sitewide
from db.terms.sitewide import Asked

# How many items are read together: the first ones, so that something is shown at once, and later at most.
_FIRST, AT_ONCE = 10, 100


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim in the catalogue about an item, with its evidence.

    Attributes:
        field: ``title``, ``author``, ``published``, ``tag``, ``terms`` ...
    """

    field: str
    value: str
    evidence: Evidence


def resolve(connection: sqlite3.Connection, ref: str) -> tuple[str, str | None] | None:
    """Return the item that *ref* names today, and the time in *ref*, as text.

    *ref* is an id, an id with a time, a URL (also without its scheme), a citation key or its alias. An id with a time
    always gives what was held then or, if nothing was yet, what was held first after it.
    """
    # Ids first, because no URL looks like an id.
    named = parse_id(ref)
    if named is not None:
        if named.span is None and alias_rows.resolve(connection, named.item) is None:
            # A citation key looks like an extended id.
            cited = parse_key(ref)
            return _of_alias(connection, ref) if cited is None else _then(connection, cited.item, cited.span)
        return _then(connection, named.item, named.span)
    key = key_of(_address(ref))
    found = None if key is None else alias_rows.of_key(connection, key)
    return _of_alias(connection, ref) if found is None else (found, None)


def is_time_of_a_capture(connection: sqlite3.Connection, item_id: str, time: Span) -> bool:
    """Say whether *item_id* was captured in the second of *time*, as it was if *time* ever named an edition of it."""
    # Editions that opened in one second may be a few microseconds apart from their captures.
    second = to_text(time.first)[:19]
    return (
        connection.execute(
            """SELECT 1 FROM item_alias JOIN capture_key ON capture_key.key = item_alias.key
            AND capture_key.publisher = item_alias.publisher AND substr(capture_key.began, 1, 19) = ?2
            WHERE item_alias.item = ?1
            UNION ALL SELECT 1 FROM edition WHERE item = ?1 AND substr(opened, 1, 19) = ?2 LIMIT 1""",
            (item_id, second),
        ).fetchone()
        is not None
    )


def _address(ref: str) -> str:
    """Return the URL that a person means by *ref*: browsers show addresses without their scheme, which no key has."""
    said = ref.strip()
    return said if "://" in said else f"https://{said}"


# What a bibliography calls an edition so that people can type it: author, year, "-", the id without hyphens, and the
# time if it was replaced. Its author and year may change, its id does not.
_ALIAS = re.compile(r"(?:[a-z0-9]*-)?([a-z0-9]+)(?:-(\d{14}(?:\d{6})?))?")


def _of_alias(connection: sqlite3.Connection, ref: str) -> tuple[str, str | None] | None:
    found = _ALIAS.fullmatch(ref.strip())
    if found is None:
        return None
    for publisher in publishers.publishers(connection):
        flat = publisher.id.replace("-", "")
        named = parse_id(f"{publisher.id}-{found[1].removeprefix(flat)}{'@' + found[2] if found[2] else ''}")
        if found[1].startswith(flat) and named is not None:
            return _then(connection, named.item, named.span)
    return None


def _then(connection: sqlite3.Connection, shown: str, span: Span | None) -> tuple[str, str | None] | None:
    """Return the item to which the id *shown* leads now, and the time that *span* means for it."""
    item = alias_rows.resolve(connection, shown)
    if item is None or span is None:
        return None if item is None else (item, None)
    # An id names a second, in which several editions may have opened.
    opened = editions.all_opened(connection, item)
    at = resolve_span(span, opened)
    if not opened or opened[0] <= at:
        return item, to_text(at)
    # It was shown when less was known: what was captured then may now belong to another work. If nothing says to
    # which, the first edition is the closest.
    return editions.edition_read_in(connection, shown, span) or (item, to_text(opened[0]))


def item(
    connection: sqlite3.Connection, ref: str, at: datetime | None = None, *, withheld: bool = False
) -> Item | None:
    """Return the item that *ref* names as of *at*, or as of the time in *ref*, or as it is now.

    Return None if *ref* names no item, none was held yet at that time, or it is withheld and *withheld* is false.
    """
    found = resolve(connection, ref)
    if found is None:
        return None
    # An explicit date takes precedence over the time in *ref*.
    return by_id(connection, found[0], maybe_text(at) or found[1], withheld=withheld)


def by_id(
    connection: sqlite3.Connection, item_id: str, at: str | None = None, *, withheld: bool = False
) -> Item | None:
    """Return the item with exactly *item_id*, as of *at* (now if None), with decisions applied."""
    return next(by_ids(connection, [item_id], at, withheld=withheld), None)


def by_ids(
    connection: sqlite3.Connection,
    ids: Sequence[str],
    at: str | None = None,
    *,
    withheld: bool = False,
    bare: bool = False,
    led: bool = False,
) -> Iterator[Item]:
    """Yield the items with exactly these *ids*, in this order, as `by_id` returns them; skip those that it does not.

    Many are read together, which takes a handful of queries, and few are in memory at a time. *bare* items have no
    text, and the evidence of their claims, except terms, does not say where they stand: enough for a citation. If
    *led*, the ids may be any that were shown once, and lead to the items that they name now.
    """
    start, step = 0, _FIRST
    while start < len(ids):
        page = ids[start : start + step]
        # All rows are of one state of the catalogue, and nothing is kept open while the items are used.
        with _one_state(connection):
            if led:
                leads = alias_rows.leads_to(connection, page)
                page = [leads.get(one, one) for one in page]
            read = item_values.read(connection, page, at, withheld=withheld, bare=bare)
            linking = forms.linking(connection, page)
            held = [_with_forms(connection, one, links=one.id in linking) for one in read.decided(connection)]
        yield from held
        start += read.answered
        # The first ones come at once; where texts are long, fewer are read together.
        step = min(2 * read.answered, AT_ONCE)


@contextmanager
def _one_state(connection: sqlite3.Connection) -> Iterator[None]:
    """Let all queries of the block see one state of the catalogue, whatever others commit meanwhile."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        # There is nothing to commit, and nothing left to end if the database ended the transaction itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _with_forms(connection: sqlite3.Connection, held: Item, *, links: bool) -> Item:
    if held.kind is PageKind.DOCUMENT:
        return replace(held, form_of=_landing(connection, held.id), format=_format(connection, held.id))
    shown = forms.forms_of(connection, held.id) if links else ()
    return replace(held, forms=shown) if shown else held


def _landing(connection: sqlite3.Connection, document: str) -> Landing | None:
    """Return the item of which *document* is a form, with decisions applied; None if there is none."""
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
    """Return what is shown in place of the item that *ref* names; None if it is not withheld.

    Also None if nothing was held at *at*, or at the time in *ref*.
    """
    found = resolve(connection, ref)
    if found is None:
        return erased(connection, ref)
    # What was not held then is not withheld then: the tombstone must tell no more than the item would.
    if editions.in_force(connection, found[0], maybe_text(at) or found[1]) is None:
        return None
    reason = withholding.reason(connection, found[0])
    return None if reason is None else Tombstone(found[0], reason, withholding.since(connection, found[0]))


def erased(connection: sqlite3.Connection, ref: str) -> Tombstone | None:
    """Return what is shown in place of an item that was completely erased by order."""
    named, key = parse_id(ref), key_of(_address(ref))
    if named is not None:
        shown: tuple[str, ...] = (named.item,)
    elif key is not None:
        # The address of an erased item is not kept, but its possible ids can be computed from it.
        # In any order of its parameters, because a site answers each of them with the same page, or nearly always.
        known = publishers.publishers(connection)
        shown = tuple(one for publisher in known for one in ids_in_any_order(publisher.id, key))
    else:
        return None
    # This runs for every unknown reference; usually no order names it, which an index shows quickly.
    for one in withholding.ids_with_notes(connection, shown):
        if (erasure := erasures.of_item(connection, one)) is not None:
            return Tombstone(one, erasure.reason, erasure.at)
    return None


def as_read(connection: sqlite3.Connection, item_id: str) -> Item | None:
    """Return the item with exactly *item_id* without its terms and without decisions, withheld or not."""
    read = item_values.read(connection, [item_id], withheld=True, terms=False)
    return next(iter(read.items), None)


def without_terms(connection: sqlite3.Connection, item_id: str) -> Item | None:
    """Return the item with exactly *item_id*, with decisions applied but without its terms, which take time to load."""
    read = item_values.read(connection, [item_id], withheld=True, terms=False)
    return next(iter(read.decided(connection)), None)


def credited(connection: sqlite3.Connection, item_id: str) -> Credited | None:
    """Return what a credit line prints for the item with exactly *item_id*, with decisions applied; None if it has no
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
    # This runs for every item that is written, and most have no decisions. Loading the whole item with its evidence
    # would be too slow for one line.
    named = connection.execute("SELECT name, role FROM attribution WHERE edition = ? ORDER BY position", (edition,))
    credited_as = tuple((name, Role(role)) for name, role in named)
    return Credited(title, credited_as, published, site, url, language, of_item(connection, publisher, url))


def repeated(connection: sqlite3.Connection, held: Item, at: datetime | None = None) -> tuple[ItemTerm, ...]:
    """Return the statements that also apply to *held* at *at* but add no rule to its terms, with decisions applied."""
    found = sitewide.of_items(connection, [_asked(held)], maybe_text(at))[held.id].left
    return overlay.overlay_terms(connection, held.publisher.id, found)[0]


def repeated_on(
    connection: sqlite3.Connection, items: Iterable[Item | Tombstone], at: datetime | None = None
) -> Iterator[tuple[Item | Tombstone, tuple[ItemTerm, ...]]]:
    """Yield each of *items* with what `repeated` returns for it; many are asked for together."""
    left = iter(items)
    for step in chain((_FIRST,), repeat(AT_ONCE)):
        taken = list(islice(left, step))
        if not taken:
            return
        asked = [_asked(one) for one in taken if isinstance(one, Item)]
        found = sitewide.of_items(connection, asked, maybe_text(at))
        for one in taken:
            if isinstance(one, Item):
                yield one, overlay.overlay_terms(connection, one.publisher.id, found[one.id].left)[0]
            else:
                yield one, ()


def stated(connection: sqlite3.Connection, held: Item) -> frozenset[str]:
    """Return the words of statements that apply to *held* now and add a rule, ignoring all decisions."""
    found = sitewide.of_items(connection, [_asked(held)], plainly=True)[held.id].found
    return frozenset(one.statement.words for one in found)


def _asked(held: Item) -> Asked:
    return Asked(held.id, held.publisher.id, held.language.value if held.language else None)


def all_ids(connection: sqlite3.Connection, publisher_id: str | None = None) -> list[str]:
    """Return the ids of all items (of one publisher), the latest published first, unknown dates last."""
    rows = connection.execute(
        # By the date that is shown, that of the edition in force.
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
    """Return the ids of the *limit* items published last that are not withheld, the newest first."""
    # The index holds no withheld items and has its rows in date order.
    rows = connection.execute("SELECT item FROM search_doc ORDER BY rowid DESC LIMIT ?", (limit,))
    return [row[0] for row in rows]


def editions_at(connection: sqlite3.Connection, addresses: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return the items at *addresses*, (publisher, key) each, with the number of their editions."""
    rows = connection.execute(
        """SELECT DISTINCT item_alias.item, (SELECT count(*) FROM edition WHERE edition.item = item_alias.item)
        FROM json_each(?) AS asked CROSS JOIN item_alias ON item_alias.publisher = json_extract(asked.value, '$[0]')
        AND item_alias.key = json_extract(asked.value, '$[1]') AND item_alias.current = 1""",
        (json.dumps(sorted(set(addresses))),),
    )
    return dict(rows.fetchall())


def claims(held: Item) -> list[Claim]:
    """Return every claim about *held* with its evidence, as `verify` checks and `show` can list."""
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
