"""Gathering: the records of a selection out of the WARC files of the collection, and the file that they go into."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from archive.excerpt import Copied, all_but, chosen_of, opening
from archive.member import Damaged
from archive.record import RecordType
from archive.series import OPEN, locate_file
from archive.warc import read_record_at
from ingest.collection import read_settings
from ingest.console import counted
from ingest.exporting.order import Order
from ingest.exporting.selection import Selection


def records_of(order: Order, selection: Selection) -> Iterator[Copied]:
    """Yield the records that are handed on, file by file, each proved whole on the way.

    Raises:
        Damaged: one is not what it was; nothing is to be handed on.
    """
    chosen = selection.chosen
    if chosen.everything:
        for file, end in sorted(order.catalogue.known_ends().items()):
            path = _path(order, file)
            yield from all_but(path, chosen.others(file), end=end if path.name.endswith(OPEN) else None)
    else:
        for file in chosen.files():
            yield from chosen_of(_path(order, file), chosen.offsets(file))


def _path(order: Order, file: str) -> Path:
    path = locate_file(order.layout.warcs, file)
    if not path.exists():
        raise Damaged(path, 0, "the file is not there")
    return path


def software() -> str:
    """Return the name and version of the program, as records and packages state them."""
    return f"creditline/{metadata.version('creditline')}"


def described(order: Order, selection: Selection) -> str:
    """Return in words what was asked for and what is in it."""
    choice = order.choice
    named = [f"hits of the search “{choice.query}”"] if choice.query is not None else []
    named += ["everything"] if choice.everything else []
    named += ["those named one by one"] if choice.refs else []
    until = f", as it stood on {choice.at:%Y-%m-%d}" if choice.at else ""
    left = f"; {selection.withheld} withheld left out" if selection.withheld else ""
    return f"{counted(selection.chosen.count(), 'item')}: {'; '.join(named)}{until}{left}"


def opener(order: Order, selection: Selection, name: str) -> bytes:
    """Return the warcinfo member that opens the file *name*."""
    settings = read_settings(order.layout)
    info = {
        "software": software(),
        "description": f"Records copied out of a collection. {described(order, selection)}",
    }
    if settings.contact:
        info["operator"] = settings.contact
    return opening(f"urn:uuid:{order.new_id()}", name, order.made, info)


def written_by(order: Order, file: str) -> str:
    """Return the program that wrote the WARC *file*, as its warcinfo record names it; ``unknown`` where it does not."""
    path = _path(order, file)
    record = read_record_at(path, 0)
    if record.type == RecordType.WARCINFO:
        for line in record.block.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() == "software" and value.strip():
                return value.strip()
    return "unknown"
