"""Templates: HTML out of values; what is put into one is escaped, whoever wrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib import metadata, resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request

from archive.control_characters import neutral
from db.reading_room import messages
from db.reading_room.guard import LANGUAGES
from db.reading_room.premises import Premises
from db.reading_room.visit import Visit, address, session_of
from db.search.hit import Hit
from db.search.snippet import Snippet
from db.search.words import forms

STATIC = {"room.css": "text/css; charset=utf-8", "room.js": "text/javascript; charset=utf-8",
          "icon.svg": "image/svg+xml"}  # fmt: skip
"""The files that pages load, and nothing else is served from the folder."""


@cache
def static(name: str) -> tuple[bytes, str]:
    """Return the file of pages *name*, and a digest that changes with it."""
    held = resources.files("db.reading_room").joinpath("static", name).read_bytes()
    return held, hashlib.sha256(held).hexdigest()[:12]


@cache
def _environment() -> Environment:
    # Undefined names are faults of ours, and not empty places.
    made = Environment(
        loader=PackageLoader("db.reading_room"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        # An update of the program beside a room that is open would mix its templates with code that is older.
        auto_reload=False,
    )
    made.globals["static"] = lambda name: f"/static/{name}?v={static(name)[1]}"
    made.globals["version"] = metadata.version("creditline")
    made.filters["marked"] = marked
    made.filters["marked_title"] = marked_title
    return made


def warm() -> None:
    """Have ready what the first visitor would wait a tenth of a second for: the pages that most begin with; stems."""
    for name in ("home.html", "search.html", "pieces.html", "item.html"):
        _environment().get_template(name)
    forms("")


def _shown(value: object) -> object:
    # Titles of pages may hold what steers the direction of the text around them; None is nothing.
    if isinstance(value, str) and not isinstance(value, Markup):
        return neutral(value)
    return "" if value is None else value


def marked(snippet: Snippet) -> Markup:
    """Return a stretch of text with its hits marked."""
    before, after = Markup("… ") if snippet.before else Markup(), Markup(" …") if snippet.after else Markup()
    return before + _marked(snippet.text, snippet.marks) + after


def marked_title(hit: Hit) -> Markup:
    """Return the title of *hit* with the words marked that were looked for."""
    return _marked(hit.title or "", hit.title_marks)


def _marked(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    parts: list[Markup] = []
    place = 0
    for first, last in marks:
        parts.append(escape(neutral(text[place:first])))
        parts.append(Markup("<mark>{}</mark>").format(neutral(text[first:last])))
        place = last
    return Markup().join([*parts, escape(neutral(text[place:]))])


def render(visit: Visit, name: str, values: Mapping[str, object]) -> str:
    """Return the page that the template *name* makes of *values* for *visit*."""
    return render_for(visit.request, visit.premises, visit.language, name, values)


def render_for(request: Request, premises: Premises, language: str, name: str, values: Mapping[str, object]) -> str:
    """Return the page that the template *name* makes of *values*, where there may be no catalogue."""
    asked = request.url.query
    # One slash before it: with two, the name behind them would be another host's.
    here = "/" + str(request.scope["path"]).lstrip("/")
    others = [address(here, language=one) + (f"?{asked}" if asked else "") for one in LANGUAGES]
    always = {
        "t": partial(messages.phrase, language),
        "n": partial(messages.counted, language),
        "number": partial(messages.grouped, language),
        "day": partial(messages.day, language),
        "moment": partial(messages.moment, language),
        "span": partial(messages.span, language),
        "language_name": partial(messages.language_name, language),
        "url": partial(address, language=language),
        "language": language,
        "languages": list(zip(LANGUAGES, others, strict=True)),
        "room": premises.name or premises.catalogue.absolute().parent.name,
        "archived_url": premises.archived_url,
        "alternates": (),
        "query": "",
        "decides": premises.lodge is not None,
        "person": session_of(request, premises),
    }
    return _environment().get_template(name).render({**always, **values})
