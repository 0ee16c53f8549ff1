"""Entry: one text as a feed or a REST answer lists it, before the bytes of its claims are looked for."""

from __future__ import annotations

from dataclasses import dataclass

from db.model.item import Says


@dataclass(frozen=True, slots=True)
class Stated:
    """A value as an entry states it, before its bytes are looked for.

    Attributes:
        raw: decoded once: what a parser of JSON or XML gives.
        span: the characters of the source that hold it, and maybe more.
    """

    says: Says
    raw: str
    field: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry, before the bytes of its claims are looked for."""

    url: str
    stated: tuple[Stated, ...]
    parts: int = 1
