"""Fallback: the text of a page where no region clearly holds one: the posts of a thread or the entries of a list, in
neighbouring blocks with the same class names; or a few words, where menus and footer have more.

Apart from `article.py`, which first looks for a region.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from db.model.text_marks import MarkKind
from ingest.reading.page.class_names import marks, whole_words
from ingest.reading.page.page import Page
from ingest.reading.page.passage import Passage
from ingest.reading.page.zones import Zones
from ingest.reading.text import blocks, furniture
from ingest.reading.text.completing import classes, holder

FEWEST = 5
"""The fewest blocks of a series."""
ENOUGH, SAYING = 500, 80
"""The fewest characters of a series in all, and per block on average."""
SHARE = 3
"""A series holds more than the page's words outside links divided by this."""
HEIGHT = 3
# A class name with a number belongs to a single element.
_NUMBER = re.compile(r"\d")
_OTHER = whole_words("modal|popup|pop-up|overlay|dialog|teasers?|newsbox|related|menu|footer|sidebar|widget")
BRIEF = 400
"""A longer text was found for its own sake, and needs no second look."""
# Class names of elements that hold the headline and remarks about the text, but not the text.
_HEAD = whole_words(r"header|head|hero|heading|headline|title|titles?-?\w*|intro|meta|top|banner")
_CONTENT = whole_words("content|main|article|entry|post|page-?content|post-?content|entry-?content")


def series(passages: Sequence[Passage], words: int, prose: int) -> list[bool] | None:
    """Return for each of *passages* whether it stands in the series that is the text; None if there is no series.

    Args:
        words: how many characters of the page are not in links.
        prose: how many characters of running text the best region holds; a series must have more.
    """
    groups = defaultdict[tuple[Any, ...], Counter[Any]](Counter)
    names = lru_cache(maxsize=None)(_names)
    holders = [holder(one) for one in passages]
    for one, block in zip(passages, holders, strict=True):
        # Lists of links are menus or lists of texts, however alike their entries are.
        if block is not None and 2 * one.linked < len(one.words) and (name := names(block)) is not None:
            groups[name][block] += len(one.words)
    best = max(groups.values(), key=Counter.total, default=Counter())
    size = best.total()
    # Blocks without a class name count only if each has its own parent.
    kinds = {block if classes(block) else block.getparent() for block in best}
    if len(kinds) < FEWEST or size < max(ENOUGH, SAYING * len(best), prose) or SHARE * size <= words:
        return None
    return [block in best for block in holders]


def _names(block: Any) -> tuple[Any, ...] | None:
    """Return the tags and class names of a block and the elements around it; None if one is not a text."""
    said: list[Any] = []
    for node in islice((block, *block.iterancestors()), HEIGHT):
        called = marks(node)
        if furniture.named(called) or _OTHER[called]:
            return None
        # Class names with a number ("post-4711") belong to a single block.
        said.append((node.tag, frozenset(one for one in classes(node) if not _NUMBER.search(one))))
    return tuple(said)


def below_headline(page: Page, zones: Zones) -> tuple[list[Passage], bool] | None:
    """Return the passages below the headline in the text's own part of the page, and whether the page marks that part.

    None if that part has many words, or if there is no headline. This must run before the furniture is cut out of the
    page: if a page has a single line, that line may look like furniture ("Donate.").
    """
    headline = zones.headline
    if headline is None:
        return None
    marked = _marked(zones)
    if marked is not None:
        # Only elements with few words are in `short`; a longer one is read like any text.
        return (_after(headline, marked, zones), True) if marked in page.short else None
    for around in _holders(headline, zones):
        if around not in page.short:
            return None
        if inside := _after(headline, around, zones):
            return inside, _CONTENT[zones.marks[around]]
    return None


def _after(headline: Any, around: Any, zones: Zones) -> list[Passage]:
    held = list(blocks.passages(around))
    after = next((n for n, one in enumerate(held, start=1) if one.element is headline), 0)
    return [one for one in held[after:] if _own(one, zones)]


def _marked(zones: Zones) -> Any:
    """Return the article or main element around the headline, or the only main element, or None."""
    if zones.container is not None:
        return zones.container
    mains = list(zones.page.body.iter("main"))
    return mains[0] if len(mains) == 1 else None


def _holders(headline: Any, zones: Zones) -> Iterator[Any]:
    for node in headline.iterancestors():
        if node.tag in ("body", "html"):
            return
        # A header holds the headline and what belongs to it; the text stands after it.
        if node.tag != "header" and not _HEAD[zones.marks[node]]:
            yield node


def _own(one: Passage, zones: Zones) -> bool:
    """Return whether a passage belongs to the headline: not a caption, and not in a menu or furniture."""
    if one.mark.kind is MarkKind.CAPTION or zones.foreign(one.element):
        return False
    around = (one.element, *islice(one.element.iterancestors(), 1))
    return not any(furniture.named(zones.marks[node]) for node in around)
