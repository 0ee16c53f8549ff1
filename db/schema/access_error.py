"""Errors of SQLite about its files as errors of the disk or of another program, with the file that is at fault."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

from archive.errors import DiskFailed, HeldByAnother
from archive.file_lock import holder_of

# SQLite's codes for file system errors, with the system's error number.
_OF_THE_DISK = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}


def as_access_error(error: BaseException, path: Path) -> DiskFailed | HeldByAnother | None:
    """Return *error* as an error of the disk or of another program at the database *path*; None for other errors."""
    # The low byte is the kind; the higher bits say which system call failed.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HeldByAnother(path, str(holder_of(path, path.with_name(f"{path.name}-shm")) or ""))
    if kind in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return _refusing(path)
    if kind not in _OF_THE_DISK:
        return None
    return DiskFailed(path, OSError(_OF_THE_DISK[kind], str(error)))


def _refusing(path: Path) -> DiskFailed | None:
    """Return which file keeps the database at *path* from being opened or written, because SQLite does not say it."""
    beside = [path.with_name(f"{path.name}-{what}") for what in ("wal", "shm")]
    for mode in (os.R_OK, os.W_OK):
        for one in (path, *beside, path.parent):
            if one.exists() and not os.access(one, mode):
                return DiskFailed(one, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))
    # The files beside it could not be made.
    room = os.statvfs(path.parent)
    full = not room.f_bavail or (room.f_files and not room.f_favail)
    return DiskFailed(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) if full else None
