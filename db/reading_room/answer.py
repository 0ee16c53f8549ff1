"""Answers: pages, JSON and files with an entity tag, so that unchanged ones are not sent again; and streams of all
hits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime

import msgspec
from starlette.responses import Response, StreamingResponse

from archive.control_characters import escaped
from db.catalogue import Catalogue
from db.reading_room import template
from db.reading_room.kept_pages import Shown, is_known, row_of
from db.reading_room.visit import Visit

_KEPT = ("ETag", "Cache-Control", "Last-Modified")
HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"


def html(visit: Visit, name: str, **values: object) -> Response:
    """Return the page that the template *name* makes from *values*."""
    status, dated, item = values.pop("status", 200), values.pop("dated", True), values.pop("kept_as", None)
    assert isinstance(status, int)
    made = template.render(visit, name, values).encode("utf-8", "replace")
    told = body_or_not_modified(visit, made, HTML, status=status, dated=bool(dated))
    # Keep pages made from the catalogue alone. Pages with anything personal have no key.
    if visit.key is not None and dated and status == 200:
        named = {name: told.headers[name] for name in _KEPT if name in told.headers}
        shown = Shown(item, row_of(visit.connection, item)) if isinstance(item, str) else None
        visit.pool.pages.keep(visit.key, made, {**named, "Content-Type": HTML}, shown)
    return told


def json(visit: Visit, value: object, kind: str = JSON, *, dated: bool = True) -> Response:
    """Return *value* as JSON, which other sites' pages may read (see `allow_other_sites`)."""
    made = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=1)
    # The address may be opened in a terminal.
    shown = escaped(made.decode()).encode()
    return allow_other_sites(visit, body_or_not_modified(visit, shown, kind, dated=dated))


def allow_other_sites(visit: Visit, response: Response) -> Response:
    """Return *response*, which other sites' pages may read if the room is public on the web.

    A room on a private machine could be queried by any web page its owner visits, so there it is not allowed.
    """
    if visit.settings.public_url is not None and visit.settings.token is None:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def text(visit: Visit, body: str, kind: str = TEXT, *, name: str | None = None) -> Response:
    """Return *body* as text of the type *kind*, as a file to save if a *name* is given."""
    response = body_or_not_modified(visit, body.encode("utf-8", "replace"), kind)
    if name is not None:
        response.headers["Content-Disposition"] = download_header(name)
    return response


def body_or_not_modified(visit: Visit, body: bytes, kind: str, *, status: int = 200, dated: bool = True) -> Response:
    """Return *body*, or 304 if the client already has it (RFC 9110, 13).

    *dated*: the body depends on the catalogue alone, not on the time of day.
    """
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    # Pages for a signed-in reviewer contain personal forms.
    headers = {"ETag": tag, "Cache-Control": "no-cache" if visit.session is None else "no-store"}
    is_dated = dated and status == 200 and visit.session is None
    modified = datetime.fromtimestamp(int(visit.changed), UTC) if is_dated and visit.changed is not None else None
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if status == 200 and is_known(visit.request.headers, tag, modified):
        return Response(status_code=304, headers=headers)
    return Response(body, status, {**headers, "Content-Type": kind})


def stream(visit: Visit, pieces: Callable[[Catalogue], Iterator[str]], kind: str, *, name: str) -> Response:
    """Return the pieces that *pieces* makes from the catalogue, one by one, to be saved as *name*.

    The stream borrows a catalogue connection of its own, because the visit is over when the answer begins.

    Raises:
        Problem: too many such answers are being sent (503).
    """
    pool, seconds = visit.pool, visit.settings.bounds.export_seconds

    def sent() -> Iterator[bytes]:
        # In short reads, because one long read would hold back the log that a concurrent run writes.
        with pool.lend(seconds, at_once=False) as catalogue:
            yield b""
            for piece in pieces(catalogue):
                yield piece.encode("utf-8", "replace")

    headers = {"Content-Disposition": download_header(name), "Cache-Control": "no-cache", "Content-Type": kind}
    sending = sent()
    # Run until the connection is borrowed, because a refusal must come before the head of the answer. If nobody reads
    # the rest, closing the generator returns the connection.
    next(sending)
    return StreamingResponse(sending, headers=headers)


def download_header(name: str) -> str:
    """Return the Content-Disposition that makes a browser save the answer as *name*."""
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.@") else "-" for letter in name)
    return f'attachment; filename="{kept[:120]}"'
