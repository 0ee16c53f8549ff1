"""Document: read a PDF, EPUB, DOCX or ODT into one Reading: its text, and what cover, imprint and metadata state.

Apart from `reader.py`, which finds out the kind of an entity and passes it to the reader for that kind.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter

from archive.evidence.xmp import read_xmp
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
from ingest.documents.packed import in_part, in_statement, read_packed
from ingest.documents.pdf import find, in_information, on_page, plain, read_pdf
from ingest.reading.dates import date_parsing
from ingest.reading.document import front_matter

# The title, the authors and the date are looked for on this many first pages.
_COVER = 3
# An imprint is also looked for on this many last pages.
_IMPRINT = 2
# A line at the top or bottom of at least this many pages is not part of the text.
_REPEATED = 3
_ENDS = (".", "!", "?", ":", "…", "”", '"', "»")


def read_document(entity: Entity, context: Context, mark: Stamp) -> Reading:
    """Read the PDF *entity*. Never raises: if it cannot be read, the Reading says why."""
    return _PdfReader(entity, context).reading(mark)


def read_packed_document(entity: Entity, kind: str, context: Context, mark: Stamp) -> Reading:
    """Read *entity*, a document of this *kind*. Never raises: if it cannot be read, the Reading says why."""
    return _PackedReader(entity, kind, context).reading(mark)


class _Reader(ABC):
    """Reads a document of any format, which supplies its words with their evidence.

    Attributes:
        texts: the text of each page or part. They are counted from 1.
        cover: the numbers of those on which title and date are looked for.
        ends: the numbers of those on which an imprint may stand: the first ones and the last ones.
        unread: why some of the document could not be read, or None.
        sure: whether its metadata are the publisher's own, so that they need not be printed too.
    """

    def __init__(self, texts: Sequence[str], context: Context, unread: str | None, *, first: int, last: int) -> None:
        numbers = range(1, len(texts) + 1)
        self.texts, self.context, self.unread, self.sure = texts, context, unread, False
        self.cover = list(numbers[:first])
        self.ends = list(dict.fromkeys([*self.cover, *numbers[-last:]]))

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """Yield the paragraphs of the text."""

    @abstractmethod
    def paragraphs(self, number: int) -> Iterable[str]:
        """Return the paragraphs of one page or part."""

    @abstractmethod
    def on(self, number: int, span: tuple[int, int]) -> Evidence:
        """Return the evidence for a span of characters on a page or in a part."""

    @abstractmethod
    def stated(self, name: str) -> list[Words]:
        """Return what the metadata state under *name*."""

    @abstractmethod
    def heading(self) -> Words | None:
        """Return the title as the document prints it, or None."""

    def reading(self, mark: Stamp) -> Reading:
        blocks = tuple(self.blocks())
        text = text_of(blocks)
        return Reading(
            stamp=mark,
            kind=PageKind.DOCUMENT,
            text=text,
            marks=marks_of(blocks),
            title=self.title(),
            attributions=self.authors(),
            published=self._published(),
            tags=tuple({one.value.casefold(): one for one in self.tags()}.values())[:30],
            language=front_matter.language_of(text, self.stated("dc:language"), self.context.capture),
            site_name=next(iter(self.stated("dc:publisher")), None),
            statements=front_matter.each_once([*self._of_imprint(), *self._of_rights()]),
            partial=Partial.UNREAD if self.unread else None,
            unread=self.unread,
        )

    def printed(self, words: str, numbers: Sequence[int], *, folded: bool = False) -> Evidence | None:
        """Return the evidence for *words* on the first of these pages that holds them; *folded* ignores case."""
        spans = ((number, find(self.texts[number - 1], words, folded=folded)) for number in numbers)
        return next((self.on(number, span) for number, span in spans if span is not None), None)

    def title(self) -> Words | None:
        said = front_matter.titles([*self.stated("dc:title"), *self.stated("Title")])
        # Readers cite the printed title, and programs may keep the title of a copied file. So a stated title counts if
        # it is printed on the cover, where it is often in capitals; its stated spelling is the one to cite.
        shown = (one for one in said if self.sure or self.printed(one.value, self.cover, folded=True))
        return next(shown, None) or self.heading() or next(iter(said), None)

    def authors(self) -> tuple[Attribution, ...]:
        # Metadata also name whoever saved the file. Authors are printed.
        said = self.stated("dc:creator") or self.stated("Author")
        return front_matter.authors(
            said, lambda one, name: one.evidence if self.sure else self.printed(name, self.ends)
        )

    def dates(self) -> list[Words]:
        """Return the days of publication that the metadata state."""
        return self.stated("prism:publicationDate")

    def _published(self) -> Dated | None:
        for one in self.dates():
            if (day := date_parsing.read(one.value)) is not None:
                return Dated(day.value, day.precision, one.evidence)
        found: list[tuple[bool, Dated]] = []
        for number in self.cover:
            lines = list(_lines(self.texts[number - 1]))
            printed = front_matter.dated_line([plain(line) for _, line in lines])
            if printed is not None:
                start, line = lines[printed.number]
                evidence = self.on(number, (start, start + len(line)))
                found.append((not printed.labelled, Dated(printed.day.value, printed.day.precision, evidence)))
        # A label counts more than an earlier page.
        return min(found, key=itemgetter(0), default=(False, None))[1]

    def tags(self) -> list[Words]:
        return self.stated("dc:subject")

    # What imprint and metadata state on reuse covers this document only.

    def _of_imprint(self) -> Iterator[Statement]:
        for number in self.ends:
            on = partial(self.on, number)
            yield from front_matter.imprint(self.paragraphs(number), self.texts[number - 1], on, self.context)

    def _of_rights(self) -> Iterator[Statement]:
        for name in ("xmpRights:UsageTerms", "dc:rights"):
            yield from front_matter.rights(self.stated(name), self.context)
        for name in ("cc:license", "xmpRights:WebStatement"):
            yield from front_matter.licenses(self.stated(name), self.context)


class _PdfReader(_Reader):
    def __init__(self, entity: Entity, context: Context) -> None:
        self.found = found = read_pdf(entity.body)
        held = len(found.pages)
        unread = found.unread or (None if held == found.count else f"only {held} of {found.count} pages")
        super().__init__(found.pages, context, unread, first=_COVER, last=_IMPRINT)
        self._xmp = read_xmp(entity.body)

    def blocks(self) -> Iterator[Block]:
        repeated = _repeated(self.texts)
        for number, text in enumerate(self.texts, start=1):
            yield from _blocks_of(text, number, repeated)

    def paragraphs(self, number: int) -> Iterable[str]:
        return (block.words for block in _blocks_of(self.texts[number - 1], number))

    def on(self, number: int, span: tuple[int, int]) -> Evidence:
        words = plain(self.texts[number - 1][slice(*span)])
        return Evidence(words, self.context.capture, Layer.PDF, (span,), None, on_page(number))

    def stated(self, name: str) -> list[Words]:
        if (said := self.found.info.get(name)) is not None:
            return [Words(said, Evidence(said, self.context.capture, Layer.PDF, (), None, in_information(name)))]
        found = [(one.value, one.passage) for one in self._xmp if one.name == name]
        return [
            Words(value, Evidence(at.words, self.context.capture, Layer.ENTITY, at.ranges, at.decoding))
            for value, at in found
        ]

    def heading(self) -> Words | None:
        # The largest type on the page may be the authors and not the title.
        heading = self._heading
        if self.found.heading is None or not front_matter.is_title(heading) or front_matter.of_names(heading):
            return None
        evidence = self.on(1, self.found.heading)
        return Words(evidence.words, evidence)

    @property
    def _heading(self) -> str:
        """The words in the largest type on the first page, with line breaks."""
        return self.texts[0][slice(*self.found.heading)] if self.found.heading else ""

    def authors(self) -> tuple[Attribution, ...]:
        stated, shown = super().authors(), self._on_cover()
        # Metadata may shorten names. If they name somebody whom the cover lines do not, those lines are incomplete, and
        # the stated authors count.
        families = {_family(credit.name) for credit in shown}
        return shown if all(_family(credit.name) in families for credit in stated) else stated

    def _on_cover(self) -> tuple[Attribution, ...]:
        """Return the persons named next to the title on the first page, in lines of their own."""
        if self.found.heading is None:
            return ()
        text, (start, end) = self.texts[0], self.found.heading
        # If the largest type is the authors, the lines start there.
        end = start if front_matter.of_names(self._heading) else end
        # Splitting leaves an empty line where the title's last line ended.
        above, below = (
            [said for _, line in _lines(part) if (said := plain(line))] for part in (text[:start], text[end:])
        )
        title = self.title()
        # A person in the title is a subject, not an author, even if the title is only a name.
        about = [plain(self._heading) if end > start else "", title.value if title is not None else ""]
        named = ((name, self.printed(name, [1])) for name in front_matter.on_cover(above, below, " ".join(about)))
        return tuple(Attribution(name, evidence) for name, evidence in named if evidence is not None)

    def tags(self) -> list[Words]:
        keywords = [
            Words(word.strip(), said.evidence)
            for said in self.stated("Keywords")
            for word in re.split(r"[,;]", said.value)
            if 1 < len(word.strip()) <= 60
        ]
        return super().tags() or keywords


def _family(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold()


# ── The text of pages as paragraphs ───────────────────────────────────────────────────────────────
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


class _PackedReader(_Reader):
    """Reads an EPUB, DOCX or ODT, whose values name the part or file that states them."""

    def __init__(self, entity: Entity, kind: str, context: Context) -> None:
        self.found = read_packed(entity.body, kind)
        super().__init__([part.text for part in self.found.parts], context, self.found.unread, first=1, last=1)
        # A book's metadata state its title, its authors and the day of publication. A word processor often keeps the
        # title of the file that was copied, names whoever typed the text, and states when the file was made.
        self.sure = self.found.kind == "epub"

    def blocks(self) -> Iterator[Block]:
        for part in self.found.parts:
            for at, line in enumerate(part.lines):
                yield Block(line, Mark(MarkKind.HEADING, 2) if at in part.headings else Mark(MarkKind.PARAGRAPH))

    def paragraphs(self, number: int) -> Iterable[str]:
        return self.found.parts[number - 1].lines

    def on(self, number: int, span: tuple[int, int]) -> Evidence:
        words = " ".join(self.texts[number - 1][slice(*span)].split())
        basis = in_part(number, self.found.parts[number - 1].member)
        return Evidence(words, self.context.capture, Layer.PACKAGE, (span,), None, basis)

    def stated(self, name: str) -> list[Words]:
        about = self.found.about
        return [
            Words(said, Evidence(said, self.context.capture, Layer.PACKAGE, (), None, in_statement(key, about)))
            for key, said in self.found.stated.items()
            if key.partition(" ")[0] == name
        ]

    def heading(self) -> Words | None:
        """Return the first heading of the first part."""
        part = self.found.parts[0] if self.found.parts else None
        if part is None or not part.headings:
            return None
        at = min(part.headings)
        start = sum(len(line) + 1 for line in part.lines[:at])
        evidence = self.on(1, (start, start + len(part.lines[at])))
        return Words(evidence.words, evidence)

    def dates(self) -> list[Words]:
        return self.stated("dc:date") if self.sure else []
