"""Work: the runs, what failed and why, and what publishers name compared with what is held."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from starlette.responses import Response

from db import runs as run_rows
from db import withholding
from db.model.coverage import Covered, Missing
from db.model.item import Publisher
from db.notes import Failure
from db.query import coverage as named
from db.reading_room import answer
from db.reading_room.problem import Problem
from db.reading_room.visit import Visit, page
from db.runs import ALWAYS, TROUBLE, Run
from db.terms import statements

_RUNS = 100
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
# The most failures, or addresses, on a page.
_MOST = 500
_TOLD = (
    *("new", "changed", "unchanged", "partial", "unproved", "gone", "still gone", "absent", "redirects", "other pages"),
    *("protected", "refused by robots.txt", "robots.txt not available", "blocked", "errors", "left alone", "failed"),
)

_CoveredPublisher = tuple[Publisher, named.Coverage, list[tuple[str, int, bool]]]


def _shown_failures(visit: Visit, of: Run | None = None) -> list[Failure]:
    """Return the newest failures that may be shown: those of one run, or of all time."""
    since, until = (of.started, of.finished) if of is not None else (None, None)
    every = visit.catalogue.failures(_MOST, since=since, until=until)
    return [one for one in every if _may_be_shown(visit, one.url) and _may_be_shown(visit, one.item)]


def _may_be_shown(visit: Visit, ref: str | None) -> bool:
    """Say whether an address or an item may be shown; one that is withheld or erased is shown nowhere."""
    # Checked first because in most collections nothing is withheld.
    return ref is None or not withholding.was_ever(visit.connection) or visit.catalogue.tombstone(ref) is None


def runs(visit: Visit) -> Response:
    """Return the page of the newest runs."""
    newest = visit.catalogue.runs(_RUNS)
    # A site that only answers with errors fails in no visit.
    troubled = [word for word in TROUBLE if word not in ALWAYS and any(run.summary.get(word) for run in newest)]
    return answer.html(
        visit,
        "runs.html",
        runs=newest,
        counts=(*ALWAYS, *troubled),
        alternates=[("application/json", visit.url("/runs.json"), "JSON")],
    )


def runs_json(visit: Visit) -> Response:
    """Return the newest runs as JSON."""
    return answer.json(visit, {"runs": [as_json(visit, one) for one in visit.catalogue.runs(_RUNS)]})


def as_json(visit: Visit, one: Run) -> dict[str, object]:
    """Return a run as JSON values."""
    return {
        "id": one.id,
        "kind": one.kind,
        "started": one.started,
        "finished": one.finished,
        "summary": dict(one.summary) | _quoted_words(visit, one.summary),
    }


def _quoted_words(visit: Visit, summary: Mapping[str, Any]) -> dict[str, object]:
    """Return the parts of *summary* that quote publishers, leaving out words that no visible item contains.

    A summary stays as the run wrote it, but what it quotes may have been withheld or erased since.
    """

    def told(one: Mapping[str, Any], said: Iterable[str]) -> list[str]:
        return [words for words in said if statements.is_shown(visit.connection, one["publisher"], words)]

    changes = [
        {**one, "ended": told(one, one["ended"]), "started": told(one, one["started"])}
        for one in summary.get("terms changed", ())
    ]
    over = [one for one in summary.get("decisions ended", ()) if told(one, [one["words"]])]
    found = {"terms changed": [one for one in changes if one["ended"] or one["started"]], "decisions ended": over}
    return {name: kept for name, kept in found.items() if name in summary}


def run(visit: Visit) -> Response:
    """Return one run with everything in its summary, and its failures that still persist."""
    number = visit.part("id")
    # SQLite has no longer numbers.
    found = run_rows.numbered(visit.connection, int(number)) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise Problem(404, detail="No run has this number.")
    # In the order of the command's summary; zero counts are left out.
    known = {name: found.summary[name] for name in _TOLD if found.summary.get(name)}
    others = {name: value for name, value in found.summary.items() if isinstance(value, str | int | float) and value}
    remarks = found.summary.get("remarks")
    return answer.html(
        visit,
        "run.html",
        run=found,
        counts=known,
        others={name: value for name, value in others.items() if name not in known},
        remarks=[str(one) for one in remarks] if isinstance(remarks, list) else [],
        # A failure that was repaired since is no longer listed.
        failures=_shown_failures(visit, found),
    )


def failures(visit: Visit) -> Response:
    """Return what failed and still fails, with the reasons."""
    found = _shown_failures(visit)
    reasons: dict[str, int] = {}
    for one in found:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    asked = visit.said("reason")
    return answer.html(
        visit,
        "failures.html",
        failures=[one for one in found if asked in ("", one.reason)],
        reasons=sorted(reasons.items(), key=lambda pair: -pair[1]),
        asked=asked,
        alternates=[("application/json", visit.url("/failures.json"), "JSON")],
    )


def failures_json(visit: Visit) -> Response:
    """Return the same as JSON."""
    return answer.json(visit, {"failures": _shown_failures(visit)})


def coverage(visit: Visit) -> Response:
    """Return, by class, what each publisher names, what of it is held, and what is missing."""
    return answer.html(
        visit,
        "coverage.html",
        coverage=_covered(visit),
        alternates=[("application/json", visit.url("/coverage.json"), "JSON")],
        dated=False,
    )


def coverage_json(visit: Visit) -> Response:
    """Return the same as JSON."""
    return answer.json(visit, {"coverage": [found.as_json() for _, found, _ in _covered(visit)]}, dated=False)


def _covered(visit: Visit) -> list[_CoveredPublisher]:
    # Every address that is named is counted, which takes seconds for some hundred thousand. So a recent count is used
    # again, and the pages have no Last-Modified.
    return visit.pool.figures.of(visit.connection, "coverage", lambda: _count_covered(visit))


def _count_covered(visit: Visit) -> list[_CoveredPublisher]:
    publishers = list(visit.catalogue.publishers())
    return [
        (
            one,
            named.coverage(visit.connection, one.id, one.languages),
            named.kin_hosts(visit.connection, one.id, publishers),
        )
        for one in publishers
    ]


def missing(visit: Visit) -> Response:
    """Return the addresses of a publisher in one class."""
    publisher, wanted = _publisher(visit, visit.part("publisher")), visit.part("standing")
    if wanted not in {*(one.value for one in Missing), *(one.value for one in Covered)}:
        raise Problem(404, detail="No address is in such a class.")
    every = named.missing(visit.connection, publisher.id, wanted, publisher.languages)
    # Take one more than is shown, to know whether there are more; counting all could mean counting a million.
    found = list(islice((one for one in every if _may_be_shown(visit, one.url)), _MOST + 1))
    return answer.html(
        visit, "missing.html", publisher=publisher, wanted=wanted, found=found[:_MOST], more=len(found) > _MOST
    )


def _publisher(visit: Visit, named_so: str) -> Publisher:
    found = visit.catalogue.publisher(named_so)
    if found is None:
        raise Problem(404, detail="No publisher has this id.")
    return found


ROUTES = (
    page("/runs", runs),
    page("/runs.json", runs_json),
    page("/runs/{id}", run),
    page("/failures", failures),
    page("/failures.json", failures_json),
    page("/coverage", coverage),
    page("/coverage.json", coverage_json),
    page("/coverage/{publisher}/{standing}", missing),
)
