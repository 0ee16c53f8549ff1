"""Quoting: where a sentence stands, whether it is exact, how it is cited and how it is proved."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from starlette.responses import Response

from db.citation.text_fragment import text_fragment
from db.citation.work import clean_url, work
from db.model.item import Item
from db.reading_room import answer
from db.reading_room.pages.item import archived_at, cite, held
from db.reading_room.visit import Visit, page
from db.search.quotation import Found, Quotation, look_up

_AROUND = 160


@dataclass(frozen=True, slots=True)
class Place:
    """A place where the words stand, with those around them."""

    found: Found
    item: Item
    before: str
    words: str
    after: str
    link: str
    archived: str | None
    citation: str


def _asked(visit: Visit) -> tuple[str, Item | None, Quotation | None]:
    words, ref = visit.said("words"), visit.said("item")
    within = held(visit, ref) if ref else None
    if not words:
        return words, within, None
    return words, within, look_up(visit.connection, words, within=within.id if within else None)


def quote(visit: Visit) -> Response:
    """Return where the words stand."""
    words, within, found = _asked(visit)
    places = [_place(visit, one) for one in found.found] if found else []
    return answer.html(
        visit,
        "quote.html",
        words=words,
        within=within,
        cited=work(within) if within else None,
        found=found,
        places=[one for one in places if one is not None],
    )


def _place(visit: Visit, found: Found) -> Place | None:
    item = visit.catalogue.item(found.edition)
    if item is None:
        return None
    start, end = found.passage.start, found.passage.end
    time = f"{item.edition.opened:%Y%m%d%H%M%S}"
    archived = archived_at(visit, item.url, time)
    return Place(
        found=found,
        item=item,
        before=found.text[max(start - _AROUND, 0) : start],
        words=found.words,
        after=found.text[end : end + _AROUND],
        link=text_fragment(clean_url(item.url), found.words),
        archived=archived and text_fragment(archived, found.words),
        citation=cite(visit, item, "chicago-notes", None),
    )


def quote_json(visit: Visit) -> Response:
    """Return the same as JSON: verdict, edition, and the characters of its text."""
    words, _, found = _asked(visit)
    places = [
        {
            "item": one.item,
            "edition": one.edition,
            "in_force": one.in_force,
            "words": one.words,
            "start": one.passage.start,
            "end": one.passage.end,
            "changes": msgspec.to_builtins(one.passage.changes),
        }
        for one in (found.found if found else ())
    ]
    return answer.json(visit, {"words": words, "verdict": found.verdict.value if found else None, "places": places})


ROUTES = (page("/quote", quote), page("/quote.json", quote_json))
