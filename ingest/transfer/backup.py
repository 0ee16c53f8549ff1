"""Copying: a second copy of a collection, made beside a running service, proved at the far side, never made worse."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path

from archive.digest import file_digest, stream_digest
from archive.errors import Exit, Refused
from archive.store import warc_files
from archive.warc.writer import OPEN, locate_file
from db import erasures, notes
from db.catalogue import Catalogue
from db.erasures import Erasure
from db.schema.database import copy_catalogue, schema_of
from db.schema.migrations import SCHEMA
from ingest.collection.collection import Clock, Layout
from ingest.collection.scratch import scratch
from ingest.transfer.backup_target import First, Folder, Place, digest_at
from ingest.transfer.manifest import Manifest, ManifestFile, read_manifest, write_manifest

Report = Callable[[int, int, str], None]
"""Called with how many of how many files are done, and the name of the one that is."""


@dataclass(slots=True)
class Copied:
    """What a backup did: files that were copied and those that were there, bytes sent, and what is wrong."""

    copied: int = 0
    there: int = 0
    sent: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def backup(layout: Layout, place: Place, *, clock: Clock, report: Report = lambda _done, _total, _name: None) -> Copied:
    """Copy the collection to *place*: what is there with the right digest is not sent again.

    The catalogue is copied first, as one transaction saw it; files that are being written up to where that catalogue
    knows them. Each file is read again at the far side. A file here that is not what was copied before is damaged
    here: its good copy stays, and a fault says so. The manifest is written last.

    Raises:
        Refused: *place* holds something else, or lies in the collection; nothing is changed.
        DiskFailed: it could not be written; run it again.
    """
    _refuse_inside(layout, place)
    with scratch(layout.directory) as folder:
        catalogue = folder / "catalogue.db"
        # First: files grow on while they are copied, and what the copied catalogue knows is in all of them.
        copy_catalogue(layout.catalogue, catalogue)
        # The copied catalogue says how far each file goes, and not the live one, which may have gone on.
        with Catalogue.open(_askable(catalogue, folder), read_only=True) as copy:
            before = _manifest(place, copy)
            ends = copy.known_ends()
            erased = erasures.every(copy.connection)
        copying = _Copying(layout, place, before, erased)
        listed = _listed(layout, ends)
        for done, (name, length) in enumerate(listed, start=1):
            copying.warc(name, length)
            report(done, len(listed), name)
        # After the files: what is missing here is a fault, and no reason not to copy the rest.
        copying.missing({f"warcs/{name}" for name, _ in listed})
        held = copying.whole("catalogue", catalogue)
        settings = copying.whole("settings", layout.settings)
    now = clock()
    software = f"creditline/{metadata.version('creditline')}"
    made = replace(copying.manifest, made=now.isoformat(), software=software, catalogue=held, settings=settings)
    write_manifest(place, made)
    # Only when the new manifest is there: until then the old one names these files.
    for name in {before.catalogue, before.settings} - {held, settings, ""}:
        place.remove(name)
    return copying.did


def _askable(catalogue: Path, folder: Path) -> Path:
    """Return a catalogue that can be asked: *catalogue* itself, or a copy of it in *folder* that is brought up to date.

    Who is about to upgrade copies the old catalogue as it is.
    """
    if schema_of(catalogue) == SCHEMA:
        return catalogue
    copy_catalogue(catalogue, folder / "asked.db")
    Catalogue.open(folder / "asked.db", create=True).close()
    return folder / "asked.db"


def _listed(layout: Layout, ends: dict[str, int]) -> list[tuple[str, int]]:
    """Return the files to copy, each with how many of its bytes."""
    listed = []
    for path in warc_files(layout.warcs):
        name = path.name.removesuffix(OPEN)
        # Up to where the catalogue knows it: what lies behind may be half a record.
        length = ends.get(name, 0) if path.name.endswith(OPEN) else path.stat().st_size
        if length:
            listed.append((name, length))
    return listed


def _manifest(place: Place, catalogue: Catalogue) -> Manifest:
    """Return the manifest of the copy at *place*, a new one where nothing lies there.

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
        # At once, empty: a place that is claimed is not taken for somebody else's when the copy is broken off.
        write_manifest(place, held)
    elif not notes.has(catalogue.connection, held.collection):
        raise Refused(f"{place} holds the copy of another collection", "name another place", Exit.USAGE)
    return held


def _refuse_inside(layout: Layout, place: Place) -> None:
    # Where it really lies, through links: a copy inside would be copied into itself the next time.
    if isinstance(place, Folder) and Path(os.path.realpath(str(place))).is_relative_to(
        os.path.realpath(layout.directory)
    ):
        raise Refused(
            f"{place} lies inside the collection", "a copy belongs on another disk, or at least elsewhere", Exit.USAGE
        )


class _Copying:
    """One backup under way: what the copy holds so far, and what was done."""

    def __init__(self, layout: Layout, place: Place, before: Manifest, erased: Sequence[Erasure]) -> None:
        self._layout, self._place = layout, place
        self._erasures = {name: one for one in erased for name in one.files}
        self.manifest = before
        self.did = Copied()

    def warc(self, name: str, length: int) -> None:
        """Bring the copy of a WARC file up to its first *length* bytes."""
        far, before = f"warcs/{name}", self.manifest.files.get(f"warcs/{name}")
        # A good copy is never replaced by what may be a damaged file.
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
        """Copy a small file under a name that its digest gives, and return that name."""
        digest, length = file_digest(path), path.stat().st_size
        # A name of its own for each state: the old catalogue stays readable until the new one is proved.
        far = f"{kind}/{digest.removeprefix('sha256:')[:16].lower()}{path.suffix}"
        if digest_at(self._place, far) == (digest, length):
            self.did.there += 1
        else:
            with path.open("rb") as source:
                self._place.write(far, source)
            self._prove(far, digest, length)
        # One catalogue and one settings file are named at a time; the files of the states before are taken away once
        # the new manifest is there.
        kept = {name: held for name, held in self.manifest.files.items() if not name.startswith(f"{kind}/")}
        self.manifest = replace(self.manifest, files=kept).with_file(far, ManifestFile(digest, length))
        return far

    def missing(self, here: set[str]) -> None:
        """Tell of WARC files that were copied before and are here no more; their copies stay."""
        for name in self.manifest.files:
            if name.startswith("warcs/") and name not in here:
                what = f"it is missing here; its copy is kept: creditline verify --copy {self._place} --repair"
                self.did.faults.append((name.removeprefix("warcs/"), what))

    def _is_changed(self, name: str, before: ManifestFile, length: int) -> bool:
        """Say whether the file no longer begins as it did when it was copied, while the copy is what it was."""
        # A file of ours only grows: a shorter one is damaged, whatever its beginning says.
        if length >= before.length:
            with self._open(name, before.length) as source:
                if stream_digest(source) == (before.digest, before.length):
                    return False
        return digest_at(self._place, f"warcs/{name}", before.length) == (before.digest, before.length)

    def _is_as_erased(self, name: str) -> bool:
        """Say whether the file is what an order left of it: then no copy of what it was before must stay."""
        erasure = self._erasures.get(name)
        if erasure is None:
            return False
        # By the digest that the order left, and by no time: it may have been carried out while the copy was made.
        # Damage beside it is damage, and the good copy stays.
        return file_digest(locate_file(self._layout.warcs, name)) == f"sha256:{erasure.files[name]}"

    def _prove(self, far: str, digest: str, length: int) -> None:
        self.did.copied += 1
        self.did.sent += length
        if digest_at(self._place, far) != (digest, length):
            raise Refused(
                f"{self._place}: {far} reads as something else than was written",
                "the disk or the way to it is not sound: use another, and run it again",
                Exit.INTEGRITY,
            )

    @contextmanager
    def _open(self, name: str, length: int) -> Iterator[First]:
        # Looked for again: a file that was being written may have got its final name meanwhile.
        with locate_file(self._layout.warcs, name).open("rb") as file:
            yield First(file, length)
