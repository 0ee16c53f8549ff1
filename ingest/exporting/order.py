"""What an export is asked for, and what became of it: the values between the verb and the module of a format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

from ingest.exits import Exit, Refused

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from ingest.choice import Choice
    from ingest.collection import Layout
    from ingest.exporting.for_reuse import ForReuse


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
        from archive.whole import whole_file

        if self.output is not None:
            with whole_file(self.output) as file:
                yield file
            return
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed on, and what was left out (law 8).

    Attributes:
        items: how many items are in it.
        withheld: how many of those that were named are withheld, and left out.
        contents: what else is in it, as a noun and how many: ``{"capture": 12}``.
        notes: what the person should know about it, a sentence each.
        left_out: what else was left out, by reason.
    """

    items: int
    withheld: int = 0
    contents: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)

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
    return Refused(f"there is nothing to hand on{left}", hint, Exit.USAGE)
