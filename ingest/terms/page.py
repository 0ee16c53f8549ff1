"""What the readers of terms see of a page, and how words on it become evidence."""

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
        """The decoded entity, markup and all."""
        ...

    def locate(self, words: str, *, place: Place = Place.TEXT, near: int | None = None) -> Passage | None:
        """The passage that holds *words*, or None."""
        ...

    def inside(self, words: str, place: Place, stretch: Span) -> Passage | None:
        """The passage that holds *words* in one stretch, or None."""
        ...


class Origins(Protocol):
    """Where the elements and the JSON-LD of a page stand in its source; None where that is not told."""

    def tags(self, element: Any, /) -> Iterator[Span]:
        """The start tag of an element, and others that say the same."""
        ...

    def elements(self, element: Any, /) -> Iterator[Span]:
        """An element with all that it holds, and others that say the same."""
        ...

    def node(self, node: Any, /) -> Span | None:
        """An object of the JSON-LD."""
        ...


class Outline(Protocol):
    """The elements of a page in flat lists, made once for all who look at them."""

    @property
    def elements(self) -> Sequence[Any]:
        """Every element and comment, in document order."""
        ...

    @property
    def tags(self) -> Sequence[Any]:
        """The tag of each of them; that of a comment is no string."""
        ...

    @property
    def tagged(self) -> Mapping[Any, Sequence[Any]]:
        """The elements of each tag, in document order."""
        ...

    @property
    def saying(self) -> Mapping[tuple[str, str], Sequence[tuple[Any, str]]]:
        """The elements of a tag that say anything in an attribute, each with that, in document order."""
        ...

    @property
    def texts(self) -> tuple[Sequence[str | None], Sequence[str | None]]:
        """The text in each before any other element, and the text after each."""
        ...

    @property
    def metas(self) -> Sequence[tuple[str, str, Any]]:
        """What names a ``meta`` has, in lower case, each with its content and the element."""
        ...

    @property
    def named(self) -> Mapping[str, Sequence[tuple[str, Any]]]:
        """What each name of a ``meta`` is for: the contents, each with the element."""
        ...

    @property
    def links(self) -> Sequence[tuple[Any, str]]:
        """Each link of the body, with the address it leads to."""
        ...

    @property
    def itemprops(self) -> Sequence[Any]:
        """What elements say in ``itemprop``, in document order; each knows its element."""
        ...

    @property
    def properties(self) -> Sequence[Any]:
        """What elements say in ``property``, in document order; each knows its element."""
        ...

    def offset(self, element: Any, /) -> int | None:
        """Where the line begins in the entity on which an element stands; None where that is not known."""
        ...


class Listed:
    """The elements of a page of which nobody else has made flat lists."""

    def __init__(self, tree: Any) -> None:
        """List the root and all below it."""
        self.elements = tuple(tree.iter())
        self.tags = [element.tag for element in self.elements]
        self.tagged: dict[Any, list[Any]] = {}
        for element, tag in zip(self.elements, self.tags, strict=True):
            self.tagged.setdefault(tag, []).append(element)
        links = {tag: [(link, link.get("rel")) for link in self.tagged.get(tag, ())] for tag in _LINKS}
        self.saying = {(tag, "rel"): [(link, rel) for link, rel in said if rel] for tag, said in links.items()}
        self.texts = [element.text for element in self.elements], [element.tail for element in self.elements]
        self.links = [(link, link.get("href") or "") for link in self.tagged.get("a", ())]
        # Under either: Open Graph uses ``property`` where HTML has ``name``.
        named = ((meta, meta.get(key)) for meta in self.tagged.get("meta", ()) for key in ("name", "property"))
        self.itemprops, self.properties = tree.xpath("//@itemprop"), tree.xpath("//@property")
        self.metas = [(name.lower(), meta.get("content") or "", meta) for meta, name in named if name]
        self.named: dict[str, list[tuple[str, Any]]] = {}
        for name, content, meta in self.metas:
            self.named.setdefault(name, []).append((content, meta))

    def offset(self, _element: Any, /) -> int | None:
        """Return None: nobody has counted the lines of the page."""
        return None


@lru_cache(maxsize=1024)  # a site has the same metas on every page
def _asked(said: tuple[str, ...], names: frozenset[str]) -> dict[str, str]:
    """Those of what is *said* that are one of some *names*, which have points for colons; each with that name."""
    return {one: name for one in said if (name := one.replace(":", ".")) in names}


@dataclass(frozen=True, slots=True)
class PageView:
    """One page, parsed once, as the readers of terms see it.

    Attributes:
        url: the page's address.
        tree: the root of its lxml tree; never modified here.
        source: its bytes, for evidence.
        capture: the id of the capture, "" outside a collection.
        head: the response head as received, b"" if there is none.
        jsonld: its JSON-LD objects, parsed.
        outline: its elements in flat lists, where somebody has made them.
        origins: where they stand in the source, where somebody knows.
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
        """Its elements in flat lists, made here if nobody has."""
        if self.outline is not None:
            return self.outline
        if not self._made:
            self._made.append(Listed(self.tree))
        return self._made[0]

    def tagged(self, tag: str) -> Sequence[Any]:
        """The elements of a *tag*, in document order."""
        return self.listed.tagged.get(tag, ())

    def metas(self, names: frozenset[str]) -> Iterator[tuple[str, str, Any]]:
        """The ``meta`` elements of some *names*, which are in lower case, with points for colons: the name, what the
        element says, and itself.
        """
        asked = _asked(tuple(self.listed.named), names)
        for said, _, meta in self.listed.metas if asked else ():
            if said in asked and said == (meta.get("name") or meta.get("property") or "").lower():
                # An empty one is what a theme prints that nobody has filled in.
                content = (meta.get("content") or "").strip()
                if content:
                    yield asked[said], content, meta

    @property
    def rels(self) -> frozenset[str]:
        """All that links say in ``rel``, as they say it."""
        saying = self.listed.saying
        return frozenset([rel for tag in _LINKS for _, rel in saying[tag, "rel"]])

    @property
    def related(self) -> Sequence[tuple[Any, str]]:
        """The links that say anything in ``rel``, with that in lower case, tag by tag."""
        return [(link, rel.lower()) for tag in _LINKS for link, rel in self.listed.saying[tag, "rel"]]

    def leads(self, word: str) -> bool:
        """Whether a link of the body leads to an address that has *word* in it, or the page has links elsewhere."""
        links = self.listed.links
        # Links outside the body are not among them: where there are such, nothing is known.
        return len(links) != len(self.tagged("a")) or word in "\n".join([href for _, href in links])

    def holds(self, word: str) -> bool:
        """Whether the entity has *word* anywhere, mark-up included: what has not needs no closer look."""
        source = self.source  # in bytes that can be read as ASCII, a word of ASCII is sooner looked for there
        return word in source.text if self._wide else word.encode() in source.entity

    @property
    def _wide(self) -> bool:
        # Charsets in which a letter of ASCII takes more than its byte; in all others that pages use it is itself.
        return self.source.charset.startswith(("utf-16", "utf-32"))

    def evidence(self, words: str, *place: Place, at: Any = None, node: Any = None) -> Evidence | None:
        """Where *words* stand, looked for in each *place* in turn; None if they cannot be found.

        They are sought in the element *at* or the JSON-LD *node* that states them; prose that is not found there, and
        words whose origin is not told, nearest to *at*.
        """
        places = place or (Place.TEXT,)
        passage, first = None, None
        # Stretch by stretch: the first mostly holds them, and to tell the others every tag of that name is read.
        for kind, stretch in ((one, found) for one in places for found in self._stretches(one, at, node)):
            first = first or stretch
            passage = self.source.inside(words, kind, stretch)
            if passage is not None:
                break
        if passage is None and first is not None and node is not None:
            passage = self.source.inside(words, Place.ATTRIBUTE, first)  # JSON-LD may stand in an attribute, too
        if passage is None and (first is None or (Place.TEXT in places and node is None)):
            # A text repeats itself: of the same words those by the element are the evidence.
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
