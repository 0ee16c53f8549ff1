"""Named: what an answer that lists pages names, as the process that reads it hands it back."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.discovery.listed import Listed

LISTS = frozenset({"home", "robots", "types", "sitemap", "feed"})
"""The purposes of errands whose answers name pages or further lists."""


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer names.

    Attributes:
        pages: with the time of their last change, where it is told.
        sitemaps, feeds: further lists.
        rest: the address of the WordPress REST API, or None.
        kinds: the names of the kinds of text that the API lists.
        beyond: why not all that the answer names is here: its reader gave up, a bound was reached; None where all is.
    """

    pages: tuple[Listed, ...] = ()
    sitemaps: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    rest: str | None = None
    kinds: tuple[str, ...] = ()
    beyond: str | None = None


def given_up(reason: str) -> Named:
    """Return what stands for an answer whose reader did not come back, for that *reason*."""
    return Named(beyond=reason)
