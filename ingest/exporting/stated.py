"""Stated: the terms of reuse of many items, each set of words once, as packages list them."""

from __future__ import annotations

from collections.abc import Iterator

from archive.wacz import License
from db.catalogue import Catalogue
from db.model import Item, ItemTerm, Term


class Stated:
    """Collects what publishers say about reuse, and numbers it in the order in which it turned up."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Look up in *catalogue* where words stand."""
        self._catalogue = catalogue
        self._known: dict[tuple[str, str | None], License] = {}
        self._numbers: dict[License, int] = {}
        self._items: dict[License, int] = {}

    def of(self, item: Item) -> list[int]:
        """Take the terms of *item*, and return their numbers."""
        found = list(dict.fromkeys(self._license(held) for held in item.terms))
        for one in found:
            self._numbers.setdefault(one, len(self._numbers) + 1)
            self._items[one] = self._items.get(one, 0) + 1
        return [self._numbers[one] for one in found]

    def numbered(self) -> Iterator[tuple[int, License]]:
        """Yield all terms with their numbers."""
        for one, number in self._numbers.items():
            yield number, one

    def by_use(self) -> list[License]:
        """Return all terms, those that hold for most items first."""
        return sorted(self._items, key=lambda one: (-self._items[one], one.title, one.path))

    def _license(self, held: ItemTerm) -> License:
        """Return the words, and the licence that they name; else the page where they stood when they turned up."""
        words = held.statement.words
        named = next((term for term in held.statement.terms if term.license_url), None)
        url = named.license_url if named else None
        if (words, url) not in self._known:
            self._known[words, url] = License(url or self._page(held), words, _spdx(named))
        return self._known[words, url]

    def _page(self, held: ItemTerm) -> str:
        capture = self._catalogue.capture(held.statement.evidence.capture)
        return capture.url if capture else ""


def _spdx(term: Term | None) -> str | None:
    """Return the identifier of the licence, where it has one that others know."""
    return term.license_id if term and term.license_id and not term.license_id.startswith("LicenseRef") else None
