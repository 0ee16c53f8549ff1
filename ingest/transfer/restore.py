"""Restore: make a collection from its second copy, and verify every file."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archive.disk import is_left_over
from archive.errors import UNREADABLE, DiskFailed, Exit, Refused
from ingest.collection.collection import Layout, open_for_work, read_settings
from ingest.transfer.backup_target import First, Folder, Place, digest_at
from ingest.transfer.manifest import Manifest, ManifestFile, read_manifest

UNDER_WAY = ".restore-under-way"
"""The name of the file that marks a folder in which a restore has started but not finished."""
_LONGEST_ID = 1000


@dataclass(slots=True)
class Restored:
    """The result of a restore: the number of sound files, and faults as (file, what is wrong)."""

    files: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)


def restore(place: Place, directory: Path, *, report: Callable[[int, int, str], None] = lambda *_: None) -> Restored:
    """Make the collection in *directory* from the copy at *place*.

    An interrupted restore continues, wherever it stopped. Files whose copy is damaged or unreadable are reported and
    left out; all others are restored. The settings file comes last and makes the folder a collection. Then records in
    the files that the copied catalogue does not know are adopted, as after a kill.

    Raises:
        Refused: there is no copy at *place*, or *directory* is inside it or holds something else (exit code: usage).
        DiskFailed: a file could not be written; run the restore again.
    """
    manifest = needed_manifest(place)
    # Follow links: what is restored into a copy would be a part of it.
    if isinstance(place, Folder) and Path(os.path.realpath(directory)).is_relative_to(os.path.realpath(str(place))):
        raise Refused(f"{directory.absolute()} is inside the copy", "name a new folder elsewhere", Exit.USAGE)
    layout, target = Layout(directory), Folder(directory)
    _begin(layout, target, manifest)
    did = Restored()
    # The catalogue comes after the files that it names, and the settings last, because they make it a collection.
    last = (manifest.catalogue, manifest.settings)
    names = [name for name in manifest.files if name not in last]
    for done, name in enumerate([*names, *last], start=1):
        # If an earlier attempt has opened the catalogue, its write-ahead log would be applied to the new copy.
        if name == manifest.catalogue:
            _forget_log(layout)
        final = {manifest.catalogue: layout.catalogue.name, manifest.settings: layout.settings.name}.get(name, name)
        if _restore_file(place, name, manifest.files[name], (target, final)):
            did.files += 1
        else:
            # Continue after a damaged file: the others are useful, and this one may be in another copy.
            did.faults.append((name, f"its copy at {place} is damaged or missing, or cannot be read"))
        report(done, len(manifest.files), name)
    layout.warcs.mkdir(parents=True, exist_ok=True)
    if layout.settings.exists() and layout.catalogue.exists():
        # Opening the collection adopts records that are newer than the copied catalogue.
        with open_for_work(layout, read_settings(layout), command="restore"):
            pass
    # Removed last: after a kill before this point, the restore continues.
    target.remove(UNDER_WAY)
    return did


def needed_manifest(place: Place) -> Manifest:
    """Return the manifest of the finished copy at *place*.

    Raises:
        Refused: there is no finished copy (exit code: usage).
    """
    if isinstance(place, Folder) and place.is_file():
        raise Refused(f"{place} is a file", "name the folder of a copy", Exit.USAGE)
    manifest = read_manifest(place)
    if manifest is None or not manifest.made:
        what = "no copy" if manifest is None else "a copy that was never finished"
        raise Refused(f"there is {what} at {place}", "make one: creditline backup PLACE", Exit.USAGE)
    return manifest


def _begin(layout: Layout, target: Folder, manifest: Manifest) -> None:
    """Mark the folder as being restored, unless it is marked for this collection already.

    A folder that contains only files of the copy is accepted too.

    Raises:
        Refused: the folder contains anything else (exit code: usage).
    """
    if _under_way(target) == manifest.collection:
        return
    copied = {*manifest.files, layout.catalogue.name} - {manifest.catalogue, manifest.settings}
    held = target.found() if layout.directory.exists() else iter(())
    # A kill while the mark is written leaves a part of it.
    own = (name for name in held if not is_left_over(name, UNDER_WAY))
    strange = (name for name in own if name not in copied or (layout.directory / name).is_symlink())
    # Name at most three, because the wrong folder may hold a million files.
    others = list(islice(strange, 3))
    if others:
        raise Refused(
            f"{layout.directory.absolute()} holds something else ({', '.join(others)})",
            "name a new folder; to mend single files of a collection: creditline verify --copy PLACE --repair",
            Exit.USAGE,
        )
    # Written first, so after a kill the next restore recognises the folder.
    target.write(UNDER_WAY, io.BytesIO(manifest.collection.encode()))


def _under_way(target: Folder) -> str | None:
    """Return the id of the collection that is being restored in *target*, or None."""
    mark = target.open(UNDER_WAY)
    if mark is None:
        return None
    with mark:
        return mark.read(_LONGEST_ID).decode("utf-8", "replace")


def _forget_log(layout: Layout) -> None:
    """Delete the write-ahead log of an earlier attempt; it does not belong to the copied catalogue."""
    for suffix in ("-wal", "-shm"):
        layout.catalogue.with_name(layout.catalogue.name + suffix).unlink(missing_ok=True)


def _restore_file(place: Place, name: str, held: ManifestFile, to: tuple[Folder, str]) -> bool:
    """Copy one file and read it back; return whether it agrees with the manifest."""
    target, final = to
    wanted = (held.digest, held.length)
    # An earlier attempt has restored this file.
    if digest_at(target, final) == wanted:
        return True
    # Verify the copy before anything here is changed.
    try:
        if digest_at(place, name, held.length) != wanted:
            return False
    except (DiskFailed, OSError) as error:
        if error.errno not in UNREADABLE:
            raise
        return False
    file = place.open(name)
    if file is None:
        return False
    with file:
        target.write(final, First(file, held.length))
    # Read the restored file back from the disk.
    return digest_at(target, final) == wanted
