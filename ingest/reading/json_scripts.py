"""JSON of others: read as it stands on pages and in answers, which often break it, into values that can be stored."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from archive.charset import storable

_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|"
    r"/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_RAW_BREAK = re.compile(r"[\r\n\t]+")
_DECODER = json.JSONDecoder(strict=False)
_SOUND = msgspec.json.Decoder()
"""Reads what is JSON by the letter, in half of the time and with the same values; of anything else it says that it is
not.
"""
_HALF = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""What may be half of a surrogate pair in the source of a JSON string."""
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


def load(text: str) -> Any:
    """Return the JSON in *text*, mending what commonly breaks it; None where nothing helps.

    Raw line breaks inside strings, trailing commas, comment and CDATA marks and text after the value are
    forgiven.
    """
    body = text.strip()
    try:
        return _SOUND.decode(body) if body else None  # it takes no half of a surrogate pair
    except (ValueError, RecursionError):
        return stored(_forgiven(body), body)


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


def _forgiven(body: str) -> Any:
    if not (body.startswith(("{", "[")) and body.endswith(("}", "]"))):
        body = _COMMENT.sub("", body).strip()
    for mend in (str, _mended):
        try:
            return _DECODER.raw_decode(mend(body))[0] if body else None
        except (ValueError, RecursionError):
            continue
    return salvage(body)


def _mended(body: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", _RAW_BREAK.sub(" ", body))


_PAIR = re.compile(r'"(headline|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_AUTHOR_PAIR = re.compile(r'"author"\s*:\s*[\[{][^\]}]*?"name"\s*:\s*"((?:[^"\\]|\\.)*)"')


def salvage(text: str) -> dict[str, Any] | None:
    """Read the plain ``"key": "value"`` pairs out of JSON too broken to parse."""
    found: dict[str, Any] = {}
    for key, value in _PAIR.findall(text):
        found.setdefault(key, _unescape(value))
    if names := [_unescape(name) for name in _AUTHOR_PAIR.findall(text)]:
        found["author"] = [{"name": name} for name in names]
    return {"@type": "Article", **found} if found else None


def _unescape(value: str) -> str:
    try:
        return storable(str(json.loads(f'"{value}"', strict=False)))
    except ValueError:
        return value
