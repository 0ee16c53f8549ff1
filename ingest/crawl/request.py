"""A request: one URL to be asked for, for whom, and what it is to be when it comes."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.http.client import Conditions


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        url: what to ask for.
        publisher: the id of the publisher it is collected for.
        purpose: ``page``, ``sitemap``, ``feed``, ``rest``, ``tags``, ``types``, ``robots``, ``policy``, ``part`` or
            ``requisite``.
        visit: the frontier's number of the visit, or None where it has none.
        hops: how many redirects led here.
        attempt: 1 for the first try in this run.
        parent: for a part, the id of the capture of part 1.
        unfollowed: nobody has followed its links yet, as far as is known: they are read though it did not change.
    """

    url: str
    publisher: str
    purpose: str = "page"
    visit: int | None = None
    conditions: Conditions | None = None
    hops: int = 0
    attempt: int = 1
    parent: str | None = None
    unfollowed: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it is sent for what names pages, and not for a page."""
        return self.purpose not in ("page", "part", "requisite")
