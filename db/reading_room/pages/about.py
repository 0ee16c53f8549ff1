"""About: what the room is, how it is searched, and how accessible it is; with what the program knows of itself."""

from __future__ import annotations

from starlette.responses import Response

from db import fixity_log
from db.reading_room import answer
from db.reading_room.visit import Visit, page


def about(visit: Visit) -> Response:
    """Return what is collected, by whom it was published, and how it can be trusted."""
    return answer.html(
        visit,
        "about.html",
        publishers=visit.catalogue.publishers(),
        counts=visit.catalogue.counts(),
        verified=fixity_log.last_round(visit.connection),
        compared=fixity_log.last_comparison(visit.connection),
    )


def searching(visit: Visit) -> Response:
    """Return the language of queries, each with an example that can be tried."""
    return answer.html(visit, "help.html")


def accessibility(visit: Visit) -> Response:
    """Return the statement of accessibility."""
    return answer.html(visit, "accessibility.html")


ROUTES = (page("/about", about), page("/help", searching), page("/accessibility", accessibility))
