"""The catalogue's database: open, create, migrate, check and copy it; refuse files that are not a catalogue."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

from archive import file_lock
from archive.digest import normalize_digest
from archive.disk import Disk
from archive.errors import DiskFailed
from db.errors import (
    CatalogueRefused,
    DamagedCatalogue,
    NewerCatalogue,
    NoCatalogue,
    NotACatalogue,
    OlderCatalogue,
    UnsuitableSqlite,
)
from db.schema.access_error import as_access_error
from db.schema.connection import Connection
from db.schema.migrations import APPLICATION_ID, SCHEMA, make_new, migrate
from db.schema.tables import TABLES, VIEWS
from db.schema.write_ahead_log import UNFOLDED, fold_log, keep_log_short

_WITH_STRICT_TABLES = (3, 37)  # sqlite.org/stricttables.html
# Size of one block of the log's index (shm), which is created when the database is opened (SQLite, WAL-index format).
_SHARED = 32_768


# KiB of page cache for a catalogue that is being made; used only as far as it has so many pages.
_BEING_MADE = 256 * 1024

REMADE = "Rebuild it from its WARC files, which are the record: creditline rebuild"


def check_sqlite() -> str:
    """Return the version of this Python's SQLite.

    Raises:
        UnsuitableSqlite: it has no STRICT tables, or no full text search (FTS5).
    """
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < _WITH_STRICT_TABLES:
        raise UnsuitableSqlite(f"this Python has SQLite {version}, and Creditline needs 3.37 or newer")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        except sqlite3.DatabaseError as error:
            raise UnsuitableSqlite(f"this Python has SQLite {version} without FTS5, which Creditline needs") from error
    return version


def open_database(
    path: Path, *, create: bool = False, read_only: bool = False, older: bool = False
) -> sqlite3.Connection:
    """Open the catalogue at *path* with WAL, synchronous FULL and foreign keys; transactions are begun explicitly.

    With *create*, a missing database is created and an older one is migrated. With *older*, an older one may be opened
    unchanged for reading.
    Raises a `CatalogueRefused`, or UnsuitableSqlite; a refused file is not changed.
    """
    # For reading too: an SQLite that does not know STRICT tables takes a sound catalogue for a damaged one.
    check_sqlite()
    # Before SQLite, which would create a missing file.
    _look(path, create=create and not read_only)
    try:
        return _opened(path, "ro" if read_only else "rwc", create=create and not read_only, older=older and read_only)
    except (DiskFailed, sqlite3.OperationalError):
        if not read_only or not _is_at_rest(path):
            raise
        # On a full or read-only disk SQLite cannot create the files that processes with the database open share.
        return _opened(path, "ro&immutable=1", create=False, older=older)


def _is_at_rest(path: Path) -> bool:
    """Say whether nobody has the database open: its log is empty, and the log's index has not even one block."""
    log, index = (path.with_name(f"{path.name}-{what}") for what in ("wal", "shm"))
    # Judged by size alone: opening and closing these files would drop SQLite's own locks (see `_look`).
    return not (log.exists() and log.stat().st_size) and not (index.exists() and index.stat().st_size >= _SHARED)


def _opened(path: Path, mode: str, *, create: bool, older: bool = False) -> sqlite3.Connection:
    try:
        connection = connect(path, mode)
    except sqlite3.OperationalError as error:
        failed = as_access_error(error, path)
        if failed is None:
            raise
        raise failed from error
    add_digest_function(connection)
    try:
        held = _schema_of(connection, path, create=create, older=older)
        if mode == "rwc":
            _settle(connection)
        # Only a writer gets further, because readers of an older catalogue have been refused.
        if held < SCHEMA and not older:
            if _is_bare(connection):
                make_new(connection)
            else:
                migrate(connection)
    except BaseException as error:
        connection.close()
        failed = as_access_error(error, path)
        if failed is None:
            raise
        raise failed from error
    return connection


def in_memory() -> sqlite3.Connection:
    """Return the database of an empty catalogue in memory; it does not check foreign keys."""
    # Foreign keys are off by default, as a replica needs, because it holds only parts of a catalogue.
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    add_digest_function(connection)
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.deserialize(_empty())
        # Copied, because SQLite lets a database made from bytes grow to 1 GiB only.
        empty.backup(connection)
    return connection


@cache
def _empty() -> bytes:
    """Return the bytes of an empty catalogue's database: copying them takes a quarter of the time of making one."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in (*TABLES, *VIEWS):
            connection.execute(statement)
        return connection.serialize()


@contextmanager
def write_transaction(connection: sqlite3.Connection, disk: Disk) -> Iterator[None]:
    """Run the block in one transaction (BEGIN IMMEDIATE), rolled back if it raises.

    Raises:
        DiskFailed: the disk is full or fails.
        HeldByAnother: another program holds the database for too long.
    """
    try:
        # Locked for writing at once: a transaction that reads first may fail later because another process wrote.
        connection.execute("BEGIN IMMEDIATE")
        yield
        # Through the seam, so that tests can make the commit fail like any other call.
        disk.commit(connection.commit)
    except BaseException as error:
        # Also after a failed commit, or all later statements would join a transaction that never ends.
        connection.rollback()
        failed = as_access_error(error, Path(connection.execute("PRAGMA database_list").fetchone()[2]))
        if failed is None:
            raise
        raise failed from error
    keep_log_short(connection)


@contextmanager
def undo_in_memory(connection: sqlite3.Connection) -> Iterator[None]:
    """Keep in memory what savepoints may have to undo in the transactions that begin while the block lasts.

    SQLite copies each page of the file before it changes it within a savepoint, about sixty pages for an item. To a
    temporary file that is half of all that is written. Sorted rows and what one statement may have to undo stay in
    memory too, so this is for transactions that change a bounded number of items.
    """
    connection.execute("PRAGMA temp_store = MEMORY")
    try:
        yield
    finally:
        connection.execute("PRAGMA temp_store = DEFAULT")


def _look(path: Path, *, create: bool) -> None:
    """Refuse what is not a file. The contents are left to SQLite: opening the database file by hand and closing it
    again would drop all locks that this process holds on it (POSIX), and others would then remove the log under us.
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
                else "Make one with: creditline save URL, or creditline init URL; with settings: creditline run",
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
    """Connect to the database at *path* with an SQLite URI *mode*; transactions are begun explicitly."""
    # One thread at a time uses a connection, but not always the one that opened it.
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
        bare = _is_bare(connection)  # reads the whole schema, and so finds one that is damaged
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise _not_a_database(path) from error
    # An empty file, or one in which a kill left only the migrations table, may become a catalogue.
    if application != APPLICATION_ID and not (create and bare):
        raise NotACatalogue("this database is not a catalogue", path, "Choose another folder with -C DIR")
    if held < SCHEMA and not (create or older):
        hint = "Bring it up to date, after a rehearsal on a copy: creditline upgrade"
        raise OlderCatalogue("an older Creditline wrote this catalogue", path, hint)
    if held > SCHEMA:
        hint = f"It has schema {held}, this program knows {SCHEMA}: install a newer Creditline"
        raise NewerCatalogue("a newer Creditline wrote this catalogue", path, hint)
    return held


def _is_bare(connection: sqlite3.Connection) -> bool:
    """Say whether there is nothing, or nothing but the table of migrations, as a kill of an older program left it."""
    others = "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT LIKE '\\_sqlite\\_migrations%' ESCAPE '\\'"
    return int(connection.execute(others).fetchone()[0]) == 0


def add_digest_function(connection: sqlite3.Connection) -> None:
    """Add a function that lets SQL compare digests in any spelling, because older programs stored them as printed."""
    connection.create_function("spelt", 1, lambda printed: printed and normalize_digest(printed), deterministic=True)


def _settle(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # Recorded rows must not be lost: with NORMAL, a power cut takes the last transactions in WAL mode.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # KiB. SQLite's default of two megabytes is too small for the upper parts of a dozen indexes, which every page
    # needs.
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute(f"PRAGMA wal_autocheckpoint = {UNFOLDED}")


def newest_capture(path: Path) -> str | None:
    """Return the time of the newest capture in the catalogue at *path*, as text, or None.

    Raises a `CatalogueRefused`.
    """
    with _open_for_reading(path) as connection:
        found: str | None = connection.execute("SELECT max(began) FROM capture").fetchone()[0]
        return found


def examine(path: Path) -> int:
    """Read every page of the catalogue at *path*; return how many captures it has.

    Raises:
        CatalogueRefused: the file is not a catalogue, or part of it is damaged.
    """
    with _open_for_reading(path) as connection:
        (state,) = connection.execute("PRAGMA quick_check (1)").fetchone()
        if state != "ok":
            raise DamagedCatalogue(f"the catalogue is damaged ({state.splitlines()[-1]})", path, REMADE)
        return int(connection.execute("SELECT count(*) FROM capture").fetchone()[0])


def examined(path: Path) -> list[str]:
    """Return, in words, what is wrong with the database at *path* as a whole.

    This covers SQLite's own full check, broken foreign keys, and schema objects that no Creditline makes.

    Raises a `CatalogueRefused`.
    """
    with _open_for_reading(path) as connection:
        # Twenty are enough to know; a damaged database could give thousands.
        found = [row[0] for row in connection.execute("PRAGMA integrity_check (20)") if row[0] != "ok"]
        pointing = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
        found += [f"row {row} of {table} points to no row of {parent}" for table, row, parent, _ in pointing]
        return [*found, *schema_differences(connection)]


def schema_of(path: Path) -> int:
    """Return the schema number of the catalogue at *path*: `SCHEMA`, or less if an older program made it.

    Raises a `CatalogueRefused`.
    """
    with closing(open_database(path, read_only=True, older=True)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def differing_rows(before: Path, after: Path) -> list[str]:
    """Return, in words, how the rows of the catalogue at *before* differ from those in the one at *after*.

    All tables and columns that both have are compared, except what states who made
    a row (stamps and rules) and the search index.
    """
    with closing(open_database(after, read_only=True)) as connection:
        connection.execute("ATTACH ? AS old", (f"file:{quote(str(before.absolute()))}?mode=ro",))
        return [what for table in _tables(connection) if (what := _difference(connection, table)) is not None]


def _tables(connection: sqlite3.Connection) -> list[str]:
    """Return the tables of the attached catalogue whose rows a migration has to keep."""
    rows = connection.execute(
        rf"""SELECT name FROM old.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'
        AND name <> 'folded' AND NOT ({_BESIDE}) ORDER BY name"""
    )
    return [row[0] for row in rows]


def _difference(connection: sqlite3.Connection, table: str) -> str | None:
    """Return how *table* differs between the old and the new catalogue in their common columns, or None."""
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


# Schema objects that SQLite and the migrations keep for themselves.
_BESIDE = r"tbl_name LIKE '\_sqlite\_migrations%' ESCAPE '\' OR name LIKE 'sqlite\_%' ESCAPE '\'"


def schema_differences(connection: sqlite3.Connection) -> list[str]:
    """Return, in words, how the schema of a catalogue differs from what this program makes."""
    # Because an added trigger or view could change what rows say.
    ours, held = _described_as_made(), _described(connection)
    told = []
    for kind, name in sorted(held.keys() | ours.keys()):
        if (kind, name) not in ours:
            told.append(f"the {kind} {name} is none that Creditline makes")
        elif (kind, name) not in held:
            told.append(f"the {kind} {name} is missing")
        elif held[kind, name] != ours[kind, name]:
            told.append(f"the {kind} {name} is not as Creditline makes it")
    return told


@cache
def _described_as_made() -> dict[tuple[str, str], object]:
    with closing(in_memory()) as made:
        return _described(made)


def _described(connection: sqlite3.Connection) -> dict[tuple[str, str], object]:
    """Return the schema: tables with their columns, because migrations add some; everything else with its SQL."""
    rows = connection.execute(f"SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE NOT ({_BESIDE})")
    columns = "SELECT name FROM pragma_table_info(?) ORDER BY name"
    return {
        (kind, name): connection.execute(columns, (name,)).fetchall() if kind == "table" else " ".join(sql.split())
        for kind, name, sql in rows.fetchall()
    }


@contextmanager
def _open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_database(path, read_only=True)
    try:
        yield connection
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedCatalogue(f"the catalogue is damaged ({error})", path, REMADE) from error
    finally:
        connection.close()


# ── The database as a file: copy it, and put it in place of another ─────────────────────────────────────────────────


def copy_catalogue(path: Path, target: Path) -> None:
    """Copy the catalogue at *path* to *target* with SQLite's own means: one complete file, the state of one
    transaction.

    A catalogue with an older schema is copied unchanged.

    Raises:
        CatalogueRefused: there is no catalogue at *path*.
        DiskFailed: the disk of *target* is full or fails.
        sqlite3.DatabaseError: the catalogue is damaged; do not use *target*.
    """
    source = open_database(path, read_only=True, older=True)
    try:
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
            # One file, without a log that could be left behind.
            copy.execute("PRAGMA journal_mode = DELETE")
            # A damaged catalogue copies without an error, and the copy would replace a good backup.
            (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.OperationalError as error:
            # Name the copy: it may be on another disk than the catalogue.
            failed = as_access_error(error, target)
            if failed is None:
                raise
            raise failed from error
        finally:
            copy.close()
    finally:
        source.close()
    if told != "ok":
        raise sqlite3.DatabaseError(f"{path}: {told}")


# Few, because up to this many pages may be copied twice.
_PAGES_AT_ONCE = 1024


def replace_contents(made: Path, held: Path, *, catch_up: Callable[[], None] = lambda: None) -> None:
    """Put the contents of the catalogue at *made* into the one at *held*, in one transaction, even if others have it
    open.

    *catch_up* is called when nobody else can write to *held* any more, to add to *made* what others wrote meanwhile. A
    second call must change nothing.

    A file that others have open must not be replaced by renaming: the log's name comes from the path, so the old log
    would be taken for that of the new file. Only if *held* is not a database any more is the file replaced.

    Raises:
        DiskFailed: the disk is full or fails; *held* is unchanged.
        HeldByAnother: another program locked *held* for too long.
    """
    source = open_database(made, read_only=True)
    try:
        _copy_pages(source, held, catch_up)
    except sqlite3.OperationalError as error:
        failed = as_access_error(error, held)
        if failed is None:
            raise
        raise failed from error
    except sqlite3.DatabaseError:
        # The broken database's log would be replayed into the new one.
        for suffix in ("-wal", "-shm"):
            held.with_name(held.name + suffix).unlink(missing_ok=True)
        # Nobody can have the broken file open as a database.
        made.replace(held)
    finally:
        source.close()


def _copy_pages(source: sqlite3.Connection, held: Path, catch_up: Callable[[], None]) -> None:
    target = connect(held, "rwc")
    try:
        until = time.monotonic() + file_lock.PATIENCE
        waiting = [catch_up]

        def patient(status: int, _left: int, _total: int) -> None:
            # After the first pages the target is locked for writing. If the source changes now, copying starts again
            # from the beginning.
            if status == sqlite3.SQLITE_OK and waiting:
                waiting.pop()()
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                target.execute("BEGIN IMMEDIATE")  # raises the usual error for waiting too long
                target.execute("ROLLBACK")

        target.execute("PRAGMA synchronous = FULL")
        target.execute("PRAGMA busy_timeout = 100")
        (count,) = source.execute("PRAGMA page_count").fetchone()
        # In at least two steps: after the first, the target is locked but nothing of the copy is visible yet.
        source.backup(target, pages=max(1, min(_PAGES_AT_ONCE, count // 2)), progress=patient, sleep=0.1)
        # The log holds the whole new catalogue once more, so empty it.
        fold_log(target)
    finally:
        target.close()


def without_sync(connection: sqlite3.Connection) -> None:
    """Do not wait for the disk on commits to a database that is being made and that nobody else has open."""
    connection.execute("PRAGMA synchronous = OFF")
    # A write-ahead log would have each page written twice.
    connection.execute("PRAGMA journal_mode = MEMORY")
    # Half of the writes for a page go to indexes on ids, which arrive in random order. If the index leaves do not fit
    # into the cache, each is read and written again for every row.
    connection.execute(f"PRAGMA cache_size = -{_BEING_MADE}")
