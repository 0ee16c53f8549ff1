"""`creditline save`: save pages now, and print what is known about each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from archive.http.failure import reason_in_words
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import contact_options, settings_for
from ingest.progress import counted

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from ingest.crawl.save import Saved


@click.command(cls=Verb)
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--list",
    "listing",
    # Editors on Windows begin a file with a byte order mark.
    type=click.File("r", encoding="utf-8-sig", errors="replace"),
    metavar="FILE",
    help="Read URLs from a file, one per line; # begins a comment, - is standard input.",
)
@contact_options
@click.pass_obj
def command(
    console: Console, urls: tuple[str, ...], listing: object, contact: str | None, connect: tuple[str, ...]
) -> None:
    """Save pages now, and print for each its title, author, date, terms with the words that state them, credit line and
    citation. If no terms page of the publisher is held, up to three terms pages that a page links to are saved, too.
    Makes a collection in the current folder (or -C DIR) if there is none.
    """
    from archive.errors import Refused
    from ingest.cli.signals import stopping
    from ingest.collection.collection import Layout, open_for_work
    from ingest.crawl.run_setup import visiting
    from ingest.crawl.save import save

    named = [*urls, *(line.strip() for line in listing or ())]  # type: ignore[attr-defined]  # click gives a file
    # People's lists contain empty lines and comments.
    named = [url if "://" in url else f"https://{url}" for url in named if url and not url.startswith("#")]
    for url in named:
        if "\ufffd" in url:
            raise Refused(f"{url!r} is not UTF-8 text", "write the list in UTF-8, one URL a line", Exit.USAGE)
    if not named:
        raise Refused("no URL is named", "creditline save https://example.org/article", Exit.USAGE)
    layout = Layout(Path(console.directory))
    settings = settings_for(layout, named, contact=contact, connect=connect)
    telling = PageReporter(console)
    try:
        with stopping() as stop, open_for_work(layout, settings, command="save") as work:
            telling.catalogue = work.catalogue
            for remark in work.remarks():
                console.talk(remark)
            console.wait(f"Visiting {counted(len(named), 'page')}, with a pause between requests ...")
            with visiting(work) as (pipeline, _):
                save(work, pipeline, named, notify=telling.tell, stopped=stop)
    finally:
        # Also after an interruption: what was saved until then stays.
        telling.finish()
    sys.exit(stop.code or telling.code)


class PageReporter:
    """Prints the result for each page as it is finished, and counts."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.catalogue: Catalogue | None = None
        self.kept = self.failed = 0

    def tell(self, saved: Saved) -> None:
        """Print one page."""
        assert self.catalogue is not None, "pages are saved while the collection is open"
        stone = self.catalogue.tombstone(saved.item) if saved.item else None
        if stone is not None:
            from ingest.commands.flags import tell_withheld

            # The page was saved, though nothing of it may be shown; that is not a failure.
            self.kept += 1
            tell_withheld(self.console, stone)
            return
        # Decide by what the catalogue holds, not by the outcome: an unchanged page was saved, too.
        item = self.catalogue.item(saved.item) if saved.item else None
        if item is None:
            self.failed += 1
            why = saved.failed
            if self.console.as_json:
                self.console.out_json({"url": saved.url, "outcome": saved.word, "reason": why and why.reason})
            elif why is not None:
                reason = reason_in_words(why.reason)
                self.console.talk(f"not saved: {saved.url}\n  {reason}: {why.detail}\n  {why.hint}")
            return
        self.kept += 1
        if self.console.as_json:
            from ingest.cli.item_text import as_json

            self.console.out_json({"url": saved.url, "outcome": saved.word, "item": as_json(item)})
        elif not self.console.quiet:
            from db.citation import biblatex
            from ingest.cli.item_text import brief

            if saved.word != "new":
                self.console.talk(f"{saved.word}: {saved.url}")
            self.console.out("\n".join([*brief(item), "", biblatex.one(item).rstrip(), ""]))

    def finish(self) -> None:
        """Say how many were saved, and what to do next."""
        if self.kept:
            self.console.talk(f"{self.kept} kept, {self.failed} not. Next: creditline search WORDS, creditline verify")

    @property
    def code(self) -> Exit:
        """The exit code: nothing saved, some failed, or done."""
        if not self.kept:
            return Exit.NOTHING
        return Exit.ATTENTION if self.failed else Exit.DONE
