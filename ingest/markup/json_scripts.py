"""JSON in pages and responses: parse it even if it is broken, into values that can be stored."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import msgspec

from archive.evidence.json_nodes import JsonNode, nodes, unescape
from archive.http.charset import storable

_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|"
    r"/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_RAW_BREAK = re.compile(r"[\r\n\t]+")
# Not strict, to accept raw line breaks inside strings, which templates often leave there.
_DECODER = json.JSONDecoder(strict=False)
# Twice as fast, with the same values, but accepts only correct JSON.
_STRICT = msgspec.json.Decoder()
# Possible half of a surrogate pair in the source of a JSON string.
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


class Loaded(NamedTuple):
    """A value, and whether it was salvaged from JSON that cannot be parsed."""

    value: Any
    salvaged: bool = False


def load(text: str) -> Any:
    """Return the value of the JSON in *text*, repairing common mistakes; None if that does not help.

    Accepted are raw line breaks inside strings, trailing commas, comment and CDATA marks, and text after the value.
    """
    return loaded(text).value


def loaded(text: str) -> Loaded:
    """Return the value of the JSON in *text* like `load`, and whether it was salvaged."""
    body = text.strip()
    try:
        # Nearly all JSON is correct, so try the fast decoder first.
        return Loaded(_STRICT.decode(body) if body else None)  # it refuses half surrogate pairs
    except (ValueError, RecursionError):
        found = _lenient(body)
        return found._replace(value=stored(found.value, body))


def stored(value: Any, source: str) -> Any:
    """Return *value*, decoded from the JSON *source*, with strings that can be stored in the database.

    An escape may name half of a surrogate pair, and so may undecodable bytes; neither can be stored.
    """
    if not _HALF.search(source):
        return value
    # Not recursive, because the value may be nested deeper than Python's limit of recursion.
    root: list[Any] = [value]
    waiting: list[Any] = [root]
    while waiting:
        held = waiting.pop()
        places = list(held.items()) if type(held) is dict else list(enumerate(held))
        for key, one in places:
            if type(one) is str:
                held[key] = storable(one)
            elif type(one) is dict or type(one) is list:
                waiting.append(one)
        if type(held) is dict:
            for key in [key for key in held if storable(key) != key]:
                held[storable(key)] = held.pop(key)
    return root[0]


def _lenient(body: str) -> Loaded:
    """Parse JSON that is not strictly correct; salvage what is possible if that fails."""
    # Remove comment marks only if the text does not look complete without, because a string may contain such marks.
    if not (body.startswith(("{", "[")) and body.endswith(("}", "]"))):
        body = _COMMENT.sub("", body).strip()
    # Try it unchanged first: a repair may damage correct JSON, for example a comma inside a string.
    for mend in (str, _repaired):
        try:
            return Loaded(_DECODER.raw_decode(mend(body))[0] if body else None)
        except (ValueError, RecursionError):
            continue
    # Only headline, dates and authors can be found as plain pairs. The rest is useless without its nesting.
    return Loaded(salvage(body), salvaged=True)


def _repaired(body: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _RAW_BREAK.sub(" ", body))


_PAIR = re.compile(r'"(headline|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_AUTHOR_PAIR = re.compile(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')


def salvage(text: str) -> dict[str, Any] | None:
    """Return the plain ``"key": "value"`` pairs for headline, dates and authors from JSON that cannot be parsed."""
    found: dict[str, Any] = {}
    for key, value in _PAIR.findall(text):
        found.setdefault(key, unescape(value))
    if names := [unescape(name) for name in _AUTHOR_PAIR.findall(text)]:
        found["author"] = [{"name": name} for name in names]
    return {"@type": "Article", **found} if found else None


_BYTES_COMMENT = re.compile(_COMMENT.pattern.encode())
_BYTES_PAIR, _BYTES_AUTHOR_PAIR = (re.compile(one.pattern.encode()) for one in (_PAIR, _AUTHOR_PAIR))


def spans(data: bytes, start: int, end: int, *, salvaged: bool) -> JsonNode | None:
    """Return the positions of the values that `loaded` reads from the JSON in *data* between *start* and *end*."""
    if salvaged:
        return _salvaged(data, start, end)
    # In bytes, not in the decoded text, because evidence refers to bytes of the entity.
    mark = _BYTES_COMMENT.match(data[start:end])
    return nodes(data, start + mark.end() if mark else start, end)


def _salvaged(data: bytes, start: int, end: int) -> JsonNode:
    """Return the positions of the pairs that `salvage` reads."""
    found: dict[str, JsonNode] = {}
    for pair in _BYTES_PAIR.finditer(data, start, end):
        found.setdefault(pair[1].decode(), JsonNode(pair.start(2) - 1, pair.end(2) + 1))
    authors = [
        JsonNode(one.start(1) - 1, one.end(1) + 1, {"name": JsonNode(one.start(1) - 1, one.end(1) + 1)})
        for one in _BYTES_AUTHOR_PAIR.finditer(data, start, end)
    ]
    return JsonNode(start, end, found | ({"author": JsonNode(start, end, [*authors])} if authors else {}))
