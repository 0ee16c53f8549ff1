"""Line: one byline of a page, the names in it and the elements that hold them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from archive.evidence.locate import Place
from ingest.reading.byline.names import Name
from ingest.reading.page.outline import pieces, squeeze
from ingest.reading.page.page import Page, plain, visible

_SEAM = re.compile("(\\w)\x00+(\\w)")


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
    """Return what a reader sees of *element*, squeezed, with a bar where one block ends and the next begins, and where
    the end of one word and the capital of the next touch in neighbouring elements.
    """
    return squeeze(_SEAM.sub(_seam, "".join(pieces(element, " | ", "\x00"))).replace("\x00", "")).strip(" |")


def _seam(found: re.Match[str]) -> str:
    before, after = found[1], found[2]
    return f"{before} | {after}" if before.islower() and after.isupper() else before + after
