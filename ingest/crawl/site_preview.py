"""Site preview: the first look at a site, for `init` and `add`: a handful of requests, kept as those of a run."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from os import cpu_count

from ada_url import URL

from archive.http.exchange import Response
from archive.http.url import read_target
from db.identity import is_front_page
from db.identity import publisher_id as host_id
from db.model.item import Context, PageKind, Publisher, Statement
from ingest.collection.collection import Collection, Layout, at_work, make, unmake
from ingest.crawl.host_queues import HostQueues
from ingest.crawl.pipeline import TRIES, Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.run_setup import visiting
from ingest.crawl.tally import Failed, Settled
from ingest.discovery.hints import Hints, read_hints
from ingest.discovery.links import Outlinks
from ingest.discovery.robots_txt import Robots, RobotsDecision
from ingest.discovery.sitemaps import sitemap_candidates
from ingest.errors import Exit, Refused
from ingest.progress import counted
from ingest.reading.pool import ReaderPool
from ingest.settings.toml_file import amend
from ingest.settings.values import PublisherOptions, Settings, check_new, with_publisher

# Survey: what the first look at a site tells: its name, what it runs on, what stands in the way. Pure.


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
    # What forbids comes before what the page looks like: mending the page would help nobody.
    decision = robots.allows(home)
    seen = _page_obstacle(status, kind)
    obstacles = [*([] if decision.allowed else [_forbidden(decision)]), *([seen] if seen else [])]
    if not sitemaps and feed is None:
        # Last and least: pages are found by links all the same.
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


# So many sitemaps are looked into, and so many of an index.
_CANDIDATES = 5
# Articles have longer names, with dashes or numbers.
_FOLDER = re.compile(r"/[a-z]{3,20}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first look found.

    Attributes:
        asked: the URL that was named; *findings* is about its site.
        pages: how many pages its sitemaps list, as far as was looked.
        statements: what it says about reuse, on the home page or the page that was named.
    """

    asked: str
    findings: Findings
    pages: int
    statements: tuple[Statement, ...]


def begin(
    layout: Layout, settings: Settings, wanted: PublisherOptions, *, stopped: Callable[[], bool]
) -> Preview | None:
    """Make a collection of the site that *wanted* names by any page of it, looked at first.

    None, and no collection, where it was *stopped* before.

    Raises:
        Refused: nothing answered (nothing captured), the folder holds something else (usage); nothing is made.
    """
    # A folder that was there is the person's, and stays whatever happens in it.
    existed = layout.directory.exists()
    # Made before the look, for what is fetched is kept as in a run; unmade where nothing came of it.
    make(layout, settings)
    seen: Preview | None = None
    try:
        seen = add(layout, settings, settings, wanted, stopped=stopped)
    finally:
        if seen is None:
            unmake(layout, folder=not existed)
    return seen


def add(
    layout: Layout,
    before: Settings,
    settings: Settings,
    wanted: PublisherOptions,
    *,
    stopped: Callable[[], bool],
) -> Preview | None:
    """Look at the site that *wanted* names by any page of it, and write it to the settings with the id and name wanted.

    The settings were those of *before* and are to be *settings*. None where it was *stopped* before it was seen.

    Raises:
        Refused: nothing answered (nothing captured), its host or id is taken (usage).
        Locked: a run is live.
    """
    # Before the first request: a host that another publisher has need not be visited to be refused.
    check_new(settings, PublisherOptions(site_of(read_target(wanted.url).url), id=wanted.id))
    readers = ReaderPool(settings.read.workers or cpu_count() or 1, settings.read.deadline)
    with at_work(layout, settings) as work:
        seen = first_look(work, wanted.url, publisher_id=wanted.id, readers=readers, stopped=stopped)
    if seen is None:
        return None
    options = options_of(seen, wanted)
    # Again, now that the site has said which host it answers under.
    check_new(settings, options)
    after = with_publisher(settings, options)
    # Written only when the look went well, so that a failed one leaves the file as the person knows it.
    amend(layout.settings, before, after)
    with at_work(layout, after):
        pass  # the settings are recorded at once
    return seen


def first_look(
    work: Collection, url: str, *, publisher_id: str | None, readers: ReaderPool, stopped: Callable[[], bool]
) -> Preview | None:
    """Look at the site of *url*: robots.txt, the home page, sitemap and feed; each is asked for and kept as in a run.

    None where it was *stopped* before it was seen.

    Raises:
        Refused: nothing answered (nothing captured).
    """
    target = read_target(url)
    bare = target.authority.removeprefix("www.")
    named = publisher_id or host_id(bare)
    publisher = work.catalogue.publisher(named) or Publisher(named, site_of(target.url), (bare,))
    work.know(publisher)
    with visiting(work, readers=readers) as (pipeline, queues):
        looking = _Look(publisher.id, target.url, pipeline, queues)
        pipeline.drain(looking.follow, stopped=lambda: stopped() or looking.failed is not None)
        return None if stopped() else looking.seen(url, readers)


class _Look:
    """What was asked for and what came: one thing leads to the next."""

    def __init__(self, publisher: str, url: str, pipeline: Pipeline, queues: HostQueues) -> None:
        self._publisher, self._pipeline, self._queues = publisher, pipeline, queues
        # A front page below a folder (/en/) is looked at as it was named: it may be the one in the person's language.
        self._site = url if is_front_page(url) else site_of(url)
        self._page = url
        self._home: Settled | None = None
        self._article: Settled | None = None
        self._candidates: deque[str] = deque()
        self._feeds: deque[str] = deque()
        self._sitemaps: tuple[str, ...] = ()
        self._nested: set[str] = set()
        self._pages = 0
        self._feed: str | None = None
        self.failed: Failed | None = None
        """Why the home page could not be had."""
        self._send(self._site, "home")

    def _send(self, url: str, purpose: str, hops: int = 0) -> None:
        # Who waits for the answer wants to know at once: nothing is tried twice.
        self._pipeline.send(Request(url, self._publisher, purpose, hops=hops, attempt=TRIES))

    def follow(self, settled: Settled) -> None:
        """Take what came, and ask for the next."""
        request = settled.request
        following = onward(request, settled.exchange)
        # Redirects of robots.txt are followed by its host's queue, which needs the rules before anything else.
        if following is not None and request.purpose != "robots":
            # Where a sitemap within an index moved, what comes is still one of that index, and no list to look into
            # further.
            self._nested |= {following.url} if request.url in self._nested else set()
            self._send(following.url, request.purpose, following.hops)
        elif request.purpose == "home":
            self._see_home(settled)
        elif request.purpose == "page":
            self._article = settled
        elif request.url in self._nested:
            self._pages += len(settled.named.pages) if settled.named else 0
        elif request.purpose == "sitemap":
            self._see_sitemap(settled)
        elif request.purpose == "feed":
            self._see_feed(settled)

    def _see_home(self, settled: Settled) -> None:
        self._home = settled
        # A site that robots.txt closes was reached: what stands in the way is told as a finding, and no failure.
        if settled.failed is not None and settled.failed.reason != "robots":
            self.failed = settled.failed
        if settled.exchange is None:
            return
        # One after the other until one lists something: all at once would be five requests where one is enough.
        self._candidates.extend(sitemap_candidates(self._site, self._robots().sitemaps())[:_CANDIDATES])
        self._feeds.extend(settled.named.feeds[:2] if settled.named else ())
        self._next("sitemap", self._candidates)
        self._next("feed", self._feeds)
        if self._page != self._site:
            self._send(self._page, "page")

    def _next(self, purpose: str, urls: deque[str]) -> None:
        if urls:
            self._send(urls.popleft(), purpose)

    def _see_sitemap(self, settled: Settled) -> None:
        """Take the first sitemap that lists something; an index is followed one level."""
        listed = settled.named or Outlinks()
        if not (listed.pages or listed.sitemaps):
            self._next("sitemap", self._candidates)
            return
        self._sitemaps = (settled.request.url,)
        self._pages += len(listed.pages)
        for nested in listed.sitemaps[:_CANDIDATES]:
            self._nested.add(nested)
            self._send(nested, "sitemap")

    def _see_feed(self, settled: Settled) -> None:
        if settled.named is not None and settled.named.pages:
            self._feed = settled.request.url
        else:
            self._next("feed", self._feeds)

    def _robots(self) -> Robots:
        return self._queues.robots(read_target(self._site).authority) or Robots()

    def seen(self, asked: str, readers: ReaderPool) -> Preview:
        """Return what was found. Raises `Refused` where nothing answered (nothing captured)."""
        if self._home is None or self.failed is not None:
            raise _no_answer(self._site, self.failed)
        if self._home.exchange is None:
            because = self._home.failed.detail if self._home.failed else "it says nothing"
            return Preview(asked, refused(self._site, RobotsDecision(False, because)), 0, ())
        kind, statements = _read(self._home, readers)
        home = self._home.exchange.answer()
        findings = survey(
            home.url,
            readers.schedule(_hints_of, (home,), lambda _reason: Hints()).result(),
            status=self._home.exchange.head.status,
            kind=kind,
            robots=self._robots(),
            lists=(self._sitemaps, self._feed),
        )
        if self._article is not None and self._article.exchange is not None:
            # The page that was named says more of its own texts than the front page does.
            statements = _read(self._article, readers)[1] or statements
        return Preview(asked, findings, self._pages, statements)


def _hints_of(home: Response) -> Hints:
    """In a reader process: what it is handed may take any memory and any time to read."""
    return read_hints(home.entity())


def _no_answer(site: str, failed: Failed | None) -> Refused:
    if failed is None:
        return Refused(f"{site}: it was not asked for", "try again", Exit.NOTHING)
    # The person named a page and never asked for robots.txt.
    detail = failed.detail.removesuffix(" (robots.txt is asked for first)")
    found = unreachable(site, detail, failed.hint).obstacles[0]
    return Refused(f"{site}: {found.seen}", found.way_out, Exit.NOTHING)


def _read(settled: Settled, readers: ReaderPool) -> tuple[PageKind, tuple[Statement, ...]]:
    """Return what a page is and states; one that came with an error may still say that it is a challenge."""
    reading = settled.reading
    # An answer that is no 200 is not read in a run, but what it says tells a challenge from a fault.
    if reading is None and settled.exchange is not None:
        found = settled.exchange.answer()
        reading = readers.submit(found, Context(found.url)).result()
    return (reading.kind, reading.statements) if reading else (PageKind.PAGE, ())


def options_of(seen: Preview, wanted: PublisherOptions) -> PublisherOptions:
    """Return the settings of the publisher that was looked at, with the id and the name that were *wanted*."""
    hints: Hints = seen.findings.hints
    authority = read_target(seen.findings.site).authority
    return PublisherOptions(
        url=seen.findings.site,
        id=wanted.id,
        name=wanted.name or hints.name,
        hosts=(authority.removeprefix("www."),),
        languages=languages_of(hints),
    )


def languages_of(hints: Hints) -> tuple[str, ...]:
    """Return the languages of a site without regions, its own first."""
    return tuple(dict.fromkeys(code.partition("-")[0] for code in hints.languages if code != "x-default"))


def as_json(seen: Preview) -> dict[str, object]:
    """Return what was found, for a program."""
    findings, hints = seen.findings, seen.findings.hints
    return {
        "site": findings.site,
        "name": hints.name,
        "generator": hints.generator,
        "languages": languages_of(hints),
        "sitemaps": findings.sitemaps,
        "pages": seen.pages,
        "feed": findings.feed,
        "statements": [statement.words for statement in seen.statements],
        "obstacles": [{"kind": one.kind, "seen": one.seen, "way_out": one.way_out} for one in findings.obstacles],
    }


def tell(seen: Preview) -> list[str]:
    """Return what was found, in lines for a person."""
    findings, hints = seen.findings, seen.findings.hints
    lines = []
    if seen.asked.rstrip("/") != findings.site.rstrip("/"):
        lines.append(f"{seen.asked} is a page of {findings.site}: looking at that site")
        path = read_target(seen.asked).path
        # As on the host of a university: the person means what lies below, and all of the host would be visited.
        if _FOLDER.fullmatch(path):
            lines.append(f'  for what lies below {path} alone, set its url to {seen.asked} and include = ["{path}"]')
    lines.append(f"  site       {hints.name or findings.site}{f' · {hints.generator}' if hints.generator else ''}")
    if hints.languages:
        lines.append(f"  languages  {', '.join(languages_of(hints))}")
    listed = f"{findings.sitemaps[0]} (about {counted(seen.pages, 'page')})" if findings.sitemaps else "none found"
    lines.append(f"  sitemap    {listed}")
    lines.append(f"  feed       {findings.feed or 'none found'}")
    for statement in seen.statements:
        lines.append(f"  terms      “{statement.words}”")
    if not seen.statements:
        lines.append("  terms      none on this page; each article is read for its own")
    for obstacle in findings.obstacles:
        lines += [f"  ! {obstacle.seen}", f"    {obstacle.way_out}"]
    return lines
