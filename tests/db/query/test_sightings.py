"""Sightings: when an address answered and when not, weighed day by day."""

from __future__ import annotations

from typing import Any

import pytest

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.query.absence import HostSeen, State, host_seen, newest, on_day, sightings

URL = "https://institute.example/page"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, State.THERE),
        (299, State.THERE),
        (300, State.SENT_ON),
        (301, State.SENT_ON),
        (304, State.THERE),
        (399, State.SENT_ON),
        (400, State.NOT_REACHED),
        (401, State.REFUSED),
        (403, State.REFUSED),
        (404, State.GONE),
        (405, State.NOT_REACHED),
        (407, State.REFUSED),
        (410, State.GONE),
        (429, State.REFUSED),
        (451, State.GONE),
        (500, State.NOT_REACHED),
    ],
)
def test_status_code_decides_the_state_of_a_sighting(
    catalogue: Catalogue, builder: Any, status: int, state: State
) -> None:
    catalogue.add(builder.answer(1, "/page", status))
    (seen,) = sightings(catalogue.connection, URL)
    assert (seen.state, seen.status, seen.words) == (state, status, f"answered {status}")


def test_failed_visit_is_a_sighting_and_robots_count_as_a_refusal(catalogue: Catalogue, builder: Any) -> None:
    for number, reason in enumerate(("timeout", "robots"), start=1):
        catalogue.add_note(builder.note(number, NoteKind.FAILURE, {"reason": reason, "detail": "10 s"}, about=URL))
    found = sightings(catalogue.connection, URL)
    assert [(one.state, one.status, one.words) for one in found] == [
        (State.NOT_REACHED, None, "timeout: 10 s"),
        (State.REFUSED, None, "robots: 10 s"),
    ]


def test_page_seen_at_any_time_of_a_day_counts_as_there(catalogue: Catalogue, builder: Any) -> None:
    day = 24 * 60
    for number, status in ((1, 503), (day, 404), (day + 1, 200), (day + 2, 404), (3 * day, 410)):
        catalogue.add(builder.answer(number, "/page", status))
    seen = sightings(catalogue.connection, URL)
    state, named = on_day(seen, builder.at(day).date())
    assert (state, [one.status for one in named]) == (State.THERE, [503, 404, 200, 404, 410])
    between = on_day(seen, builder.at(2 * day).date())
    assert (between[0], [one.status for one in between[1]]) == (State.NOT_ASKED, [404, 410])
    assert on_day([], builder.at(0).date()) == (State.NEVER_ASKED, ())


def test_host_count_excludes_hosts_whose_names_start_the_same(catalogue: Catalogue, builder: Any) -> None:
    for number, url in enumerate((URL, "https://institute.example/other?a=1", "https://institute.example.org/x")):
        catalogue.add(builder.answer(number, url, 404))
    found = host_seen(catalogue.connection, URL)
    assert found == HostSeen("institute.example", 2, builder.at(0), builder.at(1))


def test_newest_visit_is_a_response_or_a_failure(catalogue: Catalogue, builder: Any) -> None:
    assert newest(catalogue.connection) is None
    catalogue.add(builder.answer(1, "/page", 200))
    catalogue.add_note(builder.note(5, NoteKind.FAILURE, {"reason": "timeout", "detail": ""}, about=URL))
    assert newest(catalogue.connection) == builder.at(5)
