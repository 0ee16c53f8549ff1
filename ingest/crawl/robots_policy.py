"""Robots: how a host's robots.txt is obeyed: asked for first and again each day, and put before every request.

Apart from the queues that ask it, so that whoever looks for robots.txt finds where it is obeyed.

What the file says is read by `ingest.discovery.robots_txt`; here is which requests are
put to those rules, and when the file is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from archive.http.exchange import Exchange
from archive.http.failure import FetchFailure
from archive.http.url import read_target
from ingest.crawl.request import Request
from ingest.discovery.robots_txt import PARSE_LIMIT, Robots, RobotsDecision

# RFC 9309 section 2.4: a copy that is older than a day should not be gone by.
ROBOTS_KEPT = timedelta(hours=24)


@dataclass(slots=True)
class HostRobots:
    """The robots.txt of one host.

    Attributes:
        rules: those in force; None where the file was not asked for yet.
        failure: why it could not be asked for, where no answer came.
    """

    rules: Robots | None = None
    failure: FetchFailure | None = None
    _read: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Say whether the file must be asked for before anything else of its host."""
        return self._read is None or now - self._read >= ROBOTS_KEPT

    def take(self, rules: Robots, answer: object, now: datetime) -> None:
        """Let *rules*, which *answer* sets, be in force from *now* on."""
        self.rules = rules
        self.failure = answer if isinstance(answer, FetchFailure) else None
        # Rules that could not be had hold for no day: the next turn asks for them again.
        self._read = now if rules.had else None

    def refuses(self, request: Request) -> RobotsDecision | None:
        """Return the decision that forbids *request*, None where it may be asked for."""
        # robots.txt itself may always be asked for (RFC 9309 section 2.2.2).
        decision = self.rules.allows(request.url) if self.rules and request.purpose != "robots" else None
        return None if decision is None or decision.allowed else decision

    @property
    def crawl_delay(self) -> float | None:
        """The seconds between two requests that the file asks for."""
        return self.rules.crawl_delay if self.rules else None


def request_before(page: Request) -> Request:
    """Return the request for the robots.txt that holds for *page*."""
    target = read_target(page.url)
    # Rules hold for scheme and authority together (RFC 9309 section 2.3): the page that waits says which scheme.
    scheme = "https" if target.secure else "http"
    return Request(f"{scheme}://{target.authority}/robots.txt", page.publisher, "robots")


def robots_of(answer: Exchange | FetchFailure | None) -> Robots:
    """Return the rules that the last answer to /robots.txt sets, redirects followed."""
    if not isinstance(answer, Exchange):
        return Robots.of_answer(None, b"")
    # Twice what is parsed, for a file in UTF-16 takes two bytes a character.
    return Robots.of_answer(answer.head.status, answer.entity(limit=2 * PARSE_LIMIT).body)
