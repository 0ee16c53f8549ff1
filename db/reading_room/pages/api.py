"""The API: the same answers as the pages' JSON, at permanent addresses, with a document that describes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import metadata

import msgspec
from starlette.responses import Response

from db.reading_room import answer
from db.reading_room.pages import capture, editions, home, item, search, terms, work
from db.reading_room.pages.search import SORTS
from db.reading_room.problem import Problem
from db.reading_room.visit import Handler, Visit, page

BASE = "/api/v1"


def _hits(visit: Visit) -> Response:
    """Return a page of hits; invalid parameters, which pages for people ignore, are reported to programs."""
    said = visit.request.query_params
    for name in ("n", "after"):
        if not _NUMBER.fullmatch(said.get(name, "0")):
            raise Problem(400, "No number", f"{name} is a whole number.")
    if said.get("sort", SORTS[0]) not in SORTS:
        raise Problem(400, "No order", f"Hits are sorted by {', '.join(SORTS)}.")
    if said.get("through", "all") != "all":
        raise Problem(400, "No such reach", "through is all, or is left out.")
    return answer.json(visit, search.as_json(visit))


def _item(visit: Visit) -> Response:
    return answer.json(visit, item.as_json(visit, item.held(visit, visit.part("ref"))))


def _editions(visit: Visit) -> Response:
    return answer.json(visit, editions.as_json(visit, item.held(visit, visit.part("ref"))))


def _evidence(visit: Visit) -> Response:
    shown = item.held(visit, visit.part("ref"))
    return answer.json(visit, {"item": shown.id, "claims": msgspec.to_builtins(visit.catalogue.evidence_of(shown))})


def _terms(visit: Visit) -> Response:
    return answer.json(visit, terms.as_json(visit))


def _publishers(visit: Visit) -> Response:
    return answer.json(visit, {"publishers": msgspec.to_builtins(visit.catalogue.publishers())})


_NUMBER = re.compile(r"-?[0-9]+")
# The parameters of a query, each with its meaning and JSON Schema.
_Parameters = Mapping[str, tuple[str, Mapping[str, object]]]
_TEXT: Mapping[str, object] = {"type": "string"}
_PAGED: _Parameters = {
    "q": ("a query, as docs/searching.md has it", _TEXT),
    "sort": ("what comes first", {"type": "string", "enum": list(SORTS)}),
    "n": ("hits on a page, 100 at most", {"type": "integer"}),
    "after": ("hits that are passed over; `next` has the address", {"type": "integer"}),
    "through": ("all texts are looked through, however long it takes", {"type": "string", "enum": ["all"]}),
}
_Described = tuple[str, Handler, str, _Parameters]
_TABLE: tuple[_Described, ...] = (
    ("/collection", home.home_json, "How the collection stands", {}),
    ("/search", _hits, "One page of hits, with the address of the next", _PAGED),
    ("/items/{ref}", _item, "An item, or an edition: claims with evidence, terms, verdicts, credit line", {}),
    ("/items/{ref}/editions", _editions, "The editions of an item, and what changed in each", {}),
    ("/items/{ref}/evidence", _evidence, "Every claim about an item, with its words and bytes", {}),
    ("/captures/{id}", capture.capture_json, "A capture: where it lies, and its digests", {}),
    ("/terms", _terms, "Every statement about reuse, and what changed", {"publisher": ("of one publisher", _TEXT)}),
    ("/publishers", _publishers, "The publishers", {}),
    ("/runs", work.runs_json, "The newest runs", {}),
    ("/failures", work.failures_json, "Failures that later visits did not resolve", {}),
    ("/coverage", work.coverage_json, "What publishers name against what is held", {}),
)


def description(server: str) -> dict[str, object]:
    """Return the OpenAPI document of the API at *server*."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Creditline reading room",
            "version": metadata.version("creditline"),
            "description": "Read only. Errors are problem details (RFC 9457). What is withheld answers 410.",
        },
        "servers": [{"url": f"{server}{BASE}"}],
        "paths": {path: {"get": _operation(path, told, said)} for path, _, told, said in _TABLE},
        "components": {
            "schemas": {
                "Problem": {
                    "type": "object",
                    "required": ["title", "status"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                    },
                }
            }
        },
    }


def _operation(path: str, told: str, said: _Parameters) -> dict[str, object]:
    named = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parameters: list[dict[str, object]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in named
    ]
    parameters += [
        {"name": name, "in": "query", "description": what, "schema": schema} for name, (what, schema) in said.items()
    ]
    answers: dict[str, object] = {
        "200": {"description": told, "content": {"application/json": {"schema": {"type": "object"}}}},
        "304": {"description": "Not modified since the answer whose ETag is shown"},
        "400": {"description": "The question is too long, or a parameter is none of its kind", "content": problem},
        "414": {"description": "The address is too long", "content": problem},
        "503": {"description": "Too many questions, or one that took too long", "content": problem},
    }
    # As on the pages for people, withheld (410) differs from never held (404).
    if named:
        answers["404"] = {"description": "Not held", "content": problem}
        answers["410"] = {"description": "Withheld", "content": problem}
    return {"summary": told, "operationId": _named(path), "parameters": parameters, "responses": answers}


def _named(path: str) -> str:
    return "_".join(part for part in path.split("/") if part and not part.startswith("{"))


def openapi(visit: Visit) -> Response:
    """Return the OpenAPI document."""
    return answer.json(visit, description(visit.full("").rstrip("/")), "application/json")


def _nothing(_visit: Visit) -> Response:
    raise Problem(404, detail=f"{BASE}/openapi.json names what there is.")


ROUTES = (
    page(f"{BASE}/openapi.json", openapi),
    # The deepest first, so that no shorter pattern matches a longer address.
    *(page(f"{BASE}{path}", handler) for path, handler, _, _ in sorted(_TABLE, key=lambda one: -one[0].count("/"))),
    # Below this address programs get a problem document, never the page for people.
    page(f"{BASE}/{{rest:path}}", _nothing),
)
