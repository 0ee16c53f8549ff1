"""Answers without a text of their own: pages that are gone, walls, errors. They become events; of redirects see
`db.fold.redirects`.

A file of its own beside the fold, which alone calls it: what a text does and what the lack of one does are two sets of
rules.
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

# 451 too: taken down by an order of law, a page is gone for whoever asks.
_GONE = (404, 410, 451)
# They say that we may not have it, and nothing of whether it is there.
_BLOCKED = (401, 403, 407, 429)
_KINDS = {
    PageKind.CHALLENGE: (EventType.BLOCKED, Outcome.BLOCKED, "a challenge instead of the page"),
    PageKind.PROTECTED: (EventType.PROTECTED, Outcome.PROTECTED, "a form that asks for a password"),
    PageKind.SHELL: (EventType.SHELL, Outcome.ERROR, "a page that is only script"),
    PageKind.MISSING: (EventType.MISSING, Outcome.ABSENT, "a page that says 'not found' and answers 200"),
    PageKind.EMPTY: (EventType.EMPTY, Outcome.ERROR, "nothing to read"),
}
# What a page is taken for of which only the beginning came.
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
    """Catalogue a 200 that is no item: a list, a wall, nothing."""
    item = _item(writer, capture)
    if reading.kind in _KINDS:
        event, outcome, why = _KINDS[reading.kind]
        # Half a page looks empty, or like a page of script: that the answer broke off is the reason.
        if capture.truncated is not None and reading.kind in _CUT:
            event, outcome, why = EventType.PARTIAL, Outcome.PARTIAL, _cut_off(capture, capture.truncated)
        elif reading.kind is PageKind.EMPTY:
            why = reading.unread or why
        writer.event(capture, event, item=item, why=why)
        return Change(outcome, item, note=why)
    # OTHER is a type for which there is no reader: nothing failed there.
    if reading.unread is not None and reading.kind is not PageKind.OTHER:
        writer.event(capture, EventType.ERROR, item=item, why=reading.unread)
        return Change(Outcome.ERROR, item, note=reading.unread)
    why = reading.unread or f"a page of kind {reading.kind.value}"
    # A list at the address of an item is worth telling; a further part is where it belongs.
    if item is not None and reading.kind is not PageKind.PART:
        writer.event(capture, EventType.NOT_AN_ITEM, item=item, why=why)
    return Change(Outcome.NOT_AN_ITEM, item, note=why)


def state_policy(writer: Writer, capture: Capture, stated: Iterable[Statement]) -> None:
    """Record what a file that speaks for the whole site states on mining, and what it states no more."""
    holder = statements.site_holder(capture.publisher, url_key(capture.url))
    # Only files for machines hold terms without being an item.
    held = [one for one in stated if one.place is StatementPlace.SITE_POLICY]
    statements.change(writer.connection, holder, capture.publisher, statements=held, at=to_text(capture.began))


def confirm_policy(writer: Writer, capture: Capture) -> None:
    """Record that a file that speaks for the whole site states what it stated before."""
    statements.confirm(
        writer.connection, statements.site_holder(capture.publisher, url_key(capture.url)), to_text(capture.began)
    )


def without_page(writer: Writer, capture: Capture) -> Change:
    """Catalogue an answer that shows no page: by its status."""
    # 304 is no redirect: it confirms what was held.
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
        # An old address of an item may die while the item lives at its new one.
        writer.event(capture, EventType.ABSENT, item=item, why=why)
        return Change(Outcome.ABSENT, item, note=f"{why} for a URL that is no item's own")
    # One event for the day it went; a page is asked for again many times after that.
    if row.gone is not None:
        return Change(Outcome.STILL_GONE, row.id, note=f"{why}, as before")
    writer.connection.execute("UPDATE item SET gone = ? WHERE id = ?", (to_text(capture.began), row.id))
    writer.event(capture, EventType.GONE, item=row.id, why=why)
    return Change(Outcome.GONE, row.id, note=why)
