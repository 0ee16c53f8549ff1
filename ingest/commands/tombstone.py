"""The tombstone: what stands in the place of an item that is withheld, in every verb that would show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from db.model import Tombstone
    from ingest.console import Console


def tell_withheld(console: Console, item: Tombstone, *, aside: bool = False) -> None:
    """Say that *item* is withheld, since when and why, and nothing else of it; *aside* where something else than a
    notice is printed: a line to paste, a file of another format.
    """
    since = item.since
    if console.as_json:
        console.out_json({"id": item.id, "withheld": item.reason, "since": since.isoformat() if since else None})
        return
    tell = console.talk if aside else console.out
    tell(f"{item.id}  withheld{f' since {since:%Y-%m-%d}' if since else ''}: {item.reason}")
