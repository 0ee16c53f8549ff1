"""Pictures of a page: each with its alternative text, caption and credit line, and the bytes of these. Pure.

Apart from `db.query.pictures`, which queries the catalogue: this file reads only bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from archive.evidence import markup
from archive.evidence.character_references import decode_references
from archive.evidence.locate import Passage, Place, Source

MOST = 60
"""The most pictures of a page that are reported."""
_BEYOND = (b"header", b"nav", b"footer", b"aside")
"""Pictures inside these belong to the site or to other texts, unless a figure of the text holds them."""
_SOURCES = (b"src", b"data-src", b"data-lazy-src", b"data-original")
_CREDIT_CLASS = re.compile(
    rb"<(?:span|div|p|small|cite|em|i|figcaption)\b[^<>]{0,200}?\bclass\s*=\s*[\"'][^\"'<>]{0,100}?"
    rb"(?:credit|copyright|photographer|rights|quelle|(?:photo|image|picture|bild|media)-?(?:source|author|by))"
    rb"[^<>]{0,300}>",
    re.I,
)
_CAPTION_CLASS = re.compile(
    rb"<(?:p|div|dd|span)\b[^<>]{0,200}?\bclass\s*=\s*[\"'][^\"'<>]{0,100}?"
    rb"(?:wp-caption-(?:text|dd)|(?:image|img|photo|media)-?caption)[^<>]{0,300}>",
    re.I,
)
_SAID = re.compile(
    r"(?:^|[\s(\[.,;|–—-])("
    r"(?:(?:Photo|Image|Picture)(?:graph)?s?(?:\s+(?:credits?|by|courtesy of))?|Credits?|Courtesy of|Source"
    r"|Fotos?(?:graf(?:ie|in)?)?|Bild(?:nachweis|quelle|er)?|Quelle|Fot|Zdj(?:ęcie|ęcia)?|Źródło|Crédits?(?:\s+photo)?)"
    r"\s*[:.]\s*[^\s].{1,150}?"
    r"|(?:©|\(c\)|Copyright)\s?.{2,150}?"
    r"|[^()]{0,60}\b(?:AP|AFP|EPA|PAP|dpa|Reuters|REUTERS|Getty Images|Shutterstock|iStock|Unsplash|Flickr"
    r"|Wikimedia Commons)\b[^()]{0,60}"
    r")[)\]]?\s*$"
)
"""How a credit at the end of a caption looks, in the languages that pages are read in."""
_TAGS = re.compile(rb"<[^<>]{0,3000}>")
_LOOKED_AT = 2000
"""The most images, and elements of one name, that are examined per page."""
_NEAR = 3000
"""How many bytes of a caption, and after a picture, are examined."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """One picture as its page shows it.

    Attributes:
        addresses: where it may be fetched, as written in the page, the one that is shown first.
        alt: the text shown in its place if it is not seen. *caption*: what is printed next to it. *credit*: who is
            credited.
    """

    addresses: tuple[str, ...]
    alt: Passage | None
    caption: Passage | None
    credit: Passage | None


def pictures_of(source: Source) -> tuple[PagePicture, ...]:
    """Return the pictures of the page's text, each first address once: those in its article or main part, if it marks
    one, and those in figures.
    """
    return _Page(source, source.in_utf8, source.raw_elements.lower_case_markup()).pictures()


Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page in UTF-8, and the same in lower case without comments and scripts, to look for element names in."""

    source: Source
    data: bytes
    lowered: bytes

    def pictures(self) -> tuple[PagePicture, ...]:
        figures = self._elements(b"figure")
        # The first article is the page's own; later ones are mostly teasers of other texts.
        own = next(iter(self._elements(b"article") or self._elements(b"main")), (0, len(self.data)))
        beyond = [span for name in _BEYOND for span in self._elements(name)]
        found: dict[str, PagePicture] = {}
        for at in self._tags(b"<img"):
            figure = _innermost(figures, at)
            if not own[0] <= at < own[1] or (figure is None and _innermost(beyond, at)):
                continue
            one = self._picture((at, markup.tag_end(self.data, at)), figure, found)
            if one is not None:
                found[one.addresses[0]] = one
            if len(found) == MOST:
                break
        return tuple(found.values())

    def _tags(self, name: bytes) -> Iterator[int]:
        """Yield where tags that start with *name* begin, except those in comments and scripts."""
        return islice(markup.tags_named(self.lowered, name), _LOOKED_AT)

    def _elements(self, name: bytes) -> list[Span]:
        """Return the spans of the elements *name*, an outer one before those inside it."""
        tags = [(at, begins) for mark, begins in ((b"<", True), (b"</", False)) for at in self._tags(mark + name)]
        # A stack, because elements nest; an end tag without a start tag closes nothing.
        opened: list[int] = []
        made = []
        for at, begins in sorted(tags):
            if begins:
                opened.append(at)
            elif opened:
                made.append((opened.pop(), at))
        return sorted(made)

    def _picture(self, tag: Span, figure: Span | None, known: Collection[str]) -> PagePicture | None:
        said = {name.lower(): value.decode("utf-8", "replace") for name, value in markup.attributes(self.data, tag)}
        shown = [decode_references(said[name]).strip() for name in _SOURCES if said.get(name)]
        shown += [
            one.split()[0]
            for one in re.split(r",\s+", decode_references(said.get(b"srcset", ""))[:8000])
            if one.split()
        ]
        # A placeholder that a script replaces later is not a picture.
        addresses = tuple(dict.fromkeys(one for one in shown if not one.lower().startswith(("data:", "blob:"))))
        # Checked before its words are looked for: a page may show one picture two thousand times.
        if not addresses or addresses[0] in known:
            return None
        alt = " ".join(decode_references(said.get(b"alt", "")).split())
        stretch = self._caption_of(tag, figure)
        caption = self._words(stretch)
        return PagePicture(
            addresses,
            self.source.inside(alt, Place.ATTRIBUTE, tag) if alt else None,
            caption,
            self._credit(figure or stretch, stretch, caption),
        )

    def _caption_of(self, tag: Span, figure: Span | None) -> Span | None:
        """Return the span of the caption of the picture at *tag*."""
        if figure is not None:
            start = self.lowered.find(b"<figcaption", *figure)
            if start >= 0:
                end = self.lowered.find(b"</figcaption", start, min(figure[1], start + _NEAR))
                return start, end if end >= 0 else min(figure[1], start + _NEAR)
        # WordPress before it used figures: directly after the picture.
        behind = _CAPTION_CLASS.search(self.data, tag[1], min(tag[1] + _NEAR, figure[1] if figure else len(self.data)))
        if behind is None or b"<img" in self.lowered[tag[1] : behind.start()]:
            return None
        return behind.start(), self._close(behind)

    def _close(self, opened: re.Match[bytes]) -> int:
        """Return the end of the element that begins at *opened*."""
        name = opened[0][1:].split(None, 1)[0].lower()
        end = self.lowered.find(b"</" + name, opened.end(), opened.end() + _NEAR)
        return end if end >= 0 else min(opened.end() + _NEAR, len(self.data))

    def _words(self, stretch: Span | None) -> Passage | None:
        if stretch is None:
            return None
        # A tag inside a word is not a space, which `inside` knows, so both ways are tried.
        held = self.data[slice(*stretch)]
        for space in (b" ", b""):
            words = " ".join(decode_references(_TAGS.sub(space, held).decode("utf-8", "replace")).split())
            if words and (found := self.source.inside(words, Place.TEXT, stretch)):
                return found
        return None

    def _credit(self, around: Span | None, stretch: Span | None, caption: Passage | None) -> Passage | None:
        """Return the credit line of the picture: one marked as such *around* it, or else the end of its *caption*."""
        if around is not None:
            marked = _CREDIT_CLASS.search(self.data, around[0], min(around[1], around[0] + 4 * _NEAR))
            if marked is not None and (found := self._words((marked.start(), self._close(marked)))):
                return found
        said = _SAID.search(caption.words) if caption is not None else None
        return self.source.inside(said[1].strip(), Place.TEXT, stretch) if said and stretch is not None else None


def _innermost(spans: list[Span], at: int) -> Span | None:
    return max((span for span in spans if span[0] <= at < span[1]), default=None)
