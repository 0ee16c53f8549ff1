"""Article: the main text of a page, in paragraphs, without the furniture round it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree

from db.model import Statement, StatementPlace
from ingest.reading import furniture
from ingest.reading.candidate import Candidate
from ingest.reading.page import Page, plain, visible
from ingest.reading.zones import Zones

# Its warnings about pages it gives up on say nothing that the reading does not say.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

PARAGRAPHS = ("p", "blockquote", "li", "h2", "h3", "h4", "pre", "td")
ENOUGH = 200
PART = 0.6
LONG = 100
LACK = 8
KEY = 40
ALIKE = 6
_LETTERS = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"\n\s*\n+|\n")


@dataclass(frozen=True, slots=True)
class Text:
    """The main text, and why it is not there where it is not."""

    text: str
    unread: str | None = None


def prune(page: Page, zones: Zones, statements: tuple[str, ...]) -> None:
    """Take the furniture out of the tree of *page*: the last thing that is done to it."""
    for element in list(furniture.find(page, zones, statements)):
        _drop(element)
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
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)


def main_text(page: Page, zones: Zones, statements: tuple[Statement, ...]) -> Text:
    """Return the main text of *page*, whose tree is pruned for it; never raises for what a page holds.

    trafilatura is asked once, without its own metadata search; where it gives nothing the densest block is
    taken.
    """
    heading = plain(visible(zones.headline)) if zones.headline is not None else ""
    # On a page of terms they are the text; elsewhere they stand beside it.
    beside = tuple(said.words for said in statements if said.place is not StatementPlace.TERMS_PAGE)
    prune(page, zones, beside)
    text, unread, blocks = "", None, _blocks(page.tree)
    try:
        found = trafilatura.bare_extraction(page.tree, include_comments=False, with_metadata=False)
        text = str(getattr(found, "text", None) or "")
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
        unread = f"the main text could not be read: {type(error).__name__}"
    text = paragraphs(completed(paragraphs(text), blocks))
    if len(text) < ENOUGH:
        dense = "\n\n".join(words for words, _ in blocks)
        if len(dense) > len(text) * 2:
            text, unread = dense, None
    return Text(_without_title(text, heading), unread)


def stated(body: str, text: str) -> str:
    """Return the text that the data of a page state (*body*) where what was read from its markup is a small part of
    it; else *text*.
    """
    if len(body) < ENOUGH or len(text) > PART * len(body):
        return text
    return paragraphs(body)


def paragraphs(text: str) -> str:
    """Return *text* with its lines as paragraphs parted by a blank line, without lines of furniture and without a
    long paragraph that stood before: pages carry their text twice, for wide and for narrow screens.
    """
    kept: dict[str, str] = {}
    for number, line in enumerate(_BREAKS.split(text)):
        words = plain(line.replace("\u00ad", ""))
        if words and not furniture.line(words):
            kept.setdefault(words if len(words) >= LONG else f"{number} {words}", words)
    return "\n\n".join(kept.values())


def _blocks(tree: Any) -> list[tuple[str, bool]]:
    """Return the paragraphs, list items, headings and quotations that stand side by side in the block with the most
    running text, each with whether it is text of its own rather than links.
    """
    scores: dict[Any, int] = {}
    for paragraph in tree.iter("p", "blockquote"):
        parent = paragraph.getparent()
        if parent is not None:
            scores[parent] = scores.get(parent, 0) + len(paragraph.text_content())
    if not scores:
        return []
    best = max(scores, key=lambda element: scores[element])
    found = []
    for parent in scores:
        for child in parent if parent is best or _alike(parent, best) else ():
            for block in child.iter("li") if child.tag in ("ul", "ol") else (child,):
                if block.tag in PARAGRAPHS and (words := plain(visible(block))):
                    linked = sum(len(plain(visible(a))) for a in block.iter("a"))
                    found.append((words, 2 * linked < len(words)))
    return found


def _alike(one: Any, other: Any) -> bool:
    """Say whether two blocks bear the same class names, and so do what they stand in, up to what holds both: a text
    that is cut by what stands between.
    """
    said, wanted = _classes(one), _classes(other)
    if one.tag != other.tag or not (said and (said == wanted or len(said & wanted) > 1)):
        return False
    for _ in range(ALIKE):
        one, other = one.getparent(), other.getparent()
        if one is None or other is None or one is other:
            return one is other
        if one.tag in ("article", "li") or _classes(one) != _classes(other):
            return False
    return False


def _classes(element: Any) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def completed(text: str, blocks: list[tuple[str, bool]]) -> str:
    """Return *text* with the *blocks* that it lacks, each in its place, where it holds most of them and lacks many.

    An extractor that meets something foreign in the middle of a text may stop there.
    """
    flat = _letters(text)
    have = [words in text or _holds(flat, words) for words, _ in blocks]
    lacking = {words for (words, own), held in zip(blocks, have, strict=True) if own and not held}
    if sum(have) < 3 or sum(map(len, lacking)) < max(400, len(text) // LACK):
        return text
    places = {_letters(words)[:KEY]: place for place, (words, _) in enumerate(blocks)}
    made, at = [], 0
    for line in text.split("\n\n"):
        place = places.get(_letters(line)[:KEY], -1)
        if place >= at:
            made += [words for words, _ in blocks[at:place] if words in lacking]
            at = place + 1
        made.append(line)
    return "\n\n".join([*made, *(words for words, _ in blocks[at:] if words in lacking)])


def led(below: Candidate | None, text: str) -> str:
    """Return *text* with the line *below* the headline before it, where the text lacks that line."""
    if below is None or not text or below.value in text or _holds(_letters(text), below.value):
        return text
    return f"{below.value}\n\n{text}"


def _letters(words: str) -> str:
    return "".join(_LETTERS.findall(words))


def _holds(flat: str, words: str) -> bool:
    """Say whether the start, the middle or the end of *words* stands in *flat*."""
    sought = _letters(words)
    middle = max(0, len(sought) // 2 - KEY // 2)
    return any(part in flat for part in (sought[:KEY], sought[middle : middle + KEY], sought[-KEY:]))


def _without_title(text: str, heading: str) -> str:
    """Drop the headline where it stands as the first paragraph."""
    first, _, rest = text.partition("\n\n")
    return rest if rest and first == heading else text
