"""The second port: an origin of its own, from which archived pages come, so that nothing of them reaches the room.

Apart from the server, so that it can be asked without one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from db.reading_room.archived import routes
from db.reading_room.guard import Guard
from db.reading_room.pages import watch
from db.reading_room.premises import Premises
from db.reading_room.room import application

HEADERS: Mapping[str, str] = {
    # Nothing runs: no script, no form, no frame, no plugin; pages that are shown set a policy of their own.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    # X-Frame-Options says no more than that, and of the frames within archived pages nothing can be said in it.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Whoever searches the web is to find the publisher's page, and not our copy in its place.
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
ROUTES: Sequence[BaseRoute] = (*watch.ROUTES, *routes.ROUTES)
"""What the second port answers."""


def archived(premises: Premises) -> ASGIApp:
    """Return the application of the second port over the collection at *premises*."""
    return Guard(application(premises, ROUTES), premises, headers=HEADERS)
