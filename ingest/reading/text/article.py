"""Article: the main text of a page, in paragraphs, without the furniture round it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from typing import Any

import trafilatura
from lxml import etree

from db.model.item import TEXT_UNREAD, Reading, StatementPlace
from db.model.text_marks import PLAIN, Block, Mark, MarkKind, marks_of, text_of
from ingest.reading.candidate import Candidate
from ingest.reading.page.outline import BLOCKS
from ingest.reading.page.page import Page, plain, visible
from ingest.reading.page.passage import Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text import blocks, brief, formulas, furniture, raised, tailpiece
from ingest.reading.text.alignment import Aligned, letters
from ingest.reading.text.blocks import HEADINGS
from ingest.reading.text.completing import completed
from ingest.reading.text.inline import Inline
from ingest.reading.text.region import PROSE, Region
from ingest.reading.text.series import series
from ingest.reading.text.trimming import Known, trimmed

# Its warnings about pages it gives up on say nothing that the reading does not say.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def _is_logged(_record: logging.LogRecord) -> bool:
    """Log nothing, and raise again what a fallback of trafilatura fails at for want of memory.

    It logs the error and goes on with less text, so that where there is more memory the page would read otherwise.
    """
    error = sys.exc_info()[1]
    if isinstance(error, (MemoryError, etree.XPathError)):
        raise error
    return False


logging.getLogger("trafilatura.external").setLevel(logging.WARNING)
logging.getLogger("trafilatura.external").addFilter(_is_logged)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

ENOUGH = 200
# Where a page shows no more than this of the text that its data state, a script or a gate keeps the rest.
PART = 0.6
# The article's own element is believed where it says nearly all that was extracted.
WHOLE = 0.97
GIVEN = 0.2
"""Less of the running text is given by a search that failed."""
MUCH = 2
"""A series of blocks is not the text where an extractor takes so many times as much, nor is one part of a text."""
HALF = 2
"""An extractor that takes less than one part in so many of the running text of a page took one of its pieces."""
LARGE, WORDY, FEW = 800, 1000, 2
VAST = 1000
"""Of a page of so many elements a second search costs more than it finds."""
GALLERY = 1500
"""So many characters of captions may be the text of a gallery."""
LONG = 100
KEY = 40
# By which a heading leads to itself.
_PERMALINKS = frozenset(("#", "¶", "§", "🔗", "∞"))
PULLED = 400


@dataclass(frozen=True, slots=True)
class Text:
    """The main text, and why it is not there where it is not.

    Attributes:
        found: how many characters were taken for it before it was seen that a part stood elsewhere.
    """

    blocks: tuple[Block, ...]
    unread: str | None = None
    found: int = 0

    @property
    def words(self) -> str:
        """The text, paragraphs parted by a blank line."""
        return text_of(self.blocks)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What each paragraph of it is."""
        return marks_of(self.blocks)


def prune(page: Page, zones: Zones, statements: tuple[str, ...]) -> None:
    """Take the furniture out of the tree of *page*: the last thing that is done to it."""
    for element in list(furniture.find(page, zones, statements)):
        _drop(element)
    for link in page.inside("a"):
        if link.text in _PERMALINKS and link.getparent().tag in HEADINGS:
            _drop(link)
    raised.write_powers(page.body)
    formulas.write(page.body)
    # What is dropped next an extractor drops as well, after it has copied it five times. Data in scripts it may read.
    etree.strip_elements(page.tree, "style", "svg", "link", with_tail=False)
    for script in list(page.tree.iter("script")):
        if script.get("type") != "application/ld+json":
            _drop(script)


def _drop(element: Any) -> None:
    """Remove *element* and keep the words that follow it."""
    parent = element.getparent()
    if parent is None:
        return
    # lxml takes the words behind an element along with it, though they are no part of it.
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)


def main_text(page: Page, zones: Zones, made: Reading, stated: str) -> Text:
    """Return the main text of *page*, whose tree is pruned for it; never raises for what a page holds.

    Where it is clear which part of the page is the text, that is taken. Elsewhere trafilatura is asked for its words,
    without its own metadata search; what stands in the page between them and how it is marked is taken from the page.
    Where it gives nothing the densest block is taken.

    Args:
        stated: the text that the data of the page state; taken where the markup holds but a small part of it.
    """
    heading = visible(zones.headline) if zones.headline is not None else ""
    titles = (heading, made.title.value if made.title else "", page.title_text)
    filed = (tag.value for tag in made.tags)
    known = Known.of(page.host, *titles, credited=made.attributions, absolute=page.absolute, tags=filed)
    # On a page of terms they are the text; elsewhere they stand beside it.
    beside = tuple(said.words for said in made.statements if said.place is not StatementPlace.TERMS_PAGE)
    # Before the tree is cut, which may take what stands there.
    below = brief.below(page, zones)
    prune(page, zones, beside)
    region = Region(_uncaptioned(tuple(blocks.passages(page.body))), zones)
    unread = None
    if region.clear or (region.most and len(page.elements) > VAST):
        found = _held(region, known, page, zones)
    else:
        posts = series(region.passages, region.words, region.prose)
        told = list(compress(region.passages, posts or ()))
        size = sum(len(one.words) for one in told)
        # Where a script is to write the text, nobody finds it among the elements.
        if told and 2 * size > region.words:
            text, unread = "", None
        elif region.words < ENOUGH <= len(stated):
            text = stated
        else:
            text, unread = _extracted(page, region)
        if told and len(text) <= MUCH * size:
            found, unread = cleared(told, known), None
        else:
            found = chosen(text, known, page, zones, region)
            if region.whole and HALF * sum(len(block.words) for block in found) < region.prose:
                found, unread = _held(region, known, page, zones), None
    size = sum(len(block.words) for block in found)
    short = _briefly(found, known, below) if below is not None and size <= brief.LONGEST else None
    if short is not None:
        found, unread = short, None
    elif size < ENOUGH:
        dense = cleared(_dense(page.body), known)
        if sum(len(block.words) for block in dense) > size * 2:
            found, unread = dense, None
    if len(stated) >= ENOUGH and sum(len(block.words) for block in found) <= PART * len(stated):
        found = chosen(stated, known, page, zones, region)
    return Text(tuple(found), unread, size)


def _held(region: Region, known: Known, page: Page, zones: Zones) -> list[Block]:
    return cleared(compress(region.passages, _wanted(region.passages, region.held, page, zones)), known)


def _uncaptioned(passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
    """Return the passages with captions as paragraphs where these say most: of a gallery they are the text."""
    below = [len(one.words) for one in passages if one.mark.kind is MarkKind.CAPTION and len(one.words) >= PROSE]
    if sum(below) < GALLERY:
        return passages
    whole = sum(len(one.words) for one in passages if len(one.words) >= PROSE and 3 * one.linked < len(one.words))
    if 2 * sum(below) < whole:
        return passages
    return tuple(
        one._replace(mark=PLAIN) if one.mark.kind is MarkKind.CAPTION and len(one.words) >= PROSE else one
        for one in passages
    )


def _briefly(found: Sequence[Block], known: Known, below: tuple[list[Passage], bool]) -> list[Block] | None:
    """Return what stands *below* the headline where little was *found* and that elsewhere; None where it is that."""
    inside, marked = below
    there = {one.words for one in inside}
    elsewhere = sum(block.words not in there for block in found)
    if found and not elsewhere:
        # What stands in the part that the page marks is its text, however much its menus and its foot say.
        return list(found) if marked else None
    # Without a part that the page marks, what stands beside the headline may be a line about the text.
    if found and elsewhere < len(found) and not marked:
        return None
    own = trimmed(inside, known)
    return _marked(own or inside, known) if own or marked else None


def _extracted(page: Page, region: Region) -> tuple[str, str | None]:
    """Return what trafilatura takes for the text, and why it takes nothing, if it stumbles.

    Of a large page it is asked without what holds but links, and all that it does when its first search fails is asked
    for only where that gives next to nothing.
    """
    if len(page.elements) > LARGE and region.words > WORDY:
        _lighten(region)
        text, _ = _asked(page.tree, quick=True)
        if len(text) >= GIVEN * region.words:
            return text, None
    return _asked(page.tree, quick=False)


def _lighten(region: Region) -> None:
    """Take out of a large tree what holds but links: an extractor passes over it as well, after many looks at it."""
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
        raise  # of the machine, not of the page: see `reader.read`
    # It has no error of its own: a page that it stumbles on raises whatever its code met, and must not end a run.
    except (
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        KeyError,
        RecursionError,
        AssertionError,
        etree.LxmlError,
    ) as error:
        return "", f"{TEXT_UNREAD}: {type(error).__name__}"
    return str(getattr(found, "text", None) or ""), None


def chosen(text: str, known: Known, page: Page, zones: Zones, region: Region) -> list[Block]:
    """Return the blocks of *text*, as the passages of *region* mark them; with those that stand side by side with most
    of the running text, unless they say much more than the text does.
    """
    first, aligned = _laid(text, zones, region.passages)
    passages = region.passages[first : first + len(aligned.held)]
    held = aligned.held
    if region.beside <= MUCH * len(text):
        held = [told or side for told, side in zip(held, region.side[first:], strict=False)]
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
    """Return the text laid beside the passages of the article's own container where they say it, else beside all; and
    the number of the first of them.
    """
    # Beside the article alone first: the same words in a teaser above it would draw the text to the wrong place.
    if zones.container is not None:
        inside = set(zones.container.iter())
        numbers = [number for number, one in enumerate(passages) if one.element in inside]
        if numbers:
            aligned = Aligned(text, passages[numbers[0] : numbers[-1] + 1])
            if aligned.share > WHOLE:
                return numbers[0], aligned
    return 0, Aligned(text, passages)


def cleared(found: Iterable[Passage], known: Known) -> list[Block]:
    """Return the blocks of the passages that were taken for the text, without lines of furniture, without what stood
    before, and trimmed.
    """
    once = _once(found)
    lines = furniture.lines([one.words for one in once])
    if lines:
        once = [one for one in once if one.words not in lines]
    if MarkKind.QUOTATION in [one.mark.kind for one in once if one.mark is not PLAIN]:
        once = _unpulled(once)
    return _marked(trimmed(tailpiece.without(once), known), known)


def _marked(kept: Sequence[Passage], known: Known) -> list[Block]:
    if known.absolute is None:
        return [Block(words, mark) for words, _, mark, _, _ in kept]
    inline = Inline(known.absolute)
    return [Block(one.words, inline.mark(one)) for one in kept]


def _once(found: Iterable[Passage]) -> Sequence[Passage]:
    """Return the passages without a long one that stood before in another element: pages carry their text twice, for
    wide and for narrow screens.
    """
    found = list(found)
    # Where these are of different lengths none stood before; nor where all end differently, and to hash ends takes no
    # time.
    sizes = [size for one in found if (size := len(one.words)) >= LONG]
    if len(set(sizes)) == len(sizes) or len({one.words[-KEY:] for one in found}) == len(found):
        return found
    return found if len({one.words for one in found}) == len(found) else list(_first(found))


def _first(found: Iterable[Passage]) -> Iterator[Passage]:
    stood: dict[str, Any] = {}
    for one in found:
        holder = one.element.getparent() if one.element is not None else None
        new = one.words not in stood
        # In one and the same element a repetition is the author's: a refrain, a form.
        if len(one.words) < LONG or new or (holder is not None and stood[one.words] is holder):
            yield one
        if new:
            stood[one.words] = holder


def _unpulled(found: Sequence[Passage]) -> Sequence[Passage]:
    """Return the passages without quotations that are pulled out of a paragraph, to be seen from afar."""
    quoted = [one for one in found if one.mark.kind is MarkKind.QUOTATION and len(one.words) <= PULLED]
    if not quoted:
        return found
    # By letters alone: what is pulled out of a sentence loses its commas and quotation marks.
    said = letters(" ".join(one.words for one in found if one.mark.kind is not MarkKind.QUOTATION))
    pulled = {id(one) for one in quoted if (key := letters(one.words)) and len(key) >= KEY and key in said}
    return [one for one in found if id(one) not in pulled]


def _dense(body: Any) -> list[Passage]:
    """Return the passages of the element with the most running text right in it."""
    scores: dict[Any, int] = {}
    for paragraph in body.iter("p", "blockquote"):
        parent = paragraph.getparent()
        if parent is not None:
            scores[parent] = scores.get(parent, 0) + len(paragraph.text_content())
    if not scores:
        return []
    best = max(scores, key=lambda element: scores[element])
    return list(blocks.passages(best))


def led(below: Candidate | None, text: Text) -> Text:
    """Return *text* with the line *below* the headline before it, where the text lacks that line."""
    if below is None or not text.blocks:
        return text
    words = text.words
    if below.value in words or _holds(letters(words), below.value):
        return text
    return Text((Block(below.value), *text.blocks), text.unread, text.found)


def _holds(flat: str, words: str) -> bool:
    """Return whether the start, the middle or the end of *words* stands in *flat*."""
    sought = letters(words)
    middle = max(0, len(sought) // 2 - KEY // 2)
    return any(part in flat for part in (sought[:KEY], sought[middle : middle + KEY], sought[-KEY:]))
