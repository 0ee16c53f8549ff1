"""Site policy: read what a site states for machines outside its pages: robots.txt, tdmrep.json and feeds.

Apart from the readers of pages, because these files are not pages.

The first two are about mining. They say nothing about publishing a text, decide no verdict, and cover everything of the
publisher. A feed states its own licence (RFC 4946), not that of its texts: its terms cover data and permit no text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from archive.evidence.locate import Place, Source
from archive.http.charset import charset_of, storable
from archive.http.exchange import Entity
from db.model.item import Act, Covers, Evidence, Layer, Permission, Statement, StatementPlace, Term
from ingest.markup.json_scripts import stored
from ingest.markup.tree import begun
from ingest.terms.license_links import terms_of

_LINE = re.compile(r"^[ \t]*(?P<field>[A-Za-z-]+)[ \t]*:[ \t]*(?P<value>[^\r\n#]*?)[ \t]*(?:#[^\r\n]*)?$", re.MULTILINE)
_SAID = re.compile(r"(?P<name>[A-Za-z-]+)\s*=\s*(?P<value>[A-Za-z]+)")
_TRAINING = frozenset({"ai-train", "ai-input", "train-ai"})
_ALLOWED = {
    "yes": Permission.PERMITTED,
    "y": Permission.PERMITTED,
    "no": Permission.PROHIBITED,
    "n": Permission.PROHIBITED,
}
_RESERVATION = re.compile(r'"tdm-reservation"\s*:\s*"?(?P<value>[01])"?')
_LONGEST = 200_000
_ROOTS = frozenset({"rss", "feed", "RDF"})
_ABOUT_RIGHTS = frozenset({"license", "rights", "copyright"})
_ENTRIES = frozenset({"item", "entry"})
_LONGEST_FEED = 5_000_000


def read_policy(entity: Entity, capture: str) -> tuple[Statement, ...]:
    """Return what *entity* states if it is a feed, or one of these files by its address; else ().

    In robots.txt (RFC 9309), the lines Content-Signal, Content-Usage and License (RSL 1.0) are read if they apply to
    every agent. In tdmrep.json (TDM Reservation Protocol, section 6.1), the reservation for the whole site is read.
    """
    path = urlsplit(entity.url).path
    if path not in ("/robots.txt", "/.well-known/tdmrep.json"):
        return read_feed_terms(entity, capture)
    # These files have only a few lines; the limit protects against a hostile one.
    if len(entity.body) > _LONGEST:
        return ()
    source = Source(entity.body, charset_of(entity.body, entity.charset))
    text = storable(source.text)
    read = _robots(text) if path == "/robots.txt" else _reservation(text)
    return tuple(said for words, terms in read if (said := _statement(source, words, terms, capture)) is not None)


def _statement(source: Source, words: str, terms: tuple[Term, ...], capture: str) -> Statement | None:
    # Located in the bytes, although the words were just read, because evidence names bytes and the text was decoded.
    passage = source.locate(words, place=Place.PLAIN)
    if passage is None:
        return None
    evidence = Evidence(passage.words, capture, Layer.ENTITY, passage.ranges, passage.decoding)
    return Statement(evidence.words, StatementPlace.SITE_POLICY, evidence, terms)


def _robots(text: str) -> Iterator[tuple[str, tuple[Term, ...]]]:
    agents: set[str] = set()
    naming = False
    for line in _LINE.finditer(text):
        field, value = line["field"].lower(), line["value"]
        if field == "user-agent":
            # Consecutive user-agent lines form one group (RFC 9309, 2.2.1).
            agents = {*agents, value} if naming else {value}
        naming = field == "user-agent"
        # RSL's License covers the whole file, in whatever group it stands; other lines cover only their group.
        # Lines before any agent cover all agents, as in files without groups.
        if agents and "*" not in agents and field != "license":
            continue
        terms = tuple(_of_line(field, value))
        if terms:
            yield f"{line['field']}: {value}", terms


def _of_line(field: str, value: str) -> Iterator[Term]:
    """Yield the terms of one line; a preference for a part of the site (a path in front) does not count."""
    if field == "license" and value.startswith(("http://", "https://")):
        yield Term(Covers.SITE, Act.MINE, Permission.ASK, "rsl", license_url=value)
    if field not in ("content-signal", "content-usage") or value.startswith("/"):
        return
    # A line may hold several preferences, for search and for AI models; only the latter are about mining.
    for said in _SAID.finditer(value):
        permission = _ALLOWED.get(said["value"].lower())
        if said["name"].lower() in _TRAINING and permission is not None:
            yield Term(Covers.SITE, Act.MINE, permission, field)


def _reservation(text: str) -> Iterator[tuple[str, tuple[Term, ...]]]:
    try:
        listed = stored(json.loads(text), text)
    except (ValueError, RecursionError):
        return
    for one in listed if isinstance(listed, list) else []:
        # A reservation for a part of the site would need its addresses; it is left to the pages, which may state it in
        # their own heads.
        if not isinstance(one, dict) or str(one.get("location")) not in ("/", "/*", "*"):
            continue
        said = str(one.get("tdm-reservation"))
        words = next((found[0] for found in _RESERVATION.finditer(text) if found["value"] == said), None)
        if words is not None:
            # Reserved does not mean forbidden: whoever wants to mine may ask, under the policy if one is named.
            permission = Permission.ASK if said == "1" else Permission.PERMITTED
            policy = str(one["tdm-policy"]) if one.get("tdm-policy") else None
            yield words, (Term(Covers.SITE, Act.MINE, permission, "tdmrep", license_url=policy),)


def read_feed_terms(entity: Entity, capture: str) -> tuple[Statement, ...]:
    """Return what the feed in *entity* states about itself, without its entries; () if it is not a feed."""
    # A look at the beginning before a parser is made, because most bodies are not feeds. Little more than a comment or
    # a style sheet can stand before the root.
    start = entity.body[:2_000]
    if len(entity.body) > _LONGEST_FEED or not any(root in start for root in (b"<rss", b"<feed", b":RDF")):
        return ()
    from lxml import etree

    # A feed is untrusted: the parser opens no file, contacts no host, and expands no entity.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    root = etree.fromstring(entity.body, parser)
    if root is None or _local(root) not in _ROOTS:
        return ()
    source = Source(entity.body, charset_of(entity.body, entity.charset))
    return tuple(_of_feed(root, source, capture))


def _of_feed(root: Any, source: Source, capture: str) -> Iterator[Statement]:
    seen: set[str] = set()
    for element in _of_itself(root):
        value = (element.get("href") if _local(element) == "link" else None) or begun(element) or _resource(element)
        said = " ".join((value or "").split())
        terms = tuple(replace(term, covers=Covers.DATA) for term in terms_of(said, "feed")) if said else ()
        passage = source.locate(said, place=Place.PLAIN) if terms and said not in seen else None
        if passage is not None:
            seen.add(said)
            evidence = Evidence(passage.words, capture, Layer.ENTITY, passage.ranges, passage.decoding)
            yield Statement(evidence.words, StatementPlace.SITE_POLICY, evidence, terms)


def _of_itself(root: Any) -> Iterator[Any]:
    """Yield the elements about the rights of the feed itself."""
    # Only children, because deeper elements belong to entries.
    for element in root.iterchildren():
        name = _local(element)
        if name == "channel":
            yield from _of_itself(element)
        elif name in _ABOUT_RIGHTS or (name == "link" and "license" in (element.get("rel") or "").split()):
            yield element
        # An entry speaks of its text, whose own page is the better source.
        elif name in _ENTRIES:
            continue


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _resource(element: Any) -> str | None:
    return next((value for name, value in element.attrib.items() if name.endswith("resource")), None)
