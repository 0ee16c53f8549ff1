"""Blocks: those of a page that may say something of its reuse, and the words a reader sees in them."""

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

# Elements in which a sentence goes on, pictures and breaks among them; any other begins a block.
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
# The menu, the headline, the footer: enough to tell the languages, without the text itself.
_SAMPLE = 2_000
LONGEST = 1_500
LONG = 600
"""Longer prose is read where it is a notice alone."""
DATELINE = 80
"""No dateline is longer."""
_SHORTEST = 3
# So many characters of an even text are more than LONG, though it may begin and end with white space.
_SURE = LONG + 3
# White space that may be more than one space, or be folded with others.
_WIDE = ("  ", "\n", "\t", "\r", "\xa0")


Texts = list[str | None]
"""The texts of elements before any other element, and then those after each."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The texts of a page that may say something of its reuse, by their places: those in elements, then those after.

    Attributes:
        told: all texts; None for what a browser does not show.
        terms: where one holds a trigger, of any language, and where a long one is, few of which have to be searched;
            of each whether it is long.
        holders: where one holds what a note on another holder of the rights has.
    """

    told: Texts
    terms: list[tuple[int, bool]]
    holders: list[int]

    def of_holders(self, listed: Outline) -> Iterator[tuple[Any, str]]:
        """The elements of which a text may speak of a holder, each with that text."""
        for at in self.holders:
            element = _holding(listed, at)
            if element is not None and element.tag != "title":
                yield element, self.told[at] or ""

    def blocks(self, listed: Outline, is_notice: Callable[[Any], bool]) -> list[Any]:
        """The blocks whose text holds a trigger of a language that the page is likely in, in its order, each once.

        Args:
            is_notice: whether a block is one of those of which a text longer than LONG is read.
        """
        many = len(listed.elements)
        found: dict[Any, bool] = {}
        languages: list[frozenset[str]] = []
        # In the order of the page: a text behind an element stands with that element.
        for _, at, long in sorted((at % many, at, long) for at, long in self.terms):
            element, words = _holding(listed, at), self.told[at] or ""
            if element is None or (block := block_of(element)) in found:
                continue
            # Long texts were not searched yet: few of them stand in notices, and no other is read.
            if long and not (is_notice(block) and triggers.speaking((words,))):
                continue
            if not triggers.held(_lower(words)):
                languages = languages or [triggers.likely(_lower(_sample(self.told)))]
                if not triggers.held(_lower(words), languages[0]):
                    continue
            found[block] = True
        return list(found)


def _holding(listed: Outline, at: int) -> Any:
    """The element that holds the text at a place; None where that is behind the root."""
    many = len(listed.elements)
    return listed.elements[at] if at < many else listed.elements[at - many].getparent()


def _is_long(text: str) -> bool:
    if len(text) <= LONG:
        return False
    begins = text[:_SURE].strip()
    for wide in _WIDE:
        if wide in begins:
            return len(" ".join(text.split())) > LONG
    return len(begins) > LONG or len(" ".join(text.split())) > LONG  # most are even, and that is soon seen


def _told(listed: Outline) -> Texts:
    """The texts of a page, but for those in elements of which a browser shows nothing."""
    texts, tails = listed.texts
    told = [*texts, *tails]
    for number in compress(count(), map(_UNSEEN.__contains__, listed.tags)):
        told[number] = None
    return told


# Short texts that hold none of it: a site prints the same menus and boxes on every page.
_silent: set[str] = set()
_BRIEF = 120
# So many of them are remembered, each of so many characters at most.
_MOST = 8192


def spoken_on(listed: Outline) -> Spoken:
    """Look at each text of a page once, wherever it stands: it is long, and few of its blocks say anything of reuse.

    Of a long text a note on its holder is only a dateline, at its beginning.
    """
    told = _told(listed)
    distinct = set(filter(None, told))  # most are white space between elements, over and over
    new = distinct - _silent
    long = {text for text in new if len(text) > LONG and _is_long(text)}
    new -= long
    speaking, noted = map(set, triggers.worth([*new, *(text[:DATELINE] for text in long)]))
    # All of them at once: which is needed next nobody knows, and they are soon found again.
    if len(_silent) > _MOST:
        _silent.clear()
    _silent.update([text for text in new - speaking - noted if len(text) <= _BRIEF])
    terms = {text for text in speaking & new if _tells(text)}
    bare = distinct & BARE
    holders = (noted & new) | {text for text in long if text[:DATELINE] in noted}
    any_of_them = terms | long | holders | bare
    places = [at for at, text in enumerate(told) if text in any_of_them]
    return Spoken(
        told,
        [(at, told[at] in long) for at in places if told[at] in terms or told[at] in long],
        [at for at in places if told[at] in bare] + [at for at in places if told[at] in holders],
    )


def _sample(told: Texts) -> str:
    """What the page says first and last."""
    # Texts and tails in turn, about as they stand on the page.
    many = len(told) // 2
    said = told[:]
    said[::2], said[1::2] = told[:many], told[many:]
    first, last = _enough(said), _enough(reversed(said))
    return "\n".join(first)[:_SAMPLE] + "\n" + "\n".join(reversed(last))[-_SAMPLE:]


def _enough(texts: Iterable[str | None]) -> list[str]:
    """The first of some texts that say anything, as many as are needed for a sample."""
    found, size = [], 0
    for text in texts:
        if text and len(text) > _SHORTEST and not text.isspace():
            found.append(text)
            size += len(text)
            if size >= _SAMPLE:
                break
    return found


def _tells(text: str) -> bool:
    return len(text) > _SHORTEST and not text.isspace()


def _lower(text: str) -> str:
    """Lower case, as long as before: the one letter that would grow is set apart."""
    return text.replace("\u0130", "i").lower()


def block_of(element: Any) -> Any:
    """The nearest element around that is no inline element, or *element* itself."""
    # A text in a bold word is one of the paragraph around it.
    while element.tag in INLINE and element.getparent() is not None:
        element = element.getparent()
    return element


def words_of(element: Any) -> str:
    """All words of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def runs(block: Any) -> list[str]:
    """The stretches of inline words in a block, parted by blocks within it; a long one at line breaks too."""
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
        # Left out, and no words on its sides are joined over it.
        elif is_aside(child):
            found.append([])
        elif child.tag == "br":
            # A break parts notices that a reader sees as lines; it counts where the run is long.
            found[-1].append("\n\n")
        elif child.tag in INLINE:
            _collect(child, found)
        else:
            found.append([])
        found[-1].append(_flat(child.tail))


def _flat(text: str | None) -> str:
    return " ".join((" " + text + " ").split("\n")).replace("\r", " ")[1:-1] if text else ""
