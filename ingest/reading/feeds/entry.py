"""Entry: a text as a feed or a REST response lists it, before the bytes of its claims are located."""

from __future__ import annotations

from dataclasses import dataclass

from db.model.item import Says


@dataclass(frozen=True, slots=True)
class Stated:
    """A value as an entry states it, before its bytes are located.

    Attributes:
        raw: decoded once, as a parser of JSON or XML returns it.
        span: the characters of the source that hold it, possibly with others.
    """

    says: Says
    raw: str
    field: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry, before the bytes of its claims are located."""

    url: str
    stated: tuple[Stated, ...]
    parts: int = 1
