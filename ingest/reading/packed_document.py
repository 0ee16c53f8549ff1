"""Packed document: read an EPUB, DOCX or ODT into one Reading; each value names the part or file that states it.

Apart from `reader.py`, which finds out the kind of an entity and passes it to the reader for that kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

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
from ingest.documents.pdf import find
from ingest.reading import front_matter
from ingest.reading.dates import date_parsing


def read_packed_document(entity: Entity, kind: str, context: Context, mark: Stamp) -> Reading:
    """Read *entity*, a document of this *kind*. Never raises: if it cannot be read, the Reading says why."""
    return _Reader(read_packed(entity.body, kind), context).reading(mark)


@dataclass(slots=True)
class _Reader:
    found: Packed
    context: Context

    def reading(self, mark: Stamp) -> Reading:
        blocks = tuple(
            Block(line, Mark(MarkKind.HEADING, 2) if at in part.headings else Mark(MarkKind.PARAGRAPH))
            for part in self.found.parts
            for at, line in enumerate(part.lines)
        )
        text = text_of(blocks)
        return Reading(
            stamp=mark,
            kind=PageKind.DOCUMENT,
            text=text,
            marks=marks_of(blocks),
            title=self._title(),
            attributions=self._authors(),
            published=self._published(),
            tags=tuple({one.value.casefold(): one for one in self._said("dc:subject")}.values()),
            language=self._language(text),
            site_name=next(iter(self._said("dc:publisher")), None),
            statements=self._statements(),
            partial=Partial.UNREAD if self.found.unread else None,
            unread=self.found.unread,
        )

    # ── Evidence ──────────────────────────────────────────────────────────────────────────────────

    def _in_part(self, number: int, span: tuple[int, int]) -> Evidence:
        """Return the evidence for a span of characters in a part; parts are counted from 1."""
        part = self.found.parts[number - 1]
        words = " ".join(part.text[slice(*span)].split())
        return Evidence(words, self.context.capture, Layer.PACKAGE, (span,), None, in_part(number, part.member))

    def _printed(self, words: str) -> Evidence | None:
        for number, part in enumerate(self.found.parts[:1], start=1):
            span = find(part.text, words)
            if span is not None:
                return self._in_part(number, span)
        return None

    def _said(self, name: str) -> list[Words]:
        """Return what the document's metadata state under *name*."""
        about = self.found.about
        return [
            Words(said, Evidence(said, self.context.capture, Layer.PACKAGE, (), None, in_statement(key, about)))
            for key, said in self.found.stated.items()
            if key.partition(" ")[0] == name
        ]

    # ── Fields ────────────────────────────────────────────────────────────────────────────────────

    def _title(self) -> Words | None:
        said = front_matter.titles(self._said("dc:title"))
        # A book's metadata state its title; a word processor often keeps the title of the file that was copied.
        shown = next((one for one in said if self.found.kind == "epub" or self._printed(one.value)), None)
        if shown is not None:
            return shown
        heading = next(self._headings(), None)
        return heading or next(iter(said), None)

    def _headings(self) -> Iterator[Words]:
        for number, part in enumerate(self.found.parts[:1], start=1):
            for at in sorted(part.headings):
                start = sum(len(line) + 1 for line in part.lines[:at])
                evidence = self._in_part(number, (start, start + len(part.lines[at])))
                yield Words(evidence.words, evidence)

    def _authors(self) -> tuple[Attribution, ...]:
        # The creator may be whoever typed the text. Except in a book, a name counts only if it is also printed.
        book = self.found.kind == "epub"
        return front_matter.authors(
            self._said("dc:creator"), lambda said, name: said.evidence if book else self._printed(name)
        )

    def _published(self) -> Dated | None:
        # In a book the date is that of publication; a word processor states when the file was made.
        for one in self._said("dc:date") if self.found.kind == "epub" else ():
            day = date_parsing.read(one.value)
            if day is not None:
                return Dated(day.value, day.precision, one.evidence)
        start = 0
        for line in self.found.parts[0].lines if self.found.parts else ():
            printed = front_matter.day_in(line)
            if printed is not None:
                return Dated(printed.value, printed.precision, self._in_part(1, (start, start + len(line))))
            start += len(line) + 1
        return None

    def _language(self, text: str) -> Words | None:
        return front_matter.language_of(text, self._said("dc:language"), self.context.capture)

    def _statements(self) -> tuple[Statement, ...]:
        """Return what the first part, the last part and the metadata state on reuse. It covers this document only."""
        made: list[Statement] = []
        for number in dict.fromkeys((1, len(self.found.parts))) if self.found.parts else ():
            part = self.found.parts[number - 1]
            on = partial(self._in_part, number)
            made += front_matter.imprint(part.lines, part.text, on, self.context)
        made += front_matter.rights(self._said("dc:rights"), self.context)
        return front_matter.each_once(made)
