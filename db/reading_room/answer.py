"""Answers: pages, JSON and files, each with a tag by which whoever has it already is told so; streams of all hits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from starlette.responses import Response, StreamingResponse

from db.catalogue import Catalogue
from db.reading_room import template
from db.reading_room.kept_pages import Shown, is_known, row_of
from db.reading_room.visit import Visit

_KEPT = ("ETag", "Cache-Control", "Last-Modified")
HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"


def html(visit: Visit, name: str, **values: object) -> Response:
    """Return the page that the template *name* makes of *values*."""
    status, dated, item = values.pop("status", 200), values.pop("dated", True), values.pop("kept_as", None)
    assert isinstance(status, int)
    made = template.render(visit, name, values).encode("utf-8", "replace")
    told = whole(visit, made, HTML, status=status, dated=bool(dated))
    # What is made of the catalogue alone, and of nothing that whoever asks has for themselves: they have no key.
    if visit.key is not None and dated and status == 200:
        named = {name: told.headers[name] for name in _KEPT if name in told.headers}
        shown = Shown(item, row_of(visit.connection, item)) if isinstance(item, str) else None
        visit.desk.pages.keep(visit.key, made, {**named, "Content-Type": HTML}, shown)
    return told


def json(visit: Visit, value: object, kind: str = JSON, *, dated: bool = True) -> Response:
    """Return *value* as JSON, for the pages of others too (see `for_anyone`)."""
    made = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=1)
    return for_anyone(visit, whole(visit, made, kind, dated=dated))


def for_anyone(visit: Visit, response: Response) -> Response:
    """Return *response*, which pages of other sites may read where the room is on the web for all to read.

    A room on one's own machine can be asked by any page that its person looks at, and is theirs alone.
    """
    if visit.premises.public_url is not None and visit.premises.token is None:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def text(visit: Visit, body: str, kind: str = TEXT, *, name: str | None = None) -> Response:
    """Return *body* as a text of *kind*; with a *name* to be saved under it."""
    response = whole(visit, body.encode("utf-8", "replace"), kind)
    if name is not None:
        response.headers["Content-Disposition"] = saved_as(name)
    return response


def whole(visit: Visit, body: bytes, kind: str, *, status: int = 200, dated: bool = True) -> Response:
    """Return *body*, or that it has not changed since whoever asks was given it (RFC 9110, 13).

    *dated* says that it is made of the catalogue alone, and not of the time of day.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    # What is shown to whoever is signed in has forms that are theirs alone.
    headers = {"ETag": tag, "Cache-Control": "no-cache" if visit.session is None else "no-store"}
    is_dated = dated and status == 200 and visit.session is None
    modified = datetime.fromtimestamp(int(visit.changed), UTC) if is_dated and visit.changed is not None else None
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if status == 200 and is_known(visit.request.headers, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, status, {**headers, "Content-Type": kind})


def stream(visit: Visit, pieces: Callable[[Catalogue], Iterator[str]], kind: str, *, name: str) -> Response:
    """Return what *pieces* makes of the catalogue, piece by piece, to be saved as *name*.

    It is lent a catalogue of its own, for the visit is over when the answer begins.

    Raises:
        Problem: too many take such answers (503).
    """
    desk, seconds = visit.desk, visit.premises.bounds.export_seconds

    def sent() -> Iterator[bytes]:
        # Row by row as it stands: one long look would hold back the log that a run beside us writes.
        with desk.lent(seconds, at_once=False) as catalogue:
            yield b""
            for piece in pieces(catalogue):
                yield piece.encode("utf-8", "replace")

    headers = {"Content-Disposition": saved_as(name), "Cache-Control": "no-cache", "Content-Type": kind}
    sending = sent()
    # Up to where it is lent: a refusal must come before the head of the answer, and what was begun is closed, and so
    # given back, also where nobody takes the rest.
    next(sending)
    return StreamingResponse(sending, headers=headers)


def saved_as(name: str) -> str:
    """Return the Content-Disposition that has a browser save what comes as *name*."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.@") else "-" for letter in name)
    return f'attachment; filename="{kept[:120]}"'
