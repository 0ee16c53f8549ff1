"""Allowance: how much of a text a reading room shows, by its operator's choice and the terms of each item."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from db.model.item import Covers, Grade, Item, Use
from db.terms.verdict import verdict

BEGINNING = 400
"""Characters shown if the whole text is not; the same number as in a feed and a quotation."""


class Texts(StrEnum):
    """Which texts a room shows in full."""

    ALL = "all"
    PERMITTED = "permitted"
    """Texts that may be republished, also commercially, by a *yes* that needs no confirmation."""
    NOT_FOR_SALE = "permitted, not for sale"
    """Also texts that may only be republished non-commercially."""


def is_permitted(item: Item, texts: Texts, least: Grade) -> bool:
    """Say whether a room that shows *texts* shows the full text of *item*: the present terms must give a *yes* of at
    least the grade *least*, as in an export for reuse.
    """
    if texts is Texts.ALL:
        return True
    # A reading that waits for a person is not a yes, and neither is silence.
    said = [one.statement for one in item.terms]
    found = verdict(said, Use.REPUBLISH, covers=Covers.TEXT, commercial=texts is Texts.PERMITTED)
    return found.is_yes and found.is_handed_out(least)


def beginning(text: str) -> str:
    """Return the beginning of *text* as one line that ends with a complete word."""
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else line[:BEGINNING].rsplit(" ", 1)[0] + " …"


def in_part(item: Item) -> Item:
    """Return *item* with only the beginning of its text."""
    # Marks fit only the exact text, and this one is shortened.
    return replace(item, edition=replace(item.edition, text=beginning(item.edition.text), marks=()))
