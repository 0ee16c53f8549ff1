"""Consequence: what is shown once a person decided something: the field, what is still asked, the verdicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db import reviewing
from db.model import Covers, Item, Use
from db.overlay import was
from ingest.asking import quoted
from ingest.console import counted
from ingest.reuse import in_words, verdict_lines, verdict_of

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.decision import Decision, DecisionField


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a decision.

    Attributes:
        item: the item that it is about; for a statement the first of those that show its words, None where none does.
        field: the field of the item; None for a statement.
        open: the fields of the item that still want a person.
        showing: how many items show the words of the statement.
    """

    item: Item | None
    field: DecisionField | None = None
    open: tuple[DecisionField, ...] = ()
    showing: int = 0


def consequence(catalogue: Catalogue, decision: Decision) -> Consequence:
    """Return what follows from *decision* as the catalogue stands."""
    if decision.words is not None and decision.publisher is not None:
        showing = reviewing.showing(catalogue.connection, decision.publisher, decision.words)
        return Consequence(catalogue.item(showing[0]) if showing else None, showing=len(showing))
    item = catalogue.item(decision.item) if decision.item else None
    still = reviewing.asked_of(catalogue.connection, item.id) if item else ()
    return Consequence(item, decision.field, still)


def lines(found: Consequence) -> Iterator[str]:
    """Tell a consequence to a person."""
    if found.item is None:
        return
    if found.field is not None:
        yield f"    {found.field}: {quoted(was(found.item, found.field))}"
        if found.open:
            yield f"    still asked about: {', '.join(found.open)}"
        return
    title = found.item.edition.title
    yield f"    {counted(found.showing, 'item')}; for {found.item.id}  {title.value if title else '[untitled]'}"
    yield from (f"  {line}" for line in verdict_lines(found.item))


def as_json(found: Consequence) -> dict[str, object]:
    """Return a consequence as JSON values, the verdicts in short."""
    if found.item is None:
        return {}
    if found.field is not None:
        return {"shown": list(was(found.item, found.field)), "still_asked": list(found.open)}
    item = found.item
    verdicts = {
        covers.value: {use.value: in_words(verdict_of(item, use, covers)) for use in Use}
        for covers in (Covers.TEXT, Covers.IMAGES)
    }
    return {"items": found.showing, "example": item.id, "verdicts": verdicts}
