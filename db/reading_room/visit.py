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
from db.reading_room.desk import Desk
from db.reading_room.guard import LANGUAGES
from db.reading_room.kept_pages import Key, key_of
from db.reading_room.lanes import lane_of
from db.reading_room.premises import Premises
from db.reading_room.problem import Problem
from db.reading_room.review.session import Session

_Part = TypeVar("_Part")
Handler = Callable[["Visit"], Response]
Values = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request.

    Attributes:
        catalogue: lent for this request alone, as it stands at one moment.
        language: of the room's own words.
        changed: when what the answer is made of changed last, at the latest, in seconds since 1970; None where it may
            yet change within that second.
        key: by which the page can be kept; None where it cannot.
    """

    request: Request
    premises: Premises
    desk: Desk
    catalogue: Catalogue
    language: str
    changed: float | None
    key: Key | None = None

    @property
    def session(self) -> Session | None:
        """The person who asks, where one is signed in who may decide."""
        return session_of(self.request, self.premises)

    def kept(self, name: str, make: Callable[[], _Part]) -> _Part:
        """Return what *make* makes for this page, or made for another page of hits (see `kept_pages.KeptParts`)."""
        # What is shown to whoever is signed in is made for them.
        return make() if self.key is None else self.desk.parts.of(self.key.standing, name, make)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection to the catalogue."""
        return self.catalogue.connection

    def said(self, name: str, default: str = "") -> str:
        """Return the parameter *name* of the query, bounded as a query is.

        Raises:
            Problem: it is too long (400).
        """
        value = self.request.query_params.get(name, default)
        longest = self.premises.bounds.query
        if len(value) > longest:
            raise Problem(400, "Too long", f"At most {longest} characters are looked for.")
        # No name or word has it, and SQLite would end at it.
        return value.replace("\0", " ").strip()

    def number(self, name: str, default: int, *, least: int = 0, most: int = 10_000_000) -> int:
        """Return the parameter *name* as a number, brought within its bounds; *default* where it is none."""
        value = self.request.query_params.get(name, "")
        return (
            # Python takes digits of other scripts too, and of some thousands of them makes an error.
            min(max(int(value), least), most) if value.isascii() and value.isdigit() and len(value) < 999 else default
        )

    def part(self, name: str) -> str:
        """Return the part *name* of the path."""
        return str(self.request.path_params[name]).replace("\0", " ")

    def url(self, path: str, values: Values | None = None) -> str:
        """Return the address of *path* in the room, in the language of this visit."""
        return address(path, values, self.language)

    def full(self, path: str) -> str:
        """Return the whole address of *path*, as it is written down elsewhere: by the public name."""
        base = self.premises.public_url or f"{self.request.url.scheme}://{self.request.url.netloc}"
        return f"{base.rstrip('/')}{path}"


def session_of(request: Request, premises: Premises) -> Session | None:
    """Return the session that *request* belongs to, or None."""
    return None if premises.lodge is None else premises.lodge.session_of(request)


def address(path: str, values: Values | None = None, language: str = LANGUAGES[0]) -> str:
    """Return the address of *path* with *values* as its query, in *language*; values that are None are left out."""
    if not values:
        return _plain(path, language)
    said = urlencode({name: value for name, value in values.items() if value is not None}, errors="replace")
    return _plain(path, language) + (f"?{said}" if said else "")


@lru_cache(maxsize=1024)
def _plain(path: str, language: str) -> str:
    # Each page leads to the same thirty places.
    before = "" if language == LANGUAGES[0] else f"/{language}"
    return before + quote(path.encode("utf-8", "replace"), safe="/@:+,.~-_=")


def page(path: str, handler: Handler) -> Route:
    """Return the route of *handler*, which answers a visit in a thread of its own."""

    async def endpoint(request: Request) -> Response:
        state = request.app.state
        desk: Desk = state.desk
        language = request.scope.get("state", {}).get("language", LANGUAGES[0])
        # Who is signed in is asked of another process: not here, where nothing else is answered meanwhile.
        told = None if "cookie" in request.headers else _told(request, desk, key_of(request, language, desk.standing()))
        if told is not None:
            return told
        async with desk.lanes.turn(lane_of(request.scope["path"], request.query_params)):
            return await run_in_threadpool(_answered, request, handler, language)

    return Route(path, endpoint, methods=["GET"])


def _answered(request: Request, handler: Handler, language: str) -> Response:
    state = request.app.state
    desk: Desk = state.desk
    # Before the catalogue is lent: what is written in between makes the page newer than it says, never older.
    changed, standing = desk.changed(), desk.standing()
    # What is shown to whoever is signed in is theirs alone.
    key = key_of(request, language, standing) if session_of(request, state.premises) is None else None
    # While this one waited another may have asked for the same.
    told = _told(request, desk, key)
    if told is not None:
        return told
    with desk.lent() as catalogue:
        return handler(Visit(request, state.premises, desk, catalogue, language, changed, key))


def _told(request: Request, desk: Desk, key: Key | None) -> Response | None:
    return None if key is None else desk.pages.told(key, request.headers)
