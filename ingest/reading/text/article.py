"""Article: the main text of a page, in paragraphs, without the furniture around it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from itertools import compress, islice
from typing import Any

import trafilatura
from lxml import etree

from db.model.item import TEXT_UNREAD, Reading, StatementPlace
from db.model.text_marks import PLAIN, Block, MarkKind, text_of
from ingest.reading.candidate import Candidate
from ingest.reading.page.outline import BLOCKS
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.passage import Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text import blocks, fallback, formulas, furniture, notes, tailpiece
from ingest.reading.text.alignment import KEY, Aligned, letters, samples
from ingest.reading.text.blocks import HEADINGS
from ingest.reading.text.completing import completed
from ingest.reading.text.inline import Inline
from ingest.reading.text.region import Region
from ingest.reading.text.tailpiece import make
from ingest.reading.text.trimming import Known, trimmed

# The reading already says what its warnings about failed pages say.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def _is_logged(_record: logging.LogRecord) -> bool:
    """Log nothing, but raise again an error in a fallback of trafilatura that comes from a lack of memory.

    Trafilatura would log the error and go on with less text, so the reading would depend on the machine's memory.
    """
    error = sys.exc_info()[1]
    if isinstance(error, (MemoryError, etree.XPathError)):
        raise error
    return False


logging.getLogger("trafilatura.external").setLevel(logging.WARNING)
logging.getLogger("trafilatura.external").addFilter(_is_logged)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)
# It has no exception of its own: on a page that it fails on, its code raises anything, which must not end a run.
_FAILURES = (ValueError, TypeError, AttributeError, LookupError, RecursionError, AssertionError, etree.LxmlError)

ENOUGH = 200
# If the page shows no more than this part of the text that its data state, a script or a gate hides the rest.
PART = 0.6
# The article's own element is used if it holds at least this part of the extracted text.
WHOLE = 0.97
GIVEN = 0.2
"""A search that returns less than this part of the running text has failed."""
MUCH = 2
"""A series of blocks, or one part of a text, is rejected if an extractor finds more than this many times as much."""
HALF = 2
"""An extractor that returns less than the running text of the page divided by this took only a piece of it."""
LARGE, WORDY, FEW = 800, 1000, 2
VAST = 1000
"""On a page with more elements than this, a second search costs more than it finds."""
LONG = 100
# The text of a link by which a heading links to itself.
_PERMALINKS = frozenset(("#", "¶", "§", "🔗", "∞"))
PULLED, MOST_PULLED = 400, 200
"""A pull quote has at most this many characters. If more passages could be one, that is the form of the text."""
SENTENCE = 12
"""Shorter sentences stand in many paragraphs by chance."""
FEWEST = 2
"""So few passages are not searched for pull quotes."""
_SENTENCE = re.compile(r"[.!?…。！？]")


@dataclass(frozen=True, slots=True)
class Text:
    """The main text, or the reason why there is none.

    Attributes:
        blocks: its paragraphs, in order.
        unread: why there is no text, or None.
        found: how many characters were first taken as the text, before a part was found elsewhere.
    """

    blocks: tuple[Block, ...]
    unread: str | None = None
    found: int = 0

    @property
    def words(self) -> str:
        """The text, with blank lines between its paragraphs."""
        return text_of(self.blocks)


def prune(page: Page, zones: Zones, statements: tuple[str, ...]) -> None:
    """Remove the furniture from the tree of *page*. Nothing else may use the tree after this."""
    for element in list(furniture.find(page, zones, statements)):
        _drop(element)
    for link in page.inside("a"):
        if link.text in _PERMALINKS and link.getparent().tag in HEADINGS:
            _drop(link)
    notes.bring_in(page.body)
    notes.write_powers(page.body)
    formulas.write(page.body)
    # An extractor drops these too, but only after copying them five times. It may read data in scripts, which stay.
    etree.strip_elements(page.tree, "style", "svg", "link", with_tail=False)
    for script in list(page.tree.iter("script")):
        if script.get("type") != "application/ld+json":
            _drop(script)


def _drop(element: Any) -> None:
    """Remove *element*, unless it is removed already, and keep the text after it."""
    if element.getparent() is not None:
        element.drop_tree()


def main_text(page: Page, zones: Zones, made: Reading, stated: str, repeated: Set[str] = frozenset()) -> Text:
    """Return the main text of *page*, and cut its tree for that; no content of a page makes this raise.

    If it is clear which part of the page is the text, that part is used. Otherwise trafilatura returns the words,
    without its own metadata search. What stands between them on the page, and the kind of each paragraph, is taken from
    the page.

    Args:
        stated: the text that the data of the page state; it is used if the markup holds only a small part of it.
        repeated: paragraphs that the site prints on page after page.
    """
    heading = visible(zones.headline) if zones.headline is not None else ""
    titles = (heading, made.title.value if made.title else "", page.title_text)
    known = Known(page.host, titles, made.attributions, page.absolute, repeated)
    # On a page of terms they are the text; elsewhere they stand next to it.
    beside = tuple(said.words for said in made.statements if said.place is not StatementPlace.TERMS_PAGE)
    # Before the tree is cut, because that may remove these passages.
    below = fallback.below_headline(page, zones)
    prune(page, zones, beside)
    region = Region(tuple(blocks.passages(page.body)), zones)
    found, unread = _found(region, known, page, zones)
    size = sum(len(block.words) for block in found)
    short = _briefly(found, known, below) if below is not None and size <= fallback.BRIEF else None
    if short is not None:
        found, unread = short, None
    if len(stated) >= ENOUGH and sum(len(block.words) for block in found) <= PART * len(stated):
        found = chosen(stated, known, page, zones, region)
    return Text(tuple(found), unread, size)


def _found(region: Region, known: Known, page: Page, zones: Zones) -> tuple[list[Block], str | None]:
    """Return the text, and the reason if it could not be read: the region, a series of posts, or what is extracted."""
    if region.clear or (region.most and len(page.elements) > VAST):
        return _held(region, known, page, zones), None
    posts = fallback.series(region.passages, region.words, region.prose)
    posted = list(compress(region.passages, posts or ()))
    size = sum(len(one.words) for one in posted)
    # If posts are most of the page, nothing else has to be looked for.
    text, unread = ("", None) if 2 * size > region.words else _extracted(page, region)
    if posted and len(text) <= MUCH * size:
        return cleared(posted, known), None
    found = chosen(text, known, page, zones, region)
    if region.whole and HALF * sum(len(block.words) for block in found) < region.prose:
        return _held(region, known, page, zones), None
    return found, unread


def _held(region: Region, known: Known, page: Page, zones: Zones) -> list[Block]:
    return cleared(compress(region.passages, _wanted(region.passages, region.held, page, zones)), known)


def _briefly(found: Sequence[Block], known: Known, below: tuple[list[Passage], bool]) -> list[Block] | None:
    """Return what stands *below* the headline if little was *found*, and that elsewhere; None if *found* is right."""
    inside, marked = below
    there = {one.words for one in inside}
    elsewhere = sum(block.words not in there for block in found)
    if found and not elsewhere:
        # In the part that the page marks, this is the text, even if menus and footer have more words.
        return list(found) if marked else None
    # Without a marked part, the lines next to the headline may be about the text.
    if found and elsewhere < len(found) and not marked:
        return None
    inside = unrepeated(inside, known.repeated)
    own = trimmed(inside, known)
    return _marked(own or inside, known) if own or marked else None


def _extracted(page: Page, region: Region) -> tuple[str, str | None]:
    """Return the text that trafilatura finds, and the reason if it fails.

    On a large page, elements that hold only links are removed first. The slow fallbacks of trafilatura are used only if
    its first search returns almost nothing.
    """
    if len(page.elements) > LARGE and region.words > WORDY:
        _lighten(region)
        text, _ = _asked(page.tree, quick=True)
        if len(text) >= GIVEN * region.words:
            return text, None
    return _asked(page.tree, quick=False)


def _lighten(region: Region) -> None:
    """Remove elements that hold only links from a large tree; an extractor skips them too, but much more slowly."""
    held: set[Any] = set()
    for one in region.passages:
        element = one.element if 2 * one.linked < len(one.words) else None
        while element is not None and element not in held:
            held.add(element)
            element = element.getparent()
    for element in held:
        for child in list(element):
            if child not in held and child.tag in BLOCKS and next(islice(child.iter("a"), FEW, None), None) is not None:
                _drop(child)


def _asked(tree: Any, *, quick: bool) -> tuple[str, str | None]:
    try:
        found = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False, fast=quick)
    except etree.XPathError:
        raise  # a fault of the machine and not of the page: see `reader.read`
    except _FAILURES as error:
        return "", f"{TEXT_UNREAD}: {type(error).__name__}"
    return str(getattr(found, "text", None) or ""), None


def chosen(text: str, known: Known, page: Page, zones: Zones, region: Region) -> list[Block]:
    """Return the blocks of *text*, marked like the passages of *region*.

    Passages next to most of the running text are added, unless they are much longer than the text.
    """
    first, aligned = _laid(text, zones, region.passages)
    passages = region.passages[first : first + len(aligned.held)]
    held = aligned.held
    if region.beside <= MUCH * len(text):
        held = [taken or side for taken, side in zip(held, region.side[first:], strict=False)]
    kept = _wanted(passages, held, page, zones)
    made: list[Passage] = []
    for number, one in enumerate(passages):
        made += (Passage(plain(line), None) for line in aligned.strays.get(number, ()))
        if kept[number]:
            made.append(one)
    made += (Passage(plain(line), None) for line in aligned.strays.get(len(passages), ()))
    return cleared(made, known)


def _wanted(passages: Sequence[Passage], held: Sequence[bool], page: Page, zones: Zones) -> list[bool]:
    described = [c for c, _ in page.meta("og:description", "description")]
    return completed(passages, held, zones.foreign, described, lambda href: page.same_site(page.absolute(href) or ""))


def _laid(text: str, zones: Zones, passages: Sequence[Passage]) -> tuple[int, Aligned]:
    """Return the number of the first passage used, and the text matched with the passages from there.

    These are the passages of the article's own container if they hold the text, else all passages.
    """
    # The container first: the same words in a teaser above the article would match in the wrong place.
    if zones.container is not None:
        inside = set(zones.container.iter())
        numbers = [number for number, one in enumerate(passages) if one.element in inside]
        if numbers:
            aligned = Aligned(text, passages[numbers[0] : numbers[-1] + 1])
            if aligned.share > WHOLE:
                return numbers[0], aligned
    return 0, Aligned(text, passages)


def cleared(found: Iterable[Passage], known: Known) -> list[Block]:
    """Return the passages taken for the text as blocks, without lines of furniture and repetitions, and trimmed."""
    once = _once(unrepeated(found, known.repeated))
    once = tailpiece.unboxed(once, furniture.lines([one.words for one in once], known.host))
    if len(once) > FEWEST:
        once = _unpulled(once)
    return _marked(trimmed(tailpiece.without(once), known), known)


def unrepeated(found: Iterable[Passage], repeated: Set[str]) -> list[Passage]:
    """Return the passages without those that the site prints on page after page, unless these are most of them."""
    found = list(found)
    if not repeated:
        return found
    own = [one for one in found if Block(one.words, one.mark).printed not in repeated]
    # The page about donations may consist of what other pages say below their texts.
    return own if 2 * sum(len(one.words) for one in own) > sum(len(one.words) for one in found) else found


def _marked(kept: Sequence[Passage], known: Known) -> list[Block]:
    if known.absolute is None:
        return [Block(one.words, one.mark) for one in kept]
    inline = Inline(known.absolute)
    return [Block(one.words, inline.mark(one)) for one in kept]


def _once(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages without repetitions of long ones: some pages hold their text twice, for two screen widths."""
    if len({one.words for one in found}) == len(found):
        return found
    kept: list[Passage] = []
    stood: dict[str, Any] = {}
    for one in found:
        holder = one.element.getparent() if one.element is not None else None
        # Within one element, the author repeats it: a refrain, a form.
        if len(one.words) < LONG or one.words not in stood or (holder is not None and stood[one.words] is holder):
            kept.append(one)
        stood.setdefault(one.words, holder)
    return kept


def _unpulled(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages without pull quotes, which repeat sentences of the text in a block of their own."""
    main = make(max(found, key=lambda one: len(one.words)))
    quoted = [one for one in found if len(one.words) <= PULLED and _is_set_apart(one, main)]
    if not 0 < len(quoted) <= MOST_PULLED:
        return found
    apart = {id(one) for one in quoted if one.mark.kind is not MarkKind.QUOTATION}
    # Compare letters only, because a pull quote loses commas and quotation marks.
    said = [(letters(one.words), id(one) in apart) for one in found if one.mark.kind is not MarkKind.QUOTATION]
    every, told = "".join([words for words, _ in said]), [words for words, aside in said if not aside]
    main_text = "".join(told)
    pulled = {
        id(one)
        for one in quoted
        if len(key := letters(one.words)) >= KEY
        and (key in (main_text if id(one) in apart else every) or _is_spliced(one.words, told))
    }
    return [one for one in found if id(one) not in pulled]


def _is_set_apart(one: Passage, main: Any) -> bool:
    """Return whether a passage is a quotation, or a paragraph in a block of another form than that of the text."""
    if one.mark.kind is MarkKind.QUOTATION:
        return True
    return one.mark is PLAIN and one.ends and len(one.words) >= KEY and one.element is not None and make(one) != main


def _is_spliced(words: str, said: Sequence[str]) -> bool:
    """Return whether a paragraph has each sentence of *words*, with other words between them ("..., says Fox. ...")."""
    sentences = [key for one in _SENTENCE.split(words) if (key := letters(one))]
    if len(sentences) < 2 or min(map(len, sentences)) < SENTENCE:
        return False
    return any(all(one in paragraph for one in sentences) for paragraph in said)


def led(below: Candidate | None, text: Text) -> Text:
    """Return *text* with the line *below* the headline at its start, unless its start, middle or end is in the text."""
    if below is None or not text.blocks:
        return text
    flat = letters(text.words)
    if any(part in flat for part in samples(letters(below.value))):
        return text
    return replace(text, blocks=(Block(below.value), *text.blocks))
