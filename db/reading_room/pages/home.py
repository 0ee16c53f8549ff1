"""Home: what is held, how fresh it is, what is newest, under what terms, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from db import fixity_log
from db.query import wordings
from db.query.overview import Overview, overview
from db.query.wordings import State
from db.reading_room import answer
from db.reading_room.visit import Visit, page
from db.search import reuse
from db.search.facet_counts import FacetKind, Facets, facets
from db.search.query import parse
from db.search.search import Page, Sort, count
from db.search.search import page as hits_of

_NEWEST = 8


def home(visit: Visit) -> Response:
    """Return the first page of the room."""
    seen, counted, waits = visit.pool.figures.of(visit.connection, "home", lambda: _figures(visit))
    # This query matches any known date: texts without a date cannot be among the newest.
    newest = hits_of(visit.connection, parse("from:1000"), Page(_NEWEST, sort=Sort.NEW))
    said = reuse.reuses(visit.connection, [hit.item for hit in newest.hits])
    digests = visit.catalogue.terms_digests([hit.item for hit in newest.hits])
    return answer.html(
        visit,
        "home.html",
        seen=seen,
        newest=[(hit, said.of(hit.publisher, digests.get(hit.item, ""), hit.item)) for hit in newest.hits],
        facets=counted,
        publishers={one.id: one for one in visit.catalogue.publishers()},
        waiting=waits,
        compared=fixity_log.last_comparison(visit.connection),
        now=visit.settings.clock(),
        dated=False,
        feed=visit.url("/feed.atom"),
        alternates=[("application/atom+xml", visit.url("/feed.atom"), visit.settings.name or "Atom")],
    )


def _figures(visit: Visit) -> tuple[Overview, Facets, Mapping[str, int]]:
    seen = overview(visit.connection, visit.settings.clock())
    kinds = (FacetKind.REUSE, FacetKind.LANGUAGE, FacetKind.PUBLISHER, FacetKind.YEAR)
    return seen, facets(visit.connection, "", kinds, shown=6), waiting(visit, seen)


def waiting(visit: Visit, seen: Overview) -> Mapping[str, int]:
    """Return how much of each kind waits for a person; kinds with a count of zero are left out."""
    states = [one.state() for one in wordings.of_publishers(visit.connection)]
    found = {
        "confirm": states.count(State.WAITS),
        "unread": seen.unread_statements,
        "doubt": count(visit.connection, "is:conflict"),
    }
    # A row of zeros would look like waiting work.
    return {name: number for name, number in found.items() if number}


def home_json(visit: Visit) -> Response:
    """Return the figures of the collection."""
    seen = overview(visit.connection, visit.settings.clock())
    return answer.json(visit, figures(seen), dated=False)


def figures(seen: Overview) -> dict[str, object]:
    """Return *seen* as JSON values."""
    return {
        "items": seen.items,
        "kinds": dict(seen.kinds),
        "captures": seen.captures,
        "gone": seen.gone,
        "withheld": seen.withheld,
        "failures": dict(seen.reasons),
        "statements_unread": seen.unread_statements,
        "newest": seen.newest,
        "last_run": seen.last,
        "next_due": seen.next_due,
    }


ROUTES = (page("/", home), page("/index.json", home_json))
