"""`export wacz`: write items as a WACZ package for replay tools, with pages, text, index and terms."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from archive.disk import whole_file
from archive.errors import Exit, Refused
from archive.formats import wacz_signing
from archive.formats.cdxj import LineSorter, line_of
from archive.formats.wacz import Description, Page, Sign, WaczWriter
from archive.warc.reader import capture_of
from db.model.item import Item
from db.model.text_marks import words_alone
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.readable_item import LicenseList
from ingest.exporting.records import describe_export, software, write_records
from ingest.exporting.selection import Selection, select


def export(order: Order) -> ExportResult:
    """Write the package; each edition of an item is one of its pages.

    Raises:
        CannotSign: the package cannot be signed as requested; nothing is written.
    """
    # ReplayWeb.page and other tools recognise a package by its name.
    output = order.file_with(".wacz", "WACZ package")
    # First, because a bad key would otherwise be noticed only after an hour of work.
    sign, notes = _signer(order)
    selection = select(order)
    with whole_file(output) as file, WaczWriter(file, order.made, output.absolute().parent) as writer:
        captures = _records(order, selection, writer)
        contents = _Contents(order, selection)
        pages = writer.add_pages(contents.pages())
        writer.finish(contents.package(), sign)
    return selection.result(capture=captures, page=pages).with_notes(*notes)


def _records(order: Order, selection: Selection, writer: WaczWriter) -> int:
    """Write the WARC files and their index; return the number of captures."""
    laid = write_records(order, selection, lambda name, size: writer.entry(f"archive/{name}", size))
    # The lines come in the order of records, but the index has to be sorted.
    with LineSorter(order.file().absolute().parent) as lines:
        for copied in laid:
            capture = capture_of(copied.record)
            if capture is not None:
                digest = f"sha256:{hashlib.sha256(copied.member).hexdigest()}"
                lines.add(line_of(capture, record_digest=digest))
        return writer.add_index(lines)


class _Contents:
    """Go through the items of a package once, for their pages and for the description of the package."""

    def __init__(self, order: Order, selection: Selection) -> None:
        self._order, self._selection = order, selection
        self._publishers: dict[str, str] = {}
        self._stated = LicenseList(order.catalogue)
        self._items = 0
        self._latest: Page | None = None

    def pages(self) -> Iterator[Page]:
        """Yield each edition of each item as a page."""
        for item in self._selection.items(self._order):
            self._items += 1
            self._publishers[item.publisher.id] = item.publisher.name or item.publisher.id
            self._stated.of(item)
            for page in self._editions(item):
                self._latest = page
                yield page

    def package(self) -> Description:
        """Return the description of the package. Call this after all pages were consumed."""
        words = describe_export(self._order, self._selection)
        # A package with one item opens at its newest edition; with several there is no main page.
        main = self._latest if self._items == 1 else None
        title = (
            main.title if main and main.title else f"{', '.join(self._publishers.values())}: {words.partition(':')[0]}"
        )
        return Description(title, words, software(), self._order.made, self._stated.by_use(), main)

    def _editions(self, item: Item) -> Iterator[Page]:
        """Yield a page for each edition of *item* whose capture is in the package."""
        catalogue, until = self._order.catalogue, self._order.choice.at
        for edition in catalogue.editions(item.id):
            # The first capture is that of the page itself; further parts and witnesses follow.
            capture = catalogue.capture(edition.captures[0]) if edition.captures else None
            held = capture is not None and self._selection.chosen.holds(capture.id)
            if capture is not None and held and (until is None or edition.opened <= until):
                title = edition.title.value if edition.title else None
                yield Page(edition.id, capture.url, capture.began, title, words_alone(edition.text, edition.marks))


def _signer(order: Order) -> tuple[Sign | None, list[str]]:
    """Return the signing function, if a key is given, and remarks on the key."""
    if order.key is None:
        return None, []
    notes = []
    if not order.key.parent.is_dir():
        raise Refused(f"there is no folder {order.key.parent}", "make it first, or name another key", Exit.USAGE)
    if not order.key.exists():
        _keep_secret(order.key, wacz_signing.make_key())
        notes.append(f"a new key was made in {order.key}: keep it safe; whoever trusts this key trusts what it signs")
    key = order.key.read_bytes()
    wacz_signing.signed("", "", software=software(), key=key)  # refuse a bad key before the work begins
    return partial(_signed, key), notes


def _signed(key: bytes, package_hash: str, created: str) -> dict[str, str]:
    return wacz_signing.signed(package_hash, created, software=software(), key=key)


def _keep_secret(path: Path, key: bytes) -> None:
    # Never readable by others, and never over an existing key, which would be lost.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
