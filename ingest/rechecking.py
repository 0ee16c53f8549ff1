"""Rechecking: before texts are handed on for reuse, the pages that their terms stand on are visited once more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from db.catalogue import Catalogue
from db.model import Statement, StatementPlace, Tombstone
from ingest.choice import Choice
from ingest.collection import Collection
from ingest.exporting.for_reuse import UNCONFIRMED, ForReuse, deciding, left_out
from ingest.saving import Saved, save
from ingest.visiting import need_contact, visiting


def unconfirmed(catalogue: Catalogue, choice: Choice, purpose: ForReuse, now: datetime) -> list[str]:
    """Return the URLs of the items that are left out because their terms are old, and of the pages with those terms.

    A terms page of the publisher is among these though the item says the same: it may say more by now.
    """
    found: dict[str, None] = {}
    publishers: dict[str, None] = {}
    since = now - purpose.confirmed_within
    for item in choice.items(catalogue):
        if not isinstance(item, Tombstone) and left_out(item, purpose, now) == UNCONFIRMED:
            found[item.url] = None
            old = [held.statement for held in deciding(item) if held.last_confirmed < since]
            found.update(dict.fromkeys(_pages(catalogue, old)))
            publishers[item.publisher.id] = None
    for publisher in publishers:
        held = [one for one in catalogue.statements(publisher) if one.superseded is None and one.last_confirmed < since]
        terms = [one.statement for one in held if one.statement.place is StatementPlace.TERMS_PAGE]
        found.update(dict.fromkeys(_pages(catalogue, terms)))
    return list(found)


def _pages(catalogue: Catalogue, statements: list[Statement]) -> list[str]:
    """The addresses of the captures that show *statements*."""
    captures = (catalogue.capture(statement.evidence.capture) for statement in statements)
    return [capture.url for capture in captures if capture is not None]


def recheck(work: Collection, choice: Choice, purpose: ForReuse, stopped: Callable[[], bool]) -> list[Saved]:
    """Visit what `unconfirmed` names, as `save` does: robots.txt first, with the pauses that manners ask.

    Returns what became of each page.

    Raises:
        Refused: nobody is named for the people whose site is visited to write to (settings).
        DiskFull: there is no room.
    """
    urls = unconfirmed(work.catalogue, choice, purpose, work.clock())
    told: list[Saved] = []
    if urls:
        need_contact(work.settings, urls)
        with visiting(work) as (pipeline, _):
            save(work, pipeline, urls, told=told.append, stopped=stopped)
    return told
