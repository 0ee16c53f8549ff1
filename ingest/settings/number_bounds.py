"""Number bounds: which numbers a setting can be; under others nothing would be done, or never ended. Pure.

Apart from the values, which would be a file too long to read with it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

# The tables that have such numbers, beside those of publishers.
_TABLES = ("fetch", "store", "read", "schedule", "reuse", "serve")
# Those that may be 0, and the most that each can be: more readers, or threads, are a slip of the hand.
_FROM_NOTHING: Mapping[str, float] = {
    "fetch.delay": math.inf,
    "fetch.pages": math.inf,
    "store.reserve_bytes": math.inf,
    "store.batch_seconds": math.inf,
    "read.workers": 256,
    "reuse.confirmed_within": math.inf,
    "serve.port": 65_535,
    "serve.processes": 64,
    "publisher.delay": math.inf,
    "publisher.pages": math.inf,
}
# Those of which 0 would have something done without end, or never.
_FROM_MORE: Mapping[str, float] = {
    "fetch.deadline": math.inf,
    "fetch.max_bytes": math.inf,
    "fetch.threads": 1000,
    "store.roll_bytes": math.inf,
    "store.batch": math.inf,
    "read.deadline": math.inf,
    "schedule.discover": math.inf,
    "schedule.recheck": math.inf,
    "schedule.verify": math.inf,
    "publisher.bytes": math.inf,
    "publisher.days": math.inf,
    "publisher.discover": math.inf,
    "publisher.recheck": math.inf,
}


def fault_of(settings: Any) -> tuple[str, str] | None:
    """Return what is wrong with a number in *settings*, and what to write; None where nothing is."""
    tables = [(name, getattr(settings, name)) for name in _TABLES]
    tables += [("publisher", one) for one in settings.publishers]
    return next((fault for table, options in tables if (fault := _fault_in(table, options))), None)


def _fault_in(table: str, options: Any) -> tuple[str, str] | None:
    for one in fields(options):
        name, value = f"{table}.{one.name}", getattr(options, one.name)
        most = {**_FROM_NOTHING, **_FROM_MORE}.get(name)
        # Written so that what is no number (nan) is refused too; what is unset is bounded elsewhere.
        if most is None or value is None:
            continue
        if 0 <= value <= most and math.isfinite(value) and (value or name in _FROM_NOTHING):
            continue
        least = "0 or more" if name in _FROM_NOTHING else "more than 0"
        bound = "" if math.isinf(most) else f", {most:g} at most"
        return f"{name} is {value}", f"write {least}{bound}; docs/settings.md says what it means"
    return None
