"""Signing in and out, for those who may decide in the browser."""

from __future__ import annotations

import secrets

from starlette.responses import RedirectResponse, Response

from db.reading_room import answer
from db.reading_room.review.posted import Posted, access_of, posting, require_token, route_of
from db.reading_room.review.reviewer_access import FORM
from db.reading_room.review.session import Session
from db.reading_room.template import render_for
from db.reading_room.visit import Visit, page
from db.reading_room.visit import address as path_of


def show_form(visit: Visit) -> Response:
    """Return the sign-in form."""
    access = access_of(visit.request)
    if visit.session is not None:
        return RedirectResponse(visit.url("/review"), 303)
    # A separate cookie for this form: a request triggered by another site's page cannot match the token in the form.
    key = secrets.token_urlsafe(16)
    made = answer.html(visit, "sign_in.html", token=access.service.token_before(key), wrong=False)
    made.headers["Cache-Control"] = "no-store"
    access.give(visit.request, made, key, FORM)
    return made


def sign_in(posted: Posted) -> Response:
    """Open a session if the password of a reviewer is given."""
    request, access = posted.request, posted.access
    before = access.key_of(request, FORM)
    require_token(posted, access.service.token_before(before))
    name = " ".join(posted.one("name", 200).split())
    # Keep the password as typed: blanks at its ends are part of it.
    address = request.client.host if request.client else ""
    key = access.service.sign_in(name, posted.fields.get("password", ("",))[0], address)
    language = str(request.scope["state"]["language"])
    if key is None:
        values = {"token": access.service.token_before(before), "wrong": True}
        made = render_for(request, request.app.state.settings, language, "sign_in.html", values)
        return Response(made, 401, {"Cache-Control": "no-store"}, "text/html")
    response = RedirectResponse(path_of("/review", language=language), 303)
    access.give(request, response, key)
    return response


def sign_out(posted: Posted, _session: Session) -> Response:
    """End the session."""
    posted.access.service.sign_out(posted.access.key_of(posted.request))
    response = RedirectResponse(path_of("/", language=str(posted.request.scope["state"]["language"])), 303)
    posted.access.give(posted.request, response, "")
    return response


ROUTES = (page("/sign-in", show_form), route_of("/sign-in", sign_in), posting("/sign-out", sign_out))
