"""Amending: what a command adds to the settings file, beside the lines and comments that a person wrote in it."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path

from archive.whole import whole_file
from ingest import config
from ingest.config import Settings
from ingest.exits import BadSettings
from ingest.rendering import publisher_lines, render, toml

_CONTACT = re.compile(r"(?:#\s*)?contact\s*=")


def amend(path: Path, before: Settings, after: Settings) -> None:
    """Write to the file at *path*, which says *before*, what *after* says more: whole, or nothing.

    A file that is not written as ours are may not take it; then it is written anew, without what only a person knew.

    Raises:
        DiskFailed: it could not be written; it says what it said.
    """
    path = path.resolve()
    changed = _amended(path.read_text(encoding="utf-8"), before, after)
    with whole_file(path) as file:
        os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
        file.write((changed if _says(changed, path, after) else render(after)).encode())


def _amended(text: str, before: Settings, after: Settings) -> str:
    lines = text.splitlines()
    if after.contact != before.contact and after.contact:
        _put(lines, _CONTACT, f"contact = {toml(after.contact)}", _begins(lines, "["))
    for host, target in after.connect:
        if (host, target) not in before.connect:
            _connect(lines, host, target)
    for publisher in after.publishers[len(before.publishers) :]:
        lines += ["", *publisher_lines(publisher)]
    return "\n".join(lines) + "\n"


def _connect(lines: list[str], host: str, target: str) -> None:
    if "[connect]" not in lines:
        lines += ["", "[connect]"]
    start = lines.index("[connect]") + 1
    known = re.compile(rf"{re.escape(toml(host))}\s*=")
    _put(lines, known, f"{toml(host)} = {toml(target)}", start + _begins(lines[start:], "["), start)


def _put(lines: list[str], known: re.Pattern[str], line: str, end: int, start: int = 0) -> None:
    """Write *line* in the place of one that is *known* from *start* to *end*, else before all others."""
    found = (at for at in range(start, end) if known.match(lines[at].strip()))
    at = next(found, None)
    if at is not None:
        lines[at] = line
    else:
        lines.insert(start, line)


def _begins(lines: list[str], mark: str) -> int:
    """Return which of *lines* is the first that begins with *mark*; how many there are where none does."""
    return next((at for at, line in enumerate(lines) if line.startswith(mark)), len(lines))


def _says(text: str, path: Path, wanted: Settings) -> bool:
    try:
        return config.parse(tomllib.loads(text), path) == wanted
    except (tomllib.TOMLDecodeError, BadSettings):
        return False
