"""The carrier ``rel=license`` on links (HTML Standard 4.6.7): the licence of the main content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.locate import Place
from db.model import Covers, Statement, StatementPlace
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.page import PageView
from ingest.terms.places import Standing

RULE = "rel-license"


def is_license_link(element: Any) -> bool:
    """Whether ``license`` is one of the tokens of the element's rel, in any order and case."""
    rel = element.get("rel")
    return rel is not None and "license" in rel.lower().split()


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each address under rel=license; unread where it is terms of use, RSL or unknown."""
    for link in page.tree.iter("a", "area", "link"):
        if not is_license_link(link) or (link.get("href") or "#").startswith("#"):
            continue
        standing = Standing(link)
        evidence = None if standing.apart else page.evidence(link.get("href").strip(), Place.ATTRIBUTE)
        if evidence is None:
            continue
        named = None if "rsl" in (link.get("type") or "").lower() else from_address(evidence.words)
        terms = entailed(named, Covers.TEXT, RULE, evidence.words) if named else ()
        place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
        yield Statement(evidence.words, place, evidence, terms)
