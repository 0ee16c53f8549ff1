"""Objects: whether a sentence or link about reuse is about something other than the publisher's texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from db.model.item import Permission, Term
from ingest.terms.blocks import block_of
from ingest.terms.folding import fold
from ingest.terms.phrase_list import PhraseList
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.places import files_in
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either, packaged, word_set

_OTHERS = frozenset({"aside", "images", "caption", "elsewhere", "foreign", "code", "data", "users"})
_TEXTS = frozenset({"text", "site"})
_ALL = re.compile(rf"(?<!\w){either('objects.all', folded=True)}(?!\w)")
_THIS = re.compile(rf"(?<!\w){either('objects.this', folded=True)}(?!\w)")
_FORMAT = re.compile(r"(?<!\w)(?:pdfs?|epub|xlsx?|csv|docx?|odt|zip)(?!\w)")
_QUOTATION = re.compile(r"[“„]([^“”„]{30,})[”“]|«([^«»]{30,})»|»([^«»]{30,})«|\"([^\"]{30,})\"")
# At least this many characters before a quotation introduce its speaker.
_INTRODUCED = 8
# No word before a name that tells what it is has more letters.
_WORD = 64
# A block with more links is a list of works, each under its own licence.
_LISTED = 300


_NAMED = re.compile(
    r"(?<=[ '’])(?:[A-ZÀ-ÞĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŽА-ЯІЇЄ][\w.’'-]*)"
    rf"(?: (?:{either('sentences.in names')} ){{0,2}}[A-ZÀ-ÞĄĆĘŁŃŚŹŻА-ЯІЇЄ][\w.’'-]*)*"
)
_MAY_BE_PUBLISHER = re.compile(rf"{either('objects.publishers')}|{either('objects.words of publishers')}\b")
_ITSELF = re.compile(either("objects.itself"))


@lru_cache(maxsize=4096)
def is_of_another(sentence: str) -> bool:
    """Return whether the object of a *sentence* is clearly not the publisher's texts.

    These are things that are not texts, the texts of certain years, and a single work with somebody else's name.
    """
    # Names are recognised by their capitals, so they are marked before folding.
    said = fold(_NAMED.sub(_as_named, sentence))
    return _frames().stands_in(said)


def names_publisher(sentence: str) -> bool:
    """Return whether a sentence has a word for a publisher, such as "Institute"."""
    return _MAY_BE_PUBLISHER.search(fold(sentence)) is not None


def _as_named(found: re.Match[str]) -> str:
    """Return a name as "xx", which the frames know; unchanged if it may be the publisher, a state or a German noun."""
    before = found.string[max(0, found.start() - _WORD) : found.start()].split()
    called = bool(before) and (
        before[-1].strip(",'’") in word_set("objects.before names")
        or (len(before) == 1 and fold(before[0]) in _works())
    )
    name = fold(found.group())
    known = _MAY_BE_PUBLISHER.search(name) or _ITSELF.fullmatch(name) or _bodies().search(name)
    # A permission for somebody else's work is not the publisher's; one by an institute may be.
    return "xx" if called and not known else found.group()


@cache
def _works() -> frozenset[str]:
    """Return the folded words for single works; in languages without articles the owner follows directly."""
    return frozenset(map(fold, packaged("reach/objects")["words"]["one"]))


@cache
def _bodies() -> re.Pattern[str]:
    held = packaged("reach/objects")["words"]
    return spaced(tuple(pattern_of(fold(body), held) for body in held["body"]))


@cache
def _frames() -> PhraseList:
    held = packaged("reach/objects")
    return PhraseList(
        (frame for language, frames in held.items() if language != "words" for frame in frames), held["words"]
    )


def is_of_a_file(words: str, block: Any) -> bool:
    """Return whether *words* in a *block* are about a file.

    They name its format, or the block links to a file and the words do not say that they are about the site or this
    text.
    """
    folded = fold(words)
    named = _FORMAT.search(folded) is not None
    if not named and next(files_in(block), None) is None:
        return False
    return _ALL.search(folded) is None and (named or _THIS.search(folded) is None)


def links_another(link: Any) -> bool:
    """Return whether the sentence with a *link* to a licence says that something other than the text is under it."""
    block = block_of(link)
    # Each of thousands of links in a block would read the whole block.
    if next(islice(block.iter("a"), _LISTED, None), None) is not None:
        return True
    said = _sentence_of(link, block)
    # A bare link is a badge, without a sentence about something else.
    if not said or said.strip() == " ".join(link.text_content().split()):
        return False
    if is_of_another(said):
        return True
    marks = vocabulary().marks(fold(said)).keys()
    if marks & _OTHERS and not marks & _TEXTS:
        return True
    return is_of_a_file(said, block)


def _sentence_of(link: Any, block: Any) -> str:
    """Return the sentence of *block* that holds *link*, with folded white space; "" if it cannot be found."""
    before: list[str] = []
    if not _before(block, link, before):
        return ""
    words = " ".join(block.text_content().split())
    at = len(" ".join("".join(before).split()))
    if at + len(link.text_content()) > len(words) + 1:
        return ""
    return next((words[slice(*span)] for span in sentences(words) if span[0] <= at < span[1]), "")


def _before(element: Any, link: Any, found: list[str]) -> bool:
    """Collect the words in *element* before *link*, and return whether *link* was found."""
    if element is link:
        found.append(".")  # a character of its own, so that white space before the link counts
        return True
    found.append(element.text or "")
    for child in element:
        if _before(child, link, found):
            return True
        found.append(child.tail or "")
    return False


def is_quoted(words: str, run: str) -> bool:
    """Return whether *words* are, in their *run*, a quotation with an introduction: then somebody else says them."""
    at = run.find(words)
    for found in _QUOTATION.finditer(run):
        begins, ends = found.span()
        inside = min(ends, at + len(words)) - max(begins, at)
        # Words before the quotation introduce a speaker; a notice that is entirely in quotation marks has none.
        if begins >= _INTRODUCED and 2 * inside > len(words):
            return True
    return False


def without_grants(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Return the *terms* that withhold or ask; these count wherever they stand."""
    return tuple(term for term in terms if term.permission in (Permission.ASK, Permission.PROHIBITED))
