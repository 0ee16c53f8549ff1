"""The WARC files of a collection, in the order of their names: the one list of them."""

from __future__ import annotations

from pathlib import Path

from archive.warc.writer import OPEN


def warc_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs*, those that are being written too; none where there is no such folder."""
    # By name: publisher, time and serial stand in it, so that every machine goes through them in one order.
    listed = sorted(warcs.iterdir()) if warcs.is_dir() else []
    return [path for path in listed if path.name.endswith((".warc", ".warc.gz", OPEN))]


def finished_files(warcs: Path) -> list[Path]:
    """Return the WARC files in *warcs* that have their final names."""
    return [path for path in warc_files(warcs) if not path.name.endswith(OPEN)]
