"""Terms requests: beside a page that is saved, the terms pages it links to, where none of its publisher is held."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from db.model.item import Publisher, StatementPlace
from ingest.collection.collection import Collection
from ingest.crawl.outcome import Settled
from ingest.crawl.redirect import onward
from ingest.crawl.request import Request
from ingest.crawl.session import for_host
from ingest.terms.terms_pages import is_terms_address

MOST = 3
"""How many terms pages of one publisher are asked for at most."""


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
        held = self._work.catalogue.statements(publisher)
        if any(one.statement.place is StatementPlace.TERMS_PAGE for one in held):
            return []
        return list(self._fresh(publisher, links, publishers))[:MOST]

    def _fresh(self, publisher: str, links: tuple[str, ...], publishers: list[Publisher]) -> Iterator[str]:
        """The addresses of terms pages among *links* that were never asked for, on hosts of the publisher."""
        for url in links:
            owner = for_host(publishers, url) if is_terms_address(url) else None
            is_own = owner is not None and owner.id == publisher
            if is_own and self._work.catalogue.latest_capture(url, publisher) is None:
                yield url

    def _ask(self, publisher: str, request: Request) -> None:
        self._under_way.setdefault(publisher, set()).add(request.url)
        if not self._is_sent(request.url):
            self._send(request)
