"""Page: a capture as it is shown: rewritten, of a kind that a browser may be given, with what it lacks. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from archive.http.charset import charset_of, decode
from archive.http.exchange import Entity, Head
from db.reading_room.archived import css
from db.reading_room.archived.html import Dead, Rewriter
from db.reading_room.archived.link import Use, archived, resolved
from db.reading_room.archived.marks import Marks, can_be_marked

When = Callable[[str], datetime | None]
"""Says when the capture of an address was made that would be shown, None where none is held."""

HTML, SVG, STYLE, PDF = "text/html", "image/svg+xml", "text/css", "application/pdf"
PICTURES = ("image/", "audio/", "video/")
_PAGES = frozenset({HTML, "application/xhtml+xml"})
_FONTS = re.compile(r"font/|application/(?:x-)?font|application/vnd\.ms-fontobject")
_AS_IS = re.compile(r"(?:image|audio|video)/[\w.+-]+|font/[\w.+-]+|application/(?:x-)?font[\w.+-]*|application/pdf")
_TEXT = re.compile(r"text/|.*(?:xml|json|javascript)$")
_HEAD = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<!--)", re.I)
# What a page needs may be so much older or younger without a word: a run takes hours.
_BESIDE = timedelta(days=1)
_UNDECODED = re.compile("[\ud800-\udfff]")
_FIELD = re.compile(r"[A-Za-z0-9-]{1,60}")
_PRINTED = re.compile(r"[^\x20-\x7e\xa0-\xff]")
# So many fields of a captured head are told, and so much of each.
_FIELDS, _FIELD_LENGTH = 60, 1000


@dataclass(frozen=True, slots=True)
class Requisite:
    """What a page needs to be shown.

    Attributes:
        at: when it was captured, None where it was not.
        use: what it is for.
        apart: how far that is from the page's own capture, where it is of another day.
    """

    url: str
    at: datetime | None
    use: Use
    apart: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A capture as a browser is given it.

    Attributes:
        kind: the value of Content-Type.
        saved: it is to be saved, and not shown.
        requisites: what it needs, in its order, each once.
        dead: what it had that does not work here.
    """

    body: bytes
    kind: str
    saved: bool = False
    requisites: tuple[Requisite, ...] = ()
    dead: Dead = field(default_factory=Dead)


@dataclass(slots=True)
class Placer:
    """Puts the addresses of a page captured at *began* where their captures are shown, and notes what it needs.

    Attributes:
        prefix: what stands before each, such as the language of the banner.
    """

    began: datetime
    digits: str
    when: When
    prefix: str = ""
    needed: dict[str, Requisite] = field(default_factory=dict)

    def place(self, url: str, use: Use) -> str:
        """Return the path of the capture of *url*."""
        # Where its links lead is nothing that a page needs to be shown.
        if use is not Use.PAGE:
            plain = url.partition("#")[0]
            if plain not in self.needed:
                self.needed[plain] = self._requisite(plain, use)
        return self.prefix + archived(url, self.digits, use)

    def _requisite(self, url: str, use: Use) -> Requisite:
        at = self.when(url)
        apart = None if at is None else at - self.began
        return Requisite(url, at, use, apart if apart is not None and abs(apart) > _BESIDE else None)


def kind_of(entity: Entity) -> str:
    """Return the media type that *entity* is shown as, where it names none that which its first bytes have."""
    if entity.media_type:
        return HTML if entity.media_type in _PAGES else entity.media_type
    # Only where the server said nothing: a source served as text/plain must not run as a page (MIME Sniffing).
    return HTML if _HEAD.match(entity.body[:512]) else ""


def shown(entity: Entity, placer: Placer, marks: Marks | None = None) -> Shown:
    """Return *entity* as it is shown, with *marks* in it where it is a page; only what is known to be harmless comes as
    it was captured."""
    kind = kind_of(entity)
    if kind in (HTML, SVG):
        marked = marks if kind == HTML and can_be_marked(charset_in(entity)) else None
        rewriter = Rewriter(entity.url, placer.place, xml=kind == SVG, marks=marked)
        body = rewriter.write(_text(entity, marked)).encode("utf-8", "replace")
        return Shown(body, f"{kind}; charset=utf-8", requisites=tuple(placer.needed.values()), dead=rewriter.dead)
    if kind == STYLE:

        def placed(said: str, use: Use) -> str:
            url = resolved(said, entity.url)
            return placer.place(url, use) if url else ""

        body = css.rewrite(_text(entity), placed).encode("utf-8", "replace")
        return Shown(body, f"{STYLE}; charset=utf-8", requisites=tuple(placer.needed.values()))
    # The whole value has to match: it goes into a header as it was captured.
    if _AS_IS.fullmatch(kind):
        return Shown(entity.body, kind)
    if _TEXT.match(kind):
        # Scripts, feeds, data: to be read, and neither to be run nor to be drawn.
        return Shown(_text(entity).encode("utf-8", "replace"), "text/plain; charset=utf-8")
    # A browser that guesses at the rest could be led to run it.
    return Shown(entity.body, "application/octet-stream", saved=True)


def is_font(kind: str) -> bool:
    """Say whether *kind* is that of a font, which browsers ask for as if it were another site's."""
    return _FONTS.match(kind) is not None


def is_page(kind: str) -> bool:
    """Say whether *kind* is that of a page with addresses in it."""
    return kind.startswith((HTML, SVG))


def charset_in(entity: Entity) -> str:
    """Return the charset that *entity* is read in."""
    return charset_of(entity.body, entity.charset)


def _text(entity: Entity, marks: Marks | None = None) -> str:
    # The charset of the page as captured: signs are none of it.
    text = decode(entity.body if marks is None else marks.put_into(entity.body), charset_in(entity))
    # Bytes that mean nothing in their charset are told as such, and not as what they would be in another.
    return _UNDECODED.sub("\ufffd", text.removeprefix("\ufeff"))


def original_fields(head: Head) -> list[tuple[str, str]]:
    """Return the fields of a captured head under names that no browser heeds, as replay tools have them."""
    fields = [(name, value) for name, value in head.fields[:_FIELDS] if _FIELD.fullmatch(name)]
    return [(f"X-Archive-Orig-{name}", printable(value)) for name, value in fields]


def printable(value: str) -> str:
    """Return *value* as it may stand in a header."""
    return _PRINTED.sub(" ", value)[:_FIELD_LENGTH].strip()
