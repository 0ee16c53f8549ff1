"""The carrier ``rel=license`` on links (HTML Standard 4.6.7): the licence of the main content."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.evidence.locate import Place
from db.model.item import Statement, StatementPlace
from ingest.terms.carried import is_address, terms_of
from ingest.terms.objects import links_another
from ingest.terms.page import PageView
from ingest.terms.places import Standing, about_another

RULE = "rel-license"


def is_license_link(element: Any) -> bool:
    """Whether ``license`` is one of the tokens of the element's rel, in any order and case."""
    rel = element.get("rel")
    return rel is not None and says(rel.lower())


def says(rel: str) -> bool:
    """Whether a link that says *rel*, in lower case, is one."""
    return "license" in rel and "license" in rel.split()


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each address under rel=license; unread where it is terms of use, RSL or unknown.

    It is about the page, save where it stands in what is not the page's own text, or where nobody sees it.
    """
    linked = [link for link, rel in page.related if says(rel)]
    for link in sorted(linked, key=page.listed.elements.index) if len(linked) > 1 else linked:
        if (link.get("href") or "#").startswith("#"):
            continue
        standing = Standing(link)
        evidence = (
            None
            if standing.foreign or standing.unshown or about_another(link, page.url) or links_another(link)
            else page.evidence(link.get("href").strip(), Place.ATTRIBUTE, at=link)
        )
        if evidence is None:
            continue
        rsl = "rsl" in (link.get("type") or "").lower()
        terms = () if rsl or not is_address(evidence.words) else terms_of(evidence.words, RULE)
        place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
        yield Statement(evidence.words, place, evidence, terms)
