"""The guard: what holds for every request and every answer of a port, whatever page is asked for."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from db.reading_room.premises import Premises
from db.reading_room.problem import Problem

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the pages of the room may load: what comes from the room itself."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Nothing is told elsewhere; without any, browsers would hide from the room which page sent a form.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
}
LANGUAGES = ("en", "pl")
"""Of the room itself: the first without a mark in the address, the others as its first step."""
READS = frozenset({"GET", "HEAD"})
OPEN = frozenset({"/healthz", "/readyz"})
"""What tells nothing of the collection, and is asked by what starts and watches the server."""


class Guard:
    """Refuses what is not for us before anything is asked, and puts the headers of safety on every answer."""

    def __init__(
        self,
        app: ASGIApp,
        premises: Premises,
        *,
        headers: Mapping[str, str] = HEADERS,
        methods: frozenset[str] = READS,
    ) -> None:
        """Guard *app*: *headers* stand on all of its answers that do not set them, *methods* are let through."""
        self._app, self._premises, self._headers, self._methods = app, premises, headers, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        # The room speaks HTTP alone.
        if scope["type"] != "http":
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await _tell(refused, guarded)
            return
        await self._app(_in_language(scope), receive, guarded)

    def _refused(self, scope: Scope) -> Problem | None:
        headers = Headers(scope=scope)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._premises.bounds.target:
            return Problem(414, detail="The address is too long.")
        # A page elsewhere may have its name point to this machine: its requests carry that name.
        if not self._premises.knows(headers.get("host", "")):
            return Problem(421, "Not the name of this room", "Ask for it by the address that it was started with.")
        if scope["method"] not in self._methods:
            return Problem(405, detail="The room is read only.")
        if self._premises.token is not None and scope["path"] not in OPEN and not self._shows_token(headers):
            return Problem(401, detail="Show the token: as a bearer token, or as the password of any user.")
        return None

    def _shows_token(self, headers: Headers) -> bool:
        kind, _, shown = headers.get("authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                shown = base64.b64decode(shown, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return False
        elif kind.lower() != "bearer":
            return False
        return hmac.compare_digest(shown.strip().encode(), (self._premises.token or "").encode())


def _in_language(scope: Scope) -> Scope:
    """Return *scope* without the step of the path that names the room's language, which is noted beside it."""
    path: str = scope["path"]
    named, _, rest = path[1:].partition("/")
    state = dict(scope.get("state") or {})
    if named in LANGUAGES[1:]:
        state["language"] = named
        # As it was sent, too: an archived address is held under its escapes.
        sent: bytes = scope.get("raw_path") or b""
        return {**scope, "path": f"/{rest}", "raw_path": sent[len(named) + 1 :], "state": state}
    return {**scope, "state": {**state, "language": LANGUAGES[0]}}


async def _tell(problem: Problem, send: Send) -> None:
    # No page: whoever is refused here may not be shown one.
    body = json.dumps(problem.as_json()).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b'Basic realm="reading room", charset="UTF-8"'))
    if problem.status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
