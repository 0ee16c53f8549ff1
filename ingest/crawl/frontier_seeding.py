"""Frontier seeding: what robots.txt, sitemaps, feeds, REST, links and redirects name is taken up, where it is in scope.

Apart from the run, which sends for pages: what names them is a question of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from archive.http.session_id import has_session
from archive.http.url import read_target
from archive.warc.capture import CaptureKind
from db.captures import is_only_confirmed, key_of
from db.frontier import Discovery, LeftOut, Visit
from db.identity import is_front_page
from db.model.coverage import Missing, Source, Standing
from db.model.item import PageKind, Publisher
from db.query.coverage import texts_with_parameters, visits_with_parameters
from ingest.collection.collection import Collection
from ingest.crawl import rest_lists
from ingest.crawl.parameters import Parameters, because
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.scope import Scope, tidy
from ingest.crawl.tally import Failed, Settled
from ingest.discovery import json_api, rest
from ingest.discovery.links import Outlinks
from ingest.discovery.sitemaps import sitemap_candidates
from ingest.http.client import Conditions
from ingest.terms.terms_pages import is_terms_address

BEYOND = "unlisted"
"""Why not all that a list names is known: its reader gave up, or it is longer than lists are read."""
# The protocol has one level of indexes; sites nest them all the same, some of them in a circle.
SITEMAP_DEPTH = 4
LISTS_FIRST = 30
"""So many lists of a publisher are read before its first page, as long as they come: pages are visited newest first.
The others are read beside the pages."""
LISTS_LIMIT = 500
"""So many lists of a publisher are asked for in a run."""
FOUND_LIMIT = 200_000
"""So many pages of a publisher that nobody knew are taken into the frontier in a run; the next finds more."""
TERMS_FIRST = 10
"""The priority of a terms page: a run with a limit visits it before all others."""
DISCOVERY = frozenset({"home", "policy", "sitemap", "feed", "rest", "tags", "types", "json_api"})
"""What is asked for to find pages; robots.txt is asked for by its host."""
# So many lists of a publisher are on their way at a time.
_UNDER_WAY = 8
# So many of the pages that lists named are taken into the frontier in one turn of a run, so many of one publisher.
_STEP, _SHARE = 1000, 200
# No more lists of a publisher are asked for while so many pages that it named are still to be taken in.
_BACKLOG = 20_000
# So many links of a page are taken in at once, the others by and by.
_LINKS = 2000
LEFT_OUT_LIMIT = 10_000
"""So many URLs of a publisher that are left out for one reason are recorded, each by itself; those beyond are not."""
FOLDERS = 5
"""In so many folders sitemaps are looked for: three addresses each, in each run, and those who name years name many."""
# After so many answers in a row that say that nothing changed, the whole is asked for.
_CONFIRMED = 10
# From so many addresses with parameters it is learnt, at the beginning of a run, which of these change nothing.
_LEARNT_FROM = 2000
# How many links are remembered as followed in this run; one that is forgotten is only taken in again.
_FOLLOWED = 200_000


@dataclass(frozen=True, slots=True)
class NamedUrl:
    """A URL, the place that names it and its kind, and what that says of the page: its last change, its language."""

    url: str
    via: str
    source: Source
    lastmod: datetime | None = None
    language: str | None = None


_SETTLED_BY_SETTINGS = (Missing.OTHER_HOST, Missing.OUT_OF_SCOPE, Missing.KIND)
# What kind of place an answer is, by what it was asked for.
_SOURCES = {
    "sitemap": Source.SITEMAP,
    "feed": Source.FEED,
    "rest": Source.REST,
    "json_api": Source.REST,
    "home": Source.TRANSLATION,
}


def folders(home: str, scope: Scope) -> tuple[str, ...]:
    """Return the folders of a publisher with the front page *home*, as paths; none if it has its host to itself."""
    path = read_target(home).path.partition("?")[0]
    own = () if is_front_page(home) else (path[: path.rfind("/") + 1],)
    named = (one.rstrip("/") + "/" for one in scope.include if one.endswith("/"))
    return tuple(one for one in dict.fromkeys((*own, *named)) if one != "/")[:FOLDERS]


class Finder:
    """Finds the pages of one run."""

    def __init__(self, work: Collection, pipeline: Pipeline, scopes: Mapping[str, Scope]) -> None:
        self._work, self._pipeline, self._scopes = work, pipeline, scopes
        self._sitemaps: set[str] = set()
        self._lists: set[str] = set()
        # Of each publisher: lists to be asked for, and what lists named and is to be taken into the frontier.
        self._waiting: dict[str, deque[tuple[Request, bool]]] = {}
        self._named: dict[str, deque[NamedUrl]] = {}
        self._awaited: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._namings: Counter[str] = Counter()
        self.cut: set[str] = set()
        """The publishers of which not all was found that they name: a limit was reached."""
        self._followed: defaultdict[str, set[str]] = defaultdict(set)
        self._left_out: dict[str, Counter[str]] = {}
        self.sessions: Counter[str] = Counter()
        """Of each publisher, how many links carried a session id, which was taken out of them."""
        self._parameters: defaultdict[str, Parameters] = defaultdict(Parameters)
        # Of each publisher: the address that was found first of those that are one but for idle parameters.
        self._firsts: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._begun = False
        # Of each publisher: the folders that it lies in, where that is not the whole of its host.
        self._folders: dict[str, tuple[str, ...]] = {}
        self._passed_over: set[str] = set()

    @property
    def found(self) -> int:
        """How many pages were found that nobody knew before."""
        return self._new.total()

    def namings(self, publisher: str) -> int:
        """Return a number that grows with every place that named pages of *publisher*."""
        return self._namings[publisher]

    def may_visit(self, publisher: str) -> bool:
        """Say whether to visit pages of *publisher* yet: the first lists tell which are the newest."""
        waiting = len(self._waiting.get(publisher, ()))
        opening = self._awaited[publisher] or waiting or self._named.get(publisher)
        return not opening or self._asked[publisher] - self._awaited[publisher] - waiting >= LISTS_FIRST

    def is_over(self, publisher: str) -> bool:
        """Say whether no list of *publisher* is awaited any more."""
        under_way = self._awaited[publisher] or self._waiting.get(publisher) or self._named.get(publisher)
        return self._begun and not under_way

    def has_all(self, publisher: str) -> bool:
        """Say whether all that lists of *publisher* name was taken in."""
        return self.is_over(publisher) and publisher not in self.cut and not self.is_passed_over(publisher)

    def step(self) -> int:
        """Take a share of what lists named into the frontier, and send for further lists; return how much was done.

        What is not taken in when a run ends or is killed, the next run finds again: it asks for the lists again.
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
        """Forget the lists that were to be asked for, and what those that came named."""
        self._waiting.clear()
        self._named.clear()

    def _take_in(self, publisher: str) -> int:
        named = self._named.pop(publisher)
        share = [named.popleft() for _ in range(min(_SHARE, len(named)))]
        self.seed(publisher, share)
        if named and publisher not in self.cut:
            self._named[publisher] = named  # it is the others' turn first
        return len(share)

    def _forward(self, publisher: str) -> None:
        waiting = self._waiting.get(publisher)
        while waiting and self._awaited[publisher] < _UNDER_WAY and len(self._named.get(publisher, ())) < _BACKLOG:
            request, first = waiting.popleft()
            self._awaited[publisher] += 1
            self._pipeline.send(request, first=first)

    def _cut(self, publisher: str) -> None:
        """Leave the rest of what *publisher* names to the next run."""
        self.cut.add(publisher)
        waiting = self._waiting.pop(publisher, deque())
        self._asked[publisher] -= len(waiting)

    def _send(self, request: Request, *, first: bool = False) -> None:
        """Send for a list, as long as there were not too many."""
        if request.publisher in self.cut:
            return
        if self._asked[request.publisher] >= LISTS_LIMIT:
            self._cut(request.publisher)
            return
        self._asked[request.publisher] += 1
        waiting = self._waiting.setdefault(request.publisher, deque())
        # The target of a redirect comes first: it is the list that was waited for, and not one more.
        (waiting.appendleft if first else waiting.append)((request, first))

    def pass_over(self, publisher: Publisher, _since: datetime | None) -> None:
        """Ask *publisher* for no lists in this run: what they name is not known, and nothing follows from that."""
        self._begun = True
        self._passed_over.add(publisher.id)

    def is_passed_over(self, publisher: str) -> bool:
        """Say whether *publisher* is asked for no lists in this run."""
        return publisher in self._passed_over

    def begin(self, publisher: Publisher, since: datetime | None) -> None:
        """Ask *publisher* what there is, from its home page on.

        The home page counts as a visit of the run that began at *since*, unless that has been there before.
        """
        self._begun = True
        # Settings may take in by now what they left out before, and a page that did not change is not read again for
        # its links.
        known = self._work.frontier.reconsidered(publisher.id, _SETTLED_BY_SETTINGS)
        scope = self._scopes[publisher.id]
        taken = [one for one in known if scope.admits(one.url).admitted]
        self._work.frontier.seed(taken, now=self._work.clock())
        self._folders[publisher.id] = folders(publisher.url, scope)
        self.learn(publisher.id)
        home = Discovery(publisher.url, publisher.id, via="settings")
        self._work.frontier.seed([home], now=self._work.clock())
        visit = self._work.frontier.find(publisher.id, publisher.url)
        # A run that goes on after a kill has been there: the home page is asked for what it names, and counts no second
        # time.
        if since is None or (visit and visit.visited_at and visit.visited_at >= since):
            visit = None
        self._send(self.request(publisher.id, publisher.url, "home", visit))
        # The TDM Reservation Protocol states terms for a whole site at this address.
        self._send(self.request(publisher.id, read_target("/.well-known/tdmrep.json", publisher.url).url, "policy"))
        self._forward(publisher.id)

    def follow(self, settled: Settled) -> None:
        """Take what an answer names into the frontier, and ask for the lists that it names, once it was begun."""
        request, exchange = settled.request, settled.exchange
        # Before anything else: what fails or leads nowhere is awaited no longer either.
        if request.purpose in DISCOVERY:
            self._awaited[request.publisher] -= 1
        if exchange is None or self._onward(settled):
            return
        if request.purpose == "page":
            self._follow_links(settled)
        # Where one page alone is visited or saved, nothing is discovered: its host's robots.txt is asked for all the
        # same.
        elif not self._begun or request.purpose == "policy":
            return
        elif request.purpose == "robots":
            self._send_sitemaps(request, settled.named.sitemaps if settled.named else ())
        # A list that did not change names what it named: further lists may have changed behind it.
        elif exchange.head.status in (200, 304):
            if request.purpose == "rest":
                self._read_posts(settled)
            elif request.purpose == "tags":
                self._read_tags(settled)
            elif settled.named is not None:
                self._read_list(settled, settled.named)
        if settled.named is not None and settled.named.beyond is not None:
            hint = "What the list names beyond that is not known; its pages may be found by links."
            self._pipeline.fail(request, Failed(BEYOND, settled.named.beyond, hint))

    def _read_list(self, settled: Settled, named: Outlinks) -> None:
        request = settled.request
        if request.purpose == "home":
            # The first that is announced is the site's own; the others are of comments and categories, whose texts it
            # has too.
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
        self._name(
            request.publisher, [NamedUrl(p.url, request.url, source, p.lastmod, p.language) for p in named.pages]
        )

    def _send_list(self, publisher: str, url: str | None, purpose: str, *, hops: int = 0) -> None:
        # A feed may lie at a host of its own, as those of a feed service do; other lists are asked for on the
        # publisher's hosts alone.
        if url is not None and url not in self._lists and (purpose == "feed" or self.covers(publisher, url)):
            self._lists.add(url)
            self._send(replace(self.request(publisher, url, purpose), hops=hops))

    def _read_posts(self, settled: Settled) -> None:
        """Take in the posts that a page of REST lists, and ask for the next page while it brings news."""
        request = settled.request
        listed = rest_lists.named(settled)
        self._name(request.publisher, [NamedUrl(one.url, request.url, Source.REST, one.lastmod) for one in listed])
        self._send_list(request.publisher, rest_lists.following(self._work, settled), "rest", hops=request.hops + 1)

    def _read_tags(self, settled: Settled) -> None:
        """Ask for further pages of the list of tags, and for the posts that have others than it said before."""
        publisher = settled.request.publisher
        for url in rest_lists.further_tags(self._work, settled):
            self._send_list(publisher, url, "tags")
        for url in rest_lists.tagged_otherwise(self._work, settled):
            self._send_list(publisher, url, "rest")

    def _send_sitemaps(self, request: Request, named: tuple[str, ...], *, nested: bool = False) -> None:
        urls = named if nested else sitemap_candidates(request.url, named, self._folders.get(request.publisher, ()))
        for url in urls:
            if request.publisher in self.cut:
                break
            tidied = tidy(url)
            if tidied and tidied not in self._sitemaps and self.covers(request.publisher, tidied):
                self._sitemaps.add(tidied)
                hops = request.hops + 1 if nested else 0
                conditions = self._conditions(request.publisher, tidied)
                self._send(Request(tidied, request.publisher, "sitemap", conditions=conditions, hops=hops))

    def covers(self, publisher: str, url: str) -> bool:
        """Say whether *url* is on a host of *publisher*."""
        scope = self._scopes.get(publisher)
        hosts = {h.removeprefix("www.") for h in scope.hosts} if scope else set()
        return read_target(url).authority.removeprefix("www.") in hosts

    def _name(self, publisher: str, found: list[NamedUrl]) -> None:
        """Take note of what a list named; `step` takes it in by and by, so that a long list holds up nobody."""
        if found and publisher not in self.cut:
            self._named.setdefault(publisher, deque()).extend(found)

    def seed(self, publisher: str, found: list[NamedUrl]) -> None:
        """Take what was found into the frontier, as far as it is in scope; record what is left out, and why."""
        kept: list[Discovery] = []
        left: list[LeftOut] = []
        for one in found:
            url, scope = tidy(one.url), self._scopes.get(publisher)
            # Without a scope it is of a page that was saved by itself, or of a publisher that is collected no more.
            if url is None or scope is None:
                continue
            self.sessions[publisher] += has_session(one.url)
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
            # A terms page is beyond *include* too, for it holds for the whole site.
            decision = (replace(scope, include=()) if first else scope).admits(url)
            if decision.admitted and (idle := self._repeats(publisher, url)):
                left.append(LeftOut(made, Standing.ELSEWHERE, because(idle)))
            elif decision.admitted:
                kept.append(made)
            elif decision.standing is not None and self._is_told(publisher, made, decision.standing):
                left.append(LeftOut(made, decision.standing, decision.because))
        # Even where all was known: a page that is named again may have come due, so the frontier is looked at anew.
        self._namings[publisher] += bool(kept)
        room = FOUND_LIMIT - self._new[publisher]
        if len(kept) > room:
            self._cut(publisher)
        now = self._work.clock()
        self._new[publisher] += self._work.frontier.seed(kept[: max(room, 0)], now=now)
        if left:
            self._leave_out(publisher, left, now)

    def learn(self, publisher: str) -> None:
        """Take note of what texts are shown under addresses with parameters, as far as they are held."""
        for url, text in texts_with_parameters(self._work.catalogue.connection, publisher, _LEARNT_FROM):
            self._parameters[publisher].saw(url, text)
        self._withdraw_repeated(publisher)

    def _repeats(self, publisher: str, url: str) -> frozenset[str]:
        """Return the parameters in which alone *url* differs from an address that is known; none where it is new."""
        if "?" not in url or publisher not in self._parameters:
            return frozenset()
        plain, idle = self._parameters[publisher].plain(url)
        if not idle or self._work.frontier.find(publisher, url) is not None:
            return frozenset()
        first = self._firsts[publisher].setdefault(plain, url)
        return idle if first != url or self._work.frontier.find(publisher, plain) is not None else frozenset()

    def _withdraw_repeated(self, publisher: str) -> None:
        """Leave out what waits for its first visit and repeats another address, by what is known now."""
        known, firsts, frontier = self._parameters[publisher], self._firsts[publisher], self._work.frontier
        left: list[LeftOut] = []
        with self._work.catalogue.transaction():
            for visit, url, via, made in visits_with_parameters(
                self._work.catalogue.connection, publisher, _LEARNT_FROM
            ):
                plain, idle = known.plain(url)
                if not idle:
                    continue
                repeats = firsts.setdefault(plain, url) != url or frontier.find(publisher, plain) is not None
                if repeats and not made and self._pipeline.take_back(publisher, url, visit):
                    frontier.withdraw(visit)
                    found = Discovery(url, publisher, via=via, source=Source.LINK)
                    left.append(LeftOut(found, Standing.ELSEWHERE, because(idle)))
            self._leave_out(publisher, left, self._work.clock())

    def _is_told(self, publisher: str, found: Discovery, standing: Missing | Standing) -> bool:
        """Say whether what is left out is recorded: pages of others, to which texts link, are not this publisher's."""
        if standing is not Missing.OTHER_HOST or found.source & ~(Source.LINK | Source.ARCHIVE):
            return True
        return self._scopes[publisher].is_kin(read_target(found.url).authority)

    def _leave_out(self, publisher: str, left: list[LeftOut], now: datetime) -> None:
        frontier = self._work.frontier
        known = self._left_out.setdefault(publisher, Counter(frontier.left_out(publisher)))
        # Traps have no end: a term of each is worth telling, and not all of them.
        room = [one for one in left if known[one.standing.value] < LEFT_OUT_LIMIT]
        frontier.leave_out(room, now=now)
        # The same one may be named twice: the limit is then reached a little early.
        known.update(one.standing.value for one in room)

    def _follow_links(self, settled: Settled) -> None:
        """Take the links of a page into the frontier; each once, for a site prints its menus on every page."""
        if settled.reading is None:
            return
        publisher, via, reading = settled.request.publisher, settled.request.url, settled.reading
        lists = reading.kind is PageKind.LISTING or settled.request.purpose == "home"
        if self._parameters[publisher].saw(via, reading.text, lists=lists):
            self._withdraw_repeated(publisher)
        source = Source.ARCHIVE if lists else Source.LINK
        # Forgotten all at once: to remember less of each link would cost more than to take some in again.
        if sum(map(len, self._followed.values())) > _FOLLOWED:
            self._followed.clear()
        followed = self._followed[publisher]
        fresh = [url for url in reading.links if url not in followed]
        followed.update(fresh)
        named = [NamedUrl(url, via, source) for url in fresh]
        named += [NamedUrl(url, via, Source.TRANSLATION, language=code.lower()) for code, url in reading.translations]
        if named:
            # In the transaction that catalogues the page: it is not read again for its links.
            self.seed(publisher, named[:_LINKS])
            self._name(publisher, named[_LINKS:])

    def _onward(self, settled: Settled) -> bool:
        """Follow a redirect to a page in scope; say whether there was one."""
        request, exchange = settled.request, settled.exchange
        assert exchange is not None
        following = onward(request, exchange)
        if following is None:
            return False
        if request.visit is not None and request.purpose == "page" and self._is_the_same(request, following.url):
            # By its key the visit was made, and where it leads would never be asked for: it is one with it, from now on
            # under its full address.
            self._work.frontier.readdress(request.visit, following.url)
            self._pipeline.send(replace(following, visit=request.visit, unfollowed=True), first=True)
        # Another page is not fetched on the spot: where it leads is a page by itself, due in its turn, and in scope or
        # not.
        elif request.purpose == "page":
            self.seed(request.publisher, [NamedUrl(following.url, request.url, Source.REDIRECT)])
        elif request.purpose in DISCOVERY and self.covers(request.publisher, following.url):
            self._send(following, first=True)
        elif request.purpose == "home":
            # The house has moved: recorded as left out, for its new host is none of those that are visited.
            self.seed(request.publisher, [NamedUrl(following.url, request.url, Source.REDIRECT)])
        return True

    def _is_the_same(self, request: Request, url: str) -> bool:
        """Say whether *url* is that of *request* but for what no key tells apart: a slash behind it, https, www."""
        scope = self._scopes.get(request.publisher)
        return key_of(url) == key_of(request.url) and scope is not None and scope.admits(url).admitted

    def request(self, publisher: str, url: str, purpose: str, visit: Visit | None = None) -> Request:
        """Return the request for *url*, with the validators that it gave when it was asked for last."""
        conditions = self._conditions(publisher, url)
        # What `init`, `save` or an import kept was no visit, and led nowhere. A home page leads everywhere.
        unfollowed = purpose == "home" or (visit is not None and visit.visited_at is None)
        number = visit.id if visit else None
        return Request(url, publisher, purpose, visit=number, conditions=conditions, unfollowed=unfollowed)

    def _conditions(self, publisher: str, url: str) -> Conditions | None:
        earlier = self._work.latest_capture(url, publisher)
        if earlier is None or not (earlier.etag or earlier.last_modified):
            return None
        # A server may be wrong about what it shows: by and by it is asked for the whole.
        connection = self._work.catalogue.connection
        if earlier.kind is CaptureKind.NOT_MODIFIED and is_only_confirmed(connection, url, publisher, _CONFIRMED):
            return None
        return Conditions(earlier.etag, earlier.last_modified)
