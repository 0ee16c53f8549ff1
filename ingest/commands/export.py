"""`creditline export`: export items, or the whole collection, for use elsewhere."""

from __future__ import annotations

import importlib
import sys
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from archive.errors import Exit, Refused
from db.model.item import Grade
from db.model.terms import IntendedUse
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb
from ingest.collection.item_choice import Choice
from ingest.commands.flags import free, item_options, packing, use_options
from ingest.progress import counted

if TYPE_CHECKING:
    from ingest.collection.collection import Collection, Layout
    from ingest.exporting.order import ExportResult, ForReuse, Lifted, Order


# The flags of an export for reuse: the intended use, and overriding a refusal.


def reusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --for-reuse, --use, --non-commercial, --plain, --recheck, --override and --by; pass them to the command as
    one `Reusing`.
    """

    @wraps(command)
    def packed(
        *given: Any,
        for_reuse: bool,
        asked: IntendedUse,
        plain: bool,
        recheck: bool,
        override: str | None,
        signer: str | None,
        **others: Any,
    ) -> Any:
        return command(*given, reuse=Reusing(for_reuse, asked, plain, recheck, override, signer), **others)

    wanted = click.option("--for-reuse", is_flag=True, help="Only what may be reused; see --use and --non-commercial.")
    lifting = click.option(
        "--override",
        metavar="REASON",
        help="Export the named items although their terms say ask, no or nothing. Recorded, and printed with them.",
    )
    named = click.option("--by", "signer", metavar="NAME", help="Who overrides; recorded.")
    third = click.option(
        "--plain",
        is_flag=True,
        help="Include what relies on a plain sentence that nobody confirmed; see creditline review --terms.",
    )
    again = click.option(
        "--recheck",
        is_flag=True,
        help="First revisit pages whose terms were not confirmed recently, and the terms pages they rely on.",
    )
    return wanted(use_options(third(again(lifting(named(packed))))))


@dataclass(frozen=True, slots=True)
class Reusing:
    """The flags of an export that concern reuse."""

    for_reuse: bool
    asked: IntendedUse
    plain: bool
    recheck: bool
    override: str | None
    signer: str | None

    def check(self, form: str, choice: Choice) -> None:
        """Refuse flags that do not go together (usage)."""

        # A capture holds the whole page, including pictures by others, whose terms were not checked.
        if self.for_reuse and form not in READABLE:
            raise Refused(
                f"{form} exports whole captures, including images, and is not for reuse",
                f"export {', '.join(READABLE[:-1])} or {READABLE[-1]} --for-reuse",
                Exit.USAGE,
            )
        if self.for_reuse and choice.at is not None:
            raise Refused(
                "reuse is decided by today's terms, not by those of an earlier day", "leave --at out", Exit.USAGE
            )
        if self.override is not None and not (self.signer or "").strip():
            raise Refused("an override needs a name", "say who overrides with --by NAME", Exit.USAGE)
        # Only for named items: in a query, a person would answer for texts they have never seen.
        if self.override is not None and not (self.override.strip() and choice.refs):
            raise Refused(
                "an override needs a reason, and items that are named",
                "name them: it never holds for a query",
                Exit.USAGE,
            )

    def purpose(self, console: Console, layout: Layout, choice: Choice, form: str) -> ForReuse | None:
        """Return the purpose, after rechecking terms and recording overrides; None if it is not for reuse."""
        if not self.for_reuse:
            return None
        from ingest.collection.collection import open_for_work, read_settings
        from ingest.exporting.order import ForReuse

        settings = read_settings(layout)
        within = timedelta(days=settings.reuse.confirmed_within)
        purpose = ForReuse(self.asked, within, self._required_grade(settings.reuse.confirmed_only))
        if self.recheck:
            self._recheck(console, layout, choice, purpose)
        if self.override is None:
            return purpose
        # Record overrides before anything is exported; this also works during a run.
        with open_for_work(layout, settings, command=None) as work:
            return replace(purpose, lifted=self._record_overrides(work, choice, purpose, form))

    def _required_grade(self, confirmed_only: bool) -> Grade:
        """Return how certain a *yes* must be. Raises `Refused` if the flags ask for less than the settings (usage)."""
        if self.plain and confirmed_only:
            raise Refused(
                # The settings are the organization's policy: flags may be stricter, never laxer.
                "the settings allow only confirmed statements: [reuse] confirmed_only",
                "leave --plain out, and confirm what waits: creditline review --terms",
                Exit.USAGE,
            )
        if confirmed_only:
            return Grade.CONFIRMED
        return Grade.PLAIN if self.plain else Grade.MACHINE_READABLE

    def _recheck(self, console: Console, layout: Layout, choice: Choice, purpose: ForReuse) -> None:
        from ingest.cli.signals import stopping
        from ingest.collection.collection import open_for_work, read_settings
        from ingest.crawl.save import recheck
        from ingest.exporting.order import unconfirmed

        with stopping() as stop, open_for_work(layout, read_settings(layout), command="export --recheck") as work:
            urls = unconfirmed(work.catalogue, choice, purpose, work.clock())
            told = recheck(work, urls, stop)
        # After a stop there is no export: it would rely on pages that were not visited again.
        if stop.code is not None:
            sys.exit(stop.code)
        missed = [saved for saved in told if saved.failed is not None]
        console.talk(
            f"{counted(len(told), 'page')} visited again" + (f", {len(missed)} without success" if missed else "")
        )
        for saved in missed:
            console.talk(f"  {saved.url}: {saved.failed.reason if saved.failed else ''}")

    def _record_overrides(self, work: Collection, choice: Choice, purpose: ForReuse, form: str) -> dict[str, Lifted]:
        """Record an override for each named item whose terms say ask, no or nothing, or wait for a decision."""
        from db.model.item import Answer, Tombstone
        from ingest.exporting.order import WAITING, left_out

        lifted: dict[str, Lifted] = {}
        for item in Choice(choice.refs).items(work.catalogue):
            if isinstance(item, Tombstone):
                continue
            # Only override a refusal: overriding what is allowed would be a meaningless record.
            why = left_out(item, purpose, work.clock())
            if why in (Answer.ASK, Answer.NO, Answer.UNKNOWN, WAITING) and item.id not in lifted:
                lifted[item.id] = self._record(work, item.id, item.edition.id, why, form)
        return lifted

    def _record(self, work: Collection, item: str, edition: str, verdict: str, form: str) -> Lifted:
        """Record one override, with the verdict that it overrules."""
        from archive.warc.capture import NoteKind
        from ingest.exporting.order import Lifted

        reason = (self.override or "").strip()
        body: dict[str, object] = {
            "item": item,
            "edition": edition,
            "reason": reason,
            "by": self.signer,
            "verdict": str(verdict),
            "use": self.asked.use.value,
            "commercial": self.asked.commercial,
            "format": form,
        }
        return Lifted(reason, self.signer, work.note(NoteKind.OVERRIDE, body).id)


READABLE = ("text", "markdown", "html")
# The number of waiting statements shown after an export.
_SHOWN = 5
PACKED = ("warc", "wacz", "bag")
FORMATS = ("warc", "wacz", "cdxj", "bag", *READABLE, "notes", "sqlite")
"""Each is a module of ``ingest.exporting``, imported only when needed."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an export is written, and who signs it."""

    output: Path | None
    replace: bool
    key: Path | None
    with_settings: bool


@click.command(cls=Verb)
@click.argument("form", type=click.Choice(FORMATS), metavar="FORMAT")
@item_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="OUTPUT", help="Where to write it; never a partial file."
)
@click.option("--replace", is_flag=True, help="Write over OUTPUT if it is there.")
@click.option(
    "--sign",
    "key",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="KEY",
    help="Sign a WACZ with the private key in the file KEY; if there is none, a key is made there.",
)
@click.option(
    "--with-settings",
    is_flag=True,
    help="With --all: include the records of the settings, which name every publisher, schedule and private address.",
)
@reusing
@packing(Target, "target")
@click.pass_obj
def command(console: Console, form: str, choice: Choice, target: Target, reuse: Reusing) -> None:
    """Export items, with all their captures, for keeping, replaying or reading them elsewhere. FORMAT is one of:

    \b
    warc: one WARC file with the records of every capture, copied byte for byte.
    wacz: a package that ReplayWeb.page and others replay: WARC files, index, pages with text, terms of reuse.
    cdxj: an index of the captures in the WARC files of this collection, for tools that replay them.
    bag: a BagIt folder for a repository: WARC files, rows of the catalogue as CSV and JSON lines, PREMIS events.
    text, markdown, html: the texts, each with its credit line and terms; for reading and research, or --for-reuse.
    notes: a folder with a Markdown file per item, beginning with YAML, for Obsidian, Zettlr and pandoc.
    sqlite: a database of these items, with the tables that docs/sql.md names and full-text search.

    Withheld items are left out and counted. For reuse, so are partial texts, and texts whose terms do not say yes or
    were not confirmed recently; images are never included.
    """
    from ingest.collection.collection import Layout, now, open_for_reading
    from ingest.exporting.order import UNCONFIRMED, Order

    layout = Layout(console.directory)
    # Check everything that can be refused before a page is visited or an override recorded.
    reuse.check(form, choice)
    _check(console, form, target, choice)
    purpose = reuse.purpose(console, layout, choice, form)
    # Without a file, what is exported shows the progress itself.
    bar = console.steps("Exporting", shown=target.output is not None)
    with open_for_reading(layout) as catalogue, bar as report:
        choice = replace(choice, report=report)
        order = Order(
            layout, catalogue, choice, target.output, now(), uuid.uuid4, target.key, purpose, target.with_settings
        )
        handed = _exporter(form)(order)
    _print_result(console, handed, target.output)
    if purpose is not None and not reuse.recheck and UNCONFIRMED in handed.left_out:
        console.talk("--recheck visits these pages again, and the terms pages that they rely on")
    if purpose is not None and not handed.items:
        if handed.left_out and not handed.waiting:
            console.talk(
                "nothing may be reused in this way: creditline terms ITEM says why, --letter asks for permission"
            )
        # An empty export is not a success for the script that asked for it.
        sys.exit(Exit.ATTENTION)


def _check(console: Console, form: str, target: Target, choice: Choice) -> None:
    """Refuse flags that do not fit the format, and an output that would overwrite something (usage)."""
    if target.key is not None and form != "wacz":
        raise Refused(f"a {form} cannot be signed", "leave --sign out, or export wacz", Exit.USAGE)
    if target.with_settings and not (form in PACKED and choice.everything):
        hint = f"export {', '.join(PACKED)} --all --with-settings"
        raise Refused("settings are exported only with everything", hint, Exit.USAGE)
    if target.output is not None:
        free(target.output, replace=target.replace)
    elif console.as_json:
        raise Refused(
            f"{form} on standard output is no JSON", "write it with -o OUTPUT: its counts come as JSON", Exit.USAGE
        )


def _exporter(form: str) -> Callable[[Order], ExportResult]:
    # Imported only now, because each format needs libraries that the others do not.
    return cast("Callable[[Order], ExportResult]", importlib.import_module(f"ingest.exporting.{form}").export)


def _print_result(console: Console, handed: ExportResult, output: Path | None) -> None:
    """Print what was exported, what was left out and why, and which decisions would allow more."""
    if console.as_json and output is not None:
        told: dict[str, object] = {
            "items": handed.items,
            "withheld": handed.withheld,
            "output": str(output),
            "notes": list(handed.notes),
        }
        told |= {"contents": dict(handed.contents), "left out": dict(handed.left_out)}
        console.out_json(told | {"waiting": [asdict(one) for one in handed.waiting]})
        return
    parts = [counted(handed.items, "item"), *(counted(number, noun) for noun, number in handed.contents.items())]
    where = f" to {output}" if output else ""
    reasons = {"withheld": handed.withheld, **handed.left_out}
    left = ", ".join(f"{number} {reason}" for reason, number in reasons.items() if number)
    console.talk(f"{', '.join(parts)}{where}" + (f"; {left} left out" if left else ""))
    for note in handed.notes:
        console.talk(f"  {note}")
    if handed.waiting:
        what = "a statement waits" if len(handed.waiting) == 1 else f"{len(handed.waiting)} statements wait"
        console.talk(f"{what} for one decision, which holds for all texts with the same words:")
    for one in handed.waiting[:_SHOWN]:
        console.talk(f"  {one.publisher}, {counted(one.items, 'text')}: “{one.words}”")
        console.talk(f"    creditline review {one.id} --confirm --by NAME, or --deny")
    if len(handed.waiting) > _SHOWN:
        console.talk(f"  and {len(handed.waiting) - _SHOWN} more: creditline review --terms")
