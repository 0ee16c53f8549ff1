"""Lanes: questions wait among those of their kind, and none keeps a thread while it waits.

Apart from the desk, which lends the catalogue to whoever has a thread: here it is decided who is given one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum

import anyio

from db.reading_room.problem import Problem


class Lane(StrEnum):
    """Kinds of questions, by how long they take."""

    PAGE = "page"
    """Told by the rows of one thing, or kept: some thousandths of a second."""
    SEARCH = "search"
    """Texts are looked through, as long as a step of a search may take."""
    ALL = "all"
    """All texts are looked through, or all hits are listed: seconds, in a large collection."""


# The first steps of an address; each has its own forms behind it.
_SEARCHES = ("/search", "/quote", "/feed", "/api/v1/search", "/api/v1/quote")
# Told of one page of hits; every other form of a search is of all of them.
_OF_A_PAGE = ("/search", "/search.json", "/search.sql", "/search.atom")


def lane_of(path: str, asked: Mapping[str, str]) -> Lane:
    """Return which kind of question is *asked* by the address *path*."""
    if not path.startswith(_SEARCHES):
        return Lane.PAGE
    of_all = path.startswith("/search.") and path not in _OF_A_PAGE
    return Lane.ALL if of_all or asked.get("through") == "all" else Lane.SEARCH


class Lanes:
    """How many of each kind are answered side by side: of *at_once* in all a quarter are searches, an eighth take long.

    A page that takes thirty times as long as others must not have these wait until all of its kind are made.
    """

    def __init__(self, at_once: int, patience: float) -> None:
        """Answer so many *at_once*; a further one waits for its turn for *patience* seconds."""
        searches, longest = max(1, at_once // 4), max(1, at_once // 8)
        self._patience = patience
        self._turns = {
            Lane.PAGE: anyio.Semaphore(max(1, at_once - searches - longest)),
            Lane.SEARCH: anyio.Semaphore(searches),
            Lane.ALL: anyio.Semaphore(longest),
        }

    @asynccontextmanager
    async def turn(self, lane: Lane) -> AsyncIterator[None]:
        """Wait until it is the turn of a question in *lane*, which lasts as long as the block.

        Raises:
            Problem: too many of its kind are asked (503).
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
