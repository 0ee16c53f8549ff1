"""Order: what an export is asked to do, and its result, as values between the command and the format modules."""

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


# ── Reuse: which items an export may hand out for publication, and why others are left out ───────────────────────

# People read these words in the counts, and they are keys in JSON, so they must not change.
WITHHELD, PARTIAL, UNCONFIRMED = "withheld", "partial", "terms not confirmed lately"
WAITING = "waiting for a decision"
"""The terms seem to be a permission, but a person has to confirm it first."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """A recorded decision to hand out an item although its terms do not allow it.

    Attributes:
        note: the id of the record with the decision.
    """

    reason: str
    by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class ForReuse:
    """The purpose of an export for reuse.

    Attributes:
        asked: the intended use.
        confirmed_within: the maximum age of the last confirmation of the terms.
        least: the lowest grade of *yes* that is accepted.
        lifted: item id → the decision to hand it out anyway.
    """

    asked: IntendedUse
    confirmed_within: timedelta
    least: Grade = Grade.MACHINE_READABLE
    lifted: Mapping[str, Lifted] = field(default_factory=dict)


def left_out(item: Item, purpose: ForReuse, now: datetime) -> str | None:
    """Return why *item* is left out of an export for reuse, as one of the words above or an answer; None if it is not.

    A partial text is always left out. A person can lift the other reasons. Withheld items are removed earlier.
    """
    if item.edition.partial is not None:
        return PARTIAL
    # After the check for partial texts, because no decision makes a partial text complete.
    if item.id in purpose.lifted:
        return None
    found = verdict_of(item, purpose.asked.use, commercial=purpose.asked.commercial)
    if found.waits(purpose.least):
        return WAITING
    if not found.is_yes:
        return found.answer.value
    # The oldest confirmation counts: the text is handed out because of all statements together, and any of them may
    # have changed.
    oldest = min(held.last_confirmed for held in deciding(item))
    return UNCONFIRMED if now - oldest > purpose.confirmed_within else None


def to_confirm(item: Item, purpose: ForReuse) -> tuple[Statement, ...]:
    """Return the statements of *item* of which a person has to confirm one; empty if the item does not wait."""
    return verdict_of(item, purpose.asked.use, commercial=purpose.asked.commercial).to_confirm


def deciding(item: Item) -> list[ItemTerm]:
    """Return the statements that count for a verdict; those addressed only to machines do not."""
    return [held for held in item.terms if held.statement.has_a_say]


def unconfirmed(catalogue: Catalogue, choice: Choice, purpose: ForReuse, now: datetime) -> list[str]:
    """Return the URLs of items that are left out because their terms were read too long ago, and of the pages with
    terms.

    Terms pages of the publisher are included even if the item itself states the same terms: they may have changed.
    """
    found: dict[str, None] = {}
    publishers: dict[str, None] = {}
    since = now - purpose.confirmed_within
    for item in choice.items(catalogue):
        if not isinstance(item, Tombstone) and left_out(item, purpose, now) == UNCONFIRMED:
            found[item.url] = None
            old = [held.statement for held in deciding(item) if held.last_confirmed < since]
            found.update(dict.fromkeys(_pages(catalogue, old)))
            # Only publishers with old terms: the terms pages of the others need no visit.
            publishers[item.publisher.id] = None
    for publisher in publishers:
        held = [one for one in catalogue.statements(publisher) if one.superseded is None and one.last_confirmed < since]
        terms = [one.statement for one in held if one.statement.place is StatementPlace.TERMS_PAGE]
        found.update(dict.fromkeys(_pages(catalogue, terms)))
    return list(found)


def _pages(catalogue: Catalogue, statements: list[Statement]) -> list[str]:
    """Return the URLs of the captures in which *statements* were read."""
    captures = (catalogue.capture(statement.evidence.capture) for statement in statements)
    return [capture.url for capture in captures if capture is not None]


# Endings by which people and programs know a packed file.
_PACKED = frozenset({".7z", ".bz2", ".gz", ".rar", ".tar", ".tgz", ".xz", ".zip", ".zst"})


@dataclass(frozen=True, slots=True)
class Order:
    """One export.

    Attributes:
        output: the file or folder to write; None for standard output.
        made: the time of the export; aware, UTC.
        new_id: returns a new random UUID.
        key: the file with the signing key, if the format can be signed; None: do not sign.
        reuse: the purpose, for an export for reuse.
        with_settings: whether an export of everything includes the settings of the collection.
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
        """Return the output.

        Raises:
            Refused: no output was named (exit code: usage).
        """
        if self.output is None:
            raise Refused("this format needs an output of its own", "name it with -o OUTPUT", Exit.USAGE)
        return self.output

    def file_with(self, ending: str, what: str) -> Path:
        """Return the output, a file whose name has the *ending* by which other programs know *what*.

        Raises:
            Refused: no output was named, or it ends otherwise (exit code: usage).
        """
        output = self.file()
        if not output.name.endswith(ending):
            raise Refused(f"{output.name} is not the name of a {what}", f"let it end in {ending}", Exit.USAGE)
        return output

    def folder(self) -> Path:
        """Return the output, a folder.

        Raises:
            Refused: no output was named, or one with the name of a packed file (exit code: usage).
        """
        output = self.file()
        if output.suffix.lower() in _PACKED:
            hint = f"name it without {output.suffix}; to send one file, pack the folder afterwards"
            raise Refused(f"{output.name} would be a folder: this format is one", hint, Exit.USAGE)
        return output

    @contextmanager
    def stream(self) -> Iterator[BinaryIO]:
        """Yield the binary stream to write to: standard output, or a file that gets its name when it is complete."""
        from archive.disk import whole_file

        if self.output is not None:
            with whole_file(self.output) as file:
                yield file
            return
        # Bytes, because texts are written in UTF-8 whatever the terminal's encoding is.
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that a person has to confirm before texts with it are handed out; *items* is the number of texts."""

    id: str
    publisher: str
    words: str
    items: int


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The result of an export: what was handed out, and what was left out (law 8).

    Attributes:
        items: the number of items in the export.
        withheld: how many of the named items were left out because they are withheld.
        contents: what else is in the export, as noun → number: ``{"capture": 12}``.
        notes: remarks for the person, one sentence each.
        left_out: how many items were left out for other reasons, by reason.
        waiting: the statements that wait for a decision; those with the most texts first.
    """

    items: int
    withheld: int = 0
    contents: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()

    def with_notes(self, *notes: str) -> ExportResult:
        """Return this result with more notes."""
        return replace(self, notes=(*self.notes, *notes))


def empty_export_error(choice: Choice, withheld: int) -> Refused:
    """Return the error for an export of *choice* that would be empty; *withheld* is the number of withheld items."""
    left = f" ({withheld} withheld)" if withheld else ""
    hint = "`creditline withhold` says since when, and why" if withheld else "`creditline search` finds the ids"
    if choice.at is not None:
        left = f" of what was held on {choice.at:%Y-%m-%d}{left}"
        hint = "`creditline show ITEM --editions` says since when an item is held"
    return Refused(f"there is nothing to export{left}", hint, Exit.USAGE)
