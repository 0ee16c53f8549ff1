"""Budgets: the limits of one run for each publisher: bytes kept, pages visited, days spent.

Apart from `run.py`, which stops when a limit is reached: counting needs nothing of the run and is tested without one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from ingest.settings.values import PublisherOptions, Settings, publisher_of


class Budgets:
    """Count what one run spends on each publisher, and say when a limit is reached."""

    def __init__(self, settings: Settings) -> None:
        self._options: dict[str, PublisherOptions] = {publisher_of(one).id: one for one in settings.publishers}
        self._pages = settings.fetch.pages
        self._kept: Counter[str] = Counter()
        self._spent: dict[str, str] = {}
        """Publisher id → the budget that was used up first: "pages", "bytes" or "days"."""

    def keep(self, publisher: str, length: int) -> None:
        """Count *length* bytes kept for *publisher* (an id, also of a publisher that is not in the settings)."""
        self._kept[publisher] += length

    def pages_left(self, publisher: str, sent: int) -> int:
        """Return how many more pages of *publisher* this run may visit, once *sent* pages have been requested.

        The publisher's own limit wins over the general one.
        """
        own = self._options[publisher].pages
        most = self._pages if own is None else own
        if sent >= most:
            self._spent.setdefault(publisher, "pages")
        return most - sent

    def is_spent(self, publisher: str, since: timedelta) -> bool:
        """Return whether the run has to stop fetching from *publisher* altogether; once true, it stays true.

        *since* is the time that has passed since the run began with this publisher.
        """
        options = self._options[publisher]
        # The page limit does not count here: style sheets and pictures of the visited pages are still fetched.
        if options.bytes is not None and self._kept[publisher] >= options.bytes:
            self._spent[publisher] = "bytes"
        elif options.days is not None and since >= timedelta(days=options.days):
            self._spent[publisher] = "days"
        return self._spent.get(publisher, "pages") != "pages"

    @property
    def full(self) -> frozenset[str]:
        """The ids of the publishers that reached a limit."""
        return frozenset(self._spent)

    def left(self, due: Mapping[str, int]) -> dict[str, dict[str, object]]:
        """Return, for each publisher whose limit leaves pages to the next run, the limit and the number of pages.

        *due* is the number of pages still due, by publisher.
        """
        told = {
            publisher: {"budget": spent, "left": due[publisher]} for publisher, spent in sorted(self._spent.items())
        }
        return {publisher: one for publisher, one in told.items() if one["left"]}
