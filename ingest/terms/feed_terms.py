"""What a feed says of its own reuse: Creative Commons modules, Dublin Core and Atom rights, RSS ``copyright``.

A feed licenses itself (RFC 4946), not the texts it tells of: its terms cover data, and permit no text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from archive.evidence.locate import Place, Source
from archive.http.charset import charset_of
from archive.http.exchange import Entity
from db.model.item import Covers, Evidence, Layer, Statement, StatementPlace
from ingest.markup.tree import begun
from ingest.terms.carried import terms_of

RULE = "feed"
_ROOTS = frozenset({"rss", "feed", "RDF"})
_FIELDS = frozenset({"license", "rights", "copyright"})
_ENTRIES = frozenset({"item", "entry"})
_LONGEST = 5_000_000


def read_feed_terms(entity: Entity, capture: str) -> tuple[Statement, ...]:
    """What the feed in *entity* states about itself, and no entry of it; () if it is no feed."""
    start = entity.body[:2_000]
    if len(entity.body) > _LONGEST or not any(root in start for root in (b"<rss", b"<feed", b":RDF")):
        return ()
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(entity.body, parser)
    if root is None or _local(root) not in _ROOTS:
        return ()
    source = Source(entity.body, charset_of(entity.body, entity.charset))
    return tuple(_statements(root, source, capture))


def _statements(root: Any, source: Source, capture: str) -> Iterator[Statement]:
    seen: set[str] = set()
    for element in _own(root):
        value = (element.get("href") if _local(element) == "link" else None) or begun(element) or _resource(element)
        said = " ".join((value or "").split())
        terms = tuple(replace(term, covers=Covers.DATA) for term in terms_of(said, RULE)) if said else ()
        passage = source.locate(said, place=Place.PLAIN) if terms and said not in seen else None
        if passage is not None:
            seen.add(said)
            evidence = Evidence(passage.words, capture, Layer.ENTITY, passage.ranges, passage.decoding)
            yield Statement(evidence.words, StatementPlace.SITE_POLICY, evidence, terms)


def _own(root: Any) -> Iterator[Any]:
    """The elements about rights of the feed, and not of its entries."""
    for element in root.iterchildren():
        name = _local(element)
        if name == "channel":
            yield from _own(element)
        elif name in _FIELDS or (name == "link" and "license" in (element.get("rel") or "").split()):
            yield element
        elif name in _ENTRIES:
            continue


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _resource(element: Any) -> str | None:
    return next((value for name, value in element.attrib.items() if name.endswith("resource")), None)
