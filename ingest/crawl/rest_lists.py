"""REST lists: what answers of a site's WordPress API name, and which of its lists are asked for next.

Apart from frontier seeding, which takes in what any kind of list names: here one answer is held against those before.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import CannotReplay, Damaged
from archive.replay import entity_of
from archive.warc.capture import Capture
from db import captures
from db.fold import witnesses
from db.model.item import Says
from ingest.collection.collection import Collection
from ingest.crawl.tally import Settled
from ingest.discovery import rest
from ingest.discovery.listed import Listed, read_lastmod


def named(settled: Settled) -> Iterator[Listed]:
    """Yield the posts that a page of REST lists, with the time of their last change."""
    # Only posts have addresses that are surely meant for readers.
    if "wp/v2/posts" not in settled.request.url:
        return
    # What is asked for by its number has other tags, of which WordPress does not say when they changed.
    silently = settled.capture if rest.names_some(settled.request.url) else None
    for one in settled.reading.entries if settled.reading else ():
        # Where a site leaves that out, there is only the time of its own clock.
        said = (read_lastmod(stated.value) for says in (Says.CHANGED, Says.MODIFIED) for stated in one.of(says))
        lastmod = next((at for at in said if at is not None), None)
        yield Listed(one.url, lastmod if silently is None else silently.began)


def following(work: Collection, settled: Settled) -> str | None:
    """Return the page of its list to be asked for after the one that *settled*, while there is news; else None."""
    request, exchange = settled.request, settled.exchange
    if exchange is None or rest.names_some(request.url):
        return None
    listed = settled.reading.entries if settled.reading else ()
    connection = work.catalogue.connection
    fresh = rest.brings_news([witnesses.is_known(connection, request.publisher, one) for one in listed])
    known = witnesses.count(connection, request.publisher, rest.whole(request.url))
    current = rest.number(request.url)
    after = rest.following(current, known=known, fresh=fresh)
    # Forward only, and within what the answer counts: a server that lists the same page for ever is left after
    # `rest.PAGES`.
    if current < after <= rest.count(exchange.head) and request.hops < rest.PAGES - 1:
        return rest.page(request.url, after)
    return None


def further_tags(work: Collection, settled: Settled) -> tuple[str, ...]:
    """Return the other pages of the list of tags to be asked for in this run, once its first *settled*."""
    request, exchange = settled.request, settled.exchange
    if exchange is None or rest.number(request.url) > 1:
        return ()
    # Beyond so many nobody has time to come round.
    pages = range(2, min(rest.count(exchange.head), rest.TAGS_PAGES**2) + 1)
    held = {one: work.latest_capture(rest.page(request.url, one), request.publisher) for one in pages}
    asked = {one: None if capture is None else capture.began for one, capture in held.items()}
    turn = rest.in_turn(asked, rest.TAGS_PAGES - 1)
    return tuple(rest.page(request.url, one) for one in turn)


def tagged_otherwise(work: Collection, settled: Settled) -> tuple[str, ...]:
    """Return the addresses of the posts to which the page of the list of tags that *settled* gives other tags than it
    did when it last said something else; none that were asked for since.
    """
    capture = settled.capture
    told = None if capture is None else captures.last_otherwise(work.catalogue.connection, capture)
    if capture is None or told is None:
        return ()
    earlier, since = told
    asked = rest.those(settled.request.url, rest.tagged_otherwise(_body(work, earlier), _body(work, capture)))
    # Where the run that saw it was killed, or the site failed, nothing was learnt of them.
    held = {one: work.latest_capture(one, settled.request.publisher) for one in asked}
    return tuple(url for url, answer in held.items() if answer is None or answer.began < since)


def _body(work: Collection, capture: Capture) -> bytes:
    """Return what *capture* says, as far as it is compared; nothing where that cannot be shown."""
    try:
        return entity_of(work.layout.warcs, capture, work.catalogue.original, limit=rest.TAGS_BYTES + 1).body
    except (CannotReplay, Damaged):
        return b""
