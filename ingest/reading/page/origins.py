"""Origins: find where in the source the parser took a node from.

Apart from `evidence_locator.py`, which looks for words inside the places found here.

libxml2 records only the line of an element. The tag in the source follows from its position among the tags with its
name. If the parser dropped or added some, it follows from its attributes.
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
# At most this many tags with the same attributes are tried.
_TRIED = 16
# In a JSON block of more bytes than this, a value is not located; its words are looked up in the whole block.
_LARGE = 4_000_000


class Origins:
    """Finds the places of elements and values of one page in its source. Spans count the UTF-8 form of the source."""

    def __init__(self, page: Page, source: Source, data: Graph) -> None:
        self._page, self._source, self._graph = page, source, data
        self._begun: dict[str, list[int]] = {}
        self._saying: dict[str, dict[_Sign, list[Span]]] = {}
        self._placed: dict[Any, Span | None] = {}
        self._held: dict[Any, dict[int, JsonNode]] = {}

    @cached_property
    def _lowered(self) -> bytes:
        """The source in lower case, with blanks for comments, scripts and the gaps that were not parsed."""
        return self._source.raw_elements.lower_case_markup(self._page.gaps)

    def tag(self, element: Any) -> Span | None:
        """Return the most likely start tag of *element*, or None."""
        return next(self.tags(element), None)

    def tags(self, element: Any) -> Iterator[Span]:
        """Yield the likely start tags of *element*, the most likely first.

        There are several if the parser dropped or added tags and other tags have the same attributes.
        """
        # One element may state thousands of values.
        if element not in self._placed:
            self._placed[element] = self._by_position(element)
        first = self._placed[element]
        if first is not None:
            yield first
        name, data, said = element.tag, self._source.in_utf8, _said(element.items())
        if name not in self._saying:
            done = 0
            self._saying[name] = {}
            for start in self._starts(name):
                if start >= done:  # otherwise it is inside the tag before
                    done = tag_end(data, start)
                    self._saying[name].setdefault(_said(self._attributes((start, done))), []).append((start, done))
        found = self._saying[name].get(said, [])
        twins = [one for one in self._page.tagged[name] if _said(one.items()) == said] if len(found) > 1 else [element]
        at = min(twins.index(element), len(found) - 1)
        yield from (one for one in islice((*found[at:], *found[:at]), _TRIED) if one != first)

    def _by_position(self, element: Any) -> Span | None:
        """Return the start tag of *element* if source and tree have equally many tags with its name.

        Then the position decides, and the attributes must agree.
        """
        begun, among, order = self._starts(element.tag), self._page.tagged[element.tag], self._page.order
        if len(begun) != len(among):
            return None
        start = begun[bisect_left(among, order[element], key=order.__getitem__)]
        span = start, tag_end(self._source.in_utf8, start)
        return span if self._agrees(span, element) else None

    def _agrees(self, span: Span, element: Any) -> bool:
        """Return whether the tag at *span* has the attributes of *element*."""
        stated = element.items()
        # Most tags are written like this, and need not be taken apart.
        plainly = "".join([f' {name}="{value}"' for name, value in stated])
        written = self._source.in_utf8[span[0] + 1 + len(element.tag) : span[1] - 1].rstrip(b" /")
        return written == plainly.encode(errors="replace") or _said(self._attributes(span)) == _said(stated)

    def elements(self, element: Any) -> Iterator[Span]:
        """Yield *element* with its content, up to its end tag; other likely elements follow, as in `tags`."""
        for tag in self.tags(element):
            yield tag if element.tag in _EMPTY else (tag[0], self._end(element.tag, tag[1]))

    def _end(self, name: str, start: int) -> int:
        """Return the end of the element *name* whose start tag ends at *start*."""
        starts = self._starts(name)
        inner = bisect_left(starts, start)
        closing = tags_named(self._lowered, f"</{name}".encode(), start)
        for depth, at in enumerate(closing):
            # The end tag found has as many end tags before it as there are inner start tags.
            if inner + depth >= len(starts) or starts[inner + depth] > at:
                return at
        return len(self._source.in_utf8)

    def value(self, stated: Stated) -> Span | None:
        """Return the span of the value that a JSON node states; for JSON in an attribute, the span of the tag."""
        holder, node, path = stated
        if holder.tag != "script":
            return self.tag(holder)
        content = self._content(holder) if holder not in self._held else None
        if content is not None and content[1] - content[0] > _LARGE:
            return content
        if holder not in self._held:
            self._held[holder] = self._nodes(holder, content)
        # By identity, because JSON-LD may repeat equal objects, each with its own bytes.
        held: Any = self._held[holder].get(id(node))
        try:
            for step in path:
                held = held.inner[step]
        except (AttributeError, LookupError, TypeError):  # the bytes have no such member
            return None
        return (held.start, held.end) if held is not None else None

    def node(self, node: Any) -> Span | None:
        """Return the span of a JSON-LD object; for JSON in an attribute, the span of the tag."""
        holder = self._graph.holders.get(id(node))
        return self.value(Stated(holder, node)) if holder is not None else None

    def _nodes(self, script: Any, content: Span | None) -> dict[int, JsonNode]:
        """Return the place of each object of the JSON in *script*, by the identity of its node."""
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
        """Return the span of the content of a *script* element; among equal contents, by position."""
        text = script.text or ""
        found, among = self._source.raw_elements.scripts(), self._page.tagged["script"]
        likely = [found[among.index(script)]] if len(found) == len(among) else []
        data, said = self._source.in_utf8, text.encode("utf-8", "surrogatepass")
        if likely and data[slice(*likely[0])] == said:
            return likely[0]
        texts = ((one, data[slice(*one)].decode("utf-8", "replace")) for one in (*likely, *found))
        return next((one for one, written in texts if _bare(written) == _bare(text)), None)

    def _starts(self, name: str) -> list[int]:
        """Return the offsets of the parsed start tags *name*, in order, without those in comments and scripts."""
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
    """Return the *stated* attributes that tell a tag from others with its name."""
    said: dict[str, str] = {}
    for name, value in stated:
        if name in _TELLING:
            said.setdefault(name, _bare(value))
    return frozenset(said.items())


def _bare(said: str) -> str:
    """Return *said* without what a parser may change: white space, control characters, damaged characters."""
    return _BLANK.sub("", said)
