"""Picture: one image of a text, in whose name it is, what its file states, and whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.model.claim import Words
from db.model.terms import Answer


class Ground(StrEnum):
    """What an answer for one picture rests on."""

    LICENSE = "a licence that its file names"
    NONCOMMERCIAL = "a licence that its file names, not for sale"
    PAGE = "a licence that its page states for it"
    PAGE_NONCOMMERCIAL = "a licence that its page states for it, not for sale"
    OTHER = "it is in the name of another"
    ACQUIRE = "its page names where leave is had"
    PUBLISHER = "what the publisher states on images"


@dataclass(frozen=True, slots=True)
class Stated:
    """What an image file states of itself, or a page of it: ``creator``, ``credit``, ``copyright``, ``terms``,
    ``license``, or, of a page alone, ``acquire``: where leave to use it is had.
    """

    field: str
    words: Words


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a text, with the bytes that hold each of its words.

    Attributes:
        url: under which the page shows it.
        capture: the newest one of its file that is held, or None; only of that *stated* is known.
        alt, caption, credit: words of the page.
        stated: by its file; *described*: by its page, in JSON-LD.
        answer: whether the picture may be published with the text, for sale too.
        because: the words that decide, "" where none do.
    """

    url: str
    # Of the file and not of its page: a picture may be kept long after the page that shows it, or never.
    capture: str | None
    alt: Words | None
    caption: Words | None
    credit: Words | None
    stated: tuple[Stated, ...]
    described: tuple[Stated, ...]
    answer: Answer
    ground: Ground
    because: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """The pictures of an item, in the order of its page; *unread* says why they are not told, where they are not."""

    shown: tuple[Picture, ...] = ()
    unread: str | None = None
