"""Review: what waits for a person, and what a signed-in person decides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from starlette.responses import RedirectResponse, Response

from db.citation.work import work
from db.decisions import annotation_rows
from db.decisions.overlay import current_value, describe_term
from db.model.annotation import AnnotationKind
from db.model.decision import SETTABLE, Decision, DecisionField
from db.model.item import Item, Role
from db.model.terms import Act, Covers, Duty
from db.query import moved, review_queue, wordings
from db.query.review_queue import Question, ReviewReason
from db.query.wordings import State
from db.reading_room import answer
from db.reading_room.problem import Problem
from db.reading_room.review.posted import Posted, access_of, posting
from db.reading_room.review.review_request import (
    Declined,
    ReviewAction,
    ReviewRequest,
    Terms,
    Why,
    sign_of_item,
    sign_of_moves,
    sign_of_statement,
)
from db.reading_room.review.session import Session
from db.reading_room.visit import Handler, Visit, address, page

# The most items, statements, patterns of moves and decisions on a page.
_ITEMS, _WORDS, _MOVES, _MADE = 20, 50, 20, 200
_STATUS = {Why.NOT_SO: 422, Why.CHANGED: 409, Why.BUSY: 503}
ACTS = (*((Covers.TEXT, act) for act in Act), (Covers.IMAGES, Act.USE), (Covers.SITE, Act.USE))
"""What a person decides about a statement."""


@dataclass(frozen=True, slots=True)
class FieldOfItem:
    """A field of an item on the review page: its questions, its present values, whether it can be set."""

    field: DecisionField
    shown: tuple[str, ...]
    questions: tuple[Question, ...]
    settable: bool


def signed_in(handler: Handler) -> Handler:
    """Return *handler* for signed-in people only; others are redirected to the sign-in page."""

    def asked(visit: Visit) -> Response:
        access_of(visit.request)
        if visit.session is None:
            # Redirect to a fixed page, and do not carry a target: no address from the request is ever followed.
            return RedirectResponse(visit.url("/sign-in"), 303)
        return handler(visit)

    return asked


def waiting(visit: Visit) -> Response:
    """Return what waits for a person: statements, works that seem to have moved, items."""
    connection = visit.connection
    publisher, reason = visit.said("publisher") or None, visit.said("reason")
    why = ReviewReason(reason) if reason in set(ReviewReason) else None
    # Finding moved works means looking through all; a request for items only need not wait for that.
    patterns = moved.patterns(connection, publisher) if why in (None, ReviewReason.MOVED) else []
    every = wordings.of_publishers(connection, publisher) if why in (None, ReviewReason.STATEMENT) else []
    words = [one for one in every if one.state() in (State.WAITS, State.UNREAD)]
    wants_items = why not in (ReviewReason.MOVED, ReviewReason.STATEMENT)
    found = review_queue.items(connection, publisher=publisher, why=why) if wants_items else iter(())
    skip = visit.number("skip", 0, most=2000)
    # Take one more than is shown, to know whether there are more; the whole queue may be long.
    items = list(islice(found, skip, skip + _ITEMS + 1))
    return answer.html(
        visit,
        "review.html",
        wordings=words[:_WORDS],
        patterns=[(one, sign_of_moves(one)) for one in patterns[:_MOVES]],
        items=[(one, work(one.item)) for one in items[:_ITEMS]],
        following=visit.url("/review", {"publisher": publisher, "reason": reason or None, "skip": skip + _ITEMS})
        if len(items) > _ITEMS
        else None,
        publishers={one.id: one.name or one.id for one in visit.catalogue.publishers()},
        publisher=publisher,
        reason=reason,
        reasons=tuple(ReviewReason),
        recorded=visit.said("recorded"),
    )


def of_item(visit: Visit) -> Response:
    """Return the page on which a person decides about an item: its fields, tags, notes, and withholding."""
    ref = visit.part("ref")
    # For a withheld item, show only that it is withheld, and the way to lift that.
    stone = visit.catalogue.tombstone(ref)
    shown = visit.catalogue.item(ref)
    if shown is None and stone is None:
        raise Problem(404, "Not held", "No item has this id, or none had it at that time.")
    return answer.html(
        visit,
        "review_item.html",
        item=shown,
        stone=stone,
        named=shown.id if shown is not None else ref,
        cited=None if shown is None else work(shown),
        fields=[] if shown is None else _fields(visit, shown),
        annotations=[] if shown is None else annotation_rows.every(visit.connection, [shown.id]),
        kinds=tuple(AnnotationKind),
        seen=sign_of_item(visit.catalogue, ref),
        recorded=visit.said("recorded"),
    )


def _fields(visit: Visit, shown: Item) -> list[FieldOfItem]:
    asked = next(review_queue.items(visit.connection, item=shown.id), None)
    questions = () if asked is None else asked.questions
    # A text is not set to be whole: ask about that only if something says it is not.
    fields = [*SETTABLE, *([DecisionField.PARTIAL] if shown.edition.partial else [])]
    found = [
        FieldOfItem(
            field,
            _typed(shown) if field is DecisionField.AUTHOR else current_value(shown, field),
            tuple(one for one in questions if one.field is field),
            field in SETTABLE,
        )
        for field in fields
    ]
    # Fields with questions come first.
    return sorted(found, key=lambda one: not one.questions)


def _typed(shown: Item) -> tuple[str, ...]:
    """Return the credited people as a reviewer types them: with the role before the name, except for authors."""
    credited = shown.edition.attributions
    return tuple(one.name if one.role is Role.AUTHOR else f"{one.role.value}: {one.name}" for one in credited)


def made(visit: Visit) -> Response:
    """Return the decisions, newest first."""
    every = review_queue.made(visit.connection)
    undone = {one.undoes: one for one in every if one.undoes}
    return answer.html(
        visit,
        "decisions.html",
        made=[(one, undone.get(one.id), _values(one)) for one in every if not one.undoes][:_MADE],
        recorded=visit.said("recorded"),
    )


def _values(one: Decision) -> list[str]:
    return [value.value for value in one.values] or [describe_term(term) for term in one.terms]


def decided(posted: Posted, session: Session) -> Response:
    """Record the person's decision, and redirect to the page it is about.

    Raises:
        Problem: it is not a valid decision (422), the subject has changed (409), or it cannot be recorded now (503).
    """
    said = _read_form(posted)
    ended = posted.access.service.record(said, session.name)
    if isinstance(ended, Declined):
        # Say it clearly: the reader must not believe that the decision was recorded.
        detail = ". ".join(part for part in (ended.what, ended.hint, "Nothing was recorded") if part) + "."
        raise Problem(_STATUS[ended.why], _TITLES[ended.why], detail, retry=5 if ended.why is Why.BUSY else None)
    # Redirect, so that reloading the page does not decide again.
    language = str(posted.request.scope["state"]["language"])
    short = ended.records[-1].removeprefix("urn:uuid:")[:8] if ended.records else None
    return RedirectResponse(address(_result_path(said), {"recorded": short}, language), 303)


_TITLES = {Why.NOT_SO: "This cannot be decided", Why.CHANGED: "It has changed", Why.BUSY: "Not now"}


def _read_form(posted: Posted) -> ReviewRequest:
    try:
        deed = ReviewAction(posted.one("deed", 20))
    except ValueError as error:
        raise Problem(400, detail="The form does not say what is decided.") from error
    # Read only the fields that the page has; ignore all others.
    chosen = {f"{covers}:{act}": posted.one(f"act {covers}:{act}", 20) for covers, act in ACTS}

    def acts(wanted: str) -> tuple[str, ...]:
        return tuple(name for name, said in chosen.items() if said == wanted)

    return ReviewRequest(
        deed,
        posted.one("about", 300),
        because=" ".join(posted.one("because").split()),
        aspect=posted.one("aspect", 20),
        values=posted.lines("values"),
        terms=Terms(
            permits=acts("permits"),
            asks=acts("asks"),
            forbids=acts("forbids"),
            duties=tuple(one for one in posted.fields.get("duty", ()) if one in set(Duty)),
            noncommercial=bool(posted.one("noncommercial", 5)),
            license_id=posted.one("license", 200) or None,
        ),
        seen=posted.one("seen", 40),
    )


def _result_path(said: ReviewRequest) -> str:
    """Return the page that shows the result: chosen by the subject, never by an address from the request."""
    if said.deed is ReviewAction.UNDO:
        return "/review/decisions"
    if "~" in said.about:
        return f"/terms/{said.about}"
    return "/review" if "+" in said.about else f"/review/items/{said.about}"


def forms_of_statement(visit: Visit, publisher: str, words: str) -> dict[str, object]:
    """Return what the page of a statement needs for deciding; empty values for anyone not signed in."""
    if visit.session is None:
        return {"acts": (), "duties": (), "seen": "", "recorded": ""}
    seen = sign_of_statement(visit.connection, publisher, words)
    return {"acts": ACTS, "duties": tuple(Duty), "seen": seen, "recorded": visit.said("recorded")}


ROUTES = (
    page("/review", signed_in(waiting)),
    page("/review/items/{ref}", signed_in(of_item)),
    page("/review/decisions", signed_in(made)),
    posting("/review/decide", decided),
)
