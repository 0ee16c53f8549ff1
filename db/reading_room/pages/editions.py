"""Editions: the successive states of a text, and what changed in words, attribution and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from starlette.responses import Response

from db.citation.work import work
from db.identity import parse_time, resolve_span
from db.model.item import Edition, Item, Use, Verdict
from db.query import item_history
from db.query.differences import Difference, between
from db.reading_room import answer
from db.reading_room.pages.item import edition_at, held, shows_whole
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.terms.verdict import verdict

# The most editions whose terms a timeline looks up; each lookup reads all statements of that day.
MOST = 200
"""The most editions in a timeline (the newest ones); each is compared word by word with the one before it."""
_COMPARED = 60


@dataclass(frozen=True, slots=True)
class TermsThen:
    """The terms of an item at one time: their words, and whether the item could be published whole."""

    words: frozenset[str]
    found: Verdict


@dataclass(frozen=True, slots=True)
class Step:
    """One edition of a timeline.

    Attributes:
        change: the difference from the edition before; None for the first.
        ended, started: words on reuse that are no longer printed, or newly printed.
        archived: the address of the page as it was.
    """

    edition: Edition
    change: Difference | None
    ended: tuple[str, ...]
    started: tuple[str, ...]
    archived: str | None


def _terms_at(visit: Visit, item: Item, edition: Edition) -> TermsThen:
    # Read the terms as of that day: a site's terms can change while the text stays the same.
    then = visit.catalogue.item(item.id, at=edition.opened)
    said = [one.statement for one in then.terms] if then else []
    return TermsThen(frozenset(one.words for one in said if one.has_a_say), verdict(said, Use.REPUBLISH))


def steps(visit: Visit, item: Item) -> tuple[list[Step], int]:
    """Return the timeline of *item*, newest edition first, and the number of its editions."""
    editions = visit.catalogue.editions(item.id)
    said = [_terms_at(visit, item, one) for one in editions[-_COMPARED:]]
    # If there are very many editions, no terms are given for the oldest.
    known = [None] * (len(editions) - len(said)) + list(said)
    found = []
    for number, edition in enumerate(editions):
        if number < len(editions) - MOST:
            continue
        before, now = (known[number - 1] if number else None), known[number]
        ended = tuple(sorted(before.words - now.words)) if before and now else ()
        started = tuple(sorted(now.words - before.words)) if before and now else ()
        change = between(editions[number - 1], edition) if number else None
        found.append(Step(edition, change, ended, started, edition_at(visit, edition)))
    return found[::-1], len(editions)


def editions(visit: Visit) -> Response:
    """Return the timeline of an item as HTML."""
    item = held(visit, visit.part("ref"))
    path = f"/items/{item.id}/editions"
    shown, count = steps(visit, item)
    return answer.html(
        visit,
        "editions.html",
        item=item,
        cited=work(item),
        steps=shown,
        count=count,
        seen=item_history.happenings(visit.connection, item.id)[::-1][:MOST],
        former=item_history.former_items(visit.connection, item.id),
        alternates=[("application/json", visit.url(f"{path}.json"), "JSON")],
    )


def editions_json(visit: Visit) -> Response:
    """Return the timeline as JSON."""
    return answer.json(visit, as_json(visit, held(visit, visit.part("ref"))))


def as_json(visit: Visit, item: Item) -> dict[str, object]:
    """Return the timeline of *item* as JSON values."""
    shown, count = steps(visit, item)
    told = [
        {
            "id": step.edition.id,
            "number": step.edition.number,
            "opened": step.edition.opened,
            "last_seen": step.edition.last_seen,
            "partial": step.edition.partial,
            "changed": [kind.value for kind in step.change.kinds] if step.change else [],
            "words_added": step.change.added if step.change else 0,
            "words_removed": step.change.removed if step.change else 0,
            "terms_ended": step.ended,
            "terms_started": step.started,
        }
        for step in shown
    ]
    return {"item": item.id, "count": count, "editions": told}


def diff(visit: Visit) -> Response:
    """Return what changed between two editions of an item; the address gives their times."""
    item, one, other = _pair(visit)
    before, now = _terms_at(visit, item, one), _terms_at(visit, item, other)
    return answer.html(
        visit,
        "diff.html",
        item=item,
        cited=work(item),
        one=one,
        other=other,
        change=_shown(visit, item, between(one, other)),
        ended=sorted(before.words - now.words),
        started=sorted(now.words - before.words),
        was=before.found,
        now=now.found,
    )


def diff_json(visit: Visit) -> Response:
    """Return the same as JSON."""
    item, one, other = _pair(visit)
    told = msgspec.to_builtins(_shown(visit, item, between(one, other)))
    return answer.json(visit, {"item": item.id, "from": one.id, "to": other.id, "change": told})


def _shown(visit: Visit, item: Item, change: Difference) -> Difference:
    """Return *change*, without its words if this room does not show the whole text."""
    return change if shows_whole(visit, item) else replace(change, passages=())


def _pair(visit: Visit) -> tuple[Item, Edition, Edition]:
    item = held(visit, visit.part("ref"))
    held_then = visit.catalogue.editions(item.id)
    first, _, second = visit.part("span").partition("..")
    one, other = _at(held_then, first), _at(held_then, second)
    # Put the earlier edition first in any case; otherwise added text would be shown as removed.
    return (item, one, other) if one.opened <= other.opened else (item, other, one)


def _at(editions: Sequence[Edition], digits: str) -> Edition:
    span = parse_time(digits)
    if span is None:
        raise Problem(404, detail="Name two times as the ends of edition ids: 20230424100000..20240101000000.")
    moment = resolve_span(span, [one.opened for one in editions])
    # The edition at that time is the last one opened by then; before the first edition, take the first.
    return next((one for one in reversed(editions) if one.opened <= moment), editions[0])


ROUTES = (
    page("/items/{ref}/editions", editions),
    page("/items/{ref}/editions.json", editions_json),
    page("/items/{ref}/diff/{span}.json", diff_json),
    page("/items/{ref}/diff/{span}", diff),
)
