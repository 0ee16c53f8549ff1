"""Closed sets as SQLite checks: a column that holds the values of an enumeration and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """Return the CHECK that keeps *column* to *values*; NULL passes it."""
    listed = ", ".join("'" + value.value.replace("'", "''") + "'" for value in values)
    return f"CHECK ({column} IN ({listed}))"
