"""`export warc`: copy the records of items, byte for byte, into one WARC file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from archive.disk import whole_file
from archive.warc.copy import Placing
from archive.warc.reader import capture_of
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.records import records_of, warcinfo_member
from ingest.exporting.selection import select


def export(order: Order) -> ExportResult:
    """Write one file of any size."""
    # pywb, ReplayWeb.page and other tools recognise WARC files by their names.
    output = order.file_with(".warc.gz", "WARC file")
    selection = select(order)
    captures = 0
    with whole_file(output) as file:

        @contextmanager
        def begin(_number: int) -> Iterator[tuple[str, BinaryIO]]:
            yield output.name, file

        placing = Placing(begin, lambda name: warcinfo_member(order, selection, name))
        for copied in placing.put(records_of(order, selection)):
            captures += capture_of(copied.record) is not None
    return selection.result(capture=captures, WARC_record=placing.records)
