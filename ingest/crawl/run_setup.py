"""Run setup: the means of one run, made from the settings: who asks, how long to wait, in which dialect."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from os import cpu_count
from pathlib import Path

from archive.http.exchange import Exchange
from archive.http.failure import FetchFailure
from archive.http.url import read_target
from db import publishers
from db.model.item import Publisher
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.layout_learner import Learner
from ingest.collection.collection import Clock, Collection, user_agent
from ingest.collection.leases import HostLeases, Worker, refuse_beside_workers
from ingest.crawl.host_queues import HostQueues
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.politeness import delay_for
from ingest.crawl.scope import Scope
from ingest.errors import Exit, Refused
from ingest.http.client import Conditions, FetchSettings, fetch
from ingest.http.protocol_version import Dialect, Dialects
from ingest.reading.allocator import map_long_blocks
from ingest.reading.pool import ReaderPool
from ingest.settings.values import PublisherOptions, Settings, address_of, bare_hosts, on_loopback, publisher_of


def fetch_settings(settings: Settings) -> FetchSettings:
    """Return how this collection asks.

    Raises:
        Refused: the user agent cannot stand in a request, the authority's file cannot be read (settings).
    """
    # The client looks up the host of a normalised URL, which is in lower case.
    connect = {host.lower(): address_of(target) for host, target in settings.connect}
    options = settings.fetch
    try:
        return FetchSettings(
            user_agent=user_agent(settings),
            connect=connect,
            ca_file=Path(options.ca_file) if options.ca_file else None,
            deadline=options.deadline,
            body_limit=options.max_bytes,
        )
    except (ValueError, OSError) as error:
        raise Refused(
            f"these settings cannot be used: {error}", "look at contact and ca_file", Exit.SETTINGS
        ) from error


def scope_of(options: PublisherOptions) -> Scope:
    """Return what may be visited of a publisher."""
    return Scope(publisher_of(options).hosts, options.include, options.exclude, documents=options.documents)


def pauses_of(settings: Settings) -> Callable[[str], float | None]:
    """Return what says for a host (authority) how long to wait between two of its pages, None where nobody did: as its
    publisher's settings have it, else as those for all.
    """
    own = {
        host: options.delay
        for options in settings.publishers
        if options.delay is not None
        for host in bare_hosts(publisher_of(options))
    }
    return lambda authority: own.get(authority.lower().removeprefix("www."), settings.fetch.delay)


def for_host(publishers: list[Publisher], url: str) -> Publisher | None:
    """Return the publisher whose own host *url* is on, or None."""
    authority = read_target(url).authority.removeprefix("www.")
    # The settings let no two publishers claim one host, so the first owner is the only one.
    owners = (p for p in publishers if authority in {host.removeprefix("www.") for host in p.hosts})
    return next(owners, None)


def steady(clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> Clock:
    """Return a clock that begins at what *clock* says now and is set by nobody: by one that is set back by years, the
    pause of a host would last as long.
    """
    began, then = clock(), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - then)


@contextmanager
def visiting(
    work: Collection, *, readers: ReaderPool | None = None, worker: Worker | None = None, asking: bool = True
) -> Iterator[tuple[Pipeline, HostQueues]]:
    """Start the host queues and readers for a run over *work*; end them when the block ends.

    *readers* are others than the settings ask for. A *worker* asks the hosts that no other worker has. Where not
    *asking*, every host is left alone.

    Raises:
        WorkersVisit: workers visit this collection.
    """
    if worker is None and asking:
        # A host would be asked by two.
        hint = "take over what they kept, and ask nobody: creditline run --fold"
        refuse_beside_workers(work.layout.directory, work.settings.fetch.deadline, hint)
    map_long_blocks()
    settings = work.settings
    means = fetch_settings(settings)

    def ask(url: str, conditions: Conditions | None, dialect: Dialect, /) -> Exchange | FetchFailure:
        if worker is not None:
            # Right before it: a process that was held up may have been taken for dead meanwhile.
            worker.wait()
        return fetch(url, settings=means, clock=work.clock, conditions=conditions, protocol=dialect)

    pauses = pauses_of(settings)

    def delay(authority: str, crawl_delay: float | None) -> float:
        loopback = on_loopback(settings, f"http://{authority}/") or on_loopback(settings, f"https://{authority}/")
        return delay_for(setting=pauses(authority), crawl_delay=crawl_delay, loopback=loopback)

    dialects = Dialects.from_rows(publishers.dialects(work.catalogue.connection))
    queues = HostQueues(
        ask if asking else None,
        delay=delay,
        clock=steady(work.clock),
        sleep=time.sleep,
        dialects=dialects,
        threads=settings.fetch.threads,
    )
    if worker is not None:
        queues.share(HostLeases(worker, lambda authority: delay(authority, None)))
    # A rest that a host asked for outlives the run that was told of it.
    for url, until in work.frontier.resting(work.clock()):
        queues.rest(read_target(url).authority, until)
    readers = readers or ReaderPool(settings.read.workers or cpu_count() or 1, settings.read.deadline)
    try:
        with readers as pool:
            cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
            pipeline = Pipeline(work, cataloguer, queues, Learner(work, pool), pool)
            yield pipeline, queues
            # Else the end of the block would wait for every page that readers are at, up to a deadline each.
            if pipeline.broken_off:
                pool.give_up()
    finally:
        queues.close()
        # Also where the run failed: what was learnt of the hosts is true however it ended.
        with work.catalogue.transaction():
            publishers.remember_dialects(work.catalogue.connection, dialects.rows())
