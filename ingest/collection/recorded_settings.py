"""Settings as a collection's own records state them, for work that goes by no settings file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from archive.warc.writer import is_imported
from db.catalogue import Catalogue
from ingest.collection.warc_files import warc_files
from ingest.errors import BadSettings
from ingest.settings.recorded import from_warcinfo, of_publishers, restated
from ingest.settings.values import ScheduleOptions, Settings


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
