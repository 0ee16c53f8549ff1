"""Readable: an item's text as people read it, with its credit line and its terms; the same in every format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from db.credit import credit_line
from db.license_ids import license_of
from db.marks import Block, blocks_of
from db.model import Covers, Item, ReviewState, Role, Tombstone, Use
from ingest.exporting.for_reuse import WITHHELD, ForReuse, left_out
from ingest.exporting.order import Handed, Order, nothing
from ingest.reuse import in_words, verdict_of

READING = (
    "For reading and research. This is no permission to publish: before you reuse a text, read its terms below, or "
    "export with --for-reuse."
)
IMAGES = "No images are in it, whatever their terms."


@dataclass(frozen=True, slots=True)
class Readable:
    """One text.

    Attributes:
        byline: who wrote it and when, as far as it is stated.
        credit: the line to print.
        terms: what is to be known of its reuse, a line each.
        warnings: what stands against using it as it is: partial, gone, exported against its terms.
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
    """The texts that an order names, one by one; counts what is handed on and what is left out, by reason.

    Raises:
        Refused: nothing was named, or nothing is left of it to read (usage). For reuse an export that leaves all out
            is made: it says why.
    """

    order: Order
    written: int = 0
    left: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)
    _texts: Iterator[Readable] = field(init=False)

    def __post_init__(self) -> None:
        self._texts = self._each()
        first = next(self._texts, None)
        if first is not None:
            self._texts = chain((first,), self._texts)
        elif self.order.reuse is None or not self.left:
            raise nothing(self.order.choice, self.left[WITHHELD])

    def __iter__(self) -> Iterator[Readable]:
        return self._texts

    def _each(self) -> Iterator[Readable]:
        order = self.order
        for item in order.choice.items(order.catalogue, lambda _ref: self.left.update(["not held on that day"])):
            if isinstance(item, Tombstone):
                self.left[WITHHELD] += 1
                continue
            if item.edition.id in self._seen:  # named twice, or named and a hit
                continue
            self._seen.add(item.edition.id)
            why = left_out(item, order.reuse, order.made) if order.reuse else None
            if why:
                self.left[why] += 1
                continue
            self.written += 1
            yield readable(item, order.reuse)

    @property
    def head(self) -> list[str]:
        """What stands above the texts: what they are for."""
        if self.order.reuse is not None and not self.written:
            return [f"For reuse: no text that was named may be used so ({self.order.reuse.asked.use}).", IMAGES]
        return [_purpose(self.order.reuse), IMAGES]

    @property
    def tail(self) -> str:
        """What stands below them: how many there are, and how many were left out and why."""
        why = ", ".join(f"{number} {reason}" for reason, number in sorted(self.left.items()))
        total = self.written + sum(self.left.values())
        return f"{self.written} of {total} texts. Left out: {why or 'none'}. Made {self.order.made:%Y-%m-%d %H:%M} UTC."

    def handed(self) -> Handed:
        """Return the counts for the person."""
        left = {reason: number for reason, number in sorted(self.left.items()) if reason != WITHHELD}
        return Handed(self.written, self.left[WITHHELD], {}, (IMAGES,), left)


def _purpose(purpose: ForReuse | None) -> str:
    if purpose is None:
        return READING
    commercial = "commercial" if purpose.asked.commercial else "non-commercial"
    said = (
        f"For reuse: to {purpose.asked.use}, {commercial}. Each text may be used so by the words of its publisher that "
        "stand with it, on the duties that they name, with its credit line"
    )
    if not purpose.lifted:
        return f"{said}."
    return f"{said}; but a text that is marked as handed out against its terms only by the leave that is named there."


def readable(item: Item, purpose: ForReuse | None) -> Readable:
    """Return *item* as it is read, with what is to be known of its reuse."""
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
        credit=credit_line(item).text,
        terms=tuple(_terms(item, purpose)),
        warnings=tuple(_warnings(item, purpose)),
    )


def _terms(item: Item, purpose: ForReuse | None) -> Iterator[str]:
    use = purpose.asked.use if purpose else Use.REPUBLISH
    commercial = purpose.asked.commercial if purpose else True
    found = verdict_of(item, use, commercial=commercial)
    named = license_of(found, item.publisher.id)
    whose = "" if commercial else " (non-commercial)"
    doubt = "; low confidence: a person should look" if found.review is ReviewState.WANTED else ""
    yield f"{use}{whose}: {in_words(found)}" + (f"; licence {named}" if named else "") + doubt
    yield f"images: {in_words(verdict_of(item, use, Covers.IMAGES, commercial=commercial))}; none are in this export"
    yield from credit_line(item).conditions
    about = [held for held in item.terms if held.statement.has_a_say]
    for held in about:
        statement = held.statement
        yield f"“{statement.words}” ({statement.place}, confirmed {held.last_confirmed:%Y-%m-%d})"
    if not about:
        yield "The publisher states no terms. Silence is not a licence."


def _warnings(item: Item, purpose: ForReuse | None) -> Iterator[str]:
    lifted = purpose.lifted.get(item.id) if purpose else None
    if lifted is not None:
        by = f" by {lifted.by}" if lifted.by else ""
        yield f"Handed out against its terms{by}: {lifted.reason} (recorded as {lifted.note})"
    if item.edition.partial is not None:
        yield f"Not the whole text: {item.edition.partial}"
    if item.gone is not None:
        yield f"Taken down by its publisher; gone since {item.gone:%Y-%m-%d}"
