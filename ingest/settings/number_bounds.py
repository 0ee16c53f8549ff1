"""Number bounds: the numbers that a setting accepts; with others the program would do nothing, or never end. Pure.

Apart from `values.py`, which names every setting and is long: this file only says which numbers make sense.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ingest.settings.addresses import called

# The tables with such numbers, apart from those of publishers.
_TABLES = ("fetch", "store", "read", "schedule", "reuse", "serve")
# Settings that may be 0, each with its maximum (inf: none); more readers or threads than that are a typing error.
_ZERO_ALLOWED: Mapping[str, float] = {
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
# Settings that must be more than 0: with 0 something would be done without end, or never.
_POSITIVE: Mapping[str, float] = {
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
    """Return the first fault of a number in *settings*, with a hint on what to write; None if there is none."""
    tables = [(name, getattr(settings, name)) for name in _TABLES]
    for table, options in tables:
        if fault := _fault_in(table, options):
            return fault
    for number, options in enumerate(settings.publishers, 1):
        if fault := _fault_in("publisher", options):
            what, hint = fault
            # With thirty publishers one has to know which.
            return f"{what} for {called(number, options.id, options.url)}", hint
    return None


def _fault_in(table: str, options: Any) -> tuple[str, str] | None:
    """Return the first fault of a number in one table, or None."""
    for one in fields(options):
        name, value = f"{table}.{one.name}", getattr(options, one.name)
        most = {**_ZERO_ALLOWED, **_POSITIVE}.get(name)
        # Settings without a bound here, or not set, are skipped. The test below also refuses nan.
        if most is None or value is None:
            continue
        if 0 <= value <= most and math.isfinite(value) and (value or name in _ZERO_ALLOWED):
            continue
        least = "0 or more" if name in _ZERO_ALLOWED else "more than 0"
        bound = "" if math.isinf(most) else f", {most:g} at most"
        return f"{name} is {value}", f"write {least}{bound}; docs/settings.md says what it means"
    return None
