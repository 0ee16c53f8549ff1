"""Shortened: parse a page without its repeated menus, which only lead to other pages of the site.

Apart from `learned.py`, which reads what is left, so that the cutting can be tested alone.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.evidence.markup import Span
from archive.http.charset import charset_of
from archive.http.exchange import Entity
from ingest.markup.tree import parse_utf8
from ingest.reading.page.page import Page, open_page, page_of
from ingest.reading.page.spots import steps
from ingest.reading.text import paginated_text

_BEGIN, _END = b"<nav", b"</nav>"
_TAGS = re.compile(rb"<nav|</nav>")
# The range of sizes in bytes: a shorter menu is parsed quickly, a longer one is something else.
_SHORTEST, _LONGEST = 1500, 65_536
_FEWEST_LINKS = 12
_SENTENCE = 80
"""A text of more characters than this is a sentence, which may say more than where a link leads: terms, an author."""
_LEFT_OUT = b"data-left-out"
"""The attribute that marks a place where a menu was left out."""
_TAG = re.compile(
    rb"""<(/?)([a-z][a-z0-9]*)(?:\s+[a-zA-Z@:_][\w:.@-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*(/?)>"""
)
_COMMENT = re.compile(rb"<!--(?!-?>)(?:(?!--!?>).)*-->", re.S)
# The elements in menus that are parsed alike wherever they stand.
_PLAIN = frozenset(
    (
        *("ul", "ol", "li", "a", "span", "div", "i", "b", "em", "strong", "small", "button", "img", "br", "p"),
        *("svg", "g", "path", "use", "defs", "circle", "rect", "line", "polyline", "polygon", "picture", "source"),
        *("h2", "h3", "h4", "h5", "h6", "hr", "section", "form", "label", "input", "select", "option", "figure"),
    )
)
_ALONE = frozenset({"img", "br", "input", "hr", "source"})
# Attributes that say something about the page.
_SAYING = frozenset({"property", "typeof", "about", "resource", "datetime"})
# The microdata properties of a link, which say nothing else.
_OF_LINKS = frozenset({"url", "name"})
# What holds one of these may be more than links to other pages.
_TELLING = (_LEFT_OUT, b"license", b"ommons.org/", b"cc:", b"readcrumb", b"postpass", b"post-password")


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu, the same on every page.

    Attributes:
        sign: a number that identifies it, with hardly any chance of a collision on a page.
        short: what is parsed in its place: its own tags with the sign, and as many line feeds as it had.
        hrefs: the hrefs of its links, in order.
        names: the steps that may match its elements (see `ingest.reading.page.spots`).
    """

    sign: str
    short: bytes
    hrefs: tuple[str | None, ...]
    names: frozenset[str]


def open_short(entity: Entity, url: str, sought: frozenset[str]) -> Page | None:
    """Decode and parse *entity* without the content of its menus; None if it holds no element at all.

    Their links still count as links of the page. The page is parsed whole if its charset is not UTF-8, or if the places
    of the cuts are not found again in the parsed tree.

    Args:
        sought: steps to the fields of the layout; a menu that contains such an element stays.
    """
    charset = charset_of(entity.body, entity.charset)
    left, menus, gaps = _without(entity.body, sought) if charset == "utf-8" else (b"", [], [])
    tree = parse_utf8(left) if menus else None
    found = _again(tree, menus) if tree is not None else None
    return page_of(entity, url, charset, tree, found, gaps) if found is not None else open_page(entity, url)


def _without(data: bytes, sought: frozenset[str]) -> tuple[bytes, list[Menu], list[Span]]:
    """Return *data* without the content of its menus, these menus and where their content stood, in order."""
    pieces: list[bytes] = []
    menus: list[Menu] = []
    gaps: list[Span] = []
    begun, done, after = -1, 0, 0
    for tag in _TAGS.finditer(data):
        if tag[0] == _BEGIN:
            begun = tag.start()
            continue
        least, after, at = after, tag.end(), tag.start()
        # What begins before the last end tag is the rest of an element around another.
        found = menu(data[begun:after]) if begun >= least and _SHORTEST <= at - begun <= _LONGEST else None
        # If a field of the layout may stand in an element with such a name, the menu has to stay.
        if found is not None and sought.isdisjoint(found.names):
            pieces += (data[done:begun], found.short)
            menus.append(found)
            gaps.append((data.index(b">", begun) + 1, at))
            done = after
    return b"".join((*pieces, data[done:])), menus, gaps


def _again(tree: Any, menus: list[Menu]) -> dict[Any, tuple[str | None, ...]] | None:
    """Return the links of each of *menus* by its element in the *tree*.

    None if one is not an element there, because it stood in a script or a comment.
    """
    name = _LEFT_OUT.decode()
    found = [(element, sign) for element in tree.iter("nav") if (sign := element.get(name)) is not None]
    if [sign for _, sign in found] != [one.sign for one in menus]:
        return None
    return {element: one.hrefs for (element, _), one in zip(found, menus, strict=True)}


# Each menu is parsed once, because a site prints it on every page.
@lru_cache(maxsize=128)
def menu(data: bytes) -> Menu | None:
    """Return what the menu *data*, from its first tag to its last, is.

    None if it holds more than links to pages, or is not written so that it is the same wherever it stands.
    """
    lowered = data.lower()
    if lowered.count(b"<a ") < _FEWEST_LINKS or any(word in lowered for word in _TELLING):
        return None
    shape = _shape(_COMMENT.sub(b"", data))
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
    if any(map(_tells, held[1:])) or any(map(_speaks, held)) or any(map(paginated_text.is_block, held)):
        return None
    opening, sign, feeds = data[: data.index(b">")], f"{zlib.crc32(data):x}", b"\n" * data.count(b"\n")
    return Menu(
        sign,
        b'%s %s="%s">%s%s' % (opening, _LEFT_OUT, sign.encode(), feeds[opening.count(b"\n") :], _END),
        tuple([element.get("href") for element in held if element.tag == "a"]),
        frozenset(step for element in held for step in steps(element)),
    )


def _speaks(element: Any) -> bool:
    """Return whether the text in or after *element* is a sentence."""
    return any(len(said.strip()) > _SENTENCE for said in (element.text, element.tail) if said)


def _tells(element: Any) -> bool:
    """Return whether an attribute of *element* says something about the page."""
    said = element.keys()
    return not _SAYING.isdisjoint(said) or ("itemprop" in said and element.get("itemprop").strip() not in _OF_LINKS)


def _shape(data: bytes) -> list[tuple[str, int]] | None:
    """Return the tag and depth of each element, from the tags in *data*.

    None if the tags do not match, or if there are other tags than a menu has.
    """
    found: list[tuple[str, int]] = []
    opened: list[str] = []
    done = 0
    for match in _TAG.finditer(data):
        name = match[2].decode()
        inner = name in _PLAIN
        if not (inner or name == "nav") or data.find(b"<", done, match.start()) >= 0:
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
