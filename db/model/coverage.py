"""Coverage: what a publisher's lists and links name, and why some of it is not held. Closed choices, no SQL."""

from __future__ import annotations

from enum import IntFlag, StrEnum


# The sums stand in rows: a place that is added takes the next bit, and none takes that of another.
class Source(IntFlag):
    """Which places name an address. Kept as the sum of its bits: one address is named by many."""

    NONE = 0
    SITEMAP = 1
    FEED = 2
    REST = 4
    ARCHIVE = 8
    """A page that lists others: an archive, a category, the home page."""
    LINK = 16
    """Any other page."""
    TRANSLATION = 32
    """``hreflang``, in a page or in a sitemap."""
    REDIRECT = 64

    @classmethod
    def words(cls, bits: int) -> tuple[str, ...]:
        """Return the places in *bits* by name."""
        # By the members alone: a bit that a later program set has no name here, and raises nothing.
        return tuple(NAMED[one] for one in cls if bits & one)


NAMED = {
    Source.SITEMAP: "sitemaps",
    Source.FEED: "feeds",
    Source.REST: "REST",
    Source.ARCHIVE: "archives",
    Source.LINK: "links",
    Source.TRANSLATION: "hreflang",
    Source.REDIRECT: "redirects",
}
LISTED = Source.SITEMAP | Source.REST
"""The places that name all that there is: what they name no more may be gone."""


class Standing(StrEnum):
    """What became of an address that is named and is no text that is missing."""

    HELD = "held"
    LIST = "lists"
    """A page that lists others, or another page without a text of its own: kept, and no item."""
    ELSEWHERE = "other addresses"
    """A redirect, whose target is named by itself, or one more address of an item that is held."""
    NO_PAGE = "no pages"
    """Machinery, a copy to be printed, a link that shares or votes: there is nothing to be held."""


class Missing(StrEnum):
    """Why an address that is named is not held."""

    NOT_YET = "not visited yet"
    NOT_READ = "not read yet"
    FAILED = "failed"
    WALL = "behind a wall"
    """A login, a challenge, a page that is only script."""
    ROBOTS = "robots"
    GONE = "gone"
    TOO_LARGE = "too large"
    UNREAD = "unread"
    """Kept, but of a kind or in a state that nobody could read."""
    KIND = "kind not kept"
    OTHER_HOST = "other host"
    OUT_OF_SCOPE = "out of scope"
    TRAP = "trap"
    """A calendar, a search, filters that multiply: such links have no end."""
