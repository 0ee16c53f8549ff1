"""Page: an entity decoded and parsed once, in the form that all witnesses use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, count, islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from archive.evidence.markup import Span
from archive.http.charset import charset_of, decode
from archive.http.exchange import Entity
from ingest.markup.tree import parse
from ingest.reading.page.hrefs import Rooted, bare, based, host_of, resolved, rooted
from ingest.reading.page.once import once
from ingest.reading.page.outline import SILENT, Outline, Row, is_squeezed, outline, pieces, squeeze
from ingest.reading.page.spots import Sayings

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})

_ITEMPROPS, _PROPERTIES = etree.XPath("descendant-or-self::*/@itemprop"), etree.XPath("descendant-or-self::*/@property")
SOFT = "\u00ad\u200b\u2060\ufeff"
"""Characters in words that nobody sees."""
JOINERS = "\u200c\u200d"
"""Characters that keep letters apart or join them, which is spelling in Arabic and Indic scripts and in emoji."""
_SPELLED = "\u0600-\u1cff\u2600-\u27bf\ufb50-\ufdff\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff"
_IDLE = re.compile(f"(?<![{_SPELLED}])[{JOINERS}]+|[{JOINERS}]++(?![{_SPELLED}])")
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|title|div|p|article|h1)\b", re.I)
_BETWEEN = re.compile(r"[\W_]+")
# The outline of an element with this many others in it takes a small part of the time for a page.
_FEW_HELD = 40
_NOTE_SIGN = re.compile(r"[\[(]?\s*(?:\d{1,3}|[*†‡§]{1,3})\s*[\])]?")


def lowered(words: str) -> str:
    """Return *words* in lower case, of the same length: ``lower`` makes two characters of the Turkish İ."""
    return words.replace("\u0130", "i").lower()


def plain(text: str) -> str:
    """Return *text* squeezed and without soft hyphens and other invisible characters."""
    # Called for every piece of text, and most have nothing to squeeze.
    return text if is_squeezed(text) else " ".join(shown(text).split())


def shown(text: str) -> str:
    """Return *text* without soft hyphens and other invisible characters."""
    if not text.isascii():
        for soft in SOFT:
            if soft in text:
                text = text.replace(soft, "")
        if JOINERS[0] in text or JOINERS[1] in text:
            text = _IDLE.sub("", text)
    return text


@lru_cache(maxsize=16384)
def fold(words: str) -> str:
    """Return *words* for comparison: lower case, without punctuation."""
    return _BETWEEN.sub(" ", words.casefold()).strip()


def visible(element: Any) -> str:
    """Return the visible text of *element*, squeezed, without scripts and styles."""
    if len(element):
        return squeeze("".join(pieces(element)))
    tag = element.tag  # many elements hold only text
    return squeeze(element.text or "") if isinstance(tag, str) and tag not in SILENT else ""


def words_before(element: Any) -> str:
    """Return the text before *element*: of the nearest earlier sibling that has any, else of the parent."""
    for previous in element.itersiblings(preceding=True):
        if before := plain(f"{visible(previous)} {previous.tail or ''}"):
            return before
    parent = element.getparent()
    return plain(parent.text or "") if parent is not None else ""


def is_html(entity: Entity) -> bool:
    """Return whether *entity* is read as HTML: by its type, or by its content if the HTTP head names no type."""
    # text/plain is believed: a site that shows the source of a page means it (MIME Sniffing, section 7.2).
    untyped = entity.media_type in ("", "application/octet-stream")
    return entity.media_type in HTML_TYPES or (untyped and bool(_MARKUP.search(entity.body[:2048])))


@dataclass(frozen=True)
class Page:
    """One parsed page.

    Attributes:
        entity: the bytes it was parsed from.
        url: its target URI.
        base: the base for relative links.
        charset: decodes the bytes.
        tree: the root element. Witnesses read it and change nothing.
        left_out: the menus whose content is not in the tree, each with the hrefs of its links (see `shortened`).
        gaps: the byte ranges, in order, that are not in the tree.
    """

    entity: Entity
    url: str
    base: str
    charset: str
    tree: Any
    left_out: Mapping[Any, tuple[str | None, ...]] = field(default_factory=dict)
    gaps: Sequence[Span] = ()

    @once
    def text(self) -> str:
        """The decoded entity, with its markup."""
        return decode(self.entity.body, self.charset)

    @once
    def metas(self) -> tuple[tuple[str, str, Any], ...]:
        """(name or property in lower case, content as parsed, element) of every ``meta`` with a name, in order."""
        return _named(self.tagged.get("meta", ()))

    def meta(self, *names: str) -> Iterator[tuple[str, Any]]:
        """Yield (content, element) of the non-empty metas with these names, name by name."""
        # Not in page order: the caller lists the names by trust.
        for wanted in names:
            for content, element in self.named.get(wanted, ()):
                if content.strip():
                    yield content, element

    @once
    def named(self) -> dict[str, list[tuple[str, Any]]]:
        """(content, element) of the metas with each name, in order."""
        found: dict[str, list[tuple[str, Any]]] = {}
        for name, content, element in self.metas:
            found.setdefault(name, []).append((content, element))
        return found

    @once
    def title_element(self) -> Any:
        """The first ``title`` of the head, or None."""
        # An SVG drawing has a title of its own.
        titles = self.tagged.get("title", ())
        return next((t for t in titles if t.getparent() is None or t.getparent().tag != "svg"), None)

    @once
    def title_text(self) -> str:
        """The text of ``title``, plain; "" if there is none."""
        title = self.title_element
        return "" if title is None else plain(title.text_content() if len(title) else title.text or "")

    @once
    def body(self) -> Any:
        """The body, or the root if there is none."""
        # Frame sets and scraps of HTML have no body.
        found = self.tree.find("body")
        return self.tree if found is None else found

    @once
    def outline(self) -> Outline:
        """The short elements of the body and their words."""
        return self._outline(*self._span)

    def _outline(self, first: int, last: int) -> Outline:
        """Return the outline of the element at the position *first*, which ends before the position *last*."""
        texts, tails = self.texts
        held = (self.elements[first:last], self.tags[first:last], texts[first:last], tails[first:last])
        return outline(*held, self.order)

    def words(self, element: Any) -> str:
        """Return what `short` has of an *element* in the body, or "".

        If it holds few others, the outline of the whole body is not made for this.
        """
        held = sum(1 for _ in islice(element.iter(), _FEW_HELD + 1))
        if held > _FEW_HELD:
            return self.short.get(element, "")
        first = self.order[element]
        return self._outline(first, first + held).short.get(element, "")

    @once
    def _span(self) -> tuple[int, int]:
        """The position of the body, and the position after its last descendant."""
        first = self.order[self.body]
        return first, first + sum(1 for _ in self.body.iter())

    def inside(self, tag: str) -> Sequence[Any]:
        """Return the elements with this *tag* in the body, in order."""
        first, last = self._span
        return [element for element in self.tagged.get(tag, ()) if first <= self.order[element] < last]

    @once
    def itemprops(self) -> Sequence[Any]:
        """The values of all ``itemprop`` attributes, in order; each knows its element."""
        return list(_ITEMPROPS(self.tree))

    @once
    def properties(self) -> Sequence[Any]:
        """The values of all ``property`` attributes, in order; each knows its element."""
        return list(_PROPERTIES(self.tree))

    def in_body(self, element: Any) -> bool:
        """Return whether *element* stands in the body."""
        first, last = self._span
        return first < self.order[element] < last

    @once
    def short(self) -> dict[Any, str]:
        """The visible words of each element of the body that has few of them (up to SHORT characters), squeezed."""
        return self.outline.short

    @once
    def rows(self) -> tuple[Row, ...]:
        """The elements in `short` with any text, the last first."""
        return self.outline.rows

    @once
    def short_text(self) -> str:
        """The words of all elements in `short`, in lower case, one element per line.

        This is for a quick test: words that are not here are in none of them.
        """
        return self.outline.short_text

    def shows(self, words: str) -> bool:
        """Return whether *words* are visible in a short element of the page, ignoring case."""
        # Long paragraphs are left out: a name in one says nothing about the author.
        return words.lower() in self.short_text

    @once
    def links(self) -> tuple[tuple[Any, str], ...]:
        """Each link in the body with its href, or "" if it has none."""
        return tuple([(a, a.get("href") or "") for a in self.inside("a")])

    @once
    def notes(self) -> frozenset[str]:
        """The ids that links of a number or a sign lead to, as to footnotes."""
        inner = ((a, href) for a, href in self.links if href.startswith("#"))
        return frozenset([href[1:] for a, href in inner if _NOTE_SIGN.fullmatch(self.short.get(a, ""))])

    @once
    def relations(self) -> tuple[tuple[Any, str], ...]:
        """Each ``link`` element of the page that has a ``rel``, with that in lower case."""
        return tuple([(link, rel.lower()) for link, rel in self.saying["link", "rel"]])

    @once
    def related(self) -> dict[Any, str]:
        """The ``rel`` of each link in the body that has one, in lower case."""
        return {link: rel.lower() for link, _ in self.links if (rel := link.get("rel"))}

    @once
    def elements(self) -> tuple[Any, ...]:
        """Every element and comment, in document order. While they are held, lxml need not make them again."""
        return tuple(self.tree.iter())

    @once
    def texts(self) -> tuple[list[str | None], list[str | None]]:
        """The text in each element before its first child, and the text after each element; made once for all users."""
        return [element.text for element in self.elements], [element.tail for element in self.elements]

    @once
    def tags(self) -> list[Any]:
        """The tag of each element, in order; the tag of a comment is not a string."""
        return [element.tag for element in self.elements]

    @once
    def tagged(self) -> dict[Any, list[Any]]:
        """The elements with each tag, in order."""
        found: defaultdict[Any, list[Any]] = defaultdict(list)
        for element, tag in zip(self.elements, self.tags, strict=True):
            found[tag].append(element)
        return found

    @once
    def saying(self) -> Sayings:
        """The attribute values of the elements with each tag."""
        return Sayings(self.tagged)

    @once
    def order(self) -> dict[Any, int]:
        """The position of each element in document order."""
        return dict(zip(self.elements, count(), strict=False))

    @once
    def _lines(self) -> list[int]:
        """Where each line of the bytes begins."""
        ends = list(accumulate(map(len, BytesIO(self.entity.body))))
        # After a final line feed follows one empty line more.
        return [0, *(ends if self.entity.body.endswith(b"\n") else ends[:-1])]

    def offset(self, element: Any) -> int:
        """Return roughly where in the bytes *element* begins: the start of its line."""
        return self._lines[min((element.sourceline or 1), len(self._lines)) - 1]

    @once
    def origin(self) -> str:
        """Scheme and authority of the base for relative links."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    @once
    def rooted(self) -> Rooted:
        """Where hrefs lead that depend only on the origin."""
        return rooted(self.origin)

    def absolute(self, href: str | None) -> str | None:
        """Return *href* as an absolute http(s) URL without fragment, or None if it is not one."""
        if not href:
            return None
        # The two most common forms need no parser, and a site prints the same menus on every page.
        return self.rooted[href] or resolved(self.base, href.strip())

    def same_site(self, url: str) -> bool:
        """Return whether *url* is on the page's own host."""
        return host_of(url) == self.host

    @once
    def _here(self) -> frozenset[str]:
        stated = [link.get("href") for link, rel in self.relations if "canonical" in rel]
        stated += [content for content, _ in self.meta("og:url")]
        return frozenset(bare(url) for url in (self.url, *map(self.absolute, stated)) if url)

    def is_here(self, href: str | None) -> bool:
        """Return whether *href* leads to this page, by its own address or one that it states, ignoring the query."""
        return (target := self.absolute(href)) is not None and bare(target) in self._here

    @once
    def host(self) -> str:
        """The host of the page, without ``www.``."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


def open_page(entity: Entity, url: str) -> Page | None:
    """Decode and parse *entity*; None if it holds no element at all."""
    charset = charset_of(entity.body, entity.charset)
    tree = parse(entity.body, charset)
    return page_of(entity, url, charset, tree) if tree is not None else None


def page_of(
    entity: Entity,
    url: str,
    charset: str,
    tree: Any,
    left_out: Mapping[Any, tuple[str | None, ...]] | None = None,
    gaps: Sequence[Span] = (),
) -> Page:
    """Return *entity*, decoded with *charset* and parsed into *tree*, as a page."""
    # The first base with an href counts (HTML, section 4.2.3).
    base = next((e.get("href") for e in tree.iter("base") if e.get("href")), None)
    return Page(entity, url, based(url, base or ""), charset, tree, left_out or {}, gaps)


_NAMING = ("property", "name", "itemprop", "http-equiv")


def _named(metas: Iterable[Any]) -> tuple[tuple[str, str, Any], ...]:
    """Return (name or property in lower case, content as parsed, element) of the *metas* with a name, in order.

    A meta with several names is returned once for each.
    """
    found = []
    for element in metas:
        held = dict(element.items())
        # No standard has `value` on a meta, but some systems use it.
        stated = held.get("content") or held.get("value")
        if stated is not None:
            found += [(name.strip().lower(), stated, element) for key in _NAMING if (name := held.get(key))]
    return tuple(found)
