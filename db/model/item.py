"""Values of the catalogue: what is held, what it says, and on what terms. Frozen, no SQL. The one door to them all."""

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
from db.model.witness import Origin, Part, Said, Says, Witness

if TYPE_CHECKING:
    import msgspec

# Whoever reads or writes the catalogue imports its values from here; the files below part them by noun.
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
    "Said",
    "Says",
    "Stamp",
    "Statement",
    "StatementPlace",
    "Term",
    "Use",
    "Verdict",
    "Witness",
    "Words",
]


# The values stand in rows and in JSON: a name may change, a value does not.
class RequisiteKind(StrEnum):
    """What a page needs to be shown."""

    STYLE = "style"
    IMAGE = "image"
    FONT = "font"
    ICON = "icon"


class Requisite(NamedTuple):
    """One thing that a page needs, by its absolute address without fragment."""

    kind: RequisiteKind
    url: str


class PageKind(StrEnum):
    """What a page is. Only ARTICLE, PAGE and DOCUMENT become items."""

    ARTICLE = "article"
    PAGE = "page"
    """A text that is no article: about us, terms of use."""
    DOCUMENT = "document"
    """A PDF or another file with a text of its own."""
    PART = "part"
    """Page two or later of a text in several parts."""
    LISTING = "listing"
    """A front page, a category, a search result: links to texts."""
    PROTECTED = "protected"
    """A form that asks for a password or a login."""
    CHALLENGE = "challenge"
    """A bot wall, a CAPTCHA, a consent wall."""
    SHELL = "shell"
    """A page that is only script."""
    MISSING = "missing"
    """A page that says "not found" and answers 200."""
    EMPTY = "empty"
    """Nothing to read."""
    OTHER = "other"
    """Not HTML, and no reader for its type yet."""


class Partial(StrEnum):
    """Why an edition does not hold the whole text."""

    TEASER = "teaser"
    TRUNCATED = "truncated"
    UNPROVED = "unproved"
    PARTS_MISSING = "parts missing"
    SCRIPT = "script"
    """A script puts the text in: only what the page's head states is held."""
    UNREAD = "unread"
    """The reader gave up on the text: deadline, crash."""


TEXT_UNREAD = "the main text could not be read"
"""How the reason begins where a page was read to its end, and its text alone was not found."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which reader read: versions of ours, of what it stands on, and the digest of the profile it used."""

    creditline: str
    trafilatura: str
    lxml: str
    profile: str | None = None
    pypdfium2: str | None = None

    def __str__(self) -> str:
        # Behind the rest, so that stamps of one reader begin alike (see `profiles.read_otherwise`).
        learned = f" profile {self.profile}" if self.profile else ""
        documents = f" pypdfium2 {self.pypdfium2}" if self.pypdfium2 else ""
        return f"creditline {self.creditline} trafilatura {self.trafilatura} lxml {self.lxml}{documents}{learned}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one entity, with evidence. A pure function of the entity and its context.

    Attributes:
        text: the main text, paragraphs parted by a blank line; support blocks, terms, tags, bylines and
            related posts are never in it.
        marks: what each paragraph of the text is, in order, with the captions that stand between them; empty where
            nothing is known (see `db.model.text_marks`).
        canonical: the page's ``rel=canonical``, resolved; None if absent. Not believed here, but by the catalogue.
        links: where the page points, absolute http(s) URLs without fragment, in document order, each once;
            *terms_links* those of them that name a page of terms.
        parts: the URLs of parts 2..n of a text in several parts, in order, where this is part 1.
        translations: (language, URL) of the same work in other languages (hreflang).
        partial: why the text is not whole, or None.
        site_name: the publication's own name, as stated.
        unread: why nothing was read (a deadline, a crash, a type without reader), or None.
        rivals: values that lost, with the reason; those that leave a doubt are kept for review.
        fitted: whether the page was laid out as the publisher's profile says; None without a profile.
        heard: the witnesses that were heard, by their refs; then, of each further part, the capture that was read
            or the key after a hyphen.
        entries: for a feed or a REST answer, what it says of each text that it lists.
        requisites: what is needed to show the page.
        shortlinks: addresses that the site keeps for the text by its number (``/?p=667``, ``/node/667``), as the page
            and the entries about it state them. Not believed here, but by the catalogue.
    """

    stamp: Stamp
    kind: PageKind
    text: str = ""
    title: Words | None = None
    subtitle: Words | None = None
    section: Words | None = None
    site_name: Words | None = None
    # In the order in which they are printed: the first is the one who is cited first.
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
        # It goes from process to process, and to pickle its many small values each by itself takes five times as long.
        import msgspec

        return _unpacked, (msgspec.msgpack.encode(self),)


def _unpacked(packed: bytes) -> Reading:
    return _unpacker().decode(packed)


@cache
def _unpacker() -> msgspec.msgpack.Decoder[Reading]:
    # Only whoever reads pages pays for it: to look at the types of all that a reading holds takes a while.
    import msgspec

    return msgspec.msgpack.Decoder(Reading)


@dataclass(frozen=True, slots=True)
class Publisher:
    """A think tank, as the settings in force describe it.

    Attributes:
        id: derived from the host, or chosen; never changes once an item exists.
        url: its site, as an absolute URL.
        name: as it calls itself, or None while unknown.
        hosts: host names (with port where not the default) whose pages are its own; the first is the main
            one.
        languages: codes, the main one first; may be empty.
    """

    id: str
    url: str
    hosts: tuple[str, ...]
    name: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What was learnt of a publisher's pages, as it was recorded. Reading uses it as given and never
    learns.
    """

    digest: str
    publisher: str
    body: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a reading may know beside the entity. Everything in it is recorded, so that a rebuild reads
    the same.

    Attributes:
        capture: the id of the capture that is read, "" outside a collection.
        url: its target URI.
        head: the response head as received (Link, X-Robots-Tag), b"" if there is none.
        publisher: None outside a collection.
        parts: captures of the further parts of the text, as far as they are held.
        witnesses: entries about the page in feeds and REST answers, one of each origin at most.
        day: on which its bytes were captured, YYYY-MM-DD in UTC; "" outside a collection.
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
        id: item id + ``@`` + UTC time of the capture that opened it, in 14 digits (20 if not the first of its second).
        number: 1, 2, 3 ... in record order; for display only.
        last_seen: when a capture last showed this state.
        captures: ids of the captures it was read from: page 1, then the further parts and witnesses.
        marks: what each paragraph of the text is; see `Reading`.
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


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands in the place of an item that is withheld, in every answer that would hold it.

    Attributes:
        id: the id of the item.
        reason: why it is withheld.
        since: since when.
    """

    id: str
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Item:
    """The work: one article in one language, as it stands in its edition in force.

    Attributes:
        id: publisher id + ``-`` + Crockford base32 of the digest of the URL's key.
        url: the URL to cite: canonical where it is believed, else the final URL.
        edition: the edition in force at the time that was asked for.
        editions: how many there are.
        gone: when the publisher first answered 404, 410 or 451 and has not served it again since; None
            while live.
        withheld, withheld_since: the reason it is withheld, or None, and since when.
        terms: statements that hold at the time asked for, in order of precedence.
        decisions: what people decided about it; what they set is what every other field shows.
        forms: the documents that hold the same work, as they are known now.
        form_of: of a document, the item whose work it holds, as it is now.
        format: of a document, what file it is: ``PDF``, ``EPUB``, ``DOCX``, ``ODT`` or ``file``.
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
    # On the item and not beside it: whoever gets an item through the door for the withheld sees that it is.
    withheld: str | None = None
    withheld_since: datetime | None = None
    aliases: tuple[str, ...] = ()
    # Beside what they decide: the other fields show the outcome, and these say that it is no reading.
    decisions: tuple[Decided, ...] = ()
    forms: tuple[Form, ...] = ()
    form_of: Landing | None = None
    format: str | None = None


class Credited(NamedTuple):
    """What a credit line prints of an item, as it is stated and as people decided.

    Attributes:
        credits: who is to be credited, and as what, in the order printed.
        published: the date of the edition in force, to the precision that the page states.
        site: what the page calls its site.
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
        """Return what is printed of *item*."""
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
