"""Menus: what a site prints on page after page to lead to its other pages; read once, and left out of what is parsed
of the next page that was learnt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.charset import charset_of
from archive.exchange import Entity
from ingest.reading import parts
from ingest.reading.page import Page, page_of
from ingest.reading.spots import steps
from ingest.reading.tree import decoded, parse

SHORTEST, LONGEST, FEWEST = 1500, 65_536, 12
"""A menu of fewer bytes, or links, is soon parsed; one of more is none."""
SAID = 80
"""So many characters in a row are a sentence, which may say more than where a link leads: on what terms, by whom."""
_BEGIN, _END = b"<nav", b"</nav>"
_TAG = re.compile(
    rb"""<(/?)([a-z][a-z0-9]*)(?:\s+[a-zA-Z@:_][\w:.@-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*\s*(/?)>"""
)
_COMMENT = re.compile(rb"<!--(?!-?>)(?:(?!--!?>).)*-->", re.S)
_PLAIN = frozenset(
    (
        *("nav", "ul", "ol", "li", "a", "span", "div", "i", "b", "em", "strong", "small", "button", "img", "br", "p"),
        *("svg", "g", "path", "use", "defs", "circle", "rect", "line", "polyline", "polygon", "picture", "source"),
        *("h2", "h3", "h4", "h5", "h6", "hr", "section", "form", "label", "input", "select", "option", "figure"),
    )
)
"""What menus are made of, and parsed alike wherever a menu stands."""
_ALONE = frozenset({"img", "br", "input", "hr", "source"})
_SAYING = frozenset({"property", "typeof", "about", "resource", "datetime"})
"""Attributes that say something of the page."""
_OF_LINKS = frozenset({"url", "name"})
"""What microdata say of each link of a menu, and of nothing else."""
_SIGN = b"data-left-out"
_TELLING = (_SIGN, b"license", b"ommons.org/", b"cc:", b"readcrumb", b"postpass", b"post-password")
"""With one of these it may be more than a menu."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What one menu is, on whatever page it stands.

    Attributes:
        opening, rest: what is parsed in its place: its own tags, with as many line feeds as were there; a number goes
            between the two.
        hrefs: what its links say of where they lead, in order.
        names: what its elements may be known by (see `ingest.reading.spots`).
    """

    opening: bytes
    rest: bytes
    hrefs: tuple[str | None, ...]
    names: frozenset[str]


def open_short(entity: Entity, url: str, sought: frozenset[str]) -> Page | None:
    """Decode and parse *entity* without what stands in its menus; None where it holds no element at all.

    The links of the menus are among those of the page all the same. A page in another charset than UTF-8, or in which
    the menus are not found again once it is parsed, is parsed whole.

    Args:
        sought: steps to what the page is read for; a menu with such an element in it stays.
    """
    charset = charset_of(entity.body, entity.charset)
    text, data = decoded(entity.body, charset)
    cut, menus = _without(data, sought) if data is not None else (b"", [])
    tree = parse(text, cut) if menus else None
    found = _again(tree, menus) if tree is not None else None
    if found is None:
        tree, found = parse(text, data), {}
    return page_of(entity, url, (charset, text, tree), found) if tree is not None else None


def _without(data: bytes, sought: frozenset[str]) -> tuple[bytes, list[Menu]]:
    """Return *data* without what stands in menus, each of which is numbered there, and these."""
    pieces: list[bytes] = []
    menus: list[Menu] = []
    done = after = 0
    for end in _ends(data):
        at, after = data.rfind(_BEGIN, after, end), end
        known = _known.at(data, at, end) if at >= 0 and SHORTEST <= end - at <= LONGEST else None
        if known is not None and sought.isdisjoint(known.names):
            pieces += (data[done:at], known.opening, b' %s="%d">' % (_SIGN, len(menus)), known.rest)
            menus.append(known)
            done = end
    return b"".join((*pieces, data[done:])), menus


def _ends(data: bytes) -> list[int]:
    """Return where each menu may end, in order; looked for from behind they are found in half of the time."""
    found, at = [], len(data)
    while (at := data.rfind(_END, 0, at)) >= 0:
        found.append(at + len(_END))
    return found[::-1]


class _Known:
    """What is known of menus, by their first bytes and their length: to compare one with another is sooner done than to
    count its bytes up for a key, and a site has few of one length.
    """

    FIRST, MOST = 48, 4_000_000
    """Of so many bytes is a key; so many are held of all menus."""

    def __init__(self) -> None:
        self._menus: dict[tuple[bytes, int], dict[bytes, Menu | None]] = {}
        self._size = 0

    def at(self, data: bytes, start: int, end: int) -> Menu | None:
        """Return the menu that stands in *data* from *start* to *end*."""
        alike = self._menus.get((data[start : start + self.FIRST], end - start), {})
        for one, made in alike.items():
            if data.startswith(one, start):
                return made
        return self._added(data[start:end])

    def _added(self, data: bytes) -> Menu | None:
        self._size += len(data)
        if self._size > self.MOST:
            self._menus.clear()
            self._size = len(data)
        found = self._menus.setdefault((data[: self.FIRST], len(data)), {})[data] = menu(data)
        return found


_known = _Known()


def _again(tree: Any, menus: list[Menu]) -> dict[Any, tuple[str | None, ...]] | None:
    """Return the links of *menus* by the elements that these are in the *tree*; None where one is no element there: it
    stands in a script or a comment.
    """
    held = [(nav, said) for nav in tree.iter("nav") if (said := nav.get(_SIGN.decode())) is not None]
    if [said for _, said in held] != [str(number) for number in range(len(menus))]:
        return None
    return {nav: known.hrefs for (nav, _), known in zip(held, menus, strict=True)}


def menu(data: bytes) -> Menu | None:
    """Return what the menu *data* is, from its first tag to its last; None where it is more than links to pages, or not
    so written that it is the same wherever it stands.
    """
    lowered = data.lower()
    if lowered.count(b"<a ") < FEWEST or any(word in lowered for word in _TELLING):
        return None
    shape = _shape(_COMMENT.sub(b"", data))
    root = parse(data.decode(), data) if shape is not None else None
    body = root.find("body") if root is not None else None
    if body is None or len(body) != 1 or (body.text or "").strip():
        return None
    held = list(body[0].iter())
    depth = {body: -1}
    for element in held:
        depth[element] = depth[element.getparent()] + 1
    if [(element.tag, depth[element]) for element in held] != shape:
        return None
    if any(map(_tells, held[1:])) or any(map(_speaks, held)) or any(map(parts.is_block, held)):
        return None
    names = frozenset(step for element in held for step in steps(element))
    hrefs = tuple([element.get("href") for element in held if element.tag == "a"])
    opening = data[: data.index(b">")]
    return Menu(opening, b"\n" * data.count(b"\n", len(opening)) + _END, hrefs, names)


def _speaks(element: Any) -> bool:
    """Say whether a sentence stands in *element* or behind it."""
    return any(len(said.strip()) > SAID for said in (element.text, element.tail) if said)


def _tells(element: Any) -> bool:
    """Say whether an attribute of *element* says something of the page."""
    said = element.keys()
    return not _SAYING.isdisjoint(said) or ("itemprop" in said and element.get("itemprop").strip() not in _OF_LINKS)


def _shape(data: bytes) -> list[tuple[str, int]] | None:
    """Return the tag and the depth of each element, as the tags have it; None where they do not match one another, or
    others stand there than menus are made of.
    """
    found: list[tuple[str, int]] = []
    opened: list[str] = []
    done = 0
    for match in _TAG.finditer(data):
        name = match[2].decode()
        if name not in _PLAIN or data.find(b"<", done, match.start()) >= 0:
            return None
        done = match.end()
        if match[1]:
            if not opened or opened.pop() != name:
                return None
            continue
        if (name == "nav") is bool(opened):
            return None
        found.append((name, len(opened)))
        if name not in _ALONE and not match[3]:
            opened.append(name)
    return found if not opened and done == len(data) else None
