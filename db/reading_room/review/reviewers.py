"""Reviewers: who may decide in the browser: a file of names, each with the Argon2 hash of a password."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from archive.disk import whole_file
from archive.errors import CreditlineError, Exit

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 1000
"""The fewest and the most characters of a password."""
_HEAD = (
    "# Who may decide in the reading room: NAME:HASH, a line each. `creditline serve --add-reviewer NAME` adds one.\n"
)


class BadReviewers(CreditlineError):
    """The file of reviewers cannot be used, or nobody can be added to it.

    Attributes:
        hint: what to do.
    """

    code = Exit.USAGE

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.hint = hint


@cache
def _hasher() -> PasswordHasher:
    # Imported here because it loads a C library that other commands do not need. The parameters follow RFC 9106 (4).
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _dummy_hash() -> str:
    return _hasher().hash("no password at all")


def read(path: Path) -> Mapping[str, str]:
    """Return the hash of each name in the file at *path*.

    Raises:
        BadReviewers: it cannot be read, others may write to it, or a line is malformed.
    """
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadReviewers(path, f"it cannot be read ({error})", "make it: --add-reviewer NAME") from error
    # Anyone who can write here could decide under any name.
    if mode & 0o022:
        raise BadReviewers(path, "others may write to it", f"chmod go-w {path}")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        # Split at the first colon: hashes contain none, and names with a colon are rejected.
        name, _, hashed = (part.strip() for part in line.partition(":"))
        if not name or not hashed.startswith("$argon2"):
            raise BadReviewers(path, f"line {number} is no NAME:HASH", "make one: --add-reviewer NAME")
        found[name] = hashed
    return found


def add(path: Path, name: str, password: str) -> None:
    """Put *name* with *password* into the file at *path*; replace an older password of that name.

    Raises:
        BadReviewers: the name is not valid, the password is too short, or the file cannot be read.
        DiskFailed: it could not be written.
    """
    name = " ".join(name.split())
    if not name or ":" in name or name.startswith("#") or not name.isprintable():
        raise BadReviewers(path, f"{name!r} is no name", "letters and spaces, as decisions are to carry it")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadReviewers(path, "the password is too short or too long", f"{SHORTEST} characters or more")
    if path.exists():
        read(path)
    # Keep the other lines as they are, including comments.
    kept = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else [_HEAD]
    lines = [line for line in kept if line.startswith("#") or line.partition(":")[0].strip() != name]
    # Write the file completely or not at all: half a file would lock everybody out.
    with whole_file(path) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(("".join(lines).rstrip("\n") + f"\n{name}:{_hasher().hash(password)}\n").lstrip("\n").encode())


class Reviewers:
    """The reviewers in a file; changes of the file take effect at once."""

    def __init__(self, path: Path) -> None:
        """Read the file at *path*. Raises `BadReviewers` if it cannot be used."""
        self._path = path
        # Looked up for each page of a reviewer, so the file is only read again after it changed.
        self._lock = threading.Lock()
        self._seen: tuple[int, ...] = ()
        self._held: Mapping[str, str] = {}
        self._known()

    def _known(self) -> Mapping[str, str]:
        with self._lock:
            seen: tuple[int, ...] = ()
            with suppress(OSError):
                stood = self._path.stat()
                seen = (stood.st_ino, stood.st_size, stood.st_mtime_ns, stood.st_mode)
            # People removed from the file lose access at once.
            if not seen or seen != self._seen:
                self._held, self._seen = read(self._path), seen
            return self._held

    def hash_of(self, name: str) -> str | None:
        """Return the present password hash of *name*; None if the file does not list that name."""
        try:
            return self._known().get(name)
        except BadReviewers:
            # A broken file names nobody: in doubt, nobody may write.
            return None

    def proves(self, name: str, password: str) -> bool:
        """Say whether *password* is that of *name*; takes the same time for unknown names.

        Raises:
            BadReviewers: the file can no longer be used.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        held = self._known().get(name)
        # Always verify some hash: the time must not reveal which names are in the list.
        try:
            _hasher().verify(held or _dummy_hash(), password)
        except (VerificationError, InvalidHashError):
            return False
        return held is not None
