"""JSON values: dataclasses and named tuples as objects with the names of their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any


def json_values(value: object) -> Any:
    """Return *value* as JSON values: dataclasses and named tuples as objects, enumerations as their value, instants in
    ISO 8601 with ``Z`` for UTC."""
    # Not by msgspec, which writes a named tuple as an array, so that readers would have to count positions.
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {json_values(key): json_values(one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: json_values(one) for name, one in zip(value._fields, value, strict=True)}
    if is_dataclass(value):
        return {field.name: json_values(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_values(one) for one in value]
    return str(value)
