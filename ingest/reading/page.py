"""Page: one entity decoded and parsed once, as every witness sees it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from archive.charset import charset_of, decode
from archive.exchange import Entity
from ingest.reading.hrefs import resolved, rooted

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"})
SILENT = frozenset({"script", "style", "noscript", "template", "svg", "head", "title", "iframe", "select"})
DEPTH_MESSAGE = "Excessive depth"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_WRAPPERS = re.compile(
    r"</?(?:div|span|font|b|i|em|strong|section|center|u|small|big|ul|ol|li|table|tr|td|tbody)\b[^>]*>", re.I
)
_SOFT = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# One class for every element, found without calling Python: lxml asks whenever an element is met anew.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment, entity=html.HtmlEntity)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|meta|title|div|p|article|h1)\b", re.I)


def squeeze(text: str) -> str:
    """Return *text* with runs of white space folded to one space and none at the ends."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return *text* squeezed and without soft hyphens and other characters that no reader sees."""
    if not text.isascii():
        for soft in _SOFT:
            if soft in text:
                text = text.replace(soft, "")
    return squeeze(text)


def visible(element: Any) -> str:
    """Return what a reader sees of *element*: its text, squeezed, without scripts and styles."""
    return squeeze("".join(_pieces(element)))


SHORT = 700


def _gathered(element: Any, raw: dict[Any, str | None]) -> str | None:
    """Join the text of *element* from that of its children, gathered before; None where it grows too long."""
    pieces, size = [element.text or ""], len(element.text or "")
    for child in element:
        words = raw.get(child, "")
        if words is None and child.tag not in SILENT:
            return None
        pieces += ((words or ""), child.tail or "")
        size += len(words or "") + len(child.tail or "")
        if size > SHORT:
            return None
    joined = "".join(pieces)
    return f" {joined} " if element.tag in BLOCKS else joined


# fmt: off
BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header",
    "footer", "td", "tr", "table", "dt", "dd", "figure", "figcaption", "aside",
))
# fmt: on


def _pieces(element: Any) -> Iterator[str]:
    stack: list[tuple[Any, bool]] = [(element, False)]
    while stack:
        node, after = stack.pop()
        if after:
            if node.tag in BLOCKS:
                yield " "
            if node is not element and node.tail:
                yield node.tail
            continue
        stack.append((node, True))
        if not isinstance(node.tag, str) or node.tag in SILENT:
            continue
        if node.tag in BLOCKS:
            yield " "
        if node.text:
            yield node.text
        stack.extend((child, False) for child in reversed(node))


def is_html(entity: Entity) -> bool:
    """Say whether *entity* is to be read as HTML: by its type, or by its looks where the head names none."""
    if entity.media_type in HTML_TYPES:
        return True
    if entity.media_type in ("", "application/octet-stream", "text/plain"):
        return entity.media_type != "text/plain" and bool(_MARKUP.search(entity.body[:2048]))
    return False


def parse(text: str) -> Any:
    """Return the root element of the HTML *text*, or None where there is not one element in it.

    Control characters are blanked. A page nested deeper than libxml2 goes loses its wrappers, never its
    words.
    """
    text = _DECLARATION.sub("", _cleared(text))
    root, error = _parse(text, huge=False)
    if error:
        flat = _WRAPPERS.sub(" ", text) if DEPTH_MESSAGE in error else text
        again, _ = _parse(flat, huge=True)
        root = root if again is None else again
    return root


def _cleared(text: str) -> str:
    """Return *text* with its control characters blanked; most pages have none, and that is found out quickly."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return _CONTROLS.sub(" ", text)
    clean = len(data.translate(None, _CONTROL_BYTES)) == len(data) and b"\xef\xbf" not in data
    return text if clean else _CONTROLS.sub(" ", text)


def _parse(text: str, *, huge: bool) -> tuple[Any, str]:
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=huge)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, ""
    fatal = parser.error_log.filter_from_fatals()
    limits = [entry.message for entry in fatal if entry.type_name == "ERR_RESOURCE_LIMIT"]
    return root, limits[0] if limits else ""


@dataclass(frozen=True)
class Page:
    """One parsed page.

    Attributes:
        entity: the bytes it was parsed from.
        url: its target URI.
        base: what relative links are resolved against.
        charset: what decodes the bytes.
        tree: the root element; witnesses read it and change nothing in it.
        size: the number of decoded characters.
    """

    entity: Entity
    url: str
    base: str
    charset: str
    tree: Any
    size: int

    @cached_property
    def metas(self) -> tuple[tuple[str, str, Any], ...]:
        """Every ``meta`` with a name: (name or property in lower case, content as parsed, element), in
        order.
        """
        found = []
        for element in self.tree.iter("meta"):
            content = element.get("content") or element.get("value")
            if content is None:
                continue
            for key in ("property", "name", "itemprop", "http-equiv"):
                if name := element.get(key):
                    found.append((name.strip().lower(), content, element))
        return tuple(found)

    def meta(self, *names: str) -> Iterator[tuple[str, Any]]:
        """Yield (content, element) of the metas of these names that say something, name by name."""
        for wanted in names:
            for content, element in self._by_name.get(wanted, ()):
                if content.strip():
                    yield content, element

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, Any]]]:
        found: dict[str, list[tuple[str, Any]]] = {}
        for name, content, element in self.metas:
            found.setdefault(name, []).append((content, element))
        return found

    @cached_property
    def title_element(self) -> Any:
        """The first ``title`` of the head, or None."""
        return next((t for t in self.tree.iter("title") if t.getparent() is None or t.getparent().tag != "svg"), None)

    @cached_property
    def title_text(self) -> str:
        """What ``title`` says, plain; "" if there is none."""
        return plain(self.title_element.text_content()) if self.title_element is not None else ""

    @cached_property
    def body(self) -> Any:
        """The body, or the root where there is none."""
        found = self.tree.find("body")
        return self.tree if found is None else found

    @cached_property
    def short(self) -> dict[Any, str]:
        """What a reader sees of each element of the body that holds few words (up to SHORT characters),
        squeezed.
        """
        raw: dict[Any, str | None] = {}
        for element in reversed(list(self.body.iter(etree.Element))):
            raw[element] = None if element.tag in SILENT else _gathered(element, raw)
        return {element: squeeze(words) for element, words in raw.items() if words is not None}

    @cached_property
    def orcids(self) -> tuple[Any, ...]:
        """The links of the body that lead to somebody's ORCID."""
        return tuple(a for a in self.body.iter("a") if "orcid.org/" in (a.get("href") or ""))

    @cached_property
    def order(self) -> dict[Any, int]:
        """Each element's place in document order."""
        return {element: place for place, element in enumerate(self.tree.iter())}

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self.entity.body))]

    def offset(self, element: Any) -> int:
        """Return about where in the bytes *element* begins: the start of its line."""
        line = min(max((element.sourceline or 1) - 1, 0), len(self._lines) - 1)
        return self._lines[line]

    def line_at(self, offset: int) -> int:
        """Return the line, from 1, that holds the byte at *offset*."""
        return bisect_right(self._lines, offset)

    @cached_property
    def _origin(self) -> str:
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}"

    def absolute(self, href: str | None) -> str | None:
        """Return *href* as an absolute http(s) URL without fragment, or None where it is none."""
        if not href:
            return None
        # The two commonest forms need no parser, and a site prints the same menus on every page.
        return rooted(self._origin, href) or resolved(self.base, href.strip())

    def same_site(self, url: str) -> bool:
        """Say whether *url* is on the page's own host."""
        try:
            return (urlsplit(url).hostname or "").removeprefix("www.") == self.host
        except ValueError:
            return False

    @property
    def host(self) -> str:
        """The host the page came from, without ``www.``."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")


def open_page(entity: Entity, url: str) -> Page | None:
    """Decode and parse *entity*; None where it holds no element at all."""
    charset = charset_of(entity.body, entity.charset)
    text = decode(entity.body, charset)
    tree = parse(text)
    if tree is None:
        return None
    base = next((e.get("href") for e in tree.iter("base") if e.get("href")), None)
    try:
        resolved = urljoin(url, base.strip()) if base else url
    except ValueError:
        resolved = url
    return Page(entity, url, resolved, charset, tree, len(text))
