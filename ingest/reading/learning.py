"""Learning: find from some tens of one publisher's articles where their fields stand, and check it on each article.

Apart from the catalogue's learner, which chooses the pages: this module looks at the pages only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from math import ceil
from types import MappingProxyType

from archive.http.exchange import Entity
from db.model.item import Context, PageKind, Reading, Role
from ingest.reading import author_choice
from ingest.reading.byline import byline, names
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.dates.printed_dates import american
from ingest.reading.layout import learned, text_spot
from ingest.reading.layout.layout import Layout
from ingest.reading.metadata import meta, structured
from ingest.reading.page.page import Page, open_page, plain
from ingest.reading.page.spots import How, Spot, paths
from ingest.reading.reader import read
from ingest.reading.text.article import ENOUGH

# SURE allows one page in twenty to be wrong. With fewer pages, a single wrong one would rule out every spot.
FEWEST = 20
"""Nothing is learned from fewer articles."""
SURE = 0.95
"""The part of the articles on which a spot must give the same value as the general reader."""
_TRIED = 60
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Sample:
    """One article: its page, what the general reader read in it, and what its witnesses offer."""

    page: Page
    reading: Reading
    offered: dict[Field, list[Candidate]]

    @property
    def authors(self) -> list[str]:
        """The authors' names, folded."""
        return [author_choice.fold(a.name) for a in self.reading.attributions if a.role is Role.AUTHOR]

    @property
    def language(self) -> str | None:
        """The language of the text, without its region."""
        return self.reading.language.value.partition("-")[0] if self.reading.language else None

    @property
    def tags(self) -> list[str]:
        """The tags, folded."""
        return [author_choice.fold(tag.value) for tag in self.reading.tags]


Right = Callable[[Sample, Spot], bool]
Offers = Callable[[Sample], Iterator[tuple[str, How]]]


def learn(pages: Iterable[tuple[Entity, Context]], held: Mapping[str, Reading] = MappingProxyType({})) -> Layout | None:
    """Return where the fields stand on these pages, or None if the pages are too few or too different.

    Pure: the same pages give the same layout. The general reader reads the pages, even if their contexts name a
    profile. Only complete articles count. *held* has readings of that reader by capture, made from the page alone.
    """
    samples = [sample for entity, context in pages if (sample := _sample(entity, context, held.get(context.capture)))]
    if len(samples) < FEWEST:
        return None
    title = _best(samples, _titles, _right_title)
    text = text_spot.learn([(sample.page, sample.reading.text, sample.language) for sample in samples], SURE)
    # Without a spot for the title and the text nothing is gained. The other fields can be read as on any page.
    if title is None or text is None:
        return None
    authors, published = _best(samples, _authors, _right_authors), _best(samples, _published, _right_published)
    return Layout(
        pages=len(samples),
        title=title,
        text=text,
        authors=authors,
        published=published,
        tags=_best(samples, _tags, _right_tags),
        authors_too=_second(samples, _authors, _right_authors, authors),
        published_too=_second(samples, _published, _right_day, published),
    )


def _sample(entity: Entity, context: Context, reading: Reading | None) -> Sample | None:
    # Without the profile: a layout learned from its own readings would only confirm itself.
    known = Context(context.url, context.capture, context.head, context.publisher, day=context.day)
    reading = reading or read(entity, known)
    # A text that is cut, or joined from several pages, does not show where a complete one ends.
    if reading.kind is not PageKind.ARTICLE or reading.partial or reading.parts or len(reading.text) < ENOUGH:
        return None
    page = open_page(entity, context.url)
    # The general reader always reads pages with tables, because it can tell data tables from layout tables.
    if page is None or reading.title is None or next(page.body.iter("table"), None) is not None:
        return None
    offered: dict[Field, list[Candidate]] = {field: [] for field in Field}
    for candidate in chain(structured.Structured(page).candidates(), meta.candidates(page)):
        offered[candidate.field].append(candidate)
    return Sample(page, reading, offered)


def _best(samples: Sequence[Sample], offers: Offers, right: Right) -> Spot | None:
    """Return the spot that is right on the most samples, if on enough of them; among equals, the one offered first."""
    counted = Counter(offer for sample in samples for offer in dict.fromkeys(offers(sample)))
    best: Spot | None = None
    least = ceil(SURE * len(samples))
    for (at, how), _ in counted.most_common(_TRIED):
        # Stop checking a spot as soon as it has too many failures: most spots are wrong on every page.
        failures = (not right(sample, Spot(at, how, 0)) for sample in samples)
        fit = len(samples) - sum(islice(filter(None, failures), len(samples) - least + 1))
        if fit >= least:
            best, least = Spot(at, how, fit), fit + 1
        if least > len(samples):
            break
    return best


def _second(samples: Sequence[Sample], offers: Offers, right: Right, first: Spot | None) -> Spot | None:
    """Return the best spot of another kind than *first*: one is printed for people, the other stated for machines."""

    def others(sample: Sample) -> Iterator[tuple[str, How]]:
        # Two spots of one kind come from the same field of the publisher's system, and agree even when both are wrong.
        machine = first is not None and first.how is How.WITNESS
        return ((at, how) for at, how in offers(sample) if (how is How.WITNESS) is not machine)

    return None if first is None else _best(samples, others, right)


def _witnesses(sample: Sample, field: Field) -> Iterator[tuple[str, How]]:
    for candidate in sample.offered[field]:
        yield candidate.witness, How.WITNESS


def _titles(sample: Sample) -> Iterator[tuple[str, How]]:
    wanted = sample.reading.title.value if sample.reading.title else ""
    for element, words in sample.page.short.items():
        if plain(words) == wanted:
            yield from ((path, How.WORDS) for path in paths(element))
    yield from _witnesses(sample, Field.TITLE)


def _authors(sample: Sample) -> Iterator[tuple[str, How]]:
    wanted = sample.authors
    for element, words in sample.page.short.items() if wanted else ():
        # Splitting every short line of a page into names is slow, so first check that it holds the first author.
        if len(words) > _LONGEST or wanted[0] not in author_choice.fold(words):
            continue
        if [author_choice.fold(name.name) for name in byline.labelled(plain(words))[1]] == wanted:
            yield from ((path, How.LABELLED) for path in paths(element))
        said = [author_choice.fold(name.name) for name in names.split(plain(words), printed=True)]
        if said == wanted:
            yield from ((path, How.LISTED) for path in paths(element))
        # One of several elements that hold one name each. The path that they have in common is counted most often.
        if len(said) == 1 and said[0] in wanted:
            yield from ((path, How.EACH) for path in paths(element))
    yield from _witnesses(sample, Field.AUTHOR)


def _published(sample: Sample) -> Iterator[tuple[str, How]]:
    wanted = sample.reading.published
    for element, words in sample.page.short.items() if wanted else ():
        if wanted is None or len(words) > _LONGEST:
            continue
        if element.get("datetime"):
            yield from ((path, How.STAMP) for path in paths(element))
        if any(c.isdigit() for c in words):
            stated = next(date_parsing.find(words, american=american(sample.page, words)), None)
            if stated is not None and stated.value[:10] == wanted.value[:10]:
                yield from ((path, How.WORDS) for path in paths(element))
    yield from _witnesses(sample, Field.PUBLISHED)


def _tags(sample: Sample) -> Iterator[tuple[str, How]]:
    wanted = frozenset(sample.tags)
    for element, words in sample.page.short.items() if wanted else ():
        if author_choice.fold(words) in wanted:
            yield from ((path, How.EACH) for path in paths(element))
    yield from _witnesses(sample, Field.TAG)


def _right_title(sample: Sample, spot: Spot) -> bool:
    found = learned.title(sample.page, spot, sample.offered[Field.TITLE])
    return found is not None and sample.reading.title is not None and found.value == sample.reading.title.value


def _right_authors(sample: Sample, spot: Spot) -> bool:
    read_authors = learned.authors(sample.page, spot, sample.offered[Field.AUTHOR])
    return [author_choice.fold(author.name) for author in read_authors] == sample.authors


def _right_published(sample: Sample, spot: Spot) -> bool:
    found, wanted = (
        learned.published(sample.page, spot, sample.offered[Field.PUBLISHED]).stated,
        sample.reading.published,
    )
    return (found and found.value) == (wanted and wanted.value)


def _right_day(sample: Sample, spot: Spot) -> bool:
    found = learned.published(sample.page, spot, sample.offered[Field.PUBLISHED]).stated
    wanted = sample.reading.published
    # Compare the day only: metadata state the minute, but most pages print just the day.
    return found is not None and wanted is not None and found.value[:10] == wanted.value[:10]


def _right_tags(sample: Sample, spot: Spot) -> bool:
    return [
        author_choice.fold(c.value) for c in learned.tagged(sample.page, spot, sample.offered[Field.TAG])
    ] == sample.tags
