"""Premises: where the collection lies, under which addresses the room answers, and how much one question may cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from db.citation.address import Archive
from db.model.terms import Grade
from db.reading_room.allowance import Texts
from db.reading_room.host_name import LOOPBACK, name_of
from db.search.effort import USUAL, Effort

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model.item import Item
    from db.model.picture import Pictures
    from db.reading_room.review.lodge import Lodge
    from db.search.quotation import Quotation, QuotedPassage


def _now() -> datetime:
    # By a name: the premises are sent to the processes that answer.
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one visitor may ask for.

    Attributes:
        seconds: that SQLite may work for a page; *export_seconds* for all hits of a query.
        search: what finding the hits of a page may take; beyond it fewer texts are looked through.
        at_once: questions that are answered side by side; *patience* seconds a further one waits for its turn.
        query: characters of a query; *target* of the whole address.
        page: hits on a page.
    """

    seconds: float = 5.0
    export_seconds: float = 600.0
    search: Effort = USUAL
    at_once: int = 8
    patience: float = 10.0
    query: int = 500
    target: int = 4000
    page: int = 100


class Prove(Protocol):
    """Makes the proof of a quotation out of the catalogue and the folder of its WARC files (docs/quoting.md)."""

    def __call__(
        self, catalogue: Catalogue, warcs: Path, quotation: Quotation, found: QuotedPassage, /
    ) -> Mapping[str, object]: ...


class Look(Protocol):
    """Reads the pictures of an item out of the catalogue and the folder of its WARC files, within bounds."""

    def __call__(self, catalogue: Path, warcs: Path, item: Item, /) -> Pictures: ...


@dataclass(frozen=True, slots=True)
class Premises:
    """Where the collection lies, and how it is shown.

    Attributes:
        name: what the collection is called.
        public_url: where the room is on the web, without a slash behind it; None where it is nowhere.
        room_url: the origin of the first port, to which archived pages lead back; None where it is not known.
        archived_url: the origin of the second port, from which archived pages come; None where there is none.
        contact: of whoever runs the collection, as the settings state it; harvesters are told one that is an address.
        hosts: names that the Host header may have, beside those of this machine; without port.
        token: what whoever asks has to show; None where nothing is asked for.
        texts: which of them are shown whole; *least* is how sure the *yes* must be that permits it.
        lodge: where those sign in who may decide; None where nobody may.
        prove: makes the proof of a quotation, to be saved; None where none is handed out.
        look: reads pictures; None where they are read by whoever answers, whom a hostile file would hold up.
    """

    catalogue: Path
    warcs: Path
    name: str | None = None
    public_url: str | None = None
    archived_url: str | None = None
    room_url: str | None = None
    contact: str | None = None
    hosts: tuple[str, ...] = ()
    token: str | None = None
    texts: Texts = Texts.ALL
    least: Grade = Grade.MACHINE_READABLE
    lodge: Lodge | None = None
    prove: Prove | None = None
    look: Look | None = None
    bounds: Bounds = Bounds()
    clock: Callable[[], datetime] = _now

    def knows(self, host: str) -> bool:
        """Say whether *host*, as the header names it, is one of ours: any other comes of a rebound name."""
        name = name_of(host)
        public = urlsplit(self.public_url or "").hostname or ""
        archived = urlsplit(self.archived_url or "").hostname or ""
        # A site elsewhere may have its name resolve to this machine (DNS rebinding): the browser takes both for one
        # site, and lets its scripts read what is here. Only the Host header tells them apart.
        return bool(name) and name in {*LOOPBACK, *(one.lower() for one in self.hosts), public, archived}

    @property
    def archive(self) -> Archive:
        """The archive as citations name it; without a public address none is printed."""
        return Archive(self.name, self.public_url)
