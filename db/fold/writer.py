"""Writer: the connection, the search index and the credit line: all that the fold writes with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Index(Protocol):
    """The search index, as the fold sees it: forget an item before it changes, remember it after."""

    def forget(self, item: str) -> None:
        """Take *item* out of the index, if it is there; its rows must still be as they were indexed."""

    def remember(self, item: str) -> None:
        """Put *item* into the index as it stands."""


@dataclass(frozen=True, slots=True)
class Writer:
    """The connection, the search index, and what writes an item's credit line once the item has changed."""

    connection: sqlite3.Connection
    index: Index
    credit: Callable[[str], None]
