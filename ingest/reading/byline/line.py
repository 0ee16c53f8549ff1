"""Line: one byline of a page, with its names and the elements that hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ingest.reading.byline import given_names, han_names, labels, offices
from ingest.reading.byline.name_lists import split
from ingest.reading.byline.names import Name, person
from ingest.reading.page.class_names import marks, whole_words
from ingest.reading.page.outline import pieces, squeeze
from ingest.reading.page.page import plain, visible
from ingest.reading.page.zones import Zones
from ingest.reading.vocabulary import pattern, word_set

_SEAM = re.compile("(\\w?\\w)(\x00+)(\\w+)")
_NEXT = word_set("dates.prepositions") | word_set("byline.place_words") | word_set("byline.by_words")
"""Words that an element of its own may begin with, after a name: "by Anna Fox" and "on 3 May" with no space between."""
_INLINE = re.compile(
    f"\x00([^\x00|]{{3,80}})(?=\x00+\\W*(?:{pattern('byline.and_words', 'byline.short_and_words')} )?(\\w+))"
)
_NAMED = re.compile("\x00([^\x00|]{2,60})(?=\\s*\x00[\x00\\s]*([^\\W\\d_][^\x00|]*))")
"""The whole text of one element, and the text that follows it directly, without a separator."""
_OFFICE = whole_words(
    f"roles?|jobs?|job-?title|position|function|affiliations?|designation|locations?|place|city|{pattern('byline.office_classes')}"
)
"""Class names of what stands next to a name and says what somebody is, or where they work."""


_OF_AUTHORS = frozenset({"about", "note", "signature"})
"""The signs of lines in a block about their author."""


@dataclass(frozen=True, slots=True)
class Line:
    """One byline.

    Attributes:
        names: in the order of the page.
        holders: the element that holds each name.
        urls: the page that each name is linked to, or None.
        how: the sign that it was found by, such as "label" or "class".
        distance: in elements after the headline; negative before it.
        bio: it stands in a block about its author, or in a foreign zone.
        words: the text of the whole line.
    """

    names: tuple[Name, ...]
    holders: tuple[Any, ...]
    urls: tuple[str | None, ...]
    how: str
    distance: int
    bio: bool
    words: str


def line_of(zones: Zones, element: Any, found: tuple[Name, ...], how: str, holders: tuple[Any, ...] = ()) -> Line:
    """Return *element* as a byline with the names *found*, each with the page that it is linked to.

    Args:
        holders: the element that holds each name, if the line has only their names.
    """
    page, held = zones.page, holders or (element,) * len(found)
    links = {(one, plain(visible(a)).casefold()): a.get("href") for one in {*held} for a in one.iter("a")}
    urls = tuple(page.absolute(links.get((one, name.name.casefold()))) for one, name in zip(held, found, strict=True))
    bio = how in _OF_AUTHORS or zones.bio(element) or zones.foreign(element)
    words = " ".join(name.name for name in found) if holders else page.short.get(element, "")
    return Line(found, held, urls, how, zones.distance(element), bio, words)


def text_with_bars(element: Any) -> str:
    """Return the visible text of *element*, squeezed, with bars between its parts and without marked offices.

    A bar stands between blocks, around an office between two names, between neighbouring elements whose words touch
    ("FoxBerlin"), and after an element that names a person.
    """
    # A NUL, which no text contains, marks where elements end, so that each seam can be judged with both sides in view.
    beside = [one for one in element.iterdescendants() if is_office(one) or _is_behind_name(one)]
    said = pieces(element, " | ", "\x00", beside)
    whole = _NAMED.sub(_ended, _INLINE.sub(_apart, "".join(said)))
    return squeeze(_SEAM.sub(_seam, whole).replace("\x00", "")).strip(" |")


def is_office(element: Any) -> bool:
    """Return whether class names mark *element* as an office, and it holds no name and no label."""
    if not isinstance(element.tag, str) or not _OFFICE[marks(element)]:
        return False
    words = visible(element)
    return not (given_names.among(words) or offices.jobs(words)) and labels.strip(words) == words


def _is_behind_name(element: Any) -> bool:
    """Return whether *element* is one word right behind a whole name, in another kind of element than this.

    Elements of the same kind may hold the parts of a name: "Anna Maria", "Fox".
    """
    before = element.getprevious() if isinstance(element.tag, str) else None
    if before is None or before.tag == element.tag or not isinstance(before.tag, str) or (before.tail or "").strip():
        return False
    name, word = visible(before), visible(element)
    return word.isalpha() and given_names.known(name) and not given_names.among(name.split()[-1])


def _apart(found: re.Match[str]) -> str:
    """Return an office between bars, if another person's name follows it."""
    words = found[1]
    # "Anna Fox Correspondent Jan Sowa", in three elements: the middle one separates two persons.
    office = offices.jobs(words) and not given_names.among(words)
    return f"\x00 | {words} | " if office and given_names.known(found[2]) else found[0]


def _ended(found: re.Match[str]) -> str:
    """Return a person's name with a bar after it, if its element ends there and the next words are not part of it."""
    name, behind = found[1].strip(), found[2].strip()
    more = behind[:1].isupper() and (" " in behind or bool(offices.jobs(behind)) or not split(behind, printed=True))
    return f"{found[0]} | " if (more and person(name)) or han_names.is_name(name) else found[0]


def _seam(found: re.Match[str]) -> str:
    before, between, after = found.groups()
    # "FOXReporter": a name in capitals ends where the next word has only one. Two letters, so that it is no initial.
    capitals = len(before) == 2 and before.isupper() and after[1:2].islower()
    # "@fox1Jan Sowa": behind a digit of an account, or of a note, the next name begins.
    ends = capitals or before[-1].islower() or (before[0].isalpha() and before[-1].isdigit())
    apart = after[0].isupper() or (len(between) > 1 and after.casefold() in _NEXT)
    return f"{before} | {after}" if ends and apart else before + after
