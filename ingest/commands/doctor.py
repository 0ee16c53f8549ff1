"""`creditline doctor`: test this machine and the program; each check really tries what it checks."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path

import click

from archive.errors import DiskFailed, Exit, HeldByAnother
from ingest.cli.console import Console
from ingest.cli.flag_rules import Verb

ROOM = 1_000_000_000
"""The bytes that should be free: one WARC file."""

Check = tuple[str, str | None, str]
"""Name, fault or None, and what was found."""


@click.command(cls=Verb)
@click.pass_obj
def command(console: Console) -> None:
    """Check SQLite and FTS5, locks, disk space, the clock, the libraries, that this user may read all files (and write
    all that a run writes, or nothing), that every page of the catalogue can be read, and that an exchange is kept byte
    for byte and reads back the same.
    """
    bad = 0
    for name, fault, detail in checks(console.directory, partial(_begin, console)):
        bad += fault is not None
        if console.as_json:
            console.out_json({"check": name, "ok": fault is None, "detail": fault or detail})
        elif fault is not None or not console.quiet:
            console.advise(f"{'ok ' if fault is None else 'BAD'}  {name:<12} {fault or detail}")
    sys.exit(Exit.ATTENTION if bad else Exit.DONE)


def _begin(console: Console, name: str) -> None:
    path = console.directory / "catalogue.db"
    if name == "catalogue" and path.exists():
        console.wait(f"Reading every page of the catalogue, {path.stat().st_size / 1e6:.0f} MB ...")


def checks(directory: Path, begin: Callable[[str], None] = lambda _name: None) -> Iterator[Check]:
    """Yield (name, fault or None, detail) for each check as it is made; call *begin* with its name before."""
    tried: tuple[tuple[str, Callable[[Path], str]], ...] = (
        # The checks that others rely on come first.
        ("libraries", _libraries),
        ("sqlite", _sqlite),
        ("locks", _locks),
        ("disk", _disk),
        ("files", _files),
        ("catalogue", _catalogue),
        ("clock", _clock),
        ("bytes", _bytes),
    )
    for name, check in tried:
        begin(name)
        try:
            yield name, None, check(directory)
        except _Fault as fault:
            yield name, str(fault), ""
        # A check that cannot run is a finding, and the others still run.
        except OSError as error:
            yield name, f"{error.filename or directory}: {error.strerror}", ""
        except (DiskFailed, HeldByAnother) as error:
            yield name, str(error), ""


class _Fault(Exception):
    """A failed check, with its explanation."""


def _libraries(_directory: Path) -> str:
    names = ("trafilatura", "lxml", "lxml_html_clean", "warcio", "isal", "sqlite-utils", "schedule", "pytz")
    try:
        return ", ".join(f"{name} {metadata.version(name)}" for name in names)
    except metadata.PackageNotFoundError as error:
        raise _Fault(f"{error} is not installed: install creditline again") from error


def _sqlite(_directory: Path) -> str:
    from db.errors import UnsuitableSqlite
    from db.schema.database import check_sqlite

    try:
        return f"SQLite {check_sqlite()} with FTS5 and STRICT tables"
    except UnsuitableSqlite as error:
        raise _Fault(f"{error}: {error.hint}") from error


def _locks(directory: Path) -> str:
    where = directory if directory.is_dir() else Path()
    # Test in the collection's folder, because network disks differ in what flock does. Open the same file twice: locks
    # from one opening never conflict with each other.
    with tempfile.TemporaryFile(dir=where) as one, Path(f"/proc/self/fd/{one.fileno()}").open("rb") as other:
        fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return "flock holds here"
    raise _Fault("two openings of one file can both be locked: move the collection to a local disk")


def _disk(directory: Path) -> str:
    where = directory if directory.is_dir() else Path()
    free, files = shutil.disk_usage(where).free, os.statvfs(where)
    if free < ROOM:
        raise _Fault(f"only {free / 1e9:.1f} GB free: make room before the next run")
    # Some file systems have no limit, and say 0 of 0.
    if files.f_files and not files.f_favail:
        raise _Fault(f"{free / 1e9:.1f} GB free, but no room for another file: `df -i` shows it; remove small files")
    return f"{free / 1e9:.1f} GB free"


def _files(directory: Path) -> str:
    """Check that this user may read all files, and write either what a run writes, or nothing, as who only reads."""
    from ingest.collection.run_lock import FILE_NAME, SERVICE

    if not (directory / "warcs").exists():
        # Of a mistyped folder, all else that is tried tells of the current one.
        return "there are none here" if directory.is_dir() else f"there is no folder {directory} yet"
    beside = (f"catalogue.db{end}" for end in ("", "-wal", "-shm"))
    written = [directory, directory / "warcs", *(directory / name for name in (*beside, FILE_NAME, SERVICE))]
    there = [path for path in written if path.exists()]
    kept = list((directory / "warcs").glob("*.warc*"))
    settings = directory / "creditline.toml"
    read = [*there, *([settings] if settings.exists() else []), *kept]
    if closed := [path for path in read if not os.access(path, os.R_OK)]:
        raise _Fault(f"{_first(closed)} may not be read by this user: give all files to one user")
    fixed = [path for path in there if not os.access(path, os.W_OK)]
    if fixed and len(fixed) < len(there):
        raise _Fault(f"{_first(fixed)} may not be written by this user: give all files to one user")
    may = "but may not write here" if fixed else "and may write here"
    return f"this user may read all {len(kept)} WARC files, {may}"


def _first(paths: list[Path]) -> str:
    more = f", and {len(paths) - 1} more," if paths[1:] else ""
    try:
        return f"{paths[0]} of {paths[0].owner()}{more}"
    except (KeyError, OSError):  # a user without a name, or a folder that may not be entered
        return f"{paths[0]}{more}"


def _catalogue(directory: Path) -> str:
    """Read every page of the catalogue; without files and catalogue there is no fault."""
    from db import rules
    from db.errors import CatalogueRefused, NoCatalogue
    from db.schema.database import examine, open_database

    try:
        found = f"every page of it reads; captures {examine(directory / 'catalogue.db')}"
        with closing(open_database(directory / "catalogue.db", read_only=True)) as connection:
            others = rules.others(connection)
        # No fault: what an older program folded is used as it is.
        return found + (
            "; folded by other rules: `creditline rebuild --check` says what would differ" if others else ""
        )
    except NoCatalogue as missing:
        if (directory / "warcs").is_dir():
            raise _Fault(str(missing)) from missing
        return "there is none here"
    except CatalogueRefused as refused:
        raise _Fault(str(refused)) from refused


def _clock(directory: Path) -> str:
    """Check that the clock is not behind the newest capture."""
    from db.errors import CatalogueRefused
    from db.instant import maybe_instant
    from db.schema.database import newest_capture

    now = datetime.now(UTC)
    try:
        newest = maybe_instant(newest_capture(directory / "catalogue.db"))
    except CatalogueRefused:  # already reported by the catalogue check
        newest = None
    if newest is not None and newest > now:
        raise _Fault(f"the clock says {now:%Y-%m-%d %H:%M} UTC, before the newest capture ({newest:%Y-%m-%d %H:%M})")
    return f"{now:%Y-%m-%d %H:%M} UTC"


def _bytes(_directory: Path) -> str:
    from archive.fixity.verifier import verify_file
    from archive.http.exchange import Ending, Exchange
    from archive.replay import replay
    from archive.store import Archive

    # Use what careless software would change: spaces, a repeated field, bytes that are not UTF-8, a NUL.
    response = b"HTTP/1.0 200 OK\r\nX-Odd:  two  spaces \r\nX-Odd: \xff\r\n\r\n<html>\x00\xa3</html>"
    began = datetime.now(UTC)
    exchange = Exchange("http://self.test/", began, b"GET / HTTP/1.0\r\n\r\n", response, Ending.END_MARK)
    with tempfile.TemporaryDirectory() as folder:
        warcs = Path(folder)
        with Archive.open(warcs, info={}, clock=lambda: began, new_id=uuid.uuid4) as archive:
            capture = archive.keep("self", exchange)
        again = replay(warcs, capture, lambda _url, _date: None)
        findings = verify_file(warcs / capture.ref.file).findings
    if again.response != response or again.request != exchange.request:
        raise _Fault("an exchange did not come back byte for byte")
    if findings:
        raise _Fault(f"a file just written does not verify: {findings[0].what}")
    return f"{len(response)} bytes kept and read back the same"
