"""Address: under which URL a citation sends its reader to an item: where it was published, or where it is archived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from db.citation.work import Work, clean_url, work
from db.model.item import Item


class UrlChoice(StrEnum):
    """Which address a citation gives."""

    ORIGINAL = "original"
    ARCHIVE = "archive"
    AUTO = "auto"
    """The original one while the publisher serves it, the archived one once it is gone."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive that holds the items.

    Attributes:
        name: as people know it.
        public_url: where its items are on the web; None where they are nowhere, and then none is printed.
        choice: which address a citation gives.
        page: of a document, the page that is cited.
    """

    name: str | None = None
    public_url: str | None = None
    choice: UrlChoice = UrlChoice.AUTO
    page: int | None = None

    def permalink(self, item: Item) -> str:
        """Return the address of the edition of *item* in the archive, "" where it has none."""
        # By edition: whoever follows a citation is to find what was cited, however the page has changed since.
        return f"{clean_url(self.public_url).rstrip('/')}/items/{item.edition.id}" if self.public_url else ""


NOWHERE = Archive()
"""An archive without a name, whose items are nowhere on the web."""


def cited_of(item: Item, archive: Archive) -> Work:
    """Return what is cited of *item*, with where it is archived and the page that is cited."""
    cited = work(item, archive.name, archive.permalink(item))
    return cited._replace(page=str(archive.page)) if archive.page else cited


class Address(NamedTuple):
    """The address that is cited, and that of the archived copy where it is another one; "" where there is none."""

    url: str
    archived: str


def address(item: Item, archive: Archive) -> Address:
    """Return under which address *item* is cited."""
    original, copy = clean_url(item.url), archive.permalink(item)
    instead = archive.choice is UrlChoice.ARCHIVE or (archive.choice is UrlChoice.AUTO and item.gone is not None)
    # Cited where it is archived it has no second address: the copy would be named twice.
    return Address(copy, "") if copy and instead else Address(original, copy)
