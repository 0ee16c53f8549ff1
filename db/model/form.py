"""Form: a work as a file beside its page, and the page that a file is a form of."""

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
    """A file that holds the work of an item: it says the same title, and the item's page leads to it.

    Attributes:
        id: of the document, which has editions, pages, terms and evidence of its own.
        format: ``PDF``, ``EPUB``, ``DOCX``, ``ODT``, or ``file`` where the server names no type that says more.
        pages: how many of it have text; None where it has no pages.
    """

    id: str
    url: str
    format: str
    pages: int | None


@dataclass(frozen=True, slots=True)
class Landing:
    """The item that a document is a form of, with what its page states and the file often does not state.

    Attributes:
        attributions, published: of its edition in force, as people decided.
    """

    id: str
    url: str
    title: str
    attributions: tuple[Attribution, ...] = ()
    published: Dated | None = None


def format_of(media_type: str, url: str) -> str:
    """Return what people call the file at *url* that was served as *media_type*."""
    ending = url.partition("?")[0].rpartition(".")[2].upper()
    # Many servers call a file that they do not know application/octet-stream; its name tells more.
    return _NAMES.get(media_type) or (ending if ending in _NAMES.values() else "file")
