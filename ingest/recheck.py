"""Recheck: when a page that was visited is due again, by the schedule of the settings."""

from __future__ import annotations

from datetime import datetime, timedelta

from ingest.config import ScheduleOptions
from ingest.terms.terms_pages import is_terms_address


def due_again(url: str, at: datetime, schedule: ScheduleOptions) -> datetime:
    """Return when *url*, visited at *at*, is due again: a terms page sooner than others."""
    often = is_terms_address(url)
    return at + timedelta(seconds=min(schedule.discover, schedule.recheck) if often else schedule.recheck)
