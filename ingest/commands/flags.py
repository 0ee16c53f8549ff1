"""Flags that several verbs share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from db.reuse import Covers, Use
from ingest.asked import Asked
from ingest.choice import Choice

if TYPE_CHECKING:
    from db.identity import Span

Decorated = Callable[..., Any]


def packing(into: type[Any], name: str) -> Callable[[Decorated], Decorated]:
    """Hand the flags that are named as the fields of the dataclass *into* to the command as one value *name*."""

    def pack(command: Decorated) -> Decorated:
        @wraps(command)
        def packed(*given: Any, **flags: Any) -> Any:
            value = into(**{field.name: flags.pop(field.name) for field in fields(into)})
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
        if not re.search("[T ]", text):
            found = self.of_day(found)
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
        text = str(value).rpartition("@")[2]
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
    """Add --use and --non-commercial, and hand them to the command as one `Asked`, of the text."""

    @wraps(command)
    def packed(*given: Any, use: str, non_commercial: bool, **others: Any) -> Any:
        return command(*given, asked=Asked(Use(use), Covers.TEXT, not non_commercial), **others)

    names = [use.value for use in Use]
    wanted = click.option("--use", type=click.Choice(names), default=Use.REPUBLISH.value, help="republish by default.")
    free = click.option("--non-commercial", is_flag=True, help="Not for sale, without advertising, by no business.")
    return wanted(free(packed))
