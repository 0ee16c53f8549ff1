"""Status: what in a collection needs attention, and what is only reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from archive.http.failure import ANSWERED, ROBOTS_UNKNOWN, FailureReason, hint_for
from db.query.overview import Overview
from ingest.collection.clock import lag_of, remark
from ingest.collection.disk_forecast import DiskSpace
from ingest.collection.run_lock import Holder
from ingest.collection.status import CollectionStatus, attention

NOW = datetime(2023, 5, 1, tzinfo=UTC)
AMPLE = DiskSpace(10**12, 10**6, None, None)


def failed(reasons: Mapping[str, int]) -> Overview:
    """Return the overview of a collection whose visits failed for *reasons*."""
    return Overview(
        items=9,
        kinds={"article": 7, "page": 2},
        captures=20,
        gone=0,
        failures=sum(reasons.values()),
        reasons=reasons,
        unread_statements=0,
        withheld=0,
        due=0,
        late=0.0,
        next_due=None,
        last=None,
        newest=NOW,
        unfinished=None,
    )


@pytest.mark.parametrize("reason", sorted(ANSWERED))
def test_answers_of_the_publisher_are_listed_and_need_no_attention(reason: str) -> None:
    assert hint_for(reason)
    assert attention(failed({reason: 3}), AMPLE, NOW, running=False) == ()


@pytest.mark.parametrize("reason", [*FailureReason, ROBOTS_UNKNOWN, "blocked", "shell", "partial", "error"])
def test_failures_that_can_be_mended_need_attention(reason: str) -> None:
    told = attention(failed({reason: 1, "gone": 4}), AMPLE, NOW, running=False)
    assert told == ("1 failure: `creditline failures`",)


QUIET = failed({})
BEGUN = datetime(2023, 4, 30, 21, 15, tzinfo=UTC)


def test_an_interrupted_run_needs_attention_unless_it_is_still_running() -> None:
    seen = replace(QUIET, unfinished=BEGUN)
    told = ("the run of 2023-04-30 21:15 is not finished: `creditline run` goes on with it",)
    assert attention(seen, AMPLE, NOW, running=False) == told
    assert attention(seen, AMPLE, NOW, running=True) == ()


def test_a_run_that_reached_its_limit_says_what_it_left_and_needs_no_attention() -> None:
    seen = replace(QUIET, unfinished=BEGUN, limited=150)
    assert attention(seen, AMPLE, NOW, running=False) == ()
    told = CollectionStatus(seen, AMPLE, None, ()).lines()
    assert told[2] == "begun       150 pages left by a run with a limit: creditline run"
    assert not any(line.startswith("begun") for line in CollectionStatus(seen, AMPLE, Holder(4711), ()).lines())


@pytest.mark.parametrize(
    ("late", "told"),
    [
        (24 * 3600.0, ()),
        (24 * 3600.0 + 1, ("7 pages overdue, by 1 day: `creditline run --due`",)),
        (49 * 3600.0, ("7 pages overdue, by 2 days: `creditline run --due`",)),
    ],
    ids=["a day", "a second more", "two days"],
)
def test_pages_that_wait_for_more_than_a_day_need_attention(late: float, told: tuple[str, ...]) -> None:
    assert attention(replace(QUIET, due=7, late=late), AMPLE, NOW, running=False) == told


@pytest.mark.parametrize(("waiting", "told"), [(0, []), (1, ["1 statement waits"]), (2, ["2 statements wait"])])
def test_waiting_statements_are_counted_and_need_no_attention(waiting: int, told: list[str]) -> None:
    status = CollectionStatus(QUIET, AMPLE, None, (), waiting=waiting)
    lines = [line for line in status.lines() if line.startswith("reuse ")]
    assert lines == [f"reuse       {words} for a decision: creditline review --terms" for words in told]
    assert (status.as_json()["waiting_statements"], status.as_json()["attention"]) == (waiting, [])


def test_unread_statements_and_a_wrong_clock_need_attention() -> None:
    told = attention(
        replace(QUIET, unread_statements=1, newest=datetime(2023, 6, 1, tzinfo=UTC)), AMPLE, NOW, running=False
    )
    assert told[0] == "1 statement not understood: `creditline review`"
    assert told[1].startswith("the clock is 31 days behind the newest record")


def lines(seen: Overview) -> list[str]:
    return CollectionStatus(seen, AMPLE, None, attention(seen, AMPLE, NOW, running=False)).lines()


def test_status_names_of_many_publishers_only_those_of_which_something_is_missing() -> None:
    compared = [
        {"publisher": f"p{number}", "named": 9, "held": 9 - (number == 3), "missing": int(number == 3), "classes": {}}
        for number in range(30)
    ]
    last = {"kind": "run", "started": NOW.isoformat(), "finished": NOW.isoformat()}

    def told(count: int) -> list[str]:
        seen = replace(QUIET, last={**last, "summary": {"coverage": compared[:count]}})
        return [line.partition("  ")[2].strip() for line in lines(seen) if line.startswith("coverage")]

    assert told(5)[3:] == ["p3: named 9 · held 8 · missing 1", "p4: named 9 · held 9 · missing 0"]
    assert told(30) == [
        "p3: named 9 · held 8 · missing 1",
        "nothing is missing of 29 publishers: creditline coverage",
    ]


def test_without_a_finished_run_status_says_how_to_begin_or_continue() -> None:
    assert lines(QUIET)[1] == "last run    none yet: creditline run"
    assert lines(replace(QUIET, unfinished=BEGUN))[1] == "last run    none has ended: creditline run"


@pytest.mark.parametrize(("command", "what"), [("run", "a run"), (None, "a run"), ("rebuild", "`rebuild`")])
def test_a_command_under_way_is_shown_with_its_process(command: str | None, what: str) -> None:
    told = CollectionStatus(QUIET, AMPLE, Holder(4711, "2023-04-30T23:15:00.25+02:00", command), ())
    assert told.lines()[1] == f"running     {what}: process 4711, since 2023-04-30 21:15 UTC"
    assert told.as_json()["running"] == (4711, "2023-04-30T23:15:00.25+02:00")
    assert told.as_json()["command"] == command


def test_a_failed_job_of_the_service_is_shown_instead_of_its_counts() -> None:
    ended: dict[str, object] = {
        "kind": "verify",
        "finished": "2023-04-30T22:00:00.000000Z",
        "summary": {"job failed": "disk"},
    }
    assert "last run    2023-04-30 22:00 UTC   verify failed: disk" in lines(replace(QUIET, last=ended))
    ended["summary"] = {"new": 3, "failed": 1}
    assert "last run    2023-04-30 22:00 UTC   new 3 · changed 0 · unchanged 0 · gone 0 · failed 1" in lines(
        replace(QUIET, last=ended)
    )


def test_the_first_line_counts_items_and_other_answers() -> None:
    seen = replace(failed({"gone": 2, "timeout": 1}), withheld=1)
    assert lines(seen)[0] == (
        "items 9 (7 articles, 2 pages, 1 withheld) · captures 20 · gone 0 · failures 1 · without a page 2"
    )
    seen = replace(seen, requisites={"timeout": 1})
    assert lines(seen)[0].endswith(" · failures 0 · without a page 2 · missing pictures and styles 1")
    assert not any("failure" in look for look in attention(seen, AMPLE, NOW, running=False))
    assert lines(replace(QUIET, kinds={"article": 9}))[0] == "items 9 · captures 20 · gone 0 · failures 0"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1.5, "2 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7199, "120 minutes"), (7200, "2 hours"),
     (2 * 86_400 - 1, "48 hours"), (2 * 86_400, "2 days"), (365 * 86_400, "365 days")],
)  # fmt: skip
def test_the_delay_of_the_clock_is_printed_in_a_readable_unit(seconds: float, said: str) -> None:
    lag = lag_of(NOW + timedelta(seconds=seconds), NOW)
    assert lag is not None
    assert remark(lag).startswith(f"the clock is {said} behind the newest record")


@pytest.mark.parametrize("newest", [None, NOW, NOW - timedelta(days=1), NOW + timedelta(seconds=1)])
def test_a_clock_that_is_behind_by_at_most_a_second_is_believed(newest: datetime | None) -> None:
    assert lag_of(newest, NOW) is None


def test_status_names_what_troubled_the_last_run_and_what_terms_it_saw_change() -> None:
    summary = {"new": 1, "failed": 0, "errors": 199, "blocked": 0, "terms changed": [{"touches": 22}, {"touches": 42}]}
    last = {"kind": "run", "started": NOW.isoformat(), "finished": NOW.isoformat(), "summary": summary}
    lines = CollectionStatus(replace(QUIET, last=last), AMPLE, None, ()).lines()
    [told] = [line for line in lines if line.startswith("last run")]
    assert told.endswith("new 1 · changed 0 · unchanged 0 · gone 0 · failed 0 · errors 199")
    assert "terms       changed in the last run, for 64 items: creditline terms --changes" in lines
    # The run itself has ended with a code that says so.
    assert attention(replace(QUIET, last=last), AMPLE, NOW, running=False) == ()
