"""Entries: what a feed or a REST answer says of each text that it lists, each claim with the bytes that make it.

Apart from `reader.py`, which tells the kinds of entities and gives each to its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from urllib.parse import urljoin

from archive.evidence.locate import Place, Source
from archive.evidence.markup import is_json, is_xml
from archive.http.charset import Decoded, charset_of, storable
from archive.http.exchange import Entity
from db.model.item import AgentKind, Evidence, Origin, Said, Says, Witness
from ingest.reading.byline import names
from ingest.reading.feeds import feed_entries, rest_entries
from ingest.reading.feeds.entry import Stated
from ingest.reading.page.page import plain

SIZE_LIMIT = 20_000_000
MOST = 500
"""So many entries of one list are heard."""
LONGEST = 400
"""Of no more characters is a title, a name or a tag."""
CLAIMS = 100
"""So many claims of one entry are heard."""

_TAGS = re.compile(r"<[^<>]*>")
# Where a system puts what nobody filed, in the languages that it speaks.
_NO_SECTION = frozenset({"uncategorized", "uncategorised", "bez kategorii", "allgemein", "non classé", "sin categoría"})


def entries(entity: Entity, capture: str) -> tuple[Witness, ...] | None:
    """Return what *entity* says of each text that it lists, in order; None where it is no feed and no REST answer.

    Never raises for what it holds. *capture* is the id of the capture that is read. Entries about a comment, and
    those without a web address, are left out.
    """
    if len(entity.body) > SIZE_LIMIT:
        return None
    charset = charset_of(entity.body, entity.charset)
    decoded = Decoded(entity.body, charset)
    text = decoded.text
    if is_json(text):
        found = rest_entries.listed(text)
        place, origin = Place.JSON, Origin.REST
        if found is None:
            found, origin = feed_entries.in_json(text), Origin.FEED
    elif is_xml(text):
        found, place, origin = feed_entries.in_xml(text), Place.TEXT, Origin.FEED
    else:
        return None
    if found is None:
        return None
    scribe = _Scribe(entity.body, charset, decoded, capture, place)
    kept = [(number, one) for number, one in enumerate(found[:MOST]) if one is not None]
    return tuple(
        Witness(capture, number, origin, url, tuple(scribe.said(one.stated)), one.parts)
        for number, one in kept
        if (url := _address(one.url, entity.url)) is not None
    )


def _address(url: str, base: str) -> str | None:
    """Return *url* made whole; None where it is no web address, or that of a comment."""
    try:
        whole = urljoin(base, storable(url.strip()))
    except ValueError:
        return None
    # With a fragment it is the address of a comment below a text that has an entry of its own.
    return whole if whole.startswith(("http://", "https://")) and "#" not in whole else None


class _Scribe:
    """Turns what entries state into claims; one whose words cannot be found where they stand is not made."""

    def __init__(self, body: bytes, charset: str, decoded: Decoded, capture: str, place: Place) -> None:
        self._source = Source(body, charset)
        self._decoded, self._capture, self._place = decoded, capture, place

    def said(self, stated: Iterable[Stated]) -> Iterator[Said]:
        seen: set[tuple[Says, str]] = set()
        for one in islice(stated, CLAIMS):
            # Four times as long: a title of 400 characters may be written in references.
            for value, kind in _values(one) if len(one.raw) <= 4 * LONGEST else ():
                if (one.says, value) in seen or not 0 < len(value) <= LONGEST:
                    continue
                evidence = self._evidence(value, one)
                if evidence is not None:
                    seen.add((one.says, value))
                    yield Said(one.says, value, one.field, evidence, kind)

    def _evidence(self, value: str, one: Stated) -> Evidence | None:
        start, end = (self._decoded.offset(at) for at in one.span)
        # As it is read, else as it is written: one of them stands in the bytes.
        for words in dict.fromkeys((value, one.raw)):
            for place in (self._place, Place.ATTRIBUTE) if self._place is Place.TEXT else (self._place,):
                found = self._source.locate(words, place=place, within=(start, end))
                if found is not None:
                    return Evidence(found.words, self._capture, ranges=found.ranges, decoding=found.decoding)
        return None


def _values(one: Stated) -> Iterator[tuple[str, AgentKind]]:
    """Yield the values that *one* states: each name of a list of names by itself."""
    words = plain(storable(unescape(_TAGS.sub("", one.raw))))
    if one.says in (Says.AUTHOR, Says.ACCOUNT):
        # An account is a name and nothing else; into a field for authors people type what they like.
        for name in names.split(words, printed=one.says is Says.AUTHOR):
            organisation = name.organisation or names.organisation(name.name)
            yield name.name, AgentKind.ORGANISATION if organisation else AgentKind.PERSON
    elif one.says is not Says.SECTION or words.casefold() not in _NO_SECTION:
        yield words, AgentKind.PERSON
