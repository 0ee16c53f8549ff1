"""Answers without a text: pages that are gone, walls, errors. They become events. For redirects see
`db.fold.redirects`.

Apart from `fold.py`, which has the rules for texts and is long: those for answers without text share none with them.
"""

from __future__ import annotations

from collections.abc import Iterable

from archive.http.exchange import Truncation
from archive.warc.capture import Capture
from db.captures import key_of
from db.fold import alias_rows, item_fields, redirects
from db.fold.writer import Writer
from db.identity import url_key
from db.instant import to_text
from db.model.change import Change, Outcome
from db.model.item import PageKind, Reading, Statement, StatementPlace
from db.schema.tables import EventType
from db.terms import statements

# 451 too: if the law removed a page, it is gone for readers.
_GONE = (404, 410, 451)
# These say that we may not have the page, not whether it exists.
_BLOCKED = (401, 403, 407, 429)
_KINDS = {
    PageKind.CHALLENGE: (EventType.BLOCKED, Outcome.BLOCKED, "a challenge instead of the page"),
    PageKind.PROTECTED: (EventType.PROTECTED, Outcome.PROTECTED, "a form that asks for a password"),
    PageKind.SHELL: (EventType.SHELL, Outcome.ERROR, "a page that is only script"),
    PageKind.MISSING: (EventType.MISSING, Outcome.ABSENT, "a page that says 'not found' and answers 200"),
    PageKind.EMPTY: (EventType.EMPTY, Outcome.ERROR, "nothing to read"),
}
# What a page looks like if only its beginning arrived.
_CUT = (PageKind.EMPTY, PageKind.SHELL)
_CUTS = {
    Truncation.TIME: "the time was up",
    Truncation.LENGTH: "more would be longer than fetch.max_bytes",
    Truncation.DISCONNECT: "the connection broke",
    Truncation.UNSPECIFIED: "it is not stated why",
}


def _cut_off(capture: Capture, cut: Truncation) -> str:
    return f"cut off after {capture.payload_length} bytes: {_CUTS[cut]}"


def without_text(writer: Writer, capture: Capture, reading: Reading) -> Change:
    """Catalogue a 200 answer that is not an item: a list, a wall, nothing."""
    item = _item(writer, capture)
    if reading.kind in _KINDS:
        event, outcome, why = _KINDS[reading.kind]
        # A truncated page looks empty or like a page of scripts; the truncation is the real reason.
        if capture.truncated is not None and reading.kind in _CUT:
            event, outcome, why = EventType.PARTIAL, Outcome.PARTIAL, _cut_off(capture, capture.truncated)
        elif reading.kind is PageKind.EMPTY:
            why = reading.unread or why
        writer.event(capture, event, item=item, why=why)
        return Change(outcome, item, note=why)
    # OTHER is a type without a reader, which is not a failure.
    if reading.unread is not None and reading.kind is not PageKind.OTHER:
        writer.event(capture, EventType.ERROR, item=item, why=reading.unread)
        return Change(Outcome.ERROR, item, note=reading.unread)
    why = reading.unread or f"a page of kind {reading.kind.value}"
    # A list at an item's address is worth reporting; a further part belongs there.
    if item is not None and reading.kind is not PageKind.PART:
        writer.event(capture, EventType.NOT_AN_ITEM, item=item, why=why)
    return Change(Outcome.NOT_AN_ITEM, item, note=why)


def state_policy(writer: Writer, capture: Capture, stated: Iterable[Statement]) -> None:
    """Record what a machine-readable file for the whole site states about mining, and what it states no longer."""
    holder = statements.site_holder(capture.publisher, url_key(capture.url))
    # Only such files hold terms without being an item.
    held = [one for one in stated if one.place is StatementPlace.SITE_POLICY]
    statements.change(writer.connection, holder, capture.publisher, statements=held, at=to_text(capture.began))


def confirm_policy(writer: Writer, capture: Capture) -> None:
    """Record that a machine-readable file for the whole site still states the same."""
    statements.confirm(
        writer.connection, statements.site_holder(capture.publisher, url_key(capture.url)), to_text(capture.began)
    )


def without_page(writer: Writer, capture: Capture) -> Change:
    """Catalogue an answer that shows no page, by its status."""
    # 304 is not a redirect: it confirms what is held.
    if 300 <= capture.status < 400 and capture.status != 304:
        return redirects.record(writer, capture)
    if capture.status in _GONE:
        # A robots.txt that is gone states nothing any more.
        state_policy(writer, capture, ())
        return _gone(writer, capture)
    item = _item(writer, capture)
    if capture.status in (200, 304):
        return Change(Outcome.NOT_AN_ITEM, item, note="nothing was read")
    event, outcome = (EventType.ERROR, Outcome.ERROR)
    if capture.status in _BLOCKED:
        event, outcome = (EventType.BLOCKED, Outcome.BLOCKED)
    why = f"status {capture.status}"
    writer.event(capture, event, item=item, why=why)
    return Change(outcome, item, note=why)


def _item(writer: Writer, capture: Capture) -> str | None:
    alias = alias_rows.find(writer.connection, capture.publisher, url_key(capture.url))
    return None if alias is None else alias.item


def _gone(writer: Writer, capture: Capture) -> Change:
    own, why = url_key(capture.url), f"status {capture.status}"
    item = _item(writer, capture)
    row = None if item is None else item_fields.row(writer.connection, item)
    if row is None or own not in (row.latest_key, key_of(row.url)):
        # A former address of an item may disappear while the item lives at its new one.
        writer.event(capture, EventType.ABSENT, item=item, why=why)
        return Change(Outcome.ABSENT, item, note=f"{why} for a URL that is no item's own")
    # One event for the day it disappeared, although the page is requested many times after that.
    if row.gone is not None:
        return Change(Outcome.STILL_GONE, row.id, note=f"{why}, as before")
    writer.connection.execute("UPDATE item SET gone = ? WHERE id = ?", (to_text(capture.began), row.id))
    writer.event(capture, EventType.GONE, item=row.id, why=why)
    return Change(Outcome.GONE, row.id, note=why)
