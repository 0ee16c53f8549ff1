"""Address: the URL of an item in a citation: where it was published, or where it is archived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from db.citation.work import Work, clean_url, work
from db.model.item import Item


class UrlChoice(StrEnum):
    """Which address a citation uses."""

    ORIGINAL = "original"
    ARCHIVE = "archive"
    AUTO = "auto"
    """The original address while the publisher serves it, the archived one after it is gone."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive that holds the items.

    Attributes:
        name: its public name.
        public_url: where its items are on the web; None if they are not, and then no address is printed.
        choice: which address a citation uses.
        page: for a document, the cited page.
    """

    name: str | None = None
    public_url: str | None = None
    choice: UrlChoice = UrlChoice.AUTO
    page: int | None = None

    def permalink(self, item: Item) -> str:
        """Return the address in the archive of the edition of *item*, "" if it has none."""
        # By edition, so that a reader of the citation finds exactly what was cited, even if the page has changed.
        return f"{clean_url(self.public_url).rstrip('/')}/items/{item.edition.id}" if self.public_url else ""


NOWHERE = Archive()
"""An archive without a name, whose items are not on the web."""


def citation_data(item: Item, archive: Archive) -> Work:
    """Return the citation data of *item*, with its place in the archive and the cited page."""
    cited = work(item, archive.name, archive.permalink(item))
    return cited._replace(page=str(archive.page)) if archive.page else cited


class Address(NamedTuple):
    """The cited address, and that of the archived copy if it is a different one ("" if there is none)."""

    url: str
    archived: str


def address(item: Item, archive: Archive) -> Address:
    """Return the address under which *item* is cited."""
    original, copy = clean_url(item.url), archive.permalink(item)
    instead = archive.choice is UrlChoice.ARCHIVE or (archive.choice is UrlChoice.AUTO and item.gone is not None)
    # If the archived address is cited there is no second one, or the copy would be named twice.
    return Address(copy, "") if copy and instead else Address(original, copy)
