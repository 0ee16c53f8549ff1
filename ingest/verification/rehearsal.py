"""Rehearsal: restore a second copy into a temporary folder and verify all of it, to prove that it can be restored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from ingest.collection.collection import Layout, open_for_reading
from ingest.collection.scratch import scratch
from ingest.transfer.backup_target import Place
from ingest.transfer.restore import restore
from ingest.verification.audit import audit, of_everything

# How many faults an event lists; all are counted.
_LISTED = 100


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The result of a rehearsal: what was restored and verified, and all faults in words."""

    files: int
    records: int
    editions: int
    faults: tuple[str, ...]


def rehearse(
    layout: Layout, place: Place, *, report: Callable[[int, int, str], None] = lambda _done, _total, _name: None
) -> Rehearsed:
    """Restore the copy at *place* into a temporary folder next to the collection, verify it there, and delete it.

    While it runs, this takes as much disk space as the collection.

    Raises:
        Refused: there is no finished copy at *place*.
        DiskFailed: there is no room.
    """
    with scratch(layout.directory) as folder:
        restored = Layout(folder / "restored")
        did = restore(place, restored.directory, report=report)
        faults = [f"{name}: {what}" for name, what in did.faults]
        # With damaged files the catalogue may be unusable, so stop here and report them.
        if faults:
            return Rehearsed(did.files, 0, 0, tuple(faults))
        with open_for_reading(restored) as catalogue:
            plan = of_everything(restored, catalogue)
        seen = audit(restored, plan, report=report)
        found = tuple(f"{fault.file}:{fault.offset} {fault.what}" for fault in seen.faults)
        return Rehearsed(did.files, seen.records, seen.editions, found)


def event_of(done: Rehearsed, place: Place, began: datetime) -> dict[str, object]:
    """Return the body of the event for a rehearsal."""
    return {
        "outcome": "fault" if done.faults else "ok",
        "agent": f"creditline/{metadata.version('creditline')}",
        "scope": "restore",
        "place": str(place),
        "began": began.isoformat(),
        "records": done.records,
        "editions": done.editions,
        "found": len(done.faults),
        "faults": list(done.faults[:_LISTED]),
    }
