"""Report: what a run did, for whoever asked for it and for the note that records it."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive.errors import DiskFull
from db.query.coverage import Coverage
from db.query.terms_history import TermsChange
from db.query.wordings import Lapsed
from ingest.crawl.tally import Tally


@dataclass(slots=True)
class Report:
    """What a run did.

    Attributes:
        stopped: the limit, the signal or the lack of room that ended it before all was visited.
        full: the disk, where it had no room.
    """

    tally: Tally = field(default_factory=Tally)
    found: int = 0
    left: int = 0
    stopped: str | None = None
    full: DiskFull | None = None
    changes: list[TermsChange] = field(default_factory=list)
    """What the publishers changed in their terms, as far as the run has seen it."""
    lapsed: list[Lapsed] = field(default_factory=list)
    """What people decided on words that the run found no longer printed."""
    cut: list[str] = field(default_factory=list)
    """The publishers that name more than one run finds or visits; the next goes on."""
    would_visit: int | None = None
    """For a dry run: how many pages are due."""
    coverage: list[Coverage] = field(default_factory=list)
    """What each publisher names against what is held, when a whole run was over."""
    census: dict[str, dict[str, int]] = field(default_factory=dict)
    """What was counted of each publisher, for the next run to compare with."""
    requisites: dict[str, int] = field(default_factory=dict)
    """Of each publisher, how much of what its pages need to be shown was kept."""
    wanting: dict[str, int] = field(default_factory=dict)
    """Of each publisher, how much of that is left to the next run."""
    remarks: list[str] = field(default_factory=list)
    """What of the coverage wants a look."""
    budgets: dict[str, dict[str, object]] = field(default_factory=dict)
    """Of each publisher whose budget was spent: which one, and how many pages it left to the next run."""
    unreached: list[dict[str, object]] = field(default_factory=list)
    """For a dry run: what it did not get (robots.txt, a home page, a list of pages), as `event_of` states it."""

    def summary(self) -> dict[str, object]:
        """Return what the run did as JSON values."""
        dry = {} if self.would_visit is None else {"would visit": self.would_visit, "unreached": self.unreached}
        # What a run did not meet with is left out: whether there is a key tells that apart from a number of 0.
        cut = {"cut": self.cut} if self.cut else {}
        told = {"terms changed": [change.as_json() for change in self.changes]}
        ended = {"decisions ended": [one.as_json() for one in self.lapsed]} if self.lapsed else {}
        # Without the languages: they are asked for by `creditline coverage`, and a summary is kept for every run.
        held = [{k: v for k, v in one.as_json().items() if k != "languages"} for one in self.coverage]
        covered = {"coverage": held, "census": self.census, "remarks": self.remarks} if held else {}
        shown: dict[str, object] = {"requisites": self.requisites} if self.requisites else {}
        shown |= {"requisites left": self.wanting} if self.wanting else {}
        shown |= {"budgets": self.budgets} if self.budgets else {}
        return {**self.tally.summary(), **told, **ended, **cut, **dry, **covered, **shown}
