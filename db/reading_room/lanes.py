"""Lanes: questions wait among others of their kind, without blocking a thread.

Apart from the pool, which lends the catalogue to a thread: this file decides which question gets a thread.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum

import anyio

from db.reading_room.problem import Problem


class Lane(StrEnum):
    """The kinds of questions, by duration."""

    PAGE = "page"
    """Answered from the rows of one thing, or from kept pages: a few milliseconds."""
    SEARCH = "search"
    """Searches texts, within the limits of one search step."""
    ALL = "all"
    """Searches all texts, or lists all hits: seconds in a large collection."""


# Beginnings of addresses, with all their formats.
_SEARCHES = ("/search", "/quote", "/feed", "/api/v1/search", "/api/v1/quote")
# Formats with one page of hits; all other formats of a search list all hits.
_OF_A_PAGE = ("/search", "/search.json", "/search.sql", "/search.atom")


def lane_of(path: str, asked: Mapping[str, str]) -> Lane:
    """Return the kind of question for an address with this *path* and these parameters."""
    if not path.startswith(_SEARCHES):
        return Lane.PAGE
    of_all = path.startswith("/search.") and path not in _OF_A_PAGE
    return Lane.ALL if of_all or asked.get("through") == "all" else Lane.SEARCH


class Lanes:
    """Limits how many of each kind are answered at once: of *at_once* in all, a quarter are searches, an eighth long
    ones.

    A page that takes thirty times as long as others must not delay these.
    """

    def __init__(self, at_once: int, patience: float) -> None:
        """Answer so many questions *at_once*; others wait for at most *patience* seconds."""
        searches, longest = max(1, at_once // 4), max(1, at_once // 8)
        self._patience = patience
        self._turns = {
            Lane.PAGE: anyio.Semaphore(max(1, at_once - searches - longest)),
            Lane.SEARCH: anyio.Semaphore(searches),
            Lane.ALL: anyio.Semaphore(longest),
        }

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """Wait for the turn of a question in *lane*; the turn lasts as long as the block.

        Raises:
            Problem: there are too many questions of its kind (503).
        """
        try:
            with anyio.fail_after(self._patience):
                await self._turns[lane].acquire()
        except TimeoutError:
            raise Problem(503, "Too many questions at once", "Ask again in a moment.", retry=5) from None
        try:
            yield
        finally:
            self._turns[lane].release()
