"""The guard: rules for every request and every answer of a port, whatever page is requested."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.reading_room.problem import Problem
from db.reading_room.room_settings import RoomSettings

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the room's pages may load: only content from the room itself."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Other sites learn nothing; with no referrer at all, browsers would hide from the room which page sent a form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
LANGUAGES = ("en", "pl")
"""The languages of the room itself: the first without a prefix in the address, the others as its first segment."""
READS = frozenset({"GET", "HEAD"})
OPEN = frozenset({"/healthz", "/readyz"})
"""Addresses that reveal nothing about the collection, for programs that start and monitor the server."""


class Guard:
    """Rejects unsuitable requests before anything else runs, and adds security headers to every answer."""

    def __init__(
        self,
        app: ASGIApp,
        settings: RoomSettings,
        *,
        routes: Sequence[BaseRoute],
        headers: Mapping[str, str] = HEADERS,
        methods: frozenset[str] = READS,
    ) -> None:
        """Guard *app*, which answers *routes*. *headers* are added to answers that do not set them.

        *methods* are allowed in the whole room, at each path those of its routes.
        """
        self._app, self._settings, self._headers, self._methods = app, settings, headers, methods
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        # The room only speaks HTTP.
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if message["status"] == 405:
                    headers["allow"] = ", ".join(sorted(self._allowed(scope)))
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await _tell(refused, guarded)
            return
        await self._app(_in_language(scope), receive, guarded)

    def _refused(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._settings.bounds.target:
            return Problem(414, detail="The address is too long.")
        # Another site's name may resolve to this machine (DNS rebinding); its requests carry that name.
        if not self._settings.knows(headers.get("host", "")):
            return Problem(421, "Not the name of this room", "Ask for it by the address that it was started with.")
        if scope["method"] not in self._methods:
            return Problem(405, detail="The room is read only.")
        if self._settings.token is not None and scope["path"] not in OPEN and not self._shows_token(headers):
            return Problem(401, detail="Show the token: as a bearer token, or as the password of any user.")
        return None

    def _allowed(self, scope: Scope) -> frozenset[str]:
        """Return the methods that are allowed at the path of *scope* (RFC 9110 section 10.2.1)."""
        asked = _in_language(scope)
        known = [
            set(route.methods or ()) for route in self._routes if isinstance(route, Route) and _is_at(route, asked)
        ]
        # Where there is no page, only reading is answered (with 404).
        return frozenset().union(*known) & self._methods if known else READS

    def _shows_token(self, headers: Headers) -> bool:
        """Say whether the request shows the token, as a bearer token or as a basic password."""
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                shown = base64.b64decode(shown, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return hmac.compare_digest(shown.strip().encode(), (self._settings.token or "").encode())


def _is_at(route: Route, scope: Scope) -> bool:
    return route.matches(scope)[0] is not Match.NONE


def _in_language(scope: Scope) -> Scope:
    """Return *scope* without the path segment that names the room's language, which is stored separately."""
    path: str = scope["path"]
    named, _, rest = path[1:].partition("/")
    state = dict(scope.get("state") or {})
    if named in LANGUAGES[1:]:
        state["language"] = named
        # Also in the raw path, because archived addresses are held with their escapes.
        sent: bytes = scope.get("raw_path") or b""
        return {**scope, "path": f"/{rest}", "raw_path": sent[len(named) + 1 :], "state": state}
    return {**scope, "state": {**state, "language": LANGUAGES[0]}}


async def _tell(problem: Problem, send: Send) -> None:
    # Not a page, because a rejected client may not be shown one.
    body = json.dumps(problem.as_json()).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="reading room", charset="UTF-8"'))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
