"""What the readers of terms see of a page, and how words on it become evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from archive.locate import Passage, Place
from db.model import Evidence, Layer


class Source(Protocol):
    """The bytes of an entity, in which words can be located."""

    entity: bytes
    charset: str

    @property
    def text(self) -> str:
        """The decoded entity, markup and all."""
        ...

    def locate(self, words: str, *, place: Place = Place.TEXT) -> Passage | None:
        """The passage that holds *words*, or None."""
        ...


@dataclass(frozen=True, slots=True)
class PageView:
    """One page, parsed once, as the readers of terms see it.

    Attributes:
        url: the page's address.
        tree: the root of its lxml tree; never modified here.
        source: its bytes, for evidence.
        capture: the id of the capture, "" outside a collection.
        head: the response head as received, b"" if there is none.
        site_name: the publication's own name, as stated.
        jsonld: its JSON-LD objects, parsed.
    """

    url: str
    tree: Any
    source: Source
    capture: str = ""
    head: bytes = b""
    site_name: str | None = None
    jsonld: Sequence[Mapping[str, Any]] = field(default=())
    _held: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    def holds(self, *words: str) -> bool:
        """Whether the entity has one of *words* anywhere, mark-up included: what has not needs no closer look."""
        return any(self._has(word) for word in words)

    def _has(self, word: str) -> bool:
        if word not in self._held:
            source = self.source  # in bytes that can be read as ASCII, a word of ASCII is sooner looked for there
            wide = source.charset.startswith(("utf-16", "utf-32"))
            self._held[word] = word in source.text if wide else word.encode() in source.entity
        return self._held[word]

    def evidence(self, words: str, *place: Place) -> Evidence | None:
        """Where *words* stand, looked for in each *place* in turn; None if they cannot be found."""
        for kind in place or (Place.TEXT,):
            passage = self.source.locate(words, place=kind)
            if passage is not None:
                return Evidence(passage.words, self.capture, Layer.ENTITY, passage.ranges, passage.decoding)
        return None
