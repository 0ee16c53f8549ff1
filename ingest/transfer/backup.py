"""Backup: make and update a second copy of a collection, even while the service runs, and verify every copied file."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from archive.digest import file_digest, stream_digest
from archive.errors import UNREADABLE, Exit, Refused
from archive.store import warc_files
from archive.warc.writer import OPEN, locate_file
from db import erasures, notes
from db.catalogue import Catalogue
from db.erasures import Erasure
from db.schema.database import copy_catalogue, schema_of
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Clock, Layout
from ingest.collection.nearby import is_copy
from ingest.collection.scratch import scratch
from ingest.transfer.backup_target import First, Folder, Place, digest_at
from ingest.transfer.manifest import Manifest, ManifestFile, read_manifest, write_manifest


@dataclass(slots=True)
class Copied:
    """The result of a backup: files copied, files already there, bytes sent, and faults as (file, what is wrong)."""

    copied: int = 0
    there: int = 0
    sent: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def backup(
    layout: Layout, place: Place, *, clock: Clock, report: Callable[[int, int, str], None] = lambda *_: None
) -> Copied:
    """Copy the collection to *place*. Files that are there with the right digest are not sent again.

    The catalogue is copied first, in one transaction. Files that are being written are copied up to the end known to
    that catalogue. Each copied file is read back. If a file here has changed since it was copied, it is damaged: its
    copy is kept, and a fault is reported. The manifest is written last.

    Raises:
        Refused: *place* holds something else, or is inside the collection or a copy; nothing is changed.
        DiskFailed: the copy could not be written; run the backup again.
    """
    _refuse_inside(layout, place)
    with scratch(layout.directory) as folder:
        catalogue = folder / "catalogue.db"
        # First, because files may grow meanwhile: then they contain everything that the copied catalogue knows.
        copy_catalogue(layout.catalogue, catalogue)
        # Take the ends of files from the copied catalogue, because the live one may have changed since.
        with Catalogue.open(_with_current_schema(catalogue, folder), read_only=True) as copy:
            before = _manifest(place, copy)
            ends = copy.known_ends()
            erased = erasures.every(copy.connection)
        copying = _Copying(layout, place, before, erased)
        listed = _files_to_copy(layout, ends)
        # The last step is the catalogue, with the settings.
        steps = len(listed) + 1
        for done, (name, length) in enumerate(listed, start=1):
            copying.warc_or_fault(name, length)
            report(done, steps, name)
        # After the files: a missing file is a fault, but does not stop the backup.
        copying.missing({f"warcs/{name}" for name, _ in listed})
        held = copying.whole("catalogue", catalogue)
        settings = copying.whole("settings", layout.settings)
        report(steps, steps, layout.catalogue.name)
    now = clock()
    software = f"creditline/{metadata.version('creditline')}"
    made = replace(copying.manifest, made=now.isoformat(), software=software, catalogue=held, settings=settings)
    write_manifest(place, made)
    # Only after the new manifest is written, because the old one names these files.
    for name in {before.catalogue, before.settings} - {held, settings, ""}:
        place.remove(name)
    return copying.did


def _with_current_schema(catalogue: Path, folder: Path) -> Path:
    """Return a catalogue with the current schema: *catalogue* itself, or an upgraded copy of it in *folder*.

    A backup before an upgrade has to copy the old catalogue unchanged.
    """
    if schema_of(catalogue) == SCHEMA:
        return catalogue
    copy_catalogue(catalogue, folder / "asked.db")
    Catalogue.open(folder / "asked.db", create=True).close()
    return folder / "asked.db"


def _files_to_copy(layout: Layout, ends: dict[str, int]) -> list[tuple[str, int]]:
    """Return (name, number of bytes) of the files to copy."""
    listed = []
    for path in warc_files(layout.warcs):
        name = path.name.removesuffix(OPEN)
        # A file that is being written is copied up to the end known to the catalogue; the rest may be half a record.
        length = ends.get(name, 0) if path.name.endswith(OPEN) else path.stat().st_size
        if length:
            listed.append((name, length))
    return listed


def _manifest(place: Place, catalogue: Catalogue) -> Manifest:
    """Return the manifest of the copy at *place*, or a new one if *place* is empty.

    Raises:
        Refused: see `backup`.
    """
    own = notes.first(catalogue.connection)
    if own is None:
        raise Refused("there is nothing to copy yet", "collect something first: creditline run", Exit.USAGE)
    if isinstance(place, Folder) and place.is_file():
        raise Refused(f"{place} is a file", "name a new folder for the copy", Exit.USAGE)
    held = read_manifest(place)
    if held is None:
        if not place.is_empty():
            raise Refused(f"{place} holds something else", "name a new folder for the copy", Exit.USAGE)
        held = Manifest(own)
        # Write the empty manifest at once, so that after an interruption the place is still known as ours.
        write_manifest(place, held)
    elif not notes.has(catalogue.connection, held.collection):
        raise Refused(f"{place} holds the copy of another collection", "name another place", Exit.USAGE)
    return held


def _refuse_inside(layout: Layout, place: Place) -> None:
    if not isinstance(place, Folder):
        return
    # Follow links: a copy inside the collection would contain itself the next time.
    real = Path(os.path.realpath(str(place)))
    hint = "a copy belongs on another disk, or at least elsewhere"
    if real.is_relative_to(os.path.realpath(layout.directory)):
        raise Refused(f"{place} is inside the collection", hint, Exit.USAGE)
    # A copy holds only what its list of files names; what else is in its folder makes it unfit for the next backup.
    if (copy := next(filter(is_copy, real.parents), None)) is not None:
        hint = (
            f"to bring that copy up to date: creditline backup {shlex.quote(str(copy))}; a second one belongs elsewhere"
        )
        raise Refused(f"{place} is inside another copy, {copy}", hint, Exit.USAGE)


class _CannotRead(Exception):
    """A WARC file of the collection cannot be read."""


class _Copying:
    """One backup under way, with the manifest so far."""

    def __init__(self, layout: Layout, place: Place, before: Manifest, erased: Sequence[Erasure]) -> None:
        self._layout, self._place = layout, place
        self._erasures = {name: one for one in erased for name in one.files}
        self.manifest = before
        self.did = Copied()

    def warc_or_fault(self, name: str, length: int) -> None:
        """Copy a WARC file; one that cannot be read here is a fault, and does not stop the backup of the others."""
        try:
            self._warc(name, length)
        except _CannotRead as closed:
            kept = "its copy was left as it is" if f"warcs/{name}" in self.manifest.files else "it was not copied"
            self.did.faults.append((name, f"it cannot be read here, and {kept}: {closed}"))

    def _warc(self, name: str, length: int) -> None:
        """Copy the first *length* bytes of a WARC file, if necessary."""
        far, before = f"warcs/{name}", self.manifest.files.get(f"warcs/{name}")
        # Never replace a good copy by a file that may be damaged.
        if before is not None and not self._is_as_erased(name) and self._is_changed(name, before, length):
            what = "it is not what was copied before, and the copy was left as it is: creditline verify --copy PLACE"
            self.did.faults.append((name, what.replace("PLACE", str(self._place))))
            return
        with self._open(name, length) as source:
            digest, _ = stream_digest(source)
        if digest_at(self._place, far) == (digest, length):
            self.did.there += 1
        else:
            with self._open(name, length) as source:
                self._place.write(far, source)
            self._prove(far, digest, length)
        self.manifest = self.manifest.with_file(far, ManifestFile(digest, length))

    def whole(self, kind: str, path: Path) -> str:
        """Copy the catalogue or the settings under a name made from the digest, and return that name."""
        digest, length = file_digest(path), path.stat().st_size
        # Each state has its own name, so the old catalogue stays until the new one is verified.
        far = f"{kind}/{digest.removeprefix('sha256:')[:16].lower()}{path.suffix}"
        if digest_at(self._place, far) == (digest, length):
            self.did.there += 1
        else:
            with path.open("rb") as source:
                self._place.write(far, source)
            self._prove(far, digest, length)
        # The manifest names one catalogue and one settings file. The old files are removed once the new manifest is
        # written.
        kept = {name: held for name, held in self.manifest.files.items() if not name.startswith(f"{kind}/")}
        self.manifest = replace(self.manifest, files=kept).with_file(far, ManifestFile(digest, length))
        return far

    def missing(self, here: set[str]) -> None:
        """Report WARC files that were copied before and are missing here; their copies are kept."""
        for name in self.manifest.files:
            if name.startswith("warcs/") and name not in here:
                what = f"it is missing here; its copy is kept: creditline verify --copy {self._place} --repair"
                self.did.faults.append((name.removeprefix("warcs/"), what))

    def _is_changed(self, name: str, before: ManifestFile, length: int) -> bool:
        """Return whether the file differs from what was copied, while the copy is still good."""
        # Our files only grow, so a shorter file is damaged.
        if length >= before.length:
            with self._open(name, before.length) as source:
                if stream_digest(source) == (before.digest, before.length):
                    return False
        return digest_at(self._place, f"warcs/{name}", before.length) == (before.digest, before.length)

    def _is_as_erased(self, name: str) -> bool:
        """Return whether the file is exactly as an erasure by order left it; then the old copy must be replaced."""
        erasure = self._erasures.get(name)
        if erasure is None:
            return False
        # Compare with the digest after the erasure, not with its time, because it may have happened during a backup. If
        # the file is damaged as well, the digest differs and the good copy stays.
        return file_digest(locate_file(self._layout.warcs, name)) == f"sha256:{erasure.files[name]}"

    def _prove(self, far: str, digest: str, length: int) -> None:
        """Read a copied file back and compare it. Raises `Refused` if it differs."""
        self.did.copied += 1
        self.did.sent += length
        if digest_at(self._place, far) != (digest, length):
            raise Refused(
                f"{self._place}: {far} reads as something else than was written",
                "the disk or the connection to it is faulty: use another, and run it again",
                Exit.INTEGRITY,
            )

    @contextmanager
    def _open(self, name: str, length: int) -> Iterator[First]:
        # Look the file up again, because it may have got its final name meanwhile.
        try:
            with locate_file(self._layout.warcs, name).open("rb") as file:
                yield First(file, length)
        except OSError as error:  # what fails at the place is a DiskFailed
            if error.errno not in UNREADABLE:
                raise
            raise _CannotRead(error.strerror) from error
