"""Coverage: what a publisher's lists and links name, and why some of it is not held. Enumerations, no SQL."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag, StrEnum


# Rows store the sums: a new place gets the next bit, and no bit is ever reused.
class Source(IntFlag):
    """The places that name an address, stored as the sum of their bits because several may name one address."""

    NONE = 0
    SITEMAP = 1
    FEED = 2
    REST = 4
    ARCHIVE = 8
    """A page that lists others: an archive, a category, the home page."""
    LINK = 16
    """Any other page."""
    TRANSLATION = 32
    """``hreflang``, in a page or in a sitemap, or a language switch."""
    REDIRECT = 64

    @classmethod
    def words(cls, bits: int) -> tuple[str, ...]:
        """Return the names of the places in *bits*."""
        # Only known members: a bit set by a later program has no name here and is ignored.
        return tuple(NAMED[one] for one in cls if bits & one)


NAMED = {
    Source.SITEMAP: "sitemaps",
    Source.FEED: "feeds",
    Source.REST: "REST",
    Source.ARCHIVE: "archives",
    Source.LINK: "links",
    Source.TRANSLATION: "translations",
    Source.REDIRECT: "redirects",
}
LISTED = Source.SITEMAP | Source.REST
"""The places that should list everything: what they name no longer may be gone."""


class Covered(StrEnum):
    """Why a named address is not missing."""

    HELD = "held"
    LIST = "lists"
    """A page that lists others, or another page without a text of its own: kept, but not an item."""
    ELSEWHERE = "other addresses"
    """A redirect, whose target is named separately, or another address of an item that is held."""
    NO_PAGE = "no pages"
    """Technical addresses, print versions, share or vote links: there is nothing to hold."""


class Missing(StrEnum):
    """Why a named address is not held."""

    NOT_YET = "not visited yet"
    NOT_READ = "not read yet"
    FAILED = "failed"
    WALL = "behind a wall"
    """A login, a challenge, or a page made only of scripts."""
    ROBOTS = "robots"
    GONE = "gone"
    TOO_LARGE = "too large"
    UNREAD = "unread"
    """Kept, but of a type or in a state that could not be read."""
    KIND = "kind not kept"
    OTHER_HOST = "other host"
    OUT_OF_SCOPE = "out of scope"
    TRAP = "trap"
    """Calendars, searches, combinations of filters: their links are endless."""


# The values stay in JSON, and as arguments of `coverage --list`; these say too little to a person.
_SHOWN = {
    Missing.WALL.value: "needs a login or a browser",
    Missing.ROBOTS.value: "refused by robots.txt",
    # Items that are gone from the site are held, and counted as gone elsewhere.
    Missing.GONE.value: "leads nowhere",
}


def class_in_words(name: str) -> str:
    """Return the class *name* (a value of `Missing`) as it is shown to a person."""
    return _SHOWN.get(name, name)


def counts_in_words(classes: Mapping[str, int], between: str = ", ") -> str:
    """Return the number of addresses of each class, as shown to a person."""
    return between.join(f"{class_in_words(name)} {number}" for name, number in classes.items())
