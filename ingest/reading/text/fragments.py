"""Fragments: the menus and cards of other articles that a site repeats on its pages to lead to other pages.

Each is parsed once, and is the same on every page.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from ingest.markup.tree import is_clean, parse_utf8
from ingest.reading.page.spots import steps
from ingest.reading.text import paginated_text
from ingest.reading.text.paginated_text import may_label
from ingest.terms import triggers

LEFT_OUT = b"data-left-out"
"""The attribute that marks a place where something was left out."""
_TAG = re.compile(
    rb"""<(/?)([a-z][a-z0-9]*)(?:\s+[a-zA-Z@:_][\w:.@-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*(/?)>"""
)
_COMMENT = re.compile(rb"<!--(?!-?>)(?:(?!--!?>).)*-->", re.S)
# The elements in lists of links.
_OF_LISTS = frozenset(
    (
        *("ul", "ol", "li", "a", "span", "div", "i", "b", "em", "strong", "small", "button", "img", "br", "p"),
        *("svg", "g", "path", "use", "defs", "circle", "rect", "line", "polyline", "polygon", "picture", "source"),
        *("h2", "h3", "h4", "h5", "h6", "hr", "section", "form", "label", "input", "select", "option", "figure"),
    )
)
_ALONE = frozenset({"img", "br", "input", "hr", "source"})
# Attributes that say something about the page.
_SAYING = frozenset({"property", "typeof", "about", "resource"})
# The microdata properties of a link, which say nothing else.
_OF_LINKS = frozenset({"url", "name"})
# A fragment with one of these may be more than links to other pages.
_TELLING = (LEFT_OUT, b"license", b"ommons.org/", b"cc:", b"readcrumb", b"postpass", b"post-password")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fragment.

    Attributes:
        tag: the tag of the outermost element.
        begin, end: how its start tag begins, and its end tag.
        shortest, longest: the range of sizes in bytes. A shorter one is parsed quickly, a longer one is something else.
        fewest: the fewest links.
        plain: the other tags in it, which are parsed alike wherever they stand.
        saying: attributes that say something about the page itself.
        said: a text of more characters than this is a sentence, which may say more than where a link leads: terms, or
            an author. None if sentences are expected, as long as none is about terms.
    """

    tag: str
    begin: bytes
    end: bytes
    shortest: int
    longest: int
    fewest: int
    plain: frozenset[str]
    saying: frozenset[str]
    said: int | None


MENU = Kind("nav", b"<nav", b"</nav>", 1500, 65_536, 12, _OF_LISTS, _SAYING | {"datetime"}, 80)
CARD = Kind(
    *("article", b"<article", b"</article>", 150, 4096, 1),
    _OF_LISTS | {"time", "header", "footer", "figcaption"},
    _SAYING,
    None,
)
"""Another article: a picture, a headline, a date, perhaps its first words."""
KINDS = (MENU, CARD)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A single menu or card, the same on every page.

    Attributes:
        sign: a number that identifies it, with hardly any chance of a collision on a page.
        short: what is parsed in its place: its own tags with the sign, and as many line feeds as it had.
        feeds: these line feeds.
        hrefs: the hrefs of its links, in order.
        names: the steps that may match its elements (see `ingest.reading.page.spots`).
    """

    sign: str
    short: bytes
    feeds: bytes
    hrefs: tuple[str | None, ...]
    names: frozenset[str]


# The steps of the elements of cards, by the form of the card; cards of such a form hold only links.
_moulds: dict[bytes, frozenset[str]] = {}
_MOST = 1024


def fragment(data: bytes, kind: Kind) -> Fragment | None:
    """Return what the fragment *data*, from its first tag to its last, is.

    None if it holds more than links to pages, or is not written so that it is the same wherever it stands.
    """
    lowered = data.lower()
    if lowered.count(b"<a ") < kind.fewest or any(word in lowered for word in _TELLING):
        return None
    one = cast(data) if kind is CARD else None
    if one is not None and one.mould in _moulds:
        return None if triggers.texts_with_triggers(one.told) else _made(data, kind, one.hrefs, _moulds[one.mould])
    found = _looked_at(data, kind)
    if found is not None and one is not None and found.hrefs == one.hrefs:
        if len(_moulds) >= _MOST:
            _moulds.clear()
        _moulds[one.mould] = found.names
    return found


def _looked_at(data: bytes, kind: Kind) -> Fragment | None:
    shape = _shape(_COMMENT.sub(b"", data), kind)
    root = parse_utf8(data) if shape is not None else None
    body = root.find("body") if root is not None else None
    if body is None or len(body) != 1 or (body.text or "").strip():
        return None
    held = list(body[0].iter())
    depth = {body: -1}
    for element in held:
        depth[element] = depth[element.getparent()] + 1
    if [(element.tag, depth[element]) for element in held] != shape:
        return None
    if (
        any(_tells(element, kind) for element in held[1:])
        or _speaks(held, kind)
        or any(map(paginated_text.is_block, held))
    ):
        return None
    hrefs = tuple([element.get("href") for element in held if element.tag == "a"])
    return _made(data, kind, hrefs, frozenset(step for element in held for step in steps(element)))


def _made(data: bytes, kind: Kind, hrefs: tuple[str | None, ...], names: frozenset[str]) -> Fragment:
    opening, sign, feeds = data[: data.index(b">")], f"{zlib.crc32(data):x}", b"\n" * data.count(b"\n")
    outside = feeds[opening.count(b"\n") :]
    short = b'%s %s="%s">%s%s' % (opening, LEFT_OUT, sign.encode(), outside, kind.end)
    return Fragment(sign, short, feeds, hrefs, names)


def _speaks(held: list[Any], kind: Kind) -> bool:
    """Return whether the texts in and after these elements hold a sentence that may be about the page."""
    told = [said for element in held for said in (element.text, element.tail) if said]
    if kind.said is None:
        return bool(triggers.texts_with_triggers(told))
    return any(len(said.strip()) > kind.said for said in told)


def _tells(element: Any, kind: Kind) -> bool:
    """Return whether an attribute of *element* says something about the page."""
    said = element.keys()
    return not kind.saying.isdisjoint(said) or ("itemprop" in said and element.get("itemprop").strip() not in _OF_LINKS)


def _shape(data: bytes, kind: Kind) -> list[tuple[str, int]] | None:
    """Return the tag and depth of each element, from the tags in *data*.

    None if the tags do not match, or if there are other tags than this kind of fragment has.
    """
    found: list[tuple[str, int]] = []
    opened: list[str] = []
    done = 0
    for match in _TAG.finditer(data):
        name = match[2].decode()
        inner = name in kind.plain
        if not (inner or name == kind.tag) or data.find(b"<", done, match.start()) >= 0:
            return None
        done = match.end()
        if match[1]:
            if not opened or opened.pop() != name:
                return None
            continue
        if inner is not bool(opened):
            return None
        found.append((name, len(opened)))
        if name not in _ALONE and not match[3]:
            opened.append(name)
    return found if not opened and done == len(data) else None


_VALUE = re.compile(rb'(\s(?:href|src|srcset|sizes|alt|title|datetime|width|height|aria-label)=")[^"<>]*')
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=<)")
# The number of a post or a date in a class name or id; no step contains a number.
_NUMBER = re.compile(rb"(?<=[_-])\d+")
_LINK = re.compile(rb'<a\b[^<>]*?\shref="([^"<>]*)"')
# What the parser changes.
_ELSE = (b"&", b"\r", b"<!")


class Cast(NamedTuple):
    """A card, divided into its form and its content.

    Attributes:
        mould: its bytes without texts, addresses and numbers.
        hrefs: the hrefs of its links, in order.
        told: its visible texts.
    """

    mould: bytes
    hrefs: tuple[str, ...]
    told: list[str]


def cast(data: bytes) -> Cast | None:
    """Return the form and content of the card *data*; None if it must be parsed itself."""
    if any(map(data.__contains__, _ELSE)) or not is_clean(data):
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        return None
    told = [text.decode() for text in _TEXT.findall(data)]
    if any(map(may_label, told)):
        return None
    hrefs = tuple([href.decode() for href in _LINK.findall(data)])
    return Cast(_NUMBER.sub(b"0", _TEXT.sub(b"", _VALUE.sub(rb"\1", data))), hrefs, told)
