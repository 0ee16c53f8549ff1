"""Kept pages: those that were made of the catalogue as it still stands are told again, and not made again.

Apart from what makes them, for a page is looked for here before the catalogue is lent.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

Standing = tuple[int, ...]
"""What tells one state of the catalogue from the next."""
MOST, LARGEST = 200, 256 << 10
"""Pages that are kept, and bytes that one may have."""
_KEPT = ("/items/", "/search", "/terms")


@dataclass(frozen=True, slots=True)
class Key:
    """Which page it is; *standing* is how the catalogue stood before it was made."""

    address: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class _Kept:
    standing: Standing
    body: bytes
    headers: Mapping[str, str]


@dataclass(slots=True)
class KeptPages:
    """Pages by their address, the one that was asked for longest ago goes for a further one."""

    _held: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, key: Key, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep the page *body*, which is told under *headers*: its ETag, its Last-Modified and its kind among them."""
        if len(body) > LARGEST:
            return
        with self._lock:
            self._held[key.address] = _Kept(key.standing, body, dict(headers))
            self._held.move_to_end(key.address)
            while len(self._held) > MOST:
                self._held.popitem(last=False)

    def told(self, key: Key, asked: Headers) -> Response | None:
        """Return the page, or that whoever asks has it; None where it was not made of the catalogue as it stands."""
        with self._lock:
            held = self._held.get(key.address)
            if held is None or held.standing != key.standing:
                return None
            self._held.move_to_end(key.address)
        modified = parsedate_to_datetime(held.headers["Last-Modified"])
        if is_known(asked, held.headers["ETag"], modified):
            named = {name: value for name, value in held.headers.items() if name != "Content-Type"}
            return Response(status_code=304, headers=named)
        return Response(held.body, headers=dict(held.headers))


def key_of(request: Request, language: str, standing: Standing | None) -> Key | None:
    """Return which page *request* asks for, None where it is of no kind that is kept, or nobody knows the standing."""
    scope = request.scope
    if standing is None or not str(scope["path"]).startswith(_KEPT):
        return None
    # Pages name the address that they were asked by.
    asked = scope["query_string"].decode("latin-1")
    address = f"{scope['scheme']} {request.headers.get('host', '')} {language} {scope['path']}?{asked}"
    return Key(address, standing)


def is_known(asked: Headers, tag: str, modified: datetime | None) -> bool:
    """Say whether whoever sent *asked* has what has this *tag* and was *modified* then (RFC 9110, 13)."""
    # The tag says more: where it is told, the date is not looked at (RFC 9110, 13.1.3).
    if "if-none-match" in asked:
        return any(one.strip().removeprefix("W/") in (tag, "*") for one in asked["if-none-match"].split(","))
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    # A year or a zone of twenty digits is none that a date can have.
    except (ValueError, OverflowError):
        return False
    return modified is not None and modified <= since.replace(tzinfo=since.tzinfo or UTC)
