"""The named errors as one tree: each says what happened, what to do next, and which exit code the command returns."""

from __future__ import annotations

import errno
import re
from datetime import datetime
from enum import IntEnum
from pathlib import Path

# A read-only file system is reported like missing rights, because the remedy is the same.
RIGHTS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""The error numbers that mean "no permission to read or write here"."""
UNREADABLE = RIGHTS | {errno.EIO}
"""The error numbers that mean "this one file cannot be read"; the others may be. A store far away has `EREMOTEIO`."""
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The error numbers that mean "no room is left to write"."""
# A path has single slashes: "https://site.example" becomes "https:/site.example".
_WEB_ADDRESS = re.compile(r"(https?):/+(.+)", re.I)
RIGHTS_HINT = "change who may read and write there, or work on a copy; searching, showing and verifying only read"


class Exit(IntEnum):
    """How a command ended."""

    # 0 to 2 as in shells; 128 plus the signal's number if a signal ended the command (POSIX); the others are ours.
    DONE = 0
    """Done, and nothing needs attention."""
    BUG = 1
    """A bug in Creditline; the traceback says where. Please report it."""
    USAGE = 2
    """The command cannot be carried out as typed: it names a flag, item, file or collection that does not exist, or it
    would overwrite a file. Nothing was changed."""
    ATTENTION = 3
    """Done, and something needs attention: pages that failed or were blocked (not pages that are gone, never existed,
    need a password or are closed by robots.txt), terms of reuse that a publisher changed, lists of pages that lost most
    of them, a site that a dry run could not reach, a page on disk that could not be read, an overdue run, rows of an
    older reader or of other rules than today's, ids that a rebuild no longer makes, pages that are kept and not read
    yet, damage or files that a rebuild skipped, words that an order erased and that stand elsewhere too or
    still in a copy."""
    INTEGRITY = 4
    """Bytes or rows have changed; each is named with its file, offset and record."""
    NOTHING = 5
    """Nothing was captured: every visit failed or was refused. `creditline failures` says why."""
    LIMIT = 6
    """Stopped at a limit that was set. The state is saved; the same command continues."""
    DISK = 7
    """The disk is full or nearly full, it failed, a file may not be read or written, or the command may open too few
    files. The state is saved.
    """
    LOCKED = 8
    """Another run, or for `start` another service, is active in the collection, or another program has held its
    database or a folder of it for over 30 seconds; it is named if it is known. What was done before is safe."""
    SETTINGS = 9
    """The settings are invalid, a contact is missing, or another version of Creditline made the catalogue. Nothing was
    changed."""
    INTERRUPTED = 130
    """Stopped with Ctrl-C; the state is saved."""
    TERMINATED = 143
    """Stopped by SIGTERM, after the current page; the state is saved."""


class CreditlineError(Exception):
    """The root of the tree. Any other exception that reaches the edge is a bug in the program.

    Attributes:
        code: exit code of a command that this error stops; BUG if only a bug can let the error get that far.
        hint: what to do next.
    """

    # BUG by default: an error without a code of its own shows its traceback and cannot pass for wrong usage.
    code: Exit = Exit.BUG
    hint: str = ""


class Refused(CreditlineError):
    """A command that cannot go on: *what* happened, what to do next (*hint*), and the exit code (*code*)."""

    # The code is given case by case: a command may be stopped by its usage, by the settings or by bytes.
    def __init__(self, what: str, hint: str, code: Exit) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code


class NotAFile(Refused):
    """A *path* that was named as a file to read and is none: nothing, a folder, a pipe, or a web address."""

    code = Exit.USAGE

    def __init__(self, path: Path, hint: str) -> None:
        if (address := _WEB_ADDRESS.match(str(path))) is not None:
            what = f"{address[1]}://{address[2]} is a web address, not a file of this machine"
        elif path.is_dir():
            what = f"{path} is a folder"
        elif path.exists():
            what = f"{path} is a pipe or a device, not a file"
        else:
            what = f"there is no file {path}"
        super().__init__(what, hint, Exit.USAGE)
        self.path = path


# ValueError too, because code that reads addresses from pages treats a bad address as bad input.
class UrlRefused(CreditlineError, ValueError):
    """A URL that will not be requested.

    Attributes:
        url: the URL as given.
        why: what is wrong with it, in words.
        hint: what to do about it.
    """

    code = Exit.USAGE

    def __init__(self, url: str, why: str, hint: str) -> None:
        super().__init__(f"{url!r}: {why}. {hint}")
        self.url = url
        self.why = why
        self.hint = hint


class BadHead(CreditlineError, ValueError):
    """The bytes do not begin with the head of an HTTP response; *reason* says why, in words."""

    def __init__(self, reason: str) -> None:
        # ValueError too, because code that asks whether a record is a capture treats a bad head like a bad date.
        super().__init__(f"not the head of an HTTP response: {reason}")
        self.reason = reason


class BadRange(CreditlineError, ValueError):
    """Byte ranges or a decoding that do not fit the entity; they may come from another entity."""

    def __init__(self, reason: str, ranges: tuple[tuple[int, int], ...]) -> None:
        super().__init__(f"{reason}: {ranges}; is this the entity that the passage was found in?")
        self.reason = reason
        self.ranges = ranges


class Damaged(CreditlineError):
    """A WARC file cannot be read from *offset* on; *what* says why, *hint* what to do next."""

    code = Exit.INTEGRITY
    hint = "run `creditline verify` on the file; restore it from a copy, or let recovery cut a torn tail"

    def __init__(self, path: Path, offset: int, what: str) -> None:
        super().__init__(f"{path}: damaged at byte {offset}: {what}")
        self.path = path
        self.offset = offset
        self.what = what

    def __reduce__(self) -> tuple[type[Damaged], tuple[Path, int, str]]:
        return type(self), (self.path, self.offset, self.what)  # readers hand it from process to process


class CannotReplay(CreditlineError):
    """The capture of *url* at *began* cannot be replayed; *reason* says why, *hint* what to do next."""

    code = Exit.INTEGRITY
    hint = "run `creditline verify` on its file, or import the WARC that holds the earlier capture"

    def __init__(self, url: str, began: datetime, reason: str) -> None:
        super().__init__(f"cannot replay {url} of {began:%Y-%m-%dT%H:%M:%SZ}: {reason}")
        self.url = url
        self.began = began
        self.reason = reason


NO_ARCHIVE = (
    "name a WARC, ARC or WACZ file: an index (CDX), a list of packages, a HAR or a page that a browser saved holds no"
    " archived bytes"
)
"""What to do about a file that never was an archive: getting it again would not help."""


class NotAPackage(CreditlineError):
    """A file cannot be read as a WACZ; *what* says why, *hint* what to do next."""

    code = Exit.INTEGRITY
    hint = "get the file again, or import the WARC files that it was made of"

    def __init__(self, path: Path, what: str, hint: str = "") -> None:
        super().__init__(f"{path}: {what}")
        self.hint = hint or type(self).hint
        self.path = path
        self.what = what


class CannotSign(CreditlineError):
    """A signature cannot be made or checked because something needed is missing; *hint* says what to do next."""

    code = Exit.USAGE

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


class DiskFailed(CreditlineError):
    """The disk reported an error; *path* and *errno* say what and why, *hint* what to do. No durable data are lost."""

    code = Exit.DISK

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}")
        self.path = path
        self.errno = error.errno
        # Safe, because rows are committed only after their records are synced.
        self.hint = "make room on the disk, or repair it, and run again: what was kept so far is safe"
        if error.errno in RIGHTS:
            self.hint = RIGHTS_HINT
        if error.errno == errno.ENOTDIR:
            self.hint = "a file is where a folder should be: name another place"
        self._error = error

    def of(self, path: Path) -> DiskFailed:
        """Return this error as one of *path*."""
        return DiskFailed(path, self._error)

    def __reduce__(self) -> tuple[type[DiskFailed], tuple[Path, OSError]]:
        return type(self), (self.path, self._error)


class HeldByAnother(CreditlineError):
    """Another program held *path* for longer than the waiting time; *holder* says which program, "" if unknown."""

    code = Exit.LOCKED

    def __init__(self, path: Path, holder: str) -> None:
        super().__init__(f"{path} is held by {holder or 'another program'}")
        self.path = path
        self.holder = holder
        self.hint = "wait for it to end, or stop it, and type the command again; what was done so far is safe"


class DiskFull(DiskFailed):
    """Fewer bytes are *free* on the disk of *path* than the *reserve* (bytes): work stops before the disk is full."""

    def __init__(self, path: Path, free: int, reserve: int) -> None:
        super().__init__(path, OSError(errno.ENOSPC, f"{free:,} bytes are free, and {reserve:,} are kept in reserve"))
        self.free, self.reserve = free, reserve
        self.hint = "make room, and run again: it goes on where it was. The reserve is store.reserve_bytes"
