"""Recorded settings: write settings into notes and warcinfo records, and read them back.

They are read by commands that work without a settings file, and to write a lost settings file again.
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
"""The field of a warcinfo record with the settings for fetching and keeping pages, as JSON."""


def settings_as_json(settings: Settings) -> dict[str, Any]:
    """Return *settings* as JSON values, including defaults, so a later change of a default changes nothing.

    The tables ``alert``, ``timestamp`` and ``serve`` are left out: no page depends on them, and they may hold secret
    addresses.
    """
    table: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(settings))
    del table["alert"], table["timestamp"], table["serve"]
    # In the form of the file: tables instead of pairs, "publisher" instead of "publishers".
    table["connect"] = dict(settings.connect)
    table["publisher"] = table.pop("publishers")
    return table


def settings_from_record(record: Mapping[str, Any]) -> Settings:
    """Return the settings stated in *record*; settings that this version does not know are left out.

    Raises:
        BadSettings: a value is of the wrong kind.
    """
    # Checked like a file written by a person, because a record may be falsified.
    return values.parse(values.known_part(record), Path("the settings in the WARC files"))


def publisher_as_json(publisher: Publisher) -> dict[str, object]:
    """Return *publisher* in the form of a settings note."""
    return {
        "id": publisher.id,
        "url": publisher.url,
        "hosts": list(publisher.hosts),
        "name": publisher.name,
        "languages": list(publisher.languages),
    }


def body_of(settings: Settings) -> dict[str, object]:
    """Return the body of a settings note: the publishers as described in the catalogue, and all settings."""
    publishers = [publisher_as_json(publisher_of(options)) for options in settings.publishers]
    return {"publishers": publishers, "settings": settings_as_json(settings)}


def as_field(settings: Settings) -> str:
    """Return the value of the field `FIELD`, one line: the settings for fetching and keeping pages.

    Publishers and [connect] are left out, because a WARC file may be given to others; only the notes have them.
    """
    fetching = {
        name: value for name, value in settings_as_json(settings).items() if name not in ("connect", "publisher")
    }
    # A field cannot keep two spaces in a row. With these separators they can only occur inside strings, so escape them.
    return json.dumps(fetching, sort_keys=True, separators=(",", ":")).replace("  ", " \\u0020")


def from_warcinfo(path: Path) -> tuple[datetime, dict[str, Any]] | None:
    """Return the date of the file at *path* and the settings in its warcinfo record; None if it has none.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        # The warcinfo is the first record of our own files.
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
    """Return settings with nothing but the publishers."""
    return Settings(
        publishers=tuple(PublisherOptions(one.url, one.id, one.name, one.hosts, one.languages) for one in publishers)
    )


def recover_settings(warcs: Path, catalogue: Catalogue) -> tuple[Settings, str]:
    """Return the last settings in force, and in words where they come from.

    They come from the last settings note. If there is none, they come from the warcinfo record of the newest file,
    which lacks publishers and [connect]. If there is none either, only the publishers of the captures are known.

    Raises:
        BadSettings: what is recorded cannot be used by this version.
        OSError: a file cannot be read.
    """
    noted = catalogue.latest_settings()
    if noted is not None:
        return settings_from_record(noted[1]), f"as they were recorded on {noted[0]:%Y-%m-%d %H:%M} UTC"
    # The settings in imported files are those of other programs.
    own = (path for path in warc_files(warcs) if not is_imported(path.name))
    stated = [found for path in own if (found := from_warcinfo(path)) is not None]
    if stated:
        began, settings = max(stated, key=lambda found: found[0])
        # The field has no publishers, so take them from the captures.
        known = replace(settings_from_record(settings), publishers=of_publishers(catalogue.publishers()).publishers)
        return known, f"as the file begun on {began:%Y-%m-%d %H:%M} UTC states them"
    return of_publishers(catalogue.publishers()), "with no more than the publishers of the captures"


def schedule_in_force(catalogue: Catalogue) -> ScheduleOptions:
    """Return the last recorded schedule, or the default if there is none that this version can use."""
    noted = catalogue.latest_settings()
    try:
        return (settings_from_record(noted[1]) if noted else Settings()).schedule
    except BadSettings:  # written by another version; the default will do to decide when pages are due
        return Settings().schedule


def other_recheck(recorded: Mapping[str, Any], settings: Settings) -> tuple[timedelta, timedelta] | None:
    """Return ``schedule.recheck`` as *recorded* and as in *settings*, if the two differ; otherwise None."""
    schedule = recorded.get("schedule")
    # Written by any version, so trust no type.
    was = schedule.get("recheck") if isinstance(schedule, Mapping) else None
    wanted = settings.schedule.recheck
    if not isinstance(was, int | float) or was <= 0 or wanted <= 0 or was == wanted:
        return None
    return timedelta(seconds=was), timedelta(seconds=wanted)
