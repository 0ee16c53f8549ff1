"""XMP (ISO 16684-1): what a file states of itself in XML, with the bytes that state it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from archive.evidence.locate import Passage, Place, Source

_PACKET = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.S)
_NAMES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://creativecommons.org/ns#": "cc",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism",
}
WANTED = frozenset(
    {
        *("dc:title", "dc:creator", "dc:language", "dc:publisher", "dc:subject", "dc:rights"),
        *("xmpRights:UsageTerms", "xmpRights:WebStatement", "cc:license", "prism:publicationDate"),
    }
)
# So many values of one file are taken.
_MOST = 40


@dataclass(frozen=True, slots=True)
class Stated:
    """One value: the property (``dc:title``), and where it stands."""

    name: str
    value: str
    passage: Passage


def read_xmp(body: bytes) -> tuple[Stated, ...]:
    """Return what the last packet in *body* that lies open states; none where it is compressed or broken."""
    # Each time that a file is saved by adding to its end, a newer packet follows.
    packets = list(_PACKET.finditer(body))
    if not packets:
        return ()
    start, packet = packets[-1].start(), packets[-1][0]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(packet, parser)
        source = Source(packet, "utf-8")
    except (etree.XMLSyntaxError, LookupError, ValueError):
        return ()
    found = []
    for name, value in _values(root):
        passage = source.locate(value, place=Place.TEXT) or source.locate(value, place=Place.ATTRIBUTE)
        if passage is not None:
            ranges = tuple((start + low, start + high) for low, high in passage.ranges)
            found.append(Stated(name, passage.words, passage._replace(ranges=ranges)))
    return tuple(found[:_MOST])


def _values(root: Any) -> Iterator[tuple[str, str]]:
    if root is None:
        return
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for tag, value in element.attrib.items():
            if (name := _named(tag)) and value.strip():
                yield name, " ".join(value.split())
        name = _named(element.tag)
        resource = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource")
        if name and resource:
            yield name, resource
        if name:
            # A list of values, or of one in several languages, has them in `rdf:li`.
            held = [each for each in element.iter() if not len(each) and (each.text or "").strip()]
            yield from ((name, " ".join(each.text.split())) for each in held)


def _named(tag: str) -> str | None:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    name = f"{_NAMES.get(namespace, '')}:{local}"
    return name if name in WANTED else None
