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
    from ingest.cluster.workers import Workers
    from ingest.collection.collection import Layout
    from ingest.settings.values import Settings


Decorated = Callable[..., Any]

# More than anything that is counted, and two of them less than SQLite counts to.
_MOST = 1_000_000_000


def at_least(least: int) -> click.IntRange:
    """Return the type of a flag that says how many, *least* or more."""
    return click.IntRange(least, _MOST)


def looking(command: Decorated) -> Decorated:
    """Add --seconds: how long a whole text of somebody's is looked through."""
    flag = click.option(
        "--seconds",
        type=at_least(1),
        default=600,
        metavar="N",
        help="For a quotation, or a text to --check: look for so long at most, and say what was not looked at. "
        "600 by default.",
    )
    return flag(command)


def tell_passed(console: Console, count: int, seconds: int) -> None:
    """Say that *count* of what a text holds was not looked at, to the end at least, with so many *seconds* for all."""
    if count:
        console.talk(f"{count} not looked at to the end: give more time than --seconds {seconds}, or check it in parts")


@contextmanager
def workers_of(console: Console, address: str, folder: Path) -> Iterator[Workers]:
    """Yield the workers that --cluster names, who all see *folder*; say where a browser shows what they do.

    Raises:
        NoCluster: there are none, or they cannot do the work (usage).
    """
    from ingest.cluster.workers import workers_at
    from ingest.reading.version import stamp

    with workers_at(address, folder, stamp) as workers:
        if workers.page:
            console.talk(f"What each worker is at: {workers.page}")
        yield workers


# The items that a command line names, one by one; that there is none is said.


def chosen(console: Console, choice: Choice, catalogue: Catalogue) -> Iterator[Item | Tombstone]:
    """Yield the items of *choice*; say which were not held on that day, and that a query found nothing.

    Raises:
        Refused: as `Choice.items` does (usage).
    """
    found = False
    for item in choice.items(catalogue, console.absent):
        found = True
        yield item
    if not found:
        asked = "no item is held" if choice.query is None else f"nothing is found by {choice.query!r}"
        day = f" on {choice.at:%Y-%m-%d}" if choice.at else ""
        console.talk(f"{asked}{day}; `creditline search` tries a query")


def packing(into: type[Any], name: str) -> Callable[[Decorated], Decorated]:
    """Hand the flags that are named as the fields of the dataclass *into* to the command as one value *name*."""

    # click hands each flag over by its name. As one value those that belong together can be checked together, and a
    # command keeps a signature that can be read.
    def pack(command: Decorated) -> Decorated:
        @wraps(command)
        def packed(*given: Any, **flags: Any) -> Any:
            value = into(**{field.name: flags.pop(field.name) for field in dataclasses.fields(into)})
            return command(*given, **{name: value}, **flags)

        return packed

    return pack


def connecting(command: Decorated) -> Decorated:
    """Add --contact and --connect: who asks, and where hosts really are."""
    contact = click.option(
        "--contact", metavar="ADDRESS", help="Whom the people of the site can write to; kept in the settings."
    )
    connect = click.option(
        "--connect",
        multiple=True,
        metavar="HOST=ADDRESS:PORT",
        help="Connect to this address for HOST; the only way to a private address.",
    )
    return contact(connect(command))


def settings_for(layout: Layout, urls: list[str], *, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return the settings to visit *urls* with; what the flags add is written to the file.

    Makes the collection where there is none. Nothing is written before it is known that the visit may be made.

    Raises:
        Refused, BadSettings: see there.
    """
    from ingest.collection.collection import make, read_settings
    from ingest.settings.toml_file import amend
    from ingest.settings.values import Settings

    exists = layout.settings.exists()
    settings = read_settings(layout) if exists else Settings()
    # Before the collection is made or the file changed: a visit that is refused leaves nothing behind.
    changed = to_visit(urls, settings, contact, connect)
    if not exists:
        make(layout, changed)
    elif changed != settings:
        amend(layout.settings, settings, changed)
    return changed


def to_visit(urls: list[str], settings: Settings, contact: str | None, connect: tuple[str, ...]) -> Settings:
    """Return *settings* with what the flags say and a contact, which is asked for where nobody named one.

    Raises:
        Refused: *urls* must not be visited without a contact (settings).
    """
    from ingest.settings.values import need_contact, with_flags

    said = _ask_contact(with_flags(settings, contact=contact, connect=connect), urls)
    need_contact(said, urls)
    return said


def _ask_contact(settings: Settings, urls: list[str]) -> Settings:
    """Return *settings* with a contact, asked for on a terminal where a visit to *urls* needs one and none is set."""
    from ingest.settings.values import on_loopback

    # Only on a terminal: a script that is asked a question would wait for ever.
    if settings.contact or all(on_loopback(settings, url) for url in urls) or not sys.stdin.isatty():
        return settings
    said = click.prompt("Whom can the people of the site write to (sent with each request)", err=True)
    return dataclasses.replace(settings, contact=said)


class Moment(click.ParamType[datetime]):
    """A date or an instant; a day means its end, UTC."""

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
        # By how it is written: midnight that is spelt out means midnight.
        if not re.search("[T ]", text):
            found = self.of_day(found)
        # All in a collection is in UTC, and what is found must not hang on the zone of the machine that asks.
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def of_day(self, midnight: datetime) -> datetime:
        """Return the instant that a day means, as far as it is written alone."""
        return midnight.replace(hour=23, minute=59, second=59, microsecond=999_999)


class Beginning(Moment):
    """A date or an instant; a day means its beginning, UTC."""

    def of_day(self, midnight: datetime) -> datetime:
        return midnight


class EditionMoment(click.ParamType["Span"]):
    """A date, an instant, or the digits that an edition's id ends in."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        from db.identity import Span, parse_time

        if isinstance(value, Span):
            return value
        # A whole id may be pasted: before the @ stands the item, which is named already.
        text = str(value).rpartition("@")[2]
        # Whole seconds, or with microseconds where two editions were opened within one.
        if len(text) not in (14, 20) or not text.isdigit():
            moment = Moment().convert(value, param, ctx)
            return Span(moment, moment)
        found = parse_time(text)
        if found is None:
            self.fail(f"{value!r} is no time of an edition", param, ctx)
        return found


def choosing(command: Decorated) -> Decorated:
    """Add ITEM arguments, -q QUERY, --all and --at DATE, and hand them to the command as one `Choice`."""

    @wraps(command)
    def packed(
        *given: Any, items: tuple[str, ...], query: str | None, everything: bool, at: datetime | None, **others: Any
    ) -> Any:
        return command(*given, choice=Choice(items, query, everything, at), **others)

    named = click.argument("items", nargs=-1, metavar="[ITEM]...")
    searched = click.option("-q", "query", metavar="QUERY", help="All hits of a search.")
    every = click.option("--all", "everything", is_flag=True, help="Every item.")
    moment = click.option("--at", type=Moment(), metavar="DATE", help="As it stood on that day.")
    return named(searched(every(moment(packed))))


def asking(command: Decorated) -> Decorated:
    """Add --use and --non-commercial, and hand them to the command as one `IntendedUse`, of the text."""

    @wraps(command)
    def packed(*given: Any, use: str, non_commercial: bool, **others: Any) -> Any:
        return command(*given, asked=IntendedUse(Use(use), Covers.TEXT, not non_commercial), **others)

    names = [use.value for use in Use]
    wanted = click.option("--use", type=click.Choice(names), default=Use.REPUBLISH.value, help="republish by default.")
    free = click.option("--non-commercial", is_flag=True, help="Not for sale, without advertising, by no business.")
    return wanted(free(packed))


# Where a verb writes what it hands on: a place that is free, and no part of a collection.

_FOLDERS = ("warcs", "damaged")
# What is in the folder of a collection, whichever: an output never takes the place of it.
_FILES = ("creditline.toml", "run.lock", *(f"catalogue.db{end}" for end in ("", "-wal", "-shm", "-journal")))


def free(output: Path, *, replace: bool) -> None:
    """Refuse an output that would be lost, or lost in: something that is there, a part of a collection.

    Raises:
        Refused: with what to do instead (usage).
    """
    if not output.absolute().parent.is_dir():
        raise Refused(f"there is no folder {output.parent}", "make it first, or name another output", Exit.USAGE)
    # Where it really lies, and where it seems to: a link into a collection is as bad as a path.
    held = _held_by(Path(os.path.realpath(output))) or _held_by(output.absolute())
    if held is not None:
        raise Refused(f"{output} is or lies in {held} of a collection", "name another output, elsewhere", Exit.USAGE)
    if os.path.lexists(output) and (not replace or output.is_dir()):
        hint = "name another output" + ("" if output.is_dir() else ", or add --replace")
        raise Refused(f"{output} is there already", hint, Exit.USAGE)


def _held_by(output: Path) -> str | None:
    """Return what of a collection *output* is or lies in; None where it is free of any."""
    for folder in output.parents:
        if not any((folder / name).exists() for name in ("creditline.toml", "catalogue.db")):
            continue
        first = output.relative_to(folder).parts[0]
        if first in _FOLDERS or (first in _FILES and output.parent == folder):
            return first
    return None


# The tombstone: what stands in the place of an item that is withheld, in every verb that would show it.


def tell_withheld(console: Console, item: Tombstone, *, aside: bool = False) -> None:
    """Say that *item* is withheld, since when and why, and nothing else of it; *aside* where something else than a
    notice is printed: a line to paste, a file of another format.
    """
    since = item.since
    if console.as_json:
        console.out_json({"id": item.id, "withheld": item.reason, "since": since.isoformat() if since else None})
        return
    tell = console.talk if aside else console.out
    tell(f"{item.id}  withheld{f' since {since:%Y-%m-%d}' if since else ''}: {item.reason}")
