"""The catalogue's database: opened, made and brought up to date by migrations, copied; refused where it is none."""

from __future__ import annotations

import errno
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from archive import file_lock
from archive.digest import spelt
from archive.disk import Disk
from archive.errors import DiskFailed, HeldByAnother
from archive.file_lock import holder_of
from db.errors import CatalogueRefused, DamagedCatalogue, NewerCatalogue, NoCatalogue, NotACatalogue, OlderCatalogue
from db.schema.connection import Connection
from db.schema.migrations import APPLICATION_ID, SCHEMA, migrate
from db.schema.tables import TABLES, VIEWS
from db.schema.write_ahead_log import UNFOLDED, fold_log, keep_log_short

# Codes of SQLite for what the file system did, as the system itself would call it.
_OF_THE_DISK = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_IOERR: errno.EIO}

# Bytes of one block of the index of the log, which whoever opens the database makes (SQLite, WAL-index format).
_SHARED = 32_768


# KiB of pages held in memory of a catalogue that is being made, as far as it has so many.
_BEING_MADE = 256 * 1024

REMADE = "Make it anew from its WARC files, which are the record: creditline rebuild"


def open_database(
    path: Path, *, create: bool = False, read_only: bool = False, older: bool = False
) -> sqlite3.Connection:
    """Open the catalogue at *path*: WAL, synchronous FULL, foreign keys on, transactions begun by hand.

    With *create* a missing database is made and an older one is brought up to date; one that is *older* may be opened
    as it is, to be read.
    Raises a `CatalogueRefused`; a file that is refused is not changed.
    """
    # Before SQLite sees it, which would make a file where there is none.
    _look(path, create=create and not read_only)
    try:
        return _opened(path, "ro" if read_only else "rwc", create=create and not read_only, older=older and read_only)
    except (DiskFailed, sqlite3.OperationalError):
        if not read_only or not _is_at_rest(path):
            raise
        # A full or read-only disk has no room for what SQLite shares between those who have the database open.
        return _opened(path, "ro&immutable=1", create=False, older=older)


def _is_at_rest(path: Path) -> bool:
    """Say whether nobody has the database open: its log is empty, and the index of the log has not one whole block."""
    log, index = (path.with_name(f"{path.name}-{what}") for what in ("wal", "shm"))
    # By size alone: opening these files and closing them again would drop SQLite's own locks (see `_look`).
    return not (log.exists() and log.stat().st_size) and not (index.exists() and index.stat().st_size >= _SHARED)


def _opened(path: Path, mode: str, *, create: bool, older: bool = False) -> sqlite3.Connection:
    connection = connect(path, mode)
    teach(connection)
    try:
        held = _schema_of(connection, path, create=create, older=older)
        if mode == "rwc":
            _settle(connection)
        if held < SCHEMA and not older:
            # Only a writer gets here: a reader of an older catalogue has been refused.
            migrate(connection)
    except BaseException as error:
        connection.close()
        failed = named(error, path)
        if failed is None:
            raise
        raise failed from error
    return connection


def in_memory() -> sqlite3.Connection:
    """Return an empty catalogue's database that lies in memory alone; it asks for no row that another points to."""
    # Foreign keys are off by default, which a replica needs: it holds parts of a catalogue.
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    teach(connection)
    for statement in (*TABLES, *VIEWS):
        connection.execute(statement)
    return connection


def named(error: BaseException, path: Path) -> DiskFailed | HeldByAnother | None:
    """Return *error* as what the disk, or another program, did to the database at *path*; None for another kind."""
    # The low byte is the kind; what is above it says which call of the system failed.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return HeldByAnother(path, str(holder_of(path, path.with_name(f"{path.name}-shm")) or ""))
    if kind not in _OF_THE_DISK:
        return None
    return DiskFailed(path, OSError(_OF_THE_DISK[kind], str(error)))


@contextmanager
def written(connection: sqlite3.Connection, disk: Disk) -> Iterator[None]:
    """Make what is done inside one transaction (BEGIN IMMEDIATE), undone if it raises.

    Raises:
        DiskFailed: the disk is full or fails.
        HeldByAnother: another program holds the database for too long.
    """
    try:
        # At once for writing: a transaction that reads first and writes later can fail in between where another wrote.
        connection.execute("BEGIN IMMEDIATE")
        yield
        # By the seam, so that tests can let a commit fail like any other call.
        disk.commit(connection.commit)
    except BaseException as error:
        # Also where the commit failed: or all that follows would silently be part of what never ends.
        connection.rollback()
        failed = named(error, Path(connection.execute("PRAGMA database_list").fetchone()[2]))
        if failed is None:
            raise
        raise failed from error
    keep_log_short(connection)


def _look(path: Path, *, create: bool) -> None:
    """Refuse what is no file. What is in it SQLite says: a file of the database is never opened by hand, since closing
    it again drops every lock that this process holds on it (POSIX), and others then take the log from under us.
    """
    if not path.exists():
        if not create:
            raise NoCatalogue(
                "the catalogue is missing, and its WARC files are there"
                if _has_warcs(path)
                else "there is no catalogue",
                path,
                "Make it again from them: creditline rebuild"
                if _has_warcs(path)
                else "Make one with: creditline save URL, or creditline init URL",
            )
        return
    if not path.is_file():
        raise NotACatalogue("this is not a file", path, "Choose another folder with -C DIR")


def _has_warcs(path: Path) -> bool:
    return any((path.parent / "warcs").glob("*.warc*"))


def _not_a_database(path: Path) -> CatalogueRefused:
    if _has_warcs(path):
        return DamagedCatalogue("the catalogue is damaged", path, REMADE)
    return NotACatalogue("this file is not an SQLite database", path, "Choose another folder with -C DIR")


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Connect to the database at *path* in an URI's *mode*; transactions are begun by hand."""
    # One thread uses a connection at a time, but not always the one that opened it.
    return sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
        timeout=file_lock.PATIENCE,
        factory=Connection,
    )


def _schema_of(connection: sqlite3.Connection, path: Path, *, create: bool, older: bool) -> int:
    try:
        application = int(connection.execute("PRAGMA application_id").fetchone()[0])
        held = int(connection.execute("PRAGMA user_version").fetchone()[0])
        tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise _not_a_database(path) from error
    # An empty file, or one in which a kill left only the list of migrations, may be made a catalogue.
    if application != APPLICATION_ID and not (create and _is_bare(connection, tables)):
        raise NotACatalogue("this database is not a catalogue", path, "Choose another folder with -C DIR")
    if held < SCHEMA and not (create or older):
        hint = "Bring it up to date, after a rehearsal on a copy: creditline upgrade"
        raise OlderCatalogue("an older Creditline wrote this catalogue", path, hint)
    if held > SCHEMA:
        hint = f"It has schema {held}, this program knows {SCHEMA}: install a newer Creditline"
        raise NewerCatalogue("a newer Creditline wrote this catalogue", path, hint)
    return held


def _is_bare(connection: sqlite3.Connection, tables: int) -> bool:
    """Nothing is in it, or nothing but the table of migrations: what a crash while it was made leaves."""
    named = "SELECT count(*) FROM sqlite_schema WHERE tbl_name LIKE '\\_sqlite\\_migrations%' ESCAPE '\\'"
    return tables == int(connection.execute(named).fetchone()[0])


def teach(connection: sqlite3.Connection) -> None:
    """Let SQL compare digests by their bytes: rows of older programs spell theirs as the records do."""
    connection.create_function("spelt", 1, lambda printed: printed and spelt(printed), deterministic=True)


def _settle(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # A row must not be lost that says what was kept: with NORMAL a power cut takes the last transactions in WAL mode.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # KiB. In SQLite's own two megabytes the upper parts of a dozen indexes do not fit, and are read for each page.
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute(f"PRAGMA wal_autocheckpoint = {UNFOLDED}")


def try_fts() -> str | None:
    """Return the version of SQLite if it makes FTS5 and STRICT tables here, else None."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        connection.execute("CREATE TABLE strict_one (name TEXT) STRICT")
    except sqlite3.OperationalError:
        return None
    else:
        return sqlite3.sqlite_version
    finally:
        connection.close()


def newest_capture(path: Path) -> str | None:
    """Return the time of the newest capture in the catalogue at *path*, as text, or None.

    Raises a `CatalogueRefused`.
    """
    with _looked_into(path) as connection:
        found: str | None = connection.execute("SELECT max(began) FROM capture").fetchone()[0]
        return found


def examine(path: Path) -> int:
    """Read every page of the catalogue at *path*; return how many captures it has.

    Raises:
        CatalogueRefused: it is none, or a part of it is damaged.
    """
    with _looked_into(path) as connection:
        (state,) = connection.execute("PRAGMA quick_check (1)").fetchone()
        if state != "ok":
            raise DamagedCatalogue(f"the catalogue is damaged ({state.splitlines()[-1]})", path, REMADE)
        return int(connection.execute("SELECT count(*) FROM capture").fetchone()[0])


def examined(path: Path) -> list[str]:
    """Return what is wrong with the database at *path* as a whole, in words.

    What SQLite's own full check finds, rows that point to none, and what was put into it that no Creditline makes.

    Raises a `CatalogueRefused`.
    """
    with _looked_into(path) as connection:
        # Twenty are enough to know; a database of zeros would give thousands.
        found = [row[0] for row in connection.execute("PRAGMA integrity_check (20)") if row[0] != "ok"]
        pointing = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        found += [f"row {row} of {table} points to no row of {parent}" for table, row, parent, _ in pointing]
        return [*found, *foreign(connection)]


def schema_of(path: Path) -> int:
    """Return the number of the schema that the catalogue at *path* has: `SCHEMA`, or less where an older one made it.

    Raises a `CatalogueRefused`.
    """
    with closing(open_database(path, read_only=True, older=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def lost(before: Path, after: Path) -> list[str]:
    """Return, in words, what of the rows of the catalogue at *before* is otherwise in the one at *after*.

    Compared is what both have, table by table and column by column, but the stamps of readers and the search index.
    """
    with closing(open_database(after, read_only=True)) as connection:
        connection.execute("ATTACH ? AS old", (f"file:{quote(str(before.absolute()))}?mode=ro",))
        return [what for table in _tables(connection) if (what := _otherwise(connection, table)) is not None]


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the tables of the attached catalogue that a migration has to keep."""
    rows = connection.execute(
        rf"""SELECT name FROM old.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'
        AND NOT ({_BESIDE}) ORDER BY name"""
    )
    return [row[0] for row in rows]


def _otherwise(connection: sqlite3.Connection, table: str) -> str | None:
    named = "SELECT name FROM pragma_table_info(?, ?)"
    held, old = ([row[0] for row in connection.execute(named, (table, one))] for one in ("main", "old"))
    if not held:
        return f"the table {table} is gone"
    both = ", ".join(f'"{name}"' for name in old if name in held and name != "stamp")
    lost, new = (
        connection.execute(f"SELECT count(*) FROM (SELECT {both} FROM {one} EXCEPT SELECT {both} FROM {two})")
        for one, two in ((f"old.{table}", f"main.{table}"), (f"main.{table}", f"old.{table}"))
    )
    missing, added = lost.fetchone()[0], new.fetchone()[0]
    return f"{table}: {missing} rows are gone or changed, {added} are new" if missing or added else None


# What of the schema SQLite and the migrations keep for themselves.
_BESIDE = r"tbl_name LIKE '\_sqlite\_migrations%' ESCAPE '\' OR name LIKE 'sqlite\_%' ESCAPE '\'"


def foreign(connection: sqlite3.Connection) -> list[str]:
    """Return, in words, what of the schema of a catalogue is not as this program makes it."""
    # Against what this program makes now: a trigger or a view that somebody added can change what rows say.
    with closing(in_memory()) as made:
        ours, held = _described(made), _described(connection)
    told = []
    for kind, name in sorted(held.keys() | ours.keys()):
        if (kind, name) not in ours:
            told.append(f"the {kind} {name} is none that Creditline makes")
        elif (kind, name) not in held:
            told.append(f"the {kind} {name} is missing")
        elif held[kind, name] != ours[kind, name]:
            told.append(f"the {kind} {name} is not as Creditline makes it")
    return told


def _described(connection: sqlite3.Connection) -> dict[tuple[str, str], object]:
    """Return what is in the schema: tables with their columns, since migrations add some, all else with its words."""
    rows = connection.execute(f"SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE NOT ({_BESIDE})")
    columns = "SELECT name FROM pragma_table_info(?) ORDER BY name"
    return {
        (kind, name): connection.execute(columns, (name,)).fetchall() if kind == "table" else " ".join(sql.split())
        for kind, name, sql in rows.fetchall()
    }


@contextmanager
def _looked_into(path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(path, read_only=True)
    try:
        yield connection
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedCatalogue(f"the catalogue is damaged ({error})", path, REMADE) from error
    finally:
        connection.close()


# ── The database as a file: copied, and put in the place of another ─────────────────────────────────────────────────


def copy_catalogue(path: Path, target: Path) -> None:
    """Copy the catalogue at *path* to *target* by SQLite's own means: one file, whole, as one transaction saw it.

    One that is of an older schema is copied as it is.

    Raises:
        CatalogueRefused: there is none at *path*.
        sqlite3.DatabaseError: it is damaged; *target* is not to be used.
    """
    source = open_database(path, read_only=True, older=True)
    try:
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
            # One file, with no log beside it that could be left behind.
            copy.execute("PRAGMA journal_mode = DELETE")
            # A damaged catalogue copies without a word, and the copy would take the place of a good backup.
            (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            copy.close()
    finally:
        source.close()
    if told != "ok":
        raise sqlite3.DatabaseError(f"{path}: {told}")


# Few, since as many are copied twice.
_PAGES_AT_ONCE = 1024


def put_in_place(made: Path, held: Path, *, catch_up: Callable[[], None] = lambda: None) -> None:
    """Put what is in the catalogue at *made* into the one at *held*, in one transaction, whoever has that open.

    *catch_up* is called when nobody else can write to *held* any more, to add to *made* what they had written; called
    again, it must change nothing.

    A file that others have open must not be renamed over: their log has its name from the path, and would be taken for
    that of the new one. Only where *held* is no database any more it is replaced as a file.

    Raises:
        DiskFailed: there is no room, or the disk fails; *held* is what it was.
        HeldByAnother: another program holds *held* for too long.
    """
    source = open_database(made, read_only=True)
    try:
        _copy_pages(source, held, catch_up)
    except sqlite3.OperationalError as error:
        failed = named(error, held)
        if failed is None:
            raise
        raise failed from error
    except sqlite3.DatabaseError:
        # A log of the broken one would be played into the new one.
        for suffix in ("-wal", "-shm"):
            held.with_name(held.name + suffix).unlink(missing_ok=True)
        # Nobody can have it open as a database.
        made.replace(held)
    finally:
        source.close()


def _copy_pages(source: sqlite3.Connection, held: Path, catch_up: Callable[[], None]) -> None:
    target = connect(held, "rwc")
    try:
        until = time.monotonic() + file_lock.PATIENCE
        waiting = [catch_up]

        def patient(status: int, _left: int, _total: int) -> None:
            # From the first pages on the place is locked for writing; where the source is changed now, all is copied
            # from its beginning.
            if status == sqlite3.SQLITE_OK and waiting:
                waiting.pop()()
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                target.execute("BEGIN IMMEDIATE")  # raises as it does for everyone who waits too long
                target.execute("ROLLBACK")

        target.execute("PRAGMA synchronous = FULL")
        target.execute("PRAGMA busy_timeout = 100")
        (count,) = source.execute("PRAGMA page_count").fetchone()
        # In two steps at least: after the first the place is locked and nothing of it is to be seen.
        source.backup(target, pages=max(1, min(_PAGES_AT_ONCE, count // 2)), progress=patient, sleep=0.1)
        # The log holds the whole new catalogue once: let it go.
        fold_log(target)
    finally:
        target.close()


def not_awaiting_the_disk(connection: sqlite3.Connection) -> None:
    """Let commits to a database that is being made, and that nobody else has, not wait for the disk."""
    connection.execute("PRAGMA synchronous = OFF")
    # A log beside it would have each page written twice.
    connection.execute("PRAGMA journal_mode = MEMORY")
    # Half of what is written for a page goes into indexes by ids, of which no two come in order: where their leaves do
    # not fit, each is read and written again for every row.
    connection.execute(f"PRAGMA cache_size = -{_BEING_MADE}")
