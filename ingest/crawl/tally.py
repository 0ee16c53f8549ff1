"""Tally: what a run did, counted as it goes: each visit in exactly one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.http.exchange import Exchange
from archive.warc.capture import Capture
from db.model.change import Change, Outcome
from db.model.item import Reading
from ingest.crawl.host_queues import LeftAlone
from ingest.crawl.request import Request
from ingest.discovery.links import Outlinks

LEFT_ALONE = "left alone"
"""Why a visit was not made: its host failed too often. The visit stays due."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a visit gave nothing to keep, as it is recorded and told."""

    reason: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a request: a capture with its change and reading, or a failure.

    Attributes:
        exchange: of a long answer its head alone.
        named: what an answer that lists pages names.
        until: before when its host asked not to be asked again, where it did.
    """

    request: Request
    capture: Capture | None = None
    change: Change | None = None
    reading: Reading | None = None
    exchange: Exchange | None = None
    named: Outlinks | None = None
    failed: Failed | None = None
    until: datetime | None = None


def left_alone(why: LeftAlone) -> Failed:
    """Return the failure of a visit that was not made because its host failed too often, or wants to rest."""
    if why.until is not None:
        detail = f"{why.authority} asks not to be asked before {why.until:%Y-%m-%d %H:%M} UTC"
        return Failed(LEFT_ALONE, detail, "It is due then.")
    detail = f"{why.authority} failed too often in a row and is left alone"
    return Failed(LEFT_ALONE, detail, "It stays due: the next run asks again.")


_WORDS = {
    Outcome.NEW: "new",
    Outcome.PARTIAL: "partial",
    Outcome.UNPROVED: "unproved",
    Outcome.CHANGED: "changed",
    # Told as a change: for whoever reads the summary the page is there again, with a text.
    Outcome.RETURNED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.GONE: "gone",
    Outcome.STILL_GONE: "still gone",
    Outcome.BLOCKED: "blocked",
    Outcome.PROTECTED: "protected",
    Outcome.REDIRECT: "redirects",
    Outcome.ABSENT: "absent",
    Outcome.ERROR: "errors",
    Outcome.NOT_AN_ITEM: "other pages",
}
# Reasons why a page was not asked for at all, and what such a visit is counted under.
_NOT_ASKED = {"robots": "refused by robots.txt", LEFT_ALONE: LEFT_ALONE}
# Not "gone", "absent" or what robots.txt refuses: those are answers, and nobody has anything to mend.
TROUBLE = ("failed", LEFT_ALONE, "blocked", "errors", "unproved", "partial")
"""Counts that make a run end with "needs attention": what a person, or time, can mend."""
NOT_REACHED = ("failed", "refused by robots.txt", "blocked", "protected", "errors", "gone", "still gone", "absent")
"""What can become of a home page that is not there to begin from."""


@dataclass(slots=True)
class Tally:
    """Counts of one run; *readings* are of items that were new or changed."""

    counts: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, settled: Settled) -> str:
        """Count *settled*; return the word it was counted under."""
        if settled.failed is not None:
            # What was never asked for is no failure of the publisher's server, and is counted by itself.
            word = _NOT_ASKED.get(settled.failed.reason, "failed")
            self.reasons[settled.failed.reason] += 1
        else:
            assert settled.change is not None
            word = _WORDS[settled.change.outcome]
        self.counts[word] += 1
        # Of unchanged pages nothing was read anew, so they say nothing of how well pages are read.
        if word in ("new", "changed", "partial") and settled.reading is not None:
            self._read(settled)
        return word

    def _read(self, settled: Settled) -> None:
        reading = settled.reading
        assert reading is not None
        self.readings["items"] += 1
        self.readings["author"] += bool(reading.attributions)
        self.readings["date"] += reading.published is not None
        self.readings["terms"] += any(statement.terms for statement in reading.statements)

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> Tally:
        """Return the tally that gave *summary*."""
        counts = {word: n for word, n in summary.items() if isinstance(n, int) and n}
        return cls(Counter(counts), Counter(summary.get("read", {})), Counter(summary.get("reasons", {})))

    @property
    def visits(self) -> int:
        """How many visits were counted."""
        return self.counts.total()

    @property
    def captured(self) -> int:
        """How many visits brought something to keep."""
        return self.visits - self.counts["failed"] - sum(self.counts[word] for word in _NOT_ASKED.values())

    @property
    def trouble(self) -> int:
        """How many visits need a look."""
        return sum(self.counts[word] for word in TROUBLE)

    def summary(self) -> dict[str, object]:
        """Return the counts as JSON values, every count named."""
        words = dict.fromkeys([*_WORDS.values(), "failed", *_NOT_ASKED.values()], 0)
        return {**words, **self.counts, "read": dict(self.readings), "reasons": dict(self.reasons)}

    def lines(self) -> list[str]:
        """Return the summary in the words that a person reads."""
        counts = self.counts
        always = ("new", "changed", "unchanged", "gone", "failed")
        shown = [f"{word} {counts[word]}" for word in always]
        shown += [f"{word} {n}" for word, n in sorted(counts.items()) if n and word not in always]
        lines = ["  " + " · ".join(shown)]
        read = self.readings
        if read["items"]:
            found = (f"{name} {read[name]}/{read['items']}" for name in ("author", "date", "terms"))
            lines.append("  found on new and changed items: " + " · ".join(found))
        if self.reasons:
            due = " (the host failed too often in a row; due again in the next run)"
            why = ", ".join(
                f"{reason} {n}{due if reason == LEFT_ALONE else ''}" for reason, n in self.reasons.most_common()
            )
            lines.append(f"  not fetched: {why}   (see `creditline failures`)")
        return lines
