"""JSON of others: read as it stands on pages and in answers, which often break it, into values that can be stored."""

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
# Not strict, so that raw line breaks inside strings pass: templates leave them there.
_DECODER = json.JSONDecoder(strict=False)
# Reads what is JSON by the letter, in half of the time and with the same values; of anything else it says that it is
# not.
_SOUND = msgspec.json.Decoder()
# What may be half of a surrogate pair in the source of a JSON string.
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


class Loaded(NamedTuple):
    """A value, and whether it was salvaged from what cannot be parsed."""

    value: Any
    salvaged: bool = False


def load(text: str) -> Any:
    """Return the JSON in *text*, mending what commonly breaks it; None where nothing helps.

    Raw line breaks inside strings, trailing commas, comment and CDATA marks and text after the value are
    forgiven.
    """
    return loaded(text).value


def loaded(text: str) -> Loaded:
    """Return the JSON in *text* as `load` does, and how it was come by."""
    body = text.strip()
    try:
        # Nearly all of it is sound, and nearly all the time goes into it: the forgiving decoder is for the rest.
        return Loaded(_SOUND.decode(body) if body else None)  # it takes no half of a surrogate pair
    except (ValueError, RecursionError):
        found = _forgiven(body)
        return found._replace(value=stored(found.value, body))


def stored(value: Any, source: str) -> Any:
    """Return *value*, which was decoded from the JSON *source*, with its strings as they can be stored.

    An escape may name half of a surrogate pair, and bytes that are no text stand as one.
    """
    if not _HALF.search(source):
        return value
    # Without recursion: what nests as deep as a decoder goes is deeper than a function may call itself here.
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


def _forgiven(body: str) -> Loaded:
    # Only where it does not look whole by itself: comment marks may stand inside a string.
    if not (body.startswith(("{", "[")) and body.endswith(("}", "]"))):
        body = _COMMENT.sub("", body).strip()
    # As it stands first: what mends a broken text may change one that is sound, a comma inside a string for one.
    for mend in (str, _mended):
        try:
            return Loaded(_DECODER.raw_decode(mend(body))[0] if body else None)
        except (ValueError, RecursionError):
            continue
    # Headline, dates and authors still stand in it as plain pairs; the rest of a broken graph is of no use without its
    # nesting.
    return Loaded(salvage(body), salvaged=True)


def _mended(body: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _RAW_BREAK.sub(" ", body))


_PAIR = re.compile(r'"(headline|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_AUTHOR_PAIR = re.compile(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')


def salvage(text: str) -> dict[str, Any] | None:
    """Read the plain ``"key": "value"`` pairs out of JSON too broken to parse."""
    found: dict[str, Any] = {}
    for key, value in _PAIR.findall(text):
        found.setdefault(key, unescape(value))
    if names := [unescape(name) for name in _AUTHOR_PAIR.findall(text)]:
        found["author"] = [{"name": name} for name in names]
    return {"@type": "Article", **found} if found else None


_BYTES_COMMENT = re.compile(_COMMENT.pattern.encode())
_BYTES_PAIR, _BYTES_AUTHOR_PAIR = (re.compile(one.pattern.encode()) for one in (_PAIR, _AUTHOR_PAIR))


def spans(data: bytes, start: int, end: int, *, salvaged: bool) -> JsonNode | None:
    """Return where the values stand that `loaded` reads from the JSON in *data* between *start* and *end*."""
    if salvaged:
        return _salvaged(data, start, end)
    # In bytes, and not in the text that was decoded: evidence names bytes of the entity.
    mark = _BYTES_COMMENT.match(data[start:end])
    return nodes(data, start + mark.end() if mark else start, end)


def _salvaged(data: bytes, start: int, end: int) -> JsonNode:
    """Return where the pairs stand that `salvage` reads."""
    found: dict[str, JsonNode] = {}
    for pair in _BYTES_PAIR.finditer(data, start, end):
        found.setdefault(pair[1].decode(), JsonNode(pair.start(2) - 1, pair.end(2) + 1))
    authors = [
        JsonNode(one.start(1) - 1, one.end(1) + 1, {"name": JsonNode(one.start(1) - 1, one.end(1) + 1)})
        for one in _BYTES_AUTHOR_PAIR.finditer(data, start, end)
    ]
    return JsonNode(start, end, found | ({"author": JsonNode(start, end, [*authors])} if authors else {}))
