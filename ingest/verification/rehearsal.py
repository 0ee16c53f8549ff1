"""Rehearsal: a second copy restored for a moment and verified whole, for one that was never restored is a hope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from ingest.collection.collection import Layout, reading
from ingest.collection.scratch import scratch
from ingest.transfer.backup_target import Place
from ingest.transfer.restore import restore
from ingest.verification.audit import audit, of_everything

# How many faults an event states; the rest are counted.
_TOLD = 100


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of restoring a copy: how much was restored and verified, and every fault in words."""

    files: int
    records: int
    editions: int
    faults: tuple[str, ...]


def rehearse(
    layout: Layout, place: Place, *, report: Callable[[int, int, str], None] = lambda _done, _total, _name: None
) -> Rehearsed:
    """Restore the copy at *place* into a folder beside the collection, verify all of it there, and take it away.

    It takes as much room for a while as the collection does.

    Raises:
        Refused: there is no finished copy at *place*.
        DiskFailed: there is no room.
    """
    with scratch(layout.directory) as folder:
        restored = Layout(folder / "restored")
        did = restore(place, restored.directory, report=report)
        faults = [f"{name}: {what}" for name, what in did.faults]
        # Of half a catalogue nothing can be asked: then the files that are damaged say enough.
        if faults:
            return Rehearsed(did.files, 0, 0, tuple(faults))
        with reading(restored) as catalogue:
            plan = of_everything(restored, catalogue)
        seen = audit(restored, plan, report=report)
        found = tuple(f"{fault.file}:{fault.offset} {fault.what}" for fault in seen.faults)
        return Rehearsed(did.files, seen.records, seen.editions, found)


def event_of(done: Rehearsed, place: Place, began: datetime) -> dict[str, object]:
    """Return what the event of a rehearsal states."""
    return {
        "outcome": "fault" if done.faults else "ok",
        "agent": f"creditline/{metadata.version('creditline')}",
        "scope": "restore",
        "place": str(place),
        "began": began.isoformat(),
        "records": done.records,
        "editions": done.editions,
        "found": len(done.faults),
        "faults": list(done.faults[:_TOLD]),
    }
