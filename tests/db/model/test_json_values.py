"""JSON values: what is known to be an object, with the names of its fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, StrEnum
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import pytest

from db.model.json_values import json_values


class Colour(StrEnum):
    RED = "red"


class Number(Enum):
    ONE = 1


class Pair(NamedTuple):
    first: int
    second: Colour


@dataclass(frozen=True, slots=True)
class Held:
    name: str
    pairs: tuple[Pair, ...] = ()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        ("a", "a"),
        (True, True),
        (1.5, 1.5),
        (Colour.RED, "red"),
        (Number.ONE, 1),
        (datetime(2023, 4, 24, 10, tzinfo=UTC), "2023-04-24T10:00:00Z"),
        (datetime(2023, 4, 24, 10, tzinfo=timezone(timedelta(hours=2))), "2023-04-24T10:00:00+02:00"),
        ({Colour.RED: [Number.ONE]}, {"red": [1]}),
        (Pair(1, Colour.RED), {"first": 1, "second": "red"}),
        ((1, 2), [1, 2]),
        (frozenset({3}), [3]),
        (Held("a", (Pair(1, Colour.RED),)), {"name": "a", "pairs": [{"first": 1, "second": "red"}]}),
        (PurePosixPath("a/b"), "a/b"),
    ],
)
def test_json_values_use_the_names_of_fields(value: object, told: Any) -> None:
    assert json_values(value) == told


def test_enum_member_becomes_a_plain_string() -> None:
    assert type(json_values(Colour.RED)) is str
