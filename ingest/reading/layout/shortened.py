"""Shortened: a page parsed without what its site prints on page after page to lead to its other pages: menus, and cards
of other articles.

Apart from `learned.py`, which reads what is left, so that what is cut can be tried alone.
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
    """Decode and parse *entity* without what stands in its menus and cards; None where it holds no element at all.

    Their links are among those of the page all the same. A page in another charset than UTF-8, or in which they are not
    found again once it is parsed, is parsed whole.

    Args:
        sought: steps to what the page is read for; a menu or card with such an element in it stays.
    """
    charset = charset_of(entity.body, entity.charset)
    left, held, gaps = _without(entity.body, sought) if charset == "utf-8" else (b"", [], [])
    tree = parse_utf8(left) if held else None
    found = _again(tree, held) if tree is not None else None
    return page_of(entity, url, charset, tree, found, gaps) if found is not None else open_page(entity, url)


class _Held(NamedTuple):
    """What was left out in one place: the tag and the sign of what is parsed there, and the links."""

    tag: str
    sign: str
    hrefs: list[str | None]


def _without(data: bytes, sought: frozenset[str]) -> tuple[bytes, list[_Held], list[Span]]:
    """Return *data* without what stands in menus and cards, what that is and where it stood, in order; what is left of
    one, its tags, stands for those that follow it at once too.
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
        # What begins in a fragment that is known already went with it.
        known = _known.at(data, start, at, kind) if start >= least else None
        # A field is looked for in an element that is called so: the fragment has to stay.
        if known is None or not sought.isdisjoint(known.names):
            continue
        # Cards one after the other leave one gap: to the parser they are one short element.
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


# The first and the last tag of each kind, in turn.
_TAGS = WordAutomaton([tag for kind in KINDS for tag in (kind.begin, kind.end)])


class _Known:
    """What is known of fragments. Long ones are told by their first bytes and their length: to compare one with another
    is sooner done than to count its bytes up for a key, and a site has few of one length.
    """

    FIRST, SHORT, MOST = 64, 4096, 4_000_000
    """Of so many bytes is a key; so many has what is a key itself; so many are held of all fragments."""

    def __init__(self) -> None:
        self._short: dict[bytes, Fragment | None] = {}
        self._long: dict[tuple[bytes, int], dict[bytes, Fragment | None]] = {}
        self._size = 0

    def at(self, data: bytes, start: int, stop: int, kind: Kind) -> Fragment | None:
        """Return the fragment that stands in *data* from *start* on, and whose last tag begins at *stop*."""
        size = stop - start
        if not kind.shortest <= size <= kind.longest:
            return None
        if size <= self.SHORT:
            one = data[start:stop]
            return self._short[one] if one in self._short else self._added(one, kind, self._short)
        # By beginning and length: to hash thousands of bytes takes longer than to compare the few that begin so.
        alike = self._long.setdefault((data[start : start + self.FIRST], size), {})
        for one, made in alike.items():
            if data.startswith(one, start):
                return made
        return self._added(data[start:stop], kind, alike)

    def _added(self, data: bytes, kind: Kind, among: dict[bytes, Fragment | None]) -> Fragment | None:
        self._size += len(data)
        # Emptied as a whole: cards that say something new on every page must not fill the memory, and to find out which
        # are still printed costs more than to look at them once more.
        if self._size > self.MOST:
            self._short.clear()
            self._long.clear()
            self._size = len(data)
        found = among[data] = fragment(data + kind.end, kind)
        return found


_known = _Known()


def _again(tree: Any, held: list[_Held]) -> dict[Any, tuple[str | None, ...]] | None:
    """Return the links of what is *held* by the elements that these are in the *tree*; None where one is no element
    there: it stands in a script or a comment.
    """
    name, tags = LEFT_OUT.decode(), {one.tag for one in held}
    found = [(element, sign) for element in tree.iter(*tags) if (sign := element.get(name)) is not None]
    if [(element.tag, sign) for element, sign in found] != [(one.tag, one.sign) for one in held]:
        return None
    return {element: tuple(one.hrefs) for (element, _), one in zip(found, held, strict=True)}
