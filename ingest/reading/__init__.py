"""What one entity says: text, title, authors, dates, tags, language and statements, each with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.reading.reader import read
    from ingest.reading.version import stamp

__all__ = ["read", "stamp"]


def __getattr__(name: str) -> Any:
    # The reader takes a second to load. A run reads in other processes, so this one loads it only when asked.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "stamp":
        from ingest.reading.version import stamp

        return stamp
    from ingest.reading.reader import read

    return read
