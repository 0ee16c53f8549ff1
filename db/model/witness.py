"""Witnesses: other sources about a page: its further parts, and entries of feeds and REST answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.model.claim import AgentKind, Evidence


@dataclass(frozen=True, slots=True)
class Part:
    """The capture of a further part of a text; *number* is 2 or more."""

    capture: str
    url: str
    number: int
    body: bytes
    media_type: str
    charset: str | None = None


class Origin(StrEnum):
    """The kind of list that an entry is in, the more trusted first."""

    REST = "rest"
    """An answer of the site's own content system (WordPress REST API)."""
    FEED = "feed"


class EntryField(StrEnum):
    """The fields of an entry, whatever its list calls them."""

    TITLE = "title"
    PUBLISHED = "published"
    MODIFIED = "modified"
    CHANGED = "changed"
    """The modification time in UTC; the time that a site shows to readers is in its own, unstated zone."""
    AUTHOR = "author"
    """A name in a field for a text's writers: co-authors, guest authors, a byline."""
    ACCOUNT = "account"
    """The display name of the account that entered the text: the author's, or a newsroom's login."""
    SECTION = "section"
    TAG = "tag"
    SUBJECT = "subject"
    """A tag or a section: feeds do not distinguish them."""
    TRANSLATION = "translation"
    """The address of the same text in another language; the name of the field ends with the language code."""
    NUMBER = "number"
    """The guid of the entry, by which the site identifies the text permanently, even if it moves."""


# The field is stored with the words, so that a person who decides can see which of two witnesses said it.
@dataclass(frozen=True, slots=True)
class EntryClaim:
    """One claim in an entry, with the bytes of its capture.

    Attributes:
        field: the field of the entry that states it, in words ("REST byline", "feed dc:creator").
        kind: for names.
    """

    says: EntryField
    value: str
    field: str
    evidence: Evidence
    kind: AgentKind = AgentKind.PERSON


@dataclass(frozen=True, slots=True)
class Witness:
    """An entry about one text in a feed or a REST answer.

    Attributes:
        capture: the id of the capture with the entry; *position* is the entry's index in it, from 0.
        url: the address of the text, as the entry names it.
        parts: the number of pages over which the text is spread.
    """

    capture: str
    position: int
    origin: Origin
    url: str
    said: tuple[EntryClaim, ...] = ()
    parts: int = 1

    @property
    def ref(self) -> str:
        """A reference to the entry: its capture and its position there."""
        # The "#" distinguishes it from the capture of a further part (see `witnesses.witness_refs`).
        return f"{self.capture}#{self.position}"

    def of(self, says: EntryField) -> tuple[EntryClaim, ...]:
        """Return the entry's statements of that kind, in order."""
        return tuple(one for one in self.said if one.says is says)
