"""Creative Commons links without ``rel=license``: a licence where they are a notice of their own."""

from __future__ import annotations

from collections.abc import Iterator

from archive.evidence.locate import Place
from db.model.item import Covers, Statement, StatementPlace
from ingest.terms.blocks import block_of, words_of
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.objects import links_another
from ingest.terms.page import PageView
from ingest.terms.phrases import fold
from ingest.terms.places import Standing, about_another
from ingest.terms.rel_license import is_license_link
from ingest.terms.vocabulary import vocabulary

RULE = "cc-link"
_SHORT = 160
_OF_SOMETHING_ELSE = frozenset({"images", "caption", "elsewhere", "foreign", "code", "aspiration", "data"})


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each link to a licence in a notice that names nothing else: a badge, a footer's line.

    Where the notice has a sentence about it, that sentence is the statement (``notices``), the link is none.
    """
    if not page.leads("creativecommons.org/") or not page.holds("creativecommons.org/"):
        return
    for link in page.tagged("a"):
        href = link.get("href")
        named = from_address(href) if href and "creativecommons.org/" in href else None
        if named is None or is_license_link(link) or about_another(link, page.url) or links_another(link):
            continue
        standing = Standing(link)
        words = words_of(block_of(link))
        if standing.apart or len(words) > _SHORT or not (standing.footer or standing.notice or len(words) <= 60):
            continue
        if _OF_SOMETHING_ELSE & vocabulary().marks(fold(words)).keys():
            continue
        evidence = page.evidence(href.strip(), Place.ATTRIBUTE, at=link)
        if evidence is not None:
            place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
            yield Statement(evidence.words, place, evidence, entailed(named, Covers.TEXT, RULE, evidence.words))
