"""`export cdxj`: write a CDXJ index of the captures of items in the WARC files of this collection."""

from __future__ import annotations

from archive.formats.cdxj import in_order, line_of
from ingest.exporting.order import ExportResult, Order
from ingest.exporting.selection import select


def export(order: Order) -> ExportResult:
    """Write the sorted index; file names in it are relative to ``warcs/``."""
    selection = select(order)
    # Sort on disk, next to the output, because the index of a large collection does not fit in memory.
    scratch = order.output.absolute().parent if order.output else None
    lines = 0
    with order.stream() as out:
        for line in in_order(map(line_of, selection.chosen.captures()), scratch):
            out.write(line)
            lines += 1
    return selection.result(line=lines)
