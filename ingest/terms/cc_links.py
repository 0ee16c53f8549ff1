"""Creative Commons links without ``rel=license``: a licence of the text only where they stand in a notice of their own."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from archive.locate import Place
from db.model import Covers, Statement, StatementPlace
from ingest.terms.blocks import block_of, words_of
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.page import PageView
from ingest.terms.places import Standing
from ingest.terms.rel_license import is_license_link
from ingest.terms.vocabulary import fold, vocabulary

RULE = "cc-link"
_LINKS = etree.XPath("//a[contains(@href, 'creativecommons.org/')]")
_SHORT = 160
_OF_SOMETHING_ELSE = frozenset({"images", "caption", "elsewhere", "foreign", "code", "aspiration", "data"})


def cc_links(page: PageView) -> Iterator[Statement]:
    """A statement for each link to a licence in a notice that names nothing but the licence: a badge, a footer's line.

    Where the notice has a sentence about it, that sentence is the statement (``notices``) and the link is no second.
    """
    for link in _LINKS(page.tree):
        named = from_address(link.get("href"))
        if named is None or is_license_link(link):
            continue
        standing = Standing(link)
        words = words_of(block_of(link))
        if (
            standing.apart
            or len(words) > _SHORT
            or not (standing.footer or standing.notice or len(words) <= 60)
        ):
            continue
        if _OF_SOMETHING_ELSE & vocabulary().marks(fold(words)).keys():
            continue
        evidence = page.evidence(link.get("href").strip(), Place.ATTRIBUTE)
        if evidence is not None:
            place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
            yield Statement(
                evidence.words, place, evidence, entailed(named, Covers.TEXT, RULE, evidence.words)
            )
