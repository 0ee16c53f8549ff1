"""Robots policy: when a host's robots.txt is requested, and which requests its rules apply to.

The file is requested before anything else of a host, and again each day. `ingest.discovery.robots_txt` parses it.
Apart from the host queues, which ask this file before each request, because anyone who looks for robots.txt should
find in one place how it is obeyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.http.exchange import Exchange, Truncation
from archive.http.failure import FetchFailure
from archive.http.url import read_target
from ingest.crawl.request import Request
from ingest.discovery.robots_txt import PARSE_LIMIT, Robots, RobotsDecision

# RFC 9309 section 2.4: do not use a copy that is older than a day.
ROBOTS_KEPT = timedelta(hours=24)


@dataclass(slots=True)
class HostRobots:
    """The robots.txt of one host.

    Attributes:
        rules: the rules in force; None if the file was not requested yet.
        failure: why the file could not be fetched, if no response came.
    """

    rules: Robots | None = None
    failure: FetchFailure | None = None
    _read: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Return whether the file has to be requested before anything else of its host."""
        return self._read is None or now - self._read >= ROBOTS_KEPT

    def take(self, rules: Robots, answer: object, now: datetime) -> None:
        """Put *rules*, read from *answer*, in force from *now* on."""
        self.rules = rules
        self.failure = answer if isinstance(answer, FetchFailure) else None
        # If the file could not be fetched, the next turn requests it again instead of waiting a day.
        self._read = now if rules.is_known else None

    def refuses(self, request: Request) -> RobotsDecision | None:
        """Return the decision that forbids *request*; None if it is allowed."""
        # robots.txt itself may always be requested (RFC 9309 section 2.2.2).
        decision = self.rules.allows(request.url) if self.rules and request.purpose != "robots" else None
        return None if decision is None or decision.allowed else decision

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between two requests that the file asks for, if any."""
        return self.rules.crawl_delay if self.rules else None


def request_before(page: Request) -> Request:
    """Return the request for the robots.txt that applies to *page*."""
    target = read_target(page.url)
    # Rules apply to a scheme and authority together (RFC 9309 section 2.3), so use the scheme of the page.
    scheme = "https" if target.secure else "http"
    return Request(f"{scheme}://{target.authority}/robots.txt", page.publisher, "robots")


def robots_of(answer: Exchange | FetchFailure | None) -> Robots:
    """Return the rules from the last response to /robots.txt, after redirects; None or a failure means no response.

    A file that breaks off counts as not fetched: the rules that did not arrive may forbid what the others allow.
    """
    if not isinstance(answer, Exchange):
        return Robots.of_answer(None, b"")
    # At our own limit, the file is as long as it may be (RFC 9309 section 2.5); otherwise it is a network error
    # (section 2.3.1.4).
    if 200 <= answer.head.status < 300 and answer.truncated not in (None, Truncation.LENGTH):
        return Robots(everything=False, because="robots.txt could not be fetched: its answer broke off")
    # Twice the number of characters that are parsed, because UTF-16 takes two bytes per character.
    return Robots.of_answer(answer.head.status, answer.entity(limit=2 * PARSE_LIMIT).body)
