"""`export warc`: the records of items in one WARC file, byte for byte as they lie in the collection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from archive.disk import whole_file
from archive.errors import Exit, Refused
from archive.warc.copy import Placing
from archive.warc.reader import capture_of
from ingest.exporting.order import Handed, Order
from ingest.exporting.records import opener, records_of
from ingest.exporting.selection import select


def export(order: Order) -> Handed:
    """Write one file, of any size; it is named as WARC files are, or others would not read it."""
    output = order.file()
    # Tools tell WARC files by their names, pywb and ReplayWeb.page among them.
    if not output.name.endswith(".warc.gz"):
        raise Refused(f"{output.name} is not the name of a WARC file", "let it end in .warc.gz", Exit.USAGE)
    selection = select(order)
    captures = 0
    with whole_file(output) as file:

        @contextmanager
        def begin(_number: int) -> Iterator[tuple[str, BinaryIO]]:
            yield output.name, file

        placing = Placing(begin, lambda name: opener(order, selection, name))
        for copied in placing.put(records_of(order, selection)):
            captures += capture_of(copied.record) is not None
    return selection.handed(capture=captures, WARC_record=placing.records)
