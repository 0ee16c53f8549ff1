"""Templates: make HTML from values; every value is escaped, whoever wrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib import metadata, resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request

from archive.control_characters import replace_control_characters
from db.reading_room import messages
from db.reading_room.guard import LANGUAGES
from db.reading_room.room_settings import RoomSettings
from db.reading_room.visit import Visit, address, session_of
from db.search.hit import Hit
from db.search.snippet import Snippet
from db.search.words import search_forms

STATIC = {"room.css": "text/css; charset=utf-8", "room.js": "text/javascript; charset=utf-8",
          "icon.svg": "image/svg+xml"}  # fmt: skip
"""The files that pages load; nothing else in the folder is served."""


@cache
def static(name: str) -> tuple[bytes, str]:
    """Return the static file *name*, and a digest that changes with it."""
    held = resources.files("db.reading_room").joinpath("static", name).read_bytes()
    return held, hashlib.sha256(held).hexdigest()[:12]


@cache
def _environment() -> Environment:
    # An undefined name is an error of this program, so it raises instead of printing nothing.
    made = Environment(
        loader=PackageLoader("db.reading_room"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        # Reloading after an update of the program would mix new templates with the old code still running.
        auto_reload=False,
    )
    made.globals["static"] = lambda name: f"/static/{name}?v={static(name)[1]}"
    made.globals["version"] = metadata.version("creditline")
    made.filters["marked"] = marked
    made.filters["marked_title"] = marked_title
    return made


def warm() -> None:
    """Prepare what would cost the first visitor a tenth of a second: the most used templates, and the stems."""
    for name in ("home.html", "search.html", "pieces.html", "item.html"):
        _environment().get_template(name)
    search_forms("")


def _shown(value: object) -> object:
    # Titles may contain control characters that change the text direction around them. None is shown as nothing.
    if isinstance(value, str) and not isinstance(value, Markup):
        return replace_control_characters(value)
    return "" if value is None else value


def marked(snippet: Snippet) -> Markup:
    """Return a snippet of text with its hits marked."""
    before, after = Markup("… ") if snippet.before else Markup(), Markup(" …") if snippet.after else Markup()
    return before + _marked(snippet.text, snippet.marks) + after


def marked_title(hit: Hit) -> Markup:
    """Return the title of *hit* with the searched words marked."""
    return _marked(hit.title or "", hit.title_marks)


def _marked(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    parts: list[Markup] = []
    place = 0
    for first, last in marks:
        parts.append(escape(replace_control_characters(text[place:first])))
        parts.append(Markup("<mark>{}</mark>").format(replace_control_characters(text[first:last])))
        place = last
    return Markup().join([*parts, escape(replace_control_characters(text[place:]))])


def render(visit: Visit, name: str, values: Mapping[str, object]) -> str:
    """Return the page that the template *name* makes from *values* for *visit*."""
    return render_for(visit.request, visit.settings, visit.language, name, values)


def render_for(request: Request, settings: RoomSettings, language: str, name: str, values: Mapping[str, object]) -> str:
    """Return the page that the template *name* makes from *values*, even without a catalogue."""
    asked = request.url.query
    # Start with exactly one slash: after two, the next name would be read as a host.
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
        "room": settings.name or settings.catalogue.absolute().parent.name,
        "archived_url": settings.archived_url,
        "alternates": (),
        "query": "",
        "decides": settings.access is not None,
        "person": session_of(request, settings),
    }
    return _environment().get_template(name).render({**always, **values})
