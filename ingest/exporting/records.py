"""Records of an export: copy the records of a selection from the WARC files here into new ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import metadata
from pathlib import Path
from typing import BinaryIO

from archive.errors import RIGHTS, UNREADABLE, Damaged, Exit, Refused
from archive.formats.wacz import ROLL_BYTES
from archive.warc.copy import Copied, Placing, opening, records_at, records_except
from archive.warc.member import GZIP_MAGIC
from archive.warc.reader import read_record_at
from archive.warc.record import RecordType
from archive.warc.writer import OPEN, locate_file
from ingest.collection.collection import read_settings
from ingest.exporting.order import Order
from ingest.exporting.selection import Selection
from ingest.progress import counted

Entry = Callable[[str, int], AbstractContextManager[BinaryIO]]
"""A function that opens a file of a package for writing, given its name and its size (0 if unknown)."""


def records_of(order: Order, selection: Selection, *, besides: Collection[Path] = ()) -> Iterator[Copied]:
    """Yield the records to export, file by file, except those in the files *besides*. Each record is verified.

    Other records about a withheld item, such as its text, are left out.

    Raises:
        Damaged: a record is damaged; the export must be abandoned.
    """
    found = _records_of(order, selection, besides)
    return (copied for copied in found if not selection.echoes.carries(copied.record))


def _records_of(order: Order, selection: Selection, besides: Collection[Path]) -> Iterator[Copied]:
    """Yield the records of a selection, including echoes of withheld items."""
    chosen = selection.chosen
    if chosen.everything:
        ends = sorted(order.catalogue.known_ends().items())
        for number, (file, end) in enumerate(ends, start=1):
            path = _path(order, file)
            if path not in besides:
                # A file that is being written is read up to the end known to the catalogue.
                until = end if path.name.endswith(OPEN) else None
                yield from _read(path, records_except(path, chosen.others(file), end=until))
            order.choice.report(number, len(ends), file)
    else:
        files = chosen.files()
        for number, file in enumerate(files, start=1):
            # By file and offset, so each file is read once from front to back.
            path = _path(order, file)
            yield from _read(path, records_at(path, chosen.offsets(file)))
            order.choice.report(number, len(files), file)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Read from *path* in the block.

    Raises:
        Refused: this user may not read the file (disk). Whoever writes the export would take an error of the system for
            one of the output.
        Damaged: the file cannot be read.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in UNREADABLE:
            raise
        if error.errno in RIGHTS:
            hint = "let this user read it, as `creditline doctor` says; nothing in it is damaged"
            raise Refused(f"{path} may not be read: {error.strerror}", hint, Exit.DISK) from error
        raise Damaged(path, 0, f"the file cannot be read: {error.strerror}") from error


def _read(path: Path, records: Iterator[Copied]) -> Iterator[Copied]:
    """Yield *records*, which are read from *path*."""
    with _reading(path):
        yield from records


def write_records(order: Order, selection: Selection, entry: Entry) -> Iterator[Copied]:
    """Write the records into WARC files of a package, and yield each with its place there.

    A file that is exported completely is copied under its own name, so references to it in the catalogue stay valid.
    All other records go into new files.
    """
    whole = _whole_files(order, selection)
    # Read the file first, which verifies each record, and then copy it: damaged files are not exported.
    for number, path in enumerate(whole, start=1):
        yield from _read(path, records_except(path, ()))
        with path.open("rb") as file, entry(path.name, path.stat().st_size) as out:
            shutil.copyfileobj(file, out)
        order.choice.report(number, len(whole), path.name)

    @contextmanager
    def begin(number: int) -> Iterator[tuple[str, BinaryIO]]:
        name = f"creditline-{order.made:%Y%m%d%H%M%S}-{number:05d}.warc.gz"
        with entry(name, 0) as out:
            yield name, out

    placing = Placing(begin, lambda name: warcinfo_member(order, selection, name), ROLL_BYTES)
    yield from placing.put(records_of(order, selection, besides=whole))


def _whole_files(order: Order, selection: Selection) -> list[Path]:
    if not selection.chosen.everything or selection.echoes:  # each record has to be checked
        return []
    paths = [_path(order, file) for file in sorted(order.catalogue.known_ends())]
    return [path for path in paths if _is_compressed(path) and not selection.chosen.others(path.name)]


def _is_compressed(path: Path) -> bool:
    """Return whether *path* is finished and compressed; an imported file may be uncompressed, whatever its name."""
    with _reading(path), path.open("rb") as file:
        return not path.name.endswith(OPEN) and file.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def _path(order: Order, file: str) -> Path:
    path = locate_file(order.layout.warcs, file)
    # An error, because an export claims to be complete.
    if not path.exists():
        hint = "bring it back, as from a second copy: `creditline verify --copy PLACE --repair`"
        raise Refused(f"{path} is not there, and its records are to be exported", hint, Exit.INTEGRITY)
    return path


def software() -> str:
    """Return the name and version of this program, as written in records and packages."""
    return f"creditline/{metadata.version('creditline')}"


def describe_export(order: Order, selection: Selection) -> str:
    """Return in words what was asked for and what is in the export."""
    choice = order.choice
    until = f", as it stood on {choice.at:%Y-%m-%d}" if choice.at else ""
    left = f"; {selection.withheld} withheld left out" if selection.withheld else ""
    return f"{counted(selection.chosen.count(), 'item')}: {choice.in_words}{until}{left}"


def warcinfo_member(order: Order, selection: Selection, name: str) -> bytes:
    """Return the gzip member with the warcinfo record for the file *name*."""
    settings = read_settings(order.layout)
    info = {
        "software": software(),
        "description": f"Records copied out of a collection. {describe_export(order, selection)}",
    }
    if settings.contact:
        info["operator"] = settings.contact
    return opening(f"urn:uuid:{order.new_id()}", name, order.made, info)


def written_by(order: Order, file: str) -> str:
    """Return the program that wrote the WARC *file*, as stated in its warcinfo record; ``unknown`` if not stated."""
    path = _path(order, file)
    with _reading(path):
        record = read_record_at(path, 0)
    if record.type == RecordType.WARCINFO:
        for line in record.block.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip().lower() == "software" and value.strip():
                return value.strip()
    return "unknown"
