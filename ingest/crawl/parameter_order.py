"""The order of the parameters in addresses: each address is requested as its site prints it, and once.

Apart from `frontier_seeding.py`, which adds addresses to the frontier: in which form one is known needs no run.

Some sites answer 404 if the parameters stand in another order. On most, the order means nothing, and one page is linked
in several.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from db.frontier import Frontier, Visit

# The orders of more parameters than this are too many to look up.
_MANY = 4
# Outcomes of visits at whose address there is nothing.
_NOWHERE = ("absent", "gone", "still gone")
# How many addresses are remembered. Forgetting one is harmless: it is looked up again.
_REMEMBERED = 200_000


def by_name(url: str) -> str:
    """Return *url* with its parameters sorted by name."""
    place, mark, query = url.partition("?")
    # The sort is stable: if a name occurs twice, the order of its values may have a meaning.
    return place + mark + "&".join(sorted(query.split("&"), key=lambda pair: pair.partition("=")[0]))


def in_other_orders(url: str) -> Iterator[str]:
    """Yield *url* with its parameters in each other order, the sorted one first; of many parameters only that."""
    place, _, query = url.partition("?")
    pairs = query.split("&")
    if len(pairs) == 1:
        return
    orders = permutations(pairs) if len(pairs) <= _MANY else ()
    found = (by_name(url), *(f"{place}?{'&'.join(order)}" for order in orders))
    yield from (one for one in dict.fromkeys(found) if one != url and by_name(one) == found[0])


class ParameterOrders:
    """In which order the parameters of each address were found first."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier
        # Address with its parameters sorted → the address as found first.
        self._first: dict[tuple[str, str], str] = {}

    def visit(self, publisher: str, url: str) -> Visit | None:
        """Return the visit of *url*, in whatever order its parameters were found first."""
        found = (self._frontier.find(publisher, one) for one in (url, *in_other_orders(url)))
        return next((visit for visit in found if visit is not None), None)

    def as_found(self, publisher: str, url: str) -> str:
        """Return *url* with its parameters in the order in which they were found first, unless that led nowhere.

        Not for the target of a redirect, which may be the one order that the site knows.
        """
        if "&" not in url:
            return url
        if len(self._first) >= _REMEMBERED:
            self._first.clear()
        form = publisher, by_name(url)
        if form not in self._first:
            known = self.visit(publisher, url)
            # Not remembered: a list that is read later may name the right order.
            if known is not None and known.outcome in _NOWHERE:
                return url
            self._first[form] = url if known is None else known.url
        return self._first[form]
