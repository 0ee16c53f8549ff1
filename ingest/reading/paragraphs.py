"""Paragraphs: where the bulk of a text has been read, going down a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.reading.page import Page

BULK = 600
"""So many characters of paragraphs are most of a text, or enough to stand before what follows one."""


def behind(page: Page, headline: Any, foreign: Callable[[Any], bool]) -> int:
    """Return the place in the document behind which the bulk of the text stands above; the end, where none is seen."""
    read, start = 0, page.order[headline] if headline is not None else len(page.order)
    for paragraph in page.inside("p"):
        if page.order[paragraph] > start and not foreign(paragraph):
            read += len(paragraph.text_content())
            if read >= BULK:
                return page.order[paragraph]
    return len(page.order)
