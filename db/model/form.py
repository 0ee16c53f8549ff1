"""Form: a work as a file besides its page, and the page to which such a file belongs."""

from __future__ import annotations

from dataclasses import dataclass

from db.model.claim import Attribution, Dated

_NAMES = {
    "application/pdf": "PDF",
    "application/epub+zip": "EPUB",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.oasis.opendocument.text": "ODT",
}


@dataclass(frozen=True, slots=True)
class Form:
    """A file with the work of an item: it has the same title, and the item's page links to it.

    Attributes:
        id: of the document, which has its own editions, pages, terms and evidence.
        format: ``PDF``, ``EPUB``, ``DOCX``, ``ODT``, or ``file`` if the server names no known type.
        pages: how many of its pages have text; None if it has no pages.
    """

    id: str
    url: str
    format: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class Landing:
    """The item of which a document is a form, with facts that its page states and the file often does not.

    Attributes:
        attributions, published: of its edition in force, including decisions.
    """

    id: str
    url: str
    title: str
    attributions: tuple[Attribution, ...] = ()
    published: Dated | None = None


def format_of(media_type: str, url: str) -> str:
    """Return the common name of the format of the file at *url*, served as *media_type*."""
    ending = url.partition("?")[0].rpartition(".")[2].upper()
    # Many servers send application/octet-stream for unknown files; then the file name tells more.
    return _NAMES.get(media_type) or (ending if ending in _NAMES.values() else "file")
