"""Pages for monitoring: whether the server runs, whether it can answer, and the figures of the collection."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from db.query.overview import overview
from db.reading_room import answer
from db.reading_room.visit import Visit, page

METRICS = "text/plain; version=0.0.4; charset=utf-8"


def _is_alive(_request: Request) -> Response:
    # Do not use the catalogue: a supervisor would kill a server that only waits for its disk.
    return PlainTextResponse("ok\n")


def ready(visit: Visit) -> Response:
    """Say that the catalogue can be read; if it cannot, the usual problem page is sent."""
    visit.connection.execute("SELECT 1 FROM item LIMIT 1").fetchone()
    return answer.body_or_not_modified(visit, b"ready\n", answer.TEXT, dated=False)


def metrics(visit: Visit) -> Response:
    """Return the figures of the collection in the format of Prometheus."""
    seen = overview(visit.connection, visit.settings.clock())
    # The names are those of `status --prometheus`. Failures are all counted here; there, only those that a person can
    # repair.
    figures = {
        "items": seen.items,
        "captures": seen.captures,
        "items_gone": seen.gone,
        "items_withheld": seen.withheld,
        "failures_listed": seen.failures,
        "pages_due": seen.due,
        "pages_due_longest_seconds": round(seen.late),
        "statements_unread": seen.unread_statements,
    }
    lines = [f"# TYPE creditline_{name} gauge\ncreditline_{name} {value}" for name, value in figures.items()]
    if seen.newest is not None:
        lines.append(
            f"# TYPE creditline_newest_record_seconds gauge\n"
            f"creditline_newest_record_seconds {seen.newest.timestamp():.0f}"
        )
    return answer.body_or_not_modified(visit, ("\n".join(lines) + "\n").encode(), METRICS, dated=False)


ROUTES = (Route("/healthz", _is_alive), page("/readyz", ready), page("/metrics", metrics))
