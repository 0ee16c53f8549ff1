"""Page: a capture for display: rewritten, with a media type that is safe for browsers, and with what it lacks. Pure."""

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
"""Returns when the capture that would be shown for an address was made, None if there is none."""

HTML, SVG, STYLE, PDF = "text/html", "image/svg+xml", "text/css", "application/pdf"
PICTURES = ("image/", "audio/", "video/")
_PAGES = frozenset({HTML, "application/xhtml+xml"})
_FONTS = re.compile(r"font/|application/(?:x-)?font|application/vnd\.ms-fontobject")
_AS_IS = re.compile(r"(?:image|audio|video)/[\w.+-]+|font/[\w.+-]+|application/(?:x-)?font[\w.+-]*|application/pdf")
_TEXT = re.compile(r"text/|.*(?:xml|json|javascript)$")
_HEAD = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<!--)", re.I)
# Files of a page may be this much older or younger without a remark, because a run takes hours.
_BESIDE = timedelta(days=1)
_UNDECODED = re.compile("[\ud800-\udfff]")
_FIELD = re.compile(r"[A-Za-z0-9-]{1,60}")
_PRINTED = re.compile(r"[^\x20-\x7e\xa0-\xff]")
# The most fields of a captured head that are shown, and the most characters of each.
_FIELDS, _FIELD_LENGTH = 60, 1000


@dataclass(frozen=True, slots=True)
class Requisite:
    """A file that a page needs to be shown.

    Attributes:
        at: when it was captured, None if it was not.
        use: its use in the page.
        apart: the time between it and the page's own capture, if they are from different days.
    """

    url: str
    at: datetime | None
    use: Use
    apart: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A capture as sent to the browser.

    Attributes:
        kind: the value of Content-Type.
        saved: whether it is to be saved instead of shown.
        requisites: the files it needs, in order, each once.
        dead: what it had that does not work here.
    """

    body: bytes
    kind: str
    saved: bool = False
    requisites: tuple[Requisite, ...] = ()
    dead: Dead = field(default_factory=Dead)


@dataclass(slots=True)
class Placer:
    """Replaces the addresses in a page captured at *began* by those of their captures, and notes the files it needs.

    Attributes:
        prefix: what comes before each, such as the language of the banner.
    """

    began: datetime
    digits: str
    when: When
    prefix: str = ""
    needed: dict[str, Requisite] = field(default_factory=dict)

    def place(self, url: str, use: Use) -> str:
        """Return the path of the capture of *url*."""
        # The targets of links are not needed to show the page.
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
    """Return the media type as which *entity* is shown; if it names none, that of its first bytes."""
    if entity.media_type:
        return HTML if entity.media_type in _PAGES else entity.media_type
    # Only if the server named no type: source code served as text/plain must not become a page (MIME Sniffing).
    return HTML if _HEAD.match(entity.body[:512]) else ""


def shown(entity: Entity, placer: Placer, marks: Marks | None = None) -> Shown:
    """Return *entity* for display, with *marks* if it is a page. Only types known to be harmless are sent as
    captured."""
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
    # The whole value has to match, because it goes into a header as captured.
    if _AS_IS.fullmatch(kind):
        return Shown(entity.body, kind)
    if _TEXT.match(kind):
        # Scripts, feeds, data: shown as plain text, never run or drawn.
        return Shown(_text(entity).encode("utf-8", "replace"), "text/plain; charset=utf-8")
    # A browser that guesses other types could be made to run them.
    return Shown(entity.body, "application/octet-stream", saved=True)


def is_font(kind: str) -> bool:
    """Say whether *kind* is a font type; browsers request fonts as if from another site."""
    return _FONTS.match(kind) is not None


def is_page(kind: str) -> bool:
    """Say whether *kind* is a page with addresses in it."""
    return kind.startswith((HTML, SVG))


def charset_in(entity: Entity) -> str:
    """Return the charset that *entity* is read in."""
    return charset_of(entity.body, entity.charset)


def _text(entity: Entity, marks: Marks | None = None) -> str:
    # The charset of the page as captured, without the signs of marks.
    text = decode(entity.body if marks is None else marks.put_into(entity.body), charset_in(entity))
    # Undecodable bytes are shown as such, not as what they would mean in another charset.
    return _UNDECODED.sub("\ufffd", text.removeprefix("\ufeff"))


def original_fields(head: Head) -> list[tuple[str, str]]:
    """Return the fields of a captured head under names that browsers ignore, as replay tools do."""
    fields = [(name, value) for name, value in head.fields[:_FIELDS] if _FIELD.fullmatch(name)]
    return [(f"X-Archive-Orig-{name}", printable(value)) for name, value in fields]


def printable(value: str) -> str:
    """Return *value* in a form that is safe in a header."""
    return _PRINTED.sub(" ", value)[:_FIELD_LENGTH].strip()
