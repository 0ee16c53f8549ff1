"""Instants as the catalogue writes them: the order of the texts is the order of the times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from db.instant import from_text, maybe_instant, maybe_text, to_text

AT = datetime(2023, 4, 24, 10, 0, 0, tzinfo=UTC)


def test_instant_is_written_with_microseconds_and_z() -> None:
    assert to_text(AT) == "2023-04-24T10:00:00.000000Z"
    assert to_text(AT.replace(microsecond=5)) == "2023-04-24T10:00:00.000005Z"


def test_instant_in_another_zone_is_written_in_utc() -> None:
    assert to_text(AT.astimezone(timezone(timedelta(hours=2)))) == "2023-04-24T10:00:00.000000Z"
    assert to_text(datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1)))) == "2023-12-31T23:00:00.000000Z"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        to_text(datetime(2023, 4, 24))  # noqa: DTZ001 - a missing zone is what is tested


def test_written_instants_sort_in_time_order() -> None:
    moments = [AT, AT + timedelta(microseconds=1), AT + timedelta(seconds=1), AT + timedelta(days=400)]
    assert sorted(map(to_text, reversed(moments))) == list(map(to_text, moments))


def test_instant_is_read_back_unchanged() -> None:
    assert from_text(to_text(AT.replace(microsecond=123))) == AT.replace(microsecond=123)
    assert from_text(to_text(AT)).tzinfo is not None


def test_missing_instant_is_none_in_both_directions() -> None:
    assert maybe_text(None) is None
    assert maybe_instant(None) is None
    assert maybe_text(AT) == to_text(AT)
    assert maybe_instant(to_text(AT)) == AT
