"""REST lists: read the posts named by a site's WordPress API, and decide which of its lists to request next.

Apart from frontier seeding, which adds the pages of any kind of list: the decisions here compare a response with
earlier ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from archive.errors import CannotReplay, Damaged
from archive.replay import entity_of
from archive.warc.capture import Capture
from db import captures
from db.fold import witnesses
from db.model.item import EntryField
from ingest.collection.collection import Collection
from ingest.crawl.tally import Settled
from ingest.discovery import rest
from ingest.discovery.listed import Listed, read_lastmod


def listed_posts(settled: Settled) -> Iterator[Listed]:
    """Yield the posts on a page of a REST list, with the time of their last change."""
    # Only posts are sure to have addresses for readers.
    if "wp/v2/posts" not in settled.request.url:
        return
    # Posts are requested by number when their tags changed. WordPress does not date such a change, so take the time of
    # the capture.
    silently = settled.capture if rest.is_by_number(settled.request.url) else None
    for one in settled.reading.entries if settled.reading else ():
        # Some sites leave out the UTC time (`CHANGED`) and give the time of their own clock only.
        said = (
            read_lastmod(stated.value) for says in (EntryField.CHANGED, EntryField.MODIFIED) for stated in one.of(says)
        )
        lastmod = next((at for at in said if at is not None), None)
        yield Listed(one.url, lastmod if silently is None else silently.began)


def next_list_page(work: Collection, settled: Settled) -> str | None:
    """Return the URL of the page of the list to request after the one in *settled*; None if there is no more news."""
    request, exchange = settled.request, settled.exchange
    if exchange is None or rest.is_by_number(request.url):
        return None
    listed = settled.reading.entries if settled.reading else ()
    connection = work.catalogue.connection
    fresh = rest.may_have_news([witnesses.is_known(connection, request.publisher, one) for one in listed])
    known = witnesses.count(connection, request.publisher, rest.without_page(request.url))
    current = rest.page_number(request.url)
    after = rest.next_page_number(current, known=known, fresh=fresh)
    # Only forward, and within the number of pages that the response states. Stop after `rest.PAGES` pages, in case a
    # server returns the same page for ever.
    if current < after <= rest.page_count(exchange.head) and request.hops < rest.PAGES - 1:
        return rest.page_url(request.url, after)
    return None


def further_tag_pages(work: Collection, settled: Settled) -> tuple[str, ...]:
    """Return the URLs of further pages of the list of tags to request in this run, after its first page *settled*."""
    request, exchange = settled.request, settled.exchange
    if exchange is None or rest.page_number(request.url) > 1:
        return ()
    # A site with more pages than this would never be read through, because each run reads only a few.
    pages = range(2, min(rest.page_count(exchange.head), rest.TAGS_PAGES**2) + 1)
    held = {one: work.latest_capture(rest.page_url(request.url, one), request.publisher) for one in pages}
    asked = {one: None if capture is None else capture.began for one, capture in held.items()}
    turn = rest.least_recently_requested(asked, rest.TAGS_PAGES - 1)
    return tuple(rest.page_url(request.url, one) for one in turn)


def posts_with_changed_tags(work: Collection, settled: Settled) -> tuple[str, ...]:
    """Return the URLs of posts whose tags differ between this page of the list of tags and the last different one.

    Posts that were requested since then are left out.
    """
    capture = settled.capture
    told = None if capture is None else captures.last_with_other_payload(work.catalogue.connection, capture)
    if capture is None or told is None:
        return ()
    earlier, since = told
    asked = rest.posts_numbered(settled.request.url, rest.numbers_retagged(_body(work, earlier), _body(work, capture)))
    # A post may have been missed, if the run that saw the change was killed or the site failed.
    held = {one: work.latest_capture(one, settled.request.publisher) for one in asked}
    return tuple(url for url, answer in held.items() if answer is None or answer.began < since)


def _body(work: Collection, capture: Capture) -> bytes:
    """Return the body of *capture*, cut off after the part that is compared; empty if it cannot be replayed."""
    try:
        return entity_of(work.layout.warcs, capture, work.catalogue.original, limit=rest.TAGS_BYTES + 1).body
    except (CannotReplay, Damaged):
        return b""
