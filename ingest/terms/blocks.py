"""Blocks: the blocks of a page that may say something about its reuse, and their visible words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import compress, count
from typing import Any

from lxml import etree

from ingest.terms import triggers
from ingest.terms.agencies import BARE
from ingest.terms.page import Outline
from ingest.terms.places import is_aside

# Elements inside a sentence, including pictures and line breaks; any other element begins a block.
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "em",
        "font",
        "i",
        "mark",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "wbr",
        "img",
        "ins",
        "del",
        "br",
        "svg",
    }
)
_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "svg", etree.Comment, etree.ProcessingInstruction, etree.Entity}
)
# How many characters from each end tell the languages: the menu, the headline, the footer.
_SAMPLE = 2_000
LONGEST = 1_500
LONG = 600
"""Longer prose is read only in notices."""
DATELINE = 80
"""The most characters of a dateline."""
_SHORTEST = 3
# A text without wide white space in this many characters is longer than LONG, even if it begins and ends with a space.
_SURE = LONG + 3
# White space that may shrink when it is folded.
_WIDE = ("  ", "\n", "\t", "\r", "\xa0")


Texts = list[str | None]
"""The texts in elements before their first child, and then the texts after each element."""


@dataclass(frozen=True, slots=True)
class ReuseTexts:
    """The texts of a page that may say something about its reuse, by number: texts in elements, then texts after them.

    Attributes:
        told: all texts; None for those that browsers do not show.
        terms: the numbers of texts with a trigger of any language, and of long texts, which are searched only if
            needed; each with whether it is long.
        holders: the numbers of texts with words of a note on another holder of rights.
    """

    told: Texts
    terms: list[tuple[int, bool]]
    holders: list[int]

    def of_holders(self, listed: Outline) -> Iterator[tuple[Any, str]]:
        """Yield the elements whose text may name a holder, each with that text."""
        for at in self.holders:
            element = _holding(listed, at)
            if element is not None and element.tag != "title":
                yield element, self.told[at] or ""

    def blocks(self, listed: Outline, is_notice: Callable[[Any], bool]) -> list[Any]:
        """Return the blocks whose text has a trigger in a likely language of the page, in page order, each once.

        Args:
            is_notice: returns whether a block is a notice; only there are texts longer than LONG read.
        """
        many = len(listed.elements)
        found: dict[Any, bool] = {}
        languages: list[frozenset[str]] = []
        # In page order: a text after an element is sorted with that element.
        for _, at, long in sorted((at % many, at, long) for at, long in self.terms):
            element, words = _holding(listed, at), self.told[at] or ""
            if element is None or (block := block_of(element)) in found:
                continue
            # Long texts have not been searched yet. Only the few in notices are read.
            if long and not (is_notice(block) and triggers.texts_with_triggers((words,))):
                continue
            if not triggers.has_trigger(_lower(words)):
                languages = languages or [triggers.likely_languages(_lower(_sample(self.told)))]
                if not triggers.has_trigger(_lower(words), languages[0]):
                    continue
            found[block] = True
        return list(found)


def _holding(listed: Outline, at: int) -> Any:
    """Return the element that holds the text with a number; None for the text after the root."""
    many = len(listed.elements)
    return listed.elements[at] if at < many else listed.elements[at - many].getparent()


def _is_long(text: str) -> bool:
    if len(text) <= LONG:
        return False
    begins = text[:_SURE].strip()
    for wide in _WIDE:
        if wide in begins:
            return len(" ".join(text.split())) > LONG
    return len(begins) > LONG or len(" ".join(text.split())) > LONG  # the first test is fast, and settles most


def _told(listed: Outline) -> Texts:
    """Return the texts of a page, with None for those in elements that browsers do not show."""
    texts, tails = listed.texts
    told = [*texts, *tails]
    for number in compress(count(), map(_UNSEEN.__contains__, listed.tags)):
        told[number] = None
    return told


# Short texts known to have no trigger, because a site prints the same menus and boxes on every page.
_silent: set[str] = set()
_BRIEF = 120
# At most this many texts are remembered, of at most _BRIEF characters each.
_MOST = 8192


def find_reuse_texts(listed: Outline) -> ReuseTexts:
    """Find the texts of a page that may matter, looking at each distinct text once, because few of many do.

    A note on a holder in a long text can only be a dateline at its beginning.
    """
    told = _told(listed)
    distinct = set(filter(None, told))  # most texts are white space, repeated many times
    new = distinct - _silent
    long = {text for text in new if len(text) > LONG and _is_long(text)}
    new -= long
    speaking, noted = map(set, triggers.texts_worth_reading([*new, *(text[:DATELINE] for text in long)]))
    # All at once, because nobody knows which are needed next, and they are quickly found again.
    if len(_silent) > _MOST:
        _silent.clear()
    _silent.update([text for text in new - speaking - noted if len(text) <= _BRIEF])
    terms = {text for text in speaking & new if _tells(text)}
    bare = distinct & BARE
    holders = (noted & new) | {text for text in long if text[:DATELINE] in noted}
    any_of_them = terms | long | holders | bare
    places = list(compress(count(), map(any_of_them.__contains__, told)))  # a page has thousands of texts
    return ReuseTexts(
        told,
        [(at, told[at] in long) for at in places if told[at] in terms or told[at] in long],
        [at for at in places if told[at] in bare] + [at for at in places if told[at] in holders],
    )


def _sample(told: Texts) -> str:
    """Return the first and the last words of the page."""
    # Texts and tails alternate, which is roughly their order on the page.
    many = len(told) // 2
    said = told[:]
    said[::2], said[1::2] = told[:many], told[many:]
    first, last = _enough(said), _enough(reversed(said))
    return "\n".join(first)[:_SAMPLE] + "\n" + "\n".join(reversed(last))[-_SAMPLE:]


def _enough(texts: Iterable[str | None]) -> list[str]:
    """Return the first non-empty texts, enough for a sample."""
    found, size = [], 0
    for text in filter(str.strip, filter(None, texts)):  # most texts are white space
        if len(text) > _SHORTEST:
            found.append(text)
            size += len(text)
            if size >= _SAMPLE:
                break
    return found


def _tells(text: str) -> bool:
    return len(text) > _SHORTEST and not text.isspace()


def _lower(text: str) -> str:
    """Return *text* in lower case with the same length: İ, which would become longer, is replaced first."""
    return text.replace("\u0130", "i").lower()


def block_of(element: Any) -> Any:
    """Return the nearest element that is not inline: *element* itself or one around it."""
    # A text in bold type belongs to the paragraph around it.
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def words_of(element: Any) -> str:
    """Return all words of an element, with white space folded."""
    return " ".join("".join(element.itertext()).split())


def runs(block: Any) -> list[str]:
    """Return the runs of inline words in a block, split at blocks inside it, and a long run also at line breaks."""
    if not len(block):
        words = " ".join((block.text or "").split())
        return [words] if words else []
    found: list[list[str]] = [[]]
    _collect(block, found)
    parts = [" ".join("".join(part).split(" ")) for part in found]
    folded: list[str] = []
    for part in parts:
        lines = part.split("\n\n") if len(part) > LONGEST else [part]
        folded.extend(" ".join(line.split()) for line in lines)
    return [words for words in folded if words]


def _collect(element: Any, found: list[list[str]]) -> None:
    found[-1].append(_flat(element.text))
    for child in element:
        if child.tag in _UNSEEN:
            pass
        # Skipped; the words before and after it are not joined.
        elif is_aside(child):
            found.append([])
        elif child.tag == "br":
            # A break separates notices that look like lines; it counts only in a long run.
            found[-1].append("\n\n")
        elif child.tag in INLINE:
            _collect(child, found)
        else:
            found.append([])
        found[-1].append(_flat(child.tail))


def _flat(text: str | None) -> str:
    return " ".join((" " + text + " ").split("\n")).replace("\r", " ")[1:-1] if text else ""
