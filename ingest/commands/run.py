"""`creditline run`: visit what the publishers have."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import packing, settings_for
from ingest.progress import counted

if TYPE_CHECKING:
    from ingest.cli.signals import Stop
    from ingest.collection.collection import Layout
    from ingest.crawl.report import Report
    from ingest.crawl.run import Order
    from ingest.settings.values import PublisherOptions, Settings


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The flags that choose what is visited."""

    limit: int | None
    only: str | None
    due_only: bool
    whole: bool
    dry: bool
    worker: Path | None
    fold: bool

    @property
    def order(self) -> Order:
        """The order for a run that these flags describe."""
        from ingest.crawl.run import Order

        return Order(limit=self.limit, only=self.page, due_only=self.due_only, whole=self.whole, dry=self.dry)

    @property
    def page(self) -> str | None:
        """The single page to visit, as `save` understands it: browsers show addresses without their scheme."""
        return f"https://{self.only}" if self.only and "://" not in self.only else self.only


@click.command(cls=Verb)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Visit at most N pages.")
@click.option("--only", metavar="URL", help="Visit only this page.")
@click.option("--due", "due_only", is_flag=True, help="Visit only what is due on the schedule.")
@click.option(
    "--all", "whole", is_flag=True, help="Visit every known page, including those that lists say are unchanged."
)
@click.option("--dry-run", "dry", is_flag=True, help="Look for pages and say how many there are, but visit none.")
@click.option(
    "--worker",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Share the visits with workers on other machines.",
)
@click.option("--fold", is_flag=True, help="Visit nothing; add what workers stored to the catalogue.")
@click.option("--contact", metavar="ADDRESS", help="Your mail address or web page, for the owners of the site.")
@packing(RunOptions, "wanted")
@click.pass_obj
def command(console: Console, wanted: RunOptions, contact: str | None) -> None:
    """Visit the publishers' pages, newest first, following sitemaps, feeds and links within their sites. All publishers
    are visited at the same time. If a publisher's lists say when its texts changed, unchanged ones are not visited
    before they are due. A run that was stopped or killed continues where it stopped. A host that fails five times in a
    row is "left alone" until the next run; one that asks for a longer rest (Retry-After), until that is over. If stdout
    is not a terminal, each page and the summary are one JSON object per line.

    With --worker, several machines that see the collection under the same path share its publishers: no two of them
    ask the same host, and if a worker dies, another takes over its work. FOLDER belongs to this worker only, on a disk
    of its machine. --fold then adds what they stored to the catalogue.
    """
    from archive.errors import Refused
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, read_settings

    layout = Layout(console.directory)
    publishers = read_settings(layout).publishers
    urls = [options.url for options in publishers]
    if not urls:
        raise Refused("no publisher is set", "add one: creditline add https://example.org/", Exit.SETTINGS)
    if wanted.page is not None:
        _check_scope(wanted.page, publishers)
    # Pass every publisher, even if only one page is visited: a contact given here is saved in the settings for the next
    # run.
    settings = settings_for(layout, urls, contact=contact, connect=())
    with stopping() as stop:
        if wanted.fold:
            report = _fold(console, layout, settings, stop)
        elif wanted.worker is not None:
            report = _share(console, _with_worker_folder(layout, wanted.worker), settings, wanted.order, stop)
        else:
            report = perform(console, layout, settings, wanted.order, stop)
    tell(console, report)
    # Raise after the summary: what was done counts, even if a full disk ended the run.
    if report.full is not None:
        raise report.full
    sys.exit(stop.code or code_of(report))


def _check_scope(url: str, publishers: Sequence[PublisherOptions]) -> None:
    """Refuse a page that no publisher of the collection has in scope, before any request."""
    from archive.errors import Refused
    from ingest.crawl.run_setup import scope_of

    decisions = [scope_of(options).admits(url) for options in publishers]
    if not any(decision.admitted for decision in decisions):
        raise Refused(
            f"{url} is not a page of these publishers: {decisions[0].because}",
            f"keep it all the same: creditline save {url}",
            Exit.USAGE,
        )


def perform(console: Console, layout: Layout, settings: Settings, order: Order, stop: Stop) -> Report:
    """Open the collection, carry out *order*, and show its progress."""
    from ingest.collection.collection import open_for_work
    from ingest.crawl.erased_page import refuse_erased
    from ingest.crawl.run import Run
    from ingest.crawl.run_setup import visiting

    with open_for_work(layout, settings) as work, visiting(work) as (pipeline, queues):
        if order.only is not None:
            refuse_erased(work, [order.only])
        # Print this before the first visit: what a killed run left explains where this one begins.
        for remark in work.remarks():
            console.talk(remark)
        with console.progress("Visiting") as progress:
            return Run(work, pipeline, queues, progress, stop).go(order)


def _with_worker_folder(layout: Layout, folder: Path) -> Layout:
    """Return *layout* with the worker's own *folder*, which is created if it is missing.

    Raises:
        Refused: the folder is in the collection, or contains another (usage): one catalogue would be taken for another.
        DiskFailed: it cannot be created.
    """
    from archive.errors import DiskFailed, Refused
    from ingest.collection.collection import Layout

    own = Layout(layout.directory, folder)
    hint = "name a folder of this worker's own, elsewhere on a disk of its machine: its catalogue will lie there"
    if folder.resolve().is_relative_to(layout.directory.resolve()):
        raise Refused(f"{folder} is inside the collection itself", hint, Exit.USAGE)
    if Layout(folder).settings.exists():
        raise Refused(f"{folder} holds a collection", hint, Exit.USAGE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskFailed(folder, error) from error
    return own


def _share(console: Console, layout: Layout, settings: Settings, order: Order, stop: Stop) -> Report:
    """Visit what is assigned to this worker, until some worker has visited every publisher."""
    from ingest.collection.collection import now, open_for_work
    from ingest.collection.run_lock import FILE_NAME, Locked, holder
    from ingest.crawl.publisher_shares import registered_worker, shares_for
    from ingest.crawl.run_setup import visiting
    from ingest.crawl.shared_run import SharedRun
    from ingest.erasure.order import delete_if_erased

    # The lease lasts longer than the open collection: its files are finished before others take what was given back.
    with registered_worker(layout, settings) as worker:
        # A run on one machine may ask any host. It checks for workers after taking its lock, and a worker checks for
        # that lock after becoming visible, so if both start together, at least one sees the other.
        if held := holder(layout.directory):
            raise Locked(layout.directory / FILE_NAME, held)
        delete_if_erased(layout, clock=now)
        with (
            open_for_work(layout, settings) as work,
            visiting(work, worker=worker) as (pipeline, queues),
            console.progress("Visiting") as progress,
        ):
            run = SharedRun(work, pipeline, queues, progress, lambda: stop() or worker.lost)
            report = run.share(order, shares_for(work, worker))
    if worker.lost:
        report.stopped = "others, who took this worker for dead"
    return report


def _fold(console: Console, layout: Layout, settings: Settings, stop: Stop) -> Report:
    """Adopt what workers stored, and read it."""
    from ingest.collection.collection import open_for_work
    from ingest.crawl.run_setup import visiting
    from ingest.crawl.shared_run import SharedRun

    # Opening the collection adds rows for everything in the files.
    with (
        open_for_work(layout, settings) as work,
        visiting(work, asking=False) as (pipeline, queues),
        console.progress("Reading") as progress,
    ):
        return SharedRun(work, pipeline, queues, progress, stop).fold()


def tell(console: Console, report: Report) -> None:
    """Print the summary: lines for a person, otherwise one JSON object."""
    # Quiet is for cron: print nothing unless something needs attention.
    if console.quiet and not (report.tally.trouble or report.changes or report.unreached or report.shrunk):
        return
    if console.lines:
        summary = {"event": "summary", **report.summary(), "left": report.left, "stopped": report.stopped}
        console.out_json(summary)
        return
    if report.would_visit is not None:
        for event in report.unreached:
            console.out(_unreached(event))
        return
    console.advise("\n".join(["Run done", *report.tally.lines()]))
    if report.coverage:
        from ingest.crawl.coverage import line

        console.out("\n".join(f"  {line(one)}" for one in report.coverage))
        console.advise("".join(f"  ! {remark}\n" for remark in report.remarks).rstrip("\n")) if report.remarks else None
    if report.changes:
        from db.query.terms_history import change_line

        console.out("\n".join(f"  ! {change_line(change)}" for change in report.changes))
        console.talk("  what went and what came: creditline terms --changes")
    if report.lapsed:
        from ingest.commands.wordings_text import lapsed_lines

        console.out("\n".join(f"  ! {line.lstrip()}" for one in report.lapsed for line in list(lapsed_lines(one))[:1]))
        console.talk("  look at what is printed now, and decide on it: creditline review --terms")
    _tell_what_is_left(console, report)
    console.talk("Next: creditline search WORDS, creditline status, creditline verify")


def _tell_what_is_left(console: Console, report: Report) -> None:
    """Print which files that pages need were stored, and what limits, budgets or a signal left to the next run."""
    for what, count in (("kept", report.requisites), ("left to the next run", report.wanting)):
        if count:
            console.out(f"  files that pages need for display: {sum(count.values())} {what}")
    for publisher, spent in report.budgets.items():
        console.out(
            f"  left by the budget of {spent['budget']} of {publisher}: {counted(int(str(spent['left'])), 'page')}"
        )
    if report.cut:
        more = ", ".join(report.cut)
        console.out(f"  more than one run takes: {more}: {counted(report.left, 'page')} left; the next run goes on")
    if report.stopped:
        console.out(f"  stopped by {report.stopped}: {counted(report.left, 'page')} left; run again to go on")


def _unreached(event: dict[str, object]) -> str:
    """Return lines about what a dry run could not fetch, and what to do about it."""
    why = ": ".join(str(event[part]) for part in ("outcome", "reason", "detail") if part in event)
    return f"  ! {event['url']}: {why}" + (f"\n    {event['hint']}" if event.get("hint") else "")


def code_of(report: Report) -> Exit:
    """Return the exit code for a report."""
    # Check this first: a run in which no page could be stored is a failure, whatever stopped it.
    if report.tally.visits and not report.tally.captured:
        return Exit.NOTHING
    if report.unreached:
        return Exit.ATTENTION
    if report.stopped or report.cut:
        return Exit.LIMIT
    looks = report.tally.trouble or report.changes or report.lapsed or report.shrunk
    return Exit.ATTENTION if looks else Exit.DONE
