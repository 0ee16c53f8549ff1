"""A request: one URL to fetch, the publisher that it is fetched for, and its purpose."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.http.client import Conditions


@dataclass(frozen=True, slots=True)
class Request:
    """One URL to fetch, and why.

    Attributes:
        url: the URL to fetch.
        publisher: the id of the publisher that it is collected for.
        purpose: ``page``, ``home``, ``sitemap``, ``feed``, ``rest``, ``json_api``, ``tags``, ``types``, ``robots``,
            ``policy``, ``part`` or ``requisite``.
        visit: the id of the visit in the frontier; None if there is none.
        conditions: the validators of the last response, for a conditional request.
        hops: how many redirects, or lists within lists, led here.
        attempt: 1 for the first try in this run.
        parent: for a part, the id of the capture of part 1.
        unfollowed: whether the links of the page may not have been followed yet. If so, they are read even if the page
            did not change.
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
        """Whether the request is for a list of pages (or robots.txt, a policy), not for a page or a part of one."""
        return self.purpose not in ("page", "part", "requisite")
