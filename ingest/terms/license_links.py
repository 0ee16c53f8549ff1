"""License links: licences linked by ``rel=license`` (HTML Standard 4.6.7) or to Creative Commons, and field values.

A link to Creative Commons without ``rel=license`` states a licence only in a notice of its own: a badge, a footer line.
An address of RightsStatements.org names no licence. It says what is known about the rights, and may entail terms too.
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
from ingest.terms.folding import fold
from ingest.terms.license_names import named_in
from ingest.terms.licenses import CreativeCommons, entailed_terms, from_address
from ingest.terms.objects import links_another
from ingest.terms.page import PageView
from ingest.terms.places import Placement, about_another
from ingest.terms.prose import read_notice
from ingest.terms.vocabulary import vocabulary

_ADDRESS = re.compile(r"(?:https?:)?//\S+$")
_SPDX = re.compile(r"(?:SPDX-License-Identifier:\s*)?(?P<id>[A-Za-z][\w.+-]*-[\w.+-]+)$")
_CREATIVE_COMMONS = "creativecommons.org/"
# A notice with its licence is one or two lines; a block as short as a badge cannot be about anything else.
_SHORT, _BADGE = 160, 60
_OF_SOMETHING_ELSE = frozenset({"images", "caption", "elsewhere", "foreign", "code", "aspiration", "data"})
_NOT_OF_PUBLISHER = frozenset({"ugc", "sponsored"})


def declares(rel: str) -> bool:
    """Return whether a link with this *rel*, in lower case, leads to the licence of the main content."""
    return "license" in rel and "license" in rel.split()


def declared(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each address with rel=license; terms of use, RSL and unknown addresses give no terms.

    It is about the page, unless the link is not part of the page's own text or is hidden.
    """
    linked = [link for link, rel in page.related if declares(rel)]
    # ``related`` is sorted by tag; statements are in page order.
    order = {element: place for place, element in enumerate(page.listed.elements)} if len(linked) > 1 else {}
    for link in sorted(linked, key=order.__getitem__) if order else linked:
        href = link.get("href") or "#"
        # The link leads to words on the page, which are read as prose.
        if href.startswith("#"):
            continue
        placement = Placement(link)
        if placement.foreign or placement.unshown or _of_another(link, page):
            continue
        evidence = page.evidence(href.strip(), Place.ATTRIBUTE, at=link)
        if evidence is not None:
            # RSL is a licence for machines, and says nothing about reprinting a text.
            rsl = "rsl" in (link.get("type") or "").lower()
            terms = () if rsl or not is_address(evidence.words) else terms_of(evidence.words, "rel-license")
            yield Statement(evidence.words, _place(placement), evidence, terms)


def in_notices(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each link to a Creative Commons licence in a notice that names nothing else.

    If the notice has a sentence about it, the sentence is the statement (``notices``), and not the link.
    """
    # The bytes first: searching them is faster than listing the links, and most pages have no such address.
    if not page.holds(_CREATIVE_COMMONS) or not page.leads(_CREATIVE_COMMONS):
        return
    for link in page.tagged("a"):
        href = link.get("href")
        named = from_address(href) if href and _CREATIVE_COMMONS in href else None
        if named is None or declares((link.get("rel") or "").lower()) or _of_another(link, page):
            continue
        placement = Placement(link)
        # The block around the link: a badge is its own block, a reference stands in a sentence.
        words = words_of(block_of(link))
        # In running text, such a link is a reference, as a text about licences has.
        in_notice = placement.footer or placement.notice or len(words) <= _BADGE
        if placement.apart or len(words) > _SHORT or not in_notice:
            continue
        if _OF_SOMETHING_ELSE & vocabulary().marks(fold(words)).keys():
            continue
        evidence = page.evidence(href.strip(), Place.ATTRIBUTE, at=link)
        if evidence is not None:
            terms = entailed_terms(named, Covers.TEXT, "cc-link", evidence.words)
            yield Statement(evidence.words, _place(placement), evidence, terms)


def _of_another(link: Any, page: PageView) -> bool:
    # Publishing systems mark the links in what readers wrote ("ugc"), and those that somebody paid for.
    marked = not _NOT_OF_PUBLISHER.isdisjoint((link.get("rel") or "").lower().split())
    return marked or about_another(link, page.url) or links_another(link)


def _place(placement: Placement) -> StatementPlace:
    return StatementPlace.SITE_FOOTER if placement.footer else StatementPlace.ITEM_CARRIER


def terms_of(value: str, rule: str, covers: Covers = Covers.TEXT) -> tuple[Term, ...]:
    """Return the terms that a field's *value* states; () if it is neither a known licence nor understood wording."""
    said = value.strip()
    if _ADDRESS.match(said):
        # An unknown address may spell the licence's full name, as an encyclopedia's does. Addresses come before names,
        # because they are exact.
        found = licenses.at(said) or _spelled(said)
        return licenses.terms_of(found, covers, rule, said) if found else _stated(said, covers, rule)
    spdx = _SPDX.match(said)
    known = licenses.of_spdx(spdx["id"]) if spdx else None
    return licenses.terms_of(known, covers, rule) if known else read_notice(said, None)


_RIGHTS_STATEMENT = re.compile(
    r"https?://(?:www\.)?rightsstatements\.org/(?:vocab|page)/(?P<code>[A-Za-z-]+)/(?P<number>\d\.\d)"
)
# In copyright or restricted otherwise: the holder of the rights, or whoever restricts them, has to be asked.
_ASKS = frozenset({"InC", "InC-OW-EU", "InC-EDU", "InC-RUU", "NoC-CR", "NoC-OKLR", "NoC-US"})
_NONCOMMERCIAL = frozenset({"InC-NC", "NoC-NC"})


def _stated(address: str, covers: Covers, rule: str) -> tuple[Term, ...]:
    """Return the terms of the rights statement at *address*; () if it is unknown or leaves the rights open."""
    match = _RIGHTS_STATEMENT.match(address.strip())
    if match is None:
        return ()
    license_id = f"LicenseRef-RightsStatements-{match['code']}-{match['number']}"
    # Not all of the twelve say what one may do; those that leave it open entail nothing.
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
    """Return the Creative Commons licence whose full name an address spells, as an encyclopedia's does, or None."""
    # Only the last segment: the site stands before it.
    words = unquote(address.rstrip("/").rpartition("/")[2]).replace("_", " ")
    named = named_in(words, vocabulary()) if "commons" in words.lower() else None
    exact = named.license if named is not None and isinstance(named.license, CreativeCommons) else None
    # Only with its version: without one, the name of the family is in many titles.
    return exact if exact is not None and exact.code and exact.number else None


def is_address(value: str) -> bool:
    """Return whether a field holds an address and not words."""
    return _ADDRESS.match(value.strip()) is not None
