"""What one entity says: text, title, authors, dates, tags, language and statements, each with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.reading.version import stamp

if TYPE_CHECKING:
    from archive.http.exchange import Entity
    from db.model.item import Context, Reading

__all__ = ["read", "stamp"]


def read(entity: Entity, context: Context) -> Reading:
    """Return what *entity* says (`reader.read`)."""
    # The reader takes half a second to load. Most commands read in other processes, or find that nothing is to be read.
    from ingest.reading.reader import read as read_entity

    return read_entity(entity, context)
