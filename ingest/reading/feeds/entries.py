"""Entries: what a feed or a REST response says about each text that it lists, each claim with its bytes.

Apart from `reader.py`, which finds out the kind of an entity and passes it to the reader for that kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import urljoin

from archive.evidence.character_references import decode_references
from archive.evidence.locate import Place, Source
from archive.evidence.markup import is_json, is_xml
from archive.http.charset import Decoded, charset_of, storable
from archive.http.exchange import Entity
from db.model.item import AgentKind, EntryClaim, EntryField, Evidence, Origin, Witness
from ingest.reading.byline import name_lists, names
from ingest.reading.feeds import entry
from ingest.reading.feeds.entry import Stated
from ingest.reading.page.page import plain
from ingest.reading.vocabulary import word_set

SIZE_LIMIT = 20_000_000
MOST = 500
"""At most this many entries of one list are read."""
LONGEST = 400
"""A title, a name or a tag has no more characters than this."""
CLAIMS = 100
"""At most this many claims of one entry are read."""

_TAGS = re.compile(r"<[^<>]*>")
_NO_SECTION = word_set("feeds.default_categories")


def entries(entity: Entity, capture: str) -> tuple[Witness, ...] | None:
    """Return what *entity* says about each text that it lists, in order; None if it is neither a feed nor REST.

    No content makes it raise. *capture* is the id of the capture that is read. Entries about a comment and entries
    without a web address are left out.
    """
    if len(entity.body) > SIZE_LIMIT:
        return None
    charset = charset_of(entity.body, entity.charset)
    decoded = Decoded(entity.body, charset)
    text = decoded.text
    if is_json(text):
        found = entry.in_rest(text)
        place, origin = Place.JSON, Origin.REST
        if found is None:
            found, origin = entry.in_json(text), Origin.FEED
    elif is_xml(text):
        found, place, origin = entry.in_xml(text), Place.TEXT, Origin.FEED
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
    """Return *url* as an absolute address; None if it is not a web address or belongs to a comment."""
    try:
        whole = urljoin(base, storable(url.strip()))
    except ValueError:
        return None
    # An address with a fragment belongs to a comment below a text that has its own entry.
    return whole if whole.startswith(("http://", "https://")) and "#" not in whole else None


class _Scribe:
    """Turns the values in entries into claims. A value whose words are not found in its place is dropped."""

    def __init__(self, body: bytes, charset: str, decoded: Decoded, capture: str, place: Place) -> None:
        self._source = Source(body, charset)
        self._decoded, self._capture, self._place = decoded, capture, place

    def said(self, stated: Iterable[Stated]) -> Iterator[EntryClaim]:
        seen: set[tuple[EntryField, str]] = set()
        for one in islice(stated, CLAIMS):
            # The raw text may be four times as long: a title of 400 characters may be written in character references.
            for value, kind in _values(one) if len(one.raw) <= 4 * LONGEST else ():
                if (one.says, value) in seen or not 0 < len(value) <= LONGEST:
                    continue
                evidence = self._evidence(value, one)
                if evidence is not None:
                    seen.add((one.says, value))
                    yield EntryClaim(one.says, value, one.field, evidence, kind)

    def _evidence(self, value: str, one: Stated) -> Evidence | None:
        start, end = (self._decoded.offset(at) for at in one.span)
        # Look for the decoded value, else for the raw text.
        for words in dict.fromkeys((value, one.raw)):
            for place in (self._place, Place.ATTRIBUTE) if self._place is Place.TEXT else (self._place,):
                found = self._source.locate(words, place=place, within=(start, end))
                if found is not None:
                    return Evidence(found.words, self._capture, ranges=found.ranges, decoding=found.decoding)
        return None


def _values(one: Stated) -> Iterator[tuple[str, AgentKind]]:
    """Yield the values that *one* states; a list of names gives each name."""
    words = plain(storable(decode_references(_TAGS.sub("", one.raw))))
    if one.says in (EntryField.AUTHOR, EntryField.ACCOUNT):
        # An account field holds exactly one name; people type all kinds of text into a field for authors.
        for name in name_lists.split(words, printed=one.says is EntryField.AUTHOR):
            organisation = name.organisation or names.organisation(name.name)
            yield name.name, AgentKind.ORGANISATION if organisation else AgentKind.PERSON
    elif one.says is not EntryField.SECTION or words.casefold() not in _NO_SECTION:
        yield words, AgentKind.PERSON
