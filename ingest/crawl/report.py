"""Report: what a run did, for the person who started it and for the note that records it."""

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
        found: how many pages were found that nobody knew before.
        left: how many pages that are due were not visited.
        stopped: why the run ended before all pages were visited: a limit, a signal, a full disk.
        full: details of the full disk, if that was the reason.
    """

    tally: Tally = field(default_factory=Tally)
    found: int = 0
    left: int = 0
    stopped: str | None = None
    full: DiskFull | None = None
    changes: list[TermsChange] = field(default_factory=list)
    """Changes in the publishers' terms that this run saw."""
    lapsed: list[Lapsed] = field(default_factory=list)
    """People's decisions that ended because their words are no longer printed."""
    cut: list[str] = field(default_factory=list)
    """The publishers that name more pages than one run finds or visits; the next run continues."""
    would_visit: int | None = None
    """For a dry run: how many pages are due."""
    coverage: list[Coverage] = field(default_factory=list)
    """For each publisher, the pages it names compared with those held, at the end of a run over all publishers."""
    census: dict[str, dict[str, int]] = field(default_factory=dict)
    """The counts for each publisher (see `Census`), which the next run compares with its own."""
    requisites: dict[str, int] = field(default_factory=dict)
    """By publisher: how many requisites (style sheets, pictures, fonts) were kept."""
    wanting: dict[str, int] = field(default_factory=dict)
    """By publisher: how many requisites are left to the next run."""
    remarks: list[str] = field(default_factory=list)
    """Remarks on the coverage that a person should look at."""
    shrunk: bool = False
    """Whether a publisher's lists lost most of their pages since the run before."""
    budgets: dict[str, dict[str, object]] = field(default_factory=dict)
    """By publisher that reached a limit: which limit, and how many pages are left to the next run."""
    unreached: list[dict[str, object]] = field(default_factory=list)
    """For a dry run: what it could not get (robots.txt, a home page, a list of pages), in the form of `event_of`."""

    def summary(self) -> dict[str, object]:
        """Return the report as JSON values."""
        dry = {} if self.would_visit is None else {"would visit": self.would_visit, "unreached": self.unreached}
        # Leave out what did not occur: a missing key means "not applicable", which is not the same as 0.
        cut = {"cut": self.cut} if self.cut else {}
        told = {"terms changed": [change.as_json() for change in self.changes]}
        ended = {"decisions ended": [one.as_json() for one in self.lapsed]} if self.lapsed else {}
        # Drop the languages: `creditline coverage` shows them, and a summary is stored for every run.
        held = [{k: v for k, v in one.as_json().items() if k != "languages"} for one in self.coverage]
        covered = {"coverage": held, "census": self.census, "remarks": self.remarks} if held else {}
        shown: dict[str, object] = {"requisites": self.requisites} if self.requisites else {}
        shown |= {"requisites left": self.wanting} if self.wanting else {}
        shown |= {"budgets": self.budgets} if self.budgets else {}
        return {**self.tally.summary(), **told, **ended, **cut, **dry, **covered, **shown}
