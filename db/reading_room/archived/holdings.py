"""Holdings: which capture is shown for an address at a time, what it contains, and what of it is withheld."""

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
from db.query.export_selection import withheld_captures
from db.reading_room.archived.link import digits_of

ENTITY_LIMIT = 32 * 1024 * 1024
"""The most bytes that decoding an answer may produce here, because a page is decoded for one person on request."""
# The newest capture is the one nearest to the end of time, so one rule answers both questions.
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class HeldCapture:
    """A capture with the answer that it keeps.

    Attributes:
        exchange: with its head as captured; for a 304 with that of the answer that it confirms.
    """

    capture: Capture
    exchange: Exchange

    def entity(self) -> Entity:
        """Return its content."""
        return self.exchange.entity(limit=ENTITY_LIMIT)


@dataclass(slots=True)
class Holdings:
    """The captures of a collection, as readers may see them."""

    connection: sqlite3.Connection
    warcs: Path
    _withheld: dict[str, str] | None = field(default=None, init=False)
    _echo: Echo | None = field(default=None, init=False)
    _near: dict[tuple[str, str], Capture | None] = field(default_factory=dict, init=False)

    def captures(self, url: str) -> list[Capture]:
        """Return the captures of *url* that may be shown, in record order.

        Addresses that differ only in scheme, ``www.``, a trailing slash or tracking parameters count as one.
        """
        key = key_of(url)
        found = captures.of_key(self.connection, key) if key is not None else []
        withheld = self.withheld() if found else {}
        return [one for one in found if one.id not in withheld]

    def nearest(self, url: str, at: datetime | None) -> Capture | None:
        """Return the capture of *url* nearest to *at*, or the newest if None.

        Successful answers are preferred to errors, unless exactly the second of the error is requested.
        """
        asked = (url, "" if at is None else at.isoformat())
        if asked not in self._near:
            self._near[asked] = nearest(self.captures(url), url, at)
        return self._near[asked]

    def read(self, capture: Capture) -> HeldCapture | None:
        """Return *capture* with its answer, or None if it cannot be read any more."""
        try:
            exchange = replay(self.warcs, capture, self._original)
            _ = exchange.head  # read now, so that an unreadable one is noticed here
        except (CannotReplay, Damaged, BadHead, OSError):
            return None
        return HeldCapture(capture, exchange)

    def record(self, capture: Capture) -> bytes | None:
        """Return the record of *capture* as stored, after the record that it refers to; None if either cannot be
        read."""
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
        """Return the withheld captures, each with the withheld item; without other captures of the same bytes."""
        if self._withheld is None:
            # In most collections nothing is withheld, and then nothing has to be looked up.
            was = withholding.was_ever(self.connection)
            self._withheld = withheld_captures(self.connection) if was else {}
        return self._withheld

    def tombstone(self, url: str) -> Tombstone | None:
        """Return the tombstone for the captures of *url*, if they are withheld or were erased."""
        key = key_of(url)
        found = captures.of_key(self.connection, key) if key is not None else []
        item = next((held for one in found if (held := self.withheld().get(one.id)) is not None), None)
        if item is None and key is not None:
            named = alias_rows.of_key(self.connection, key)
            item = named if named is not None and withholding.reason(self.connection, named) is not None else None
        return held_items.erased(self.connection, url) if item is None else self._tombstone(item)

    def hidden_in(self, held: HeldCapture, body: bytes) -> bool:
        """Say whether *body*, the content of *held*, shows something that is withheld elsewhere, by its bytes or
        words.
        """
        withheld = self.withheld()
        if not withheld:
            return False
        origin = source(held.capture, self._original)
        # A revisit has no bytes of its own; it shows those of the record that it refers to.
        if origin is not None and origin.id in withheld:
            return True
        if held.capture.media_type.startswith(SILENT):
            return False
        if self._echo is None:
            self._echo = Echo(self.connection)
        return self._echo.occurs_in(body, held.capture.media_type)

    def _tombstone(self, item: str) -> Tombstone:
        reason = withholding.reason(self.connection, item) or ""
        return Tombstone(item, reason, withholding.since(self.connection, item))

    def item_at(self, url: str) -> str | None:
        """Return the id of the item at *url*, or None if there is none or it is withheld."""
        key = key_of(url)
        found = None if key is None else alias_rows.of_key(self.connection, key)
        return found if found is not None and withholding.reason(self.connection, found) is None else None


def nearest(held: Iterable[Capture], url: str, at: datetime | None) -> Capture | None:
    """Return the capture among *held*, in record order, for *url* at *at*; see `Holdings.nearest`."""
    wanted = at or _LATEST
    second = "" if at is None else digits_of(at)
    scheme = url.partition(":")[0]

    # An error says less than a page from another day, so it is shown only if there is nothing else, or if exactly its
    # second is requested, as by a link in the list of captures.
    def rank(one: Capture) -> tuple[bool, bool, float, bool]:
        exact = at is not None and digits_of(one.began) == second
        apart = abs((one.began - wanted).total_seconds())
        # Of two equally near ones, the one with the exact address; of two in the requested second, the successful one.
        return not exact, _is_error(one), apart, one.url != url and not one.url.startswith(f"{scheme}:")

    # A browser would loop for ever.
    return min((one for one in held if not _leads_to_itself(one)), key=rank, default=None)


def _leads_to_itself(capture: Capture) -> bool:
    """Say whether *capture* redirects to another spelling of its own address, such as one with ``https``."""
    return capture.location is not None and key_of(capture.location) == key_of(capture.url)


def _is_error(capture: Capture) -> bool:
    return capture.status >= 400
