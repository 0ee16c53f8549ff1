"""Document: read a PDF, EPUB, DOCX or ODT into one Reading: its text, and what cover, imprint and metadata state.

Apart from `reader.py`, which finds out the kind of an entity and passes it to the reader for that kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

from archive.evidence.xmp import MetadataValue, read_xmp
from archive.http.exchange import Entity
from db.model.item import (
    Attribution,
    Context,
    Dated,
    Evidence,
    Layer,
    PageKind,
    Partial,
    Reading,
    Stamp,
    Statement,
    Words,
)
from db.model.text_marks import Block, Mark, MarkKind, marks_of, text_of
from ingest.documents.packed import Packed, in_part, in_statement, read_packed
from ingest.documents.pdf import Document, find, in_information, on_page, plain, read_pdf, words_on
from ingest.reading.dates import date_parsing
from ingest.reading.document import front_matter

# The title, the authors and the date are looked for on this many first pages.
_COVER = 3
# An imprint is also looked for on this many last pages.
_IMPRINT = 2
# A line at the top or bottom of at least this many pages is not part of the text.
_REPEATED = 3
_ENDS = (".", "!", "?", ":", "…", "”", '"', "»")


def _reading(stated: _Reader | _PackedReader, blocks: tuple[Block, ...], unread: str | None, mark: Stamp) -> Reading:
    """Return the Reading of a document with these *blocks* of text; *unread* says why some of it could not be read."""
    text = text_of(blocks)
    return Reading(
        stamp=mark,
        kind=PageKind.DOCUMENT,
        text=text,
        marks=marks_of(blocks),
        title=stated.title(),
        attributions=stated.authors(),
        published=stated.published(),
        tags=stated.tags(),
        language=stated.language(text),
        site_name=stated.site_name(),
        statements=stated.statements(),
        partial=Partial.UNREAD if unread else None,
        unread=unread,
    )


def read_document(entity: Entity, context: Context, mark: Stamp) -> Reading:
    """Read the PDF *entity*. Never raises: if it cannot be read, the Reading says why."""
    found = read_pdf(entity.body)
    return _Reader(found, read_xmp(entity.body), context).reading(mark)


@dataclass(slots=True)
class _Reader:
    found: Document
    stated: tuple[MetadataValue, ...]
    context: Context

    def reading(self, mark: Stamp) -> Reading:
        blocks = tuple(_blocks(self.found.pages))
        whole = len(self.found.pages) == self.found.count
        unread = self.found.unread or (None if whole else f"only {len(self.found.pages)} of {self.found.count} pages")
        return _reading(self, blocks, unread, mark)

    # ── Evidence ──────────────────────────────────────────────────────────────────────────────────

    def _on(self, number: int, span: tuple[int, int]) -> Evidence:
        """Return the evidence for a span of characters on a page; pages are counted from 1."""
        words = words_on(self.found.pages[number - 1], *span)
        return Evidence(words, self.context.capture, Layer.PDF, (span,), None, on_page(number))

    def _printed(self, words: str, pages: Sequence[int], *, folded: bool = False) -> Evidence | None:
        """Return the evidence for *words* on the first of *pages* that holds them; *folded* ignores case."""
        for number in pages:
            span = find(self.found.pages[number - 1], words, folded=folded)
            if span is not None:
                return self._on(number, span)
        return None

    def _in_info(self, name: str) -> Words | None:
        said = self.found.info.get(name)
        if said is None:
            return None
        return Words(said, Evidence(said, self.context.capture, Layer.PDF, (), None, in_information(name)))

    def _all_of_xmp(self, name: str) -> list[Words]:
        found = dict.fromkeys(value for value in self.stated if value.name == name)
        return [Words(value.value, self._at(value)) for value in found]

    def _at(self, value: MetadataValue) -> Evidence:
        passage = value.passage
        return Evidence(passage.words, self.context.capture, Layer.ENTITY, passage.ranges, passage.decoding)

    def _of_xmp(self, name: str) -> Words | None:
        return next(iter(self._all_of_xmp(name)), None)

    @property
    def _cover(self) -> list[int]:
        return list(range(1, min(_COVER, len(self.found.pages)) + 1))

    @property
    def _ends(self) -> list[int]:
        """The pages on which an imprint may stand: the first pages and the last ones."""
        count = len(self.found.pages)
        return list(dict.fromkeys([*self._cover, *range(max(1, count - _IMPRINT + 1), count + 1)]))

    # ── Fields ────────────────────────────────────────────────────────────────────────────────────

    def title(self) -> Words | None:
        said = front_matter.titles(filter(None, (self._of_xmp("dc:title"), self._in_info("Title"))))
        # Readers cite the printed title, and programs may keep the title of a copied file. So a stated title counts if
        # it is printed on the cover, where it is often in capitals; its stated spelling is the one to cite.
        shown = next((one for one in said if self._printed(one.value, self._cover, folded=True)), None)
        if shown is not None:
            return shown
        # The largest type on the page may be the authors and not the title.
        heading = self._heading
        if self.found.heading is not None and front_matter.is_title(heading) and not front_matter.of_names(heading):
            evidence = self._on(1, self.found.heading)
            return Words(evidence.words, evidence)
        return next(iter(said), None)

    def authors(self) -> tuple[Attribution, ...]:
        said = self._all_of_xmp("dc:creator") or list(filter(None, [self._in_info("Author")]))
        # Metadata also name whoever saved the file. Authors are printed.
        stated = front_matter.authors(said, lambda _, name: self._printed(name, self._ends))
        shown = self._on_cover()
        # Metadata may shorten names. If they name somebody whom the cover lines do not, those lines are incomplete, and
        # the stated authors count.
        families = {_family(credit.name) for credit in shown}
        return shown if all(_family(credit.name) in families for credit in stated) else stated

    def _on_cover(self) -> tuple[Attribution, ...]:
        """Return the persons named next to the title on the first page, in lines of their own."""
        if self.found.heading is None:
            return ()
        text, (start, end) = self.found.pages[0], self.found.heading
        # If the largest type is the authors, the lines start there.
        end = start if front_matter.of_names(self._heading) else end
        above, below = ([plain(line) for _, line in _lines(part)] for part in (text[:start], text[end:]))
        # Splitting leaves an empty line where the title's last line ended.
        kept = [[line for line in lines if line] for lines in (above, below)]
        found = []
        title = self.title()
        # A person in the title is a subject, not an author, even if the title is only a name.
        about = [plain(self._heading) if end > start else "", title.value if title is not None else ""]
        for name in front_matter.on_cover(kept[0], kept[1], " ".join(about)):
            evidence = self._printed(name, [1])
            if evidence is not None:
                found.append(Attribution(name, evidence))
        return tuple(found)

    @property
    def _heading(self) -> str:
        """The words in the largest type on the first page, with line breaks."""
        return self.found.pages[0][slice(*self.found.heading)] if self.found.heading else ""

    def published(self) -> Dated | None:
        stated = self._of_xmp("prism:publicationDate")
        read = date_parsing.read(stated.value) if stated is not None else None
        if stated is not None and read is not None:
            return Dated(read.value, read.precision, stated.evidence)
        found: list[tuple[bool, Dated]] = []
        for number in self._cover:
            lines = list(_lines(self.found.pages[number - 1]))
            printed = front_matter.dated_line([plain(line) for _, line in lines])
            if printed is not None:
                start, line = lines[printed.number]
                evidence = self._on(number, (start, start + len(line)))
                found.append((not printed.labelled, Dated(printed.day.value, printed.day.precision, evidence)))
        # A label counts more than an earlier page.
        return min(found, key=itemgetter(0), default=(False, None))[1]

    def tags(self) -> tuple[Words, ...]:
        said = self._all_of_xmp("dc:subject")
        keywords = self._in_info("Keywords")
        if not said and keywords is not None:
            words = [word.strip() for word in re.split(r"[,;]", keywords.value)]
            said = [Words(word, keywords.evidence) for word in words if 1 < len(word) <= 60]
        return tuple({one.value.casefold(): one for one in said}.values())[:30]

    def site_name(self) -> Words | None:
        return self._of_xmp("dc:publisher")

    def language(self, text: str) -> Words | None:
        return front_matter.language_of(text, self._all_of_xmp("dc:language")[:1], self.context.capture)

    def statements(self) -> tuple[Statement, ...]:
        """Return what the imprint and the metadata state on reuse. It covers this document only."""
        return front_matter.each_once([*self._of_imprint(), *self._of_rights()])

    def _of_imprint(self) -> Iterator[Statement]:
        for number in self._ends:
            text = self.found.pages[number - 1]
            paragraphs = (block.words for block in _blocks_of(text, number))
            yield from front_matter.imprint(paragraphs, text, partial(self._on, number), self.context)

    def _of_rights(self) -> Iterator[Statement]:
        for name in ("xmpRights:UsageTerms", "dc:rights"):
            yield from front_matter.rights(self._all_of_xmp(name), self.context)
        for name in ("cc:license", "xmpRights:WebStatement"):
            yield from front_matter.licenses(self._all_of_xmp(name), self.context)


def _family(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold()


# ── The text of pages as paragraphs ───────────────────────────────────────────────────────────────


def _blocks(pages: Sequence[str]) -> Iterator[Block]:
    repeated = _repeated(pages)
    for number, text in enumerate(pages, start=1):
        yield from _blocks_of(text, number, repeated)


def _blocks_of(text: str, number: int, repeated: frozenset[str] = frozenset()) -> Iterator[Block]:
    """Yield the paragraphs of one page, each with its page number."""
    lines = [plain(line) for _, line in _lines(text)]
    while lines and _shape(lines[0]) in repeated:
        lines.pop(0)
    while lines and _shape(lines[-1]) in repeated:
        lines.pop()
    mark, longest = Mark(MarkKind.PARAGRAPH, page=number), max(map(len, lines), default=0)
    pending: list[str] = []
    for line in lines:
        if line:
            pending.append(line)
        # A line that ends a sentence and is clearly shorter than the longest line ends its paragraph.
        if pending and (not line or (line.endswith(_ENDS) and len(line) < 0.85 * longest)):
            yield Block(" ".join(pending), mark)
            pending = []
    if pending:
        yield Block(" ".join(pending), mark)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a page with their offsets. A word that is hyphenated at a line end stays in one line."""
    at = 0
    for line in re.split(r"(\r?\n)", text):
        if line not in ("\n", "\r\n"):
            yield at, line
        at += len(line)


def _shape(line: str) -> str:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line)


def _repeated(pages: Sequence[str]) -> frozenset[str]:
    """Return the shapes of lines that stand at the top or bottom of several pages; digits are masked in a shape."""
    seen: Counter[str] = Counter()
    for text in pages:
        lines = [line for line in (plain(one) for _, one in _lines(text)) if line]
        seen.update({_shape(line) for line in (*lines[:2], *lines[-2:])})
    least = max(_REPEATED, len(pages) // 4)
    return frozenset(shape for shape, number in seen.items() if number >= least)


# ── Packed documents: EPUB, DOCX and ODT, whose values name the part or file that states them ─────────


def read_packed_document(entity: Entity, kind: str, context: Context, mark: Stamp) -> Reading:
    """Read *entity*, a document of this *kind*. Never raises: if it cannot be read, the Reading says why."""
    return _PackedReader(read_packed(entity.body, kind), context).reading(mark)


@dataclass(slots=True)
class _PackedReader:
    found: Packed
    context: Context

    def reading(self, mark: Stamp) -> Reading:
        blocks = tuple(
            Block(line, Mark(MarkKind.HEADING, 2) if at in part.headings else Mark(MarkKind.PARAGRAPH))
            for part in self.found.parts
            for at, line in enumerate(part.lines)
        )
        return _reading(self, blocks, self.found.unread, mark)

    # ── Evidence ──────────────────────────────────────────────────────────────────────────────────

    def _in_part(self, number: int, span: tuple[int, int]) -> Evidence:
        """Return the evidence for a span of characters in a part; parts are counted from 1."""
        part = self.found.parts[number - 1]
        words = " ".join(part.text[slice(*span)].split())
        return Evidence(words, self.context.capture, Layer.PACKAGE, (span,), None, in_part(number, part.member))

    def _printed(self, words: str) -> Evidence | None:
        span = find(self.found.parts[0].text, words) if self.found.parts else None
        return self._in_part(1, span) if span is not None else None

    def _said(self, name: str) -> list[Words]:
        """Return what the document's metadata state under *name*."""
        about = self.found.about
        return [
            Words(said, Evidence(said, self.context.capture, Layer.PACKAGE, (), None, in_statement(key, about)))
            for key, said in self.found.stated.items()
            if key.partition(" ")[0] == name
        ]

    # ── Fields ────────────────────────────────────────────────────────────────────────────────────

    def title(self) -> Words | None:
        said = front_matter.titles(self._said("dc:title"))
        # A book's metadata state its title; a word processor often keeps the title of the file that was copied.
        shown = next((one for one in said if self.found.kind == "epub" or self._printed(one.value)), None)
        if shown is not None:
            return shown
        return self._heading() or next(iter(said), None)

    def _heading(self) -> Words | None:
        """Return the first heading of the first part."""
        part = self.found.parts[0] if self.found.parts else None
        if part is None or not part.headings:
            return None
        at = min(part.headings)
        start = sum(len(line) + 1 for line in part.lines[:at])
        evidence = self._in_part(1, (start, start + len(part.lines[at])))
        return Words(evidence.words, evidence)

    def authors(self) -> tuple[Attribution, ...]:
        # The creator may be whoever typed the text. Except in a book, a name counts only if it is also printed.
        book = self.found.kind == "epub"
        return front_matter.authors(
            self._said("dc:creator"), lambda said, name: said.evidence if book else self._printed(name)
        )

    def published(self) -> Dated | None:
        # In a book the date is that of publication; a word processor states when the file was made.
        for one in self._said("dc:date") if self.found.kind == "epub" else ():
            day = date_parsing.read(one.value)
            if day is not None:
                return Dated(day.value, day.precision, one.evidence)
        lines = self.found.parts[0].lines if self.found.parts else ()
        printed = front_matter.dated_line(lines)
        if printed is None:
            return None
        start = sum(len(line) + 1 for line in lines[: printed.number])
        evidence = self._in_part(1, (start, start + len(lines[printed.number])))
        return Dated(printed.day.value, printed.day.precision, evidence)

    def tags(self) -> tuple[Words, ...]:
        return tuple({one.value.casefold(): one for one in self._said("dc:subject")}.values())

    def site_name(self) -> Words | None:
        return next(iter(self._said("dc:publisher")), None)

    def language(self, text: str) -> Words | None:
        return front_matter.language_of(text, self._said("dc:language"), self.context.capture)

    def statements(self) -> tuple[Statement, ...]:
        """Return what the first part, the last part and the metadata state on reuse. It covers this document only."""
        made: list[Statement] = []
        for number in dict.fromkeys((1, len(self.found.parts))) if self.found.parts else ():
            part = self.found.parts[number - 1]
            on = partial(self._in_part, number)
            made += front_matter.imprint(part.lines, part.text, on, self.context)
        made += front_matter.rights(self._said("dc:rights"), self.context)
        return front_matter.each_once(made)
