"""Redirects in the fold: an address that redirects to an item becomes its alias; a redirect to nothing known is an
event.

Apart from the other answers without a text, which name no other address and become events only.

Whether a redirect is followed is decided in `ingest.crawl.redirect_follower`.
"""

from __future__ import annotations

from archive.warc.capture import Capture
from db.captures import key_of
from db.fold import alias_rows
from db.fold.alias_rows import Alias
from db.fold.editions import first_and_last_text, in_force, text_of
from db.fold.item_resolution import is_at, is_newer_than_redirect, merge_items, point_keys_to, sources_of
from db.fold.likeness import ALIKE, likeness
from db.fold.writer import Writer
from db.identity import is_front_page, url_key
from db.model.change import Change, Outcome
from db.schema.tables import EventType
from db.search.words import fold


def record(writer: Writer, capture: Capture) -> Change:
    """Record the redirect in *capture*: from now on its address leads to the item at the target.

    If the target is a front page or no known item, it is an event of the item that was here, if there was one.
    """
    connection, own, target = writer.connection, url_key(capture.url), key_of(capture.location)
    note = f"status {capture.status} to {capture.location or 'nowhere'}"
    # A redirect to the front page says that the page is gone, not that it has moved there.
    front = capture.location is None or is_front_page(capture.location)
    alias = None if target is None or front else alias_rows.find(connection, capture.publisher, target)
    # From http to https, to a trailing slash or to www: the same key.
    if target == own:
        return Change(Outcome.REDIRECT, None if alias is None else alias.item, note=note)
    if alias is None:
        here = alias_rows.find(connection, capture.publisher, own)
        item = None if here is None else here.item
        if item is not None:
            writer.event(capture, EventType.REDIRECTED, item=item, why=note)
        return Change(Outcome.REDIRECT, item, note=note)
    item = alias.item
    # Addresses that redirect here lead to the item too.
    for key in (own, *sources_of(connection, capture, (own,))):
        leads = alias_rows.find(connection, capture.publisher, key)
        if leads is None:
            point_keys_to(writer, capture, ((key, "redirect"),), item)
        # Both are items. Sites reuse addresses, so a redirect alone does not merge them: title or text must agree.
        elif leads.item != item and _leads_on(writer, capture, leads) and _same_work(writer, leads.item, item):
            item = merge_items(writer, (item, leads.item))
            # Written here, because no reading follows that would write them.
            writer.credit(item)
            writer.index.remember(item)
        elif leads.item != item:
            writer.event(capture, EventType.REDIRECTED, item=leads.item, why=note)
    return Change(Outcome.REDIRECT, item, note=note)


def _leads_on(writer: Writer, capture: Capture, leads: Alias) -> bool:
    """Say whether the item of *leads* is still at an address that redirects: it has not moved from there to another one
    before, and the redirect is not older than its last text there.
    """
    if not is_at(writer.connection, leads):
        return False
    redirects_now = leads.key == url_key(capture.url)
    return redirects_now or not is_newer_than_redirect(writer.connection, capture.publisher, leads)


def _same_work(writer: Writer, one: str, item: str) -> bool:
    """Say whether the item *one*, whose address leads to *item* now, is the same work by title or text."""
    first, second = in_force(writer.connection, one), in_force(writer.connection, item)
    if first is None or second is None:
        return False
    if first.title and second.title and fold(first.title) == fold(second.title):
        return True
    # A redesign may print the title differently; a similar text still shows the same work. It must also resemble what
    # the item has been: of two texts that were made into one, only one continues in it.
    text = text_of(writer.connection, first)
    return all(likeness(text, other) >= ALIKE for other in first_and_last_text(writer.connection, item))
