"""What one entity says: text, title, authors, dates, tags, language and statements, each with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.reading.reader import read
    from ingest.reading.version import stamp

__all__ = ["read", "stamp"]


def __getattr__(name: str) -> Any:
    # A run reads in other processes; only who reads in this one loads the reader, which takes a second.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name == "stamp":
        from ingest.reading.version import stamp

        return stamp
    from ingest.reading.reader import read

    return read
