"""Image objects: what a page's JSON-LD states about single image files, with the bytes of each word. Pure.

Apart from `db.query.pictures`, which queries the catalogue: this file reads only bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from archive.evidence.image_metadata import COPYRIGHT, CREATOR, CREDIT, LICENSE
from archive.evidence.json_nodes import JsonNode, nodes, unescape
from archive.evidence.locate import Passage, Place, Source

ACQUIRE = "acquire"
"""Where permission to use an image can be obtained (``acquireLicensePage``)."""
_FIELDS = {
    "license": LICENSE,
    "acquireLicensePage": ACQUIRE,
    "creditText": CREDIT,
    "copyrightNotice": COPYRIGHT,
    "copyrightHolder": COPYRIGHT,
    "creator": CREATOR,
    "author": CREATOR,
}
# If a value is a node of its own, these keys say who or what is meant.
_NAMES, _ADDRESSES = ("name",), ("url", "@id")
_TYPES = frozenset({"ImageObject", "Photograph"})
_SCRIPT = re.compile(rb"<script\b[^<>]{0,300}?ld\+json[^<>]{0,300}>", re.I)
_SCRIPTS, _NODES, _OBJECTS, _VALUES = 20, 20_000, 200, 20
"""Limits: scripts per page, nodes per script, image objects per page, values per field."""
# A longer script does not list pictures, and a one-character value takes a hundred bytes of memory.
_LONGEST, _LOOKED_AT = 300_000, 1_000_000
"""Limits in bytes: of one script, and of all scripts of a page together."""


@dataclass(frozen=True, slots=True)
class ImageObject:
    """One image object of schema.org.

    Attributes:
        addresses: of the image file, as written in the page.
        stated: name and words of each statement; the names are those of `image_metadata`, and `ACQUIRE`.
    """

    addresses: tuple[str, ...]
    stated: tuple[tuple[str, Passage], ...]


def image_objects(source: Source) -> tuple[ImageObject, ...]:
    """Return, in page order, the page's image objects that state anything."""
    data, found, left = source.in_utf8, [], _LOOKED_AT
    for script in islice(_SCRIPT.finditer(data), _SCRIPTS):
        # A script inside a comment is not part of the page.
        if data.rfind(b"<!--", 0, script.start()) > data.rfind(b"-->", 0, script.start()):
            continue
        end = data.find(b"</script", script.end())
        length = end - script.end()
        if not 0 < length <= min(_LONGEST, left):
            continue
        left -= length
        held = nodes(data, script.end(), end)
        if held is not None:
            found += [one for node in _objects(data, held) if (one := _object(source, data, node)) is not None]
    return tuple(found[:_OBJECTS])


def _objects(data: bytes, root: JsonNode) -> Iterator[dict[str, JsonNode]]:
    """Yield the content of each image object in *root*."""
    waiting, seen = [root], 0
    # Without recursion, because the nesting may be arbitrarily deep.
    while waiting and seen < _NODES:
        seen += 1
        inner = waiting.pop().inner
        if isinstance(inner, dict):
            types = {one.rpartition("/")[2] for _, one in _texts(data, inner.get("@type"), ())}
            if types & _TYPES:
                yield inner
        if inner is not None:
            waiting += reversed(list(inner.values()) if isinstance(inner, dict) else inner)


def _object(source: Source, data: bytes, inner: dict[str, JsonNode]) -> ImageObject | None:
    """Return the addresses and statements of one ImageObject; None if either is missing."""
    given = (_texts(data, inner.get(key), _ADDRESSES) for key in ("contentUrl", "url"))
    addresses = [said for values in given for _, said in islice(values, _VALUES)]
    stated = []
    for key, name in _FIELDS.items():
        parts = _ADDRESSES if name in (LICENSE, ACQUIRE) else _NAMES
        for node, said in islice(_texts(data, inner.get(key), parts), _VALUES):
            words = " ".join(said.split())
            passage = source.inside(words, Place.JSON, (node.start, node.end)) if words else None
            if passage is not None:
                stated.append((name, passage))
    return ImageObject(tuple(dict.fromkeys(addresses)), tuple(stated)) if addresses and stated else None


def _texts(data: bytes, node: JsonNode | None, parts: tuple[str, ...]) -> Iterator[tuple[JsonNode, str]]:
    """Yield the strings of *node*: itself, the members of a list, or the value of the first of *parts* that it has."""
    if node is None:
        return
    for one in node.inner if isinstance(node.inner, list) else [node]:
        inner = one.inner if isinstance(one.inner, dict) else {}
        held = next((inner[part] for part in parts if part in inner), one)
        text = data[held.start : held.end].decode("utf-8", "replace")
        if text.startswith('"'):
            yield held, unescape(text[1:-1])
