"""Settings as notes and warcinfo records carry them, and back: for work that goes by no settings file, and to write one
anew that was lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from archive.errors import Damaged
from archive.store import warc_files
from archive.warc.reader import read_record_at
from archive.warc.record import RecordType, read_warc_date
from archive.warc.writer import is_imported
from db.catalogue import Catalogue
from db.model.item import Publisher
from ingest.settings import values
from ingest.settings.errors import BadSettings
from ingest.settings.values import PublisherOptions, ScheduleOptions, Settings, publisher_of

FIELD = "creditline-settings"
"""The field of a warcinfo record that says as JSON how pages are fetched and kept."""


def stated(settings: Settings) -> dict[str, Any]:
    """Return *settings* as JSON values: all of them, so that another default later changes nothing; but not who is
    alerted how, who dates checkpoints, nor where people read, which no page depends on and which may hold addresses
    that are secrets.
    """
    table: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(settings))
    del table["alert"], table["timestamp"], table["serve"]
    # As the file has it: tables and not pairs, [[publisher]] and not publishers.
    table["connect"] = dict(settings.connect)
    table["publisher"] = table.pop("publishers")
    return table


def restated(record: Mapping[str, Any]) -> Settings:
    """Return the settings that *record* states; what this version does not know is left out.

    Raises:
        BadSettings: a value is of the wrong kind.
    """
    # By the same checks as a file that a person wrote: a record may be forged.
    return values.parse(values.known_part(record), Path("the settings in the WARC files"))


def described(publisher: Publisher) -> dict[str, object]:
    """Return *publisher* as a settings note states it."""
    return {
        "id": publisher.id,
        "url": publisher.url,
        "hosts": list(publisher.hosts),
        "name": publisher.name,
        "languages": list(publisher.languages),
    }


def body_of(settings: Settings) -> dict[str, object]:
    """Return what a settings note states: the publishers as the catalogue describes them, and the whole file."""
    publishers = [described(publisher_of(options)) for options in settings.publishers]
    return {"publishers": publishers, "settings": stated(settings)}


def as_field(settings: Settings) -> str:
    """Return in one line, for the field `FIELD`, how pages are fetched and kept by *settings*.

    A file may be handed to others: whom else we collect, and where hosts really are, stands in the notes alone.
    """
    fetching = {name: value for name, value in stated(settings).items() if name not in ("connect", "publisher")}
    # A field keeps no two spaces in a row; in JSON without blanks between values they stand in texts only.
    return json.dumps(fetching, sort_keys=True, separators=(",", ":")).replace("  ", " \\u0020")


def from_warcinfo(path: Path) -> tuple[datetime, dict[str, Any]] | None:
    """Return when the file at *path* was begun and the settings in its warcinfo record, None if it holds none.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        # The first record of a file of ours is its warcinfo.
        record = read_record_at(path, 0)
        began = read_warc_date(record.get("WARC-Date") or "")
        if record.type != RecordType.WARCINFO:
            return None
        for line in record.block.decode("utf-8", "replace").splitlines():
            name, _, value = line.partition(": ")
            if name == FIELD:
                return began, json.loads(value)
    except (Damaged, ValueError):
        return None
    return None


def of_publishers(publishers: list[Publisher]) -> Settings:
    """Return settings that say no more than who was collected."""
    return Settings(
        publishers=tuple(PublisherOptions(one.url, one.id, one.name, one.hosts, one.languages) for one in publishers)
    )


def settings_anew(warcs: Path, catalogue: Catalogue) -> tuple[Settings, str]:
    """Return the settings that were in force last, and in words where they are recorded.

    They stand in a note; where that is lost, all but publishers and connections in the first record of the newest file;
    where no file of ours has any, nothing is known but the publishers of the captures.

    Raises:
        BadSettings: what is recorded cannot be used by this version.
        OSError: a file cannot be read.
    """
    noted = catalogue.latest_settings()
    if noted is not None:
        return restated(noted[1]), f"as they were recorded on {noted[0]:%Y-%m-%d %H:%M} UTC"
    # A file of others says how another program was set.
    own = (path for path in warc_files(warcs) if not is_imported(path.name))
    stated = [found for path in own if (found := from_warcinfo(path)) is not None]
    if stated:
        began, settings = max(stated, key=lambda found: found[0])
        # The field leaves publishers out (whom else we collect is nobody's business), so they are taken from the
        # captures.
        known = replace(restated(settings), publishers=of_publishers(catalogue.publishers()).publishers)
        return known, f"as the file begun on {began:%Y-%m-%d %H:%M} UTC states them"
    return of_publishers(catalogue.publishers()), "with no more than the publishers of the captures"


def schedule_in_force(catalogue: Catalogue) -> ScheduleOptions:
    """Return the schedule that was recorded last, or the default where none is that can be used."""
    noted = catalogue.latest_settings()
    try:
        return (restated(noted[1]) if noted else Settings()).schedule
    except BadSettings:  # of another version: what is due is worth a visit, and no refusal
        return Settings().schedule


def other_recheck(recorded: Mapping[str, Any], settings: Settings) -> tuple[timedelta, timedelta] | None:
    """Return ``schedule.recheck`` of settings as they were *recorded*, and that of *settings*, where the two differ."""
    schedule = recorded.get("schedule")
    # Another version may have written it.
    was = schedule.get("recheck") if isinstance(schedule, Mapping) else None
    wanted = settings.schedule.recheck
    if not isinstance(was, int | float) or was <= 0 or wanted <= 0 or was == wanted:
        return None
    return timedelta(seconds=was), timedelta(seconds=wanted)
