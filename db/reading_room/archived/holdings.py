"""Holdings: which capture is shown for an address at a time, what it holds, and what of it is withheld."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import BadHead, CannotReplay, Damaged
from archive.http.exchange import Entity, Exchange
from archive.replay import replay, source
from archive.warc.capture import Capture
from archive.warc.member import stored
from archive.warc.writer import locate_file
from db import captures, withholding
from db.captures import key_of
from db.fold import alias_rows
from db.model.item import Tombstone
from db.query import held_items
from db.query.echoes import SILENT, Echo
from db.query.export_selection import withheld_captures, withheld_editions
from db.reading_room.archived.link import digits_of

ENTITY_LIMIT = 32 * 1024 * 1024
"""So many bytes undoing the codings of an answer may put out here: a page is shown to one person, and at once."""
# Nearest to the end of time is the newest: one rule ranks both questions.
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HeldCapture:
    """A capture with the answer that it keeps.

    Attributes:
        exchange: with its head as captured; for a 304 that of the answer which it confirms.
    """

    capture: Capture
    exchange: Exchange

    def entity(self) -> Entity:
        """Return what it says."""
        return self.exchange.entity(limit=ENTITY_LIMIT)


@dataclass(slots=True)
class Holdings:
    """The captures of a collection, as a reader is shown them."""

    connection: sqlite3.Connection
    warcs: Path
    _withheld: dict[str, str] | None = field(default=None, init=False)
    _echo: Echo | None = field(default=None, init=False)
    _near: dict[tuple[str, str], Capture | None] = field(default_factory=dict, init=False)

    def captures(self, url: str) -> list[Capture]:
        """Return what is held of *url* and may be shown, in record order.

        Addresses that differ in scheme, ``www.``, a closing slash or what tracks readers alone are one.
        """
        key = key_of(url)
        found = captures.of_key(self.connection, key) if key is not None else []
        withheld = self.withheld() if found else {}
        return [one for one in found if one.id not in withheld]

    def nearest(self, url: str, at: datetime | None) -> Capture | None:
        """Return the capture of *url* nearest to *at*, the newest if None.

        One that was answered goes before an error, unless the second of the error is asked for.
        """
        asked = (url, "" if at is None else at.isoformat())
        if asked not in self._near:
            self._near[asked] = nearest(self.captures(url), url, at)
        return self._near[asked]

    def read(self, capture: Capture) -> HeldCapture | None:
        """Return *capture* with its answer, or None where that cannot be read any more."""
        try:
            exchange = replay(self.warcs, capture, self._original)
            _ = exchange.head  # read now, so that one that cannot be is told here
        except (CannotReplay, Damaged, BadHead, OSError):
            return None
        return HeldCapture(capture, exchange)

    def record(self, capture: Capture) -> bytes | None:
        """Return the record of *capture* as it lies in its file, behind that which it refers to; None where either
        cannot be read."""
        origin = source(capture, self._original)
        refs = [one.ref for one in (origin, capture) if one is not None]
        try:
            return b"".join(
                stored(locate_file(self.warcs, ref.file), ref.offset, ref.length) for ref in dict.fromkeys(refs)
            )
        except (Damaged, OSError):
            return None

    def _original(self, url: str, began: datetime) -> Capture | None:
        return captures.original(self.connection, url, began)

    def withheld(self) -> dict[str, str]:
        """Return the captures that are withheld, each with the item that is; of others' captures of its bytes none."""
        if self._withheld is None:
            # In most collections nobody withholds anything, and nothing has to be looked for.
            was = withholding.was_ever(self.connection)
            self._withheld = withheld_captures(self.connection) if was else {}
        return self._withheld

    def tombstone(self, url: str) -> Tombstone | None:
        """Return what stands in the place of the captures of *url*, where those are withheld or were erased."""
        key = key_of(url)
        found = captures.of_key(self.connection, key) if key is not None else []
        item = next((held for one in found if (held := self.withheld().get(one.id)) is not None), None)
        if item is None and key is not None:
            named = alias_rows.of_key(self.connection, key)
            item = named if named is not None and withholding.reason(self.connection, named) is not None else None
        return held_items.erased(self.connection, url) if item is None else self._tombstone(item)

    def hidden_in(self, held: HeldCapture, body: bytes) -> bool:
        """Say whether *body*, what *held* says, shows what is withheld elsewhere: by its bytes or by its words."""
        withheld = self.withheld()
        if not withheld:
            return False
        origin = source(held.capture, self._original)
        # A revisit has no bytes of its own: what it shows are those of the record that it refers to.
        if origin is not None and origin.id in withheld:
            return True
        if held.capture.media_type.startswith(SILENT):
            return False
        if self._echo is None:
            self._echo = Echo(withheld_editions(self.connection))
        return self._echo.is_in(body, held.capture.media_type)

    def _tombstone(self, item: str) -> Tombstone:
        reason = withholding.reason(self.connection, item) or ""
        return Tombstone(item, reason, withholding.since(self.connection, item))

    def item_at(self, url: str) -> str | None:
        """Return the id of the item at *url*, or None; one that is withheld is none."""
        key = key_of(url)
        found = None if key is None else alias_rows.of_key(self.connection, key)
        return found if found is not None and withholding.reason(self.connection, found) is None else None


def nearest(held: Iterable[Capture], url: str, at: datetime | None) -> Capture | None:
    """Return the one of *held*, in record order, that stands for *url* at *at*; see `Holdings.nearest`."""
    wanted = at or _LATEST
    second = "" if at is None else digits_of(at)
    scheme = url.partition(":")[0]

    # An error tells less than a page of another day, so that it stands only where nothing else does, or where its very
    # second is asked for (as a link from the list of captures does).
    def rank(one: Capture) -> tuple[bool, bool, float, bool]:
        exact = at is not None and digits_of(one.began) == second
        apart = abs((one.began - wanted).total_seconds())
        # Of two as near, that of the very address; of two of the second that is asked for, the one with an answer.
        return not exact, _is_error(one), apart, one.url != url and not one.url.startswith(f"{scheme}:")

    # Led to itself a browser would go round for ever.
    return min((one for one in held if not _leads_to_itself(one)), key=rank, default=None)


def _leads_to_itself(capture: Capture) -> bool:
    """Say whether *capture* leads to another spelling of its own address, such as that with ``https``."""
    return capture.location is not None and key_of(capture.location) == key_of(capture.url)


def _is_error(capture: Capture) -> bool:
    return capture.status >= 400
