"""Where a verb writes what it hands on: a place that is free, outside of the WARC files."""

from __future__ import annotations

from pathlib import Path

from ingest.exits import Exit, Refused


def free(output: Path, collection: Path, *, replace: bool) -> None:
    """Refuse an output that would be lost, or lost in: something that is there, a place inside the WARC files.

    Raises:
        Refused: with what to do instead (usage).
    """
    if not output.absolute().parent.is_dir():
        raise Refused(f"there is no folder {output.parent}", "make it first, or name another output", Exit.USAGE)
    if output.resolve().is_relative_to((collection / "warcs").resolve()):
        raise Refused(f"{output} lies among the WARC files of the collection", "name another folder", Exit.USAGE)
    if output.exists() and (not replace or output.is_dir()):
        hint = "name another output" + ("" if output.is_dir() else ", or add --replace")
        raise Refused(f"{output} is there already", hint, Exit.USAGE)
