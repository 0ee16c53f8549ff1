"""Restoring: a collection made again from its second copy, every file proved."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archive.errors import Exit, Refused
from ingest.collection.collection import Layout, at_work, read_settings
from ingest.transfer.backup_target import First, Folder, Place, digest_at
from ingest.transfer.manifest import Manifest, ManifestFile, read_manifest

UNDER_WAY = ".restore-under-way"
"""The file that marks a folder in which a restore has begun and not ended."""
_MARK = 1000


@dataclass(slots=True)
class Restored:
    """What was restored: how many files, those that were there already among them, and what is wrong."""

    files: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def restore(place: Place, directory: Path, *, report: Callable[[int, int, str], None] = lambda *_: None) -> Restored:
    """Make the collection in *directory* from the copy at *place*.

    A restore that was broken off, at whatever moment, goes on. Files whose copy is damaged are told and left out;
    everything else is restored. The settings file comes last: with it the collection is there. Then what the copied
    catalogue does not know of the files is taken over, as after a kill.

    Raises:
        Refused: there is no copy at *place*, or *directory* holds something else (usage).
        DiskFailed: it could not be written; run it again.
    """
    manifest = needed_manifest(place)
    layout, target = Layout(directory), Folder(directory)
    _begin(layout, target, manifest)
    did = Restored()
    # The catalogue after the files that it names, the settings file after all: with it the folder is a collection.
    last = (manifest.catalogue, manifest.settings)
    names = [name for name in manifest.files if name not in last]
    for done, name in enumerate([*names, *last], start=1):
        # An attempt before may have come as far as opening it: its log would be played over the copy.
        if name == manifest.catalogue:
            _forget_log(layout)
        final = {manifest.catalogue: layout.catalogue.name, manifest.settings: layout.settings.name}.get(name, name)
        if _bring(place, name, manifest.files[name], (target, final)):
            did.files += 1
        else:
            # Told and passed over: nine files of ten are worth having, and the tenth may be on another copy.
            did.faults.append((name, f"its copy at {place} is damaged or missing"))
        report(done, len(manifest.files), name)
    layout.warcs.mkdir(parents=True, exist_ok=True)
    if layout.settings.exists() and layout.catalogue.exists():
        # Opening for work adopts what files hold beyond the catalogue, which was copied before them.
        with at_work(layout, read_settings(layout)):
            pass
    # At the very end: a kill before it is one more attempt, a kill after it is none.
    target.remove(UNDER_WAY)
    return did


def needed_manifest(place: Place) -> Manifest:
    """Return the manifest of the finished copy at *place*.

    Raises:
        Refused: there is none (usage).
    """
    manifest = read_manifest(place)
    if manifest is None or not manifest.made:
        what = "no copy" if manifest is None else "a copy that was never finished"
        raise Refused(f"there is {what} at {place}", "make one: creditline backup PLACE", Exit.USAGE)
    return manifest


def _begin(layout: Layout, target: Folder, manifest: Manifest) -> None:
    """Mark the folder as one that is being restored, or go on in one that is marked so for the same collection.

    One with nothing but files of the copy is taken for one that was begun, too.

    Raises:
        Refused: it holds anything else (usage).
    """
    if _under_way(target) == manifest.collection:
        return
    copied = {*manifest.files, layout.catalogue.name} - {manifest.catalogue, manifest.settings}
    held = target.found() if layout.directory.exists() else iter(())
    strange = (name for name in held if name not in copied or (layout.directory / name).is_symlink())
    # Three are enough to be named: a folder of somebody else may hold a million files.
    others = list(islice(strange, 3))
    if others:
        raise Refused(
            f"{layout.directory.absolute()} holds something else ({', '.join(others)})",
            "name a new folder; to mend single files of a collection: creditline verify --copy PLACE --repair",
            Exit.USAGE,
        )
    # Before the first file: from here on a kill leaves a folder that the next restore knows for its own.
    target.write(UNDER_WAY, io.BytesIO(manifest.collection.encode()))


def _under_way(target: Folder) -> str | None:
    """Return the collection that is being restored in *target*."""
    mark = target.open(UNDER_WAY)
    if mark is None:
        return None
    with mark:
        return mark.read(_MARK).decode("utf-8", "replace")


def _forget_log(layout: Layout) -> None:
    """Take away the log that an attempt left which had begun to take files over: it is none of the copied catalogue."""
    for suffix in ("-wal", "-shm"):
        layout.catalogue.with_name(layout.catalogue.name + suffix).unlink(missing_ok=True)


def _bring(place: Place, name: str, held: ManifestFile, to: tuple[Folder, str]) -> bool:
    """Copy one file and read it again; say whether it is what the manifest says."""
    target, final = to
    wanted = (held.digest, held.length)
    # An attempt that was broken off goes on where it was.
    if digest_at(target, final) == wanted:
        return True
    # Read twice, and proved before anything here is touched.
    if digest_at(place, name, held.length) != wanted:
        return False
    file = place.open(name)
    if file is None:
        return False
    with file:
        target.write(final, First(file, held.length))
    # And read again here, from the disk: a restore that says it is done has been proved.
    return digest_at(target, final) == wanted
