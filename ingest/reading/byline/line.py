"""Line: one byline of a page, the names in it and the elements that hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.byline import given_names, labels, offices
from ingest.reading.byline.names import Name, person, split
from ingest.reading.page.class_names import marks, says
from ingest.reading.page.outline import pieces, squeeze
from ingest.reading.page.page import Page, plain, visible

_SEAM = re.compile("(\\w)\x00+(\\w)")
_INLINE = re.compile("\x00([^\x00|]{3,80})(?=\x00+\\W*(?:and |und |et |y |e |i |oraz )?(\\w+))")
_NAMED = re.compile("\x00([^\x00|]{5,60})(?=\\s*\x00[\x00\\s]*([^\\W\\d_][^\x00|]*))")
"""All that one element says, and what follows behind it with no sign between."""
_OFFICE = re.compile(
    r"(?:^|[\s_-])(?:roles?|jobs?|job-?title|position|function|fonction|funktion|cargo|ruolo|stanowisko|funkcja|"
    r"affiliations?|designation)(?:$|[\s_-])"
)
"""What stands beside a name and says what somebody is, or where."""


@dataclass(frozen=True, slots=True)
class Line:
    """One byline: its names in order, each with the element that holds it; how it was known; how far from
    the headline.
    """

    names: tuple[Name, ...]
    holders: tuple[Any, ...]
    urls: tuple[str | None, ...]
    how: str
    distance: int
    bio: bool
    words: str
    place: Place = Place.TEXT


def line_of(page: Page, element: Any, found: tuple[Name, ...], how: str, *, distance: int, bio: bool = False) -> Line:
    """Return the byline that *element* is, with the page that each of the names is linked to."""
    links = {plain(visible(a)).casefold(): page.absolute(a.get("href")) for a in element.iter("a")}
    urls = tuple(links.get(name.name.casefold()) for name in found)
    return Line(found, (element,) * len(found), urls, how, distance, bio, page.short.get(element, ""))


def parted(element: Any) -> str:
    """Return what a reader sees of *element*, squeezed, with a bar where one block ends and the next begins, round what
    somebody is, where the end of one word and the capital of the next touch in neighbouring elements, and where an
    element that names a person ends; without what is marked as that.
    """
    # A sign that no text holds stands where elements end: what may be glued there is decided with both sides in view.
    said = pieces(element, " | ", "\x00", [one for one in element.iterdescendants() if is_office(one)])
    whole = _NAMED.sub(_ended, _INLINE.sub(_apart, "".join(said)))
    return squeeze(_SEAM.sub(_seam, whole).replace("\x00", "")).strip(" |")


def is_office(element: Any) -> bool:
    """Say whether class names mark *element* as what somebody is, and nobody's name or label stands in it."""
    if not isinstance(element.tag, str) or not says(_OFFICE, marks(element)):
        return False
    words = visible(element)
    return not (given_names.among(words) or offices.jobs(words)) and labels.strip(words) == words


def _apart(found: re.Match[str]) -> str:
    """Return what somebody is between bars, where another's name follows it."""
    words = found[1]
    # "Anna Fox Correspondent Jan Sowa", in three elements: the one in the middle parts two persons.
    office = offices.jobs(words) and not given_names.among(words)
    return f"\x00 | {words} | " if office and given_names.known(found[2]) else found[0]


def _ended(found: re.Match[str]) -> str:
    """Return a person's name with a bar behind it, where its element ends and more than a part of a name follows."""
    name, behind = found[1].strip(), found[2].strip()
    more = behind[:1].isupper() and (" " in behind or bool(offices.jobs(behind)) or not split(behind, printed=True))
    return f"{found[0]} | " if more and person(name) else found[0]


def _seam(found: re.Match[str]) -> str:
    before, after = found[1], found[2]
    return f"{before} | {after}" if before.islower() and after.isupper() else before + after
