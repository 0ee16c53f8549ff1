"""`creditline coverage`: compare what publishers name with what is held; list what is missing, by class."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from archive.errors import Exit
from db.model.coverage import LISTED, NAMED, Missing, Source, class_in_words, counts_in_words
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.commands.flags import at_least

if TYPE_CHECKING:
    from db.catalogue import Catalogue
    from db.model.item import Publisher
    from db.query.coverage import Count, Coverage

# What the counts show can be typed, and so can the value in JSON.
_CLASSES = {class_in_words(one.value): one.value for one in Missing} | {one.value: one.value for one in Missing}
_DISPLACED = "displaced"
# Sources that name texts whether a page links to them or not.
_ALL = {NAMED[one] for one in (Source.SITEMAP, Source.FEED, Source.REST)}
_COMPLETE = {NAMED[one] for one in LISTED}


@click.command(cls=Verb)
@click.option("--publisher", metavar="ID", help="Only this publisher.")
@click.option(
    "--list",
    "wanted",
    type=click.Choice([*_CLASSES, _DISPLACED]),
    metavar="CLASS",
    help="List what is missing in this class, or the held texts that are displaced.",
)
@click.option(
    "-n", "limit", type=at_least(1), metavar="N", help="With --list: list N; all by default, 100 on a terminal."
)
@click.pass_obj
def command(console: Console, publisher: str | None, wanted: str | None, limit: int | None) -> None:
    """Compare what each publisher lists in sitemaps, feeds, its REST interface, archives and links with what is held,
    and count what is missing by class: not visited yet, not read yet, failed, needs a login or a browser, refused by
    robots.txt, gone, too large, unread, kind not kept, other host, out of scope, trap. Texts are displaced that are
    held but no longer whole at their addresses, though no answer says that they are gone. Exit code 3 if something is
    missing that a person can repair.
    """
    from archive.errors import Refused
    from ingest.collection.collection import Layout, open_for_reading, read_settings
    from ingest.settings.values import publisher_of

    layout = Layout(console.directory)
    publishers = [publisher_of(options) for options in read_settings(layout).publishers]
    if publisher is not None:
        # From the settings and not from the catalogue: a publisher no longer collected is not missed.
        ids = ", ".join(one.id for one in publishers) or "none"
        publishers = [one for one in publishers if one.id == publisher]
        if not publishers:
            raise Refused(
                f"there is no publisher {publisher!r} in the settings",
                f"known are {ids}; what is only held, as from an import, has no lists to compare it with",
                Exit.USAGE,
            )
    with open_for_reading(layout) as catalogue:
        if wanted == _DISPLACED:
            _list_displaced(console, catalogue, publishers, console.most(limit))
            return
        if not publishers:
            console.talk("no publisher is collected, so no lists say what is missing: creditline add URL adds one")
            return
        if wanted is not None:
            _list(console, catalogue, publishers, _CLASSES[wanted], console.most(limit))
            return
        looks = _count(console, catalogue, publishers)
    sys.exit(Exit.ATTENTION if looks else Exit.DONE)


def _count(console: Console, catalogue: Catalogue, publishers: Sequence[Publisher]) -> list[str]:
    from db import runs
    from ingest.crawl.coverage import covered, remarks

    # The newest run that counted, because not every run does.
    last = next((run for run in runs.every(catalogue.connection) if "census" in run.summary), None)
    seen = last.summary["census"] if last is not None else {}
    looks = [
        remark
        for one in publishers
        # The remarks of the last run that are still true: a host added since is no longer mentioned.
        for remark in remarks(
            catalogue,
            one,
            publishers,
            seen.get(one.id) if isinstance(seen, dict) else None,
            since=last.started if last is not None else None,
        )
    ]
    budgets = _left_by_budgets(catalogue)
    for found in covered(catalogue, publishers):
        spent = budgets.get(found.publisher)
        if console.as_json:
            about = [look for look in looks if look.startswith(f"{found.publisher}:")]
            console.out_json({**found.as_json(), "attention": about} | ({"budget": spent} if spent else {}))
        else:
            told = (
                [f"  budget      {spent['left']} pages left by that of {spent['budget']}; the next run goes on"]
                if spent
                else []
            )
            console.advise("\n".join([*_lines(found), *told]))
    if not console.as_json:
        console.advise("".join(f"  ! {look}\n" for look in looks).rstrip("\n")) if looks else None
        console.talk("what is missing, one by one: creditline coverage --list CLASS")
    return looks


def _left_by_budgets(catalogue: Catalogue) -> Mapping[str, Mapping[str, object]]:
    """Return, by publisher, which budget the newest run used up, and how many pages it left."""
    from db import runs

    last = next((run for run in runs.every(catalogue.connection) if run.kind == "run"), None)
    told = last.summary.get("budgets") if last is not None else None
    return told if isinstance(told, dict) else {}


def _lines(found: Coverage) -> list[str]:
    """Return the counts of a publisher as lines: in all, by source, by class, and by language."""
    if not found.whole.named:
        return [f"{found.publisher}: nothing is known to be named: creditline run"]
    lines = [f"{found.publisher}: {_counts(found.whole)}"]
    lines += [f"  named by    {_places(found.whole)}"] if found.whole.sources else []
    if found.forgotten:
        why = "the catalogue was made again since they were read"
        lines.append(f"  lists       {why}, so what is missing is not known: creditline run")
    elif not _ALL & found.whole.sources.keys():
        lines.append("  lists       no sitemap, feed or interface is known: what no page links to is not found")
    elif not _COMPLETE & found.whole.sources.keys():
        lines.append("  lists       only feeds are known, which may lack older texts: they are found only by links")
    if found.whole.missing:
        lines.append(f"  missing     {counts_in_words(found.whole.missing, ' · ')}")
    if len(found.languages) > 1:
        for code, count in found.languages.items():
            missing = counts_in_words(count.missing)
            lines.append(f"  {code or 'not stated':<12}{_counts(count)}" + (f" ({missing})" if missing else ""))
    return lines


def _counts(count: Count) -> str:
    missing = sum(count.missing.values())
    others = count.named - count.held - missing
    return f"named {count.named} · held {count.held} · without a text of their own {others} · missing {missing}"


def _places(count: Count) -> str:
    return " · ".join(
        f"{name} {number}" + (f" (missing {count.missing_of[name]})" if count.missing_of[name] else "")
        for name, number in sorted(count.sources.items(), key=lambda pair: -pair[1])
    )


def _list(
    console: Console, catalogue: Catalogue, publishers: Sequence[Publisher], wanted: str, most: int | None
) -> None:
    """Print addresses that are missing in the class *wanted*, at most *most*, with the reason and who names them."""
    from archive.http.failure import reason_in_words
    from db.query.coverage import missing

    number = 0
    for publisher in publishers:
        for one in missing(catalogue.connection, publisher.id, wanted, publisher.languages):
            number += 1
            if most is not None and number > most:
                continue
            named = ", ".join(one.sources) or one.via or ""
            if console.as_json:
                values = (
                    one.publisher,
                    one.url,
                    one.status.value,
                    one.because,
                    list(one.sources),
                    one.language,
                    one.via,
                )
                names = ("publisher", "url", "class", "because", "named_by", "language", "via")
                console.out_json(dict(zip(names, values, strict=True)))
            else:
                console.out(f"{one.url}\n    {reason_in_words(one.because)}; named by {named}")
    console.talk(f"{number} {'address' if number == 1 else 'addresses'}: {class_in_words(wanted)}")
    _say_more(console, number, most)


def _say_more(console: Console, number: int, most: int | None) -> None:
    if most is not None and number > most:
        console.talk(f"  only {most} are listed; more with -n N")


def _list_displaced(console: Console, catalogue: Catalogue, publishers: Sequence[Publisher], most: int | None) -> None:
    """Print the texts that are no longer whole at their addresses, at most *most*, with what is there instead."""
    from db.query.displaced import displaced

    number = 0
    for publisher in publishers:
        for one in displaced(catalogue.connection, publisher.id):
            number += 1
            if most is not None and number > most:
                continue
            if console.as_json:
                values = (publisher.id, one.url, _DISPLACED, one.because, one.item, one.since)
                console.out_json(
                    dict(zip(("publisher", "url", "class", "because", "item", "since"), values, strict=True))
                )
            else:
                console.out(f"{one.url}\n    {one.item}; since {one.since[:10]}: {one.because}")
    texts = "text" if number == 1 else "texts"
    console.talk(f"{number} {texts}: no longer whole at their addresses; what was kept stays")
    _say_more(console, number, most)
