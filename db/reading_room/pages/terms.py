"""Terms: all that publishers say about reuse: how it is read, since when, who confirmed it, and what changed."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from db.decisions.overlay import statements_of
from db.query import review_queue, terms_history, wordings
from db.reading_room import answer
from db.reading_room.pages import review
from db.reading_room.pages.item import all_marked
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.terms.statements import StatementRecord

# The most statements, and the most changes, on a page.
_MOST = 200
_ITEMS = 50


def _ended(records: list[StatementRecord]) -> list[StatementRecord]:
    return [one for one in records if one.superseded is not None][:_MOST]


def terms(visit: Visit) -> Response:
    """Return all wordings by publisher, waiting ones first; then statements no longer printed, and changes."""
    asked = visit.said("publisher") or None
    found = wordings.of_publishers(visit.connection, asked)
    records = statements_of(visit.connection, asked)
    changes = [one for one in terms_history.changes(visit.connection) if asked in (None, one.publisher)]
    return answer.html(
        visit,
        "terms.html",
        wordings=found[:_MOST],
        unshown=max(len(found) - _MOST, 0),
        ended=_ended(records),
        machines=[one for one in records if one.superseded is None and one.statement.is_for_machines][:_MOST],
        changes=changes[:_MOST],
        lapsed=wordings.lapsed(visit.connection, asked),
        publishers={one.id: one.name or one.id for one in visit.catalogue.publishers()},
        asked=asked,
        alternates=[("application/json", visit.url("/terms.json"), "JSON")],
    )


def terms_json(visit: Visit) -> Response:
    """Return every statement as JSON, with the changes."""
    return answer.json(visit, as_json(visit))


def as_json(visit: Visit) -> dict[str, object]:
    """Return every statement and every change of terms as JSON values."""
    records = statements_of(visit.connection, visit.said("publisher") or None)
    told = [{"id": one.id, **msgspec.to_builtins(one)} for one in records]
    return {"statements": told, "changes": [one.as_json() for one in terms_history.changes(visit.connection)]}


def statement(visit: Visit) -> Response:
    """Return one wording: each place and reading of it with its interval, and the items that show it."""
    named = visit.part("id")
    found = review_queue.statement(visit.connection, named)
    publisher, words = found or ("", "")
    # Without statements that only withheld items show; an older link may lead to one.
    records = [one for one in statements_of(visit.connection, publisher) if one.statement.words == words]
    if not records:
        raise Problem(404, "Not held", "No publisher has a statement with this id.")
    showing = review_queue.items_showing(visit.connection, publisher, words)
    return answer.html(
        visit,
        "statement.html",
        id=named.lower(),
        words=words,
        records=records,
        waits=any(wordings.waits(one.statement) for one in records if one.decided is None and one.superseded is None),
        items=list(visit.catalogue.items(showing[:_ITEMS])),
        more=max(len(showing) - _ITEMS, 0),
        publishers={one.id: one.name or one.id for one in visit.catalogue.publishers()},
        publisher=publisher,
        marked=all_marked(visit, [one.statement.evidence for one in records]),
        **review.forms_of_statement(visit, publisher, words),
    )


ROUTES = (page("/terms", terms), page("/terms.json", terms_json), page("/terms/{id}", statement))
