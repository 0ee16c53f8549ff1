"""Where a verb writes what it hands on: a place that is free, and no part of a collection."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.exits import Exit, Refused

_FOLDERS = ("warcs", "damaged")
_FILES = ("creditline.toml", "run.lock", *(f"catalogue.db{end}" for end in ("", "-wal", "-shm", "-journal")))
"""What is in the folder of a collection, whichever: an output never takes the place of it."""


def free(output: Path, *, replace: bool) -> None:
    """Refuse an output that would be lost, or lost in: something that is there, a part of a collection.

    Raises:
        Refused: with what to do instead (usage).
    """
    if not output.absolute().parent.is_dir():
        raise Refused(f"there is no folder {output.parent}", "make it first, or name another output", Exit.USAGE)
    held = _held_by(Path(os.path.realpath(output))) or _held_by(output.absolute())
    if held is not None:
        raise Refused(f"{output} is or lies in {held} of a collection", "name another output, elsewhere", Exit.USAGE)
    if os.path.lexists(output) and (not replace or output.is_dir()):
        hint = "name another output" + ("" if output.is_dir() else ", or add --replace")
        raise Refused(f"{output} is there already", hint, Exit.USAGE)


def _held_by(output: Path) -> str | None:
    """Return what of a collection *output* is or lies in; None where it is free of any."""
    for folder in output.parents:
        if not any((folder / name).exists() for name in ("creditline.toml", "catalogue.db")):
            continue
        first = output.relative_to(folder).parts[0]
        if first in _FOLDERS or (first in _FILES and output.parent == folder):
            return first
    return None
