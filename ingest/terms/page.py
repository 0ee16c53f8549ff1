"""Page: what the readers of terms see of a page, and how words on it become evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from archive.evidence.locate import Passage, Place
from archive.evidence.markup import Span
from db.model.item import Evidence, Layer

_LINKS = ("a", "area", "link")


class Source(Protocol):
    """The bytes of an entity, in which words can be located."""

    entity: bytes
    charset: str

    @property
    def text(self) -> str:
        """The decoded entity, with its markup."""
        ...

    def locate(self, words: str, *, place: Place = Place.TEXT, near: int | None = None) -> Passage | None:
        """Return the passage that holds *words*, or None."""
        ...

    def inside(self, words: str, place: Place, stretch: Span) -> Passage | None:
        """Return the passage that holds *words* within a span, or None."""
        ...


class Origins(Protocol):
    """Where elements and JSON-LD objects of a page stand in its source; None if that is unknown."""

    def tags(self, element: Any, /) -> Iterator[Span]:
        """Yield the start tag of an element, then other tags that say the same."""
        ...

    def elements(self, element: Any, /) -> Iterator[Span]:
        """Yield an element with its content, then others that say the same."""
        ...

    def node(self, node: Any, /) -> Span | None:
        """Return the span of a JSON-LD object, or None."""
        ...


class Outline(Protocol):
    """The elements of a page in flat lists, made once for all users."""

    @property
    def elements(self) -> Sequence[Any]:
        """Every element and comment, in document order."""
        ...

    @property
    def tags(self) -> Sequence[Any]:
        """The tag of each element; the tag of a comment is not a string."""
        ...

    @property
    def tagged(self) -> Mapping[Any, Sequence[Any]]:
        """The elements with each tag, in document order."""
        ...

    @property
    def saying(self) -> Mapping[tuple[str, str], Sequence[tuple[Any, str]]]:
        """The elements with a tag that have an attribute, each with its value, in document order."""
        ...

    @property
    def texts(self) -> tuple[Sequence[str | None], Sequence[str | None]]:
        """The text in each element before its first child, and the text after each element."""
        ...

    @property
    def metas(self) -> Sequence[tuple[str, str, Any]]:
        """The name of each ``meta``, in lower case, with its content and the element."""
        ...

    @property
    def named(self) -> Mapping[str, Sequence[tuple[str, Any]]]:
        """The contents for each name of a ``meta``, each with the element."""
        ...

    @property
    def links(self) -> Sequence[tuple[Any, str]]:
        """Each link of the body with its href."""
        ...

    @property
    def itemprops(self) -> Sequence[Any]:
        """The values of all ``itemprop`` attributes, in document order; each knows its element."""
        ...

    @property
    def properties(self) -> Sequence[Any]:
        """The values of all ``property`` attributes, in document order; each knows its element."""
        ...

    def offset(self, element: Any, /) -> int | None:
        """Return the offset in the entity of the line on which an element stands, or None if that is unknown."""
        ...


class Listed:
    """The elements of a page in flat lists, if nobody else has made them."""

    def __init__(self, tree: Any) -> None:
        """List the root and everything below it."""
        self.elements = tuple(tree.iter())
        self.tags = [element.tag for element in self.elements]
        self.tagged: dict[Any, list[Any]] = {}
        for element, tag in zip(self.elements, self.tags, strict=True):
            self.tagged.setdefault(tag, []).append(element)
        links = {tag: [(link, link.get("rel")) for link in self.tagged.get(tag, ())] for tag in _LINKS}
        self.saying = {(tag, "rel"): [(link, rel) for link, rel in said if rel] for tag, said in links.items()}
        self.texts = [element.text for element in self.elements], [element.tail for element in self.elements]
        self.links = [(link, link.get("href") or "") for link in self.tagged.get("a", ())]
        # Both attributes count: Open Graph uses ``property`` where HTML has ``name``.
        named = ((meta, meta.get(key)) for meta in self.tagged.get("meta", ()) for key in ("name", "property"))
        self.itemprops, self.properties = tree.xpath("//@itemprop"), tree.xpath("//@property")
        self.metas = [(name.lower(), meta.get("content") or "", meta) for meta, name in named if name]
        self.named: dict[str, list[tuple[str, Any]]] = {}
        for name, content, meta in self.metas:
            self.named.setdefault(name, []).append((content, meta))

    def offset(self, _element: Any, /) -> int | None:
        """Return None, because the lines of the page are not counted."""
        return None


@lru_cache(maxsize=1024)  # a site has the same metas on every page
def _asked(said: tuple[str, ...], names: frozenset[str]) -> dict[str, str]:
    """Return the meta names in *said* that are in *names* if colons become points; each with its form in *names*."""
    return {one: name for one in said if (name := one.replace(":", ".")) in names}


@dataclass(frozen=True, slots=True)
class PageView:
    """One parsed page, as the readers of terms see it.

    Attributes:
        url: the page's address.
        tree: the root of its lxml tree; never modified here.
        source: its bytes, for evidence.
        capture: the id of the capture; "" outside a collection.
        head: the HTTP response head as received; b"" if there is none.
        jsonld: its JSON-LD objects, parsed.
        outline: its elements in flat lists, if they were made before.
        origins: where they stand in the source, if that is known.
    """

    url: str
    tree: Any
    source: Source
    capture: str = ""
    head: bytes = b""
    jsonld: Sequence[Mapping[str, Any]] = field(default=())
    outline: Outline | None = field(default=None, compare=False, repr=False)
    origins: Origins | None = field(default=None, compare=False, repr=False)
    _made: list[Outline] = field(default_factory=list, compare=False, repr=False)

    @property
    def listed(self) -> Outline:
        """The page's elements in flat lists, made here if nobody has."""
        if self.outline is not None:
            return self.outline
        if not self._made:
            self._made.append(Listed(self.tree))
        return self._made[0]

    def tagged(self, tag: str) -> Sequence[Any]:
        """Return the elements with a *tag*, in document order."""
        return self.listed.tagged.get(tag, ())

    def metas(self, names: frozenset[str]) -> Iterator[tuple[str, str, Any]]:
        """Yield name, content and element of each non-empty ``meta`` with one of *names*.

        The *names* are in lower case, with points for colons.
        """
        asked = _asked(tuple(self.listed.named), names)
        for said, _, meta in self.listed.metas if asked else ():
            if said in asked and said == (meta.get("name") or meta.get("property") or "").lower():
                # A theme prints an empty one if nobody has filled it in.
                content = (meta.get("content") or "").strip()
                if content:
                    yield asked[said], content, meta

    @property
    def rels(self) -> frozenset[str]:
        """All ``rel`` values of links, unchanged."""
        saying = self.listed.saying
        return frozenset([rel for tag in _LINKS for _, rel in saying[tag, "rel"]])

    @property
    def related(self) -> Sequence[tuple[Any, str]]:
        """The links with a ``rel``, each with that in lower case, tag by tag."""
        return [(link, rel.lower()) for tag in _LINKS for link, rel in self.listed.saying[tag, "rel"]]

    def leads(self, word: str) -> bool:
        """Return whether a link of the body has *word* in its address, or the page has links outside the body."""
        links = self.listed.links
        # Links outside the body are not listed, so with any of those the answer is unknown.
        return len(links) != len(self.tagged("a")) or word in "\n".join([href for _, href in links])

    def holds(self, word: str) -> bool:
        """Return whether the entity contains *word* anywhere, markup included: a quick test before a closer look."""
        source = self.source  # if the charset extends ASCII, the search in bytes is faster
        return word in source.text if self._wide else word.encode() in source.entity

    @property
    def _wide(self) -> bool:
        # In these charsets, an ASCII letter takes more than one byte; in all others used on pages, it is itself.
        return self.source.charset.startswith(("utf-16", "utf-32"))

    def evidence(self, words: str, *place: Place, at: Any = None, node: Any = None) -> Evidence | None:
        """Return where *words* stand, looked for in each *place* in turn, or None if they are not found.

        They are looked for in the element *at* or the JSON-LD *node* that states them. Prose that is not found there,
        and words whose origin is unknown, are looked for nearest to *at*.
        """
        places = place or (Place.TEXT,)
        passage, first = None, None
        # One span at a time: the first mostly holds them, and finding the others means reading every tag of that name.
        for kind, stretch in ((one, found) for one in places for found in self._stretches(one, at, node)):
            first = first or stretch
            passage = self.source.inside(words, kind, stretch)
            if passage is not None:
                break
        if passage is None and first is not None and node is not None:
            passage = self.source.inside(words, Place.ATTRIBUTE, first)  # JSON-LD may also stand in an attribute
        if passage is None and (first is None or (Place.TEXT in places and node is None)):
            # The same words may stand on the page several times; those near the element are the evidence.
            near = self.listed.offset(at) if at is not None else None
            located = (self.source.locate(words, place=kind, near=near) for kind in places)
            passage = next(filter(None, located), None)
        if passage is None:
            return None
        return Evidence(passage.words, self.capture, Layer.ENTITY, passage.ranges, passage.decoding)

    def _stretches(self, place: Place, at: Any, node: Any) -> Iterator[Span]:
        if self.origins is None:
            return
        if node is not None and (stretch := self.origins.node(node)) is not None:
            yield stretch
        elif at is not None:
            yield from self.origins.tags(at) if place is Place.ATTRIBUTE else self.origins.elements(at)
