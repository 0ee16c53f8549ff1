"""Tally: each visit is counted in one place, and reported in the words that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db.model.change import Change, Outcome
from db.model.item import PageKind, Reading, Stamp
from db.runs import TROUBLE
from ingest.crawl.host_queues import LeftAlone
from ingest.crawl.request import Request
from ingest.crawl.tally import LEFT_ALONE, Failed, Settled, Tally, left_alone

REQUEST = Request("https://institute.example/a", "wi", "page")
READING = Reading(Stamp("1.0", "2.0", "6.0"), PageKind.ARTICLE)


def came(outcome: Outcome, reading: Reading | None = None) -> Settled:
    return Settled(REQUEST, change=Change(outcome), reading=reading)


def failed(reason: str) -> Settled:
    return Settled(REQUEST, failed=Failed(reason, "in words", "what to do"))


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.NEW, "new"),
        (Outcome.CHANGED, "changed"),
        (Outcome.RETURNED, "changed"),
        (Outcome.UNCHANGED, "unchanged"),
        (Outcome.GONE, "gone"),
        (Outcome.STILL_GONE, "still gone"),
        (Outcome.BLOCKED, "blocked"),
        (Outcome.PROTECTED, "protected"),
        (Outcome.REDIRECT, "redirects"),
        (Outcome.ABSENT, "absent"),
        (Outcome.ERROR, "errors"),
        (Outcome.NOT_AN_ITEM, "other pages"),
        (Outcome.PARTIAL, "partial"),
        (Outcome.UNPROVED, "unproved"),
    ],
)
def test_a_visit_is_counted_under_its_outcome(outcome: Outcome, word: str) -> None:
    tally = Tally()
    assert tally.add(came(outcome)) == word
    assert tally.counts == {word: 1}
    assert tally.visits == tally.captured == 1


def test_every_outcome_has_a_word() -> None:
    tally = Tally()
    for outcome in Outcome:
        tally.add(came(outcome))
    assert tally.visits == len(Outcome)


@pytest.mark.parametrize(
    ("reason", "word", "is_trouble"),
    [
        ("timeout", "failed", True),
        ("robots", "refused by robots.txt", False),
        ("robots-unknown", "robots.txt not available", True),
        (LEFT_ALONE, LEFT_ALONE, True),
    ],
)
def test_a_failed_fetch_is_counted_with_its_reason_and_not_as_a_capture(
    reason: str, word: str, is_trouble: bool
) -> None:
    tally = Tally()
    assert tally.add(failed(reason)) == word
    assert (tally.visits, tally.captured) == (1, 0)
    assert tally.reasons == {reason: 1}
    assert (tally.trouble == 1) is is_trouble


def test_only_new_and_changed_items_count_towards_the_reading_figures() -> None:
    tally = Tally()
    tally.add(came(Outcome.NEW, READING))
    tally.add(came(Outcome.CHANGED, READING))
    tally.add(came(Outcome.UNCHANGED, READING))
    tally.add(came(Outcome.NEW))
    assert tally.readings["items"] == 2
    assert tally.readings["author"] == tally.readings["date"] == tally.readings["terms"] == 0


def test_trouble_counts_only_failures_that_can_be_mended() -> None:
    assert "gone" not in TROUBLE
    tally = Tally()
    for outcome in (Outcome.GONE, Outcome.BLOCKED, Outcome.ERROR, Outcome.PARTIAL, Outcome.UNPROVED):
        tally.add(came(outcome))
    tally.add(failed("dns"))
    assert tally.trouble == 5


def test_a_summary_has_every_count_and_restores_its_tally() -> None:
    tally = Tally()
    for one in (came(Outcome.NEW, READING), came(Outcome.GONE), failed("dns")):
        tally.add(one)
    summary = tally.summary()
    assert summary["unchanged"] == 0
    again = Tally.of(summary)
    assert again.counts == tally.counts
    assert again.readings["items"] == 1
    assert again.reasons == {"dns": 1}


def test_an_empty_summary_is_an_empty_tally() -> None:
    assert Tally.of({}).visits == 0
    assert Tally().lines() == ["  new 0 · changed 0 · unchanged 0 · gone 0 · failed 0"]


def test_a_summary_leaves_out_counts_of_zero() -> None:
    tally = Tally()
    for one in (came(Outcome.NEW, READING), came(Outcome.REDIRECT), failed("dns"), failed("dns"), failed(LEFT_ALONE)):
        tally.add(one)
    counts, found, why = tally.lines()
    assert counts == "  new 1 · changed 0 · unchanged 0 · gone 0 · failed 2 · redirects 1"
    assert found == "  found on new and changed items: author 0/1 · date 0/1 · terms 0/1"
    assert "dns 2, left alone 1 (the host failed too often in a row; due again in the next run)" in why


def test_a_refusal_by_robots_txt_and_a_login_are_each_shown_once_and_in_words() -> None:
    tally = Tally()
    for one in (failed("robots"), came(Outcome.PROTECTED)):
        tally.add(one)
    counts, why = tally.lines()
    assert counts == "  new 0 · changed 0 · unchanged 0 · gone 0 · failed 0 · needs a login or a browser 1"
    assert why == "  not fetched: refused by robots.txt 1   (see `creditline failures`)"
    summary = tally.summary()
    assert (summary["protected"], summary["refused by robots.txt"], summary["reasons"]) == (1, 1, {"robots": 1})


def test_a_host_that_asks_for_a_rest_is_reported_with_the_time_it_named() -> None:
    alone = LeftAlone("institute.example")
    told = left_alone(replace(alone, until=datetime(2023, 4, 24, 10, 5, tzinfo=UTC)))
    assert told.reason == LEFT_ALONE
    assert "2023-04-24 10:05 UTC" in told.detail
    assert "failed too often" in left_alone(alone).detail
    assert left_alone(alone).hint != told.hint


def test_visits_put_off_by_a_host_are_reported_with_the_latest_time_it_named() -> None:
    tally, alone = Tally(), failed(LEFT_ALONE)
    for hour in (10, 12, 11):
        tally.add(replace(alone, until=datetime(2023, 4, 24, hour, 5, tzinfo=UTC)))
    _, why = tally.lines()
    assert "put off 3 (the host asks us to wait until 2023-04-24 12:05 UTC)" in why
    assert (tally.counts, tally.captured, tally.trouble) == ({LEFT_ALONE: 3}, 0, 3)


def test_items_that_turn_out_to_be_known_at_another_address_are_counted_as_moved() -> None:
    tally = Tally()
    for number in range(3):
        tally.add(Settled(REQUEST, change=Change(Outcome.NEW, f"wi-{number}")))
    assert tally.made == ["wi-0", "wi-1", "wi-2"]
    tally.recount_moved(2)
    assert (tally.counts["new"], tally.counts["moved"], tally.visits) == (1, 2, 3)
    assert "moved 2" in tally.lines()[0]
