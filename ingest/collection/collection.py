"""A collection on disk: its settings, WARC files and catalogue, and how it is opened for reading or work."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from archive.disk import Disk, RealDisk
from archive.errors import UNREADABLE, DiskFailed, Exit, Refused
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.writer import locate_file
from db import captures, fixity_log
from db.catalogue import Catalogue
from db.frontier import Frontier
from db.instant import to_text
from db.model.item import Publisher
from ingest.collection.clock import lag_of, remark
from ingest.collection.nearby import no_collection
from ingest.collection.recrawl_interval import LONGEST_RETRY
from ingest.collection.run_lock import run_lock
from ingest.collection.scratch import clear
from ingest.progress import counted
from ingest.settings import values
from ingest.settings.errors import BadSettings
from ingest.settings.recorded import FIELD, as_field, body_of, other_recheck, publisher_as_json, settings_as_json
from ingest.settings.toml_file import render
from ingest.settings.values import ArchiveOptions, Settings, bare_hosts, publisher_of

# Code for writing is imported only where something is written: most commands only read the catalogue.
if TYPE_CHECKING:
    from archive.recovery import Recovery
    from archive.store import Archive

# The prefix of a folder in which a collection is being made, and the file in it that marks it as complete.
_HIDDEN, _WHOLE = ".creditline-new-", "whole"
Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the present time: aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a collection are.

    Attributes:
        own: where a worker keeps its own catalogue of what it visits, on a disk of its machine.
    """

    directory: Path
    own: Path | None = None

    @property
    def settings(self) -> Path:
        return self.directory / values.FILE_NAME

    @property
    def warcs(self) -> Path:
        return self.directory / "warcs"

    @property
    def place(self) -> Path:
        """The folder of what belongs to one machine: the catalogue and the run lock."""
        return self.own or self.directory

    @property
    def catalogue(self) -> Path:
        return self.place / "catalogue.db"


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection open for work: its run lock is held.

    Attributes:
        recovered: what an earlier, killed run left behind; already adopted.
        behind: how far the clock is behind the newest record; None if it is not. A note records it.
    """

    layout: Layout
    settings: Settings
    catalogue: Catalogue
    archive: Archive
    frontier: Frontier
    clock: Clock
    recovered: Recovery
    behind: timedelta | None = None

    def remarks(self) -> list[str]:
        """Return what a person working here should be told first."""
        from archive.store import finished_files

        remarks = []
        if self.recovered.adopted or self.recovered.cut:
            kept, cut = len(self.recovered.adopted), len(self.recovered.cut)
            remarks.append(
                f"an earlier run was killed: {counted(kept, 'record')} taken over, {counted(cut, 'torn tail')} cut"
            )
        if self.behind is not None:
            remarks.append(remark(self.behind))
        closed = [path.name for path in finished_files(self.layout.warcs) if not os.access(path, os.R_OK)]
        broken = [one for one in self.recovered.unread if one.file not in closed]
        if broken:
            remarks.append(
                f"{counted(len(broken), 'WARC file')} that the catalogue does not know cannot be read, as"
                f" {broken[0].file}: {broken[0].why}; the next run tries again"
            )
        if closed:
            remarks.append(
                f"{counted(len(closed), 'WARC file')} may not be read, as {closed[0]}: what depends on them waits until"
                " somebody gives this user the right to read them"
            )
        return remarks

    def note(
        self, kind: NoteKind, body: Mapping[str, object], *, about: str | None = None, publisher: str | None = None
    ) -> Note:
        """Record a statement of this program: first durably in the WARC, then as a row (law 2).

        Without *publisher*, it is not about a single publisher.
        """
        from ingest.collection.rows import SERIES, record

        return record(self.catalogue, self.archive, kind, body, about=about, publisher=publisher or SERIES)

    def latest_capture(self, url: str, publisher: str | None = None) -> Capture | None:
        """Return the newest capture of *url* that a revisit may refer to: its payload is held and its file exists.

        If the file is missing or may not be read, the page is fetched and stored again in full.
        """
        found = self.catalogue.latest_capture(url, publisher)
        # Nobody could replay a revisit that refers to such a file.
        return found if found is not None and os.access(self.archive.path(found.ref.file), os.R_OK) else None

    def record_publisher(self, publisher: Publisher) -> None:
        """Record *publisher* in the settings in force, unless it is already described there in the same way."""
        # A note per run would repeat the same thing, and would hide when something changed.
        if self.catalogue.publisher(publisher.id) != publisher:
            self.note(
                NoteKind.SETTINGS,
                {"publishers": [publisher_as_json(publisher)], **self.start_time_fields()},
                about=None,
            )

    def start_time_fields(self) -> dict[str, object]:
        """Return the start time for a settings note if the clock is behind the newest record; otherwise nothing.

        Changed settings never apply to pages captured before the change, whatever the clock says.
        """
        newest = captures.newest(self.catalogue.connection)
        if newest is None or newest < self.clock():
            return {}
        # One microsecond later is the next instant that a WARC-Date written here can express.
        return {"from": to_text(newest + timedelta(microseconds=1))}


def read_settings(layout: Layout) -> Settings:
    """Return the settings of the collection.

    Raises:
        Refused: there is no collection here (usage).
        BadSettings: the settings file cannot be used.
    """
    # If making a collection was killed after it was complete, finish it here, so that the next command finds it.
    if not layout.settings.exists():
        _clear_unfinished(layout.directory)
    if not layout.settings.exists():
        raise no_collection(layout.directory)
    return values.load(layout.settings)


def archive_of(layout: Layout) -> ArchiveOptions:
    """Return the settings about who keeps the collection; defaults if there is no settings file.

    Raises:
        BadSettings: the file cannot be used.
    """
    # Exports can also be made from records alone, without a settings file.
    return values.load(layout.settings).archive if layout.settings.exists() else ArchiveOptions()


def make(layout: Layout, settings: Settings) -> None:
    """Make a new collection: folder, settings file, empty catalogue.

    Raises:
        Refused: the folder contains something else (usage); nothing is changed.
        DiskFailed: the disk failed; no part of the collection remains.
    """
    with making(layout, settings):
        pass


@contextmanager
def making(layout: Layout, settings: Settings) -> Iterator[Layout]:
    """Make a new collection in a hidden folder, let the block fill it, and then move it into place complete.

    If the block fails, nothing remains; if a person interrupts it, what is done so far is kept.

    Raises:
        Refused: the folder contains something else (usage); nothing is changed.
        DiskFailed: there is no room for it.
    """
    directory = layout.directory
    _clear_unfinished(directory)
    # Ignore hidden files: to a person, a folder that was opened by a desktop or is under version control is empty.
    if others := sorted(path.name for path in _entries(directory) if not path.name.startswith(".")):
        raise Refused(
            f"{directory.absolute()} holds something else ({', '.join(others[:3])})",
            "name a new folder with -C DIR",
            Exit.USAGE,
        )
    # The folders to be removed again, innermost first.
    absent = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # Inside the folder itself, because a rename is atomic only within one file system.
        hidden = Layout(Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=directory)))
        with _folder_lock(hidden.directory):
            try:
                hidden.warcs.mkdir()
                # Close it again: if it were renamed while open, its log would stay behind under the old name.
                Catalogue.open(hidden.catalogue, create=True).close()
                hidden.settings.write_text(render(settings), encoding="utf-8")
                yield hidden
            # What was done before an interruption is kept: an import of a thousand files keeps those already in.
            except KeyboardInterrupt:
                _move_into_place(hidden)
                raise
            else:
                _move_into_place(hidden)
            finally:
                shutil.rmtree(hidden.directory, ignore_errors=True)
    except DiskFailed as error:
        raise _as_named(error, directory) from error
    except OSError as error:
        raise DiskFailed(directory, error) from error
    finally:
        for path in absent:
            with suppress(OSError):  # it holds something, then it stays
                path.rmdir()


def _as_named(error: DiskFailed, directory: Path) -> DiskFailed:
    """Return *error* about a file in the hidden folder as one of the file that it would become in *directory*."""
    parts = error.path.parts[len(directory.parts) :]
    return error.of(directory.joinpath(*parts[1:])) if parts and parts[0].startswith(_HIDDEN) else error


def _entries(directory: Path) -> list[Path]:
    return list(directory.iterdir()) if directory.exists() else []


def _move_into_place(hidden: Layout) -> None:
    """Move the collection at *hidden* into the folder around it; last the settings file, which marks a collection."""
    # Mark it as complete first: if the process is killed from here on, the next command finishes the move.
    hidden.directory.joinpath(_WHOLE).touch()
    for path in (hidden.catalogue, hidden.warcs, hidden.settings):
        if path.exists():
            path.replace(hidden.directory.parent / path.name)
    RealDisk().sync_directory(hidden.directory.parent)


def _clear_unfinished(directory: Path) -> None:
    """Remove the remains of a killed making; one that was complete but not yet in place is moved into place."""
    for path in _entries(directory):
        if not path.name.startswith(_HIDDEN):
            continue
        with suppress(BlockingIOError), _folder_lock(path):  # else it is being made at this moment
            if path.joinpath(_WHOLE).exists():
                _move_into_place(Layout(path))
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _folder_lock(directory: Path) -> Iterator[None]:
    """Hold a lock on the folder itself. Raises BlockingIOError if another process holds it."""
    # Do not let child processes inherit it: one that outlives this process would keep the lock.
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def remove_unfinished(layout: Layout, *, folder: bool) -> None:
    """Remove a collection that was just made but never finished; with *folder*, also the folder around it."""
    if folder:
        shutil.rmtree(layout.directory, ignore_errors=True)
        return
    shutil.rmtree(layout.warcs, ignore_errors=True)
    # Remove the log, too: otherwise it would be applied to the next catalogue with that name.
    for path in (layout.settings, *layout.directory.glob(f"{layout.catalogue.name}*"), layout.directory / "run.lock"):
        path.unlink(missing_ok=True)


@contextmanager
def open_for_reading(layout: Layout) -> Iterator[Catalogue]:
    """Open the catalogue for reading, even during a run."""
    read_settings(layout)
    # No lock is needed: SQLite allows any number of readers beside one writer (WAL).
    catalogue = Catalogue.open(layout.catalogue, read_only=True)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def open_for_work(
    layout: Layout,
    settings: Settings,
    *,
    clock: Clock = now,
    mending: bool = False,
    disk: Disk | None = None,
    command: str | None = "run",
) -> Iterator[Collection]:
    """Open the collection for work: take the lock, recover what a killed run left, record changed settings.

    With *mending*, all files may be missing. Tests pass another file system as *disk*. *command*: see `run_lock`; with
    None, the lock is not taken: the caller holds it, or works beside who does.

    Raises:
        Locked: another command works in it.
        Refused: the files that the catalogue names are missing (integrity).
        DiskFailed, CatalogueRefused: as in the functions called.
    """
    from archive.store import Archive
    from ingest.collection.imported import finish_imports
    from ingest.collection.rows import NOTES, WORKER_FIELD, adopt

    with run_lock(layout.place, now=clock(), command=command) if command is not None else _nothing():
        clear(layout.place)
        # Without the lock, never create a catalogue: a missing one must be rebuilt completely from the files.
        catalogue = Catalogue.open(layout.catalogue, create=command is not None, disk=disk)
        try:
            if not mending:
                refuse_without_files(layout, catalogue)
            with Archive.open(
                layout.warcs,
                info=warcinfo(settings) | ({WORKER_FIELD: os.uname().nodename} if layout.own else {}),
                clock=clock,
                new_id=uuid.uuid4,
                roll_bytes=settings.store.roll_bytes,
                disk=disk,
            ) as archive:
                # Adopt before recording anything: a note refers to the one before, which may be in a torn file. A
                # worker learns of each publisher's files when it is given the publisher.
                recovered = adopt(catalogue, archive, NOTES if layout.own else None)
                frontier = Frontier(catalogue)
                work = Collection(layout, settings, catalogue, archive, frontier, clock, recovered)
                # After adopting notes, because the note of a killed import may be among them.
                if layout.own is None:
                    finish_imports(catalogue, layout.warcs)
                _refuse_taken(work)
                _record_settings(work)
                yield _check_clock(work, locked=command is not None)
                # If the block fails, the digests are recorded at the end of the next work instead.
                _record_digests(work)
        finally:
            catalogue.close()


def refuse_without_files(layout: Layout, catalogue: Catalogue) -> None:
    """Refuse to write if every file that *catalogue* names is missing, as when a disk is not mounted.

    Raises:
        Refused: they are missing (integrity); nothing is changed.
    """
    named = catalogue.gapless_ends()
    # Only if all are missing, which looks like a disk that is not mounted; `verify` reports single missing files.
    if named and not any(locate_file(layout.warcs, file).exists() for file in named):
        raise Refused(
            f"the WARC files are gone: the catalogue names {counted(len(named), 'file')}, and {layout.warcs} has none",
            "put them back; from a second copy: creditline verify --copy PLACE --repair; to go on with what is there:"
            " creditline rebuild",
            Exit.INTEGRITY,
        )


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def _record_digests(work: Collection) -> None:
    """Record the digests of whole finished files, to detect bit errors in places that no record covers.

    The file with this note is itself recorded at the end of the next work. Nothing is written if the work stored
    nothing.
    """
    if not work.archive.has_written:
        return
    from archive.fixity.verifier import measure_file
    from archive.store import finished_files
    from ingest.collection.rows import SERIES

    # Leave the series of notes open, because the following note goes into it.
    work.archive.finish(but=SERIES)
    known = fixity_log.finished(work.catalogue.connection)
    # Other workers digest what they wrote; whoever merges their work digests the rest.
    names = [path.name for path in finished_files(work.layout.warcs)] if work.layout.own is None else []
    # The writer has already digested what it wrote; only files of an earlier run are read here.
    wholes = {name: whole for name, whole in work.archive.finished.items() if name not in known}
    for name in names:
        if name in known or name in wholes:
            continue
        try:
            wholes[name] = measure_file(work.layout.warcs / name)
        except OSError as error:
            # One file must not end a run that has kept everything. `verify` names it, and the next run tries again.
            if error.errno not in UNREADABLE:
                raise
    if wholes:
        work.note(NoteKind.DIGEST, {"files": [{"file": name, **asdict(one)} for name, one in sorted(wholes.items())]})


def _check_clock(work: Collection, *, locked: bool) -> Collection:
    """Record if the clock is behind the newest record: records written now would be dated before it.

    Perhaps it is wrong now, perhaps it was wrong then. In both cases pages must not wait for the later time.
    """
    newest, at = captures.newest(work.catalogue.connection), work.clock()
    lag = lag_of(newest, at)
    if lag is not None and newest is not None:
        work.note(NoteKind.CLOCK, {"clock": at.isoformat(), "newest": newest.isoformat()})
        if locked:  # the frontier belongs to the one who visits
            work.frontier.take_back(at, LONGEST_RETRY)
    return replace(work, behind=lag)


def _refuse_taken(work: Collection) -> None:
    """Refuse settings that give a host with stored pages to a publisher with another id.

    Raises:
        BadSettings: names the host and its present publisher.
    """
    listed = [publisher_of(options) for options in work.settings.publishers]
    known = {publisher.id for publisher in listed}
    # Only publishers with captures matter: a host that was only named before may go to another publisher.
    others = [one for one in work.catalogue.publishers() if one.id not in known and work.catalogue.has_captures(one.id)]
    for publisher in listed:
        for other in others:
            for host in sorted(bare_hosts(publisher) & bare_hosts(other)):
                what = f"{publisher.id!r} claims {host!r}, a host of the publisher {other.id!r} in this collection"
                hint = f'write id = "{other.id}": what was cited goes by that id'
                raise BadSettings(work.layout.settings, what, hint)


def _record_settings(work: Collection) -> None:
    """Record the whole settings file, unless it is the same as the one recorded last."""
    held = work.catalogue.latest_settings()
    # A later note about a single publisher may have described it differently.
    known = all(work.catalogue.publisher(one.id) == one for one in map(publisher_of, work.settings.publishers))
    if held and (recheck := other_recheck(held[1], work.settings)):
        work.frontier.adjust_waiting_times(*recheck)  # before the note: after a kill between, they still differ
    if held is None or held[1] != settings_as_json(work.settings) or not known:
        work.note(NoteKind.SETTINGS, body_of(work.settings) | work.start_time_fields())


def user_agent(settings: Settings) -> str:
    """Return the user agent: the program, its version, and a contact."""
    # Crawlers traditionally mark the contact address with a plus.
    contact = f"; +{settings.contact}" if settings.contact else ""
    return f"{_software()} (web archive{contact})"


@cache
def _software() -> str:
    # Imported here, because it takes a twentieth of a search, which asks nobody and writes nothing.
    from importlib import metadata

    return f"creditline/{metadata.version('creditline')}"


def warcinfo(settings: Settings) -> dict[str, str]:
    """Return the fields of the warcinfo records that this collection writes."""
    fields = {
        "software": _software(),
        "http-header-user-agent": user_agent(settings),
        "robots": "classic",
        "description": "Pages of think tanks, kept with their reuse terms",
        FIELD: as_field(settings),
    }
    return fields | ({"operator": settings.contact} if settings.contact else {})
