"""The second port: a separate origin that serves archived pages, so that nothing in them can reach the room.

Apart from `server.py`, which opens both ports: this application can be asked without a socket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from db.reading_room.archived import routes
from db.reading_room.guard import Guard
from db.reading_room.pages import watch
from db.reading_room.room import application
from db.reading_room.room_settings import RoomSettings

HEADERS: Mapping[str, str] = {
    # Nothing runs: no script, form, frame or plugin; archived pages set their own policy.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    # X-Frame-Options would say no more, and cannot allow frames within archived pages.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Web searches should find the publisher's page, not this copy.
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
ROUTES: Sequence[BaseRoute] = (*watch.ROUTES, *routes.ROUTES)
"""The routes of the second port."""


def archived(settings: RoomSettings) -> ASGIApp:
    """Return the application of the second port for the collection that *settings* names."""
    return Guard(application(settings, ROUTES), settings, routes=ROUTES, headers=HEADERS)
