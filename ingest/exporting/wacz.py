"""`export wacz`: items as a package that replay tools open, with pages, text, index and terms of reuse."""

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
from ingest.exporting.order import Handed, Order
from ingest.exporting.readable_item import Stated
from ingest.exporting.records import described, lay, software
from ingest.exporting.selection import Selection, select


def export(order: Order) -> Handed:
    """Write the package; each edition of an item is a page of it.

    Raises:
        CannotSign: it was to be signed and cannot be; nothing is left.
    """
    output = order.file()
    # Before the work: a key that cannot be used would else be told of after an hour.
    sign, notes = _signer(order)
    selection = select(order)
    with whole_file(output) as file, WaczWriter(file, order.made, output.absolute().parent) as writer:
        captures = _records(order, selection, writer)
        contents = _Contents(order, selection)
        pages = writer.add_pages(contents.pages())
        writer.finish(contents.package(), sign)
    return selection.handed(capture=captures, page=pages).noting(*notes)


def _records(order: Order, selection: Selection, writer: WaczWriter) -> int:
    """Write the WARC files and their index; return how many captures are in it."""
    laid = lay(order, selection, lambda name, size: writer.entry(f"archive/{name}", size))
    # An index has to be sorted as a whole, and its lines come in the order of the records.
    with LineSorter(order.file().absolute().parent) as lines:
        for copied in laid:
            capture = capture_of(copied.record)
            if capture is not None:
                digest = f"sha256:{hashlib.sha256(copied.member).hexdigest()}"
                lines.add(line_of(capture, record_digest=digest))
        return writer.add_index(lines)


class _Contents:
    """The items of a package, gone through once: their pages, and what the package says of them all."""

    def __init__(self, order: Order, selection: Selection) -> None:
        self._order, self._selection = order, selection
        self._publishers: dict[str, str] = {}
        self._stated = Stated(order.catalogue)
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
        """Return what the package says, once all pages were taken; the terms of most items first."""
        words = described(self._order, self._selection)
        # A package of one item opens at its newest edition; of several none is the main page.
        main = self._latest if self._items == 1 else None
        title = (
            main.title if main and main.title else f"{', '.join(self._publishers.values())}: {words.partition(':')[0]}"
        )
        return Description(title, words, software(), self._order.made, self._stated.by_use(), main)

    def _editions(self, item: Item) -> Iterator[Page]:
        catalogue, until = self._order.catalogue, self._order.choice.at
        for edition in catalogue.editions(item.id):
            # Page 1, at which a text in several parts begins; its further parts and witnesses follow.
            capture = catalogue.capture(edition.captures[0]) if edition.captures else None
            held = capture is not None and self._selection.chosen.holds(capture.id)
            if capture is not None and held and (until is None or edition.opened <= until):
                title = edition.title.value if edition.title else None
                yield Page(edition.id, capture.url, capture.began, title, words_alone(edition.text, edition.marks))


def _signer(order: Order) -> tuple[Sign | None, list[str]]:
    """Return what signs the package, and what the person should know of the key."""
    if order.key is None:
        return None, []
    notes = []
    if not order.key.parent.is_dir():
        raise Refused(f"there is no folder {order.key.parent}", "make it first, or name another key", Exit.USAGE)
    if not order.key.exists():
        _keep_secret(order.key, wacz_signing.make_key())
        notes.append(f"a new key was made in {order.key}: keep it safe; who trusts it trusts what it signs")
    key = order.key.read_bytes()
    wacz_signing.signed("", "", software=software(), key=key)  # a key that is none is told before the work begins
    return partial(_signed, key), notes


def _signed(key: bytes, package_hash: str, created: str) -> dict[str, str]:
    return wacz_signing.signed(package_hash, created, software=software(), key=key)


def _keep_secret(path: Path, key: bytes) -> None:
    # Closed to others from its first moment, and never over a key that is there: with it its signatures would be gone.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
