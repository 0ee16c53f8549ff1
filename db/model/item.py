"""Values of the catalogue: what is held, what it says, and on what terms. Frozen, no SQL. Import all values from
here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from db.model.claim import AgentKind, Attribution, Dated, Evidence, Layer, Precision, Rival, Role, Words
from db.model.decision import Decided
from db.model.form import Form, Landing
from db.model.terms import (
    Act,
    Answer,
    Confidence,
    Covers,
    Duty,
    Grade,
    ItemTerm,
    Permission,
    ReviewState,
    Statement,
    StatementPlace,
    Term,
    Use,
    Verdict,
)
from db.model.text_marks import Mark
from db.model.witness import EntryClaim, EntryField, Origin, Part, Witness

if TYPE_CHECKING:
    import msgspec

# All code that uses the catalogue imports its values from this module; each file below defines one kind.
__all__ = [
    "Act",
    "AgentKind",
    "Answer",
    "Attribution",
    "Confidence",
    "Context",
    "Covers",
    "Credited",
    "Dated",
    "Decided",
    "Duty",
    "Edition",
    "EntryClaim",
    "EntryField",
    "Evidence",
    "Form",
    "Grade",
    "Item",
    "ItemTerm",
    "Landing",
    "Layer",
    "Mark",
    "Origin",
    "PageKind",
    "Part",
    "Partial",
    "Permission",
    "Precision",
    "Profile",
    "Publisher",
    "Reading",
    "Requisite",
    "RequisiteKind",
    "ReviewState",
    "Rival",
    "Role",
    "Stamp",
    "Statement",
    "StatementPlace",
    "Term",
    "Use",
    "Verdict",
    "Witness",
    "Words",
]


# The values are stored in rows and JSON: a name may change, a value must not.
class RequisiteKind(StrEnum):
    """The kinds of files that a page needs to be shown."""

    STYLE = "style"
    IMAGE = "image"
    FONT = "font"
    ICON = "icon"


class Requisite(NamedTuple):
    """One file that a page needs, by its absolute address without fragment."""

    kind: RequisiteKind
    url: str


class PageKind(StrEnum):
    """The kind of a page. Only ARTICLE, PAGE and DOCUMENT become items."""

    ARTICLE = "article"
    PAGE = "page"
    """A text that is not an article: about us, terms of use."""
    DOCUMENT = "document"
    """A PDF or another file with a text of its own."""
    PART = "part"
    """Page two or later of a text that is split into several pages."""
    LISTING = "listing"
    """A front page, a category, a search result: links to texts."""
    PROTECTED = "protected"
    """A form that asks for a password or a login."""
    CHALLENGE = "challenge"
    """A bot wall, a CAPTCHA, a consent wall."""
    SHELL = "shell"
    """A page made only of scripts."""
    MISSING = "missing"
    """A page that says "not found" but has the status 200."""
    EMPTY = "empty"
    """Nothing to read."""
    OTHER = "other"
    """Not HTML, and of a type without a reader so far."""


class Partial(StrEnum):
    """Why an edition does not hold the complete text."""

    TEASER = "teaser"
    TRUNCATED = "truncated"
    UNPROVED = "unproved"
    PARTS_MISSING = "parts missing"
    SCRIPT = "script"
    """A script inserts the text, so only what the head of the page states is held."""
    UNREAD = "unread"
    """The reader gave up on the text: deadline or crash."""


TEXT_UNREAD = "the main text could not be read"
"""Beginning of the reason if a page was read to its end but its main text was not found."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which reader read a page: its version, those of its libraries, and the digest of the profile it used."""

    creditline: str
    trafilatura: str
    lxml: str
    profile: str | None = None
    pypdfium2: str | None = None

    def __str__(self) -> str:
        # The profile comes last, so that all stamps of one reader begin alike (see `profiles.read_with_other_profile`).
        learned = f" profile {self.profile}" if self.profile else ""
        documents = f" pypdfium2 {self.pypdfium2}" if self.pypdfium2 else ""
        return f"creditline {self.creditline} trafilatura {self.trafilatura} lxml {self.lxml}{documents}{learned}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one entity, with evidence. Depends only on the entity and its context.

    Attributes:
        text: the main text, paragraphs separated by a blank line; never includes appeals for support, terms, tags,
            bylines and related posts.
        marks: the kind of each paragraph of the text, in order, with the captions between them; empty if nothing is
            known (see `db.model.text_marks`).
        canonical: the page's ``rel=canonical``, resolved; None if absent. Only the catalogue decides whether to
            believe it.
        links: absolute http(s) URLs to which the page links, without fragment, in document order, each once;
            *terms_links* are those that lead to a page of terms.
        parts: for part 1 of a text in several parts, the URLs of parts 2..n, in order.
        translations: (language, URL) of the same work in other languages (hreflang).
        partial: why the text is incomplete, or None.
        site_name: the publication's own name, as stated.
        unread: why nothing was read (a deadline, a crash, a type without reader), or None.
        rivals: values that were not chosen, with the reason; those with a doubt are kept for review.
        fitted: whether the page's layout matched the publisher's profile; None without a profile.
        heard: refs of the witnesses that were used; then, for each further part, its capture or, if it was missing,
            its key after a hyphen.
        entries: for a feed or a REST answer, what it says about each text that it lists.
        requisites: the files that the page needs to be shown.
        shortlinks: addresses that the site keeps for the text by its number (``/?p=667``, ``/node/667``), as stated by
            the page and the entries about it. Only the catalogue decides whether to believe them.
    """

    stamp: Stamp
    kind: PageKind
    text: str = ""
    title: Words | None = None
    subtitle: Words | None = None
    section: Words | None = None
    site_name: Words | None = None
    # In printed order: the first author is cited first.
    attributions: tuple[Attribution, ...] = ()
    published: Dated | None = None
    modified: Dated | None = None
    tags: tuple[Words, ...] = ()
    language: Words | None = None
    statements: tuple[Statement, ...] = ()
    canonical: str | None = None
    links: tuple[str, ...] = ()
    terms_links: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    partial: Partial | None = None
    unread: str | None = None
    rivals: tuple[Rival, ...] = ()
    fitted: bool | None = None
    heard: tuple[str, ...] = ()
    entries: tuple[Witness, ...] = ()
    marks: tuple[Mark, ...] = ()
    requisites: tuple[Requisite, ...] = ()
    shortlinks: tuple[str, ...] = ()

    def __reduce__(self) -> tuple[Callable[[bytes], Reading], tuple[bytes]]:
        # Readings are sent between processes, and pickling their many small values one by one takes five times as long.
        import msgspec

        return _unpacked, (msgspec.msgpack.encode(self),)


def _unpacked(packed: bytes) -> Reading:
    return _unpacker().decode(packed)


@cache
def _unpacker() -> msgspec.msgpack.Decoder[Reading]:
    # Built only by processes that need it, because analysing all the types in a reading takes a while.
    import msgspec

    return msgspec.msgpack.Decoder(Reading)


@dataclass(frozen=True, slots=True)
class Publisher:
    """A think tank, as described by the settings in force.

    Attributes:
        id: derived from the host, or chosen; never changes once there is an item.
        url: its site, as an absolute URL.
        name: its own name, or None if unknown.
        hosts: the hosts (with port if not the default) whose pages are its own; the main one comes first.
        languages: codes, the main one first; may be empty.
    """

    id: str
    url: str
    hosts: tuple[str, ...]
    name: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt about a publisher's pages, as recorded. Reading uses it as it is and never learns."""

    digest: str
    publisher: str
    body: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading may use besides the entity. All of it is recorded, so that a rebuild reads the same.

    Attributes:
        capture: the id of the capture that is read, "" outside a collection.
        url: its target URI.
        head: the response head as received (Link, X-Robots-Tag), b"" if there is none.
        publisher: None outside a collection.
        parts: the captures of further parts of the text that are held.
        witnesses: entries about the page in feeds and REST answers, at most one of each origin.
        day: the day of the capture, YYYY-MM-DD in UTC; "" outside a collection.
    """

    url: str
    capture: str = ""
    head: bytes = b""
    publisher: Publisher | None = None
    profile: Profile | None = None
    parts: tuple[Part, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    day: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """A distinct state of an item's title, text, attribution or published date.

    Attributes:
        id: item id + ``@`` + UTC time of the capture that opened it, 14 digits (20 if it is not the first in its
            second).
        number: 1, 2, 3 ... in record order; only for display.
        last_seen: when a capture last showed this state.
        captures: ids of the captures it was read from: page 1, then further parts and witnesses.
        marks: the kind of each paragraph of the text; see `Reading`.
        url: the address of page 1 when it was captured; the item may have moved since.
    """

    id: str
    item: str
    number: int
    opened: datetime
    last_seen: datetime
    stamp: str
    title: Words | None
    text: str
    attributions: tuple[Attribution, ...]
    published: Dated | None
    captures: tuple[str, ...]
    partial: Partial | None = None
    marks: tuple[Mark, ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What every answer contains in place of a withheld item.

    Attributes:
        id: the id of the item.
        reason: why it is withheld.
        since: when it was withheld.
    """

    id: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """The work, one article in one language, as shown by its edition in force.

    Attributes:
        id: publisher id + ``-`` + Crockford base32 of the digest of the URL's key.
        url: the URL to cite: the canonical URL if it is believed, else the final URL.
        edition: the edition in force at the requested time.
        editions: how many there are.
        gone: when the publisher first answered 404, 410 or 451 without serving it again since; None while it is
            online.
        withheld, withheld_since: why it is withheld, or None, and since when.
        terms: statements that apply at the requested time, in order of precedence.
        decisions: what people decided about it; all other fields show the decided values.
        forms: the documents with the same work, as known now.
        form_of: for a document, the item whose work it holds, as known now.
        format: for a document, the file format: ``PDF``, ``EPUB``, ``DOCX``, ``ODT`` or ``file``.
    """

    id: str
    kind: PageKind
    url: str
    publisher: Publisher
    edition: Edition
    editions: int
    first_seen: datetime
    last_seen: datetime
    language: Words | None = None
    subtitle: Words | None = None
    section: Words | None = None
    site_name: Words | None = None
    modified: Dated | None = None
    tags: tuple[Words, ...] = ()
    terms: tuple[ItemTerm, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    gone: datetime | None = None
    # Part of the item, so that code that fetches withheld items cannot overlook it.
    withheld: str | None = None
    withheld_since: datetime | None = None
    aliases: tuple[str, ...] = ()
    # The other fields show the decided values; this says that they were not read from the page.
    decisions: tuple[Decided, ...] = ()
    forms: tuple[Form, ...] = ()
    form_of: Landing | None = None
    format: str | None = None


class Credited(NamedTuple):
    """What a credit line prints about an item, as stated and as decided.

    Attributes:
        credits: who is to be credited, and in which role, in printed order.
        published: the date of the edition in force, as precisely as the page states it.
        site: the page's name for its site.
    """

    title: str | None
    credits: tuple[tuple[str, Role], ...]
    published: str | None
    site: str | None
    url: str
    language: str | None
    publisher: Publisher

    @classmethod
    def of(cls, item: Item) -> Credited:
        """Return what is printed about *item*."""
        edition = item.edition
        return cls(
            title=edition.title and edition.title.value,
            credits=tuple((one.name, one.role) for one in edition.attributions),
            published=edition.published.value if edition.published is not None else None,
            site=item.site_name and item.site_name.value,
            url=item.url,
            language=item.language and item.language.value,
            publisher=item.publisher,
        )
