"""Picture: one image of a text: who is credited, what its file states, and whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.model.claim import Words
from db.model.terms import Answer


class Ground(StrEnum):
    """What the answer for one picture is based on."""

    LICENSE = "a licence that its file names"
    NONCOMMERCIAL = "a licence that its file names, not for sale"
    PAGE = "a licence that its page states for it"
    PAGE_NONCOMMERCIAL = "a licence that its page states for it, not for sale"
    OTHER = "it is in the name of another"
    ACQUIRE = "its page names where leave is had"
    PUBLISHER = "what the publisher states on images"


@dataclass(frozen=True, slots=True)
class PictureStatement:
    """What an image file or its page states about it: ``creator``, ``credit``, ``copyright``, ``terms``, ``license``; a
    page may also state ``acquire``: where to get permission.
    """

    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a text, with the bytes that hold its words.

    Attributes:
        url: the address under which the page shows it.
        capture: the newest capture of its file, or None; *stated* is known only from that.
        alt, caption, credit: words on the page.
        stated: by its file; *described*: by its page, in JSON-LD.
        answer: whether the picture may be published with the text, also commercially.
        because: the words that decide, "" if there are none.
    """

    url: str
    # Of the file, not of the page: a picture may be kept long after its page, or never.
    capture: str | None
    alt: Words | None
    caption: Words | None
    credit: Words | None
    stated: tuple[PictureStatement, ...]
    described: tuple[PictureStatement, ...]
    answer: Answer
    ground: Ground
    because: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of an item, in page order; *unread* says why they are not known, if they are not."""

    shown: tuple[Picture, ...] = ()
    unread: str | None = None
