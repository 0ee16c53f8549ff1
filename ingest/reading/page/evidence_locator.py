"""Evidence locator: find the bytes that hold the words of a claim. A claim whose words are not found is not made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.evidence.locate import Passage, Place, Source
from archive.evidence.markup import Span
from db.model.item import Evidence
from ingest.reading.candidate import Candidate, Stated
from ingest.reading.page.nodes import Graph
from ingest.reading.page.origins import Origins
from ingest.reading.page.page import Page

_PLACES = (Place.TEXT, Place.ATTRIBUTE, Place.JSON)
_ORDER = {place: (place, *(other for other in _PLACES if other is not place)) for place in Place}


class Locator:
    """Finds the words of candidates in one entity.

    Attributes:
        source: the bytes of the page, for others who look for words in them.
        origins: where the nodes of the page stand in its bytes.
    """

    def __init__(self, page: Page, capture: str, data: Graph) -> None:
        self._page = page
        self._capture = capture
        self.source = Source(page.entity.body, page.charset, lambda: page.text)
        self.origins = Origins(page, self.source, data)
        self._found: dict[tuple[str, str, Place, Span], Evidence | None] = {}

    def of(self, candidate: Candidate) -> Evidence | None:
        """Return where the words of *candidate* stand, or None if they are not found.

        They are looked for in the node that states them. If no node does, the search starts in the candidate's element,
        goes on from its line and then takes the rest of the page.
        """
        if candidate.evidence is not None:
            return candidate.evidence
        stated = candidate.stated
        return self._in_node(candidate, stated) if stated is not None else self._near(candidate)

    def _in_node(self, candidate: Candidate, stated: Stated) -> Evidence | None:
        if stated.node is None:
            return self._in_element(candidate, candidate.place, stated.element)
        # JSON in an attribute is written with character references, so its words are looked up as attribute text.
        place = candidate.place if stated.element.tag == "script" else Place.ATTRIBUTE
        stretch = self.origins.value(stated)
        return self._inside(candidate, place, stretch) if stretch is not None else None

    def _in_element(self, candidate: Candidate, place: Place, element: Any) -> Evidence | None:
        stretches = self.origins.tags(element) if place is Place.ATTRIBUTE else self.origins.elements(element)
        return next(filter(None, (self._inside(candidate, place, stretch) for stretch in stretches)), None)

    def _inside(self, candidate: Candidate, place: Place, stretch: Span) -> Evidence | None:
        key = candidate.words, candidate.value, place, stretch
        if key not in self._found:  # several witnesses state the same value, and the two dates are often equal
            located = (self.source.inside(words, place, stretch) for words in _said(candidate))
            self._found[key] = self._evidence(next(filter(None, located), None))
        return self._found[key]

    def _near(self, candidate: Candidate) -> Evidence | None:
        place, element, near = candidate.place, candidate.element, None
        if element is not None:
            # First in the element itself: the same words may stand in a menu above, which says nothing about this text.
            if place is not Place.JSON and (found := self._in_element(candidate, place, element)):
                return found
            near = self._page.offset(element)
        # Then anywhere: what a parser repairs or moves stands at another place in the bytes than in the tree.
        for words in _said(candidate):
            for kind in _ORDER[place]:
                if (passage := self.source.locate(words, place=kind, near=near)) is not None:
                    return self._evidence(passage)
        return None

    def _evidence(self, found: Passage | None) -> Evidence | None:
        if found is None:
            return None
        return Evidence(found.words, self._capture, ranges=found.ranges, decoding=found.decoding)


def _said(candidate: Candidate) -> Iterator[str]:
    """Yield the words to look for: first as printed, then in the form of the field."""
    return filter(None, dict.fromkeys((candidate.words, candidate.value)))
