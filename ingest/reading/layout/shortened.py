"""Shortened: parse a page without its repeated menus and cards, which only lead to other pages of the site.

Apart from `learned.py`, which reads what is left, so that the cutting can be tested alone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from archive.evidence.markup import Span, WordAutomaton
from archive.http.charset import charset_of
from archive.http.exchange import Entity
from ingest.markup.tree import parse_utf8
from ingest.reading.page.page import Page, open_page, page_of
from ingest.reading.text.fragments import KINDS, LEFT_OUT, Fragment, Kind, fragment


def open_short(entity: Entity, url: str, sought: frozenset[str]) -> Page | None:
    """Decode and parse *entity* without the content of its menus and cards; None if it holds no element at all.

    Their links still count as links of the page. The page is parsed whole if its charset is not UTF-8, or if the places
    of the cuts are not found again in the parsed tree.

    Args:
        sought: steps to the fields of the layout; a menu or card that contains such an element stays.
    """
    charset = charset_of(entity.body, entity.charset)
    left, held, gaps = _without(entity.body, sought) if charset == "utf-8" else (b"", [], [])
    tree = parse_utf8(left) if held else None
    found = _again(tree, held) if tree is not None else None
    return page_of(entity, url, charset, tree, found, gaps) if found is not None else open_page(entity, url)


class _Held(NamedTuple):
    """What was left out in one place: the tag and the sign that are left there, and the links."""

    tag: str
    sign: str
    hrefs: list[str | None]


def _without(data: bytes, sought: frozenset[str]) -> tuple[bytes, list[_Held], list[Span]]:
    """Return *data* without the content of menus and cards, what was left out and where it stood, in order.

    The tags that are left of one card also stand for the cards that follow it directly.
    """
    pieces: list[bytes] = []
    held: list[_Held] = []
    gaps: list[Span] = []
    begun = [-1] * len(KINDS)
    done = after = 0
    for tag, at, end in _TAGS.find(data):
        number, closes = divmod(tag, 2)
        if not closes:
            begun[number] = at
            continue
        kind, start, least, after = KINDS[number], begun[number], after, end
        # A fragment that begins inside one that was cut went with it.
        known = _known.at(data, start, at, kind) if start >= least else None
        # If a field of the layout may stand in an element with such a name, the fragment has to stay.
        if known is None or not sought.isdisjoint(known.names):
            continue
        # Cards in a row leave one gap, so that the parser sees one short element.
        if held and start == done and kind.tag == held[-1].tag:
            pieces.append(known.feeds)
            held[-1].hrefs.extend(known.hrefs)
            gaps[-1] = gaps[-1][0], at
        else:
            pieces += (data[done:start], known.short)
            held.append(_Held(kind.tag, known.sign, [*known.hrefs]))
            gaps.append((data.index(b">", start) + 1, at))
        done = after
    return b"".join((*pieces, data[done:])), held, gaps


# The first and the last tag of each kind, alternating: an even index begins a fragment, an odd one ends it.
_TAGS = WordAutomaton([tag for kind in KINDS for tag in (kind.begin, kind.end)])


class _Known:
    """A memory of fragments already seen.

    Long fragments are looked up by their first bytes and their length. A site has few of one length, and comparing
    those is faster than hashing thousands of bytes.
    """

    FIRST, SHORT, MOST = 64, 4096, 4_000_000
    """The bytes of a key; the size up to which a whole fragment is a key; the bytes kept of all fragments."""

    def __init__(self) -> None:
        self._short: dict[bytes, Fragment | None] = {}
        self._long: dict[tuple[bytes, int], dict[bytes, Fragment | None]] = {}
        self._size = 0

    def at(self, data: bytes, start: int, stop: int, kind: Kind) -> Fragment | None:
        """Return the fragment in *data* that begins at *start* and whose last tag begins at *stop*, or None."""
        size = stop - start
        if not kind.shortest <= size <= kind.longest:
            return None
        if size <= self.SHORT:
            one = data[start:stop]
            return self._short[one] if one in self._short else self._added(one, kind, self._short)
        # By beginning and length: hashing thousands of bytes takes longer than comparing the few that begin the same.
        alike = self._long.setdefault((data[start : start + self.FIRST], size), {})
        for one, made in alike.items():
            if data.startswith(one, start):
                return made
        return self._added(data[start:stop], kind, alike)

    def _added(self, data: bytes, kind: Kind, among: dict[bytes, Fragment | None]) -> Fragment | None:
        self._size += len(data)
        # Emptied as a whole: cards that are new on every page must not fill the memory, and finding out which ones are
        # still printed costs more than parsing them again.
        if self._size > self.MOST:
            self._short.clear()
            self._long.clear()
            self._size = len(data)
        found = among[data] = fragment(data + kind.end, kind)
        return found


_known = _Known()


def _again(tree: Any, held: list[_Held]) -> dict[Any, tuple[str | None, ...]] | None:
    """Return the links of each *held* fragment by its element in the *tree*.

    None if one is not an element there, because it stood in a script or a comment.
    """
    name, tags = LEFT_OUT.decode(), {one.tag for one in held}
    found = [(element, sign) for element in tree.iter(*tags) if (sign := element.get(name)) is not None]
    if [(element.tag, sign) for element, sign in found] != [(one.tag, one.sign) for one in held]:
        return None
    return {element: tuple(one.hrefs) for (element, _), one in zip(found, held, strict=True)}
