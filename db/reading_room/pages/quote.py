"""Quoting: where a sentence is found, whether it is exact, how it is cited, and how it is proved."""

from __future__ import annotations

import json
from dataclasses import dataclass

import msgspec
from starlette.responses import Response

from archive.evidence.locate import charset_of, locate
from db.citation.text_fragment import text_fragment
from db.citation.work import clean_url, work
from db.model.item import Evidence, Item
from db.reading_room import answer
from db.reading_room.archived.holdings import Holdings
from db.reading_room.pages.item import cite, edition_at, held, marked_at, shows_whole
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.search.quotation import Quotation, QuotedPassage, look_up

_AROUND = 160
# The most captures of an edition, and the most bytes of each, that are searched for the words.
_PARTS, _LONGEST = 3, 4 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """A place where the words are found, with the text around them."""

    found: QuotedPassage
    item: Item
    before: str
    words: str
    after: str
    link: str
    archived: str | None
    marked: str | None
    proof: str | None
    citation: str


def _asked(visit: Visit) -> tuple[str, Item | None, Quotation | None]:
    words, ref = visit.said("words"), visit.said("item")
    within = held(visit, ref) if ref else None
    if not words:
        return words, within, None
    return words, within, look_up(visit.connection, words, within=within.id if within else None)


def quote(visit: Visit) -> Response:
    """Return the places where the words are found."""
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


def _place(visit: Visit, found: QuotedPassage) -> Place | None:
    item = visit.catalogue.item(found.edition)
    if item is None:
        return None
    start, end = found.passage.start, found.passage.end
    # The page as it was when the edition was opened: a later capture may say something else.
    archived = edition_at(visit, item.edition)
    marked = _marked(visit, item, found.words)
    proved = visit.url("/quote/proof.json", {"words": visit.said("words"), "edition": found.edition})
    return Place(
        found=found,
        item=item,
        before=_before(found.text, start),
        words=found.words,
        after=_after(found.text, end),
        link=text_fragment(clean_url(item.url), found.words),
        archived=archived and text_fragment(archived, found.words),
        marked=marked,
        proof=proved if marked and visit.settings.prove else None,
        citation=cite(visit, item, "chicago-notes", None),
    )


def _before(text: str, start: int) -> str:
    """Return the words before *start*; the first of them is whole."""
    said = text[max(start - _AROUND, 0) : start]
    # Text in a language without spaces is cut anywhere.
    return said if start <= _AROUND else f"… {(said.split(None, 1) or [said])[-1]}"


def _after(text: str, end: int) -> str:
    """Return the words after *end*; the last of them is whole."""
    said = text[end : end + _AROUND]
    return said if end + _AROUND >= len(text) else f"{(said.rsplit(None, 1) or [said])[0]} …"


def _marked(visit: Visit, item: Item, words: str) -> str | None:
    """Return the address of the page with *words* marked in its bytes; None if they are not found there."""
    holdings = Holdings(visit.connection, visit.settings.warcs)
    # Not if the room may not show the whole page: it could then be read quotation by quotation.
    for named in item.edition.captures[:_PARTS] if shows_whole(visit, item) else ():
        capture = visit.catalogue.capture(named)
        held = None if capture is None or "html" not in capture.media_type else holdings.read(capture)
        if capture is None or held is None:
            continue
        entity = held.entity()
        charset = charset_of(entity.body, entity.charset)
        found = locate(entity.body, words, charset=charset) if len(entity.body) <= _LONGEST else None
        if found is not None:
            return marked_at(visit, Evidence(found.words, named, ranges=found.ranges, decoding=found.decoding), capture)
    return None


def quote_json(visit: Visit) -> Response:
    """Return the same as JSON: verdict, edition, and the character positions in its text."""
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


def proof(visit: Visit) -> Response:
    """Return the proof that the words are in an edition, as a file; `creditline verify FILE` checks it.

    Raises:
        Problem: the words are not in the bytes of any page that may be shown whole (404).
    """
    _, _, asked = _asked(visit)
    prove, edition = visit.settings.prove, visit.said("edition")
    # The words may be in several editions; the address says which edition to prove.
    found = next((one for one in asked.found if one.edition == edition), None) if asked else None
    item = visit.catalogue.item(found.edition) if found else None
    if prove is None or asked is None or found is None or item is None or _marked(visit, item, found.words) is None:
        raise Problem(404, "Not proved", "These words stand in no archived page that this room shows whole.")
    made = prove(visit.catalogue, visit.settings.warcs, asked, found)
    body = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    return answer.text(visit, body, answer.JSON, name=f"proof-{edition}.json")


ROUTES = (page("/quote", quote), page("/quote.json", quote_json), page("/quote/proof.json", proof))
