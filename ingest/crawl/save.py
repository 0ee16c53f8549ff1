"""Saving: keep pages that a person names, now, whoever publishes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from archive.http.url import not_followed, read_target
from db import erasures
from db.identity import publisher_id
from db.model.change import Change, Outcome
from db.model.item import PageKind, Publisher, StatementPlace, Tombstone
from ingest.collection.collection import Collection
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.redirect_follower import onward
from ingest.crawl.request import Request
from ingest.crawl.run_setup import for_host, visiting
from ingest.crawl.tally import Failed, Settled
from ingest.errors import Exit, Refused
from ingest.http.client import Conditions
from ingest.settings.values import need_contact
from ingest.terms.terms_pages import is_terms_address

TERMS_PAGES = 3
"""How many terms pages of one publisher are asked for at most."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one named page.

    Attributes:
        url: as the person named it.
        item: the id of the item that it is now, or None.
        word: what became of it: ``new``, ``changed``, ``unchanged``, ``failed``, ...
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
    """Keep *urls* and call *notify* once for each, as they are settled.

    A host that no publisher of the collection owns becomes a publisher of its own. Redirects are followed
    wherever they lead, for the person asked for the page. Where no terms page of the publisher is held, those that
    the page links to are kept too, before it is told what the page's terms are.

    Raises:
        DiskFull: there is no room; what was told of is kept.
        Refused: one of them was erased by order (usage); none is asked for.
    """
    for url in urls:
        if (stone := _erased(work, url)) is not None:
            raise Refused(f"{url} was {stone.reason}", _lifted(stone), Exit.USAGE)
    saving = _Saving(work, pipeline, notify)
    for capture in work.catalogue.unread():
        # What an earlier save kept, and was killed before it read; what is of a run, the run goes on with.
        visit = work.frontier.find(capture.publisher, capture.url)
        if visit is None or visit.capture != capture.id:
            pipeline.resume(capture)
    # By themselves, and told to nobody: they are not what the person named this time.
    pipeline.drain(lambda _settled: None, stopped=stopped)
    # Two spellings of one address are one page.
    for url in dict.fromkeys(read_target(url).url for url in urls):
        saving.ask(url, url)
    pipeline.drain(saving.follow, stopped=stopped)
    # Round by round, for a redirect may lead to a page that is named too, and is settled by then.
    while saving.onward and not (stopped() or pipeline.full):
        onward, saving.onward = saving.onward, []
        for url, name, hops in onward:
            saving.ask(url, name, hops)
        pipeline.drain(saving.follow, stopped=stopped)
    # Whatever the terms pages did: what was saved is told of, also when the person broke it off.
    saving.terms.tell_all()
    if pipeline.full is not None:
        raise pipeline.full


def _erased(work: Collection, url: str) -> Tombstone | None:
    """Return what stands in the place of *url*, where it must not be asked for: by an order that nobody lifted."""
    forbidden = erasures.forbidden(work.catalogue.connection)
    stone = work.catalogue.erased(url) if forbidden else None
    return stone if stone is not None and stone.id in forbidden else None


def _lifted(stone: Tombstone) -> str:
    return f"it is not asked for again; where the order is lifted: creditline erase {stone.id} --lift --by NAME"


class _Saving:
    """What was asked for on whose behalf.

    Attributes:
        names: for each URL that was asked for, the URLs as they were named that lead to it.
        onward: (URL, name, hops) of redirects that are still to be followed.
    """

    def __init__(self, work: Collection, pipeline: Pipeline, notify: Callable[[Saved], None]) -> None:
        self._work, self._pipeline, self._notify = work, pipeline, notify
        self._publishers = list(work.catalogue.publishers())
        self._settled: dict[str, Settled] = {}
        self.names: dict[str, list[str]] = {}
        self.onward: list[tuple[str, str, int]] = []
        self.terms = TermsRequests(work, lambda request: pipeline.send(request, first=True), self._is_sent)

    def ask(self, url: str, name: str, hops: int = 0) -> None:
        """Send for *url*, or wait with it for whom it was sent already."""
        if url in self._settled:
            self._go_on(self._settled[url], name, hops)
            return
        self.names.setdefault(url, []).append(name)
        if len(self.names[url]) > 1:
            return
        publisher = owner(self._publishers, url)
        # Recorded before its first page: what a publisher is must be in force when its pages are captured.
        if publisher not in self._publishers:
            self._publishers.append(publisher)
            self._work.know(publisher)
        earlier = self._work.latest_capture(url, publisher.id)
        conditions = Conditions(earlier.etag, earlier.last_modified) if earlier else None
        # A redirect goes before what still waits: the person is told of a page in the order in which it was named.
        self._pipeline.send(Request(url, publisher.id, conditions=conditions, hops=hops), first=bool(hops))

    def _is_sent(self, url: str) -> bool:
        return url in self.names and url not in self._settled

    def follow(self, settled: Settled) -> None:
        """Take note of what became of a URL, for all that lead to it."""
        request = settled.request
        self.terms.came(settled)
        if request.purpose != "page" or request.url not in self.names:
            return
        self._settled[request.url] = settled
        for name in self.names[request.url]:
            self._go_on(settled, name, request.hops)

    def _go_on(self, settled: Settled, name: str, hops: int) -> None:
        """Follow a redirect, else tell what became of *name*."""
        following = onward(replace(settled.request, hops=hops), settled.exchange)
        if following is None:
            self.terms.after(settled, self._publishers, lambda: self._notify(_saved(settled, name)))
        elif (stone := _erased(self._work, following.url)) is not None:
            failed = Failed("erased", f"it leads to what was {stone.reason}", _lifted(stone))
            self._notify(Saved(name, None, "failed", failed))
        else:
            self.onward.append((following.url, name, following.hops))


# ── Terms pages: beside a page that is saved, those that it links to, where none of its publisher is held ────────


class TermsRequests:
    """Which terms pages are asked for, and what waits to be told until they came.

    They are pages like others: robots.txt, the pause between two pages and every limit hold for them too.
    """

    def __init__(self, work: Collection, send: Callable[[Request], None], is_sent: Callable[[str], bool]) -> None:
        """*is_sent* says of a URL whether it is on its way by itself."""
        self._work, self._send, self._is_sent = work, send, is_sent
        self._looked: set[str] = set()
        self._under_way: dict[str, set[str]] = {}
        self._waiting: dict[str, list[Callable[[], None]]] = {}

    def after(self, settled: Settled, publishers: list[Publisher], tell: Callable[[], None]) -> None:
        """Call *tell* now, or once the terms pages that the item of *settled* links to were read."""
        publisher = settled.request.publisher
        if publisher not in self._looked and settled.change is not None and settled.change.item is not None:
            self._looked.add(publisher)
            for url in self._named_by(settled, publishers):
                self._ask(publisher, Request(url, publisher))
        if self._under_way.get(publisher):
            self._waiting.setdefault(publisher, []).append(tell)
        else:
            tell()

    def came(self, settled: Settled) -> None:
        """Take note of what became of a request, if it is one of these; tell what waited for the last of them."""
        publisher, url = settled.request.publisher, settled.request.url
        under_way = self._under_way.get(publisher, set())
        if url not in under_way:
            return
        under_way.discard(url)
        following = onward(settled.request, settled.exchange)
        # A terms page that moved is still the one that was waited for.
        if following is not None:
            self._ask(publisher, following)
        if not under_way:
            self.tell_all(publisher)

    def tell_all(self, publisher: str | None = None) -> None:
        """Tell what waits, of *publisher* or of all: nothing more comes."""
        for one in [publisher] if publisher is not None else list(self._waiting):
            for tell in self._waiting.pop(one, ()):
                tell()

    def _named_by(self, settled: Settled, publishers: list[Publisher]) -> list[str]:
        publisher = settled.request.publisher
        links = settled.reading.links if settled.reading else ()
        if not any(is_terms_address(url) for url in links):
            return []
        # One terms page holds for the site: where any is held, whoever saves a page need not wait for it again.
        held = self._work.catalogue.statements(publisher)
        if any(one.statement.place is StatementPlace.TERMS_PAGE for one in held):
            return []
        # A bound, for whoever saves one page did not ask for a crawl.
        return list(self._fresh(publisher, links, publishers))[:TERMS_PAGES]

    def _fresh(self, publisher: str, links: tuple[str, ...], publishers: list[Publisher]) -> Iterator[str]:
        """The addresses of terms pages among *links* that were never asked for, on hosts of the publisher."""
        for url in links:
            owner = for_host(publishers, url) if is_terms_address(url) else None
            # A page may link to the terms of somebody else, a licence for one: those are no terms of this publisher.
            is_own = owner is not None and owner.id == publisher
            if is_own and self._work.catalogue.latest_capture(url, publisher) is None:
                yield url

    def _ask(self, publisher: str, request: Request) -> None:
        self._under_way.setdefault(publisher, set()).add(request.url)
        if not self._is_sent(request.url):
            self._send(request)


def owner(publishers: list[Publisher], url: str) -> Publisher:
    """Return the publisher that *url* belongs to; a new one, described by its host, where there is none yet."""
    found = for_host(publishers, url)
    if found is not None:
        return found
    target = read_target(url)
    scheme = "https" if target.secure else "http"
    # The id is for good: it must not hang on whether somebody typed www.
    bare = target.authority.removeprefix("www.")
    return Publisher(publisher_id(bare), f"{scheme}://{target.authority}/", (bare,))


_WHY = {
    Outcome.BLOCKED: "a page came instead that turns crawlers away, or that asks for consent first",
    Outcome.PROTECTED: "a form that asks for a password came instead",
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
    Outcome.PROTECTED: "Nothing is fetched with a password or a login.",
    Outcome.NOT_AN_ITEM: "Name an article; or collect what it lists: creditline add URL, then creditline run.",
}


def _saved(settled: Settled, name: str) -> Saved:
    if settled.failed is not None:
        return Saved(name, None, "failed", settled.failed)
    change = settled.change
    if change is None:
        return Saved(name, None, "failed", Failed("lost", "it was not catalogued", ""))
    # Gone and blocked pages may be of an item that is held: the text is there, and yet nothing was saved now.
    if change.item is not None and change.outcome not in (Outcome.GONE, Outcome.STILL_GONE, Outcome.BLOCKED):
        return Saved(name, change.item, change.outcome.value)
    return Saved(name, None, change.outcome.value, _failed(settled, change))


def _failed(settled: Settled, change: Change) -> Failed:
    """Say why a page that came is no item; one that is only script, or says "not found", is no error of a status."""
    reading = settled.reading
    way_out = _WAYS_OUT.get(change.outcome, "Check the address in a browser.")
    if reading is not None and reading.kind is PageKind.SHELL:
        way_out = "No script is run: name a page that holds its text."
    hint = f"It is kept as evidence. {way_out}"
    if change.outcome in (Outcome.ABSENT, Outcome.ERROR) and reading is not None:
        return Failed("unread" if reading.unread else reading.kind.value, change.note, hint)
    why = _WHY.get(change.outcome)
    if change.outcome is Outcome.REDIRECT and settled.exchange is not None:
        why = not_followed(settled.request.url, settled.exchange.head)
    noted = (
        f" ({change.note})"
        if change.note and change.note not in (why or "") and why is not _WHY[Outcome.NOT_AN_ITEM]
        else ""
    )
    return Failed(change.outcome.value, f"{why}{noted}" if why else change.note, hint)


def recheck(work: Collection, urls: list[str], stopped: Callable[[], bool]) -> list[Saved]:
    """Visit *urls*, on which terms stand that an export for reuse wants confirmed, as `save` does.

    Returns what became of each page.

    Raises:
        Refused: nobody is named for the people whose site is visited to write to (settings).
        DiskFull: there is no room.
    """
    visited: list[Saved] = []
    if urls:
        need_contact(work.settings, urls)
        with visiting(work) as (pipeline, _):
            save(work, pipeline, urls, notify=visited.append, stopped=stopped)
    return visited
