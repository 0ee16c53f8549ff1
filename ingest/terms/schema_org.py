"""The terms of schema.org, in JSON-LD and microdata: on the article or page itself, never on its images.

``license`` is one; ``usageInfo``, ``conditionsOfAccess`` and ``copyrightNotice`` are read as prose; ``creditText`` is
the credit that the publisher wants, ``acquireLicensePage`` where leave is had. Who holds the copyright since when, and
whether reading is free, say nothing of reuse and are no terms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.evidence.locate import Place
from db.model.item import Act, Covers, Permission, Statement, StatementPlace, Term
from ingest.terms.carried import is_address, terms_of
from ingest.terms.page import PageView
from ingest.terms.places import Standing

RULE = "schema-org"
_WORKS = ("article", "webpage", "blogposting", "report", "posting", "creativework", "book", "chapter")
_BARE = Term(Covers.TEXT, Act.USE, Permission.UNSTATED, RULE)
"""Permits nothing and asks for nothing: it tells whom to ask, or how to credit where one must."""
_BOUND = ("book", "chapter", "creativework")
"""Works that stand beside an article rather than are it."""
_FIELDS = frozenset({"license", "usageInfo", "acquireLicensePage"})
_HOLDERS = frozenset({"a", "link", "meta", "span", "div", "p"})
_PROSE = ("license", "usageInfo", "conditionsOfAccess", "copyrightNotice")
_ASKED = (*_PROSE, "creditText", "acquireLicensePage")
_ANY = frozenset(_ASKED)


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each field of a textual work that is about reuse, each once."""
    works = _of_the_page(_works(page.jsonld), page)
    found: dict[tuple[str, str], Any] = {}
    for node in works:
        for name in _ASKED:
            for value in _values(node[name]) if name in node else ():
                found.setdefault((name, value), node)
    for (name, value), node in found.items():
        yield from _statement(page, name, value, node=node)
    marked: dict[tuple[str, str], Any] = {}
    for name, value, element in _microdata(page) if page.listed.itemprops else ():
        marked.setdefault((name, value), element)
    for (name, value), element in marked.items():
        yield from _statement(page, name, value, element=element)


def _statement(page: PageView, name: str, value: str, *, node: Any = None, element: Any = None) -> Iterator[Statement]:
    terms = _terms(name, value)
    if not terms and name != "license":
        return
    places = (Place.JSON, Place.TEXT) if element is None else (Place.ATTRIBUTE,)
    evidence = page.evidence(value, *places, at=element, node=node)
    if evidence is not None:
        yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)


def _terms(name: str, value: str) -> tuple[Term, ...]:
    if name == "creditText":
        return (replace(_BARE, rule="credit-text", credit_words=value),)
    if name == "acquireLicensePage":
        return (replace(_BARE, rule="acquire-license", contact=value),) if is_address(value) else ()
    return terms_of(value, RULE)


def _works(objects: Any) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for node in objects:
        if not isinstance(node, dict):
            continue
        if "@graph" in node and isinstance(graph := node["@graph"], list):
            found += _works(graph)
        if _ANY.isdisjoint(node):
            continue
        if _is(node, _WORKS):
            found.append(node)
    return found


def _of_the_page(works: list[Mapping[str, Any]], page: PageView) -> list[Mapping[str, Any]]:
    """The works that are the page or on it: none that says another address of itself, no book beside an article."""
    if not works:
        return works
    canonical = [link.get("href") or "" for link, rel in page.related if "canonical" in rel.split()]
    own = {_path(address) for address in (page.url, *canonical)}
    texts = [node for node in works if not _is(node, _BOUND)]
    kept = []
    for node in works:
        told = {_path(address) for address in _addresses(node)} - {None}
        if told & own or not (told or (texts and _is(node, _BOUND))):
            kept.append(node)
    return kept


def _is(node: Mapping[str, Any], kinds: tuple[str, ...]) -> bool:
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return any(isinstance(name, str) and name.lower().endswith(kinds) for name in names)


def _addresses(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("@id", "url", "mainEntityOfPage"):
        for value in _values(node.get(name)):
            if is_address(value):
                yield value


def _path(address: str) -> str | None:
    """The path of an address, by which a page is known on all its hosts; None where it is that of the front page."""
    try:
        return unquote(urlsplit(address).path).rstrip("/") or None
    except ValueError:
        return None


def _values(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        said = (one.get("url") or one.get("@id")) if isinstance(one, Mapping) else one
        if isinstance(said, str) and said.strip():
            yield said.strip()


def _microdata(page: PageView) -> Iterator[tuple[str, str, Any]]:
    for names in page.listed.itemprops:
        if _FIELDS.isdisjoint(names.split()) or (element := names.getparent()).tag not in _HOLDERS:
            continue
        value = element.get("href") or element.get("content")
        if value and _on_a_work(element) and not Standing(element).foreign:
            name = next(name for name in names.split() if name in (*_PROSE, "acquireLicensePage"))
            yield name, value.strip(), element


def _on_a_work(element: Any) -> bool:
    scope = element.getparent()
    while scope is not None and scope.get("itemscope") is None:
        scope = scope.getparent()
    return scope is not None and (scope.get("itemtype") or "").lower().rstrip("/").endswith(_WORKS)
