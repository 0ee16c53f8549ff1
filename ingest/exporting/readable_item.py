"""Readable item: the text of an item with its credit line and terms, the same for every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from archive.formats.wacz import License
from db.catalogue import Catalogue
from db.citation.address import Archive
from db.citation.credit_line import CreditLine, credit_line
from db.identity import statement_id
from db.model.item import Covers, Item, ItemTerm, ReviewState, Role, Term, Tombstone, Use
from db.model.text_marks import Block, blocks_of
from db.terms.verdict import in_words, license_of, verdict_of, with_grade
from ingest.collection.collection import archive_of
from ingest.exporting.order import (
    WAITING,
    WITHHELD,
    ExportResult,
    ForReuse,
    Order,
    Waiting,
    empty_export_error,
    left_out,
    to_confirm,
)
from ingest.progress import counted

READING = (
    "For reading and research. This is no permission to publish: before you reuse a text, read its terms below, or "
    "export with --for-reuse."
)
IMAGES = "No images are in it, whatever their terms."


@dataclass(frozen=True, slots=True)
class Readable:
    """One text.

    Attributes:
        id: the id of the edition.
        byline: authors and date, as far as they are stated.
        credit: the credit line to print.
        terms: lines about its reuse.
        warnings: reasons for caution: the text is partial, gone, or exported against its terms.
    """

    id: str
    title: str
    byline: str
    language: str
    url: str
    blocks: tuple[Block, ...]
    credit: str
    terms: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Texts:
    """Iterate over the texts of an order, and count those written and those left out, by reason.

    Raises:
        Refused: there is no text to export (exit code: usage). An export for reuse is made even if it is empty, because
            it says why.
    """

    order: Order
    written: int = 0
    left: Counter[str] = field(default_factory=Counter)
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)
    _texts: Iterator[Readable] = field(init=False)
    _archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        stated = archive_of(self.order.layout)
        self._archive = Archive(stated.name, stated.public_url)
        self._texts = self._each()
        # Fetch the first text before anything is written, so an empty export makes no file.
        first = next(self._texts, None)
        if first is not None:
            self._texts = chain((first,), self._texts)
        elif self.order.reuse is None or not self.left:
            raise empty_export_error(self.order.choice, self.left[WITHHELD])

    def __iter__(self) -> Iterator[Readable]:
        return self._texts

    def _each(self) -> Iterator[Readable]:
        """Yield the texts to export, and count the items that are left out."""
        order = self.order
        for item in order.choice.items(order.catalogue, lambda _ref: self.left.update(["not held on that day"])):
            if isinstance(item, Tombstone):
                self.left[WITHHELD] += 1
                continue
            if item.edition.id in self._seen:  # named twice, or named and found by the query
                continue
            self._seen.add(item.edition.id)
            why = left_out(item, order.reuse, order.made) if order.reuse else None
            if why:
                self.left[why] += 1
                if why == WAITING and order.reuse:
                    self.waiting.update((item.publisher.id, one.words) for one in to_confirm(item, order.reuse))
                continue
            self.written += 1
            text, link = readable(item, order.reuse), self._archive.permalink(item)
            yield replace(text, terms=(*text.terms, f"Archived at {link}")) if link else text

    @property
    def head(self) -> list[str]:
        """The lines above the texts, which state the purpose of the export."""
        if self.order.reuse is not None and not self.written and self.left[WAITING]:
            waiting = f"{counted(self.left[WAITING], 'text')} waiting for a decision on what the publisher says"
            return [f"For reuse: nothing is handed out yet ({self.order.reuse.asked.use}), {waiting}.", IMAGES]
        if self.order.reuse is not None and not self.written:
            return [
                f"For reuse: none of the named texts may be used in this way ({self.order.reuse.asked.use}).",
                IMAGES,
            ]
        return [_purpose(self.order.reuse), IMAGES]

    @property
    def tail(self) -> str:
        """The line below the texts: how many there are, and how many were left out, by reason."""
        why = ", ".join(f"{number} {reason}" for reason, number in sorted(self.left.items()))
        total = self.written + sum(self.left.values())
        asked = f"Asked for: {self.order.choice.in_words}. "
        left = f"Left out: {why or 'none'}."
        return f"{self.written} of {total} texts. {left} {asked}Made {self.order.made:%Y-%m-%d %H:%M} UTC."

    def result(self) -> ExportResult:
        """Return the result of the export."""
        left = {reason: number for reason, number in sorted(self.left.items()) if reason != WITHHELD}
        ranked = sorted(self.waiting.items(), key=lambda counted: (-counted[1], counted[0]))
        waiting = tuple(Waiting(statement_id(*said), *said, number) for said, number in ranked)
        return ExportResult(self.written, self.left[WITHHELD], {}, (IMAGES,), left, waiting)


def _purpose(purpose: ForReuse | None) -> str:
    """Return the sentence that states the purpose of the export."""
    if purpose is None:
        return READING
    commercial = "commercial" if purpose.asked.commercial else "non-commercial"
    said = (
        f"For reuse: to {purpose.asked.use}, {commercial}. The publisher's words printed with each text permit "
        "this use, under the duties that they name and with the credit line"
    )
    # So that a person can choose the part; how much it may be is in the publisher's words alone.
    part = " Each text is here as a whole: print no more of it than these words allow."
    part = part if purpose.asked.use is Use.EXCERPT else ""
    if purpose.lifted:
        said += "; a text that is marked as handed out against its terms only has the permission that is named there"
    return f"{said}.{part}"


def readable(item: Item, purpose: ForReuse | None) -> Readable:
    """Return *item* as a text with its terms for *purpose*, or for republication if None."""
    edition, published = item.edition, item.edition.published
    authors = ", ".join(one.name for one in edition.attributions if one.role is Role.AUTHOR)
    day = (published.day or published.value) if published else ""
    return Readable(
        id=edition.id,
        title=edition.title.value if edition.title else "[untitled]",
        byline=" · ".join(part for part in (authors, day) if part) or "no author or date stated",
        language=item.language.value if item.language else "",
        url=item.url,
        blocks=blocks_of(edition.text, edition.marks),
        credit=_credit(item, purpose).text,
        terms=tuple(_terms(item, purpose)),
        warnings=tuple(_warnings(item, purpose)),
    )


def _credit(item: Item, purpose: ForReuse | None) -> CreditLine:
    """Return the credit line for the use in *purpose*."""
    if purpose is None:
        return credit_line(item)
    return credit_line(item, use=purpose.asked.use, commercial=purpose.asked.commercial)


def _terms(item: Item, purpose: ForReuse | None) -> Iterator[str]:
    """Yield the lines about reuse: verdicts, conditions and the publisher's statements."""
    use = purpose.asked.use if purpose else Use.REPUBLISH
    commercial = purpose.asked.commercial if purpose else True
    # The same call as in `left_out`, so the verdict that is printed is the one that let the text through.
    found = verdict_of(item, use, commercial=commercial)
    named = license_of(found, item.publisher.id)
    whose = "" if commercial else " (non-commercial)"
    doubt = "; low confidence: a person should look" if found.review is ReviewState.WANTED else ""
    yield f"{use}{whose}: {with_grade(found)}" + (f"; licence {named}" if named else "") + doubt
    # Stated although no images are exported, because readers of the text will ask about them.
    yield f"images: {in_words(verdict_of(item, use, Covers.IMAGES, commercial=commercial))}; none are in this export"
    yield from _credit(item, purpose).conditions
    about = [held for held in item.terms if held.statement.has_a_say]
    for held in about:
        statement = held.statement
        yield f"“{statement.words}” ({statement.place}, confirmed {held.last_confirmed:%Y-%m-%d})"
    if not about:
        yield "The publisher states no terms. Silence is not a licence."


def _warnings(item: Item, purpose: ForReuse | None) -> Iterator[str]:
    """Yield the warnings for a text."""
    lifted = purpose.lifted.get(item.id) if purpose else None
    if lifted is not None:
        by = f" by {lifted.by}" if lifted.by else ""
        yield f"Handed out against its terms{by}: {lifted.reason} (recorded as {lifted.note})"
    if item.edition.partial is not None:
        yield f"Not the whole text: {item.edition.partial}"
    if item.gone is not None:
        yield f"Taken down by its publisher; gone since {item.gone:%Y-%m-%d}"


# ── Stated terms: the terms of many items, each wording once, as packages list them ──────────────────────────────


class LicenseList:
    """Collect the publishers' statements about reuse, and number them in the order in which they occur."""

    def __init__(self, catalogue: Catalogue) -> None:
        """*catalogue* is used to find the pages of statements."""
        self._catalogue = catalogue
        self._known: dict[tuple[str, str | None], License] = {}
        self._numbers: dict[License, int] = {}
        self._items: dict[License, int] = {}

    def of(self, item: Item) -> list[int]:
        """Add the terms of *item*, and return their numbers."""
        # Without a verdict of *yes*, list the words but no licence, because readers would take it as valid.
        permitted = any(verdict_of(item, Use.REPUBLISH, commercial=commercial).is_yes for commercial in (True, False))
        found = list(dict.fromkeys(self._license(held, permitted) for held in item.terms))
        for one in found:
            # Numbered in order of occurrence, so the same items give the same package.
            self._numbers.setdefault(one, len(self._numbers) + 1)
            self._items[one] = self._items.get(one, 0) + 1
        return [self._numbers[one] for one in found]

    def numbered(self) -> Iterator[tuple[int, License]]:
        """Yield all terms with their numbers."""
        for one, number in self._numbers.items():
            yield number, one

    def by_use(self) -> list[License]:
        """Return all terms, those of most items first."""
        # Ties are broken by words and address, so the same items give the same package.
        return sorted(self._items, key=lambda one: (-self._items[one], one.title, one.path))

    def _license(self, held: ItemTerm, permitted: bool) -> License:
        """Return the words with the licence that they name, if *permitted*, or with the page where they were read."""
        words = held.statement.words
        named = next((term for term in held.statement.terms if permitted and term.license_url), None)
        url = named.license_url if named else None
        # The same words may be on thousands of pages; they count once.
        if (words, url) not in self._known:
            self._known[words, url] = License(url or self._page(held), words, _spdx(named))
        return self._known[words, url]

    def _page(self, held: ItemTerm) -> str:
        capture = self._catalogue.capture(held.statement.evidence.capture)
        return capture.url if capture else ""


def _spdx(term: Term | None) -> str | None:
    """Return the SPDX id of the licence, or None if it has none."""
    # A LicenseRef is only valid within our own files (SPDX 2.3 clause 10.1).
    return term.license_id if term and term.license_id and not term.license_id.startswith("LicenseRef") else None
