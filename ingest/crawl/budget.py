"""Budgets: how much one run may keep of each publisher, how many of its pages it visits, and for how long.

A file of its own, though only the run asks: what is spent is one question, and the run has many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from ingest.settings.values import PublisherOptions, Settings, publisher_of


class Budgets:
    """The budgets of one run, by publisher."""

    def __init__(self, settings: Settings) -> None:
        self._options: dict[str, PublisherOptions] = {publisher_of(one).id: one for one in settings.publishers}
        self._pages = settings.fetch.pages
        self._kept: Counter[str] = Counter()
        self._spent: dict[str, str] = {}
        """Of each publisher that nothing more is asked of: which budget was used up."""

    def keep(self, publisher: str, length: int) -> None:
        """Count *length* bytes that were kept of *publisher*, or of a host that is none's."""
        self._kept[publisher] += length

    def pages_left(self, publisher: str, sent: int) -> int:
        """Return how many pages of *publisher* may still be visited, after *sent* of them."""
        own = self._options[publisher].pages
        most = self._pages if own is None else own
        if sent >= most:
            self._spent.setdefault(publisher, "pages")
        return most - sent

    def is_spent(self, publisher: str, since: timedelta) -> bool:
        """Say whether nothing more is kept of *publisher*, *since* the run began; once it is so, it stays so."""
        options = self._options[publisher]
        # The bound of pages is not among them: what pages need to be shown still comes after the last.
        if options.bytes is not None and self._kept[publisher] >= options.bytes:
            self._spent[publisher] = "bytes"
        elif options.days is not None and since >= timedelta(days=options.days):
            self._spent[publisher] = "days"
        return self._spent.get(publisher, "pages") != "pages"

    @property
    def full(self) -> frozenset[str]:
        """The publishers that nothing more was asked of."""
        return frozenset(self._spent)

    def left(self, due: Mapping[str, int]) -> dict[str, dict[str, object]]:
        """Return of each publisher whose budget left pages to the next run, of those *due*, which and how many."""
        told = {
            publisher: {"budget": spent, "left": due[publisher]} for publisher, spent in sorted(self._spent.items())
        }
        return {publisher: one for publisher, one in told.items() if one["left"]}
