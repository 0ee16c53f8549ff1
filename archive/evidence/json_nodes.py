"""JSON nodes: where the values of a JSON text are in its bytes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archive.http.charset import storable


class JsonNode(NamedTuple):
    """The bytes of a value in a script, quotation marks and brackets included, and the values inside, by key or
    index.
    """

    start: int
    end: int
    inner: dict[str, JsonNode] | list[JsonNode] | None = None


_VALUE = r'"(?:[^"\\]|\\.)*+"|[^\s"{}\[\]:,]++'
# A key with its value if that has no brackets, a bracket, such a value alone, or the opening quotation mark of a string
# that never ends.
_TOKEN = re.compile(rf'("(?:[^"\\]|\\.)*+")\s*+:(?:\s*+({_VALUE})(?!\s*+:))?|[{{}}\[\]]|{_VALUE}|(")'.encode(), re.S)
_WITHOUT_STRINGS = re.compile(rb'[{}\[\]]|[^\s"{}\[\]:,]++')
_OPENING, _CLOSING = b"{[", b"}]"


def nodes(data: bytes, start: int, end: int) -> JsonNode | None:
    """Return the first value in *data* between *start* and *end*, with everything inside it; None if its brackets do
    not match.
    """
    stack: list[tuple[int, str | None, dict[str, JsonNode] | list[JsonNode]]] = []
    key: str | None = None
    for token in _tokens(data, start, end):
        begun, ends = token.span(2) if token.lastindex == 2 else token.span()
        if token.lastindex:
            key = _key(token[1])
            if token.lastindex == 1:
                continue
        first, inner = data[begun], None
        if first in _OPENING:
            stack.append((begun, key, {} if first == _OPENING[0] else []))
            key = None
            continue
        if first in _CLOSING:
            # More brackets closed than opened: this is not the JSON that it seemed to be.
            if not stack:
                return None
            # Restore the key from before the opening bracket: it names the value that closes here.
            begun, key, inner = stack.pop()
        held = JsonNode(begun, ends, inner)
        if not stack:
            return held
        around = stack[-1][2]
        if isinstance(around, list):
            around.append(held)
        elif key is not None:
            around[key] = held
            key = None
    return None


def _tokens(data: bytes, start: int, end: int) -> Iterator[re.Match[bytes]]:
    for token in _TOKEN.finditer(data, start, end):
        if token.lastindex == 3:
            # After an unterminated string, skip all strings: each would be searched to the end, which takes
            # quadratic time.
            yield from _WITHOUT_STRINGS.finditer(data, token.end(), end)
            return
        yield token


def unescape(value: str) -> str:
    """Return the text of a JSON string, given what is between its quotation marks, in a form that can be stored. Return
    it unchanged if it cannot be decoded.
    """
    try:
        return storable(str(json.loads(f'"{value}"', strict=False)))
    except ValueError:
        return value


@lru_cache(maxsize=1024)
def _key(token: bytes) -> str:
    return unescape(token[1:-1].decode("utf-8", "replace"))
