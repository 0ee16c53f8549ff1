"""Saving: keep pages that a person names, now, whoever publishes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from archive.exchange import read_head
from db.entry import Outcome
from db.identity import publisher_id
from db.model import Publisher
from ingest.collection import Collection
from ingest.couriers import Errand
from ingest.fetch import Conditions
from ingest.pipeline import Failed, Pipeline, Settled
from ingest.target import read_target, redirect_target
from ingest.visiting import for_host

REDIRECTS = 10


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
    told: Callable[[Saved], None],
    stopped: Callable[[], bool],
) -> None:
    """Keep *urls* and call *told* once for each, as they are settled.

    A host that no publisher of the collection owns becomes a publisher of its own. Redirects are followed
    wherever they lead, for the person asked for the page.
    """
    known = {publisher.id: publisher for publisher in work.catalogue.publishers()}
    asked: dict[str, str] = {}

    def send(url: str, name: str, hops: int = 0) -> None:
        publisher = owner(list(known.values()), url)
        if publisher.id not in known:
            known[publisher.id] = publisher
            work.know(publisher)
        earlier = work.catalogue.latest_capture(url)
        asked[url] = name
        conditions = Conditions(earlier.etag, earlier.last_modified) if earlier else None
        pipeline.send(Errand(url, publisher.id, conditions=conditions, hops=hops), first=bool(hops))

    def follow(settled: Settled) -> None:
        errand = settled.errand
        name = asked.get(errand.url)
        if name is None or errand.purpose != "page":
            return
        target = None
        if settled.exchange is not None and errand.hops < REDIRECTS:
            target = redirect_target(errand.url, read_head(settled.exchange.response))
        if target is not None and target not in asked:
            onward.append((target, name, errand.hops + 1))
            return
        told(_saved(settled, name))

    onward: list[tuple[str, str, int]] = []
    for url in dict.fromkeys(read_target(url).url for url in urls):
        send(url, url)
    pipeline.drain(follow, stopped=stopped)
    while onward and not stopped():
        batch, onward[:] = list(onward), []
        for url, name, hops in batch:
            send(url, name, hops)
        pipeline.drain(follow, stopped=stopped)


def owner(publishers: list[Publisher], url: str) -> Publisher:
    """Return the publisher that *url* belongs to; a new one, described by its host, where there is none yet."""
    found = for_host(publishers, url)
    if found is not None:
        return found
    target = read_target(url)
    scheme = "https" if target.secure else "http"
    bare = target.authority.removeprefix("www.")
    return Publisher(publisher_id(bare), f"{scheme}://{target.authority}/", (bare,))


_WHY = {
    Outcome.BLOCKED: "a page that turns crawlers away came instead",
    Outcome.PROTECTED: "a form that asks for a password came instead",
    Outcome.NOT_AN_ITEM: "it is a list or holds no text of its own",
    Outcome.GONE: "the publisher says that it is gone",
    Outcome.STILL_GONE: "the publisher still says that it is gone",
    Outcome.ERROR: "the publisher answered with an error",
    Outcome.REDIRECT: "it redirects without end",
    Outcome.PARTIAL: "the answer broke off",
    Outcome.UNPROVED: "nothing said whether the answer was whole",
}


def _saved(settled: Settled, name: str) -> Saved:
    if settled.failed is not None:
        return Saved(name, None, "failed", settled.failed)
    change = settled.change
    if change is None:
        return Saved(name, None, "failed", Failed("lost", "it was not catalogued", ""))
    if change.item is not None and change.outcome not in (Outcome.GONE, Outcome.STILL_GONE, Outcome.BLOCKED):
        return Saved(name, change.item, change.outcome.value)
    why = _WHY.get(change.outcome, change.note)
    hint = "It is kept as evidence. Open it in a browser; `creditline import` takes a WACZ made there."
    return Saved(name, None, change.outcome.value, Failed(change.outcome.value, f"{why} ({change.note})", hint))
