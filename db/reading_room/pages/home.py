"""Home: what is held, how fresh it is, and what waits for a person."""

from __future__ import annotations

from starlette.responses import Response

from db.query.overview import overview
from db.reading_room import answer
from db.reading_room.visit import Visit, page


def home(visit: Visit) -> Response:
    """Return the page that the room opens with."""
    return answer.html(visit, "home.html", seen=overview(visit.connection, visit.premises.clock()))


ROUTES = (page("/", home),)
