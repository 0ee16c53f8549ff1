"""What is posted: a form that a page of this room sent, by a person who is signed in; anything else is refused."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from db.reading_room.premises import Premises
from db.reading_room.problem import Problem
from db.reading_room.review.lodge import Lodge
from db.reading_room.review.session import Session

_BYTES, _FIELDS = 65_536, 100
_FORM = "application/x-www-form-urlencoded"
TOKEN = "token"  # noqa: S105 - the name of a field
"""The field of each form that says that a page of this room made it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent."""

    request: Request
    lodge: Lodge
    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str, most: int = 1000) -> str:
        """Return the field *name*, "" where it was not sent.

        Raises:
            Problem: it has more than *most* characters (400).
        """
        value = self.fields.get(name, ("",))[0].replace("\0", " ").strip()
        if len(value) > most:
            raise Problem(400, "Too long", f"At most {most} characters are taken.")
        return value

    def lines(self, name: str) -> tuple[str, ...]:
        """Return what stands in the lines of the field *name*."""
        return tuple(line.strip() for line in self.one(name, 10_000).splitlines() if line.strip())


Answer = Callable[[Posted, Session], Response]


def lodge_of(request: Request) -> Lodge:
    """Return where reviewers of this room sign in. Raises `Problem` where nobody can (404)."""
    premises: Premises = request.app.state.premises
    if premises.lodge is None:
        raise Problem(404, detail="Nobody decides in this room: it was opened without reviewers.")
    return premises.lodge


def posting(path: str, answer: Answer) -> Route:
    """Return the route by which a person who is signed in sends a form; *answer* works in a thread of its own."""

    def checked(posted: Posted) -> Response:
        # Here and not by what a page was told: a session may have ended since the form was shown.
        session = posted.lodge.session_of(posted.request)
        if session is None:
            raise Problem(403, "Signed out", "Sign in again, and decide once more: nothing was recorded.")
        require_token(posted, session.token)
        return answer(posted, session)

    return route_of(path, checked)


def route_of(path: str, answer: Callable[[Posted], Response]) -> Route:
    """Return the route of a form that comes from a page of this room, whoever sends it."""

    async def endpoint(request: Request) -> Response:
        lodge = lodge_of(request)
        # Before the form is read: what comes from elsewhere costs nothing.
        _require_origin(request)
        posted = Posted(request, lodge, await _fields(request))
        # Recording waits for locks and disks, and nobody else's page is to wait with it.
        return await run_in_threadpool(answer, posted)

    return Route(path, endpoint, methods=["POST"])


def require_token(posted: Posted, token: str) -> None:
    """Refuse a form that carries another token than this, or none. Raises `Problem` (403)."""
    # In a time that does not tell how much of it was right.
    if not hmac.compare_digest(posted.one(TOKEN).encode(), token.encode()):
        raise Problem(403, "Not from this page", "Open the page again and send its form: nothing was recorded.")


def _require_origin(request: Request) -> None:
    """Refuse what another site had a browser send (RFC 6454, 7; Fetch Metadata). Raises `Problem` (403)."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    premises: Premises = request.app.state.premises
    ours = {f"{request.url.scheme}://{request.headers.get('host', '')}".lower()}
    public = urlsplit(premises.public_url or "")
    ours |= {f"{public.scheme}://{public.netloc}".lower()} if public.netloc else set()
    # Every browser says one of the two with a form; what says neither is none that a person sent from a page of ours.
    said = origin is not None or site is not None
    if not said or (origin is not None and origin.lower() not in ours) or site not in (None, "same-origin"):
        raise Problem(403, "Not from this room", "Forms are taken from the pages of this room alone.")


async def _fields(request: Request) -> Mapping[str, tuple[str, ...]]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(415, detail="A form of this room is expected.")
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            # Counted as it comes, for what a sender says of the length is no bound.
            if len(body) > _BYTES:
                raise Problem(413, detail="The form is too long.")
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS)
    except (ValueError, ClientDisconnect) as error:
        raise Problem(400, detail="That is no form of this room.") from error
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found
