"""Browsing: all authors, tags and sections by name, and the years as a chart."""

from __future__ import annotations

from functools import partial

from starlette.responses import Response
from starlette.routing import Route

from db.reading_room import answer
from db.reading_room.messages import alphabetical
from db.reading_room.visit import Visit, page
from db.search.facet_counts import FacetKind, Value, facets

# Names on a page, the most common ones, and on the page with more; that many take about 35 KB.
_SHOWN, _MOST = 300, 2000
_KINDS = {
    "authors": (FacetKind.AUTHOR, "Authors", "author"),
    "tags": (FacetKind.TAG, "Tags", "tag"),
    "sections": (FacetKind.SECTION, "Sections", "section"),
}


def _names(visit: Visit, kind: FacetKind) -> list[Value]:
    # All of them, which takes a while in a large collection. These pages have no Last-Modified, because counts from
    # before the last change may be reused after it.
    counted = visit.pool.figures.of(
        visit.connection,
        kind.value,
        lambda: facets(visit.connection, "", [kind], counted=-1, shown=_MOST + 1).values[kind],
    )
    return list(counted)


def _listed(visit: Visit, named: str) -> Response:
    """Return the page of names of one kind: the most frequent ones, in alphabetical order."""
    kind, title, _ = _KINDS[named]
    found = _names(visit, kind)
    most = visit.number("n", _SHOWN, least=1, most=_MOST)
    shown = sorted(found[:most], key=lambda one: alphabetical(one.value))
    return answer.html(
        visit,
        "names.html",
        title=title,
        names=shown,
        more=len(found) > most,
        further=visit.url(f"/{named}", {"n": _MOST}) if len(found) > most and most < _MOST else None,
        kind=kind.value,
        alternates=[("application/json", visit.url(f"/{named}.json"), "JSON")],
        dated=False,
    )


def _as_json(visit: Visit, named: str) -> Response:
    return answer.json(visit, {named: _names(visit, _KINDS[named][0])[:_MOST]}, dated=False)


def timeline(visit: Visit) -> Response:
    """Return the number of items of each year, as a chart and as a table."""
    years = sorted(_names(visit, FacetKind.YEAR), key=lambda one: one.value)
    dated = [one for one in years if one.value]
    highest = max((one.count for one in dated), default=1)
    return answer.html(visit, "timeline.html", years=dated, highest=highest, dated=False)


def _route(named: str, *, as_json: bool) -> Route:
    handler = partial(_as_json if as_json else _listed, named=named)
    return page(f"/{named}.json" if as_json else f"/{named}", handler)


ROUTES = (
    *(_route(named, as_json=False) for named in _KINDS),
    *(_route(named, as_json=True) for named in _KINDS),
    page("/timeline", timeline),
)
