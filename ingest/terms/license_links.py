"""License links: by ``rel=license`` (HTML Standard 4.6.7) or by an address of Creative Commons; and what fields state.

Of a link without ``rel=license`` it is a licence only where the link is a notice of its own: a badge, a footer's line.
An address of RightsStatements.org names no licence: it says what is known of the rights, and may entail terms too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from archive.evidence.locate import Place
from db.model.item import Act, Covers, Permission, Statement, StatementPlace, Term
from ingest.terms import licenses
from ingest.terms.blocks import block_of, words_of
from ingest.terms.licenses import CreativeCommons, entailed, from_address, named_in
from ingest.terms.objects import links_another
from ingest.terms.page import PageView
from ingest.terms.phrase_patterns import fold
from ingest.terms.places import Standing, about_another
from ingest.terms.prose import read_notice
from ingest.terms.vocabulary import vocabulary

_ADDRESS = re.compile(r"(?:https?:)?//\S+$")
_SPDX = re.compile(r"(?:SPDX-License-Identifier:\s*)?(?P<id>[A-Za-z][\w.+-]*-[\w.+-]+)$")
_CREATIVE_COMMONS = "creativecommons.org/"
# A notice with its licence is a line or two; a block of so few letters as a badge's can tell of nothing else.
_SHORT, _BADGE = 160, 60
_OF_SOMETHING_ELSE = frozenset({"images", "caption", "elsewhere", "foreign", "code", "aspiration", "data"})


def declares(rel: str) -> bool:
    """Whether a link that says *rel*, in lower case, is to the licence of the main content."""
    return "license" in rel and "license" in rel.split()


def declared(page: PageView) -> Iterator[Statement]:
    """A statement for each address under rel=license; unread where it is terms of use, RSL or unknown.

    It is about the page, save where it stands in what is not the page's own text, or where nobody sees it.
    """
    linked = [link for link, rel in page.related if declares(rel)]
    # ``related`` goes tag by tag; a statement stands where its link does on the page.
    for link in sorted(linked, key=page.listed.elements.index) if len(linked) > 1 else linked:
        href = link.get("href") or "#"
        # It leads to the words beside it, which are read as prose.
        if href.startswith("#"):
            continue
        standing = Standing(link)
        if standing.foreign or standing.unshown or _of_another(link, page):
            continue
        evidence = page.evidence(href.strip(), Place.ATTRIBUTE, at=link)
        if evidence is not None:
            # RSL licenses machines: it says nothing to somebody who would reprint a text.
            rsl = "rsl" in (link.get("type") or "").lower()
            terms = () if rsl or not is_address(evidence.words) else terms_of(evidence.words, "rel-license")
            yield Statement(evidence.words, _place(standing), evidence, terms)


def in_notices(page: PageView) -> Iterator[Statement]:
    """A statement for each link to a Creative Commons licence in a notice that names nothing else.

    Where the notice has a sentence about it, that sentence is the statement (``notices``), the link is none.
    """
    # The bytes first: they are searched sooner than the links are listed, and most pages hold no such address.
    if not page.holds(_CREATIVE_COMMONS) or not page.leads(_CREATIVE_COMMONS):
        return
    for link in page.tagged("a"):
        href = link.get("href")
        named = from_address(href) if href and _CREATIVE_COMMONS in href else None
        if named is None or declares((link.get("rel") or "").lower()) or _of_another(link, page):
            continue
        standing = Standing(link)
        # Of the block that the link stands in: a badge is its own block, a reference stands in a sentence.
        words = words_of(block_of(link))
        # In running text such a link is a reference, as to any licence that is told of.
        in_notice = standing.footer or standing.notice or len(words) <= _BADGE
        if standing.apart or len(words) > _SHORT or not in_notice:
            continue
        if _OF_SOMETHING_ELSE & vocabulary().marks(fold(words)).keys():
            continue
        evidence = page.evidence(href.strip(), Place.ATTRIBUTE, at=link)
        if evidence is not None:
            terms = entailed(named, Covers.TEXT, "cc-link", evidence.words)
            yield Statement(evidence.words, _place(standing), evidence, terms)


def _of_another(link: Any, page: PageView) -> bool:
    return about_another(link, page.url) or links_another(link)


def _place(standing: Standing) -> StatementPlace:
    return StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER


def terms_of(value: str, rule: str, covers: Covers = Covers.TEXT) -> tuple[Term, ...]:
    """The terms that a field's *value* states; () where it is no licence that we know and no wording understood."""
    said = value.strip()
    if _ADDRESS.match(said):
        # An address that we do not know may still spell the licence's whole name, as an encyclopedia's does.
        # Addresses before names: they say exactly which.
        found = licenses.at(said) or _spelled(said)
        return licenses.terms_of(found, covers, rule, said) if found else _stated(said, covers, rule)
    spdx = _SPDX.match(said)
    known = licenses.of_spdx(spdx["id"]) if spdx else None
    return licenses.terms_of(known, covers, rule) if known else read_notice(said, None)


_RIGHTS_STATEMENT = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page)/(?P<code>[A-Za-z-]+)/(?P<number>\d\.\d)"
)
# In copyright, or restricted otherwise: the holder of the rights, or who restricts them, has to be asked.
_ASKS = frozenset({"InC", "InC-OW-EU", "InC-EDU", "InC-RUU", "NoC-CR", "NoC-OKLR", "NoC-US"})
_NONCOMMERCIAL = frozenset({"InC-NC", "NoC-NC"})


def _stated(address: str, covers: Covers, rule: str) -> tuple[Term, ...]:
    """The terms of the statement at *address*; none for an unknown one or one that leaves the rights open."""
    match = _RIGHTS_STATEMENT.match(address.strip())
    if match is None:
        return ()
    license_id = f"LicenseRef-RightsStatements-{match['code']}-{match['number']}"
    # Not all twelve say what one may do; those that leave it open entail nothing.
    if match["code"] in _ASKS:
        return (Term(covers, Act.USE, Permission.ASK, rule, license_id=license_id, license_url=address),)
    if match["code"] in _NONCOMMERCIAL:
        return tuple(
            Term(
                covers,
                act,
                Permission.PERMITTED,
                rule,
                noncommercial=True,
                license_id=license_id,
                license_url=address,
            )
            for act in (Act.REPRODUCE, Act.DISTRIBUTE)
        )
    return ()


def _spelled(address: str) -> licenses.License | None:
    """The Creative Commons licence whose whole name an address spells, as an encyclopedia's page of its text does."""
    # The last step alone: what stands before it is the site.
    words = unquote(address.rstrip("/").rpartition("/")[2]).replace("_", " ")
    named = named_in(words, vocabulary()) if "commons" in words.lower() else None
    exact = named.license if named is not None and isinstance(named.license, CreativeCommons) else None
    # Only with its version: without it the name of the family is in many titles.
    return exact if exact is not None and exact.code and exact.number else None


def is_address(value: str) -> bool:
    """Whether a field holds an address rather than words."""
    return _ADDRESS.match(value.strip()) is not None
