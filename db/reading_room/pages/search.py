"""Search: the hits of a query, ways to narrow it, suggestions if nothing is found, and all hits in any form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec
from starlette.responses import Response

from db.catalogue import Catalogue
from db.reading_room import answer, forms
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, address, page
from db.search import facet_counts, reuse, suggestion
from db.search.effort import WITHOUT_END, Effort
from db.search.facet_counts import FacetKind, Facets
from db.search.hit import Hit
from db.search.query import Query, find_mistake, parse
from db.search.search import Page, Results, Sort, all_ids, sql
from db.search.search import page as hits_of

EVERYTHING = "kind:article OR kind:page OR kind:document"
SORTS = ("relevance", "new", "old", "title")
_FACETS = (
    *(FacetKind.REUSE, FacetKind.YEAR, FacetKind.AUTHOR, FacetKind.SECTION, FacetKind.TAG),
    *(FacetKind.LANGUAGE, FacetKind.PUBLISHER, FacetKind.LICENSE, FacetKind.KIND),
)
_SIZE = 20
# Nobody pages further than this, and skipping hits costs as much as finding them.
_DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search request: *typed* as entered, *text* as searched, the order, and how many hits to skip."""

    typed: str
    text: str
    query: Query
    sort: Sort
    after: int
    size: int
    effort: Effort

    @property
    def page(self) -> Page:
        return Page(self.size, self.after, self.sort, effort=self.effort)

    def goes_on_after(self, found: Results) -> bool:
        """Say whether there are hits after this page."""
        # If not all were counted, a full page means that there may be more.
        uncounted = not found.exact and len(found.hits) == self.size
        return uncounted or self.after + self.size < found.total


def _asked(visit: Visit) -> SearchRequest:
    typed = visit.said("q")
    text = typed or EVERYTHING
    query = parse(text)
    said = visit.said("sort")
    # Without a word to search for there is no ranking: then put the newest first.
    usual = "relevance" if typed and query.atoms() else "new"
    sort = Sort(said if said in SORTS else usual)
    size = visit.number("n", _SIZE, least=1, most=visit.settings.bounds.page)
    # Whoever asks for all results waits for all, up to the time limit of a page.
    effort = WITHOUT_END if visit.said("through") == "all" else visit.settings.bounds.search
    return SearchRequest(typed, text, query, sort, visit.number("after", 0, most=_DEEPEST), size, effort)


def search(visit: Visit) -> Response:
    """Return the page of hits."""
    asked = _asked(visit)
    found = hits_of(visit.connection, asked.query, asked.page)
    # For all items, because the narrowing is counted with it; the next page of hits uses the same value again.
    said = visit.kept("reuses", lambda: reuse.reuses(visit.connection))
    digests = visit.catalogue.terms_digests([hit.item for hit in found.hits])
    counted = _narrowing(visit, asked, found, said) if found.total else None
    chips = [(text, asked.query.without(place)) for place, (_, text) in enumerate(asked.query.parts)]
    here = {"q": asked.typed or None, **{name: visit.said(name) or None for name in ("sort", "n", "through")}}
    explained = bool(asked.typed) and not (found.total or found.among)
    more = asked.goes_on_after(found) and asked.after + asked.size <= _DEEPEST
    return answer.html(
        visit,
        "search.html",
        query=asked.typed,
        # A hurried search left something out that the next one may find.
        dated=not found.is_hurried,
        asked=asked,
        found=found,
        hits=[(hit, said.of(hit.publisher, digests.get(hit.item, ""), hit.item)) for hit in found.hits],
        publishers={one.id: one.name or one.id for one in visit.catalogue.publishers()},
        facets=counted,
        shown={kind: _useful(kind, values, asked.query) for kind, values in counted.values.items()} if counted else {},
        chips=chips if asked.typed else [],
        slip=find_mistake(asked.typed) if asked.typed else None,
        # If not all items were searched, it is not known that nothing would be found. Of a query that nobody typed, no
        # part has to be explained.
        suggested=suggestion.suggestions(visit.connection, asked.query) if explained else (),
        reasons=suggestion.reasons(visit.connection, asked.query) if explained else (),
        sorts=[(one, visit.url("/search", {**here, "sort": one})) for one in SORTS],
        before=visit.url("/search", {**here, "after": max(asked.after - asked.size, 0) or None}) if asked.after else "",
        after=visit.url("/search", {**here, "after": asked.after + asked.size}) if more else "",
        forms=[(form, visit.url(f"/search.{form.ending}", {"q": asked.typed or None})) for form in forms.OF_HITS],
        through_all=visit.url("/search", {**here, "through": "all"}),
        feed=visit.url("/search.atom", {"q": asked.typed or None}),
        sql_url=visit.url("/search.sql", here),
        alternates=[
            *forms.alternates(visit, "/search", forms.OF_HITS, asked.typed),
            ("application/atom+xml", visit.url("/search.atom", {"q": asked.typed or None}), "Atom"),
        ],
    )


def _narrowing(visit: Visit, asked: SearchRequest, found: Results, said: reuse.Reuses) -> Facets:
    """Return the facets that narrow the search: the same for any order and each page of its hits."""

    def count() -> Facets:
        # Count among the newest only: people narrow by what is common and then search again. Counting all would take
        # longer than finding them.
        return facet_counts.facets_of(visit.connection, found, _FACETS, shown=8, said=said)

    # A hurried result is incomplete, so it must not be kept for the next request.
    return count() if found.is_hurried else visit.kept(f"facets {asked.text}", count)


def _useful(kind: FacetKind, values: Sequence[facet_counts.Value], query: Query) -> list[facet_counts.Value]:
    """Return those *values* that narrow *query* further and mean something to a person."""
    said = {text for _, text in query.parts}
    if kind is FacetKind.YEAR:
        # Years are read in order, not by count.
        values = sorted(values, key=lambda one: one.value, reverse=True)
    # Licence names made up here for a publisher's own words (`verdict.license_of`) mean nothing to a person.
    return [one for one in values if one.query not in said and not one.value.startswith("LicenseRef-")]


def search_in_form(visit: Visit) -> Response:
    """Return all hits, and their number, in the form given by the ending of the address."""
    ending = visit.part("form")
    asked = _asked(visit)
    if ending == "json":
        return answer.json(visit, as_json(visit, asked))
    if ending == "sql":
        return answer.text(visit, f"{sql(visit.connection, asked.query, asked.page)};\n")
    form = forms.by_ending(forms.OF_HITS, ending)
    if form is None:
        raise Problem(404, detail=f"Hits are handed out as {', '.join(one.ending for one in forms.OF_HITS)}.")
    slip = find_mistake(asked.typed) if asked.typed else None
    # An export must not silently contain other hits than were meant.
    if slip is not None:
        raise Problem(400, "The query is misread", slip.in_one_line)
    ids = all_ids(visit.connection, asked.text)
    pieces = partial(_pieces, ids, form, visit)
    made = answer.stream(visit, pieces, form.kind, name=f"hits.{form.ending}")
    made.headers["X-Total-Count"] = str(len(ids))
    return made


def _pieces(ids: Sequence[str], form: forms.Form, visit: Visit, catalogue: Catalogue) -> Iterator[str]:
    return forms.of_hits(catalogue, ids, form, visit.settings.archive)


def as_json(visit: Visit, asked: SearchRequest | None = None) -> dict[str, object]:
    """Return one page of hits as JSON values, with the address of the next page."""
    asked = asked or _asked(visit)
    found = hits_of(visit.connection, asked.query, asked.page)
    said = reuse.reuses(visit.connection, [hit.item for hit in found.hits])
    digests = visit.catalogue.terms_digests([hit.item for hit in found.hits])
    slip = find_mistake(asked.typed) if asked.typed else None
    following, path = asked.after + asked.size, str(visit.request.scope["path"])
    here = {"q": asked.typed or None, "sort": asked.sort.value, "n": asked.size, "after": following}
    here |= {"through": visit.said("through") or None}
    return {
        "query": asked.typed,
        "total": found.total,
        "exact": found.exact,
        "ranked": found.ranked,
        "unranked": found.unranked,
        "among": found.among.as_json() if found.among else None,
        "misread": None if slip is None else slip.in_one_line,
        "hits": [_hit(hit, said.of(hit.publisher, digests.get(hit.item, ""), hit.item)) for hit in found.hits],
        "next": visit.full(address(path, here)) if asked.goes_on_after(found) else None,
    }


def _hit(hit: Hit, said: reuse.ReuseAnswer) -> dict[str, object]:
    built = msgspec.to_builtins(hit)
    assert isinstance(built, dict)
    return {**built, "reuse": said.reuse.value, "license": said.license or None, "url": f"/items/{hit.item}"}


ROUTES = (page("/search", search), page("/search.{form}", search_in_form))
