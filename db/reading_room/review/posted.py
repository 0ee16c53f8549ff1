"""Posted forms: accept only forms from a page of this room, sent by a signed-in person."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from db.reading_room.problem import Problem
from db.reading_room.review.reviewer_access import ReviewerAccess
from db.reading_room.review.session import Session
from db.reading_room.room_settings import RoomSettings

_BYTES, _FIELDS = 65_536, 100
_FORM = "application/x-www-form-urlencoded"
TOKEN = "token"  # noqa: S105 - the name of a field
"""The field of each form that proves that a page of this room made it."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent."""

    request: Request
    access: ReviewerAccess
    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str, most: int = 1000) -> str:
        """Return the field *name*, "" if it was not sent.

        Raises:
            Problem: it has more than *most* characters (400).
        """
        value = self.fields.get(name, ("",))[0].replace("\0", " ").strip()
        if len(value) > most:
            raise Problem(400, "Too long", f"At most {most} characters are taken.")
        return value

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the lines of the field *name*."""
        return tuple(line.strip() for line in self.one(name, 10_000).splitlines() if line.strip())


Answer = Callable[[Posted, Session], Response]


def access_of(request: Request) -> ReviewerAccess:
    """Return where reviewers of this room sign in. Raises `Problem` (404) if nobody can."""
    settings: RoomSettings = request.app.state.settings
    if settings.access is None:
        raise Problem(404, detail="This room was opened without reviewers, so nobody can decide here.")
    return settings.access


def posting(path: str, answer: Answer) -> Route:
    """Return the route by which a signed-in person sends a form; *answer* runs in a separate thread."""

    def checked(posted: Posted) -> Response:
        # Check the session now: it may have ended since the form was shown.
        session = posted.access.session_of(posted.request)
        if session is None:
            raise Problem(403, "Signed out", "Sign in again, and decide once more: nothing was recorded.")
        require_token(posted, session.token)
        return answer(posted, session)

    return route_of(path, checked)


def route_of(path: str, answer: Callable[[Posted], Response]) -> Route:
    """Return the route of a form from a page of this room; the sender need not be signed in."""

    async def endpoint(request: Request) -> Response:
        access = access_of(request)
        # Check this before reading the form, so that requests from elsewhere cost nothing.
        _require_origin(request)
        posted = Posted(request, access, await _fields(request))
        # Recording waits for locks and disks; in a thread, it does not hold up other pages.
        return await run_in_threadpool(answer, posted)

    return Route(path, endpoint, methods=["POST"])


def require_token(posted: Posted, token: str) -> None:
    """Refuse a form with a missing or different token. Raises `Problem` (403)."""
    # Compare in constant time, so that the time does not show how much was right.
    if not hmac.compare_digest(posted.one(TOKEN).encode(), token.encode()):
        raise Problem(403, "Not from this page", "Open the page again and send its form: nothing was recorded.")


def _require_origin(request: Request) -> None:
    """Refuse requests that another site made a browser send (RFC 6454, 7; Fetch Metadata). Raises `Problem` (403)."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    settings: RoomSettings = request.app.state.settings
    ours = {f"{request.url.scheme}://{request.headers.get('host', '')}".lower()}
    public = urlsplit(settings.public_url or "")
    ours |= {f"{public.scheme}://{public.netloc}".lower()} if public.netloc else set()
    # Every browser sends one of these two headers with a form; without both, it did not come from a page of this room.
    said = origin is not None or site is not None
    if not said or (origin is not None and origin.lower() not in ours) or site not in (None, "same-origin"):
        raise Problem(403, "Not from this room", "Forms are accepted only from the pages of this room.")


async def _fields(request: Request) -> Mapping[str, tuple[str, ...]]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise Problem(415, detail="A form of this room is expected.")
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            # Count while reading, because the length that the sender states cannot be trusted.
            if len(body) > _BYTES:
                raise Problem(413, detail="The form is too long.")
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="replace", max_num_fields=_FIELDS)
    except (ValueError, ClientDisconnect) as error:
        raise Problem(400, detail="This is not a form of this room.") from error
    found: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        found[name] = (*found.get(name, ()), value)
    return found
