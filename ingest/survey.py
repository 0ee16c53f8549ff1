"""Survey: what the first look at a site tells: its name, what it runs on, what stands in the way. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ada_url import URL

from db.model import PageKind
from ingest.discovery.hints import Hints
from ingest.robots import Robots, RobotsDecision


class ObstacleKind(StrEnum):
    """What keeps a site from being collected."""

    UNREACHABLE = "unreachable"
    ROBOTS = "robots"
    CHALLENGE = "challenge"
    LOGIN = "login"
    SCRIPT = "script"
    ERROR = "error"
    NO_LIST = "no list"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way: what was seen, and the way out, both in words."""

    kind: ObstacleKind
    seen: str
    way_out: str


_BY_HAND = "Save a page with a browser and see what it says with `creditline inspect FILE --url URL`."
_WAYS_OUT: dict[ObstacleKind, str] = {
    ObstacleKind.UNREACHABLE: "Check the address in a browser; try again later.",
    ObstacleKind.ROBOTS: f"Ask the publisher to allow the agent creditline in robots.txt. Or: {_BY_HAND}",
    ObstacleKind.CHALLENGE: f"Ask the publisher to let the agent creditline pass. Or: {_BY_HAND}",
    ObstacleKind.LOGIN: f"Nothing is fetched with a login. {_BY_HAND}",
    ObstacleKind.SCRIPT: f"No script is run. Name a feed whose pages hold their text. Or: {_BY_HAND}",
    ObstacleKind.ERROR: "Check the address in a browser; name the page that answers instead.",
    ObstacleKind.NO_LIST: "Only pages that are linked will be found; the first run may miss old ones.",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What is known of a site after the first look.

    Attributes:
        site: its home page, as it was asked for.
        hints: what the home page announces.
        sitemaps, feed: where the pages are listed; those that were found to answer.
        obstacles: the gravest first; empty where nothing stands in the way.
    """

    site: str
    hints: Hints
    sitemaps: tuple[str, ...] = ()
    feed: str | None = None
    obstacles: tuple[Obstacle, ...] = ()


def site_of(url: str) -> str:
    """Return the home page of the site that *url* belongs to. Raises ValueError where *url* is none."""
    parsed = URL(url)
    return f"{parsed.protocol}//{parsed.host}/"


def survey(
    home: str,
    hints: Hints,
    *,
    status: int,
    kind: PageKind,
    robots: Robots,
    lists: tuple[tuple[str, ...], str | None] = ((), None),
) -> Findings:
    """Judge a site by its home page, the one at the URL *home*.

    *kind* is what the reader took the page for; *lists* are the sitemaps and the feed that were found to
    answer.
    """
    sitemaps, feed = lists
    decision = robots.allows(home)
    seen = _page_obstacle(status, kind)
    obstacles = [*([] if decision.allowed else [_forbidden(decision)]), *([seen] if seen else [])]
    if not sitemaps and feed is None:
        obstacles.append(obstacle(ObstacleKind.NO_LIST, "There is neither a sitemap nor a feed."))
    return Findings(home, hints, sitemaps, feed, tuple(obstacles))


def unreachable(site: str, detail: str, hint: str) -> Findings:
    """Return the findings for a site whose home page could not be had: what happened, and what to do about it."""
    found = Obstacle(ObstacleKind.UNREACHABLE, f"No answer: {detail}.", hint)
    return Findings(site, Hints(), obstacles=(found,))


def refused(site: str, decision: RobotsDecision) -> Findings:
    """Return the findings for a site whose home page may not be asked for."""
    return Findings(site, Hints(), obstacles=(_forbidden(decision),))


def obstacle(kind: ObstacleKind, seen: str) -> Obstacle:
    """Return the obstacle of *kind* with its way out."""
    return Obstacle(kind, seen, _WAYS_OUT[kind])


def _forbidden(decision: RobotsDecision) -> Obstacle:
    return obstacle(ObstacleKind.ROBOTS, f"robots.txt does not let us in: {decision.because}.")


def _page_obstacle(status: int, kind: PageKind) -> Obstacle | None:
    if kind is PageKind.CHALLENGE:
        return obstacle(ObstacleKind.CHALLENGE, "A page that tests for a browser stands before the site.")
    if kind is PageKind.PROTECTED or status == 401:
        return obstacle(ObstacleKind.LOGIN, "The site asks for a login.")
    if status >= 400:
        return obstacle(ObstacleKind.ERROR, f"The home page answers with status {status}.")
    if kind is PageKind.SHELL:
        return obstacle(ObstacleKind.SCRIPT, "The page holds no text until its scripts have run.")
    return None
