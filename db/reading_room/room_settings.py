"""Room settings: where the collection is, at which addresses the room answers, and how much one request may cost."""

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
    from db.reading_room.review.reviewer_access import ReviewerAccess
    from db.search.quotation import Quotation, QuotedPassage


def _now() -> datetime:
    # A named function, because the settings are pickled and sent to other processes.
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much one visitor may ask for.

    Attributes:
        seconds: the time SQLite may work on a page; *export_seconds* for all hits of a query.
        search: the effort for finding the hits of a page; beyond it, fewer texts are searched.
        at_once: requests answered at the same time; a further one waits up to *patience* seconds for its turn.
        query: the most characters in a query; *target*: in the whole address.
        page: the most hits on a page.
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
    """Makes the proof of a quotation from the catalogue and the folder of its WARC files (docs/quoting.md)."""

    def __call__(
        self, catalogue: Catalogue, warcs: Path, quotation: Quotation, found: QuotedPassage, /
    ) -> Mapping[str, object]: ...


class Look(Protocol):
    """Reads the pictures of an item from the catalogue and the folder of its WARC files, within limits."""

    def __call__(self, catalogue: Path, warcs: Path, item: Item, /) -> Pictures: ...


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """Where the collection is, and how it is shown.

    Attributes:
        name: the name of the collection.
        public_url: the address of the room on the web, without a final slash; None if it is not on the web.
        room_url: the origin of the first port, to which archived pages link back; None if it is not known.
        archived_url: the origin of the second port, which serves archived pages; None if there is none.
        contact: of whoever runs the collection, from the settings; harvesters are given it if it is an e-mail address.
        hosts: names accepted in the Host header besides those of this machine; without port.
        token: what every visitor has to show; None if nothing is required.
        texts: which texts are shown whole; *least* is how certain the permission must be.
        access: where reviewers sign in; None if nobody may decide.
        prove: makes the proof of a quotation as a file; None if proofs are not given out.
        look: reads pictures in another process; None to read them in the answering process, which a hostile file could
            block.
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
    access: ReviewerAccess | None = None
    prove: Prove | None = None
    look: Look | None = None
    bounds: Bounds = Bounds()
    clock: Callable[[], datetime] = _now

    def knows(self, host: str) -> bool:
        """Say whether *host*, from the Host header, is one of this room's names; others come from DNS rebinding."""
        name = name_of(host)
        public = urlsplit(self.public_url or "").hostname or ""
        archived = urlsplit(self.archived_url or "").hostname or ""
        # A foreign site can make its name resolve to this machine (DNS rebinding). The browser then takes both for one
        # site and lets that site's scripts read what is here. Only the Host header reveals it.
        return bool(name) and name in {*LOOPBACK, *(one.lower() for one in self.hosts), public, archived}

    @property
    def archive(self) -> Archive:
        """The archive as citations name it; without a public address, no address is printed."""
        return Archive(self.name, self.public_url)
