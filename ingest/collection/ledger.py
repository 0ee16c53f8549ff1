"""Ledger: numbered entries in a folder shared by several machines; each number is given once, to whoever is first."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Protocol
from urllib.parse import quote, unquote

from archive.errors import DiskFailed

# Cached views of a folder may be old. A number is only removed when it is out of date for every reader, because it
# could otherwise be given a second time.
KEPT = 100
"""The number of newest entries kept for each name."""
# The longest file name of common file systems; a host name can become longer when its colon is escaped.
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its number, starting at 1, and its content as JSON values."""

    number: int
    said: Mapping[str, object]

    def text(self, key: str) -> str | None:
        """Return the value of *key* if it is text, else None."""
        value = self.said.get(key)
        return value if isinstance(value, str) else None


class Ledger(Protocol):
    """The store used by workers that share work.

    Its one essential property: an entry is added only if its number is free. A bucket can do that by a PUT with
    ``If-None-Match: *``.
    """

    def last(self, kind: str, name: str) -> Entry | None:
        """Return the newest entry of *name*, or None."""
        ...

    def add(self, kind: str, name: str, number: int, said: Mapping[str, object]) -> bool:
        """Add the entry *number* of *name*; return False if another process did."""
        ...

    def names(self, kind: str) -> list[str]:
        """Return the sorted names of a *kind* that have entries."""
        ...

    def forget(self, kind: str, name: str) -> None:
        """Remove all entries of *name*."""
        ...


class FolderLedger:
    """A ledger in a folder: ``KIND/NAME/NUMBER.json``. Files appear complete and never change.

    Every method raises DiskFailed if the folder cannot be used. An unusable folder is never treated as empty, because
    what others hold would then seem free.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def now(self) -> datetime:
        """Return the time by the clock of the machine that keeps the folder; the folder must exist."""
        made = self._directory / f".{uuid.uuid4().hex}"
        try:
            made.touch()
            try:
                return datetime.fromtimestamp(made.stat().st_mtime, UTC)
            finally:
                made.unlink()
        except OSError as error:
            raise DiskFailed(made, error) from error

    def entered(self, kind: str, name: str) -> datetime | None:
        """Return when the newest entry of *name* was made, by the clock of the machine that keeps the folder."""
        entry = self.last(kind, name)
        if entry is None:
            return None
        path = self._folder(kind, name) / f"{entry.number}.json"
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # just forgotten
            return None
        except OSError as error:
            raise DiskFailed(path, error) from error

    def last(self, kind: str, name: str) -> Entry | None:
        """Return the newest entry of *name*, or None."""
        folder = self._folder(kind, name)
        try:
            number = max(_numbers(folder), default=0)
            return Entry(number, json.loads((folder / f"{number}.json").read_bytes())) if number else None
        except FileNotFoundError:  # just forgotten
            return None
        except (OSError, ValueError) as error:
            raise DiskFailed(folder, error if isinstance(error, OSError) else OSError(str(error))) from error

    def add(self, kind: str, name: str, number: int, said: Mapping[str, object]) -> bool:
        """Add the entry *number* of *name*; return False if another process did."""
        folder = self._folder(kind, name)
        made = folder / f".{uuid.uuid4().hex}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with made.open("w") as file:
                file.write(json.dumps(said, sort_keys=True))
                file.flush()
                # Sync before giving it a number: an entry left empty by a power cut would stop everybody who reads it.
                os.fsync(file.fileno())
            try:
                # A link appears complete or not at all, and only one process can make it, even over NFS.
                os.link(made, folder / f"{number}.json")
            except OSError as error:
                # If an NFS server's reply was lost, the request is repeated and fails on its own link (open(2),
                # O_EXCL).
                if made.stat().st_nlink != 2:
                    if isinstance(error, FileExistsError):
                        return False
                    raise
            finally:
                # The entry counts even if the temporary file cannot be removed, so ignore that error.
                with suppress(OSError):
                    made.unlink()
        except OSError as error:
            raise DiskFailed(folder, error) from error
        with suppress(OSError):
            for old in [one for one in _numbers(folder) if one <= number - KEPT]:
                (folder / f"{old}.json").unlink(missing_ok=True)
        return True

    def names(self, kind: str) -> list[str]:
        """Return the sorted names of a *kind* that have entries."""
        folder = self._directory / kind
        try:
            # Skip hidden files of desktops and file servers; no name begins with a dot.
            return sorted(unquote(name) for name in _listed(folder) if not name.startswith("."))
        except OSError as error:
            raise DiskFailed(folder, error) from error

    def forget(self, kind: str, name: str) -> None:
        """Remove all entries of *name* where possible; the rest counts like what a killed process left."""
        rmtree(self._folder(kind, name), ignore_errors=True)

    def _folder(self, kind: str, name: str) -> Path:
        # Escape the colon and brackets of host names, which are not allowed in file names everywhere.
        quoted = quote(name, safe="")
        if len(quoted) > _LONGEST:
            # A link may name such a long host, and that must not end the run. Its name cannot be read back.
            quoted = hashlib.sha256(name.encode()).hexdigest()
        return self._directory / kind / quoted


def _numbers(folder: Path) -> list[int]:
    stems = (name.removesuffix(".json") for name in _listed(folder) if name.endswith(".json"))
    return [int(stem) for stem in stems if stem.isdigit()]


def _listed(folder: Path) -> list[str]:
    # Not `Path.glob` and `Path.is_dir`, which treat an unreadable folder as empty.
    try:
        return [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
