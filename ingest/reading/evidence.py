"""Evidence: turn the words of a claim into the bytes that hold them; a claim whose words cannot be found is
not made."""

from __future__ import annotations

from archive.locate import Place, Source
from db.model import Evidence
from ingest.reading.candidate import Candidate
from ingest.reading.page import Page

_PLACES = (Place.TEXT, Place.ATTRIBUTE, Place.JSON)
_ORDER = {place: (place, *(other for other in _PLACES if other is not place)) for place in Place}


class Locator:
    """Finds the words of candidates in one entity.

    Attributes:
        lost: how many candidates had words that could not be found.
    """

    def __init__(self, page: Page, capture: str) -> None:
        self._page = page
        self._capture = capture
        self._source = Source(page.entity.body, page.charset, lambda: page.text)
        self._in_json: dict[tuple[str, str, int | None], Evidence | None] = {}
        self.lost = 0

    @property
    def source(self) -> Source:
        """The bytes of the page, for others who look for words in them."""
        return self._source

    def of(self, candidate: Candidate) -> Evidence | None:
        """Return where the words of *candidate* stand, from the line of its element on; else anywhere; else
        None.
        """
        if candidate.evidence is not None:
            return candidate.evidence
        near = self._page.offset(candidate.element) if candidate.element is not None else None
        if candidate.place is not Place.JSON:
            found = self._found(candidate.words, candidate.value, candidate.place, near)
        elif (stated := (candidate.words, candidate.value, near)) in self._in_json:
            found = self._in_json[stated]  # most pages were modified when they were published
        else:
            found = self._in_json[stated] = self._found(candidate.words, candidate.value, Place.JSON, near)
        if found is None:
            self.lost += 1
        return found

    def _found(self, words: str, value: str, place: Place, near: int | None) -> Evidence | None:
        locate = self._source.locate
        for said in (words,) if value == words else (words, value):
            for where in _ORDER[place] if said else ():
                passage = locate(said, place=where, near=near)
                if passage is not None:
                    return Evidence(passage.words, self._capture, ranges=passage.ranges, decoding=passage.decoding)
        return None
