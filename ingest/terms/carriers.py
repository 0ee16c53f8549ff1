"""Carriers: what a page tells machines of its reuse, each of them asked only where the page may say any of it there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from db.model.item import Statement
from ingest.terms import cc_rel, link_header, metadata, mining, rel_license, schema_org
from ingest.terms.page import PageView


class _May(NamedTuple):
    """What a page may say by the names of its metas and by what its links say in ``rel``.

    Attributes:
        mining: the names of those metas that may speak of mining.
    """

    licensed: bool
    related: bool
    metadata: bool
    mining: tuple[str, ...]


@lru_cache(maxsize=1024)  # the pages of a site have the same metas, and links of the same kinds
def _may(metas: frozenset[str], rels: frozenset[str]) -> _May:
    lower = [rel.lower() for rel in rels]
    said = [name.replace(":", ".") for name in metas]
    return _May(
        any(map(rel_license.says, lower)),
        any(map(cc_rel.says, lower)),
        not metadata.NAMES.isdisjoint(said),
        tuple(mining.METAS.intersection(said)),
    )


def statements(page: PageView) -> Iterator[Statement]:
    """The statements of all carriers, carrier by carrier."""
    listed = page.listed
    named = listed.named
    may = _may(frozenset(named), page.rels)
    if may.licensed:
        yield from rel_license.statements(page)
    if page.head:
        yield from link_header.statements(page)
    if page.jsonld or listed.itemprops:
        yield from schema_org.statements(page)
    if may.metadata:
        yield from metadata.statements(page)
    if may.related or cc_rel.may_state(listed.properties):
        yield from cc_rel.statements(page)
    if page.head or any(mining.may_tell(name, [said for said, _ in named[name]]) for name in may.mining):
        yield from mining.statements(page)
