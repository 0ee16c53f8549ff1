"""Carriers: read what a page says about its reuse in machine-readable form.

Apart from the package's entry point, which joins carriers with prose and notes on holders.

Carriers are ``rel=license`` (``license_links``), the ``Link`` field of the HTTP head (RFC 8288), schema.org in JSON-LD
and microdata, Dublin Core and older ``meta`` elements, ccREL and other RDFa, and signs about data mining. Signs about
mining neither permit nor forbid republishing: their terms are about mining only. ``noarchive`` is kept but decides
nothing, because it is about the caches of search engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from archive.evidence.locate import Decoding, Place
from db.model.item import Act, Covers, Duty, Evidence, Layer, Permission, Statement, StatementPlace, Term
from ingest.terms import license_links
from ingest.terms.blocks import words_of
from ingest.terms.license_links import is_address, terms_of
from ingest.terms.page import PageView
from ingest.terms.places import Placement, about_another


# Computed from names alone, before any element is looked at, because most pages have no carriers.
class _May(NamedTuple):
    """Which carriers a page may have, by the names of its metas and the ``rel`` values of its links.

    Attributes:
        licensed: links with rel=license.
        related: links with ccREL or other RDFa.
        metadata: metas about rights.
        mining: the names of metas that may be about mining.
    """

    licensed: bool
    related: bool
    metadata: bool
    mining: tuple[str, ...]


@lru_cache(maxsize=1024)  # the pages of a site have the same metas and kinds of links
def _may(metas: frozenset[str], rels: frozenset[str]) -> _May:
    # rel is case-insensitive (HTML 4.6.7); names of metas are already in lower case.
    lower = [rel.lower() for rel in rels]
    said = [name.replace(":", ".") for name in metas]
    return _May(
        any(map(license_links.declares, lower)),
        any(map(_says_rel, lower)),
        not _RIGHTS.isdisjoint(said),
        tuple(_MINING.intersection(said)),
    )


def statements(page: PageView) -> Iterator[Statement]:
    """Yield the statements of all carriers, carrier by carrier."""
    listed = page.listed
    named = listed.named
    may = _may(frozenset(named), page.rels)
    if may.licensed:
        # This order matters: of equal words in one place, the first statement is kept, and this carrier says most
        # clearly that the licence is the page's.
        yield from license_links.declared(page)
    if page.head:
        yield from _linked_in_head(page)
    if page.jsonld or listed.itemprops:
        yield from _told_by_schema(page)
    if may.metadata:
        yield from _stated_in_metas(page)
    if may.related or _may_state(listed.properties):
        yield from _told_by_rdfa(page)
    if page.head or any(_may_tell(name, [said for said, _ in named[name]]) for name in may.mining):
        yield from _told_of_mining(page)


# A field may continue on lines that begin with white space: obsolete (RFC 9112, 5.2), but still sent.
_LINK_FIELD = re.compile(rb"(?im)^link[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
# The syntax of RFC 8288 section 3, and the extra spaces of some servers.
_LINK_PARAMETER = re.compile(rb";\s*([\w*-]+)\s*(?:=\s*(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;,\"]+)))?")
_LINK_VALUE = re.compile(rb"<\s*(?P<target>[^<>\s]+)\s*>(?P<parameters>(?:\s*" + _LINK_PARAMETER.pattern + rb")*)")


def _linked_in_head(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each link with ``license`` among its relation types; its evidence is in the HTTP head."""
    if b"icense" not in page.head and b"ICENSE" not in page.head:
        return
    for field in _LINK_FIELD.finditer(page.head):
        for value in _LINK_VALUE.finditer(page.head, *field.span()):
            told = _LINK_PARAMETER.findall(value["parameters"])
            said = {name.lower(): quoted or plain for name, quoted, plain in reversed(told)}
            # With an anchor, it is a link of another page, or of a part of this one (section 3.2).
            if b"license" not in said.get(b"rel", b"").lower().split() or b"anchor" in said:
                continue
            # One letter per byte, so that offsets in the words are offsets in the head.
            words = value["target"].decode("latin-1")
            decoding = Decoding("iso-8859-1", Place.PLAIN)
            evidence = Evidence(words, page.capture, Layer.HEAD, (value.span("target"),), decoding)
            # RSL is a licence for machines, and says nothing about reprinting a text.
            rsl = b"rsl" in value["parameters"].lower()
            terms = () if rsl or not is_address(words) else terms_of(words, "link-header")
            yield Statement(words, StatementPlace.ITEM_CARRIER, evidence, terms)


# Type names may end like this: NewsArticle, ScholarlyArticle, LiveBlogPosting and others are kinds of these.
_WORK_TYPES = ("article", "webpage", "blogposting", "report", "posting", "creativework", "book", "chapter")
# It permits nothing and asks for nothing. It says whom to ask, or how to credit if a credit is required.
_BARE = Term(Covers.TEXT, Act.USE, Permission.UNSTATED, "schema-org")
# Works that stand next to an article and are not the article.
_BOUND = ("book", "chapter", "creativework")
_MARKED = frozenset({"license", "usageInfo", "acquireLicensePage"})
# On an img, a video or a figure, the property is about that picture and not about the work around it.
_HOLDERS = frozenset({"a", "link", "meta", "span", "div", "p"})
_IN_WORDS = ("license", "usageInfo", "conditionsOfAccess", "copyrightNotice")
_ASKED = (*_IN_WORDS, "creditText", "acquireLicensePage")
_ANY_ASKED = frozenset(_ASKED)


def _told_by_schema(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each field of a textual work that is about reuse, each once; never for its images.

    ``license`` is a field for licences. ``usageInfo``, ``conditionsOfAccess`` and ``copyrightNotice`` are read as
    prose. ``creditText`` is the credit that the publisher wants, ``acquireLicensePage`` where permission can be had.
    The copyright holder, the copyright year, and whether reading is free say nothing about reuse.
    """
    works = _of_the_page(_works(page.jsonld), page)
    found: dict[tuple[str, str], Any] = {}
    for node in works:
        for name in _ASKED:
            for value in _values_of(node[name]) if name in node else ():
                # A graph may say the same about the article and its page; one statement is enough.
                found.setdefault((name, value), node)
    for (name, value), node in found.items():
        yield from _of_schema(page, name, value, node=node)
    marked: dict[tuple[str, str], Any] = {}
    for name, value, element in _microdata(page) if page.listed.itemprops else ():
        marked.setdefault((name, value), element)
    for (name, value), element in marked.items():
        yield from _of_schema(page, name, value, element=element)


def _of_schema(page: PageView, name: str, value: str, *, node: Any = None, element: Any = None) -> Iterator[Statement]:
    terms = _schema_terms(name, value)
    if not terms and name != "license":
        return
    # A JSON-LD value is looked for with its escapes first, and then without them.
    places = (Place.JSON, Place.TEXT) if element is None else (Place.ATTRIBUTE,)
    evidence = page.evidence(value, *places, at=element, node=node)
    if evidence is not None:
        yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)


def _schema_terms(name: str, value: str) -> tuple[Term, ...]:
    if name == "creditText":
        # It binds only people who may reuse the text on other grounds: a wish for credit permits nothing.
        return (replace(_BARE, rule="credit-text", credit_words=value),)
    if name == "acquireLicensePage":
        return (replace(_BARE, rule="acquire-license", contact=value),) if is_address(value) else ()
    return terms_of(value, "schema-org")


def _works(objects: Any) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for node in objects:
        if not isinstance(node, dict):
            continue
        # On any level, because plug-ins put one graph into another.
        if "@graph" in node and isinstance(graph := node["@graph"], list):
            found += _works(graph)
        if _ANY_ASKED.isdisjoint(node):
            continue
        if _is_a(node, _WORK_TYPES):
            found.append(node)
    return found


def _of_the_page(works: list[Mapping[str, Any]], page: PageView) -> list[Mapping[str, Any]]:
    """Return the works that are the page or stand on it: no work with another address, no book next to an article."""
    if not works:
        return works
    # A work may use the canonical address, which may differ from the address that was fetched.
    canonical = [link.get("href") or "" for link, rel in page.related if "canonical" in rel.split()]
    own = {_path_of(address) for address in (page.url, *canonical)}
    texts = [node for node in works if not _is_a(node, _BOUND)]
    kept = []
    for node in works:
        told = {_path_of(address) for address in _addresses(node)} - {None}
        # A work without an address is the page's own, except a book next to an article.
        if told & own or not (told or (texts and _is_a(node, _BOUND))):
            kept.append(node)
    return kept


def _is_a(node: Mapping[str, Any], kinds: tuple[str, ...]) -> bool:
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return any(isinstance(name, str) and name.lower().endswith(kinds) for name in names)


def _addresses(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("@id", "url", "mainEntityOfPage"):
        for value in _values_of(node.get(name)):
            if is_address(value):
                yield value


def _path_of(address: str) -> str | None:
    """Return the path of an address, which is the same on all hosts of a page; None for a front page."""
    try:
        # Without scheme, host and query, which differ between the addresses of a page.
        return unquote(urlsplit(address).path).rstrip("/") or None
    except ValueError:
        return None


def _values_of(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        said = (one.get("url") or one.get("@id")) if isinstance(one, Mapping) else one
        if isinstance(said, str) and said.strip():
            yield said.strip()


def _microdata(page: PageView) -> Iterator[tuple[str, str, Any]]:
    for names in page.listed.itemprops:
        if _MARKED.isdisjoint(names.split()) or (element := names.getparent()).tag not in _HOLDERS:
            continue
        value = element.get("href") or element.get("content")
        if value and _on_a_work(element) and not Placement(element).foreign:
            name = next(name for name in names.split() if name in (*_IN_WORDS, "acquireLicensePage"))
            yield name, value.strip(), element


def _on_a_work(element: Any) -> bool:
    scope = element.getparent()
    while scope is not None and scope.get("itemscope") is None:
        scope = scope.getparent()
    return scope is not None and (scope.get("itemtype") or "").lower().rstrip("/").endswith(_WORK_TYPES)


_RIGHTS = frozenset(
    {"dc.rights", "dc.rights.license", "dc.license", "dcterms.rights", "dcterms.license", "copyright", "rights"}
    | {"license", "licence", "spdx-license-identifier"}
)


def _stated_in_metas(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each value that states terms; the address of an unknown licence has no terms.

    A bare "© 2024 Example" states no terms, and neither do fields that name the holder of the rights.
    """
    for _, value, meta in page.metas(_RIGHTS):
        terms = terms_of(value, "metadata")
        evidence = page.evidence(value, Place.ATTRIBUTE, at=meta) if terms or is_address(value) else None
        if evidence is not None:
            yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)


_REL_LICENSES = frozenset({"cc:license", "dct:license", "dcterms:license", "xhv:license", "schema:license"})
_REL_NAME, _REL_ADDRESS, _REL_MORE = "cc:attributionname", "cc:attributionurl", "cc:morepermissions"
_REL_SAID = _REL_LICENSES | {_REL_NAME, _REL_ADDRESS, _REL_MORE}
# Each of the names above contains one of these.
_REL_SIGNS = ("cc:", ":license")


def _says_rel(rel: str) -> bool:
    """Return whether the *rel* of a link, in lower case, holds one of these properties."""
    return ":" in rel and not _REL_SAID.isdisjoint(rel.split())


def _told_by_rdfa(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each property of the page itself; a property *about* another address is left out."""
    for element, said in _telling(page):
        if about_another(element, page.url):
            continue
        placement = Placement(element)
        # A licence in a card, a comment or a figure is about that.
        if placement.apart:
            continue
        place = StatementPlace.SITE_FOOTER if placement.footer else StatementPlace.ITEM_CARRIER
        yield from _of_rdfa(page, element, said, place)


def _may_state(properties: Sequence[str]) -> bool:
    """Return whether any ``property`` value may be one of these; on most pages none is."""
    said = " ".join(properties).lower()
    return _REL_SIGNS[0] in said or _REL_SIGNS[1] in said


def _telling(page: PageView) -> Iterator[tuple[Any, set[str]]]:
    """Yield the links and other elements with such properties, in document order, each with all its properties."""
    found = {element for element, rel in page.related if _says_rel(rel)}
    if _may_state(page.listed.properties):
        stated = (said for said in page.listed.properties if not _REL_SAID.isdisjoint(said.lower().split()))
        found.update(said.getparent() for said in stated)
    # In page order and not in that of the set, because the first statement of the same words is kept.
    for element in sorted(found, key=page.listed.elements.index) if len(found) > 1 else found:
        yield element, {*(element.get("rel") or "").lower().split(), *(element.get("property") or "").lower().split()}


def _of_rdfa(page: PageView, element: Any, said: set[str], place: StatementPlace) -> Iterator[Statement]:
    address = (element.get("href") or element.get("resource") or "").strip()
    # A link may hold several of these properties, and each is a statement of its own.
    for value, where, terms in (
        (address, Place.ATTRIBUTE, terms_of(address, "cc-rel") if said & _REL_LICENSES else ()),
        (words_of(element), Place.TEXT, (_credited(words_of(element)),) if _REL_NAME in said else ()),
        (address, Place.ATTRIBUTE, (_linked(address),) if _REL_ADDRESS in said and _REL_NAME not in said else ()),
        (address, Place.ATTRIBUTE, (_more(address),) if _REL_MORE in said else ()),
    ):
        evidence = page.evidence(value, where, at=element) if value and terms else None
        if evidence is not None:
            yield Statement(evidence.words, place, evidence, terms)


def _credited(words: str) -> Term:
    return Term(Covers.TEXT, Act.USE, Permission.UNSTATED, "cc-rel", duties=(Duty.ATTRIBUTE,), credit_words=words)


def _linked(address: str) -> Term:
    return Term(
        Covers.TEXT, Act.USE, Permission.UNSTATED, "cc-rel", duties=(Duty.ATTRIBUTE, Duty.LINK), license_url=address
    )


def _more(address: str) -> Term:
    return Term(Covers.TEXT, Act.USE, Permission.UNSTATED, "cc-rel", contact=address)


_MINING_FIELD = re.compile(
    rb"(?im)^(?P<name>tdm-reservation|content-usage|x-robots-tag)[ \t]*:[ \t]*(?P<value>[^\r\n]*)"
)
_ROBOTS = frozenset({"robots", "googlebot"})
_MINING = _ROBOTS | {"tdm-reservation"}
_NO_AI = frozenset({"noai", "noimageai"})
# A robots value about mining contains one of these; most values are about other things.
_MINING_SIGNS = ("noa", "noimage")
_USAGE = re.compile(r"(?:^|[,\s])(?:train-ai|ai-train)\s*=\s*(?P<value>[yn])\b", re.IGNORECASE)


def _told_of_mining(page: PageView) -> Iterator[Statement]:
    """Yield a statement for each ``meta`` element and header field about mining."""
    for name, value, meta in page.metas(_MINING):
        # Crawlers read only ``name``; ``property`` is for others.
        terms = tuple(_mining_terms("x-robots-tag" if name in _ROBOTS else name, value)) if meta.get("name") else ()
        evidence = page.evidence(value, Place.ATTRIBUTE, at=meta) if terms else None
        if evidence is not None:
            yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)
    for field in _MINING_FIELD.finditer(page.head):
        terms = tuple(_mining_terms(field["name"].decode("ascii").lower(), field["value"].decode("latin-1")))
        if terms:
            words = field.group().decode("latin-1")
            decoding = Decoding("iso-8859-1", Place.PLAIN)
            evidence = Evidence(words, page.capture, Layer.HEAD, (field.span(),), decoding)
            yield Statement(words, StatementPlace.ITEM_CARRIER, evidence, terms)


def _may_tell(name: str, contents: Iterable[str]) -> bool:
    """Return whether the contents of the metas with a *name* in _MINING may be about mining."""
    if name not in _ROBOTS:
        return True
    return any(any(map(content.lower().__contains__, _MINING_SIGNS)) for content in contents)


def _mining_terms(name: str, value: str) -> Iterator[Term]:
    # TDM Reservation Protocol: 1 reserves the rights, so one has to ask; 0 says that nothing is reserved.
    if name == "tdm-reservation" and value.strip() in ("0", "1"):
        yield _mine(Permission.ASK if value.strip() == "1" else Permission.PERMITTED, "tdmrep", Covers.SITE)
    elif name == "content-usage":
        for said in _USAGE.finditer(value):
            permission = Permission.PERMITTED if said["value"].lower() == "y" else Permission.PROHIBITED
            yield _mine(permission, "content-usage", Covers.SITE)
    elif name == "x-robots-tag":
        # The name of a crawler may stand before its directives: "googlebot: noai".
        said_words = {word.strip() for word in value.lower().replace(":", ",").split(",")}
        for word in sorted(said_words & _NO_AI):
            yield _mine(Permission.PROHIBITED, "robots-noai", Covers.SITE if word == "noai" else Covers.IMAGES)
        if "noarchive" in said_words:
            # It asks search engines to show no cached copy. Kept for reviewers, but it forbids nothing.
            yield _mine(Permission.UNSTATED, "robots-noarchive", Covers.SITE)


def _mine(permission: Permission, rule: str, covers: Covers) -> Term:
    return Term(covers, Act.MINE, permission, rule)
