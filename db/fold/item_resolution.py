"""Which item a text belongs to, found by its own URL, a believed canonical URL, and redirects to these.

Items that turn out to be one work are merged here; every id that was ever shown still resolves.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from archive.warc.capture import Capture
from db import evidence, withholding
from db.captures import key_of
from db.decisions import decisions, moves
from db.fold import alias_rows, document_links, editions, item_fields
from db.fold.alias_rows import Alias
from db.fold.work_comparison import (
    differ,
    has_another_number,
    is_alike,
    is_continued,
    is_put_in_its_place,
    is_same_work,
    numbers,
    superseded_numbers,
)
from db.fold.writer import Writer
from db.identity import host_of, is_front_page, url_key
from db.instant import to_text
from db.model.change import Entry
from db.model.item import Reading
from db.publishers import in_force as described
from db.schema.tables import EventType
from db.terms import reach, statements


@dataclass(frozen=True, slots=True)
class Resolution:
    """Where a reading belongs.

    Attributes:
        url: the URL to cite.
        items: the items it belongs to, found by its keys; several are to be merged; if empty, a new one is made.
        keys: (key, source) pairs that will lead to the item; the first one gives a new item its id.
        freed: an alias that wrongly led elsewhere.
        superseded: keys of the numbers of the text that was at this address before; they no longer lead to the item.
    """

    url: str
    items: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    freed: Alias | None
    superseded: tuple[str, ...]


def keys_touched(connection: sqlite3.Connection, entry: Entry) -> tuple[str, ...]:
    """Return the keys on which the effect of *entry* depends, its own first."""
    capture = entry.capture
    own = url_key(capture.url)
    other = entry.reading.canonical if entry.reading is not None else capture.location
    named = key_of(other)
    # Everything is connected with a front page, so a front page proves nothing.
    if named is None or other is None or is_front_page(other):
        named = own
    # Whether a further part is a text of its own depends on the text that it may belong to.
    named_parts = entry.reading.parts if entry.reading is not None else ()
    parts = (key for url in named_parts if (key := key_of(url)) is not None)
    stated = numbers(entry.reading) if entry.reading is not None else ()
    # The canonical address is included even if it is not believed, because that depends on what is known about it.
    direct = (own, named, *parts, *stated)
    # What else redirects to its target does not matter to a redirect: a rebuilt site may redirect all its old addresses
    # to one page, and each of them would be recorded under all others.
    ends = direct if entry.reading is not None else (own,)
    return tuple(dict.fromkeys((*direct, *sources_of(connection, capture, ends))))


def sources_of(connection: sqlite3.Connection, capture: Capture, targets: Iterable[str]) -> list[str]:
    """Return the keys from which redirects lead to *targets*, as *capture* sees it. Redirects to a front page are
    ignored, because they say nothing about a work.
    """

    def is_work(key: str) -> bool:
        return not is_front_page(f"https://{key}")

    return alias_rows.redirect_sources(connection, capture.publisher, targets, is_work)


def resolve_item(connection: sqlite3.Connection, entry: Entry, reading: Reading, touched: Sequence[str]) -> Resolution:
    """Find where *reading* belongs, without writing anything. *touched* is the result of `keys_touched`."""
    capture = entry.capture
    own = url_key(capture.url)
    alias = alias_rows.find(connection, capture.publisher, own)
    # An address that another page claimed turns out to be a work of its own, so it is freed.
    freed = alias if alias is not None and _is_another_work(connection, alias, capture, reading) else None
    held = None if alias is None or freed is not None else alias.item
    canonical = _believed(connection, capture, reading, held)
    goal = own if canonical is None else url_key(canonical)
    target = alias if goal == own else alias_rows.find(connection, capture.publisher, goal)
    items = [item for item in (held, target.item if target and target != freed else None) if item is not None]
    # The address to cite comes first; it gives a new item its id, if it was seen first.
    keys = [(goal, "captured" if goal == own else "canonical"), (own, "captured")]
    for key, item in _by_redirects(connection, capture, reading, (own, goal), touched, items):
        keys.append((key, "redirect"))
        items += [] if item is None else [item]
    numbered = list(_by_number(connection, capture, reading, items))
    items += [item for _, item in numbered if item is not None]
    keys += [(key, "shortlink") for key, _ in numbered]
    parts = (key_of(part.url) for part in entry.parts)
    free = (key for key in parts if key and alias_rows.find(connection, capture.publisher, key) is None)
    keys += [(key, "part") for key in free]
    return Resolution(
        url=capture.url if canonical is None else canonical,
        items=tuple(dict.fromkeys(items)),
        keys=tuple({key: (key, source) for key, source in reversed(keys)}.values())[::-1],
        freed=freed,
        superseded=() if held is None else tuple(sorted(superseded_numbers(connection, reading, held))),
    )


def _by_redirects(
    connection: sqlite3.Connection,
    capture: Capture,
    reading: Reading,
    ends: tuple[str, str],
    touched: Sequence[str],
    items: Sequence[str],
) -> Iterator[tuple[str, str | None]]:
    """Yield the keys that redirect to *ends*, the text's own keys, each with the item that it was so far.

    None instead, if it was none, or one of *items*, to which the reading belongs anyway.
    """
    # Most pages have no redirects to them; then skip the query.
    leading = [] if set(ends).issuperset(touched) else sources_of(connection, capture, ends)
    joined = set(items)
    moved = {key for end in ends for key in moves.sources(connection, capture.publisher, end)} if leading else set()
    for key in leading:
        leads = alias_rows.find(connection, capture.publisher, key)
        if leads is None or leads.item in joined:
            yield key, None
        elif not is_at(connection, leads) or is_newer_than_redirect(connection, capture.publisher, leads):
            continue
        # It has been an item of its own and now redirects here: one work only if the texts agree or a person said so.
        elif key in moved or is_same_work(connection, reading, leads.item):
            joined.add(leads.item)
            yield key, leads.item


def _by_number(
    connection: sqlite3.Connection, capture: Capture, reading: Reading, items: Sequence[str]
) -> Iterator[tuple[str, str | None]]:
    """Yield the keys of the text's shortlinks, each with the item to which it has led so far, or None."""
    for key in numbers(reading):
        leads = alias_rows.find(connection, capture.publisher, key)
        item = None if leads is None else leads.item
        # A rebuilt site numbers its texts again, and some themes print another text's number, so the texts must agree.
        # The guid of a text may be an address that another text has now.
        if item is None or item in items or _is_numbered_alike(connection, reading, item):
            yield key, item


def _is_numbered_alike(connection: sqlite3.Connection, reading: Reading, item: str) -> bool:
    return not has_another_number(connection, reading, item) and is_alike(connection, reading, item)


def _is_another_work(connection: sqlite3.Connection, alias: Alias, capture: Capture, reading: Reading) -> bool:
    """Say whether a text shows that it is another work than the item to which its address led: at an address that was
    only claimed for the item, that the item has left, or that the site has given to the text.
    """
    row = item_fields.row(connection, alias.item)
    if alias.source == "captured":
        # A text was captured here, so the item is that of this address, unless it lives at another one since: whoever
        # moves the report of last year may publish the new one at the old address.
        if row.latest_key == alias.key:
            if capture.truncated is not None or not is_put_in_its_place(connection, reading, alias.item):
                return False
        elif not has_another_number(connection, reading, alias.item) and is_continued(connection, reading, alias.item):
            return False
    elif differ(reading.language.value if reading.language else None, row.language):
        return True
    # What used to redirect to the item, or was its number, now gives an answer of its own.
    elif alias.source not in ("redirect", "shortlink") or is_continued(connection, reading, alias.item):
        return False
    named = key_of(reading.canonical)
    target = None if named is None or named == alias.key else alias_rows.of_key(connection, named)
    return target != alias.item


def is_at(connection: sqlite3.Connection, alias: Alias) -> bool:
    """Say whether the item of *alias* lives at its address: a redirect from an address that the item has left since
    says nothing about it.
    """
    row = item_fields.row(connection, alias.item)
    return alias.key in (row.latest_key, key_of(row.url))


def is_newer_than_redirect(connection: sqlite3.Connection, publisher: str, alias: Alias) -> bool:
    """Say whether the address of *alias* redirected before the last text of its item was captured there, and not
    since.
    """
    row = item_fields.row(connection, alias.item)
    last = alias_rows.last_redirect(connection, publisher, alias.key)
    return row.latest_key == alias.key and last is not None and last < row.last_seen


def _believed(connection: sqlite3.Connection, capture: Capture, reading: Reading, held: str | None) -> str | None:
    """Return the canonical URL if it is on the publisher's hosts, not a front page, and not another work's address."""
    canonical = reading.canonical
    key = key_of(canonical)
    if canonical is None or key is None:
        return None
    known = described(connection, capture.publisher, to_text(capture.began))
    # Settings may write a host with www, which keys never have.
    hosts = {host.removeprefix("www.") for host in known.hosts} if known else set()
    if host_of(canonical) not in {host_of(capture.url), *hosts} or is_front_page(canonical):
        return None
    language = reading.language.value if reading.language else None
    # Some systems give a translation its original's canonical address, and list that under its own language.
    for other, url in reading.translations:
        if key_of(url) == key and differ(language, other):
            return None
    target = alias_rows.find(connection, capture.publisher, key)
    if target is None or target.item == held:
        return canonical
    if differ(language, item_fields.row(connection, target.item).language):
        return None
    if held is not None and not is_same_work(connection, reading, target.item):
        return None
    return canonical


def settle(writer: Writer, resolution: Resolution, entry: Entry, reading: Reading) -> item_fields.ItemRow:
    """Make the item of *resolution*, or merge its items; make its keys lead to the item. Return the item's row."""
    connection, capture = writer.connection, entry.capture
    for alias in (resolution.freed, *_current(connection, capture.publisher, resolution.superseded)):
        if alias is not None:
            alias_rows.detach(connection, alias)
    item = merge_items(writer, resolution.items) if resolution.items else _create(writer, resolution, capture, reading)
    point_keys_to(writer, capture, resolution.keys, item)
    if resolution.freed is not None:
        _tell_freed(writer, capture, resolution.freed, item)
        # It lost an address, so withholding another publisher's item at that address no longer affects it.
        withhold(writer, resolution.freed.item)
        writer.index.remember(resolution.freed.item)
    return item_fields.row(connection, item)


def _current(connection: sqlite3.Connection, publisher: str, keys: Iterable[str]) -> Iterator[Alias]:
    return (found for key in keys if (found := alias_rows.find(connection, publisher, key)) is not None)


def _tell_freed(writer: Writer, capture: Capture, freed: Alias, item: str) -> None:
    """Record as an event of the item that *freed* led to that its address shows *item* now."""
    writer.event(capture, EventType.NOT_AN_ITEM, item=freed.item, why=f"another text is at this address: {item}")


def point_keys_to(writer: Writer, capture: Capture, keys: Iterable[tuple[str, str]], item: str) -> None:
    """Make *keys*, each with its source, lead to *item*."""
    connection = writer.connection
    for key, source in keys:
        found = alias_rows.find(connection, capture.publisher, key)
        if found is not None and found.item == item and (found.source == source or found.source == "captured"):
            continue
        shown = alias_rows.free_id(connection, capture.publisher, key) if found is None else found.id
        with _heeded(writer, capture.publisher, key, item):
            alias_rows.attach(connection, capture.publisher, Alias(shown, key, item, source), to_text(capture.began))
    withhold(writer, item)


def name(writer: Writer, capture: Capture, key: str, item: str) -> None:
    """Make the id of *key* resolve to *item*; the page *capture* of the item names the key without being believed."""
    if alias_rows.find(writer.connection, capture.publisher, key) is None:
        with _heeded(writer, capture.publisher, key, item):
            alias_rows.name(writer.connection, capture.publisher, key, item, to_text(capture.began))


@contextmanager
def _heeded(writer: Writer, publisher: str, key: str, item: str) -> Iterator[None]:
    """Change within the block where *key* leads (to *item* from now on), and afterwards apply what people said under
    the ids of *key* to this item and to those to which the ids led before.
    """
    connection = writer.connection
    # Usually nobody has said anything about it, and then nothing else depends on an alias.
    if not alias_rows.ids_with_notes(connection, publisher, key):
        yield
        return
    concerned = tuple(dict.fromkeys((item, *alias_rows.items_of_ids(connection, publisher, key))))
    for one in concerned:
        writer.index.forget(one)
    yield
    for one in concerned:
        withhold(writer, one)
        writer.credit(one)
        writer.index.remember(one)


def _create(writer: Writer, resolution: Resolution, capture: Capture, reading: Reading) -> str:
    connection = writer.connection
    # Further parts and shortlink numbers never give an item its id: numbers mean nothing to people.
    candidates = [key for key, source in resolution.keys if source not in ("part", "shortlink")]
    # By record order, not by arrival, so that a rebuild gives the same id.
    ((_, first), *_) = alias_rows.first_touched(connection, capture.publisher, candidates)
    item = alias_rows.free_id(connection, capture.publisher, first)
    began = to_text(capture.began)
    row = item_fields.ItemRow(
        id=item,
        publisher=capture.publisher,
        url=resolution.url,
        first_seen=began,
        last_seen=began,
        gone=None,
        latest=capture.id,
        latest_key=url_key(capture.url),
        field_digest="",
        terms_digest="",
        language=None,
    )
    item_fields.create(connection, row, reading.kind.value)
    with _heeded(writer, capture.publisher, first, item):
        alias_rows.attach(connection, capture.publisher, Alias(item, first, item, dict(resolution.keys)[first]), began)
    return item


def apply_notes(connection: sqlite3.Connection, item: str) -> None:
    """Apply the notes about *item*, under any of its ids: which decisions hold, and whether it is withheld."""
    decisions.settle(connection, item)
    # This runs for every item that is written, usually with no result.
    if withholding.was_ever(connection):
        withholding.settle(connection, item)


def copies(connection: sqlite3.Connection, item: str) -> tuple[str, ...]:
    """Return the items that are withheld together with *item*; () if nothing was ever withheld."""
    return withholding.copies(connection, item) if withholding.was_ever(connection) else ()


def withhold(writer: Writer, item: str) -> None:
    """Apply the last withholding order to *item* and to all items that hold its words."""
    connection = writer.connection
    # This runs for every page, usually with no result.
    if not withholding.was_ever(connection):
        return
    # Two publishers may share an address, and pages belong to a whole; withheld words must not be found elsewhere.
    for one in (item, *withholding.copies(connection, item)):
        # If nothing changed, the index need not be written again.
        if not withholding.is_settled(connection, one):
            writer.index.forget(one)
            withholding.settle(connection, one)
            if one != item:  # the caller is changing *item* and will index it
                writer.index.remember(one)


_LATER = (
    "kind, url, last_seen, gone, latest, latest_key, translations, language, language_evidence, subtitle,"
    " subtitle_evidence, section, section_evidence, site_name, site_name_evidence, modified, modified_precision,"
    " modified_evidence"
)
_POINTERS = (
    "language_evidence",
    "subtitle_evidence",
    "section_evidence",
    "site_name_evidence",
    "modified_evidence",
)


def merge_items(writer: Writer, items: Sequence[str]) -> str:
    """Merge *items* into the one whose id was seen first, and return it. The caller adds it to the search index."""
    if len(items) == 1:
        return items[0]
    connection = writer.connection
    dated = [
        (connection.execute("SELECT first_seen FROM item_alias WHERE id = ?", (item,)).fetchone()[0], item)
        for item in items
    ]
    # By date, then by id, so that the order of *items* makes no difference.
    first, *others = [item for _, item in sorted(dated)]
    writer.index.forget(first)
    for other in others:
        writer.index.forget(other)
        _absorb(writer, first, other)
    return first


def _absorb(writer: Writer, item: str, other: str) -> None:
    connection = writer.connection
    _move_editions(writer, item, other)
    statements.move(connection, other, item)
    connection.execute("UPDATE item_alias SET item = ? WHERE item = ?", (item, other))
    # A note's row keeps the id that the note uses, wherever that id leads.
    connection.execute("UPDATE event SET item = ? WHERE item = ? AND capture IS NOT NULL", (item, other))
    mine, theirs = item_fields.row(connection, item), item_fields.row(connection, other)
    later = theirs if theirs.last_seen > mine.last_seen else mine
    reach.merge(connection, item, other, later=later.id, seen=later.last_seen)
    if later is theirs:
        _take_fields(writer, item, other)
    connection.execute(
        # Empty digests equal nothing, so the next reading writes all fields again.
        "UPDATE item SET first_seen = ?, terms_digest = '', field_digest = '' WHERE id = ?",
        (min(mine.first_seen, theirs.first_seen), item),
    )
    item_fields.drop(connection, other)


def _move_editions(writer: Writer, item: str, other: str) -> None:
    """Give the editions of *other* to *item*; drop doubles, and join equal neighbours."""
    connection = writer.connection
    query = "SELECT id, opened, digest FROM edition WHERE item = ? ORDER BY opened"
    mine = {(opened, digest) for _, opened, digest in connection.execute(query, (item,))}
    for row, opened, digest in connection.execute(query, (other,)).fetchall():
        if (opened, digest) in mine:  # both have the same state at the same instant
            editions.drop(connection, row)
        else:
            free = editions.free_instant(connection, item, opened)
            connection.execute("UPDATE edition SET item = ?, opened = ? WHERE id = ?", (item, free, row))
    editions.join_equal(connection, item)


def _take_fields(writer: Writer, item: str, other: str) -> None:
    """Give *item* the fields of *other*, which was seen later; *other* loses its evidence."""
    connection = writer.connection
    pointers = ", ".join(_POINTERS)
    old = connection.execute(f"SELECT {pointers} FROM item WHERE id = ?", (item,)).fetchone()
    tags = connection.execute("SELECT evidence FROM tag WHERE item = ?", (item,)).fetchall()
    connection.execute(
        f"UPDATE item SET ({_LATER}) = (SELECT {_LATER} FROM item WHERE id = ?) WHERE id = ?", (other, item)
    )
    # Otherwise dropping *other* would delete the evidence.
    connection.execute(f"UPDATE item SET {', '.join(f'{name} = NULL' for name in _POINTERS)} WHERE id = ?", (other,))
    connection.execute("DELETE FROM tag WHERE item = ?", (item,))
    connection.execute("UPDATE tag SET item = ? WHERE item = ?", (item, other))
    document_links.write(connection, item, document_links.of_item(connection, other))
    evidence.drop(connection, (*old, *(row[0] for row in tags)))
