"""PDF: extract the text of each page, the heading in the largest type, and the document information. Pure.

PDFium does the reading (decision 013). It takes about 2 ms per page and separates words even if the font has no spaces.
Because it is C++ code that handles untrusted files, it runs in the reader processes, which may crash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from archive.http.exchange import Entity

PAGES_LIMIT = 2000
"""How many pages of a document are read."""
TEXT_LIMIT = 10_000_000
"""How many characters of a document are read."""
# The header of a PDF is within this many bytes (ISO 32000-1, annex H.3).
_HEAD = 1024
_TYPES = frozenset({"application/pdf", "application/x-pdf", "application/acrobat", "applications/vnd.pdf"})
_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
# A page with fewer letters than this has no text. A document with only such pages is a scan.
_LETTERS = 20
# How many characters of the first page are looked at to find the largest type.
_SIZED = 4000
# The longest and the shortest heading, in characters.
_LONGEST, _SHORTEST = 250, 5
_TOGETHER = 0.7
"""A heading contains at least this share of all letters of its size."""
_GAP = 4
"""How many letters apart two consecutive letters of a heading may be, at most."""
# How much text in another type is still joined to the heading in its first or last line, in characters.
_JOINED = 60
_WORD = re.compile(r"[^\W\d_]{2}")
_NO_HEADING = re.compile(r"[a-z]\w*|.*[\x00-\x08\x0e-\x1f].*", re.DOTALL)
"""Text that is no heading: a single word in lower case is part of a logo whose first letter is a drawing, and text with
control characters is music notation or the like."""
HYPHEN = "\ufffe"
"""PDFium's character for a hyphen at the end of a line, together with the line break."""
_PAGE = re.compile(r"page (\d{1,9}),")
_OF_INFO = " in the document information"
_FIELDS = ("Title", "Author", "Subject", "Keywords")


@dataclass(frozen=True, slots=True)
class Document:
    """The contents of a PDF.

    Attributes:
        pages: the text of each page as extracted; spans of evidence refer to it.
        info: the non-empty entries of the information dictionary.
        heading: the span of the words in the largest type on the first page, or None.
        count: the number of pages; more than in *pages* if a limit was reached.
        unread: why there is no text, or None.
    """

    pages: tuple[str, ...] = ()
    info: Mapping[str, str] = field(default_factory=dict)
    heading: tuple[int, int] | None = None
    count: int = 0
    unread: str | None = None


@cache
def extractor() -> str:
    """Return the name and version of the extractor."""
    import pypdfium2

    return f"PDFium {pypdfium2.PDFIUM_INFO.build}"


def is_pdf(entity: Entity) -> bool:
    """Return whether *entity* is a PDF, by its media type, or by its first bytes if there is no useful type."""
    if entity.media_type in _TYPES:
        return True
    return entity.media_type in _UNSTATED and b"%PDF-" in entity.body[:_HEAD]


def read_pdf(body: bytes) -> Document:
    """Extract the PDF in *body*. Never raises; if it cannot be read, *unread* says why."""
    import pypdfium2

    # Other bytes may precede the header; Acrobat searches the same distance (PDF Reference 1.7, appendix H).
    if b"%PDF-" not in body[:_HEAD]:
        return Document(unread="damaged: no header of a PDF")
    try:
        opened = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        asks = "password" in str(error).lower() or "security" in str(error).lower()
        return Document(unread="encrypted: a password is asked for" if asks else f"damaged: {error}")
    try:
        return _read(opened)
    except pypdfium2.PdfiumError as error:
        return Document(unread=f"damaged: {error}")
    finally:
        opened.close()


def _read(opened: Any) -> Document:
    """Read pages and information of an open PDF."""
    count, info = len(opened), {}
    for name in _FIELDS:
        said = " ".join(opened.get_metadata_value(name).replace("\x00", "").split())
        if said:
            info[name] = said
    pages: list[str] = []
    heading = None
    length = 0
    for text, placed in _pages(opened, min(count, PAGES_LIMIT)):
        # Only from the first page: the largest type on a later page is the title of a chapter.
        heading = placed if not pages else heading
        pages.append(text[: TEXT_LIMIT - length])
        length += len(text)
        if length >= TEXT_LIMIT:
            break
    if not count:
        return Document(info=info, unread="damaged: it has no pages")
    # A few letters per page do not count as text: scanners print page numbers.
    letters = sum(sum(map(str.isalpha, text)) >= _LETTERS for text in pages)
    unread = None if letters else f"scanned: {'its page holds' if count == 1 else f'its {count} pages hold'} no text"
    return Document(tuple(pages), info, heading, count, unread)


def _pages(opened: Any, count: int) -> Iterator[tuple[str, tuple[int, int] | None]]:
    """Yield the text of each page and, for the first page, the span of its heading."""
    import pypdfium2

    for number in range(count):
        # Skip a damaged page and read the others.
        try:
            page = opened[number]
            spoken = page.get_textpage()
        except pypdfium2.PdfiumError:
            yield "", None
            continue
        text = _storable(spoken.get_text_range())
        yield text, _heading(spoken, text) if number == 0 else None
        spoken.close()
        page.close()


def _storable(text: str) -> str:
    # Lone surrogates and NULs cannot be stored in the database. Replace them one for one, so spans stay valid.
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def _heading(spoken: Any, text: str) -> tuple[int, int] | None:
    """Return the span of the words in the largest type, if they are about as long as a title."""
    import pypdfium2.raw as raw

    count = min(spoken.count_chars(), _SIZED)
    sizes = [round(raw.FPDFText_GetFontSize(spoken.raw, at), 1) for at in range(count)]
    letters = [at for at in range(count) if chr(min(raw.FPDFText_GetUnicode(spoken.raw, at), 0x10FFFF)).isalpha()]
    # Try the three largest sizes: a logo or an initial may be larger than the title. Smaller sizes are body text.
    for size in sorted({sizes[at] for at in letters}, reverse=True)[:3]:
        every = [at for at in letters if sizes[at] == size]
        found = _first_run(every, letters)
        first, last = found[0], found[-1]
        # Extend the span over digits and signs at both ends, which are not letters.
        while last + 1 < count and sizes[last + 1] == size and _is_not_line_end(spoken, last + 1):
            last += 1
        while first and sizes[first - 1] == size and _is_not_line_end(spoken, first - 1):
            first -= 1
        words = _storable(spoken.get_text_range(first, last - first + 1))
        start = text.find(words)
        # If letters of this size are scattered over the page, they are logos and numbers, not a heading.
        if (
            start < 0
            or len(found) < _TOGETHER * len(every)
            or len(every) == len(letters)
            or _NO_HEADING.fullmatch(words)
        ):
            continue
        start, end = _whole_lines(text, start, start + len(words))
        if _SHORTEST <= end - start <= _LONGEST:
            return start, end
    return None


def _first_run(every: list[int], letters: list[int]) -> list[int]:
    """Return the first run in *every*, positions of letters of one size, among *letters*, the positions of all letters.

    A few letters of another size do not end the run (small capitals, the A in LaTeX).
    """
    place = {at: number for number, at in enumerate(letters)}
    run = every[:1]
    for at in every[1:]:
        if place[at] - place[run[-1]] > _GAP:
            break
        run.append(at)
    return run


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend the span to whole lines, if the rest of the first or last line is short and contains a word."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    last = min((at for at in (text.find("\r", end), text.find("\n", end)) if at >= 0), default=len(text))
    # A rest without a word is a mark of a footnote.
    before, behind = text[first:start], text[end:last]
    start = first if len(before) <= _JOINED and _WORD.search(before) else start
    return start, last if len(behind) <= _JOINED and _WORD.search(behind) else end


def _is_not_line_end(spoken: Any, at: int) -> bool:
    import pypdfium2.raw as raw

    return int(raw.FPDFText_GetUnicode(spoken.raw, at)) not in (10, 13)


def evident(document: Document, basis: str, ranges: tuple[tuple[int, int], ...]) -> str | None:
    """Return the words at the place of evidence: at *ranges* on the page, or in the field, that *basis* names.

    Returns None if there is no such place.
    """
    page = _PAGE.match(basis)
    if page is not None and ranges and 0 < int(page[1]) <= len(document.pages):
        return plain(document.pages[int(page[1]) - 1][slice(*ranges[0])])
    return document.info.get(basis.partition(" ")[0]) if _OF_INFO in basis else None


def on_page(number: int) -> str:
    """Return the basis of evidence on page *number* (from 1)."""
    return f"page {number}, {extractor()}"


def in_information(name: str) -> str:
    """Return the basis of evidence in the information dictionary."""
    return f"{name}{_OF_INFO}, {extractor()}"


def plain(text: str) -> str:
    """Return *text* with hyphenated words joined and white space collapsed."""
    return " ".join(re.sub(rf"{HYPHEN}\r?\n?", "", text).split())


def find(text: str, words: str, *, folded: bool = False) -> tuple[int, int] | None:
    """Return the span of *words* in the *text* of a page, across line breaks and hyphens, or None.

    *folded*: ignore case.
    """
    # A word may be hyphenated at any letter.
    parts = [rf"(?:{HYPHEN}\r?\n?)?".join(map(re.escape, part)) for part in words.split()]
    found = None
    with suppress(re.error, OverflowError):
        found = re.search(r"\s+".join(parts), text, re.IGNORECASE if folded else 0) if parts else None
    return found.span() if found else None
