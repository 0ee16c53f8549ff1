"""Hours of the day in which nothing is visited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from ingest.settings.errors import BadSettings
from ingest.settings.quiet_hours import QuietHours
from ingest.settings.values import parse


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 29, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "quiet", "not_quiet"),
    [
        ("07:00-19:30", [at(7), at(19, 29)], [at(6, 59), at(19, 30)]),
        ("22:00-06:00", [at(22), at(0), at(5, 59)], [at(6), at(21, 59)]),
    ],
)
def test_quiet_hours_exclude_their_end_and_may_span_midnight(
    said: str, quiet: list[datetime], not_quiet: list[datetime]
) -> None:
    hours = QuietHours.of(said)
    assert all(map(hours.contains, quiet))
    assert not any(map(hours.contains, not_quiet))


def test_quiet_hours_are_in_utc_in_any_time_zone() -> None:
    assert QuietHours.of("07:00-08:00").contains(at(7).astimezone(timezone(timedelta(hours=9))))


@pytest.mark.parametrize("said", ["", "7-19", "07:00", "24:00-06:00", "07:00-07:00", "07:00 to 19:00"])
def test_invalid_quiet_hours_are_refused_with_the_name_of_the_setting(said: str) -> None:
    with pytest.raises(BadSettings, match=r"schedule\.quiet"):
        parse({"schedule": {"quiet": said}}, Path("creditline.toml"))
