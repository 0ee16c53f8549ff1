"""Shortened: a page parsed without what its site prints on page after page to lead to its other pages: menus, and cards
of other articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from archive.charset import charset_of
from archive.exchange import Entity
from ingest.reading.fragments import KINDS, LEFT_OUT, Fragment, Kind, fragment
from ingest.reading.page import Page, page_of
from ingest.reading.tree import decoded, parse


def open_short(entity: Entity, url: str, sought: frozenset[str]) -> Page | None:
    """Decode and parse *entity* without what stands in its menus and cards; None where it holds no element at all.

    Their links are among those of the page all the same. A page in another charset than UTF-8, or in which they are not
    found again once it is parsed, is parsed whole.

    Args:
        sought: steps to what the page is read for; a menu or card with such an element in it stays.
    """
    charset = charset_of(entity.body, entity.charset)
    text, data = decoded(entity.body, charset)
    cut, held = data or b"", dict[str, list[_Held]]()
    for kind in KINDS:
        cut, held[kind.tag] = _without(cut, kind, sought)
    tree = parse(text, cut) if any(held.values()) else None
    found = _again(tree, held) if tree is not None else None
    if found is None:
        tree, found = parse(text, data), {}
    return page_of(entity, url, (charset, text, tree), found) if tree is not None else None


class _Held(NamedTuple):
    """What was left out in one place: the sign of what is parsed there, and the links."""

    sign: str
    hrefs: list[str | None]


def _without(data: bytes, kind: Kind, sought: frozenset[str]) -> tuple[bytes, list[_Held]]:
    """Return *data* without what stands in fragments of a *kind*, and what that is, in order; what is left of one, its
    tags, stands for those that follow it at once too.
    """
    pieces: list[bytes] = []
    held: list[_Held] = []
    beside = False
    *parts, last = data.rsplit(kind.end)  # from behind it is found in half of the time
    for part in parts:
        at = part.rfind(kind.begin)
        known = _known.at(part, at, kind) if at >= 0 and kind.shortest <= len(part) - at <= kind.longest else None
        if known is None or not sought.isdisjoint(known.names):
            pieces += (part, kind.end)
            beside = False
        elif beside and not at:
            pieces.append(known.feeds)
            held[-1].hrefs.extend(known.hrefs)
        else:
            pieces += (part[:at], known.short)
            held.append(_Held(known.sign, [*known.hrefs]))
            beside = True
    return (b"".join((*pieces, last)), held) if held else (data, held)


class _Known:
    """What is known of fragments, by their first bytes and their length: to compare one with another is sooner done
    than to count its bytes up for a key, and a site has few of one length.
    """

    FIRST, MOST = 64, 4_000_000
    """Of so many bytes is a key; so many are held of all fragments."""

    def __init__(self) -> None:
        self._fragments: dict[tuple[bytes, int], dict[bytes, Fragment | None]] = {}
        self._size = 0

    def at(self, data: bytes, start: int, kind: Kind) -> Fragment | None:
        """Return the fragment that begins in *data* at *start*, and ends with it but for its last tag."""
        for one, made in self._fragments.get((data[start : start + self.FIRST], len(data) - start), {}).items():
            if data.endswith(one):
                return made
        return self._added(data[start:], kind)

    def _added(self, data: bytes, kind: Kind) -> Fragment | None:
        self._size += len(data)
        if self._size > self.MOST:
            self._fragments.clear()
            self._size = len(data)
        found = fragment(data + kind.end, kind)
        self._fragments.setdefault((data[: self.FIRST], len(data)), {})[data] = found
        return found


_known = _Known()


def _again(tree: Any, held: Mapping[str, list[_Held]]) -> dict[Any, tuple[str | None, ...]] | None:
    """Return the links of what is *held*, by tag, by the elements that these are in the *tree*, in document order; None
    where one is no element there: it stands in a script or a comment.
    """
    name = LEFT_OUT.decode()
    found = [(element, sign) for element in tree.iter(*held) if (sign := element.get(name)) is not None]
    left = {tag: iter(several) for tag, several in held.items()}
    pairs = [(element, sign, next(left[element.tag], None)) for element, sign in found]
    if len(pairs) != sum(map(len, held.values())) or any(not one or one.sign != sign for _, sign, one in pairs):
        return None
    return {element: tuple(one.hrefs) for element, _, one in pairs if one}
