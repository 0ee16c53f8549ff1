"""About: what the room is, how to search it, and how accessible it is, with facts that the program knows."""

from __future__ import annotations

from starlette.responses import Response

from db import fixity_log
from db.reading_room import answer
from db.reading_room.visit import Visit, page


def about(visit: Visit) -> Response:
    """Return what is collected, who published it, and why it can be trusted."""
    return answer.html(
        visit,
        "about.html",
        publishers=visit.catalogue.publishers(),
        counts=visit.catalogue.counts(),
        verified=fixity_log.last_round(visit.connection),
        compared=fixity_log.last_comparison(visit.connection),
    )


def searching(visit: Visit) -> Response:
    """Return the query language, each element with an example to try."""
    return answer.html(visit, "help.html")


def accessibility(visit: Visit) -> Response:
    """Return the accessibility statement."""
    return answer.html(visit, "accessibility.html")


ROUTES = (page("/about", about), page("/help", searching), page("/accessibility", accessibility))
