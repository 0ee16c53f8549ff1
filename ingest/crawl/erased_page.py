"""Erased page: an address that is not requested, because what it showed was erased by order.

The frontier leaves such addresses out by itself; those that a person names are asked for here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.errors import Exit, Refused
from db import erasures
from ingest.collection.collection import Collection


@dataclass(frozen=True, slots=True)
class ErasedPage:
    """Why a page is not requested: by which order it was erased and when, and how the order is lifted."""

    reason: str
    hint: str


def erased_page(work: Collection, url: str) -> ErasedPage | None:
    """Return why *url* is not requested if an order that is still in force forbids it, else None."""
    forbidden = erasures.forbidden(work.catalogue.connection)
    stone = work.catalogue.erased(url)
    if stone is None or stone.id not in forbidden:
        return None
    hint = f"it is not asked for again; where the order is lifted: creditline erase {stone.id} --lift --by NAME"
    # The date of an erasure is known: its note states it.
    return ErasedPage(f"{stone.reason} on {stone.since:%Y-%m-%d}", hint)


def refuse_erased(work: Collection, urls: Iterable[str]) -> None:
    """Refuse to request *urls* if one of them was erased by order (exit code: usage)."""
    for url in urls:
        if (erased := erased_page(work, url)) is not None:
            raise Refused(f"{url} was {erased.reason}", erased.hint, Exit.USAGE)
