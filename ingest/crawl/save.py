"""Saving: fetch and keep single pages that a person names, whoever publishes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from archive.http.url import read_target, why_not_followed
from db.identity import publisher_id
from db.model.change import Change, Outcome
from db.model.item import PageKind, Publisher, StatementPlace
from ingest.collection.collection import Collection
from ingest.crawl.erased_page import erased_page, refuse_erased
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.run_setup import for_host, visiting
from ingest.crawl.tally import Failed, Settled
from ingest.http.client import Conditions
from ingest.settings.values import require_contact
from ingest.terms.terms_pages import is_terms_address

TERMS_PAGES = 3
"""How many terms pages of one publisher a save requests, at most."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome for one named page.

    Attributes:
        url: the URL as the person named it.
        item: the id of its item, or None.
        word: the outcome: ``new``, ``changed``, ``unchanged``, ``failed``, ...
        failed: why there is no item.
    """

    url: str
    item: str | None
    word: str
    failed: Failed | None = None


def save(
    work: Collection,
    pipeline: Pipeline,
    urls: list[str],
    *,
    notify: Callable[[Saved], None],
    stopped: Callable[[], bool],
) -> None:
    """Fetch and keep *urls*, and call *notify* once for each when its outcome is known.

    A host that belongs to no publisher of the collection becomes a new publisher. Redirects are followed to any host,
    because the person asked for the page. If no terms page of the publisher is held, those that the page links to are
    fetched too, before the page is reported with its terms.

    Raises:
        DiskFull: there is no room; the pages that were reported are kept.
        Refused: one of the pages was erased by order (exit code: usage); none is requested.
    """
    refuse_erased(work, urls)
    saving = _Saving(work, pipeline, notify)
    for capture in work.catalogue.unread():
        # Captures that an earlier save kept but did not read before it was killed. Those of a run are left to the run.
        visit = work.frontier.find(capture.publisher, capture.url)
        if visit is None or visit.capture != capture.id:
            pipeline.resume(capture)
    # Read without reporting: the person did not name them this time.
    pipeline.drain(lambda _settled: None, stopped=stopped)
    # Two spellings of one address are the same page.
    for url in dict.fromkeys(read_target(url).url for url in urls):
        saving.ask(url, url)
    pipeline.drain(saving.follow, stopped=stopped)
    # In rounds: the target of a redirect may be one of the named pages, which is settled by then.
    while saving.onward and not (stopped() or pipeline.full):
        onward, saving.onward = saving.onward, []
        for url, name, hops in onward:
            saving.ask(url, name, hops)
        pipeline.drain(saving.follow, stopped=stopped)
    # Report all saved pages even if terms pages are missing or the person interrupted.
    saving.terms.report_all()
    if pipeline.full is not None:
        raise pipeline.full


class _Saving:
    """Which URL was requested for which named page.

    Attributes:
        names: requested URL → the named URLs that lead to it.
        onward: (URL, named URL, hops) of redirects that are still to be followed.
    """

    def __init__(self, work: Collection, pipeline: Pipeline, notify: Callable[[Saved], None]) -> None:
        self._work, self._pipeline, self._notify = work, pipeline, notify
        self._publishers = list(work.catalogue.publishers())
        self._settled: dict[str, Settled] = {}
        self.names: dict[str, list[str]] = {}
        self.onward: list[tuple[str, str, int]] = []
        self.terms = TermsRequests(work, lambda request: pipeline.send(request, first=True), self._is_sent)

    def ask(self, url: str, name: str, hops: int = 0) -> None:
        """Request *url* on behalf of *name*; if it was requested already, share the result."""
        if url in self._settled:
            self._go_on(self._settled[url], name, hops)
            return
        self.names.setdefault(url, []).append(name)
        if len(self.names[url]) > 1:
            return
        publisher = owner(self._publishers, url)
        # Recorded before its first page, because a publisher must be in force when its pages are captured.
        if publisher not in self._publishers:
            self._publishers.append(publisher)
            self._work.record_publisher(publisher)
        earlier = self._work.latest_capture(url, publisher.id)
        conditions = Conditions(earlier.etag, earlier.last_modified) if earlier else None
        # The target of a redirect goes to the front, so pages are reported in the order in which they were named.
        self._pipeline.send(Request(url, publisher.id, conditions=conditions, hops=hops), first=bool(hops))

    def _is_sent(self, url: str) -> bool:
        return url in self.names and url not in self._settled

    def follow(self, settled: Settled) -> None:
        """Handle a settled request for all named pages that lead to it."""
        request = settled.request
        self.terms.handle_settled(settled)
        if request.purpose != "page" or request.url not in self.names:
            return
        self._settled[request.url] = settled
        for name in self.names[request.url]:
            self._go_on(settled, name, request.hops)

    def _go_on(self, settled: Settled, name: str, hops: int) -> None:
        """Note a redirect to be followed, or report the outcome for *name*."""
        following = onward(replace(settled.request, hops=hops), settled.exchange)
        if following is None:
            self.terms.after(settled, self._publishers, lambda: self._notify(_saved(settled, name)))
        elif (erased := erased_page(self._work, following.url)) is not None:
            failed = Failed("erased", f"it leads to what was {erased.reason}", erased.hint)
            self._notify(Saved(name, None, "failed", failed))
        else:
            self.onward.append((following.url, name, following.hops))


# ── Terms pages: fetched along with a saved page that links to them, if none of its publisher is held ────────────


class TermsRequests:
    """Request terms pages, and delay the report of a saved page until they are read.

    Terms pages are fetched like any other page: robots.txt, pauses and all limits apply.
    """

    def __init__(self, work: Collection, send: Callable[[Request], None], is_sent: Callable[[str], bool]) -> None:
        """*is_sent* says whether a URL is being requested already as a named page."""
        self._work, self._send, self._is_sent = work, send, is_sent
        self._looked: set[str] = set()
        self._under_way: dict[str, set[str]] = {}
        self._waiting: dict[str, list[Callable[[], None]]] = {}

    def after(self, settled: Settled, publishers: list[Publisher], tell: Callable[[], None]) -> None:
        """Call *tell* once the terms pages that the page in *settled* links to are read; at once if there are none."""
        publisher = settled.request.publisher
        if publisher not in self._looked and settled.change is not None and settled.change.item is not None:
            self._looked.add(publisher)
            for url in self._named_by(settled, publishers):
                self._ask(publisher, Request(url, publisher))
        if self._under_way.get(publisher):
            self._waiting.setdefault(publisher, []).append(tell)
        else:
            tell()

    def handle_settled(self, settled: Settled) -> None:
        """Handle a settled terms page; after the last one, make the reports that waited for it."""
        publisher, url = settled.request.publisher, settled.request.url
        under_way = self._under_way.get(publisher, set())
        if url not in under_way:
            return
        under_way.discard(url)
        following = onward(settled.request, settled.exchange)
        # Keep waiting for a terms page that has moved.
        if following is not None:
            self._ask(publisher, following)
        if not under_way:
            self.report_all(publisher)

    def report_all(self, publisher: str | None = None) -> None:
        """Make all delayed reports, of *publisher* or of all publishers."""
        for one in [publisher] if publisher is not None else list(self._waiting):
            for tell in self._waiting.pop(one, ()):
                tell()

    def _named_by(self, settled: Settled, publishers: list[Publisher]) -> list[str]:
        """Return the addresses of the terms pages to fetch for the page in *settled*, at most `TERMS_PAGES`."""
        publisher = settled.request.publisher
        links = settled.reading.links if settled.reading else ()
        if not any(is_terms_address(url) for url in links):
            return []
        # A terms page applies to the whole site: if one is held, do not make the person wait for another.
        held = self._work.catalogue.statements(publisher)
        if any(one.statement.place is StatementPlace.TERMS_PAGE for one in held):
            return []
        # Limited, because a person who saves one page did not ask for a crawl.
        return list(self._fresh(publisher, links, publishers))[:TERMS_PAGES]

    def _fresh(self, publisher: str, links: tuple[str, ...], publishers: list[Publisher]) -> Iterator[str]:
        """Yield the addresses among *links* that look like terms pages of the publisher and were never fetched."""
        for url in links:
            owner = for_host(publishers, url) if is_terms_address(url) else None
            # A page may link to terms of somebody else, such as a licence. Those are not this publisher's terms.
            is_own = owner is not None and owner.id == publisher
            if is_own and self._work.catalogue.latest_capture(url, publisher) is None:
                yield url

    def _ask(self, publisher: str, request: Request) -> None:
        self._under_way.setdefault(publisher, set()).add(request.url)
        if not self._is_sent(request.url):
            self._send(request)


def owner(publishers: list[Publisher], url: str) -> Publisher:
    """Return the publisher that *url* belongs to; if there is none, a new one named after the host."""
    found = for_host(publishers, url)
    if found is not None:
        return found
    target = read_target(url)
    scheme = "https" if target.secure else "http"
    # The id never changes, so it must not depend on whether somebody typed "www.".
    bare = target.authority.removeprefix("www.")
    return Publisher(publisher_id(bare), f"{scheme}://{target.authority}/", (bare,))


_WHY = {
    Outcome.BLOCKED: "the server sent a page that blocks crawlers or asks for consent first",
    Outcome.PROTECTED: "the server sent a form that asks for a password",
    Outcome.NOT_AN_ITEM: "it is a list or holds no text of its own",
    Outcome.GONE: "the publisher says that it is gone",
    Outcome.STILL_GONE: "the publisher still says that it is gone",
    Outcome.ABSENT: "nothing is there",
    Outcome.ERROR: "the publisher answered with an error",
    Outcome.PARTIAL: "the answer broke off",
    Outcome.UNPROVED: "nothing said whether the answer was whole",
}

_WAYS_OUT = {
    Outcome.BLOCKED: "Ask the publisher to let the agent creditline in; or archive it in a browser, and import that.",
    Outcome.PROTECTED: "Creditline never logs in; a WACZ that a browser made of the page can be imported.",
    Outcome.NOT_AN_ITEM: "Name an article; or collect what it lists: creditline add URL, then creditline run.",
}


def _saved(settled: Settled, name: str) -> Saved:
    """Return the outcome for the page that the person named *name*."""
    if settled.failed is not None:
        return Saved(name, None, "failed", settled.failed)
    change = settled.change
    if change is None:
        return Saved(name, None, "failed", Failed("lost", "it was not catalogued", ""))
    # A page that is gone or blocked may belong to an item that is held, but nothing was saved now.
    if change.item is not None and change.outcome not in (Outcome.GONE, Outcome.STILL_GONE, Outcome.BLOCKED):
        return Saved(name, change.item, change.outcome.value)
    return Saved(name, None, change.outcome.value, _failed(settled, change))


def _failed(settled: Settled, change: Change) -> Failed:
    """Return why a page that was fetched is no item, with a hint."""
    reading = settled.reading
    way_out = _WAYS_OUT.get(change.outcome, "Check the address in a browser.")
    if reading is not None and reading.kind is PageKind.SHELL:
        way_out = "No script is run: name a page that holds its text."
    hint = f"It is kept as evidence. {way_out}"
    if change.outcome in (Outcome.ABSENT, Outcome.ERROR) and reading is not None:
        return Failed("unread" if reading.unread else reading.kind.value, change.note, hint)
    why = _WHY.get(change.outcome)
    if change.outcome is Outcome.REDIRECT and settled.exchange is not None:
        why = why_not_followed(settled.request.url, settled.exchange.head)
    noted = (
        f" ({change.note})"
        if change.note and change.note not in (why or "") and why is not _WHY[Outcome.NOT_AN_ITEM]
        else ""
    )
    return Failed(change.outcome.value, f"{why}{noted}" if why else change.note, hint)


def recheck(work: Collection, urls: list[str], stopped: Callable[[], bool]) -> list[Saved]:
    """Fetch *urls* again, as `save` does, and return the outcome of each.

    They are the pages with the terms that an export for reuse wants to confirm.

    Raises:
        Refused: the settings name no contact for the visited site to write to (exit code: settings).
        DiskFull: there is no room.
    """
    visited: list[Saved] = []
    if urls:
        require_contact(work.settings, urls)
        with visiting(work) as (pipeline, _):
            save(work, pipeline, urls, notify=visited.append, stopped=stopped)
    return visited
