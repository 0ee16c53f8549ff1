"""Flags that several verbs share."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import Exit, Refused
from db.model.terms import Covers, IntendedUse, Use
from ingest.cli.console import Console
from ingest.collection.item_choice import Choice

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.identity import Span
    from db.model.item import Item, Tombstone
    from ingest.cataloguing.cluster_workers import Workers
    from ingest.collection.collection import Layout
    from ingest.settings.values import Settings


Decorated = Callable[..., Any]

# More than anything counted here, and twice this still fits into SQLite's integers.
_MOST = 1_000_000_000


def at_least(least: int) -> click.IntRange:
    """Return the type of a numeric flag with the minimum *least*."""
    return click.IntRange(least, _MOST)


def seconds_option(command: Decorated) -> Decorated:
    """Add --seconds: how long the user's text is checked."""
    flag = click.option(
        "--seconds",
        type=at_least(1),
        default=600,
        metavar="N",
        help="Search for a quotation, or check a text, for at most N seconds, and say what is left; 600 by default.",
    )
    return flag(command)


def report_unchecked(console: Console, count: int, seconds: int) -> None:
    """Say that *count* passages were not checked to the end within *seconds* seconds."""
    if count:
        console.talk(f"{count} not looked at to the end: give more time than --seconds {seconds}, or check it in parts")


@contextmanager
def workers_of(console: Console, address: str, folder: Path) -> Iterator[Workers]:
    """Yield the workers at --cluster, all of which can read *folder*; print the address of their status page.

    Raises:
        NoCluster: there are none, or they cannot do the work (usage).
    """
    from ingest.cataloguing.cluster_workers import workers_at
    from ingest.reading.version import stamp

    with workers_at(address, folder, stamp) as workers:
        if workers.page:
            console.talk(f"What each worker is at: {workers.page}")
        yield workers


# The items named on a command line; says so if there are none.


def chosen(console: Console, choice: Choice, catalogue: Catalogue, *, bare: bool = False) -> Iterator[Item | Tombstone]:
    """Yield the items of *choice* (*bare*: as in `held_items.by_ids`); say which were not held on that day, or that a
    query found nothing.

    Raises:
        Refused: as for `Choice.items` (usage).
    """
    found = False
    for item in choice.items(catalogue, console.say_not_held, bare=bare):
        found = True
        yield item
    if not found:
        asked = "no item is held" if choice.query is None else f"nothing is found by {choice.query!r}"
        day = f" on {choice.at:%Y-%m-%d}" if choice.at else ""
        console.talk(f"{asked}{day}; `creditline search` tries a query")


def packing(into: type[Any], name: str) -> Callable[[Decorated], Decorated]:
    """Pass the flags named like the fields of the dataclass *into* to the command as one argument *name*."""

    # click passes each flag as a separate argument. As one value, flags that belong together can be checked together,
    # and the command's signature stays readable.
    def pack(command: Decorated) -> Decorated:
        @wraps(command)
        def packed(*given: Any, **flags: Any) -> Any:
            value = into(**{field.name: flags.pop(field.name) for field in dataclasses.fields(into)})
            return command(*given, **{name: value}, **flags)

        return packed

    return pack


def contact_options(command: Decorated) -> Decorated:
    """Add --contact and --connect: who asks, and where hosts really are."""
    contact = click.option(
        "--contact",
        metavar="ADDRESS",
        help="Your mail address or web page, for the owners of the site; saved in the settings.",
    )
    connect = click.option(
        "--connect",
        multiple=True,
        metavar="HOST=ADDRESS:PORT",
        help="Connect to this address for HOST; the only way to a private address.",
    )
    return contact(connect(command))


def settings_for(layout: Layout, urls: list[str], *, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return the settings for visiting *urls*; what the flags add is written to the settings file.

    Makes the collection if there is none. Writes nothing before it is certain that the visit is allowed.

    Raises:
        Refused, BadSettings: as in the functions called.
    """
    from ingest.collection.collection import make, read_settings
    from ingest.settings.toml_file import amend
    from ingest.settings.values import Settings

    exists = layout.settings.exists()
    settings = read_settings(layout) if exists else Settings()
    # Check before the collection is made or the file changed: a refused visit leaves nothing behind.
    changed = to_visit(urls, settings, contact, connect)
    if not exists:
        make(layout, changed)
    elif changed != settings:
        amend(layout.settings, settings, changed)
    return changed


LOOKING = "Looking at {}: robots.txt, lists of pages, terms; with a pause between requests ..."
"""What a person is told who waits for the first look at a site."""


def to_visit(urls: list[str], settings: Settings, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return *settings* with the flags applied, and with a contact, for which a person is asked if there is none.

    Raises:
        Refused: *urls* must not be visited without a contact (settings).
    """
    from ingest.settings.values import require_contact, with_flags

    said = _ask_contact(with_flags(settings, contact=contact, connect=connect), urls)
    require_contact(said, urls)
    return said


def _ask_contact(settings: Settings, urls: list[str]) -> Settings:
    """Return *settings* with a contact; ask for one on a terminal if visiting *urls* needs one and none is set."""
    from ingest.settings.values import on_loopback

    # Ask only on a terminal: a script would wait for ever.
    if settings.contact or all(on_loopback(settings, url) for url in urls) or not sys.stdin.isatty():
        return settings
    said = click.prompt("Whom can the people of the site write to (sent with each request)", err=True)
    return dataclasses.replace(settings, contact=said)


class Moment(click.ParamType[datetime]):
    """A date or an instant; a day means its end, in UTC."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            known = "2023-04-24, or 2023-04-24T10:00 in UTC, or with +02:00 behind it"
            self.fail(f"{text!r} is no date; write it as {known}", param, ctx)
        # Decide by the notation: an explicit midnight means midnight.
        if not re.search("[T ]", text):
            found = self.of_day(found)
        # Everything in a collection is in UTC; results must not depend on the time zone of this machine.
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def of_day(self, midnight: datetime) -> datetime:
        """Return the instant that a date without a time means."""
        return midnight.replace(hour=23, minute=59, second=59, microsecond=999_999)


class Beginning(Moment):
    """A date or an instant; a day means its beginning, in UTC."""

    def of_day(self, midnight: datetime) -> datetime:
        return midnight


class EditionMoment(click.ParamType["Span"]):
    """A date, an instant, or the digits at the end of an edition's id."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        from db.identity import Span, parse_time

        if isinstance(value, Span):
            return value
        # People may paste a whole id: the part before the @ is the item, which is already named.
        text = str(value).rpartition("@")[2]
        # Whole seconds, or microseconds if two editions were opened within one second.
        if len(text) not in (14, 20) or not text.isdigit():
            moment = Moment().convert(value, param, ctx)
            return Span(moment, moment)
        found = parse_time(text)
        if found is None:
            self.fail(f"{value!r} is no time of an edition", param, ctx)
        return found


def item_options(command: Decorated) -> Decorated:
    """Add ITEM arguments, -q QUERY, --all and --at DATE, and pass them to the command as one `Choice`."""

    @wraps(command)
    def packed(
        *given: Any, items: tuple[str, ...], query: str | None, everything: bool, at: datetime | None, **others: Any
    ) -> Any:
        return command(*given, choice=Choice(items, query, everything, at), **others)

    named = click.argument("items", nargs=-1, metavar="[ITEM]...")
    searched = click.option("-q", "query", metavar="QUERY", help="All hits of a search.")
    every = click.option("--all", "everything", is_flag=True, help="Every item.")
    moment = click.option("--at", type=Moment(), metavar="DATE", help="As of that day.")
    return named(searched(every(moment(packed))))


def use_options(command: Decorated) -> Decorated:
    """Add --use and --non-commercial, and pass them to the command as one `IntendedUse` of the text."""

    @wraps(command)
    def packed(*given: Any, use: str, non_commercial: bool, **others: Any) -> Any:
        return command(*given, asked=IntendedUse(Use(use), Covers.TEXT, not non_commercial), **others)

    names = [use.value for use in Use]
    wanted = click.option("--use", type=click.Choice(names), default=Use.REPUBLISH.value, help="republish by default.")
    free = click.option(
        "--non-commercial", is_flag=True, help="Not for sale, without advertising, and not by a business."
    )
    return wanted(free(packed))


# Where a verb may write its output: not over something, and not into a part of a collection.

_FOLDERS = ("warcs", "damaged")
# The files in the folder of any collection: an output never replaces one of them.
_CATALOGUE = (f"catalogue.db{end}" for end in ("", "-wal", "-shm", "-journal"))
_FILES = ("creditline.toml", "run.lock", "service.lock", *_CATALOGUE)


def free(output: Path, *, replace: bool) -> None:
    """Refuse an output that would replace something, be inside a part of a collection, or be called "-", by which many
    mean standard output.

    Raises:
        Refused: with a hint what to do instead (usage).
    """
    if str(output) == "-":
        raise Refused('"-" is no file', "leave -o out to write to standard output, or name a file", Exit.USAGE)
    if not output.absolute().parent.is_dir():
        raise Refused(f"there is no folder {output.parent}", "make it first, or name another output", Exit.USAGE)
    # Check both the real path and the given one: a link into a collection is as bad as a direct path.
    held = _held_by(Path(os.path.realpath(output))) or _held_by(output.absolute())
    if held is not None:
        raise Refused(
            f"{output} is, or is inside, {held} of a collection", "name another output, elsewhere", Exit.USAGE
        )
    if os.path.lexists(output) and (not replace or output.is_dir()):
        hint = "name another output" + ("" if output.is_dir() else ", or add --replace")
        raise Refused(f"{output} already exists", hint, Exit.USAGE)


def _held_by(output: Path) -> str | None:
    """Return the part of a collection that *output* is or is in; None if there is none."""
    for folder in output.parents:
        if not any((folder / name).exists() for name in ("creditline.toml", "catalogue.db")):
            continue
        first = output.relative_to(folder).parts[0]
        if first in _FOLDERS or (first in _FILES and output.parent == folder):
            return first
    return None


# The tombstone: every verb shows it instead of a withheld item.


def tell_withheld(console: Console, item: Tombstone, *, aside: bool = False) -> None:
    """Say that *item* is withheld, since when and why, but nothing else about it.

    With *aside*, say it on stderr, because stdout is for something else: a line to paste, or a file.
    """
    since = item.since
    if console.as_json:
        console.out_json({"id": item.id, "withheld": item.reason, "since": since.isoformat() if since else None})
        return
    tell = console.talk if aside else console.out
    tell(f"{item.id}  withheld{f' since {since:%Y-%m-%d}' if since else ''}: {item.reason}")
