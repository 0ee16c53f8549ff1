"""Origins: where in the source the node stands that states a value, as the parser took it from there.

Apart from `evidence_locator.py`, which looks for words: here it is known where the parser took them.

libxml2 tells the line of an element alone. Which tag of the source it is follows from its place among those of its
name; where the parser left some out or made some up, from what it says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from archive.evidence.json_nodes import JsonNode
from archive.evidence.locate import Source
from archive.evidence.markup import Span, attributes, tag_end, tags_named
from archive.evidence.projection import ATTRIBUTE_REFERENCES, undo_in_attribute
from ingest.markup.json_scripts import spans
from ingest.reading.candidate import Stated
from ingest.reading.page.nodes import Graph
from ingest.reading.page.page import Page

_EMPTY = frozenset(
    {"meta", "link", "img", "input", "br", "hr", "base", "area", "col", "embed", "source", "track", "wbr"}
)
_BLANK = re.compile("[\x00-\x20\x7f-\xa0\ufffd-\uffff\ud800-\udfff]+")
# fmt: off
_TELLING = frozenset((
    "name", "property", "itemprop", "http-equiv", "content", "value", "datetime", "class", "id", "href", "rel",
    "itemtype", "itemid", "lang", "title", "typeof",
))
# fmt: on
_Sign = frozenset[tuple[str, str]]
# So many tags that say the same are tried at most.
_TRIED = 16
# In so many bytes of JSON nobody looks for each value: it is sought in all of them.
_LARGE = 4_000_000


class Origins:
    """The origins of values on one page."""

    def __init__(self, page: Page, source: Source, data: Graph) -> None:
        self._page, self._source, self._graph = page, source, data
        self._begun: dict[str, list[int]] = {}
        self._saying: dict[str, dict[_Sign, list[Span]]] = {}
        self._held: dict[Any, dict[int, JsonNode]] = {}

    @cached_property
    def _lowered(self) -> bytes:
        """The source in lower case, blank where the page was not parsed, and in comments and scripts."""
        return self._source.raws.lowered(self._page.gaps)

    def tag(self, element: Any) -> Span | None:
        """Return the start tag of *element* in the UTF-8 of the source; None where it is not told which it is."""
        return next(self.tags(element), None)

    def tags(self, element: Any) -> Iterator[Span]:
        """Yield the start tag of *element*, and then others that say the same: where the parser left some out or made
        some up it is not told which of them it is.
        """
        name, data = element.tag, self._source.in_utf8
        begun, among, said = self._starts(name), self._page.tagged[name], _said(element.items())
        first = None
        # With as many in the source as in the tree the place tells which it is, and what it says has to agree.
        if len(begun) == len(among):
            start = begun[among.index(element)]
            first = start, tag_end(data, start)
            if _said(self._attributes(first)) == said:
                yield first
            else:
                first = None
        if name not in self._saying:
            done = 0
            self._saying[name] = {}
            for start in begun:
                if start >= done:  # else it is part of the tag before
                    done = tag_end(data, start)
                    self._saying[name].setdefault(_said(self._attributes((start, done))), []).append((start, done))
        found = self._saying[name].get(said, [])
        twins = [one for one in among if _said(one.items()) == said] if len(found) > 1 else [element]
        at = min(twins.index(element), len(found) - 1)
        yield from (one for one in islice((*found[at:], *found[:at]), _TRIED) if one != first)

    def elements(self, element: Any) -> Iterator[Span]:
        """Yield *element* to its end tag, with all that it holds, in the UTF-8 of the source; others as in `tags`."""
        for tag in self.tags(element):
            yield tag if element.tag in _EMPTY else (tag[0], self._end(element.tag, tag[1]))

    def _end(self, name: str, start: int) -> int:
        """Return where the element called *name* ends whose start tag ends at *start*."""
        starts = self._starts(name)
        inner = bisect_left(starts, start)
        closing = tags_named(self._lowered, f"</{name}".encode(), start)
        for depth, at in enumerate(closing):
            # As many as begin before it must end before it.
            if inner + depth >= len(starts) or starts[inner + depth] > at:
                return at
        return len(self._source.in_utf8)

    def value(self, stated: Stated) -> Span | None:
        """Return the value that a node of JSON states, in the UTF-8 of the source; of JSON in an attribute its tag."""
        holder, node, path = stated
        if holder.tag != "script":
            return self.tag(holder)
        content = self._content(holder) if holder not in self._held else None
        if content is not None and content[1] - content[0] > _LARGE:
            return content
        if holder not in self._held:
            self._held[holder] = self._nodes(holder, content)
        # By identity: JSON-LD repeats objects that are equal, and each stands in its own bytes.
        held = self._held[holder].get(id(node))
        for step in path:
            if held is None:
                return None
            if isinstance(held.inner, dict) and isinstance(step, str):
                held = held.inner.get(step)
            elif isinstance(held.inner, list) and isinstance(step, int):
                held = held.inner[step] if step < len(held.inner) else None
            else:
                return None
        return (held.start, held.end) if held is not None else None

    def node(self, node: Any) -> Span | None:
        """Return an object of JSON-LD in the UTF-8 of the source; of one in an attribute its tag."""
        holder = self._graph.holders.get(id(node))
        return self.value(Stated(holder, node)) if holder is not None else None

    def _nodes(self, script: Any, content: Span | None) -> dict[int, JsonNode]:
        """Return where each object of the JSON in *script* stands, by the identity of its node."""
        found: dict[int, JsonNode] = {}
        block = self._graph.blocks.get(script)
        if content is None or block is None:
            return found
        held = spans(self._source.in_utf8, *content, salvaged=block.salvaged)
        stack: list[tuple[Any, JsonNode | None]] = [(block.value, held)]
        while stack:
            value, held = stack.pop()
            if held is None:
                continue
            if isinstance(value, dict) and isinstance(held.inner, dict):
                found[id(value)] = held
                stack += [(one, held.inner.get(key)) for key, one in value.items() if isinstance(one, dict | list)]
            elif isinstance(value, list) and isinstance(held.inner, list):
                stack += zip(value, held.inner, strict=False)
        return found

    def _content(self, script: Any) -> Span | None:
        """Return the content of a *script* element; of those that say the same the one that has its place."""
        text = script.text or ""
        found, among = self._source.raws.scripts(), self._page.tagged["script"]
        if len(found) == len(among):
            start, end = one = found[among.index(script)]
            if self._source.in_utf8[start:end] == text.encode("utf-8", "surrogatepass"):
                return one
        said = _bare(text)
        if len(found) == len(among) and self._text(one) == said:
            return one
        return next((one for one in found if self._text(one) == said), None)

    def _text(self, span: Span) -> str:
        return _bare(self._source.in_utf8[slice(*span)].decode("utf-8", "replace"))

    def _starts(self, name: str) -> list[int]:
        """Return where the start tags of the elements called *name* that were parsed begin, in order; none in comments
        and scripts.
        """
        if name not in self._begun:
            self._begun[name] = [*tags_named(self._lowered, f"<{name}".encode())]
        return self._begun[name]

    def _attributes(self, tag: Span) -> Iterator[tuple[str, str]]:
        for name, value in attributes(self._source.in_utf8, tag):
            written = value.decode("utf-8", "replace")
            if "&" in written:
                written = ATTRIBUTE_REFERENCES.sub(lambda found: undo_in_attribute(found[0]), written)
            yield name.decode("utf-8", "replace").lower(), written


def _said(stated: Iterable[tuple[str, str]]) -> _Sign:
    """Return what tells one tag from another of its name, of the attributes that are *stated*."""
    said: dict[str, str] = {}
    for name, value in stated:
        if name in _TELLING:
            said.setdefault(name, _bare(value))
    return frozenset(said.items())


def _bare(said: str) -> str:
    """Return *said* without what a parser may change: white space, control characters, damage."""
    return _BLANK.sub("", said)
