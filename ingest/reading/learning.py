"""Learning: find from some tens of one publisher's articles where their fields stand, and check it on each article.

Apart from the catalogue's learner, which chooses the pages: this module looks at the pages only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from math import ceil
from types import MappingProxyType
from typing import Any

from archive.http.exchange import Entity
from db.model.item import Context, PageKind, Reading, Role
from db.model.text_marks import Block, MarkKind
from ingest.reading.byline import byline, name_lists
from ingest.reading.candidate import Candidate, Field
from ingest.reading.dates import date_parsing
from ingest.reading.dates.printed_dates import american
from ingest.reading.layout import learned
from ingest.reading.layout.layout import Layout, TextSpot
from ingest.reading.metadata import meta, structured
from ingest.reading.page.page import Page, fold, open_page, plain, visible
from ingest.reading.page.spots import How, Spot, is_at, named, paths, steps
from ingest.reading.reader import read
from ingest.reading.text import blocks
from ingest.reading.text.article import ENOUGH
from ingest.reading.text.blocks import HEADINGS

# SURE allows one page in twenty to be wrong. With fewer pages, a single wrong one would rule out every spot.
FEWEST = 20
"""Nothing is learned from fewer articles."""
SURE = 0.95
"""The part of the articles on which a spot must give the same value as the general reader."""
_TRIED = 60
_LONGEST = 200
# A page, its text, and the language of the text or None.
TextSample = tuple[Page, str, str | None]
# Two texts count as the same if at least this much of their words agree, as F1.
_ALIKE = 0.985
_OFTEN = 0.3
_ALWAYS = 0.8
"""A paragraph on at least this part of the pages in one language is the site's own and not part of the text."""
_RARE = 0.05
_LONG_PARAGRAPH = 60
_TOLD = 15
"""Shorter paragraphs ("Introduction") repeat by chance."""
_HOLDERS_TRIED = 8


@dataclass(frozen=True, slots=True)
class Sample:
    """One article.

    Attributes:
        page: its page.
        text: its text, as the general reader read it.
        language: the language of the text, without its region; None if it is unknown.
        offered: what the page's witnesses state for each field.
        wanted: the value of each field that a layout has a spot for, as the general reader read it; names and tags are
            folded.
    """

    page: Page
    text: str
    language: str | None
    offered: Mapping[Field, list[Candidate]]
    wanted: Mapping[Field, Any]


def learn(pages: Iterable[tuple[Entity, Context]], held: Mapping[str, Reading] = MappingProxyType({})) -> Layout | None:
    """Return where the fields stand on these pages, or None if the pages are too few or too different.

    Pure: the same pages give the same layout. The general reader reads the pages, even if their contexts name a
    profile. Only complete articles count. *held* has readings of that reader by capture, made from the page alone.
    """
    samples = [sample for entity, context in pages if (sample := _sample(entity, context, held.get(context.capture)))]
    if len(samples) < FEWEST:
        return None
    title = _best(samples, Field.TITLE)
    text = _text_spot([(sample.page, sample.text, sample.language) for sample in samples], SURE)
    # Without a spot for the title and the text nothing is gained. The other fields can be read as on any page.
    if title is None or text is None:
        return None
    authors, published = _best(samples, Field.AUTHOR), _best(samples, Field.PUBLISHED)
    return Layout(
        pages=len(samples),
        title=title,
        text=text,
        authors=authors,
        published=published,
        tags=_best(samples, Field.TAG),
        authors_too=_best(samples, Field.AUTHOR, authors) if authors is not None else None,
        published_too=_best(samples, Field.PUBLISHED, published) if published is not None else None,
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
    wanted = {
        Field.TITLE: reading.title.value,
        Field.AUTHOR: [fold(a.name) for a in reading.attributions if a.role is Role.AUTHOR],
        Field.PUBLISHED: reading.published.value if reading.published is not None else None,
        Field.TAG: [fold(tag.value) for tag in reading.tags],
    }
    language = reading.language.value.partition("-")[0] if reading.language else None
    return Sample(page, reading.text, language, offered, wanted)


def _best(samples: Sequence[Sample], field: Field, beside: Spot | None = None) -> Spot | None:
    """Return the spot that is right on the most samples, if on enough of them; among equals, the one offered first.

    Args:
        beside: a spot that is known. Only spots of the other kind count: printed for people, or stated for machines.
            Two of one kind come from the same field of the publisher's system, and agree even when both are wrong.
    """
    counted = Counter(offer for sample in samples for offer in dict.fromkeys(_offers(sample, field)))
    able = [Spot(at, how, 0) for (at, how), _ in counted.most_common() if beside is None or _differ(how, beside.how)]
    best: Spot | None = None
    least = ceil(SURE * len(samples))
    for spot in able[:_TRIED]:
        # Stop checking a spot as soon as it has too many failures: most spots are wrong on every page.
        failures = (not _is_right(sample, field, spot, exactly=beside is None) for sample in samples)
        fit = len(samples) - sum(islice(filter(None, failures), len(samples) - least + 1))
        if fit >= least:
            best, least = replace(spot, fit=fit), fit + 1
        if least > len(samples):
            break
    return best


def _differ(one: How, other: How) -> bool:
    return (one is How.WITNESS) is not (other is How.WITNESS)


def _offers(sample: Sample, field: Field) -> Iterator[tuple[str, How]]:
    """Yield where the value of a field may be found: in elements that show it, and in what the witnesses state."""
    for element, words in sample.page.short.items():
        for how in _SHOWS[field](sample, element, words):
            yield from ((path, how) for path in paths(element))
    for candidate in sample.offered[field]:
        yield candidate.witness, How.WITNESS


def _shows_title(sample: Sample, _element: Any, words: str) -> Iterator[How]:
    if plain(words) == sample.wanted[Field.TITLE]:
        yield How.WORDS


def _shows_authors(sample: Sample, _element: Any, words: str) -> Iterator[How]:
    wanted = sample.wanted[Field.AUTHOR]
    # Splitting every short line of a page into names is slow, so first check that it holds the first author.
    if not wanted or len(words) > _LONGEST or wanted[0] not in fold(words):
        return
    if [fold(name.name) for name in byline.labelled(plain(words))[1]] == wanted:
        yield How.LABELLED
    said = [fold(name.name) for name in name_lists.split(plain(words), printed=True)]
    if said == wanted:
        yield How.LISTED
    # One of several elements that hold one name each. The path that they have in common is counted most often.
    if len(said) == 1 and said[0] in wanted:
        yield How.EACH


def _shows_date(sample: Sample, element: Any, words: str) -> Iterator[How]:
    wanted = sample.wanted[Field.PUBLISHED]
    if wanted is None or len(words) > _LONGEST:
        return
    if element.get("datetime"):
        yield How.STAMP
    if any(c.isdigit() for c in words):
        stated = next(date_parsing.find(words, american=american(sample.page, words)), None)
        if stated is not None and stated.value[:10] == wanted[:10]:
            yield How.WORDS


def _shows_tag(sample: Sample, _element: Any, words: str) -> Iterator[How]:
    if fold(words) in sample.wanted[Field.TAG]:
        yield How.EACH


_SHOWS: Mapping[Field, Callable[[Sample, Any, str], Iterator[How]]] = {
    Field.TITLE: _shows_title,
    Field.AUTHOR: _shows_authors,
    Field.PUBLISHED: _shows_date,
    Field.TAG: _shows_tag,
}
"""How an element with some words may show the value of a field."""


def _is_right(sample: Sample, field: Field, spot: Spot, *, exactly: bool) -> bool:
    found, wanted = _value(sample, field, spot), sample.wanted[field]
    if field is Field.PUBLISHED and not exactly:
        # Compare the day only: metadata state the minute, but most pages print just the day.
        return found is not None and wanted is not None and found[:10] == wanted[:10]
    return bool(found == wanted)


def _value(sample: Sample, field: Field, spot: Spot) -> Any:
    """Return what *spot* says on the page of *sample*, in the form of the value that is wanted."""
    at = sample.page, spot, sample.offered[field]
    if field is Field.AUTHOR:
        return [fold(author.name) for author in learned.authors(*at)]
    if field is Field.TAG:
        return [fold(candidate.value) for candidate in learned.tagged(*at)]
    found = learned.title(*at) if field is Field.TITLE else learned.published(*at).stated
    return found.value if found is not None else None


# ── Where the text stands, what to leave out of it, and what repeats ──────────────────────────────────


def _text_spot(samples: Sequence[TextSample], sure: float) -> TextSpot | None:
    """Return where the texts of these pages stand; None if no element holds them on at least *sure* of the pages."""
    repeated = _repeated([text for _, text, _ in samples], _OFTEN)
    furniture = of_site(samples)
    best: TextSpot | None = None
    for at in _holders(samples):
        spot = _evaluated(samples, at, repeated, furniture)
        if spot.fit >= sure * len(samples) and (best is None or spot.fit > best.fit):
            best = spot
        if best is not None and best.fit == len(samples):
            break  # it fits every page, so no other is better
    return best


def _repeated(texts: Sequence[str], share: float) -> frozenset[str]:
    """Return the paragraphs that stand on at least *share* of the pages: two texts rarely share whole paragraphs."""
    # Each is counted once per page. Short ones are the author's.
    counted = Counter(words for text in texts for words in set(text.split("\n\n")) if len(words) >= _TOLD)
    often = max(5, share * len(texts))
    return frozenset(words for words, count in counted.items() if count >= often)


def of_site(samples: Iterable[TextSample]) -> frozenset[str]:
    """Return the paragraphs that belong to the site and not to any author, because all pages of a language have them.

    A paragraph on only some pages, such as a note on sources, may be the author's. If it were left out, editions would
    differ by which pages the layout happened to be learned from.
    """
    spoken: defaultdict[str | None, list[str]] = defaultdict(list)
    for _, text, language in samples:
        spoken[language].append(text)
    return frozenset().union(*(_repeated(texts, _ALWAYS) for texts in spoken.values()))


def _holders(samples: Sequence[TextSample]) -> list[str]:
    """Return the paths of elements that hold the whole text, the most frequent first."""
    counted: Counter[str] = Counter()
    for page, text, _ in samples:
        holder = _common(page, frozenset(words for words in text.split("\n\n") if len(words) >= _LONG_PARAGRAPH))
        # The parent too: on some pages a picture or standfirst outside the innermost element is part of the text.
        for element in (holder, holder.getparent()) if holder is not None else ():
            if element is not None:
                counted.update(list(dict.fromkeys(paths(element))))
    return [at for at, _ in counted.most_common(_HOLDERS_TRIED)]


def _common(page: Page, wanted: frozenset[str]) -> Any:
    """Return the innermost element that holds all the paragraphs of *wanted* that are on the page, or None."""
    common: list[Any] | None = None
    for element in page.body.iter("p", "li", "blockquote", "div", "h2", "h3"):
        if plain(visible(element)) in wanted:
            # From the root down: the common ancestors are the common beginning of the two paths.
            above = [*reversed(list(element.iterancestors()))]
            common = above if common is None else [a for a, b in zip(common, above, strict=False) if a is b]
    return common[-1] if common else None


@dataclass(frozen=True, slots=True)
class _Held:
    """What one element holds on one page, and the paragraphs that the general reader read there."""

    holder: Any
    found: list[tuple[str, Any]]
    read: list[str]


def _evaluated(samples: Sequence[TextSample], at: str, repeated: frozenset[str], furniture: frozenset[str]) -> TextSpot:
    held = []
    for page, text, _ in samples:
        holder = learned.first(page, at)
        if holder is not None:
            held.append(_Held(holder, _shown(holder), text.split("\n\n")))
    boxes = _boxes(held)
    without = sorted({*_without(held, furniture), *boxes})
    repeated |= _inside(held, boxes)
    fit = sum(_alike([words for words, _ in _shown(one.holder, without)], one.read, repeated) for one in held)
    stands = sorted(words for words in furniture if any(words == found for one in held for found, _ in one.found))
    return TextSpot(at, tuple(without), tuple(stands), fit)


def _shown(holder: Any, without: Sequence[str] = ()) -> list[tuple[str, Any]]:
    """Return the paragraphs that *holder* shows, in the form of a text, each with its element."""
    found = [(Block(one.words, one.mark), one.element) for one in blocks.bare(holder, without)]
    return [(block.printed, element) for block, element in found if block.mark.kind is not MarkKind.CAPTION]


def _without(held: Sequence[_Held], furniture: frozenset[str]) -> list[str]:
    """Return the steps of elements inside the holders that never hold a paragraph of the text, except *furniture*."""
    beside: Counter[str] = Counter()
    kept: set[str] = set()
    for one in held:
        wanted = {*one.read} - furniture
        ours = {a for words, element in one.found if words in wanted for a in _up(element, one.holder)}
        kept.update(step for element in ours for step in steps(element))
        others = (_up(element, one.holder) for words, element in one.found if words not in wanted)
        outer = {path[-1] for above in others if (path := [a for a in above if a not in ours])}
        beside.update({step for element in outer for step in steps(element)})
    # What stands on a single page may be the author's.
    often = max(2, _RARE * len(held))
    return sorted(step for step, count in beside.items() if count >= often and step not in kept)


def _boxes(held: Sequence[_Held]) -> list[str]:
    """Return the steps of boxes inside the holders that say on most pages what another page says too.

    Such are notes about the author, about a series, about a newsletter: the words differ, but no author writes them
    anew for each text.
    """
    counted = Counter(words for one in held for words in {words for words, _ in one.found if len(words) >= _TOLD})
    repeating: Counter[str] = Counter()
    unique: Counter[str] = Counter()
    for one in held:
        again: Counter[Any] = Counter()
        anew: set[Any] = set()
        for words, element in one.found:
            above = _up(element, one.holder)
            if counted[words] > 1:
                again.update(dict.fromkeys(above, len(words)))
            elif len(words) >= _TOLD:
                anew.update(above)
        repeating.update({step for box, size in again.items() if _is_box(box, size, anew) for step in steps(box)})
        unique.update({step for element in anew for step in steps(element)})
    often = max(5, _OFTEN * len(held))
    return sorted(
        step
        for step, count in repeating.items()
        if named(step) and count >= often and count >= _ALWAYS * (count + unique[step])
    )


def _is_box(element: Any, size: int, anew: set[Any]) -> bool:
    """Return whether an element with *size* characters that other pages have too holds only these, and sentences."""
    return element not in anew and element.tag not in HEADINGS and size >= _LONG_PARAGRAPH


def _inside(held: Sequence[_Held], boxes: Sequence[str]) -> frozenset[str]:
    return frozenset(
        words
        for one in held
        if boxes
        for words, element in one.found
        if any(is_at(above, step) for above in _up(element, one.holder) for step in boxes)
    )


def _up(element: Any, holder: Any) -> list[Any]:
    path = []
    while element is not None and element is not holder:
        path.append(element)
        element = element.getparent()
    return path


def _alike(one: Sequence[str], other: Sequence[str], repeated: frozenset[str]) -> bool:
    """Return whether two texts have almost the same words, without the *repeated* paragraphs."""
    first, second = (Counter(" ".join(w for w in said if w not in repeated).split()) for said in (one, other))
    shared = sum((first & second).values())
    return 2 * shared >= _ALIKE * max(1, sum(first.values()) + sum(second.values()))
