"""Frontier seeding: find the pages of a publisher and add those in scope to the frontier.

Pages are named by robots.txt, sitemaps, feeds, REST answers, links and redirects. Apart from the run, which requests
the pages: finding them is a task of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from archive.http.return_address import return_address
from archive.http.session_id import has_session
from archive.http.url import read_target
from archive.warc.capture import CaptureKind
from db.captures import is_only_confirmed, key_of
from db.frontier import Discovery, LeftOut, Visit
from db.model.coverage import Covered, Missing, Source
from db.model.item import PageKind, Publisher
from db.query.coverage import texts_with_parameters, visits_with_parameters
from ingest.collection.collection import Collection
from ingest.crawl import rest_lists
from ingest.crawl.folders import folders
from ingest.crawl.named_url import NamedUrl
from ingest.crawl.older_feeds import OlderFeeds
from ingest.crawl.parameter_order import ParameterOrders, by_name
from ingest.crawl.parameters import Parameters, because
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.scope import Scope, other_homes, tidy
from ingest.crawl.tally import Failed, Settled
from ingest.discovery import json_api, rest
from ingest.discovery.links import Outlinks
from ingest.discovery.sitemaps import sitemap_candidates
from ingest.http.client import Conditions
from ingest.terms.terms_pages import is_terms_address

BEYOND = "unlisted"
"""The reason recorded when a list was not read to its end: it is too long, or its reader gave up."""
# The sitemap protocol allows one level of indexes. Sites nest them deeper all the same, some of them in a circle.
SITEMAP_DEPTH = 4
LISTS_FIRST = 30
"""How many lists of a publisher are read before its pages are visited, newest first; others are read meanwhile."""
LISTS_LIMIT = 500
"""How many lists of a publisher one run requests."""
FOUND_LIMIT = 200_000
"""How many new pages of a publisher one run adds to the frontier; the next run finds more."""
TERMS_FIRST = 10
"""The priority of a terms page: even a run with a limit visits it first."""
DISCOVERY = frozenset({"home", "policy", "sitemap", "feed", "rest", "tags", "types", "json_api"})
"""Purposes of the requests that find pages. robots.txt is not among them: the host's queue requests it."""
# How many lists of a publisher are requested at the same time.
_UNDER_WAY = 8
# How many listed pages are added to the frontier in one step of the run: in all, and for one publisher.
_STEP, _SHARE = 1000, 200
# Request no more lists of a publisher while this many listed pages wait to be added to the frontier.
_BACKLOG = 20_000
# How many links of a page are added at once; the others follow in later steps.
_LINKS = 2000
LEFT_OUT_LIMIT = 10_000
"""How many left-out URLs of a publisher are recorded for each reason; further ones are not recorded."""
# After this many "not modified" responses in a row, request the page in full.
_CONFIRMED = 10
# How many addresses with parameters are compared at the start of a run, to learn which parameters change nothing.
_LEARNT_FROM = 2000
# In how many addresses with parameters to look for those that differ only in parameters that change nothing.
_COMPARED = 20_000
# How many followed links a run remembers. Forgetting one is harmless: it is added to the frontier again.
_FOLLOWED = 200_000
# Reasons for leaving out a URL that a change of the settings can lift.
_SETTLED_BY_SETTINGS = (Missing.OTHER_HOST, Missing.OUT_OF_SCOPE, Missing.KIND)
# Purpose of a request → what kind of source its response is.
_SOURCES = {
    "sitemap": Source.SITEMAP,
    "feed": Source.FEED,
    "rest": Source.REST,
    "json_api": Source.REST,
    "home": Source.TRANSLATION,
}


class Finder:
    """Find the pages of all publishers in one run."""

    def __init__(self, work: Collection, pipeline: Pipeline, scopes: Mapping[str, Scope]) -> None:
        self._work, self._pipeline, self._scopes = work, pipeline, scopes
        self._sitemaps: set[str] = set()
        self._lists: set[str] = set()
        # By publisher: lists still to be requested (with *first*, see `_send`), and listed pages still to be added.
        self._waiting: dict[str, deque[tuple[Request, bool]]] = {}
        self._named: dict[str, deque[NamedUrl]] = {}
        # By publisher: lists under way, lists requested or waiting, new pages, and how often pages were named.
        self._awaited: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._namings: Counter[str] = Counter()
        self.cut: set[str] = set()
        """The publishers for which a limit was reached, so that not all of their pages were found."""
        self._followed: defaultdict[str, set[str]] = defaultdict(set)
        self._left_out: dict[str, Counter[str]] = {}
        self.sessions: Counter[str] = Counter()
        """By publisher: how many links contained a session id, which was removed."""
        self._parameters: defaultdict[str, Parameters] = defaultdict(Parameters)
        # By publisher: address without idle parameters → the first address found that differs from it in these alone.
        self._firsts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self.orders = ParameterOrders(work.frontier)
        self._begun = False
        # By publisher: its folders (see `folders`); empty if it has its host to itself.
        self._folders: dict[str, tuple[str, ...]] = {}
        self._older = OlderFeeds()
        self._passed_over: set[str] = set()

    @property
    def found(self) -> int:
        """How many pages were found that were not in the frontier before."""
        return self._new.total()

    def naming_count(self, publisher: str) -> int:
        """Return a number that grows whenever pages of *publisher* are named, known ones too."""
        return self._namings[publisher]

    def may_visit(self, publisher: str) -> bool:
        """Return whether visits of *publisher* may start: not before its first lists say which pages are the newest."""
        waiting = len(self._waiting.get(publisher, ()))
        opening = self._awaited[publisher] or waiting or self._named.get(publisher)
        return not opening or self._asked[publisher] - self._awaited[publisher] - waiting >= LISTS_FIRST

    def is_over(self, publisher: str) -> bool:
        """Return whether all lists of *publisher* have been read."""
        under_way = self._awaited[publisher] or self._waiting.get(publisher) or self._named.get(publisher)
        return self._begun and not under_way

    def has_all(self, publisher: str) -> bool:
        """Return whether everything that the lists of *publisher* name was added to the frontier."""
        return self.is_over(publisher) and publisher not in self.cut and not self.skips_lists(publisher)

    def step(self) -> int:
        """Add some listed pages to the frontier and request further lists; return how many pages were handled.

        Listed pages that are lost when a run ends or is killed are found again: the next run reads the lists again.
        """
        taken = 0
        for publisher in list(self._named):
            if taken >= _STEP:
                break
            taken += self._take_in(publisher)
        for publisher in self._waiting:
            self._forward(publisher)
        return taken

    def give_up(self) -> None:
        """Forget the lists still to be requested and the listed pages still to be added."""
        self._waiting.clear()
        self._named.clear()

    def _take_in(self, publisher: str) -> int:
        named = self._named.pop(publisher)
        share = [named.popleft() for _ in range(min(_SHARE, len(named)))]
        self.seed(publisher, share)
        if named and publisher not in self.cut:
            self._named[publisher] = named  # at the end of the dictionary: other publishers come first
        return len(share)

    def _forward(self, publisher: str) -> None:
        waiting = self._waiting.get(publisher)
        while waiting and self._awaited[publisher] < _UNDER_WAY and len(self._named.get(publisher, ())) < _BACKLOG:
            request, first = waiting.popleft()
            self._awaited[publisher] += 1
            self._pipeline.send(request, first=first)

    def _cut(self, publisher: str) -> None:
        """Leave the rest of the publisher's lists to the next run."""
        self.cut.add(publisher)
        waiting = self._waiting.pop(publisher, deque())
        self._asked[publisher] -= len(waiting)

    def _send(self, request: Request, *, first: bool = False) -> None:
        """Queue the request for a list, unless the publisher's limit is reached; *first* puts it at the front."""
        if request.publisher in self.cut:
            return
        if self._asked[request.publisher] >= LISTS_LIMIT:
            self._cut(request.publisher)
            return
        self._asked[request.publisher] += 1
        waiting = self._waiting.setdefault(request.publisher, deque())
        # The target of a redirect comes first, because it is a list that was waited for already.
        (waiting.appendleft if first else waiting.append)((request, first))

    def skip_lists(self, publisher: Publisher, _since: datetime | None) -> None:
        """Read no lists of *publisher* in this run, and draw no conclusions from what they do not name."""
        self._begun = True
        self._passed_over.add(publisher.id)

    def skips_lists(self, publisher: str) -> bool:
        """Return whether this run reads no lists of *publisher*."""
        return publisher in self._passed_over

    def begin(self, publisher: Publisher, since: datetime | None) -> None:
        """Start finding the pages of *publisher*, with its home page.

        The request for the home page counts as a visit of the run that began at *since*, unless this run has visited it
        before. Without *since* (a dry run) it is no visit.
        """
        self._begun = True
        # The settings may now admit URLs that they left out before. An unchanged page is not read again for its links.
        known = self._work.frontier.left_out_because(publisher.id, _SETTLED_BY_SETTINGS)
        scope = self._scopes[publisher.id]
        taken = [one for one in known if scope.admits(one.url).admitted]
        self._work.frontier.seed(taken, now=self._work.clock())
        self._folders[publisher.id] = folders(publisher.url, scope)
        self.learn(publisher.id)
        homes = [
            Discovery(url, publisher.id, via="settings")
            for url in (publisher.url, *other_homes(publisher.url, publisher.hosts))
        ]
        self._work.frontier.seed(homes, now=self._work.clock())
        visit = self._work.frontier.find(publisher.id, publisher.url)
        # A run that continues after a kill requests the home page again for its links, but does not count it twice.
        if since is None or (visit and visit.visited_at and visit.visited_at >= since):
            visit = None
        self._send(self.request(publisher.id, publisher.url, "home", visit))
        # The TDM Reservation Protocol states terms for a whole site at this address.
        self._send(self.request(publisher.id, read_target("/.well-known/tdmrep.json", publisher.url).url, "policy"))
        self._forward(publisher.id)

    def follow(self, settled: Settled) -> None:
        """Add the pages that a response names to the frontier, and request the lists that it names."""
        self._follow(settled)
        publisher = settled.request.publisher
        if not (self._awaited[publisher] or self._waiting.get(publisher)) and (older := self._older.take(publisher)):
            self._send_list(publisher, older[0], "feed", hops=older[1])

    def _follow(self, settled: Settled) -> None:
        request, exchange = settled.request, settled.exchange
        # Before anything else, because a list that failed is no longer awaited either.
        if request.purpose in DISCOVERY:
            self._awaited[request.publisher] -= 1
        if exchange is None or self._onward(settled):
            return
        if request.purpose == "page":
            self._follow_links(settled)
        # If a single page is visited or saved, nothing is discovered, but its host's robots.txt still arrives here.
        elif not self._begun or request.purpose == "policy":
            return
        elif request.purpose == "robots":
            self._send_sitemaps(request, settled.named.sitemaps if settled.named else ())
        # An unchanged list (304) is read too: the lists that it names may have changed.
        elif exchange.head.status in (200, 304):
            if request.purpose == "rest":
                self._read_posts(settled)
            elif request.purpose == "tags":
                self._read_tags(settled)
            elif settled.named is not None:
                self._read_list(settled, settled.named)
        if settled.named is not None and settled.named.beyond is not None:
            hint = "The rest of the list was not read; its pages may still be found by links."
            self._pipeline.fail(request, Failed(BEYOND, settled.named.beyond, hint))

    def _read_list(self, settled: Settled, named: Outlinks) -> None:
        request = settled.request
        if request.purpose == "home":
            # The first feed is the site's own. The others are for comments and categories and name the same texts.
            for feed in named.feeds[:1]:
                self._send_list(request.publisher, feed, "feed")
            if named.rest is not None:
                self._send_list(request.publisher, rest.posts(named.rest), "rest")
                self._send_list(request.publisher, rest.types(named.rest), "types")
                self._send_list(request.publisher, rest.tags(named.rest), "tags")
            self._follow_links(settled)
        elif request.purpose == "types":
            root = request.url.removesuffix("wp/v2/types")
            for kind in named.kinds:
                self._send_list(request.publisher, rest.posts(root, kind), "rest")
        if request.hops < json_api.PAGES:
            for url in named.json_api:
                self._send_list(request.publisher, url, "json_api", hops=request.hops + 1)
        if request.hops < SITEMAP_DEPTH:
            self._send_sitemaps(request, named.sitemaps, nested=True)
        source = _SOURCES.get(request.purpose, Source.NONE)
        found = [NamedUrl(p.url, request.url, source, p.lastmod, p.language) for p in named.pages]
        if request.purpose == "feed" and named.feeds and self._has_news(request.publisher, found, named.feeds[0]):
            self._older.offer(request.publisher, named.feeds[0], request.hops + 1)
        self._name(request.publisher, found)

    def _has_news(self, publisher: str, found: list[NamedUrl], older: str) -> bool:
        """Return whether a page of a feed names an unknown page, or its next page at *older* was never requested."""
        known = (self.orders.visit(publisher, url) for one in found if (url := tidy(one.url)))
        return None in known or self._work.latest_capture(older, publisher) is None

    def _send_list(self, publisher: str, url: str | None, purpose: str, *, hops: int = 0) -> None:
        # A feed may be on another host (a feed service). Other lists are read only on the publisher's own hosts.
        if url is not None and url not in self._lists and (purpose == "feed" or self.covers(publisher, url)):
            self._lists.add(url)
            self._send(replace(self.request(publisher, url, purpose), hops=hops))

    def _read_posts(self, settled: Settled) -> None:
        """Name the posts on this page of a REST list, and request the next page while there is news."""
        request = settled.request
        listed = rest_lists.listed_posts(settled)
        self._name(request.publisher, [NamedUrl(one.url, request.url, Source.REST, one.lastmod) for one in listed])
        self._send_list(
            request.publisher, rest_lists.next_list_page(self._work, settled), "rest", hops=request.hops + 1
        )

    def _read_tags(self, settled: Settled) -> None:
        """Request further pages of the list of tags, and the posts whose tags have changed since the last run."""
        publisher = settled.request.publisher
        for url in rest_lists.further_tag_pages(self._work, settled):
            self._send_list(publisher, url, "tags")
        for url in rest_lists.posts_with_changed_tags(self._work, settled):
            self._send_list(publisher, url, "rest")

    def _send_sitemaps(self, request: Request, named: tuple[str, ...], *, nested: bool = False) -> None:
        urls = named if nested else sitemap_candidates(request.url, named, self._folders.get(request.publisher, ()))
        for url in urls:
            if request.publisher in self.cut:
                break
            tidied = tidy(url)
            if tidied and by_name(tidied) not in self._sitemaps and self.covers(request.publisher, tidied):
                self._sitemaps.add(by_name(tidied))
                hops = request.hops + 1 if nested else 0
                conditions = self._conditions(request.publisher, tidied)
                self._send(Request(tidied, request.publisher, "sitemap", conditions=conditions, hops=hops))

    def covers(self, publisher: str, url: str) -> bool:
        """Return whether *url* is on a host of *publisher*."""
        hosts = self._scopes[publisher].hosts if publisher in self._scopes else ()
        return read_target(url).authority.removeprefix("www.") in {host.removeprefix("www.") for host in hosts}

    def _name(self, publisher: str, found: list[NamedUrl]) -> None:
        """Note the pages that a list names. `step` adds them in portions, because a long list would hold up the run."""
        self._older.hear(publisher, (one.source for one in found))
        if found and publisher not in self.cut:
            self._named.setdefault(publisher, deque()).extend(found)

    def seed(self, publisher: str, found: list[NamedUrl]) -> None:
        """Add the URLs in *found* that are in scope to the frontier; record those left out, with the reason."""
        kept: list[Discovery] = []
        left: list[LeftOut] = []
        for one in found:
            url, scope = tidy(one.url), self._scopes.get(publisher)
            # There is no scope for a page saved by itself, or for a publisher that is no longer collected.
            if url is None or scope is None:
                continue
            self.sessions[publisher] += has_session(one.url)
            url = url if one.source is Source.REDIRECT else self.orders.as_found(publisher, url)
            first = is_terms_address(url)
            made = Discovery(
                url,
                publisher,
                via=one.via,
                lastmod=one.lastmod,
                priority=TERMS_FIRST if first else 0,
                source=one.source,
                language=one.language,
            )
            # A terms page is admitted even outside *include*, because it applies to the whole site.
            decision = (replace(scope, include=()) if first else scope).admits(url)
            if decision.admitted and (idle := self._repeats(publisher, url)):
                left.append(LeftOut(made, Covered.ELSEWHERE, because(idle)))
            elif decision.admitted:
                kept.append(made)
            elif decision.status is Covered.NO_PAGE and one.source is Source.REDIRECT and return_address(one.url):
                # A form that is no page, but it stands before one.
                left.append(LeftOut(made, Missing.WALL, "it leads to a form for a login or consent"))
            elif decision.status is not None and self._is_told(publisher, made, decision.status):
                left.append(LeftOut(made, decision.status, decision.because))
        # Count known pages too: a page that is named again may be due now, so the run has to ask the frontier again.
        self._namings[publisher] += bool(kept)
        room = FOUND_LIMIT - self._new[publisher]
        if len(kept) > room:
            self._cut(publisher)
        now = self._work.clock()
        self._new[publisher] += self._work.frontier.seed(kept[: max(room, 0)], now=now)
        if left:
            self._leave_out(publisher, left, now)

    def learn(self, publisher: str) -> None:
        """Learn from the texts that are held which parameters change nothing."""
        connection, known = self._work.catalogue.connection, self._parameters[publisher]
        for url, text in texts_with_parameters(connection, publisher, _LEARNT_FROM):
            known.saw(url, text)
        known.saw_pages((via, url) for _, url, via, _ in visits_with_parameters(connection, publisher, _COMPARED))
        self._withdraw_repeated(publisher)

    def _repeats(self, publisher: str, url: str) -> frozenset[str]:
        """Return the idle parameters that make *url* differ from a known address; empty if *url* is really new."""
        if "?" not in url or publisher not in self._parameters:
            return frozenset()
        plain, idle = self._parameters[publisher].plain(url)
        if not idle or self._work.frontier.find(publisher, url) is not None:
            return frozenset()
        first = self._firsts[publisher].setdefault(by_name(plain), url)
        return idle if first != url or self.orders.visit(publisher, plain) is not None else frozenset()

    def _withdraw_repeated(self, publisher: str) -> None:
        """Take URLs out of the frontier that wait for their first visit and are now known to repeat another address."""
        known, firsts, frontier = self._parameters[publisher], self._firsts[publisher], self._work.frontier
        left: list[LeftOut] = []
        with self._work.catalogue.transaction():
            for visit, url, via, made in visits_with_parameters(self._work.catalogue.connection, publisher, _COMPARED):
                plain, idle = known.plain(url)
                if not idle:
                    continue
                first = firsts.setdefault(by_name(plain), url)
                repeats = first != url or self.orders.visit(publisher, plain) is not None
                if repeats and not made and self._pipeline.take_back(publisher, url, visit):
                    frontier.withdraw(visit)
                    found = Discovery(url, publisher, via=via, source=Source.LINK)
                    left.append(LeftOut(found, Covered.ELSEWHERE, because(idle)))
            self._leave_out(publisher, left, self._work.clock())

    def _is_told(self, publisher: str, found: Discovery, status: Missing | Covered) -> bool:
        """Return whether to record a left-out URL: a link to somebody else's site is not the publisher's page."""
        if status is not Missing.OTHER_HOST or found.source & ~(Source.LINK | Source.ARCHIVE):
            return True
        return self._scopes[publisher].is_kin(read_target(found.url).authority)

    def _leave_out(self, publisher: str, left: list[LeftOut], now: datetime) -> None:
        frontier = self._work.frontier
        known = self._left_out.setdefault(publisher, Counter(frontier.left_out(publisher)))
        # Traps are endless: record enough URLs of each kind to show the problem, not all of them.
        room = [one for one in left if known[one.status.value] < LEFT_OUT_LIMIT]
        frontier.leave_out(room, now=now)
        # A URL that is named twice counts twice; the limit is then reached a little early.
        known.update(one.status.value for one in room)

    def _follow_links(self, settled: Settled) -> None:
        """Add the links of a page to the frontier, each link once in a run: menus repeat on every page."""
        if settled.reading is None:
            return
        publisher, via, reading = settled.request.publisher, settled.request.url, settled.reading
        lists = reading.kind is PageKind.LISTING or settled.request.purpose == "home"
        known = self._parameters[publisher]
        learnt = known.saw(via, reading.text, lists=lists)
        # Both are called: the links of a page may belong to the visit though its text proves nothing.
        if known.saw_links(reading.links) or learnt:
            self._withdraw_repeated(publisher)
        source = Source.ARCHIVE if lists else Source.LINK
        # Forget all at once: this is simpler and cheaper than forgetting the oldest, and links added again do no harm.
        if sum(map(len, self._followed.values())) > _FOLLOWED:
            self._followed.clear()
        followed = self._followed[publisher]
        fresh = [url for url in reading.links if url not in followed]
        followed.update(fresh)
        named = [NamedUrl(url, via, source) for url in fresh]
        named += [NamedUrl(url, via, Source.TRANSLATION, language=code.lower()) for code, url in reading.translations]
        if named:
            # Added in the same transaction that catalogues the page, because the page is not read again for its links.
            self.seed(publisher, named[:_LINKS])
            self._name(publisher, named[_LINKS:])

    def _onward(self, settled: Settled) -> bool:
        """Handle a redirect; return whether the response was one that leads anywhere."""
        request, exchange = settled.request, settled.exchange
        assert exchange is not None
        following = onward(request, exchange)
        if following is None:
            return False
        if request.visit is not None and request.purpose == "page" and self._is_the_same(request, following.url):
            # Both URLs have the same key, so the target would count as visited and never be requested. Give the visit
            # the target's address and request that one.
            self._work.frontier.readdress(request.visit, following.url)
            self._pipeline.send(replace(following, visit=request.visit, unfollowed=True), first=True)
        # The target is another page. It is not fetched at once, but added to the frontier if it is in scope.
        elif request.purpose == "page":
            self.seed(request.publisher, [NamedUrl(following.url, request.url, Source.REDIRECT)])
        elif request.purpose in DISCOVERY and self.covers(request.publisher, following.url):
            self._send(following, first=True)
        elif request.purpose == "home":
            # The publisher has moved to a host that is not in the settings. `seed` records this as left out.
            self.seed(request.publisher, [NamedUrl(following.url, request.url, Source.REDIRECT)])
        return True

    def _is_the_same(self, request: Request, url: str) -> bool:
        """Return whether *url* has the same key as the URL of *request* (only https, www, final slash differ)."""
        scope = self._scopes.get(request.publisher)
        return key_of(url) == key_of(request.url) and scope is not None and scope.admits(url).admitted

    def request(self, publisher: str, url: str, purpose: str, visit: Visit | None = None) -> Request:
        """Return the request for *url*, with the validators of the last response."""
        conditions = self._conditions(publisher, url)
        # Captures by `init`, `save` or an import were no visits, so their links were not followed. The links of a home
        # page are always followed.
        unfollowed = purpose == "home" or (visit is not None and visit.visited_at is None)
        number = visit.id if visit else None
        return Request(url, publisher, purpose, visit=number, conditions=conditions, unfollowed=unfollowed)

    def _conditions(self, publisher: str, url: str) -> Conditions | None:
        earlier = self._work.latest_capture(url, publisher)
        if earlier is None or not (earlier.etag or earlier.last_modified):
            return None
        # A server may say "not modified" by mistake, so now and then the page is requested in full.
        connection = self._work.catalogue.connection
        if earlier.kind is CaptureKind.NOT_MODIFIED and is_only_confirmed(connection, url, publisher, _CONFIRMED):
            return None
        return Conditions(earlier.etag, earlier.last_modified)
