"""A PDF taken apart: the text of each page, the line in the largest type, what its information states. Pure.

PDFium reads it (decision 013): some 2 ms a page, and the words are found where fonts name no spaces. It is a program in
C++ that reads what anybody may have sent, so it runs in the processes that read pages, which may die.
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
"""So many pages of a document are read."""
TEXT_LIMIT = 10_000_000
"""So many characters of a document are read."""
# The header of a PDF stands within so many bytes (ISO 32000-1, annex H.3).
_HEAD = 1024
_TYPES = frozenset({"application/pdf", "application/x-pdf", "application/acrobat", "applications/vnd.pdf"})
_UNSTATED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
# A page with fewer letters has no text; where that holds of all of them, the document is a scan.
_LETTERS = 20
# Of so many characters of the first page it is asked in which size they are set.
_SIZED = 4000
_HEADING, _SHORTEST = 250, 5
_TOGETHER = 0.7
"""Such a share of the letters of a size stands in the heading, where one is set in it."""
_GAP = 4
"""So many letters on, a heading has not ended yet."""
_REST = 60
_WORD = re.compile(r"[^\W\d_]{2}")
_PIECE = re.compile(r"[a-z]\w*|.*[\x00-\x08\x0e-\x1f].*", re.DOTALL)
"""A single word that begins small is a piece of a logo, whose first letter is drawn; what has control characters in it
is notes of music and the like."""
HYPHEN = "\ufffe"
"""What stands for a hyphen at the end of a line, and for the end of that line."""
_PAGE = re.compile(r"page (\d{1,9}),")
_OF_INFO = " in the document information"
_FIELDS = ("Title", "Author", "Subject", "Keywords")


@dataclass(frozen=True, slots=True)
class Document:
    """What a PDF holds.

    Attributes:
        pages: the text of each page as the extractor gives it; spans of evidence count in it.
        info: the information dictionary, as far as it says anything.
        heading: where the words in the largest type stand on the first page, or None.
        count: how many pages there are; more than *pages* where a bound was reached.
        unread: why there is no text, or None.
    """

    pages: tuple[str, ...] = ()
    info: Mapping[str, str] = field(default_factory=dict)
    heading: tuple[int, int] | None = None
    count: int = 0
    unread: str | None = None


@cache
def extractor() -> str:
    """Return the name and version of what extracts."""
    import pypdfium2

    return f"PDFium {pypdfium2.PDFIUM_INFO.build}"


def is_pdf(entity: Entity) -> bool:
    """Say whether *entity* is a PDF: by its type, or by its looks where the head names none."""
    if entity.media_type in _TYPES:
        return True
    return entity.media_type in _UNSTATED and b"%PDF-" in entity.body[:_HEAD]


def read_pdf(body: bytes) -> Document:
    """Take the PDF in *body* apart. Never raises: what cannot be read says why."""
    import pypdfium2

    # Other bytes may stand before it; Acrobat looks as far (PDF Reference 1.7, appendix H).
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
    count, info = len(opened), {}
    for name in _FIELDS:
        said = " ".join(opened.get_metadata_value(name).replace("\x00", "").split())
        if said:
            info[name] = said
    pages: list[str] = []
    heading = None
    length = 0
    for text, placed in _pages(opened, min(count, PAGES_LIMIT)):
        # The largest type of a later page is that of a chapter.
        heading = placed if not pages else heading
        pages.append(text[: TEXT_LIMIT - length])
        length += len(text)
        if length >= TEXT_LIMIT:
            break
    if not count:
        return Document(info=info, unread="damaged: it has no pages")
    # Page numbers that a scanner prints are no text.
    letters = sum(sum(map(str.isalpha, text)) >= _LETTERS for text in pages)
    unread = None if letters else f"scanned: {'its page holds' if count == 1 else f'its {count} pages hold'} no text"
    return Document(tuple(pages), info, heading, count, unread)


def _pages(opened: Any, count: int) -> Iterator[tuple[str, tuple[int, int] | None]]:
    import pypdfium2

    for number in range(count):
        # One page that is damaged leaves the others as they are.
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
    # Lone surrogates and NULs can be in no database; one character for one, so that spans stay.
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def _heading(spoken: Any, text: str) -> tuple[int, int] | None:
    """Return where the words in the largest type stand, if they are as long as a title is."""
    import pypdfium2.raw as raw

    count = min(spoken.count_chars(), _SIZED)
    sizes = [round(raw.FPDFText_GetFontSize(spoken.raw, at), 1) for at in range(count)]
    letters = [at for at in range(count) if chr(min(raw.FPDFText_GetUnicode(spoken.raw, at), 0x10FFFF)).isalpha()]
    # Above the title may stand a logo or an initial in larger type; below three sizes begins the text.
    for size in sorted({sizes[at] for at in letters}, reverse=True)[:3]:
        every = [at for at in letters if sizes[at] == size]
        found = _run(every, letters)
        first, last = found[0], found[-1]
        # A number may stand at the end of a title, and before its first word.
        while last + 1 < count and sizes[last + 1] == size and _is_shown(spoken, last + 1):
            last += 1
        while first and sizes[first - 1] == size and _is_shown(spoken, first - 1):
            first -= 1
        words = _storable(spoken.get_text_range(first, last - first + 1))
        start = text.find(words)
        # Nearly all of this size stands together, or it is scattered on the page: a logo here, a number there.
        if start < 0 or len(found) < _TOGETHER * len(every) or len(every) == len(letters) or _PIECE.fullmatch(words):
            continue
        start, end = _whole_lines(text, start, start + len(words))
        if _SHORTEST <= end - start <= _HEADING:
            return start, end
    return None


def _run(every: list[int], letters: list[int]) -> list[int]:
    """Return the first of the letters at *every* that stand together, but for one or two of another size: small
    capitals, the A in LaTeX.
    """
    place = {at: number for number, at in enumerate(letters)}
    run = every[:1]
    for at in every[1:]:
        if place[at] - place[run[-1]] > _GAP:
            break
        run.append(at)
    return run


def _whole_lines(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span with what goes on in its last line, and stands before it in its first, in another type."""
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    last = min((at for at in (text.find("\r", end), text.find("\n", end)) if at >= 0), default=len(text))
    # A raised figure or an asterisk leads to a note.
    before, behind = text[first:start], text[end:last]
    start = first if len(before) <= _REST and _WORD.search(before) else start
    return start, last if len(behind) <= _REST and _WORD.search(behind) else end


def _is_shown(spoken: Any, at: int) -> bool:
    import pypdfium2.raw as raw

    return int(raw.FPDFText_GetUnicode(spoken.raw, at)) not in (10, 13)


def evident(document: Document, basis: str, ranges: tuple[tuple[int, int], ...]) -> str | None:
    """Return the words that stand where evidence says: *ranges* on the page, or the field, that its *basis* names; None
    where there is no such place.
    """
    page = _PAGE.match(basis)
    if page is not None and ranges and 0 < int(page[1]) <= len(document.pages):
        return words_on(document.pages[int(page[1]) - 1], *ranges[0])
    return document.info.get(basis.partition(" ")[0]) if _OF_INFO in basis else None


def on_page(number: int) -> str:
    """Return the basis of evidence on a page, counted from 1."""
    return f"page {number}, {extractor()}"


def in_information(name: str) -> str:
    """Return the basis of evidence in the information dictionary."""
    return f"{name}{_OF_INFO}, {extractor()}"


def words_on(text: str, start: int, end: int) -> str:
    """Return the words that stand from *start* to *end* in the *text* of a page, as they are read."""
    return plain(text[start:end])


def plain(text: str) -> str:
    """Return *text* as it is read: words that go on in the next line in one, white space folded."""
    return " ".join(re.sub(rf"{HYPHEN}\r?\n?", "", text).split())


def find(text: str, words: str, *, folded: bool = False) -> tuple[int, int] | None:
    """Return where *words* stand in the *text* of a page, however its lines are broken, or None; *folded*: in capitals
    or not.
    """
    # A word may be parted at any letter.
    parts = [rf"(?:{HYPHEN}\r?\n?)?".join(map(re.escape, part)) for part in words.split()]
    found = None
    with suppress(re.error, OverflowError):
        found = re.search(r"\s+".join(parts), text, re.IGNORECASE if folded else 0) if parts else None
    return found.span() if found else None
