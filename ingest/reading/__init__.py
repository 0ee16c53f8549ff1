"""What one entity says: text, title, authors, dates, tags, language and statements, each with evidence."""

from __future__ import annotations

from ingest.reading.reader import read, stamp

__all__ = ["read", "stamp"]
