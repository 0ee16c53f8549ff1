"""Older feeds: whether to request the pages of a feed with older entries. Pure.

Apart from `frontier_seeding.py`, which makes the requests: the decision needs no collection, and can be tested alone.

A feed lists the newest texts. Its further pages are requested only if nothing else lists the texts of the publisher:
they cost a request for every ten texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from db.model.coverage import LISTED, Source

PAGES = 200
"""How many pages of one feed a run requests."""


class OlderFeeds:
    """What is known in one run about the lists of all publishers."""

    def __init__(self) -> None:
        self._listed: set[str] = set()
        self._next: dict[str, tuple[str, int]] = {}

    def hear(self, publisher: str, sources: Iterable[Source]) -> None:
        """Record that pages of *publisher* were named by *sources*."""
        if any(source & LISTED for source in sources):
            self._listed.add(publisher)

    def offer(self, publisher: str, url: str, page: int) -> None:
        """Record that older entries are at *url*, which is that *page* of the feed, counted from 0."""
        if page < PAGES:
            self._next[publisher] = url, page

    def take(self, publisher: str) -> tuple[str, int] | None:
        """Return the URL of the next page to request, with its number, when the other lists were read; or None."""
        found = self._next.pop(publisher, None)
        return None if publisher in self._listed else found
