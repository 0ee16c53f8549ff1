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
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from archive.disk import Disk, RealDisk
from archive.errors import DiskFailed, Exit, Refused
from archive.warc.capture import Capture, Note, NoteKind
from archive.warc.writer import locate_file
from db import captures, fixity_log
from db.catalogue import Catalogue
from db.frontier import Frontier
from db.instant import to_text
from db.model.item import Publisher
from ingest.collection.clock import lag_of, remark
from ingest.collection.run_lock import run_lock
from ingest.collection.scratch import clear
from ingest.progress import counted
from ingest.settings import values
from ingest.settings.errors import BadSettings
from ingest.settings.recorded import FIELD, as_field, body_of, described, other_recheck, stated
from ingest.settings.toml_file import render
from ingest.settings.values import ArchiveOptions, Settings, bare_hosts, publisher_of

# What writes is loaded where something is written: most commands only look into the catalogue.
if TYPE_CHECKING:
    from archive.recovery import Recovery
    from archive.store import Archive

# How the name of a folder begins in which a collection is made, and the file in it that says that it is.
_HIDDEN, _WHOLE = ".creditline-new-", "whole"
Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the time: aware, UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parts of a collection lie.

    Attributes:
        own: where a worker keeps a catalogue of its own of what it visits, on a disk of its own machine.
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
        """Where what is of one machine lies: catalogue and run lock."""
        return self.own or self.directory

    @property
    def catalogue(self) -> Path:
        return self.place / "catalogue.db"


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection open for work: its run lock is held.

    Attributes:
        recovered: what an earlier run that was killed left behind, already adopted.
        behind: how far the clock stands before the newest record, where it does; that is recorded.
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
        """Return what whoever works here should be told before."""
        remarks = []
        if self.recovered.adopted or self.recovered.cut:
            kept, cut = len(self.recovered.adopted), len(self.recovered.cut)
            remarks.append(
                f"an earlier run was killed: {counted(kept, 'record')} taken over, {counted(cut, 'torn tail')} cut"
            )
        if self.behind is not None:
            remarks.append(remark(self.behind))
        return remarks

    def note(
        self, kind: NoteKind, body: Mapping[str, object], *, about: str | None = None, publisher: str | None = None
    ) -> Note:
        """Record a statement of ours, about no single publisher where none is named: in the WARC, durable, and then as
        a row (law 2).
        """
        from ingest.collection.rows import SERIES, record

        return record(self.catalogue, self.archive, kind, body, about=about, publisher=publisher or SERIES)

    def latest_capture(self, url: str, publisher: str | None = None) -> Capture | None:
        """Return the newest capture of *url* that can be repeated: its payload is held, and its file is there.

        What stands in a file that is gone is asked for and kept anew, in full.
        """
        found = self.catalogue.latest_capture(url, publisher)
        # A revisit that refers to a file that is gone could be replayed by nobody.
        return found if found is not None and self.archive.path(found.ref.file).exists() else None

    def know(self, publisher: Publisher) -> None:
        """Record *publisher* in the settings in force, unless they describe it so already."""
        # A note for each run would say the same over and over, and none of them when something changed.
        if self.catalogue.publisher(publisher.id) != publisher:
            self.note(NoteKind.SETTINGS, {"publishers": [described(publisher)], **self.begins()}, about=None)

    def begins(self) -> dict[str, object]:
        """Return what a settings note states where the clock stands before what is held: that it holds from here on.

        An edit says nothing of pages that were captured before it, whatever the clock says.
        """
        newest = captures.newest(self.catalogue.connection)
        if newest is None or newest < self.clock():
            return {}
        # A microsecond later is the next instant that a WARC-Date of ours can name.
        return {"from": to_text(newest + timedelta(microseconds=1))}


def read_settings(layout: Layout) -> Settings:
    """Return the settings of the collection.

    Raises:
        Refused: there is no collection here (usage).
        BadSettings: the file cannot be used.
    """
    # A making that was killed after it was whole is finished here, so that the next command finds the collection.
    if not layout.settings.exists():
        _take_away(layout.directory)
    if not layout.settings.exists():
        raise Refused(
            f"there is no collection in {layout.directory.absolute()}",
            "name one with -C DIR, or begin with `creditline save URL` or `creditline init URL`",
            Exit.USAGE,
        )
    return values.load(layout.settings)


def archive_of(layout: Layout) -> ArchiveOptions:
    """Return what the settings say of who keeps the collection; nothing where there is no file.

    Raises:
        BadSettings: the file cannot be used.
    """
    # What is handed out may come of records alone, as somebody was given them.
    return values.load(layout.settings).archive if layout.settings.exists() else ArchiveOptions()


def make(layout: Layout, settings: Settings) -> None:
    """Make a new collection: folder, settings file, empty catalogue.

    Raises:
        Refused: the folder holds something else (usage); nothing is changed.
        DiskFailed: nothing is left of it.
    """
    with making(layout, settings):
        pass


@contextmanager
def making(layout: Layout, settings: Settings) -> Iterator[Layout]:
    """Make a new collection out of sight, where the block may fill it, and put it into its place whole.

    Nothing is left of it where the block fails; where a person breaks it off, what it did so far stands.

    Raises:
        Refused: the folder holds something else (usage); nothing is changed.
        DiskFailed: there is no room for it.
    """
    directory = layout.directory
    _take_away(directory)
    # Hidden files are passed over: a folder that a desktop has looked at, or one under version control, is empty to a
    # person.
    if others := sorted(path.name for path in _entries(directory) if not path.name.startswith(".")):
        raise Refused(
            f"{directory.absolute()} holds something else ({', '.join(others[:3])})",
            "name a new folder with -C DIR",
            Exit.USAGE,
        )
    # To be taken away again in this order, the innermost first.
    absent = [path for path in (directory, *directory.parents) if not path.exists()]
    try:
        directory.mkdir(parents=True, exist_ok=True)
        # Within the folder itself: a rename is atomic on one file system only.
        hidden = Layout(Path(tempfile.mkdtemp(prefix=_HIDDEN, dir=directory)))
        with _held(hidden.directory):
            try:
                hidden.warcs.mkdir()
                # Closed again: renamed while it is open, its log would stay behind under the old name.
                Catalogue.open(hidden.catalogue, create=True).close()
                hidden.settings.write_text(render(settings), encoding="utf-8")
                yield hidden
            # What a person breaks off was wanted so far: an import of a thousand files keeps those that are in.
            except KeyboardInterrupt:
                _show(hidden)
                raise
            else:
                _show(hidden)
            finally:
                shutil.rmtree(hidden.directory, ignore_errors=True)
    except OSError as error:
        raise DiskFailed(directory, error) from error
    finally:
        for path in absent:
            with suppress(OSError):  # it holds something, then it stays
                path.rmdir()


def _entries(directory: Path) -> list[Path]:
    return list(directory.iterdir()) if directory.exists() else []


def _show(hidden: Layout) -> None:
    """Put the collection at *hidden* into the folder around it; the settings file, by which it is known, comes last."""
    # First of all: from here on a kill leaves something that the next command puts in place, and not away.
    hidden.directory.joinpath(_WHOLE).touch()
    for path in (hidden.catalogue, hidden.warcs, hidden.settings):
        if path.exists():
            path.replace(hidden.directory.parent / path.name)
    RealDisk().sync_directory(hidden.directory.parent)


def _take_away(directory: Path) -> None:
    """Take away what was left by a making that was killed; what was whole, and not yet in its place, is put there."""
    for path in _entries(directory):
        if not path.name.startswith(_HIDDEN):
            continue
        with suppress(BlockingIOError), _held(path):  # else it is being made at this moment
            if path.joinpath(_WHOLE).exists():
                _show(Layout(path))
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _held(directory: Path) -> Iterator[None]:
    """Hold a lock on the folder itself; BlockingIOError where another process does."""
    # Not inherited: a reader process that outlives us would hold the lock on.
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def unmake(layout: Layout, *, folder: bool) -> None:
    """Remove a collection that was just made and never finished; with *folder*, the folder that it is in too."""
    if folder:
        shutil.rmtree(layout.directory, ignore_errors=True)
        return
    shutil.rmtree(layout.warcs, ignore_errors=True)
    # With its log beside it: one that is left would be played into the next catalogue of that name.
    for path in (layout.settings, *layout.directory.glob(f"{layout.catalogue.name}*"), layout.directory / "run.lock"):
        path.unlink(missing_ok=True)


@contextmanager
def reading(layout: Layout) -> Iterator[Catalogue]:
    """Open the catalogue to be read; beside a live run too."""
    read_settings(layout)
    # No lock of ours: SQLite lets any number read beside the one who writes (WAL).
    catalogue = Catalogue.open(layout.catalogue, read_only=True)
    try:
        yield catalogue
    finally:
        catalogue.close()


@contextmanager
def at_work(
    layout: Layout,
    settings: Settings,
    *,
    clock: Clock = now,
    locked: bool = True,
    mending: bool = False,
    disk: Disk | None = None,
) -> Iterator[Collection]:
    """Open the collection for a run: take the lock, recover what a killed run left, record changed settings.

    With *mending* all files may be gone. *disk* is another file system in tests.

    Raises:
        Locked: another run is live.
        Refused: the files are gone that the catalogue names (integrity).
        DiskFailed, CatalogueRefused: see there.
    """
    from archive.store import Archive
    from ingest.collection.imported import finish_imports
    from ingest.collection.rows import NOTES, WORKER_FIELD, adopt

    with run_lock(layout.place, now=clock()) if locked else _nothing():
        clear(layout.place)
        # Who does not hold the lock makes no catalogue: one that is missing is made again from the files, whole.
        catalogue = Catalogue.open(layout.catalogue, create=locked, disk=disk)
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
                # Before anything else is recorded: notes name the one before them, which may lie in a torn file.
                # A worker knows of the publishers' files as it is dealt them.
                recovered = adopt(catalogue, archive, NOTES if layout.own else None)
                frontier = Frontier(catalogue)
                work = Collection(layout, settings, catalogue, archive, frontier, clock, recovered)
                # After the notes were adopted, for the note of an import that was killed may be among them.
                if layout.own is None:
                    finish_imports(catalogue, layout.warcs)
                _refuse_taken(work)
                _record_settings(work)
                yield _check_clock(work)
                # What a block left that failed is digested at the end of the next work.
                _record_digests(work)
        finally:
            catalogue.close()


def refuse_without_files(layout: Layout, catalogue: Catalogue) -> None:
    """Refuse to write where every file that *catalogue* names is gone, as after a disk was not mounted.

    Raises:
        Refused: they are gone (integrity); nothing is changed.
    """
    named = catalogue.gapless_ends()
    # All of them gone looks like a disk that is not mounted; one of many is a matter for verify.
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
    """Record what the files that got their final names are as a whole, for a bit that flips where no record feels it.

    The file that the note goes into is recorded at the end of the next work; nothing is written by work that kept
    nothing.
    """
    if not work.archive.wrote:
        return
    from archive.fixity.verifier import whole
    from archive.store import finished_files
    from ingest.collection.rows import SERIES

    # The series of notes stays open: the note that follows goes into it.
    work.archive.finish(but=SERIES)
    known = fixity_log.finished(work.catalogue.connection)
    # What other workers wrote is for them to digest, and for whoever folds it what nobody did.
    names = [path.name for path in finished_files(work.layout.warcs)] if work.layout.own is None else []
    wholes = {
        # The writer has digested what it wrote; only files of an earlier run are read for it.
        name: work.archive.finished.get(name) or whole(work.layout.warcs / name)
        for name in names or work.archive.finished
        if name not in known
    }
    if wholes:
        work.note(NoteKind.DIGEST, {"files": [{"file": name, **asdict(one)} for name, one in sorted(wholes.items())]})


def _check_clock(work: Collection) -> Collection:
    """Record it where the clock stands before the newest record: what is kept now would be dated before that."""
    newest, at = captures.newest(work.catalogue.connection), work.clock()
    lag = lag_of(newest, at)
    if lag is not None and newest is not None:
        work.note(NoteKind.CLOCK, {"clock": at.isoformat(), "newest": newest.isoformat()})
    return replace(work, behind=lag)


def _refuse_taken(work: Collection) -> None:
    """Refuse settings in which a host that pages are held of goes to a publisher with another id.

    Raises:
        BadSettings: which host, and whose it is.
    """
    listed = [publisher_of(options) for options in work.settings.publishers]
    known = {publisher.id for publisher in listed}
    # Only of publishers with captures: a host that was merely named before may go to another.
    others = [one for one in work.catalogue.publishers() if one.id not in known and work.catalogue.has_captures(one.id)]
    for publisher in listed:
        for other in others:
            for host in sorted(bare_hosts(publisher) & bare_hosts(other)):
                what = f"{publisher.id!r} claims {host!r}, a host of the publisher {other.id!r} in this collection"
                hint = f'write id = "{other.id}": what was cited goes by that id'
                raise BadSettings(work.layout.settings, what, hint)


def _record_settings(work: Collection) -> None:
    """Record the settings, the whole file, where they are not the ones that were recorded last."""
    held = work.catalogue.latest_settings()
    # A publisher may have been described otherwise since, by a note about it alone.
    known = all(work.catalogue.publisher(one.id) == one for one in map(publisher_of, work.settings.publishers))
    if held and (recheck := other_recheck(held[1], work.settings)):
        work.frontier.look_sooner(*recheck)  # before the note: after a kill between, they still differ
    if held is None or held[1] != stated(work.settings) or not known:
        work.note(NoteKind.SETTINGS, body_of(work.settings) | work.begins())


def user_agent(settings: Settings) -> str:
    """Return the user agent: the software, its version and whom to write to."""
    # With a plus, as crawlers have long marked the address to write to.
    contact = f"; +{settings.contact}" if settings.contact else ""
    return f"creditline/{metadata.version('creditline')} (web archive{contact})"


def warcinfo(settings: Settings) -> dict[str, str]:
    """Return the fields of the warcinfo records that this collection writes."""
    fields = {
        "software": f"creditline/{metadata.version('creditline')}",
        "http-header-user-agent": user_agent(settings),
        "robots": "classic",
        "description": "Pages of think tanks, kept with their reuse terms",
        FIELD: as_field(settings),
    }
    return fields | ({"operator": settings.contact} if settings.contact else {})
