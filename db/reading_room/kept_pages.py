"""Kept pages: pages made from the present state of the catalogue are sent again instead of made again.

Apart from what makes them, because a page is looked up here before the catalogue is borrowed. Most pages are kept until
the next commit. A run commits every two seconds, usually only that something was seen again. Pages of hits do not show
that, and pages of an item only show the day, so these are kept until their content changes.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

_Part = TypeVar("_Part")

MOST, LARGEST = 400, 128 << 10
"""The most pages that are kept, and the most bytes of one page."""
LONGEST = 60.0
"""Seconds for which a page is kept across commits; anything it shows besides content may be this old."""
PARTS = 100
"""The most parts shared by several pages that are kept."""
_KEPT, _OF_HITS, _OF_ITEM = ("/items/", "/search", "/terms"), "/search", re.compile("/items/[^/]+")
# FTS5's notes about its rows and segments change with each write to the index, which a withheld item leaves. Every
# note, and every change seen by a run, is an event, and every claim has evidence. Each of these is found in a few
# steps, however much there is, except withholdings, of which there are few.
_OF_CONTENT = """SELECT (SELECT group_concat(hex(block)) FROM search_data WHERE id IN (1, 10)),
    (SELECT group_concat(hex(block)) FROM search_edition_data WHERE id IN (1, 10)),
    (SELECT rowid || ' ' || id FROM event ORDER BY rowid DESC LIMIT 1), (SELECT max(id) FROM evidence),
    (SELECT count(*) || ' ' || max(made) || ' ' || max(note) FROM withholding)"""


# What else an item's page depends on. Withholding is checked in its row, in addition to the index and the notes.
_OF_ONE = "SELECT substr(last_seen, 1, 10), gone, withheld FROM item WHERE id = ?"


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """Identifies a state of the catalogue.

    Attributes:
        commit: changes with each commit.
        content: changes if what can be found, or people's decisions, change (see `content_of`).
    """

    commit: tuple[int, ...]
    content: tuple[object, ...]


def content_of(connection: sqlite3.Connection) -> tuple[object, ...]:
    """Return a value that changes whenever words, terms or decisions change."""
    return tuple(connection.execute(_OF_CONTENT).fetchone())


def row_of(connection: sqlite3.Connection, item: str) -> tuple[object, ...] | None:
    """Return what the page of *item* shows besides content; None if there is no such item."""
    found: tuple[object, ...] | None = connection.execute(_OF_ONE, (item,)).fetchone()
    return found


@dataclass(frozen=True, slots=True)
class Key:
    """Identifies a page; *state* is that of the catalogue before the page was made.

    Attributes:
        is_of_hits: the page does not show when anything was last seen.
        is_of_item: the page shows the day on which one item was last seen.
    """

    address: str
    state: CatalogueState
    is_of_hits: bool = False
    is_of_item: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The item of a page, and its row (see `row_of`) when the page was made."""

    item: str
    row: tuple[object, ...] | None


@dataclass(frozen=True, slots=True)
class _Kept:
    state: CatalogueState
    made: float
    body: bytes
    headers: Mapping[str, str]
    shown: Shown | None


@dataclass(slots=True)
class KeptPages:
    """Pages by address; the least recently used one is dropped when there are too many.

    Attributes:
        row: returns `row_of` for the present state of an item.
        clock: returns elapsed time in seconds.
    """

    row: Callable[[str], tuple[object, ...] | None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, key: Key, body: bytes, headers: Mapping[str, str], shown: Shown | None = None) -> None:
        """Keep the page *body* with its *headers*, which include ETag, type and possibly Last-Modified. A page of an
        item is kept across commits only if *shown* is given.
        """
        if len(body) > LARGEST:
            return
        with self._lock:
            self._held[key.address] = _Kept(key.state, self.clock(), body, dict(headers), shown)
            self._held.move_to_end(key.address)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def response_for(self, key: Key, asked: Headers) -> Response | None:
        """Return the page, or 304 if the client has it; None if it is not kept for the present state of the
        catalogue.
        """
        with self._lock:
            held = self._held.get(key.address)
            if held is None or not self._stands(held, key):
                return None
            self._held.move_to_end(key.address)
        dated = held.headers.get("Last-Modified")
        if is_known(asked, held.headers["ETag"], None if dated is None else parsedate_to_datetime(dated)):
            named = {name: value for name, value in held.headers.items() if name != "Content-Type"}
            return Response(status_code=304, headers=named)
        return Response(held.body, headers=dict(held.headers))

    def _stands(self, held: _Kept, key: Key) -> bool:
        if held.state.commit == key.state.commit:
            return True
        if held.state.content != key.state.content or self.clock() - held.made >= LONGEST:
            return False
        shown = held.shown if key.is_of_item else None
        return key.is_of_hits or (shown is not None and shown.row is not None and self.row(shown.item) == shown.row)


@dataclass(slots=True)
class KeptParts:
    """Parts shared by several pages of hits, by name, each kept until its content changes, like these pages.

    Attributes:
        clock: returns elapsed time in seconds.
    """

    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, tuple[tuple[object, ...], float, Any]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, state: CatalogueState, name: str, make: Callable[[], _Part]) -> _Part:
        """Return the result of *make*, or an earlier one made from a catalogue with the same *state*."""
        with self._lock:
            content, made, part = self._held.get(name, ((), 0.0, None))
            if content == state.content and self.clock() - made < LONGEST:
                self._held.move_to_end(name)
                return part  # type: ignore[no-any-return] # as it was made under this name
        part = make()
        with self._lock:
            self._held[name] = state.content, self.clock(), part
            self._held.move_to_end(name)
            while len(self._held) > PARTS:
                self._held.popitem(last=False)
        return part


def key_of(request: Request, language: str, state: CatalogueState | None) -> Key | None:
    """Return the key of the requested page; None if this kind is not kept or the state is unknown."""
    scope = request.scope
    if state is None or not str(scope["path"]).startswith(_KEPT):
        return None
    # The whole address, because pages contain the address by which they were requested.
    asked = scope["query_string"].decode("latin-1")
    address = f"{scope['scheme']} {request.headers.get('host', '')} {language} {scope['path']}?{asked}"
    path = str(scope["path"])
    return Key(address, state, path == _OF_HITS, _OF_ITEM.fullmatch(path) is not None)


def is_known(asked: Headers, tag: str, modified: datetime | None) -> bool:
    """Say whether the client already has the version with this *tag* and modification time (RFC 9110, 13)."""
    # The tag takes precedence: if it is given, the date is ignored (RFC 9110, 13.1.3).
    if "if-none-match" in asked:
        return any(one.strip().removeprefix("W/") in (tag, "*") for one in asked["if-none-match"].split(","))
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    # A year or a zone of twenty digits is not a valid date.
    except (ValueError, OverflowError):
        return False
    return modified is not None and modified <= since.replace(tzinfo=since.tzinfo or UTC)
