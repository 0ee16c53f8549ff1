"""Metrics: the state of a collection for monitoring, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from db.runs import ALWAYS
from ingest.collection.status import CollectionStatus, count_repairable

_PREFIX = "creditline_"


def exposition(status: CollectionStatus) -> str:
    """Return *status* in the text exposition format 0.0.4 of Prometheus, one sample per line.

    A number that is not known yet (no run has ended, nothing was verified) is left out and not given as 0.
    """
    return "\n".join(_lines(status)) + "\n"


def _lines(status: CollectionStatus) -> Iterator[str]:
    """Yield the lines of each metric that is known: help, type, and value."""
    seen, last = status.seen, status.seen.last
    summary = last["summary"] if last else {}
    for name, value, told in (
        ("items", seen.items, "Items held."),
        ("captures", seen.captures, "Captures held."),
        ("items_gone", seen.gone, "Items that their publisher took down."),
        ("items_withheld", seen.withheld, "Items that are withheld."),
        ("failures", count_repairable(seen), "Visits that failed and that a person or time can mend."),
        ("statements_unread", seen.unread_statements, "Statements on reuse that no rule understands."),
        ("statements_waiting", status.waiting, "Statements on reuse that wait for a decision."),
        ("pages_due", seen.due, "Pages that are due now."),
        ("pages_due_longest_seconds", seen.late, "For how long the oldest of them has been due."),
        ("attention", len(status.attention), "What needs a look: see creditline status."),
        ("other_rules", int(bool(status.other_rules)), "1 if other rules than today's folded rows of the catalogue."),
        ("run_under_way", int(status.running is not None), "1 while a command works in the collection."),
        ("disk_free_bytes", status.room.free, "What may still be written to the disk, the reserve with it."),
        ("disk_reserve_bytes", status.room.reserve, "Below this, nothing is fetched."),
        (
            "last_run_end_timestamp_seconds",
            _moment(str(last["finished"]) if last else None),
            "When the last run ended.",
        ),
        ("last_run_job_failed", last and int("job failed" in summary), "1 if the last job of the service failed."),
        *((f"last_run_{name}", last and summary.get(name, 0), f"Pages of the last run: {name}.") for name in ALWAYS),
        ("last_verified_timestamp_seconds", _moment(status.verified), "When the whole collection was verified last."),
        ("last_compared_timestamp_seconds", _moment(status.compared and status.compared[0]), "With its copy."),
    ):
        if value is not None:
            yield f"# HELP {_PREFIX}{name} {told}"
            yield f"# TYPE {_PREFIX}{name} gauge"
            yield f"{_PREFIX}{name} {value}"
    yield from _coverage(summary)


def _coverage(summary: dict[str, object]) -> Iterator[str]:
    # Runs that were incomplete, or made by an older program, have no coverage in their notes.
    listed = summary.get("coverage")
    rows = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list | tuple) else []
    for name, told in (("named", "Addresses that a publisher names."), ("held", "Of these, those that are held.")):
        if rows:
            yield f"# HELP {_PREFIX}coverage_{name} {told}"
            yield f"# TYPE {_PREFIX}coverage_{name} gauge"
        for one in rows:
            yield f'{_PREFIX}coverage_{name}{{publisher="{_label(str(one["publisher"]))}"}} {one[name]}'


def _label(value: str) -> str:
    # An unescaped quotation mark or line end in a name would break the sample, and the monitor's whole reading.
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _moment(at: datetime | str | None) -> float | None:
    # Seconds since 1970, as in Prometheus; without a time there is no sample, because 0 would be a valid one.
    if at is None:
        return None
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).timestamp()
