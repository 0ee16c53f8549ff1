"""Ledger: numbered entries in a folder that several machines share; each number is given once, to whoever was first."""

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

# Whoever looks at a folder through a cache may see it as it was: a number that is taken away must be out of date for
# everyone, or it would be given a second time.
KEPT = 100
"""So many of the newest entries of a name are kept."""
# As file systems take: a host may be longer than that once its colon is written as it must be.
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its number, from 1, and what it says, JSON values."""

    number: int
    said: Mapping[str, object]

    def text(self, key: str) -> str | None:
        """Return what it says under *key*, where that is text."""
        value = self.said.get(key)
        return value if isinstance(value, str) else None


class Ledger(Protocol):
    """What is asked of a store by those who share work. That an entry is added only where none of its number is, is the
    whole of it: a bucket does it by a PUT with ``If-None-Match: *``.
    """

    def last(self, kind: str, name: str) -> Entry | None:
        """Return the newest entry of *name*, or None."""
        ...

    def add(self, kind: str, name: str, number: int, said: Mapping[str, object]) -> bool:
        """Add the entry *number* of *name*; return False where another did."""
        ...

    def names(self, kind: str) -> list[str]:
        """Return the names of a *kind* that have entries, in order."""
        ...

    def forget(self, kind: str, name: str) -> None:
        """Take away all entries of *name*."""
        ...


class FolderLedger:
    """A ledger in a folder: ``KIND/NAME/NUMBER.json``. Files are made whole and never changed.

    Every method raises DiskFailed where the folder cannot be used, and never takes it for one without entries: what
    others have would seem to be free.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def now(self) -> datetime:
        """Return the time by the clock of whoever keeps the folder, which has entries."""
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
        """Return when the newest entry of *name* was made, by the clock of whoever keeps the folder."""
        entry = self.last(kind, name)
        if entry is None:
            return None
        path = self._folder(kind, name) / f"{entry.number}.json"
        try:
            return datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # forgotten in this moment
            return None
        except OSError as error:
            raise DiskFailed(path, error) from error

    def last(self, kind: str, name: str) -> Entry | None:
        """Return the newest entry of *name*, or None."""
        folder = self._folder(kind, name)
        try:
            number = max(_numbers(folder), default=0)
            return Entry(number, json.loads((folder / f"{number}.json").read_bytes())) if number else None
        except FileNotFoundError:  # forgotten in this moment
            return None
        except (OSError, ValueError) as error:
            raise DiskFailed(folder, error if isinstance(error, OSError) else OSError(str(error))) from error

    def add(self, kind: str, name: str, number: int, said: Mapping[str, object]) -> bool:
        """Add the entry *number* of *name*; return False where another did."""
        folder = self._folder(kind, name)
        made = folder / f".{uuid.uuid4().hex}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with made.open("w") as file:
                file.write(json.dumps(said, sort_keys=True))
                file.flush()
                # Before it has a number: an entry that a power cut left empty would stop everybody who reads it.
                os.fsync(file.fileno())
            try:
                # A link is made whole or not at all, and by one alone, over NFS too.
                os.link(made, folder / f"{number}.json")
            except OSError as error:
                # A server whose answer was lost is asked again, and finds what it made itself (open(2), O_EXCL).
                if made.stat().st_nlink != 2:
                    if isinstance(error, FileExistsError):
                        return False
                    raise
            finally:
                # Whoever has the number must learn it: what cannot be cleared away is no failure of that.
                with suppress(OSError):
                    made.unlink()
        except OSError as error:
            raise DiskFailed(folder, error) from error
        with suppress(OSError):
            for old in [one for one in _numbers(folder) if one <= number - KEPT]:
                (folder / f"{old}.json").unlink(missing_ok=True)
        return True

    def names(self, kind: str) -> list[str]:
        """Return the names of a *kind* that have entries, in order."""
        folder = self._directory / kind
        try:
            # No name begins with a dot; what a desktop or a file server leaves in a folder does.
            return sorted(unquote(name) for name in _listed(folder) if not name.startswith("."))
        except OSError as error:
            raise DiskFailed(folder, error) from error

    def forget(self, kind: str, name: str) -> None:
        """Take away all entries of *name*, as far as that can be done: what stays is as what a killed process left."""
        rmtree(self._folder(kind, name), ignore_errors=True)

    def _folder(self, kind: str, name: str) -> Path:
        # A name of a host has a colon and, from an address, brackets: not everywhere may they stand in a file name.
        quoted = quote(name, safe="")
        if len(quoted) > _LONGEST:
            # A link on a page may name such a host, and that must not end the run. No name is told by this one.
            quoted = hashlib.sha256(name.encode()).hexdigest()
        return self._directory / kind / quoted


def _numbers(folder: Path) -> list[int]:
    stems = (name.removesuffix(".json") for name in _listed(folder) if name.endswith(".json"))
    return [int(stem) for stem in stems if stem.isdigit()]


def _listed(folder: Path) -> list[str]:
    # Not by `Path.glob` and `Path.is_dir`, to which a folder that cannot be read is one that is empty.
    try:
        return [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
