"""XMP (ISO 16684-1): what a file states about itself in XML, with the bytes that state it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from archive.evidence.locate import Passage, Place, Source

_NAMES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://creativecommons.org/ns#": "cc",
    "http://prismstandard.org/namespaces/basic/2.0/": "prism",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
}
OF_DOCUMENTS = frozenset(
    {
        *("dc:title", "dc:creator", "dc:language", "dc:publisher", "dc:subject", "dc:rights"),
        *("xmpRights:UsageTerms", "xmpRights:WebStatement", "cc:license", "prism:publicationDate"),
    }
)
"""The properties that are read from documents."""
# The most values that are taken from one file.
_MOST = 40
_LONGEST = 200_000
"""The most bytes of one packet that are read."""
_BEGINS, _ENDS = b"<x:xmpmeta", b"</x:xmpmeta>"


class MetadataValue(NamedTuple):
    """One value in the metadata of a file: the property (``dc:title``), the value, and where it is."""

    name: str
    value: str
    passage: Passage


def read_xmp(body: bytes, wanted: Collection[str] = OF_DOCUMENTS) -> tuple[MetadataValue, ...]:
    """Return the properties *wanted* that the last uncompressed packet in *body* states; () if there is none or it is
    broken.
    """
    span = _last_packet(body)
    if span is None:
        return ()
    # Imported only for a file with a packet, because most have none.
    from lxml import etree

    start, packet = span[0], body[slice(*span)]
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(packet, parser)
        source = Source(packet, "utf-8")
    except (etree.XMLSyntaxError, LookupError, ValueError):
        return ()
    found = []
    for name, value in _values(root, wanted):
        passage = source.locate(value, place=Place.TEXT) or source.locate(value, place=Place.ATTRIBUTE)
        if passage is not None:
            ranges = tuple((start + low, start + high) for low, high in passage.ranges)
            found.append(MetadataValue(name, passage.words, passage._replace(ranges=ranges)))
        if len(found) == _MOST:
            break
    return tuple(found)


def _last_packet(body: bytes) -> tuple[int, int] | None:
    # Each time a program saves a file by appending to it, it adds a newer packet.
    end = body.rfind(_ENDS)
    start = body.rfind(_BEGINS, max(0, end - _LONGEST), end) if end >= 0 else -1
    return (start, end + len(_ENDS)) if start >= 0 else None


def _values(root: Any, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    if root is None:
        return
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        # RDF may state a simple value in an attribute or in an element (ISO 16684-1, 7.9).
        for tag, value in element.attrib.items():
            if (name := _named(tag)) in wanted and value.strip():
                yield name, " ".join(value.split())
        name = _named(element.tag)
        if name not in wanted:
            continue
        resource = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource")
        if resource:
            yield name, resource
        # Several values, or one in several languages, are in `rdf:li` elements.
        held = [each for each in element.iter() if not len(each) and (each.text or "").strip()]
        yield from ((name, " ".join(each.text.split())) for each in held)


def _named(tag: str) -> str:
    namespace, _, local = tag.removeprefix("{").rpartition("}")
    return f"{_NAMES.get(namespace, '')}:{local}"
