"""A visit: one request with all that a page needs to answer it; and how a page becomes a route."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.catalogue import Catalogue
from db.reading_room.catalogue_pool import CataloguePool
from db.reading_room.guard import LANGUAGES
from db.reading_room.kept_pages import Key, key_of
from db.reading_room.lanes import lane_of
from db.reading_room.problem import Problem
from db.reading_room.review.session import Session
from db.reading_room.room_settings import RoomSettings

_Part = TypeVar("_Part")
Handler = Callable[["Visit"], Response]
Values = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request.

    Attributes:
        catalogue: borrowed for this request only, and showing one moment.
        language: the language of the room's own words.
        changed: the latest time at which the content of the answer may have changed, in seconds since 1970; None if it
            may still change within that second.
        key: the key for keeping the page; None if it cannot be kept.
    """

    request: Request
    settings: RoomSettings
    pool: CataloguePool
    catalogue: Catalogue
    language: str
    changed: float | None
    key: Key | None = None

    @property
    def session(self) -> Session | None:
        """The signed-in person who asks, if there is one who may still decide."""
        return session_of(self.request, self.settings)

    def kept(self, name: str, make: Callable[[], _Part]) -> _Part:
        """Return the result of *make*, or one kept from another page of hits (see `kept_pages.KeptParts`)."""
        # What a signed-in person sees is made for that person only.
        return make() if self.key is None else self.pool.parts.of(self.key.state, name, make)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the catalogue."""
        return self.catalogue.connection

    def said(self, name: str, default: str = "") -> str:
        """Return the parameter *name* of the query string, limited to the length of a query.

        Raises:
            Problem: it is too long (400).
        """
        value = self.request.query_params.get(name, default)
        longest = self.settings.bounds.query
        if len(value) > longest:
            raise Problem(400, "Too long", f"At most {longest} characters are looked for.")
        # No name or word contains NUL, and SQLite would stop reading there.
        return value.replace("\0", " ").strip()

    def number(self, name: str, default: int, *, least: int = 0, most: int = 10_000_000) -> int:
        """Return the parameter *name* as a number within the limits; *default* if it is not a number."""
        value = self.request.query_params.get(name, "")
        return (
            # Python also accepts digits of other scripts, and raises an error for some thousands of digits.
            min(max(int(value), least), most) if value.isascii() and value.isdigit() and len(value) < 999 else default
        )

    def part(self, name: str) -> str:
        """Return the part *name* of the path."""
        return str(self.request.path_params[name]).replace("\0", " ")

    def url(self, path: str, values: Values | None = None) -> str:
        """Return the address of *path* in the room, in the language of this visit."""
        return address(path, values, self.language)

    def full(self, path: str) -> str:
        """Return the full address of *path* as others should write it: with the public name."""
        base = self.settings.public_url or f"{self.request.url.scheme}://{self.request.url.netloc}"
        return f"{base.rstrip('/')}{path}"


def session_of(request: Request, settings: RoomSettings) -> Session | None:
    """Return the session of *request*, or None."""
    return None if settings.access is None else settings.access.session_of(request)


def address(path: str, values: Values | None = None, language: str = LANGUAGES[0]) -> str:
    """Return the address of *path* with *values* as its query, in *language*; values that are None are left out."""
    if not values:
        return _plain(path, language)
    said = urlencode({name: value for name, value in values.items() if value is not None}, errors="replace")
    return _plain(path, language) + (f"?{said}" if said else "")


@lru_cache(maxsize=1024)
def _plain(path: str, language: str) -> str:
    # Cached, because each page links to the same thirty places.
    before = "" if language == LANGUAGES[0] else f"/{language}"
    return before + quote(path.encode("utf-8", "replace"), safe="/@:+,.~-_=")


def page(path: str, handler: Handler) -> Route:
    """Return the route of *handler*, which answers in a separate thread."""

    async def endpoint(request: Request) -> Response:
        state = request.app.state
        pool: CataloguePool = state.pool
        language = request.scope.get("state", {}).get("language", LANGUAGES[0])
        # Session lookup asks another process and would block here, so requests with a cookie skip this step.
        told = (
            None
            if "cookie" in request.headers
            else _kept(request, pool, key_of(request, language, pool.catalogue_state(wait=False)))
        )
        if told is not None:
            return told
        async with pool.lanes.turn(lane_of(request.scope["path"], request.query_params)):
            return await run_in_threadpool(_respond, request, handler, language)

    return Route(path, endpoint, methods=["GET"])


def _respond(request: Request, handler: Handler, language: str) -> Response:
    state = request.app.state
    pool: CataloguePool = state.pool
    # Read before borrowing the catalogue: a commit in between can then make the page newer than it says, never older.
    changed, standing = pool.changed(), pool.catalogue_state()
    # A page made for a signed-in person is never kept for others.
    key = key_of(request, language, standing) if session_of(request, state.settings) is None else None
    # While this request waited, another may have asked for the same page.
    told = _kept(request, pool, key)
    if told is not None:
        return told
    with pool.lend() as catalogue:
        return handler(Visit(request, state.settings, pool, catalogue, language, changed, key))


def _kept(request: Request, pool: CataloguePool, key: Key | None) -> Response | None:
    return None if key is None else pool.pages.response_for(key, request.headers)
