"""Witnesses: what else speaks of a page that is read: its further parts, and entries of feeds and of REST answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.model.claim import AgentKind, Evidence


@dataclass(frozen=True, slots=True)
class Part:
    """The capture of a further part of a text: *number* 2 or more."""

    capture: str
    url: str
    number: int
    body: bytes
    media_type: str
    charset: str | None = None


class Origin(StrEnum):
    """What kind of list an entry stands in, the more trusted first."""

    REST = "rest"
    """An answer of the site's own content system (WordPress REST API)."""
    FEED = "feed"


class Says(StrEnum):
    """What an entry states."""

    TITLE = "title"
    PUBLISHED = "published"
    MODIFIED = "modified"
    CHANGED = "changed"
    """When it was modified, in UTC: what a site shows its readers is by its own clock, and does not say which."""
    AUTHOR = "author"
    """A name in a field that the site keeps for those who wrote a text: co-authors, guest authors, a byline."""
    ACCOUNT = "account"
    """The account that put the text in, by its display name: whoever wrote it, or a newsroom's login."""
    SECTION = "section"
    TAG = "tag"
    SUBJECT = "subject"
    """A tag or a section: a feed does not part them."""
    TRANSLATION = "translation"
    """The address of the same text in another language, whose code ends the name of the field."""
    NUMBER = "number"
    """The guid of the entry, by which the site calls the text for good, wherever that moves."""


# Whose field it is stays with the words: a person who decides sees which of two witnesses said it.
@dataclass(frozen=True, slots=True)
class Said:
    """One claim of an entry, with the bytes of its capture that make it.

    Attributes:
        field: which field of the entry states it, in words ("REST byline", "feed dc:creator").
        kind: for names.
    """

    says: Says
    value: str
    field: str
    evidence: Evidence
    kind: AgentKind = AgentKind.PERSON


@dataclass(frozen=True, slots=True)
class Witness:
    """An entry of a feed or a REST answer about one text.

    Attributes:
        capture: the id of the capture that holds the entry; *position* counts the entries in it from 0.
        url: the address of the text, as the entry names it.
        parts: over how many pages the text is spread.
    """

    capture: str
    position: int
    origin: Origin
    url: str
    said: tuple[Said, ...] = ()
    parts: int = 1

    @property
    def ref(self) -> str:
        """The entry, named by its capture and its position there."""
        # The sign tells it from the capture of a further part (see `witnesses.spoken`).
        return f"{self.capture}#{self.position}"

    def of(self, says: Says) -> tuple[Said, ...]:
        """Return what the entry states of that kind, in its order."""
        return tuple(one for one in self.said if one.says is says)
