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
"""Characters of a password."""
_HEAD = (
    "# Who may decide in the reading room: NAME:HASH, a line each. `creditline serve --add-reviewer NAME` adds one.\n"
)


class BadReviewers(CreditlineError):
    """The file of reviewers cannot be used, or not be added to.

    Attributes:
        hint: what to do.
    """

    code = Exit.USAGE

    def __init__(self, path: Path, what: str, hint: str) -> None:
        super().__init__(f"{path}: {what}")
        self.hint = hint


@cache
def _hasher() -> PasswordHasher:
    # Here, for it loads a library of C that no other command needs. Its parameters are RFC 9106's (section 4).
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("no password at all")


def read(path: Path) -> Mapping[str, str]:
    """Return the hash of each name in the file at *path*.

    Raises:
        BadReviewers: it cannot be read, others may write to it, or a line is none.
    """
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadReviewers(path, f"it cannot be read ({error})", "make it: --add-reviewer NAME") from error
    # Whoever can write a line here can decide under any name.
    if mode & 0o022:
        raise BadReviewers(path, "others may write to it", f"chmod go-w {path}")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        # At the first colon: a hash has none, and names with one are not taken.
        name, _, hashed = (part.strip() for part in line.partition(":"))
        if not name or not hashed.startswith("$argon2"):
            raise BadReviewers(path, f"line {number} is no NAME:HASH", "make one: --add-reviewer NAME")
        found[name] = hashed
    return found


def add(path: Path, name: str, password: str) -> None:
    """Put *name* with *password* into the file at *path*, in the place of an older password of that name.

    Raises:
        BadReviewers: it is no name, the password is too short, the file cannot be read.
        DiskFailed: it could not be written.
    """
    name = " ".join(name.split())
    if not name or ":" in name or name.startswith("#") or not name.isprintable():
        raise BadReviewers(path, f"{name!r} is no name", "letters and spaces, as decisions are to carry it")
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadReviewers(path, "the password is too short or too long", f"{SHORTEST} characters or more")
    if path.exists():
        read(path)
    # Lines of others stay as they are, with what a person wrote beside them.
    kept = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else [_HEAD]
    lines = [line for line in kept if line.startswith("#") or line.partition(":")[0].strip() != name]
    # Whole or not at all: half a file would shut everybody out.
    with whole_file(path) as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(("".join(lines).rstrip("\n") + f"\n{name}:{_hasher().hash(password)}\n").lstrip("\n").encode())


class Reviewers:
    """Those whom a file names, as it stands when they are asked about."""

    def __init__(self, path: Path) -> None:
        """Read the file at *path*. Raises `BadReviewers` where it cannot be used."""
        self._path = path
        # Asked with each page of a reviewer, so it is read anew only when the file is another.
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
            # Whoever is taken out of the file is out at once.
            if not seen or seen != self._seen:
                self._held, self._seen = read(self._path), seen
            return self._held

    def hash_of(self, name: str) -> str | None:
        """Return the hash of the password of *name* as the file has it now; None where it does not name them."""
        try:
            return self._known().get(name)
        except BadReviewers:
            # A file that is broken names nobody: in doubt nothing is written.
            return None

    def proves(self, name: str, password: str) -> bool:
        """Say whether *password* is that of *name*; it takes as long where nobody is called so.

        Raises:
            BadReviewers: the file cannot be used any more.
        """
        from argon2.exceptions import InvalidHashError, VerificationError

        held = self._known().get(name)
        # Against some hash in any case: how long an answer takes must not tell who is on the list.
        try:
            _hasher().verify(held or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
        return held is not None
