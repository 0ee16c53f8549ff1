"""What an export is asked for, and what became of it: the values between the verb and the module of a format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from archive.errors import Exit, Refused
from db.model.item import Grade, Item, ItemTerm, Statement, StatementPlace, Tombstone
from db.model.terms import IntendedUse
from db.terms.verdict import verdict_of

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from ingest.collection.collection import Layout
    from ingest.collection.item_choice import Choice


# For reuse: which items an export may hand to somebody who wants to publish them, and why the others are left out.

# The words are what people read in the counts, and JSON has them as keys: they do not change.
WITHHELD, PARTIAL, UNCONFIRMED = "withheld", "partial", "terms not confirmed lately"
WAITING = "waiting for a decision"
"""Its terms read like a permission that is sure enough once a person confirms it."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """That a person hands an item out though its terms do not allow it; recorded before.

    Attributes:
        note: the id of the record that states it.
    """

    reason: str
    by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class ForReuse:
    """What an export for reuse is for.

    Attributes:
        confirmed_within: how old the last confirmation of the terms may be.
        least: how sure a *yes* must be.
        lifted: by item, what a person lifts.
    """

    asked: IntendedUse
    confirmed_within: timedelta
    least: Grade = Grade.MACHINE_READABLE
    lifted: Mapping[str, Lifted] = field(default_factory=dict)


def left_out(item: Item, purpose: ForReuse, now: datetime) -> str | None:
    """Return in a word why *item* is left out of an export for reuse, or None where it is in it.

    A partial text is always left out; a person can lift *ask*, *no*, *unknown*, and that a decision is waited for. What
    is withheld never comes so far.
    """
    if item.edition.partial is not None:
        return PARTIAL
    # Behind the check for partial texts: no reason of a person makes half a text a whole one.
    if item.id in purpose.lifted:
        return None
    found = verdict_of(item, purpose.asked.use, commercial=purpose.asked.commercial)
    if found.waits(purpose.least):
        return WAITING
    if not found.is_yes:
        return found.answer.value
    # The oldest of them: a text goes out by all statements together, and one of them may have changed meanwhile.
    oldest = min(held.last_confirmed for held in deciding(item))
    return UNCONFIRMED if now - oldest > purpose.confirmed_within else None


def to_confirm(item: Item, purpose: ForReuse) -> tuple[Statement, ...]:
    """Return the statements of *item* of which one is to be confirmed, where it waits for that."""
    return verdict_of(item, purpose.asked.use, commercial=purpose.asked.commercial).to_confirm


def deciding(item: Item) -> list[ItemTerm]:
    """Return the statements that a verdict looks at: what speaks to machines alone decides no use."""
    return [held for held in item.terms if held.statement.has_a_say]


def unconfirmed(catalogue: Catalogue, choice: Choice, purpose: ForReuse, now: datetime) -> list[str]:
    """Return the URLs of the items that are left out because their terms are old, and of the pages with those terms.

    A terms page of the publisher is among these though the item says the same: it may say more by now.
    """
    found: dict[str, None] = {}
    publishers: dict[str, None] = {}
    since = now - purpose.confirmed_within
    for item in choice.items(catalogue):
        if not isinstance(item, Tombstone) and left_out(item, purpose, now) == UNCONFIRMED:
            found[item.url] = None
            old = [held.statement for held in deciding(item) if held.last_confirmed < since]
            found.update(dict.fromkeys(_pages(catalogue, old)))
            # Only of publishers of whom something is old: the terms pages of others need no visit.
            publishers[item.publisher.id] = None
    for publisher in publishers:
        held = [one for one in catalogue.statements(publisher) if one.superseded is None and one.last_confirmed < since]
        terms = [one.statement for one in held if one.statement.place is StatementPlace.TERMS_PAGE]
        found.update(dict.fromkeys(_pages(catalogue, terms)))
    return list(found)


def _pages(catalogue: Catalogue, statements: list[Statement]) -> list[str]:
    """Return the addresses of the captures that show *statements*."""
    captures = (catalogue.capture(statement.evidence.capture) for statement in statements)
    return [capture.url for capture in captures if capture is not None]


@dataclass(frozen=True, slots=True)
class Order:
    """One export.

    Attributes:
        output: where it goes; None for standard output.
        made: the time now; aware, UTC.
        key: the file with the key that signs it, where the format can be signed; None not to sign.
        new_id: makes a new random UUID.
        reuse: what it is for, where it is for reuse.
        with_settings: the settings of the collection go out with everything else.
    """

    layout: Layout
    catalogue: Catalogue
    choice: Choice
    output: Path | None
    made: datetime
    new_id: Callable[[], UUID]
    key: Path | None = None
    reuse: ForReuse | None = None
    with_settings: bool = False

    def file(self) -> Path:
        """Return the file or folder that the export makes.

        Raises:
            Refused: none was named (usage).
        """
        if self.output is None:
            raise Refused("this format needs an output of its own", "name it with -o OUTPUT", Exit.USAGE)
        return self.output

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """Yield where the bytes go: the output, under its name once it is whole, or standard output."""
        from archive.disk import whole_file

        if self.output is not None:
            with whole_file(self.output) as file:
                yield file
            return
        # Bytes, for the texts are UTF-8 whatever the terminal's charset is.
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that a person has to confirm before the texts that show it go out, and how many these are."""

    id: str
    publisher: str
    words: str
    items: int


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed on, and what was left out (law 8).

    Attributes:
        items: how many items are in it.
        withheld: how many of those that were named are withheld, and left out.
        contents: what else is in it, as a noun and how many: ``{"capture": 12}``.
        notes: what the person should know about it, a sentence each.
        left_out: what else was left out, by reason.
        waiting: the statements that wait for a decision, those of most texts first.
    """

    items: int
    withheld: int = 0
    contents: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()

    def noting(self, *notes: str) -> Handed:
        """Return the same with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def nothing(choice: Choice, withheld: int) -> Refused:
    """Return the refusal of an export of *choice* that would hold nothing, *withheld* of which are withheld."""
    left = f" ({withheld} withheld)" if withheld else ""
    hint = "`creditline search` finds the ids"
    if choice.at is not None:
        left = f" of what was held on {choice.at:%Y-%m-%d}{left}"
        hint = "`creditline show ITEM --editions` says since when an item is held"
    return Refused(f"there is nothing to export{left}", hint, Exit.USAGE)
