"""Imported files as captures of this collection: what is in them, together with their import notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive.foreign.foreign_warc import read_foreign
from archive.warc.capture import Capture
from db import erasures, uncatalogued
from db.captures import set_original, without_original
from db.catalogue import Catalogue
from db.identity import host_of
from db.imports import Import, all_repeats, unfinished

Repeats = Mapping[str, tuple[str, datetime]]
"""The URL and date repeated by revisits that do not state them, by record id."""


# The day on which the first web page was served, at CERN.
_FIRST_PAGE = datetime(1990, 12, 20, tzinfo=UTC)
"""No capture can be older than this."""


def is_believed(capture: Capture, at: datetime | None) -> bool:
    """Say whether the date of *capture* is possible: after the web began, and not after *at*, when it was imported."""
    return capture.began >= _FIRST_PAGE and (at is None or capture.began <= at)


def owned(captures: Iterable[Capture], entry: Import, repeats: Repeats) -> list[Capture]:
    """Return the *captures* whose host has a publisher and whose date is believed, completed from the notes.

    They depend only on the bytes of the file and on import notes, so a rebuild finds the same.
    """
    found = []
    for capture in captures:
        publisher = entry.hosts.get(host_of(capture.url))
        if publisher is None or not is_believed(capture, entry.at):
            continue
        # By offset, because the ids in the file are what two records may have in common.
        own = entry.renamed.get(capture.ref.offset, capture.id)
        url, began = repeats.get(own, (capture.refers_to_url, capture.refers_to_date))
        found.append(replace(capture, id=own, publisher=publisher, refers_to_url=url, refers_to_date=began))
    return found


def add_rows(catalogue: Catalogue, warcs: Path, entry: Import) -> int:
    """Add rows for the captures in an imported file, and return their number; note where those without a row are.

    Raises:
        Damaged, OSError: the file cannot be read; nothing is added.
    """
    path = warcs / entry.file
    found = read_foreign(path).captures
    captures = owned(found, entry, all_repeats(catalogue.connection))
    with catalogue.transaction():
        catalogue.add_captures(captures)
        known = erasures.catalogued_in(catalogue.connection, entry.file)
        others = [uncatalogued.of_capture(one) for one in found if one.ref.offset not in known]
        uncatalogued.note(catalogue.connection, entry.file, path.stat().st_size, others)
        catalogue.mark_file_end(entry.file, path.stat().st_size)
    return len(captures)


def finish_imports(catalogue: Catalogue, warcs: Path) -> None:
    """Add rows for files whose import was recorded but then killed."""
    # A note about what revisits repeat may have been written without its rows.
    waiting = {one.id for one in without_original(catalogue.connection)}
    if waiting:
        with catalogue.transaction():
            for revisit, (url, began) in all_repeats(catalogue.connection).items():
                if revisit in waiting:
                    set_original(catalogue.connection, revisit, url, began)
    # The note is the record, and rows follow from it: an import with a note is finished, not undone.
    for entry in unfinished(catalogue.connection):
        if (warcs / entry.file).exists():  # verify tells of a file that is missing
            add_rows(catalogue, warcs, entry)
