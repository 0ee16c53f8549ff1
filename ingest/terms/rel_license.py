"""The carrier ``rel=license`` on ``a``, ``area`` and ``link`` (HTML Standard 4.6.7): the licence of the main content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from archive.locate import Place
from db.model import Covers, Statement, StatementPlace
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.page import PageView
from ingest.terms.places import Standing

RULE = "rel-license"
_LINKS = etree.XPath(
    "//*[(self::a or self::area or self::link) and @rel and @href and contains(translate(@rel, 'LICENS', 'licens'), 'license')]"
)


def is_license_link(element: Any) -> bool:
    """Whether ``license`` is one of the tokens of the element's rel, in any order and case."""
    return "license" in (element.get("rel") or "").lower().split()


def rel_license(page: PageView) -> Iterator[Statement]:
    """A statement for each address under rel=license; unread where it is no licence that we know: terms of use, RSL."""
    for link in _LINKS(page.tree):
        if not is_license_link(link):
            continue
        standing = Standing(link)
        evidence = None if standing.apart else page.evidence(link.get("href").strip(), Place.ATTRIBUTE)
        if evidence is None:
            continue
        named = None if "rsl" in (link.get("type") or "").lower() else from_address(evidence.words)
        terms = entailed(named, Covers.TEXT, RULE, evidence.words) if named else ()
        place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
        yield Statement(evidence.words, place, evidence, terms)
