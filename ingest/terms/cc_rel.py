"""ccREL and other RDFa about the page: its licence, the credit its author wants, and where more is permitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archive.evidence.locate import Place
from db.model.item import Act, Covers, Duty, Permission, Statement, StatementPlace, Term
from ingest.terms.blocks import words_of
from ingest.terms.carried import terms_of
from ingest.terms.page import PageView
from ingest.terms.places import Standing, about_another

RULE = "cc-rel"
_LICENSES = frozenset({"cc:license", "dct:license", "dcterms:license", "xhv:license", "schema:license"})
_NAME, _ADDRESS, _MORE = "cc:attributionname", "cc:attributionurl", "cc:morepermissions"
_SAID = _LICENSES | {_NAME, _ADDRESS, _MORE}
_SIGNS = ("cc:", ":license")
"""Each of them has one of these."""


def says(rel: str) -> bool:
    """Whether a link that says *rel*, in lower case, says any of it."""
    return ":" in rel and not _SAID.isdisjoint(rel.split())


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each property of the page itself; what is said *about* another address is not its."""
    for element, said in _telling(page):
        if about_another(element, page.url):
            continue
        standing = Standing(element)
        if standing.apart:
            continue
        place = StatementPlace.SITE_FOOTER if standing.footer else StatementPlace.ITEM_CARRIER
        yield from _statement(page, element, said, place)


def may_state(properties: Sequence[str]) -> bool:
    """Whether any of what elements say in ``property`` may be of it: on most pages none is."""
    said = " ".join(properties).lower()
    return _SIGNS[0] in said or _SIGNS[1] in said


def _telling(page: PageView) -> Iterator[tuple[Any, set[str]]]:
    """The links and the other elements that say any of it, in document order, and all that each says."""
    found = {element for element, rel in page.related if says(rel)}
    if may_state(page.listed.properties):
        stated = (said for said in page.listed.properties if not _SAID.isdisjoint(said.lower().split()))
        found.update(said.getparent() for said in stated)
    for element in sorted(found, key=page.listed.elements.index) if len(found) > 1 else found:
        yield element, {*(element.get("rel") or "").lower().split(), *(element.get("property") or "").lower().split()}


def _statement(page: PageView, element: Any, said: set[str], place: StatementPlace) -> Iterator[Statement]:
    address = (element.get("href") or element.get("resource") or "").strip()
    for value, where, terms in (
        (address, Place.ATTRIBUTE, terms_of(address, RULE) if said & _LICENSES else ()),
        (words_of(element), Place.TEXT, (_credit(words_of(element)),) if _NAME in said else ()),
        (address, Place.ATTRIBUTE, (_linked(address),) if _ADDRESS in said and _NAME not in said else ()),
        (address, Place.ATTRIBUTE, (_more(address),) if _MORE in said else ()),
    ):
        evidence = page.evidence(value, where, at=element) if value and terms else None
        if evidence is not None:
            yield Statement(evidence.words, place, evidence, terms)


def _credit(words: str) -> Term:
    return Term(Covers.TEXT, Act.USE, Permission.UNSTATED, RULE, duties=(Duty.ATTRIBUTE,), credit_words=words)


def _linked(address: str) -> Term:
    return Term(
        Covers.TEXT, Act.USE, Permission.UNSTATED, RULE, duties=(Duty.ATTRIBUTE, Duty.LINK), license_url=address
    )


def _more(address: str) -> Term:
    return Term(Covers.TEXT, Act.USE, Permission.UNSTATED, RULE, contact=address)
