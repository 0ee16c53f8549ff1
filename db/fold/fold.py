"""The fold: turns captures and their readings into items, editions, terms and events. This happens nowhere else.

Apart from the catalogue, which opens and commits: this file only decides which rows follow from which captures.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from archive.digest import same_digest
from archive.http.exchange import Ending
from archive.replay import source
from archive.warc.capture import Capture, CaptureKind
from db import captures, publishers
from db.fold import alias_rows, answers_without_text, document_links, editions, item_fields, witnesses
from db.fold.editions import Step, partial_after, step, why_partial
from db.fold.item_fields import ItemRow
from db.fold.item_resolution import (
    Resolution,
    copies,
    keys_touched,
    name,
    resolve_item,
    settle,
    sources_of,
    withhold,
)
from db.fold.lesser_texts import why_less
from db.fold.writer import Writer
from db.identity import url_key
from db.instant import to_text
from db.model.change import Change, Entry, NeedsRefold, Outcome
from db.model.item import PageKind, Partial, Reading
from db.schema.tables import ITEM_KINDS, EventType
from db.terms import reach, statements


class Fold:
    """Adds entries, each after the earlier ones in record order (WARC-Date, record id) under the same keys.

    The effect of an entry depends only on what was catalogued under its keys before it, so the tables depend only on
    the set of captures. Each method runs in a transaction or savepoint that its caller rolls back if it raises.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._db = writer.connection

    def add(self, entry: Entry) -> Change:
        """Catalogue *entry*. Raises NeedsRefold if it is not the latest under its keys."""
        capture, reading = entry.capture, entry.reading
        done = captures.state(self._db, capture.id)
        # Most captures have had a row since they were kept. Further parts need one too, because editions refer to them,
        # and they may be catalogued later or never.
        if done is None or entry.parts:
            captures.add(self._db, (capture, *entry.parts))
        keys = keys_touched(self._db, entry)
        repeated = self._repeated(capture)
        # A revisit is filed under the keys of its original, whether it is read or not (`add_unchanged`).
        again = () if repeated is None else self._keys_again(capture, repeated[0])
        # The items under these keys matter too, so a capture that changes them must find this one.
        reach = self._reach(capture, tuple(dict.fromkeys((*keys, *again))))
        if done is not None and done.catalogued:
            # Its original may have arrived since, so it may now be unread for another reason.
            if reading is None and None not in (done.unread, entry.unread) and done.unread != entry.unread:
                captures.mark(self._db, capture.id, replace(done, unread=entry.unread))
            # Added again, for example by an import of the same file: nothing is new.
            if reading is None or (str(reading.stamp) == done.stamp and reading.heard == done.heard):
                return self._again(capture)
            raise _needs_refold(self._db, entry, reach, "this capture was read by another reader, or heard others")
        # Its rows were made under another description of its publisher and have to be removed first.
        if self._was_catalogued(capture):
            raise _needs_refold(self._db, entry, reach, "settings describe the publisher otherwise")
        # With this capture, the rows of later captures would have turned out differently.
        if self._is_late(capture, reach):
            raise _needs_refold(self._db, entry, reach, "a later capture was catalogued already")
        # The body of an error may look like an article but is not one (law 6).
        if reading is None or not (capture.status == 200 or capture.kind is CaptureKind.NOT_MODIFIED):
            self._mark(capture, reach, captures.Read(True, None, None, None, entry.unread))
            return answers_without_text.without_page(self._writer, capture)
        digest, stamp = editions.content_digest(reading), str(reading.stamp)
        read = captures.Read(True, reading.kind.value, digest, stamp, reading.unread, reading.fitted, reading.heard)
        # Before this capture is marked, or it would be found as its own predecessor.
        agrees = self._agrees(capture, read)
        self._mark(capture, reach, read)
        if capture.kind is CaptureKind.RESPONSE:  # a revisit states nothing new
            witnesses.write(self._db, capture, reading.entries)
        # A further part reads like a page of its own, but its text belongs to the whole.
        if reading.kind not in ITEM_KINDS or self._is_part(capture):
            answers_without_text.state_policy(self._writer, capture, reading.statements)
            self._name(capture, reading, keys)
            self._heed_page(capture)
            return answers_without_text.without_text(self._writer, capture, reading)
        change = self._text(entry, reading, keys, digest, why_partial(capture, reading, agrees=agrees))
        if reading.unread is not None:  # an item whose text could not be read
            self._writer.event(capture, EventType.ERROR, item=change.item, why=f"unread: {reading.unread}")
        return change

    def add_unchanged(self, capture: Capture) -> Change | None:
        """Catalogue a revisit with the same payload as the capture of its URL before it, without reading it again.

        The result equals that of `add` with a reading of the payload. Return None, with nothing catalogued, if that
        cannot be decided without reading; then read the payload and call `add`.
        """
        captures.add(self._db, (capture,))
        done = captures.state(self._db, capture.id)
        if done is not None and done.catalogued:
            return self._again(capture)
        if self._was_catalogued(capture):
            return None
        repeated = self._repeated(capture)
        if repeated is None:
            return None
        before, read = repeated
        # A feed or REST entry that arrived since may change how the same bytes are read.
        if witnesses.refs(witnesses.of_page(self._db, capture)) != witnesses.witness_refs(read.heard):
            return None
        reach = self._reach(capture, self._keys_again(capture, before))
        if self._is_late(capture, reach):
            return None
        # Captures in between may have changed which item this text belongs to, for example if two pages each name the
        # other as canonical.
        place = {"began": to_text(capture.began), "capture": capture.id}
        if alias_rows.last_before(self._db, capture.publisher, reach, **place) != before:
            return None
        return self._confirm(capture, before, read, reach)

    def set_aside(self, capture: Capture, why: str) -> Change:
        """Catalogue *capture* as unread for the reason *why*, whatever comes before or after it. Its only effect is an
        event.
        """
        captures.add(self._db, (capture,))
        done = captures.state(self._db, capture.id)
        # If rows were made from it before, they stay, and so does its recorded reading.
        if done is None or not done.catalogued:
            self._mark(capture, (url_key(capture.url),), captures.Read(True, None, None, None, why))
        self._writer.event(capture, EventType.ERROR, why=why)
        return Change(Outcome.ERROR, note=why)

    def refold(self, entries: Sequence[Entry]) -> list[Change]:
        """Remove everything made from the captures of *entries*, and add them again in record order.

        Raises NeedsRefold with the complete list if connected captures are missing.
        """
        ordered = sorted(entries, key=lambda entry: (entry.capture.began, entry.capture.id))
        given = {entry.capture.id for entry in ordered}
        for entry in ordered:
            captures.add(self._db, (entry.capture, *entry.parts))
        followed: set[tuple[str, str]] = set()
        for entry in ordered:
            # With the new readings, because they may touch keys that the old ones did not.
            keys, publisher = self._reach(entry.capture, keys_touched(self._db, entry)), entry.capture.publisher
            # What is connected with a key is the same, whichever entry touches it.
            if followed.issuperset((publisher, key) for key in keys):
                continue
            kin, connected = alias_rows.connected_captures(self._db, publisher, keys)
            if not given.issuperset(kin):
                raise _needs_refold(self._db, entry, keys, "captures are missing")
            followed.update((publisher, key) for key in connected)
        # Remove everything first, because an entry must find nothing of later entries.
        touched = {one for capture_id in given for one in _forget(self._writer, capture_id)}
        changes = [self.add(entry) for entry in ordered]
        for one in sorted(touched):
            # Items that were withheld together with one that is different now, if they still exist.
            withhold(self._writer, one)
            self._writer.index.remember(one)
        return changes

    # ── The position of a capture among the others ──────────────────────────────────────────────────────────

    def _reach(self, capture: Capture, keys: Sequence[str]) -> tuple[str, ...]:
        """Return *keys* and all keys of the items to which they lead."""
        found = (alias_rows.find(self._db, capture.publisher, key) for key in keys)
        # Each item once, because most of the keys may lead to the same one.
        items = {alias.item: None for alias in found if alias is not None}
        # A redirect compares the texts of the items at its two ends. If there is only one, it depends on these keys
        # alone: a rebuilt site may redirect thousands of addresses to one page, each to be recorded under all others.
        if capture.location is not None and len(items) < 2:
            return tuple(keys)
        led = (key for item in items for key in alias_rows.keys(self._db, item))
        return tuple(dict.fromkeys((*keys, *led)))

    def _is_late(self, capture: Capture, reach: Sequence[str]) -> bool:
        began = to_text(capture.began)
        return alias_rows.has_later(self._db, capture.publisher, reach, began=began, capture=capture.id)

    def _was_catalogued(self, capture: Capture) -> bool:
        """Say whether rows were made from *capture*, which waits to be read again (see `publishers.settle`)."""
        query = "SELECT 1 FROM capture_key WHERE capture = ? LIMIT 1"
        return self._db.execute(query, (capture.id,)).fetchone() is not None

    def _repeated(self, capture: Capture) -> tuple[str, captures.Read] | None:
        """Return the capture of the same URL before *capture*, and how it was read, if a reader would get the same
        input for both.
        """
        # A response has its own payload.
        found = None if capture.kind is CaptureKind.RESPONSE else captures.last_read_before(self._db, capture)
        earlier = None if found is None else captures.by_id(self._db, found[0])
        return found if earlier is not None and self._is_read_from_the_same(capture, earlier) else None

    def _is_read_from_the_same(self, revisit: Capture, earlier: Capture) -> bool:
        """Say whether a reader would get the same input for both: record, URL, and description of the publisher at the
        time. Witnesses are compared separately.
        """
        if not _same_payload(revisit, earlier) or revisit.url != earlier.url:
            return False
        held = source(revisit, self._original)
        if held is None or held != source(earlier, self._original):
            return False
        described = [publishers.in_force(self._db, one.publisher, to_text(one.began)) for one in (revisit, earlier)]
        return described[0] == described[1]

    def _original(self, url: str, began: datetime) -> Capture | None:
        return captures.original(self._db, url, began)

    def _keys_again(self, capture: Capture, before: str) -> tuple[str, ...]:
        """Return the keys of the capture *before*: an equal payload touches the same keys."""
        rows = self._db.execute("SELECT key FROM capture_key WHERE capture = ? ORDER BY key", (before,)).fetchall()
        # And redirects to these keys that have arrived since.
        found = dict.fromkeys((url_key(capture.url), *(row[0] for row in rows)))
        found.update(dict.fromkeys(sources_of(self._db, capture, tuple(found))))
        return tuple(found)

    def _agrees(self, capture: Capture, read: captures.Read) -> bool:
        # A second, equal answer is needed only if one answer cannot prove its end.
        if capture.ending is not Ending.UNPROVED:
            return False
        found = captures.last_read_before(self._db, capture)
        return found is not None and found[1].reading_digest == read.reading_digest

    def _is_part(self, capture: Capture) -> bool:
        alias = alias_rows.find(self._db, capture.publisher, url_key(capture.url))
        return alias is not None and alias.source == "part"

    def _heed_page(self, capture: Capture) -> None:
        """If *capture* is a further page, apply what people said about it to the text that it belongs to."""
        alias = alias_rows.find(self._db, capture.publisher, url_key(capture.url))
        if alias is not None:
            withhold(self._writer, alias.item)
            self._writer.index.remember(alias.item)

    def _mark(self, capture: Capture, keys: Sequence[str], read: captures.Read) -> None:
        captures.mark(self._db, capture.id, read)
        alias_rows.record_keys(self._db, capture.publisher, keys, began=to_text(capture.began), capture=capture.id)

    def _again(self, capture: Capture) -> Change:
        alias = alias_rows.find(self._db, capture.publisher, url_key(capture.url))
        held = None if alias is None else editions.in_force(self._db, alias.item)
        if alias is None or held is None:
            return Change(Outcome.NOT_AN_ITEM, note="catalogued before")
        edition = editions.id_of(self._db, alias.item, held.opened)
        return Change(Outcome.UNCHANGED, alias.item, edition, "catalogued before")

    # ── A text ──────────────────────────────────────────────────────────────────────────────────────────────

    def _confirm(self, capture: Capture, before: str, read: captures.Read, keys: Sequence[str]) -> Change | None:
        if read.page_kind not in ITEM_KINDS:
            # Each wall or empty page is a new event, which `add` makes.
            if read.page_kind not in (PageKind.LISTING, PageKind.OTHER):
                return None
            alias = alias_rows.find(self._db, capture.publisher, url_key(capture.url))
            # A list at an item's address is an event of that item, which `add` writes.
            if alias is not None:
                return None
            self._mark(capture, keys, read)
            answers_without_text.confirm_policy(self._writer, capture)
            return Change(Outcome.NOT_AN_ITEM, note=f"still a page of kind {read.page_kind}")
        alias = alias_rows.find(self._db, capture.publisher, url_key(capture.url))
        item = None if alias is None else item_fields.row(self._db, alias.item)
        held = None if item is None else editions.in_force(self._db, item.id)
        # Something else was shown in between, or the edition has another text: a reading has to decide.
        if item is None or held is None or item.latest != before or held.digest != read.reading_digest:
            return None
        # Items were merged since, so the page's statements have to be written on the merged item, from a reading.
        if not (item.field_digest and item.terms_digest):
            return None
        # This second equal answer may prove the first complete, which needs a reading.
        if held.partial in (Partial.UNPROVED, Partial.TRUNCATED):
            return None
        self._mark(capture, keys, read)
        editions.record_seen(self._db, held.row, to_text(capture.began), held.partial)
        statements.confirm(self._db, item.id, to_text(capture.began))
        return self._shown(item, capture, opened=held.opened, outcome=Outcome.UNCHANGED)

    def _text(
        self, entry: Entry, reading: Reading, keys: Sequence[str], digest: str, partial: Partial | None
    ) -> Change:
        capture = entry.capture
        resolution = resolve_item(self._db, entry, reading, keys)
        item = settle(self._writer, resolution, entry, reading)
        self._name(capture, reading, keys)
        held = editions.in_force(self._db, item.id)
        if held is not None and len(resolution.items) < 2 and self._is_copy(capture, resolution, item):
            # A print or mobile version is cut differently; the item's own page states what the item says.
            return Change(Outcome.UNCHANGED, item.id, editions.id_of(self._db, item.id, held.opened), "a copy")
        if held is not None and len(resolution.items) < 2 and self._stayed(capture, item, held, digest):
            return Change(Outcome.UNCHANGED, item.id, editions.id_of(self._db, item.id, held.opened), "another address")
        doing = step(held, digest, partial, len(reading.text))
        # What only a better reader sees is not a change by the publisher, so first the whole item is read by one
        # reader.
        if held is not None and held.stamp != str(reading.stamp) and doing in (Step.OPEN, Step.FILL):
            raise _needs_refold(self._db, entry, keys, "another reader read the edition in force")
        less = self._why_less(item, held, reading) if doing is Step.OPEN else None
        doing = doing if less is None else Step.KEEP
        # The edition stays, but merged items still need a credit line and their place in the index.
        if doing is Step.KEEP:
            if len(resolution.items) > 1:
                self._writer.credit(item.id)
            self._writer.index.remember(item.id)
            return self._less(item, capture, partial, less)
        if doing is not Step.SEEN:
            # The index removes exactly what it added, so it must see the item before the change.
            self._writer.index.forget(item.id)
        draft = editions.Draft(
            opened=to_text(capture.began),
            captures=(capture.id, *(part.id for part in entry.parts)),
            digest=digest,
            partial=partial,
            reading=reading,
        )
        opened, outcome = self._edition(item, held, draft, doing)
        if doing is not Step.SEEN:
            # Only now are its further pages known.
            withhold(self._writer, item.id)
        fields_changed = self._fields(item, reading, resolution, capture)
        if held is not None and doing in (Step.OPEN, Step.FILL):
            # Statements that stayed are quoted from the edition that is shown, not from an older one.
            statements.restate(self._db, item.id, statements.distinct(reading.statements), max(opened, draft.opened))
        if doing is not Step.SEEN or fields_changed or len(resolution.items) > 1:
            self._writer.credit(item.id)
            self._writer.index.remember(item.id)
        return self._shown(item, capture, opened=opened, outcome=outcome)

    def _why_less(self, item: ItemRow, held: editions.InForce | None, reading: Reading) -> str | None:
        """Return why *reading* shows less than the edition *held*, if that is whole; None if it opens an edition."""
        # Other pages than articles are cut and replaced on purpose; terms that a page no longer states must end.
        if held is None or held.partial is not None or item_fields.kind(self._db, item.id) is not PageKind.ARTICLE:
            return None
        title = None if reading.title is None else reading.title.value
        return why_less(title, reading.text, held.title, editions.text_of(self._db, held))

    def _is_copy(self, capture: Capture, resolution: Resolution, item: ItemRow) -> bool:
        """Say whether *capture* shows the text of *item* at another address while its own address is still online."""
        own, named = url_key(capture.url), url_key(resolution.url)
        if own == named or item.gone is not None:
            return False
        alias = alias_rows.find(self._db, capture.publisher, named)
        return alias is not None and alias.item == item.id and alias.source == "captured"

    def _stayed(self, capture: Capture, item: ItemRow, held: editions.InForce, digest: str) -> bool:
        """Say whether *capture* shows what its address showed the last time, while the item has had a newer text at
        another address since. Nothing was published here, so no edition opens: otherwise editions would alternate.
        """
        own = url_key(capture.url)
        if own == item.latest_key or item.gone is not None or held.digest == digest:
            return False
        found = captures.last_read_before(self._db, capture)
        if found is None or found[1].reading_digest != digest or not editions.had(self._db, item.id, digest):
            return False
        before = captures.by_id(self._db, found[0])
        # If one of the two addresses was without a text in between, the text has come back to this one.
        return before is not None and not (
            captures.was_without_text(self._db, capture.publisher, own, to_text(before.began))
            or captures.was_without_text(self._db, capture.publisher, item.latest_key, item.last_seen)
        )

    def _name(self, capture: Capture, reading: Reading, keys: Sequence[str]) -> None:
        """Make the id of the address that a page names as its own resolve, even though the page is not believed."""
        key = captures.key_of(reading.canonical)
        alias = None if key not in keys else alias_rows.find(self._db, capture.publisher, url_key(capture.url))
        # Only if the page became an item or is an address of one.
        if key is not None and alias is not None:
            name(self._writer, capture, key, alias.item)

    def _edition(
        self, item: ItemRow, held: editions.InForce | None, draft: editions.Draft, doing: Step
    ) -> tuple[str, Outcome]:
        at = draft.opened
        if held is None:
            editions.write(self._db, item.id, draft, at)
            return at, Outcome.NEW
        if doing is Step.SEEN:
            editions.record_seen(self._db, held.row, at, partial_after(held, draft.partial))
            return held.opened, Outcome.UNCHANGED
        if doing is Step.FILL:
            editions.drop(self._db, held.row)
            # The edition's id contains its opening time, so its replacement keeps that.
            editions.write(self._db, item.id, replace(draft, opened=held.opened), max(at, held.opened))
            return held.opened, Outcome.UNPROVED
        # Captures of other programs may share a second, but two editions need two instants.
        opened = editions.free_instant(self._db, item.id, at)
        editions.write(self._db, item.id, replace(draft, opened=opened), opened)
        return opened, Outcome.CHANGED

    def _fields(self, item: ItemRow, reading: Reading, resolution: Resolution, capture: Capture) -> bool:
        """Write the item's own fields if a value has changed; say whether one has."""
        at = to_text(capture.began)
        linked, files = reach.section_keys(reading.terms_links), document_links.linked(reading.links)
        digest, terms = (
            item_fields.field_digest(reading, resolution.url, linked, files),
            statements.terms_digest(reading.statements),
        )
        if terms == item.terms_digest:
            statements.confirm(self._db, item.id, at)
        else:
            turned = statements.change(self._db, item.id, item.publisher, statements=reading.statements, at=at)
            # Statements on an item's first page are not a change.
            if item.first_seen < at and (turned.ended or turned.started):
                self._writer.event(capture, EventType.TERMS, item=item.id, ended=turned.ended, started=turned.started)
            self._db.execute("UPDATE item SET terms_digest = ? WHERE id = ?", (terms, item.id))
        if digest != item.field_digest:
            self._writer.index.forget(item.id)
            # Only if a value differs: evidence stays with the first capture that showed it.
            item_fields.write(self._db, item.id, reading, url=resolution.url, digest=digest)
            reach.link(self._db, item.id, linked, at)
            document_links.write(self._db, item.id, files)
        return digest != item.field_digest or terms != item.terms_digest

    def _shown(self, item: ItemRow, capture: Capture, *, opened: str, outcome: Outcome) -> Change:
        item_fields.record_seen(self._db, item.id, to_text(capture.began), capture.id, url_key(capture.url))
        if item.gone is not None:
            self._writer.event(capture, EventType.RETURNED, item=item.id, why=f"gone since {item.gone}")
            outcome = Outcome.RETURNED
        return Change(outcome, item.id, editions.id_of(self._db, item.id, opened), outcome.value)

    def _less(self, item: ItemRow, capture: Capture, partial: Partial | None, less: str | None) -> Change:
        """Record that a capture showed less than what is held, by what its page says (*partial*) or by its text."""
        unproved = partial is Partial.UNPROVED
        why = f"{less or (partial.value if partial else 'less')}; the edition in force stays"
        event, outcome = (EventType.UNPROVED, Outcome.UNPROVED) if unproved else (EventType.PARTIAL, Outcome.PARTIAL)
        self._writer.event(capture, event, item=item.id, why=why)
        return Change(outcome, item.id, note=why)


def _same_payload(one: Capture, other: Capture) -> bool:
    # Without a digest nothing proves that they are equal.
    if not one.payload_digest or not other.payload_digest:
        return False
    return same_digest(one.payload_digest, other.payload_digest) is True


# ── Removing what was made ──────────────────────────────────────────────────────────────────────────────────────────


def _needs_refold(connection: sqlite3.Connection, entry: Entry, keys: Sequence[str], why: str) -> NeedsRefold:
    """Return the error that asks for every capture connected with *entry*."""
    kin, _ = alias_rows.connected_captures(connection, entry.capture.publisher, keys)
    # It may not have a row under these keys yet.
    found = {entry.capture.id: entry.capture}
    for capture_id in kin:
        capture = captures.by_id(connection, capture_id)
        if capture is not None:
            found[capture.id] = capture
    return NeedsRefold(tuple(sorted(found.values(), key=lambda one: (one.began, one.id))), why)


def _forget(writer: Writer, capture_id: str) -> set[str]:
    """Delete what was made from a capture, and the items under its keys; return the items withheld with those."""
    connection = writer.connection
    items = connection.execute(
        # As a UNION, so that each half uses an index: from the few keys of the capture to their items.
        """SELECT item_alias.item FROM capture_key JOIN item_alias ON item_alias.key = capture_key.key
        AND item_alias.publisher = capture_key.publisher AND current = 1 WHERE capture_key.capture = ?1
        UNION SELECT item_alias.item FROM capture_key JOIN item_alias ON item_alias.key = capture_key.key
        AND item_alias.publisher = capture_key.publisher AND current = 0 WHERE capture_key.capture = ?1""",
        (capture_id,),
    ).fetchall()
    touched = {one for (item,) in items for one in copies(connection, item)}
    for (item,) in items:
        _drop_item(writer, item)
    capture = captures.by_id(connection, capture_id)
    if capture is not None:
        # A machine-readable file for the whole site holds terms without an item.
        statements.drop(connection, statements.site_holder(capture.publisher, url_key(capture.url)))
    witnesses.drop(connection, capture_id)
    # Only events of captures: what notes recorded stays.
    connection.execute("DELETE FROM event WHERE capture = ?", (capture_id,))
    connection.execute("DELETE FROM capture_key WHERE capture = ?", (capture_id,))
    captures.mark(connection, capture_id, captures.Read(False, None, None, None))
    return touched


def _drop_item(writer: Writer, item: str) -> None:
    connection = writer.connection
    writer.index.forget(item)
    # First, because the index removes what it added and needs these rows for it.
    for (row,) in connection.execute("SELECT id FROM edition WHERE item = ?", (item,)).fetchall():
        editions.drop(connection, row)
    statements.drop(connection, item)
    connection.execute("DELETE FROM item_alias WHERE item = ?", (item,))
    item_fields.drop(connection, item)
