"""Tables: the rows of a table of data, and its caption before them."""

from __future__ import annotations

from typing import Any

from db.model.text_marks import CELL, Mark, MarkKind
from ingest.reading.page.page import plain, visible
from ingest.reading.page.passage import Passage

_CELL_LONGEST = 400


def rows(table: Any) -> list[Passage] | None:
    """Return each row, and before them the caption; None of a table that lays out a page."""
    held = list(table.iter("tr"))
    cells = [[cell for cell in row if cell.tag in ("td", "th")] for row in held]
    if sum(len(row) > 1 for row in cells) < 2 or next(table.iterdescendants("table"), None) is not None:
        return None
    said = [[plain(visible(cell)) for cell in row] for row in cells]
    if any(len(words) > _CELL_LONGEST for row in said for words in row):
        return None
    title = next((plain(visible(caption)) for caption in table.iter("caption")), "")
    found = [Passage(title, table, Mark(MarkKind.CAPTION))] if title else []
    for row, words, inside in zip(held, said, cells, strict=True):
        if any(words):
            head = len(found) <= bool(title) and (
                row.getparent().tag == "thead" or all(cell.tag == "th" for cell in inside)
            )
            mark = Mark(MarkKind.HEAD_ROW if head else MarkKind.ROW, cells=tuple(map(len, words)))
            found.append(Passage(CELL.join(words), row, mark))
    return found
