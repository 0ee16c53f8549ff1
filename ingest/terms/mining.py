"""What a page tells machines of mining and archiving: TDMRep, Content-Usage, robots meta and X-Robots-Tag.

Terms about mining alone (Act.MINE): none of them permits or forbids to republish. ``noarchive`` is kept as said, and
decides nothing: it speaks of caches of search engines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archive.evidence.locate import Decoding, Place
from db.model.item import Act, Covers, Evidence, Layer, Permission, Statement, StatementPlace, Term
from ingest.terms.page import PageView

_FIELD = re.compile(rb"(?im)^(?P<name>tdm-reservation|content-usage|x-robots-tag)[ \t]*:[ \t]*(?P<value>[^\r\n]*)")
_ROBOTS = frozenset({"robots", "googlebot"})
METAS = _ROBOTS | {"tdm-reservation"}
_NO_AI = frozenset({"noai", "noimageai"})
_SIGNS = ("noa", "noimage")
"""What robots are told of it has one of these; most are told of other things."""
_USAGE = re.compile(r"(?:^|[,\s])(?:train-ai|ai-train)\s*=\s*(?P<value>[yn])\b", re.IGNORECASE)


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each ``meta`` element and header field about mining."""
    for name, value, meta in page.metas(METAS):
        terms = tuple(_terms("x-robots-tag" if name in _ROBOTS else name, value)) if meta.get("name") else ()
        evidence = page.evidence(value, Place.ATTRIBUTE, at=meta) if terms else None
        if evidence is not None:
            yield Statement(evidence.words, StatementPlace.ITEM_CARRIER, evidence, terms)
    for field in _FIELD.finditer(page.head):
        terms = tuple(_terms(field["name"].decode("ascii").lower(), field["value"].decode("latin-1")))
        if terms:
            words = field.group().decode("latin-1")
            decoding = Decoding("iso-8859-1", Place.PLAIN)
            evidence = Evidence(words, page.capture, Layer.HEAD, (field.span(),), decoding)
            yield Statement(words, StatementPlace.ITEM_CARRIER, evidence, terms)


def may_tell(name: str, contents: Iterable[str]) -> bool:
    """Whether any of what a page says in metas of a *name*, one of METAS, may be of it."""
    if name not in _ROBOTS:
        return True
    return any(any(map(content.lower().__contains__, _SIGNS)) for content in contents)


def _terms(name: str, value: str) -> Iterator[Term]:
    if name == "tdm-reservation" and value.strip() in ("0", "1"):
        yield _mine(Permission.ASK if value.strip() == "1" else Permission.PERMITTED, "tdmrep", Covers.SITE)
    elif name == "content-usage":
        for said in _USAGE.finditer(value):
            permission = Permission.PERMITTED if said["value"].lower() == "y" else Permission.PROHIBITED
            yield _mine(permission, "content-usage", Covers.SITE)
    elif name == "x-robots-tag":
        said_words = {word.strip() for word in value.lower().replace(":", ",").split(",")}
        for word in sorted(said_words & _NO_AI):
            yield _mine(Permission.PROHIBITED, "robots-noai", Covers.SITE if word == "noai" else Covers.IMAGES)
        if "noarchive" in said_words:
            yield _mine(Permission.UNSTATED, "robots-noarchive", Covers.SITE)


def _mine(permission: Permission, rule: str, covers: Covers) -> Term:
    return Term(covers, Act.MINE, permission, rule)
