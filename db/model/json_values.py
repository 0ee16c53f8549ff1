"""JSON values of what is known: objects with the names of their fields, of named tuples too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any


def json_values(value: object) -> Any:
    """Return *value* as what JSON knows: dataclasses and named tuples as objects, a closed choice as its word, an
    instant in ISO 8601 with ``Z`` for UTC."""
    # By hand, and not by msgspec: it writes a named tuple as an array, in which whoever reads has to count.
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
