"""The carrier ``license`` of schema.org in JSON-LD: on the article or page itself, not on its images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.locate import Place
from db.model import Covers, Statement, StatementPlace
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.page import PageView

RULE = "json-ld"
_WORKS = ("article", "webpage", "blogposting", "report", "posting", "creativework", "book", "chapter")


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each ``license`` of a textual work, each once; unread where we know no such licence."""
    for address in dict.fromkeys(
        address for node in _works(page.jsonld) for address in _addresses(node.get("license"))
    ):
        evidence = page.evidence(address, Place.JSON)
        if evidence is None:
            continue
        named = from_address(address)
        terms = entailed(named, Covers.TEXT, RULE, evidence.words) if named else ()
        yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)


def _works(objects: Any) -> Iterator[Mapping[str, Any]]:
    for node in objects:
        if not isinstance(node, Mapping):
            continue
        graph = node.get("@graph")
        if isinstance(graph, list):
            yield from _works(graph)
        kinds = node.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(name, str) and name.lower().endswith(_WORKS) for name in names):
            yield node


def _addresses(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        address = (one.get("url") or one.get("@id")) if isinstance(one, Mapping) else one
        if isinstance(address, str) and address.strip():
            yield address.strip()
