"""The flags of an export for reuse, and what they ask: a use, and whose refusal a person lifts."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from ingest.asked import Asked
from ingest.choice import Choice
from ingest.commands.flags import asking
from ingest.console import Console, counted
from ingest.exits import Exit, Refused

if TYPE_CHECKING:
    from ingest.collection import Collection, Layout
    from ingest.exporting.for_reuse import ForReuse, Lifted


def reusing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --for-reuse, --use, --non-commercial, --recheck, --override and --by, and hand them over as one `Reusing`."""

    @wraps(command)
    def packed(
        *given: Any,
        for_reuse: bool,
        asked: Asked,
        recheck: bool,
        override: str | None,
        signer: str | None,
        **others: Any,
    ) -> Any:
        return command(*given, reuse=Reusing(for_reuse, asked, recheck, override, signer), **others)

    wanted = click.option("--for-reuse", is_flag=True, help="Only what may be reused; with --use, --non-commercial.")
    lifting = click.option(
        "--override",
        metavar="REASON",
        help="Hand out the items named though their terms say ask, no or nothing. Recorded, and printed with them.",
    )
    named = click.option("--by", "signer", metavar="NAME", help="Who overrides; recorded.")
    again = click.option(
        "--recheck",
        is_flag=True,
        help="Visit the pages again whose terms were not confirmed lately, and the terms pages they rest on, first.",
    )
    return wanted(asking(again(lifting(named(packed)))))


@dataclass(frozen=True, slots=True)
class Reusing:
    """What the flags of an export say of reuse."""

    for_reuse: bool
    asked: Asked
    recheck: bool
    override: str | None
    signer: str | None

    def check(self, form: str, choice: Choice) -> None:
        """Refuse what does not go together (usage)."""
        from ingest.commands.export import READABLE

        others = self.asked != Asked() or self.override is not None or self.signer is not None
        if (others or self.recheck) and not self.for_reuse:
            what = "a use is asked for" if others else "terms are read again"
            raise Refused(f"{what} only of an export for reuse", "add --for-reuse", Exit.USAGE)
        if self.for_reuse and form not in READABLE:
            raise Refused(
                f"{form} hands on whole captures, images and all, and is not for reuse",
                f"export {', '.join(READABLE[:-1])} or {READABLE[-1]} --for-reuse",
                Exit.USAGE,
            )
        if self.for_reuse and choice.at is not None:
            raise Refused("leave to reuse is asked for today, not for a day gone by", "leave --at out", Exit.USAGE)
        if self.override is not None and not (self.signer or "").strip():
            raise Refused("an override needs a name", "say who overrides with --by NAME", Exit.USAGE)
        if self.override is not None and not (self.override.strip() and choice.refs):
            raise Refused(
                "an override needs a reason, and items that are named",
                "name them: it never holds for a query",
                Exit.USAGE,
            )

    def purpose(self, console: Console, layout: Layout, choice: Choice, form: str) -> ForReuse | None:
        """Return what the export is for, terms read again and overrides recorded; None where it is not for reuse."""
        if not self.for_reuse:
            return None
        from ingest.collection import at_work, read_settings
        from ingest.exporting.for_reuse import ForReuse

        settings = read_settings(layout)
        within = timedelta(days=settings.reuse.confirmed_within)
        if self.recheck:
            self._recheck(console, layout, choice, within)
        if self.override is None:
            return ForReuse(self.asked, within)
        with at_work(layout, settings, locked=False) as work:
            return ForReuse(self.asked, within, self._lifted(work, choice, within, form))

    def _recheck(self, console: Console, layout: Layout, choice: Choice, within: timedelta) -> None:
        from ingest.collection import at_work, read_settings
        from ingest.exporting.for_reuse import ForReuse
        from ingest.rechecking import recheck
        from ingest.signals import stopping

        with stopping() as stop, at_work(layout, read_settings(layout)) as work:
            told = recheck(work, choice, ForReuse(self.asked, within), stop)
        if stop.code is not None:
            sys.exit(stop.code)
        missed = [saved for saved in told if saved.failed is not None]
        console.talk(
            f"{counted(len(told), 'page')} visited again" + (f", {len(missed)} without success" if missed else "")
        )
        for saved in missed:
            console.talk(f"  {saved.url}: {saved.failed.reason if saved.failed else ''}")

    def _lifted(self, work: Collection, choice: Choice, within: timedelta, form: str) -> dict[str, Lifted]:
        """Record an override for each item named whose terms say ask, no or nothing."""
        from db.model import Answer, Tombstone
        from ingest.exporting.for_reuse import ForReuse, left_out

        lifted: dict[str, Lifted] = {}
        for item in Choice(choice.refs).items(work.catalogue):
            if isinstance(item, Tombstone):
                continue
            why = left_out(item, ForReuse(self.asked, within), work.clock())
            if why in (Answer.ASK, Answer.NO, Answer.UNKNOWN) and item.id not in lifted:
                lifted[item.id] = self._record(work, item.id, item.edition.id, why, form)
        return lifted

    def _record(self, work: Collection, item: str, edition: str, verdict: str, form: str) -> Lifted:
        from archive.capture import NoteKind
        from ingest.exporting.for_reuse import Lifted

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
