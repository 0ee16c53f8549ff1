"""Pictures of an item, read from its page and from kept image files on request.

None of this is stored in rows: the answer about a picture comes from the bytes, which also prove it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ada_url

from archive.errors import CreditlineError
from archive.evidence.image_metadata import LICENSE, TERMS, read_image
from archive.evidence.image_objects import ACQUIRE, image_objects
from archive.evidence.locate import Passage, Source
from archive.evidence.pictures import PagePicture, pictures_of
from archive.http.charset import charset_of
from archive.http.exchange import Entity
from archive.replay import entity_of
from archive.warc.capture import Capture
from db import captures
from db.captures import key_of
from db.model.claim import Evidence, Words
from db.model.item import Covers, Item, Use
from db.model.picture import Ground, Picture, PictureStatement
from db.model.terms import Answer
from db.search.words import fold, words
from db.terms.verdict import verdict

_PAGE_LIMIT = 8 * 1024 * 1024
_IMAGE_LIMIT = 32 * 1024 * 1024
"""Limits in bytes: of a page, and of an image file."""
_CREATIVE_COMMONS = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<code>by(?:-nc)?(?:-sa|-nd)?)/|publicdomain/(?P<free>zero|mark)/)",
    re.IGNORECASE,
)
_SIZE = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled)(?=\.[a-z]{3,4}$)", re.IGNORECASE)
_NOBODY = frozenset(
    {
        *("all", "rights", "reserved", "copyright", "c", "the", "by", "photo", "foto", "fot", "image"),
        *("wszelkie", "prawa", "zastrzezone", "alle", "rechte", "vorbehalten"),
    }
)
"""Words that may accompany the name of a holder."""
_LABEL = re.compile(r"^.{0,40}?(?:[:.]|©|\(c\)|\bby\b|courtesy of)\s*", re.IGNORECASE)


def pictures(connection: sqlite3.Connection, warcs: Path, item: Item) -> tuple[Picture, ...]:
    """Return the pictures of the edition of *item* in page order; () if its record cannot be read."""
    page = captures.by_id(connection, item.edition.captures[0]) if item.edition.captures else None
    holdings = _Holdings(connection, warcs)
    entity = None if page is None else holdings.entity(page, _PAGE_LIMIT)
    if page is None or entity is None:
        return ()
    source = Source(entity.body, charset_of(entity.body, entity.charset))
    described = _described(source, page)
    return tuple(_picture(holdings, item, page, one, described) for one in pictures_of(source))


def _described(source: Source, page: Capture) -> dict[str, tuple[PictureStatement, ...]]:
    """Return what the page's JSON-LD states about image files, by the file's key."""
    found: dict[str, tuple[PictureStatement, ...]] = {}
    for one in image_objects(source):
        stated = tuple(
            PictureStatement(name, said) for name, held in one.stated if (said := _words(held, page)) is not None
        )
        for url in filter(None, (_resolved(said, page.url) for said in one.addresses)):
            # If a page says something twice, the first counts. A statement about one file applies to all its sizes.
            found.setdefault(_of_any_size(url), stated)
    return found


def _of_any_size(url: str) -> str:
    """Return the key of an image without the size suffix that WordPress adds to its name."""
    return _SIZE.sub("", key_of(url) or url)


@dataclass(frozen=True, slots=True)
class _Holdings:
    """Gives access to records."""

    connection: sqlite3.Connection
    warcs: Path

    def entity(self, capture: Capture, limit: int) -> Entity | None:
        try:
            return entity_of(self.warcs, capture, self._original, limit=limit)
        except (CreditlineError, OSError):
            # `verify` reports damage; here nothing is known about a picture that cannot be read.
            return None

    def _original(self, url: str, began: datetime) -> Capture | None:
        return captures.original(self.connection, url, began)

    def image(self, url: str) -> Capture | None:
        """Return the newest successful capture of the image at *url*."""
        key = key_of(url)
        held = captures.of_key(self.connection, key) if key is not None else []
        return next((one for one in reversed(held) if one.status == 200 and one.media_type.startswith("image/")), None)


def _picture(
    holdings: _Holdings,
    item: Item,
    page: Capture,
    one: PagePicture,
    by_page: Mapping[str, tuple[PictureStatement, ...]],
) -> Picture:
    """Return one picture of a page with its credits, from the page, its file and structured data."""
    addresses = [url for said in one.addresses if (url := _resolved(said, page.url)) is not None]
    held = next(filter(None, map(holdings.image, addresses)), None)
    entity = None if held is None else holdings.entity(held, _IMAGE_LIMIT)
    stated = () if held is None or entity is None else tuple(_stated(entity.body, held))
    credit = _words(one.credit, page)
    described = next((by_page[key] for key in map(_of_any_size, addresses) if key in by_page), ())
    answer, ground, because = _answer(item, credit, stated, described)
    return Picture(
        url=addresses[0] if addresses else one.addresses[0],
        capture=None if held is None else held.id,
        alt=_words(one.alt, page),
        caption=_words(one.caption, page),
        credit=credit,
        stated=stated,
        described=described,
        answer=answer,
        ground=ground,
        because=because,
    )


def _resolved(said: str, base: str) -> str | None:
    try:
        return str(ada_url.join_url(base, said))
    except ValueError:
        return None


def _words(found: Passage | None, capture: Capture) -> Words | None:
    if found is None:
        return None
    return Words(found.words, Evidence(found.words, capture.id, ranges=found.ranges, decoding=found.decoding))


def _stated(body: bytes, capture: Capture) -> Iterator[PictureStatement]:
    for one in read_image(body):
        said = _words(one.passage, capture)
        if said is not None:
            yield PictureStatement(one.name, said)


def _answer(
    item: Item, credit: Words | None, stated: tuple[PictureStatement, ...], described: tuple[PictureStatement, ...]
) -> tuple[Answer, Ground, str]:
    """Return whether a picture may be published, the ground for the answer, and the words that say so.

    A licence in the file applies to that file, whoever shows it. Anybody named who is not the publisher has to be
    asked, because the publisher's permission covers only its own pictures. A licence that the page states for this
    picture applies unless somebody is credited whom that statement does not name.
    """
    if (found := _licensed(stated, Ground.LICENSE, Ground.NONCOMMERCIAL)) is not None:
        return found
    named_in = [*([credit.value] if credit else []), *(one.words.value for one in stated if one.field != LICENSE)]
    others = [said for said in named_in if not _is_own(item, said)]
    holders = [one.words.value for one in described if one.field not in (LICENSE, ACQUIRE)]
    known = {word for said in holders for word in words(fold(said))}
    if any(not _named(said) <= known for said in others):
        return Answer.ASK, Ground.OTHER, next(said for said in others if not _named(said) <= known)
    if (found := _licensed(described, Ground.PAGE, Ground.PAGE_NONCOMMERCIAL)) is not None:
        return found
    if others := [*others, *(said for said in holders if not _is_own(item, said))]:
        return Answer.ASK, Ground.OTHER, others[0]
    acquired = next((one.words.value for one in described if one.field == ACQUIRE), None)
    if acquired is not None:
        return Answer.ASK, Ground.ACQUIRE, acquired
    whole = verdict([held.statement for held in item.terms], Use.REPUBLISH, covers=Covers.IMAGES)
    because = whole.because[0][0].words if whole.because else ""
    return whole.answer, Ground.PUBLISHER, because


def _licensed(
    stated: tuple[PictureStatement, ...], ground: Ground, unsold: Ground
) -> tuple[Answer, Ground, str] | None:
    """Return the answer of the first Creative Commons licence in *stated*."""
    for one in stated:
        named = _CREATIVE_COMMONS.search(one.words.value) if one.field in (LICENSE, TERMS) else None
        if named is not None:
            # The question includes commercial publication, so a non-commercial licence is not a yes.
            if named["code"] and "nc" in named["code"].lower():
                return Answer.ASK, unsold, one.words.value
            return (Answer.YES if named["free"] else Answer.WITH_DUTIES), ground, one.words.value
    return None


def _named(said: str) -> set[str]:
    """Return the words of a credit that name somebody: without labels, years, "all rights reserved"."""
    return {word for word in words(fold(_LABEL.sub("", said))) if not word.isdecimal()} - _NOBODY


def _is_own(item: Item, said: str) -> bool:
    """Say whether *said* names the publisher and nobody else."""
    left = _named(said)
    own = [item.publisher.name or "", item.site_name.value if item.site_name else "", *item.publisher.hosts]
    known = [set(words(fold(one.removeprefix("www.")))) for one in own if one]
    # Any other name next to the publisher's is somebody else.
    return any(one and left <= one | _NOBODY and left & one for one in known)
