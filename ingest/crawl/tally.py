"""Tally: the running counts of a run. Each visit is counted under exactly one word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from archive.http.exchange import Exchange
from archive.http.failure import ROBOTS_UNKNOWN, reason_in_words
from archive.warc.capture import Capture
from db.frontier import PUT_OFF
from db.model.change import Change, Outcome
from db.model.item import Reading
from db.runs import ALWAYS, TROUBLE
from ingest.crawl.host_queues import LeftAlone
from ingest.crawl.request import Request
from ingest.discovery.links import Outlinks

LEFT_ALONE = "left alone"
"""The reason of a visit that was not made because its host is left alone. The visit stays due."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a visit failed: the reason as one word, details, and a hint, as they are recorded and shown."""

    reason: str
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of a request: a capture with its change and reading, or a failure.

    Attributes:
        exchange: the exchange; of a long response only the head.
        named: the URLs that the response names, if it is a list.
        until: the time before which the host asked not to be asked again, if it did.
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
    """Return the failure for a visit that was not made because its host failed too often or asked for a rest."""
    if why.until is not None:
        detail = f"{why.authority} asks us to wait until {why.until:%Y-%m-%d %H:%M} UTC"
        return Failed(LEFT_ALONE, detail, "It is due then.")
    detail = f"{why.authority} failed too often in a row and is left alone"
    return Failed(LEFT_ALONE, detail, "It stays due: the next run asks again.")


_WORDS = {
    Outcome.NEW: "new",
    Outcome.PARTIAL: "partial",
    Outcome.UNPROVED: "unproved",
    Outcome.CHANGED: "changed",
    # Counted as a change: to the reader of the summary, a page that came back has a text again.
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
# Reasons why a page was not requested at all → the word under which such a visit is counted.
_NOT_ASKED = {
    "robots": "refused by robots.txt",
    ROBOTS_UNKNOWN: reason_in_words(ROBOTS_UNKNOWN),
    LEFT_ALONE: LEFT_ALONE,
    # Counted with the others, but the host asked for it, so the reason differs.
    PUT_OFF: LEFT_ALONE,
}
NOT_REACHED = (
    *("failed", "refused by robots.txt", _NOT_ASKED[ROBOTS_UNKNOWN]),
    *("blocked", "protected", "errors", "gone", "still gone", "absent"),
)
"""Words for a home page that could not be fetched, so a run cannot start from it."""


@dataclass(slots=True)
class Tally:
    """The counts of one run.

    Attributes:
        counts: visits by outcome.
        readings: how many new and changed items there were, and for how many an author, a date and terms were found.
        reasons: failures by reason.
        made: the ids of the items counted as new.
        waits: the latest time until which a host asked not to be asked again, if one did.
    """

    counts: Counter[str] = field(default_factory=Counter)
    readings: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    waits: datetime | None = None
    made: list[str] = field(default_factory=list)

    def add(self, settled: Settled) -> str:
        """Count *settled*; return the word it was counted under."""
        if settled.failed is not None:
            # A page that was never requested is no failure of the publisher's server, so it is counted separately.
            reason = settled.failed.reason
            if reason == LEFT_ALONE and settled.until is not None:
                reason, self.waits = PUT_OFF, max(settled.until, self.waits or settled.until)
            word = _NOT_ASKED.get(reason, "failed")
            self.reasons[reason] += 1
        else:
            assert settled.change is not None
            word = _WORDS[settled.change.outcome]
            if settled.change.outcome is Outcome.NEW and settled.change.item is not None:
                self.made.append(settled.change.item)
        self.counts[word] += 1
        # Unchanged pages are not read again, so they say nothing about the quality of reading.
        if word in ("new", "changed", "partial") and settled.reading is not None:
            self._read(settled)
        return word

    def recount_moved(self, moved: int) -> None:
        """Count *moved* of the new items as moved: a text that is found at its new address first is recognised when its
        old one redirects there.
        """
        if moved:
            self.counts["new"] -= moved
            self.counts["moved"] += moved

    def _read(self, settled: Settled) -> None:
        reading = settled.reading
        assert reading is not None
        self.readings["items"] += 1
        self.readings["author"] += bool(reading.attributions)
        self.readings["date"] += reading.published is not None
        self.readings["terms"] += any(statement.terms for statement in reading.statements)

    @classmethod
    def of(cls, summary: Mapping[str, Any]) -> Tally:
        """Return the tally that produced *summary*."""
        counts = {word: n for word, n in summary.items() if isinstance(n, int) and n}
        return cls(Counter(counts), Counter(summary.get("read", {})), Counter(summary.get("reasons", {})))

    @property
    def visits(self) -> int:
        """How many visits were counted."""
        return self.counts.total()

    @property
    def captured(self) -> int:
        """How many visits led to a capture."""
        return self.visits - self.counts["failed"] - sum(self.counts[word] for word in {*_NOT_ASKED.values()})

    @property
    def trouble(self) -> int:
        """How many visits need attention."""
        return sum(self.counts[word] for word in TROUBLE)

    def summary(self) -> dict[str, object]:
        """Return the counts as JSON values; a visit outcome that did not occur is there with 0."""
        words = dict.fromkeys([*_WORDS.values(), "failed", *_NOT_ASKED.values()], 0)
        return {**words, **self.counts, "read": dict(self.readings), "reasons": dict(self.reasons)}

    def lines(self) -> list[str]:
        """Return the summary as lines of text for a person."""
        counts = self.counts
        shown = [f"{word} {counts[word]}" for word in ALWAYS]
        # A visit that was not made is named once, by its reason below.
        below = {word for reason, word in _NOT_ASKED.items() if self.reasons[reason]}
        others = ((reason_in_words(word), n) for word, n in counts.items() if n and word not in (*ALWAYS, *below))
        shown += [f"{word} {n}" for word, n in sorted(others)]
        lines = ["  " + " · ".join(shown)]
        read = self.readings
        if read["items"]:
            found = (f"{name} {read[name]}/{read['items']}" for name in ("author", "date", "terms"))
            lines.append("  found on new and changed items: " + " · ".join(found))
        if self.reasons:
            until = f" until {self.waits:%Y-%m-%d %H:%M} UTC" if self.waits else ""
            due = {
                LEFT_ALONE: " (the host failed too often in a row; due again in the next run)",
                PUT_OFF: f" (the host asks us to wait{until})",
            }
            why = ", ".join(
                f"{reason_in_words(reason)} {n}{due.get(reason, '')}" for reason, n in self.reasons.most_common()
            )
            lines.append(f"  not fetched: {why}   (see `creditline failures`)")
        return lines
