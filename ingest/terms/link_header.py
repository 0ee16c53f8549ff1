"""The carrier ``Link: <...>; rel="license"`` in a response head (RFC 8288)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.evidence.locate import Decoding, Place
from db.model.item import Evidence, Layer, Statement, StatementPlace
from ingest.terms.carried import is_address, terms_of
from ingest.terms.page import PageView

RULE = "link-header"
_FIELD = re.compile(rb"(?im)^link[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*")
_VALUE = re.compile(
    rb"<\s*(?P<target>[^<>\s]+)\s*>(?P<parameters>(?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]+))?)*)"
)
_REL = re.compile(rb"(?i);\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))")


def statements(page: PageView) -> Iterator[Statement]:
    """A statement for each link with ``license`` among its relation types; its evidence is in the head."""
    if b"icense" not in page.head and b"ICENSE" not in page.head:
        return
    for field in _FIELD.finditer(page.head):
        for value in _VALUE.finditer(page.head, *field.span()):
            relation = _REL.search(value["parameters"])
            if relation is None or b"license" not in (relation[1] or relation[2]).lower().split():
                continue
            words = value["target"].decode("latin-1")
            decoding = Decoding("iso-8859-1", Place.PLAIN)
            evidence = Evidence(words, page.capture, Layer.HEAD, (value.span("target"),), decoding)
            rsl = b"rsl" in value["parameters"].lower()
            terms = () if rsl or not is_address(words) else terms_of(words, RULE)
            yield Statement(words, StatementPlace.ITEM_CARRIER, evidence, terms)
