"""Run setup: make the HTTP client, pauses, queues and readers of a run from the settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from os import cpu_count
from pathlib import Path

from archive.errors import Exit, Refused
from archive.http.exchange import Exchange
from archive.http.failure import FetchFailure
from archive.http.url import read_target
from db import publishers
from db.model.item import Publisher
from ingest.cataloguing.allocator import map_long_blocks
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.layout_learner import Learner
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.collection.collection import Clock, Collection, user_agent
from ingest.collection.leases import HostLeases, Worker, refuse_beside_workers
from ingest.crawl.host_queues import HostQueues
from ingest.crawl.pipeline import Pipeline
from ingest.crawl.politeness import delay_for
from ingest.crawl.scope import Scope
from ingest.http.client import Conditions, FetchSettings, fetch
from ingest.http.protocol_version import HttpVersion, HttpVersions
from ingest.settings.values import PublisherOptions, Settings, address_of, bare_hosts, on_loopback, publisher_of


def fetch_settings(settings: Settings, folder: Path) -> FetchSettings:
    """Return the settings of the HTTP client for the collection in *folder*, from which a relative `ca_file` counts.

    Raises:
        Refused: the user agent cannot be sent in a header, or `ca_file` cannot be read (exit code: settings).
    """
    # The client looks up hosts of normalised URLs, which are in lower case.
    connect = {host.lower(): address_of(target) for host, target in settings.connect}
    options = settings.fetch
    try:
        return FetchSettings(
            user_agent=user_agent(settings),
            connect=connect,
            ca_file=folder / options.ca_file if options.ca_file else None,
            deadline=options.deadline,
            body_limit=options.max_bytes,
        )
    except OSError as error:
        what = f"fetch.ca_file = {options.ca_file!r} cannot be used: {error.strerror or error}"
        raise Refused(what, f"name a PEM file, in {folder.absolute()} or by its whole path", Exit.SETTINGS) from error
    except ValueError as error:
        raise Refused(f"contact cannot be used: {error}", "correct it in the settings", Exit.SETTINGS) from error


def scope_of(options: PublisherOptions) -> Scope:
    """Return the scope of a publisher: the URLs that may be visited."""
    return Scope(publisher_of(options).hosts, options.include, options.exclude, documents=options.documents)


def pauses_of(settings: Settings) -> Callable[[str], float | None]:
    """Return a function from a host (authority) to the configured seconds between two of its pages, None if not set.

    The publisher's own setting wins over the general one.
    """
    own = {
        host: options.delay
        for options in settings.publishers
        if options.delay is not None
        for host in bare_hosts(publisher_of(options))
    }
    return lambda authority: own.get(authority.lower().removeprefix("www."), settings.fetch.delay)


def for_host(publishers: list[Publisher], url: str) -> Publisher | None:
    """Return the publisher that has the host of *url*, or None."""
    authority = read_target(url).authority.removeprefix("www.")
    # The settings allow each host for one publisher only, so the first owner is the only one.
    owners = (p for p in publishers if authority in {host.removeprefix("www.") for host in p.hosts})
    return next(owners, None)


def steady(clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> Clock:
    """Return a clock that starts at the time of *clock* and then ignores changes to the system time.

    Otherwise, if somebody set the system time back by years, the pause of a host would last for years.
    """
    began, then = clock(), monotonic()
    return lambda: began + timedelta(seconds=monotonic() - then)


@contextmanager
def visiting(
    work: Collection, *, readers: ReaderPool | None = None, worker: Worker | None = None, asking: bool = True
) -> Iterator[tuple[Pipeline, HostQueues]]:
    """Start the host queues and readers for a run over *work*; end them when the block ends.

    *readers* replaces the pool that the settings ask for. With a *worker*, only hosts that no other worker has are
    asked. Without *asking*, no host is asked.

    Raises:
        WorkersVisit: workers are visiting this collection.
    """
    if worker is None and asking:
        # Otherwise two processes would ask the same host.
        hint = "take over what they kept, and ask nobody: creditline run --fold"
        refuse_beside_workers(work.layout.directory, work.settings.fetch.deadline, hint)
    map_long_blocks()
    settings = work.settings
    means = fetch_settings(settings, work.layout.directory)

    def ask(url: str, conditions: Conditions | None, version: HttpVersion, /) -> Exchange | FetchFailure:
        if worker is not None:
            # Checked right before each request: a process that hung may have been taken for dead meanwhile.
            worker.wait()
        return fetch(url, settings=means, clock=work.clock, conditions=conditions, protocol=version)

    pauses = pauses_of(settings)

    def delay(authority: str, crawl_delay: float | None) -> float:
        loopback = on_loopback(settings, f"http://{authority}/") or on_loopback(settings, f"https://{authority}/")
        return delay_for(setting=pauses(authority), crawl_delay=crawl_delay, loopback=loopback)

    versions = HttpVersions.from_rows(publishers.http_versions(work.catalogue.connection))
    queues = HostQueues(
        ask if asking else None,
        delay=delay,
        clock=steady(work.clock),
        sleep=time.sleep,
        versions=versions,
        threads=settings.fetch.threads,
    )
    if worker is not None:
        queues.share(HostLeases(worker, lambda authority: delay(authority, None)))
    # A rest that a host asked for in an earlier run still holds.
    for url, until in work.frontier.paused_hosts(work.clock()):
        queues.rest(read_target(url).authority, until)
    readers = readers or ReaderPool(settings.read.workers or cpu_count() or 1, settings.read.deadline)
    try:
        with readers as pool:
            cataloguer = Cataloguer(work.catalogue, work.layout.warcs, pool)
            pipeline = Pipeline(work, cataloguer, queues, Learner(work, pool), pool)
            yield pipeline, queues
            # Otherwise leaving the block would wait for every page that is being read, up to a deadline each.
            if pipeline.broken_off:
                pool.give_up()
    finally:
        queues.close()
        # Also after an error: which HTTP version a host accepts is true however the run ended.
        with work.catalogue.transaction():
            publishers.remember_http_versions(work.catalogue.connection, versions.rows())
