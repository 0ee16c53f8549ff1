"""The page that tells a problem: HTML to browsers, problem details to programs."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import Response

from db.reading_room import template
from db.reading_room.guard import LANGUAGES
from db.reading_room.problem import Problem


def problem_page(request: Request, problem: Problem) -> Response:
    """Return *problem* in the form that whoever asks can read."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept"}
    if problem.retry is not None:
        headers["Retry-After"] = str(problem.retry)
    if "text/html" not in request.headers.get("accept", ""):
        body = json.dumps(problem.as_json())
        return Response(body, problem.status, headers, "application/problem+json")
    language = request.scope.get("state", {}).get("language", LANGUAGES[0])
    made = template.render_for(request, request.app.state.premises, language, "problem.html", {"problem": problem})
    return Response(made, problem.status, headers, "text/html")
