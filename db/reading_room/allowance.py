"""Allowance: how much of a text a room shows, as whoever runs it wants, and as the terms of each item have it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from db.model.item import Covers, Grade, Item, Use
from db.terms.verdict import verdict

BEGINNING = 400
"""Characters of a text that are shown where the whole is not: those of a feed, and of a quotation."""


class Texts(StrEnum):
    """Which texts a room shows whole."""

    ALL = "all"
    PERMITTED = "permitted"
    """Those that may be republished, also for sale: by a *yes* that needs nobody's confirmation any more."""
    NOT_FOR_SALE = "permitted, not for sale"
    """Those also that may be republished where nothing is earned by it."""


def is_permitted(item: Item, texts: Texts, least: Grade) -> bool:
    """Say whether a room that shows *texts* shows the whole text of *item*, by the terms that it has now: by a *yes*
    that is as sure as *least*, as an export for reuse has it.
    """
    if texts is Texts.ALL:
        return True
    # A reading that waits for a person is no yes, and neither is silence.
    said = [one.statement for one in item.terms]
    found = verdict(said, Use.REPUBLISH, covers=Covers.TEXT, commercial=texts is Texts.PERMITTED)
    return found.is_yes and found.is_handed_out(least)


def beginning(text: str) -> str:
    """Return how *text* begins, in one line that ends with a word."""
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else line[:BEGINNING].rsplit(" ", 1)[0] + " …"


def in_part(item: Item) -> Item:
    """Return *item* with no more of its text than how it begins."""
    # Marks belong to a text word for word, and this is another.
    return replace(item, edition=replace(item.edition, text=beginning(item.edition.text), marks=()))
