"""Persistent links: Robust Links in HTML, and PWIDs; each names the original, the archived copy and its time.

Apart from `formats.py`, which lists them: each external format has a file of its own.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from db.citation.address import Archive, address, citation_data
from db.citation.work import clean_url, work
from db.model.item import Item


def robust(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield an ``<a>`` with the attributes of Robust Links 1.0 for each of *items*, one per line."""
    for item in items:
        cited = citation_data(item, archive)
        copy = archive.permalink(item)
        fields = {"href": address(item, archive).url, "data-originalurl": _captured_url(item)}
        fields |= {"data-versionurl": copy} if copy else {}
        fields["data-versiondate"] = cited.archived[:10]
        shown = " ".join(f'{name}="{html.escape(value)}"' for name, value in fields.items())
        yield f"<a {shown}>{html.escape(cited.title)}</a>\n"


def pwid(items: Iterable[Item], archive: Archive) -> Iterator[str]:
    """Yield the PWID of each item's edition, one per line: archive, time, coverage, address.

    The archive is named by the host of its public address, as the registration of PWID requires.
    """
    # RFC 2606 section 2 reserves `.invalid`, so this can never be somebody else's name.
    host = urlsplit(archive.public_url or "").hostname or "archive.invalid"
    for item in items:
        yield f"urn:pwid:{host}:{work(item).archived}:page:{_captured_url(item)}\n"


def _captured_url(item: Item) -> str:
    """Return the address of the edition's page when it was captured: with its time, archives find the page by it."""
    return clean_url(item.edition.url or item.url)
