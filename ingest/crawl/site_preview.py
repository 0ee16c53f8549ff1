"""Site preview: the first look at a site, for `init` and `add`. It makes a few requests and keeps them like a run."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from os import cpu_count

from ada_url import URL

from archive.errors import Exit, Refused
from archive.http.exchange import Response
from archive.http.failure import ROBOTS_UNKNOWN
from archive.http.url import read_target
from db.identity import is_front_page
from db.identity import publisher_id as host_id
from db.model.item import Context, PageKind, Publisher, Statement
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Collection, Layout, make, open_for_work, remove_unfinished
from ingest.crawl.host_queues import HostQueues
from ingest.crawl.pipeline import TRIES, Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.run_setup import for_host, visiting
from ingest.crawl.tally import Failed, Settled
from ingest.discovery.hints import Hints, read_hints
from ingest.discovery.links import Outlinks
from ingest.discovery.robots_txt import Robots, RobotsDecision
from ingest.discovery.sitemaps import sitemap_candidates
from ingest.progress import counted
from ingest.settings.toml_file import amend
from ingest.settings.values import PublisherOptions, Settings, check_new, with_publisher

# ── Survey: judge a site by its home page: its name, its software, and what prevents a crawl. Pure. ──────────────


class ObstacleKind(StrEnum):
    """What may prevent a site from being collected."""

    UNREACHABLE = "unreachable"
    ROBOTS = "robots"
    CHALLENGE = "challenge"
    LOGIN = "login"
    SCRIPT = "script"
    ERROR = "error"
    NO_LIST = "no list"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One obstacle: what was seen, and what a person can do about it, both in words."""

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
    """What is known about a site after the first look.

    Attributes:
        site: its home page, as it was requested.
        hints: what the home page announces.
        sitemaps, feed: the lists of pages that exist.
        obstacles: the most serious first; empty if there are none.
    """

    site: str
    hints: Hints
    sitemaps: tuple[str, ...] = ()
    feed: str | None = None
    obstacles: tuple[Obstacle, ...] = ()


def site_of(url: str) -> str:
    """Return the home page of the site that *url* belongs to. Raises ValueError if *url* is not a URL."""
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
    """Judge a site by its home page at the URL *home*.

    *kind* is how the reader classified the page; *lists* are the sitemaps and the feed that exist.
    """
    sitemaps, feed = lists
    # robots.txt first: while it forbids the page, nothing else matters.
    decision = robots.allows(home)
    seen = _page_obstacle(status, kind)
    obstacles = [*([] if decision.allowed else [_forbidden(decision)]), *([seen] if seen else [])]
    if not sitemaps and feed is None:
        # The least serious obstacle, because pages can still be found by links.
        obstacles.append(obstacle(ObstacleKind.NO_LIST, "There is neither a sitemap nor a feed."))
    return Findings(home, hints, sitemaps, feed, tuple(obstacles))


def unreachable(site: str, detail: str, hint: str) -> Findings:
    """Return the findings for a site whose home page could not be fetched; *hint* says what to do about it."""
    found = Obstacle(ObstacleKind.UNREACHABLE, f"No answer: {detail}.", hint)
    return Findings(site, Hints(), obstacles=(found,))


def refused(site: str, decision: RobotsDecision) -> Findings:
    """Return the findings for a site whose robots.txt forbids the home page."""
    return Findings(site, Hints(), obstacles=(_forbidden(decision),))


def obstacle(kind: ObstacleKind, seen: str) -> Obstacle:
    """Return the obstacle of *kind*, with what to do about it."""
    return Obstacle(kind, seen, _WAYS_OUT[kind])


def _forbidden(decision: RobotsDecision) -> Obstacle:
    return obstacle(ObstacleKind.ROBOTS, f"robots.txt does not let us in: {decision.because}.")


def _page_obstacle(status: int, kind: PageKind) -> Obstacle | None:
    """Return the obstacle that a home page shows by its status and kind, or None."""
    if kind is PageKind.CHALLENGE:
        return obstacle(
            ObstacleKind.CHALLENGE,
            "The site shows a page that asks for something first: a test for a browser, or a consent.",
        )
    if kind is PageKind.PROTECTED or status == 401:
        return obstacle(ObstacleKind.LOGIN, "The site asks for a login.")
    if status >= 400:
        return obstacle(ObstacleKind.ERROR, f"The home page answers with status {status}.")
    if kind is PageKind.SHELL:
        return obstacle(ObstacleKind.SCRIPT, "The page holds no text until its scripts have run.")
    return None


# How many possible sitemaps are tried, and how many sitemaps of an index are read.
_CANDIDATES = 5
# A path that looks like the folder of a department. Articles have longer names, with dashes or numbers.
_FOLDER = re.compile(r"/[a-z]{3,20}/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What the first look found.

    Attributes:
        asked: the URL that the person named.
        findings: what was found out about the site of that URL.
        pages: how many pages its sitemaps list, as far as they were read.
        statements: its statements about reuse, from the home page or the named page.
    """

    asked: str
    findings: Findings
    pages: int
    statements: tuple[Statement, ...]


def begin(
    layout: Layout, settings: Settings, wanted: PublisherOptions, *, stopped: Callable[[], bool]
) -> Preview | None:
    """Take a first look at a site and make a collection for it.

    *wanted* names the site by any of its pages. Returns None, and makes no collection, if it was *stopped* early.

    Raises:
        Refused: the site did not answer (exit code: nothing captured), or the folder holds something else (usage). In
            both cases no collection is made.
    """
    # A folder that existed before is never removed.
    existed = layout.directory.exists()
    # The collection is made first, because the look keeps what it fetches. It is removed again if the look fails.
    make(layout, settings)
    seen: Preview | None = None
    try:
        seen = add(layout, settings, settings, wanted, stopped=stopped)
    finally:
        if seen is None:
            remove_unfinished(layout, folder=not existed)
    return seen


def add(
    layout: Layout,
    before: Settings,
    settings: Settings,
    wanted: PublisherOptions,
    *,
    stopped: Callable[[], bool],
) -> Preview | None:
    """Take a first look at a site and add it to the settings file, with the id and name in *wanted*.

    *wanted* names the site by any of its pages. *before* are the settings in the file, *settings* those to build on.
    Returns None if it was *stopped* early.

    Raises:
        Refused: the site did not answer (exit code: nothing captured), or its host or id is taken (usage).
        Locked: another command is under way.
    """
    # Checked before the first request: no need to visit a host that another publisher has already.
    check_new(settings, PublisherOptions(site_of(read_target(wanted.url).url), id=wanted.id))
    readers = ReaderPool(settings.read.workers or cpu_count() or 1, settings.read.deadline)
    with open_for_work(layout, settings, command="add") as work:
        wanted = _as_held(work, wanted)
        seen = first_look(work, wanted.url, publisher_id=wanted.id, readers=readers, stopped=stopped)
    if seen is None:
        return None
    options = options_of(seen, wanted)
    # Checked again, because the site may have redirected to another host.
    check_new(settings, options)
    after = with_publisher(settings, options)
    # Written only now, so a failed look leaves the person's file unchanged.
    amend(layout.settings, before, after)
    with open_for_work(layout, after, command="add"):
        pass  # opening the collection records the new settings
    return seen


def _as_held(work: Collection, wanted: PublisherOptions) -> PublisherOptions:
    """Return *wanted* with the id that the publisher already has if its pages are held, as after an import.

    Raises:
        Refused: it is to get another id (usage).
    """
    held = for_host([one for one in work.catalogue.publishers() if work.catalogue.has_captures(one.id)], wanted.url)
    if held is None or held.id == (wanted.id or host_id(read_target(wanted.url).authority.removeprefix("www."))):
        return wanted
    if wanted.id is not None:
        what = f"the pages of {wanted.url} that are held belong to the publisher {held.id}"
        raise Refused(what, "leave --id out: what was cited goes by that id", Exit.USAGE)
    return replace(wanted, id=held.id)


def first_look(
    work: Collection, url: str, *, publisher_id: str | None, readers: ReaderPool, stopped: Callable[[], bool]
) -> Preview | None:
    """Fetch and keep robots.txt, the home page, a sitemap and a feed of the site of *url*, as a run would.

    Returns None if it was *stopped* early.

    Raises:
        Refused: the site did not answer (exit code: nothing captured).
        DiskFull: the disk has no room beyond its reserve, and not all could be asked for.
    """
    target = read_target(url)
    bare = target.authority.removeprefix("www.")
    named = publisher_id or host_id(bare)
    publisher = work.catalogue.publisher(named) or Publisher(named, site_of(target.url), (bare,))
    work.record_publisher(publisher)
    with visiting(work, readers=readers) as (pipeline, queues):
        looking = _Look(publisher.id, target.url, pipeline, queues)
        pipeline.drain(looking.follow, stopped=lambda: stopped() or looking.failed is not None)
        if pipeline.full is not None:
            raise pipeline.full
        return None if stopped() else looking.seen(url, readers)


class _Look:
    """The requests of a first look, one leading to the next, and what came back."""

    def __init__(self, publisher: str, url: str, pipeline: Pipeline, queues: HostQueues) -> None:
        self._publisher, self._pipeline, self._queues = publisher, pipeline, queues
        # A front page in a folder (/en/) is taken as it is: it may be the one in the person's language.
        self._site = url if is_front_page(url) else site_of(url)
        self._page = url
        self._place = self._site
        """Where the lists of the site are looked for, and whose robots.txt counts."""
        self._home: Settled | None = None
        self._article: Settled | None = None
        self._candidates: deque[str] = deque()
        self._feeds: deque[str] = deque()
        self._sitemaps: tuple[str, ...] = ()
        self._nested: set[str] = set()
        self._pages = 0
        self._feed: str | None = None
        self.failed: Failed | None = None
        """Why the home page could not be fetched."""
        self._send(self._site, "home")

    def _send(self, url: str, purpose: str, hops: int = 0) -> None:
        # Marked as the last attempt, because a person is waiting: nothing is requested twice.
        self._pipeline.send(Request(url, self._publisher, purpose, hops=hops, attempt=TRIES))

    def follow(self, settled: Settled) -> None:
        """Handle a settled request, and send the next one."""
        request = settled.request
        following = onward(request, settled.exchange)
        # The host queue follows the redirects of robots.txt itself, because it needs the rules first.
        if following is not None and request.purpose != "robots":
            # If a sitemap of an index has moved, its target still belongs to the index, and is not followed deeper.
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
        """Handle the home page, and request the sitemaps, feeds and the named page."""
        self._home = settled
        # If robots.txt forbids the page, the site was reached: this is a finding, not a failure.
        if settled.failed is not None and settled.failed.reason not in ("robots", ROBOTS_UNKNOWN):
            self.failed = settled.failed
        if settled.exchange is None:
            return
        self._place = _place_of(self._site, settled.exchange.url)
        # One after the other, because the first one is often enough.
        self._candidates.extend(sitemap_candidates(self._place, self._robots().sitemaps())[:_CANDIDATES])
        self._feeds.extend(settled.named.feeds[:2] if settled.named else ())
        self._next("sitemap", self._candidates)
        self._next("feed", self._feeds)
        if self._page != self._site:
            self._send(self._page, "page")

    def _next(self, purpose: str, urls: deque[str]) -> None:
        if urls:
            self._send(urls.popleft(), purpose)

    def _see_sitemap(self, settled: Settled) -> None:
        """Use the first sitemap that lists something; of an index, read the sitemaps one level down."""
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
        return self._queues.robots(read_target(self._place).authority) or Robots()

    def seen(self, asked: str, readers: ReaderPool) -> Preview:
        """Return what was found. Raises `Refused` if the site did not answer (exit code: nothing captured)."""
        if self._home is None or self.failed is not None:
            raise _no_answer(self._site, self.failed)
        if self._home.exchange is None:
            because = self._home.failed.detail if self._home.failed else "it says nothing"
            return Preview(asked, refused(self._site, RobotsDecision(False, because)), 0, ())
        kind, statements = _read(self._home, readers)
        home = self._home.exchange.answer()
        site, hints = home.url, readers.schedule(_hints_of, (home,), lambda _reason: Hints()).result()
        if kind is PageKind.CHALLENGE:
            # A page that asks something first is not the home page, and its title not the name of the site.
            site, hints = self._site, replace(hints, name=None)
        findings = survey(
            site,
            hints,
            status=self._home.exchange.head.status,
            kind=kind,
            robots=self._robots(),
            lists=(self._sitemaps, self._feed),
        )
        if self._article is not None and self._article.exchange is not None:
            # The named page says more about its own texts than the front page does.
            statements = _read(self._article, readers)[1] or statements
        return Preview(asked, findings, self._pages, statements)


def _place_of(asked: str, home: str) -> str:
    """Return where the site whose front page *asked* is answered at *home* has its lists."""
    # On another port of the same host is the site itself; on another host there may only be a page that asks something.
    same = URL(asked).hostname.removeprefix("www.") == URL(home).hostname.removeprefix("www.")
    return home if same else asked


def _hints_of(home: Response) -> Hints:
    """Read the hints in a reader process, because a hostile page may take any amount of memory and time."""
    return read_hints(home.entity())


def _no_answer(site: str, failed: Failed | None) -> Refused:
    if failed is None:
        return Refused(f"{site}: it was not requested", "try again", Exit.NOTHING)
    # Leave out robots.txt, because the person named a page.
    detail = failed.detail.removesuffix(" (robots.txt is asked for first)")
    found = unreachable(site, detail, failed.hint).obstacles[0]
    return Refused(f"{site}: {found.seen}", found.way_out, Exit.NOTHING)


def _read(settled: Settled, readers: ReaderPool) -> tuple[PageKind, tuple[Statement, ...]]:
    """Return the kind of a page and its statements about reuse."""
    reading = settled.reading
    # A run does not read responses with an error status. Here they are read, to tell a challenge page from an error.
    if reading is None and settled.exchange is not None:
        found = settled.exchange.answer()
        reading = readers.submit(found, Context(found.url)).result()
    return (reading.kind, reading.statements) if reading else (PageKind.PAGE, ())


def options_of(seen: Preview, wanted: PublisherOptions) -> PublisherOptions:
    """Return the settings for the publisher that was looked at, with the id and name in *wanted*."""
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
    """Return the languages of a site, without regions and duplicates, its main language first."""
    return tuple(dict.fromkeys(code.partition("-")[0] for code in hints.languages if code != "x-default"))


def as_json(seen: Preview) -> dict[str, object]:
    """Return the preview as JSON values."""
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
    """Return the preview as lines of text for a person."""
    findings, hints = seen.findings, seen.findings.hints
    lines = []
    if seen.asked.rstrip("/") != findings.site.rstrip("/"):
        lines.append(f"{seen.asked} is a page of {findings.site}: looking at that site")
        path = read_target(seen.asked).path
        # As for an institute on the host of a university: the person means this folder, not the whole host.
        if _FOLDER.fullmatch(path):
            lines.append(f'  for pages below {path} only, set its url to {seen.asked} and include = ["{path}"]')
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
