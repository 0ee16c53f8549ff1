"""When a host may be asked again, and when a failed visit is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.crawl.politeness import Pace, delay_for, retry_after
from ingest.crawl.run_setup import pauses_of
from ingest.settings.values import FetchOptions, PublisherOptions, Settings

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("setting", "crawl_delay", "loopback", "delay"),
    [
        (None, None, False, 1.0),
        (None, None, True, 0.0),
        (0.25, None, False, 0.25),
        (2.0, None, True, 2.0),
        (None, 5.0, False, 5.0),
        (10.0, 5.0, False, 10.0),
        (0.25, 5.0, False, 5.0),
        (None, 86400.0, False, 60.0),
    ],
)
def test_the_delay_is_one_second_by_default(
    setting: float | None, crawl_delay: float | None, *, loopback: bool, delay: float
) -> None:
    assert delay_for(setting=setting, crawl_delay=crawl_delay, loopback=loopback) == delay


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3),
        (" 120 ", 120),
        ("0", 0),
        ("1000000000000", 604_800),
        ("Mon, 24 Apr 2023 10:00:04 GMT", 4),
        ("Mon, 24 Apr 2023 12:00:04 +0200", 4),
        ("Mon, 24 Apr 2023 09:00:00 GMT", 0),
        ("Mon, 24 Apr 2123 10:00:00 GMT", 604_800),
    ],
)
def test_retry_after_is_read_in_both_forms_and_capped(value: str, seconds: int) -> None:
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "soon", "-5", "1.5", "٣"),
        "Mon, 24 Apr 99999999999999999999 10:00:00 GMT",
        "Mon, 24 Apr 2023 10:00:00 +99999999999999999",
    ],
)
def test_an_empty_retry_after_counts_as_none(value: str | None) -> None:
    assert retry_after(value, NOW) is None


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_retry_after_field_raises_or_exceeds_a_week(value: str) -> None:
    asked = retry_after(value, NOW)
    assert asked is None or timedelta() <= asked <= timedelta(days=7)


def test_a_host_rests_for_its_delay_after_an_answer() -> None:
    pace = Pace(1.0).after(NOW, 200)
    assert (pace.wait(NOW), pace.wait(NOW + timedelta(seconds=5))) == (1.0, 0.0)


def test_a_busy_host_rests_as_long_as_it_asks() -> None:
    assert Pace(1.0).after(NOW, 429, "30").wait(NOW) == 30
    assert Pace(1.0).after(NOW, 503, "0").wait(NOW) == 1.0


def test_failures_in_a_row_double_the_rest_and_a_success_resets_it() -> None:
    pace = Pace(0.0)
    rests = []
    for status in (503, None, 429, 503, None):
        pace = pace.after(NOW, status, "soon")
        rests.append(pace.wait(NOW))
    assert rests == [5, 10, 20, 40, 80]
    assert pace.exhausted
    assert pace.after(NOW, 200) == Pace(0.0, NOW, 0)


def test_the_delay_of_a_publisher_applies_only_to_its_hosts() -> None:
    slow = PublisherOptions("https://slow.example/", hosts=("slow.example", "www.blog.example"), delay=5.0)
    pauses = pauses_of(Settings(fetch=FetchOptions(delay=2.0), publishers=(slow,)))
    hosts = ("slow.example", "www.slow.example", "blog.example", "other.example")
    assert [pauses(host) for host in hosts] == [5.0, 5.0, 5.0, 2.0]
    assert pauses_of(Settings())("other.example") is None
