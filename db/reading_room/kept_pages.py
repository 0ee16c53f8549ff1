"""Kept pages: those that were made of the catalogue as it still stands are told again, and not made again.

Apart from what makes them, for a page is looked for here before the catalogue is lent. Most are told until the next
commit. A run commits every two seconds, mostly that it saw again what is held: of that pages of hits say nothing, and
those of an item the day, and they are told until what they are made of changes.
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
"""Pages that are kept, and bytes that one may have."""
LONGEST = 60.0
"""Seconds that a page is told over commits: what it shows beside words and decisions may be so old."""
PARTS = 100
"""What several pages show, so many of it."""
_KEPT, _OF_HITS, _OF_ITEM = ("/items/", "/search", "/terms"), "/search", re.compile("/items/[^/]+")
# What FTS5 notes of all its rows and of its segments is another after each write to the index, which an item that is
# withheld leaves; each note, and each change that a run sees, is an event; each claim has its evidence. All of it is
# found in a few steps, however much there is, but for what people withheld, which is little.
_OF_CONTENT = """SELECT (SELECT group_concat(hex(block)) FROM search_data WHERE id IN (1, 10)),
    (SELECT group_concat(hex(block)) FROM search_edition_data WHERE id IN (1, 10)),
    (SELECT rowid || ' ' || id FROM event ORDER BY rowid DESC LIMIT 1), (SELECT max(id) FROM evidence),
    (SELECT count(*) || ' ' || max(made) || ' ' || max(note) FROM withholding)"""


# What else a page of an item hangs on. Whether that is withheld is asked of its row, beside the index and the notes.
_OF_ONE = "SELECT substr(last_seen, 1, 10), gone, withheld FROM item WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Standing:
    """What tells one state of the catalogue from the next.

    Attributes:
        commit: another one after each commit.
        content: another one after each that changes what is found, or what people said of it (see `content_of`).
    """

    commit: tuple[int, ...]
    content: tuple[object, ...]


def content_of(connection: sqlite3.Connection) -> tuple[object, ...]:
    """Return what is another one once words, terms or decisions are others than they were."""
    return tuple(connection.execute(_OF_CONTENT).fetchone())


def row_of(connection: sqlite3.Connection, item: str) -> tuple[object, ...] | None:
    """Return what the page of *item* shows that is no content; None where there is no such item."""
    found: tuple[object, ...] | None = connection.execute(_OF_ONE, (item,)).fetchone()
    return found


@dataclass(frozen=True, slots=True)
class Key:
    """Which page it is; *standing* is how the catalogue stood before it was made.

    Attributes:
        is_of_hits: nothing of the page tells when something was seen last.
        is_of_item: of one item alone it tells that, by the day.
    """

    address: str
    standing: Standing
    is_of_hits: bool = False
    is_of_item: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """The item that a page is of, and its row (see `row_of`) when the page was made."""

    item: str
    row: tuple[object, ...] | None


@dataclass(frozen=True, slots=True)
class _Kept:
    standing: Standing
    made: float
    body: bytes
    headers: Mapping[str, str]
    shown: Shown | None


@dataclass(slots=True)
class KeptPages:
    """Pages by their address, the one that was asked for longest ago goes for a further one.

    Attributes:
        row: returns `row_of` an item as it is now.
        clock: seconds that pass.
    """

    row: Callable[[str], tuple[object, ...] | None] = lambda _: None
    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, key: Key, body: bytes, headers: Mapping[str, str], shown: Shown | None = None) -> None:
        """Keep the page *body*, which is told under *headers*: its ETag and its kind among them, and its Last-Modified
        where it has one. Over commits a page of an item is told only where it is said which is *shown*.
        """
        if len(body) > LARGEST:
            return
        with self._lock:
            self._held[key.address] = _Kept(key.standing, self.clock(), body, dict(headers), shown)
            self._held.move_to_end(key.address)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def told(self, key: Key, asked: Headers) -> Response | None:
        """Return the page, or that whoever asks has it; None where it was not made of the catalogue as it stands."""
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
        if held.standing.commit == key.standing.commit:
            return True
        if held.standing.content != key.standing.content or self.clock() - held.made >= LONGEST:
            return False
        shown = held.shown if key.is_of_item else None
        return key.is_of_hits or (shown is not None and shown.row is not None and self.row(shown.item) == shown.row)


@dataclass(slots=True)
class KeptParts:
    """What several pages of hits show, by its name, each until what it is made of changes, as these pages themselves.

    Attributes:
        clock: seconds that pass.
    """

    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, tuple[tuple[object, ...], float, Any]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, standing: Standing, name: str, make: Callable[[], _Part]) -> _Part:
        """Return what *make* makes, or made of the catalogue whose *standing* was the same before it was lent."""
        with self._lock:
            content, made, part = self._held.get(name, ((), 0.0, None))
            if content == standing.content and self.clock() - made < LONGEST:
                self._held.move_to_end(name)
                return part  # type: ignore[no-any-return] # as it was made under this name
        part = make()
        with self._lock:
            self._held[name] = standing.content, self.clock(), part
            self._held.move_to_end(name)
            while len(self._held) > PARTS:
                self._held.popitem(last=False)
        return part


def key_of(request: Request, language: str, standing: Standing | None) -> Key | None:
    """Return which page *request* asks for, None where it is of no kind that is kept, or nobody knows the standing."""
    scope = request.scope
    if standing is None or not str(scope["path"]).startswith(_KEPT):
        return None
    # Pages name the address that they were asked by.
    asked = scope["query_string"].decode("latin-1")
    address = f"{scope['scheme']} {request.headers.get('host', '')} {language} {scope['path']}?{asked}"
    path = str(scope["path"])
    return Key(address, standing, path == _OF_HITS, _OF_ITEM.fullmatch(path) is not None)


def is_known(asked: Headers, tag: str, modified: datetime | None) -> bool:
    """Say whether whoever sent *asked* has what has this *tag* and was *modified* then (RFC 9110, 13)."""
    # The tag says more: where it is told, the date is not looked at (RFC 9110, 13.1.3).
    if "if-none-match" in asked:
        return any(one.strip().removeprefix("W/") in (tag, "*") for one in asked["if-none-match"].split(","))
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    # A year or a zone of twenty digits is none that a date can have.
    except (ValueError, OverflowError):
        return False
    return modified is not None and modified <= since.replace(tzinfo=since.tzinfo or UTC)
