"""The items that a command line names, one by one; that there is none is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ingest.choice import Choice
from ingest.console import Console

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model import Item, Tombstone


def chosen(console: Console, choice: Choice, catalogue: Catalogue) -> Iterator[Item | Tombstone]:
    """Yield the items of *choice*; say which were not held on that day, and that a query found nothing.

    Raises:
        Refused: as `Choice.items` does (usage).
    """
    found = False
    for item in choice.items(catalogue, console.absent):
        found = True
        yield item
    if not found:
        asked = "no item is held" if choice.query is None else f"nothing is found by {choice.query!r}"
        day = f" on {choice.at:%Y-%m-%d}" if choice.at else ""
        console.talk(f"{asked}{day}; `creditline search` tries a query")
