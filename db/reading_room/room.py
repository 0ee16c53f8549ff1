"""The room: the application of the first port, with the table of its routes."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from archive.errors import CreditlineError
from db.reading_room import template
from db.reading_room.catalogue_pool import CataloguePool
from db.reading_room.guard import LANGUAGES, READS, Guard
from db.reading_room.pages import (
    about,
    api,
    browse,
    capture,
    editions,
    feeds,
    harvesting,
    home,
    item,
    pictures,
    quote,
    review,
    search,
    sign_in,
    terms,
    watch,
    work,
)
from db.reading_room.problem import Problem
from db.reading_room.room_settings import RoomSettings

_LOG = logging.getLogger(__name__)


def _static(request: Request) -> Response:
    name = str(request.path_params["name"])
    # Look the name up in a table and never use it as a path, so that no request can name another file.
    if name not in template.STATIC:
        raise Problem(404)
    body, digest = template.static(name)
    kept = "public, max-age=31536000, immutable" if request.query_params.get("v") == digest else "no-cache"
    return Response(body, headers={"Content-Type": template.STATIC[name], "Cache-Control": kept, "ETag": f'"{digest}"'})


ROUTES: Sequence[BaseRoute] = (
    # One line per file of pages; if two routes match, the first is used.
    Route("/static/{name}", _static),
    *watch.ROUTES,
    *home.ROUTES,
    # Before search: the feed looks like one of its forms.
    *feeds.ROUTES,
    *search.ROUTES,
    *editions.ROUTES,
    *pictures.ROUTES,
    *item.ROUTES,
    *capture.ROUTES,
    *quote.ROUTES,
    *browse.ROUTES,
    *terms.ROUTES,
    *work.ROUTES,
    *about.ROUTES,
    *api.ROUTES,
    *harvesting.ROUTES,
    *sign_in.ROUTES,
    *review.ROUTES,
)
"""The routes of the first port."""


def app(settings: RoomSettings) -> ASGIApp:
    """Return the application of the reading room for the collection that *settings* names."""
    # If nobody may decide, accept no POST at all.
    methods = READS if settings.access is None else READS | {"POST"}
    return Guard(application(settings, ROUTES), settings, routes=ROUTES, methods=methods)


def application(settings: RoomSettings, routes: Sequence[BaseRoute]) -> Starlette:
    """Return *routes* as an application: its pages borrow the catalogue, and its problems become problem pages."""
    pool = CataloguePool(settings)

    @asynccontextmanager
    async def open_while_served(_app: Starlette) -> AsyncIterator[None]:
        yield
        pool.close()

    made = Starlette(
        routes=list(routes),
        lifespan=open_while_served,
        exception_handlers={
            Problem: _problem,
            HTTPException: _problem,
            CreditlineError: _problem,
            sqlite3.OperationalError: _problem,
            Exception: _problem,
        },
    )
    # Do not redirect addresses with an extra slash: the target would depend on the Host header.
    made.router.redirect_slashes = False
    made.state.pool, made.state.settings = pool, settings
    return made


def _problem(request: Request, error: Exception) -> Response:
    return problem_page(request, _named(error))


def _named(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        return Problem(error.status_code)
    if isinstance(error, CreditlineError):
        # Do not show paths on this machine to visitors; log them.
        _LOG.error("%s", error)
        return Problem(
            503, "The catalogue cannot be opened", "The people who run this room find the reason in its log."
        )
    if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
        return Problem(503, "That took too long", "Ask for less: more words, or a filter.", retry=5)
    if isinstance(error, sqlite3.OperationalError):
        return Problem(503, "The catalogue is busy", "Ask again in a moment.", retry=5)
    return Problem(500, detail="This is a bug in the program; the people who run this room find it in its log.")


def problem_page(request: Request, problem: Problem) -> Response:
    """Return *problem* in the form that the client can read."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if problem.retry is not None:
        headers["Retry-After"] = str(problem.retry)
    if "text/html" not in request.headers.get("accept", ""):
        body = json.dumps(problem.as_json())
        return Response(body, problem.status, headers, "application/problem+json")
    language = request.scope.get("state", {}).get("language", LANGUAGES[0])
    made = template.render_for(request, request.app.state.settings, language, "problem.html", {"problem": problem})
    return Response(made, problem.status, headers, "text/html")
