"""Repair: a damaged WARC file made whole again from its second copy; a good file is never touched."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.digest import file_digest, same_digest, stream_digest
from archive.disk import RealDisk
from archive.errors import DiskFailed
from archive.fixity.expectation import Expectation
from archive.fixity.finding import Finding
from archive.fixity.verifier import CATALOGUE_CLAUSE, FINISHED_CLAUSE, examine
from archive.store import warc_files
from archive.warc.capture import NoteKind
from archive.warc.reader import read_records
from archive.warc.writer import OPEN, locate_file
from ingest.collection.collection import Collection, Layout
from ingest.collection.scratch import scratch
from ingest.transfer.backup_target import First, Place, digest_at
from ingest.transfer.manifest import NAME, Manifest, ManifestFile
from ingest.verification.files import Custody, Fault

_PIECE = 1 << 20
MANIFEST = "the manifest of the copy"


@dataclass(frozen=True, slots=True)
class Compared:
    """One WARC file and its copy.

    Attributes:
        faults: what is wrong with the file here; the first says that it is missing, where it is.
        copy: whether its copy is what the manifest says; None where there is no copy of it.
        behind: whether the copy holds what was erased here by order since.
    """

    name: str
    faults: tuple[Fault, ...]
    copy: bool | None
    behind: bool = False

    @property
    def mendable(self) -> bool:
        """Whether the file is damaged and its copy is good."""
        return bool(self.faults) and self.copy is True and not self.behind


def compare(layout: Layout, custody: Custody, place: Place, manifest: Manifest) -> Iterator[Compared]:
    """Verify every WARC file here, hold it against what was copied of it, and verify every copy of one at *place*."""
    here = {path.name.removesuffix(OPEN): path for path in warc_files(layout.warcs)}
    there = {name.removeprefix("warcs/"): held for name, held in manifest.files.items() if name.startswith("warcs/")}
    for name in sorted({*here, *there}):
        held = there.get(name)
        behind = held is not None and _is_behind(custody, name, held)
        faults = tuple(custody.file(here[name])[1]) if name in here else (_missing(name),)
        # Somebody who can change a file can change its digests too: the copy alone then knows better.
        if not faults and held is not None and not _begins_as_copied(here[name], held):
            what = "it does not begin as it did when it was copied"
            # Where an order took something out since, it is the copy that is to follow.
            faults = () if behind else (Fault(name, 0, None, (), what, MANIFEST),)
        copy = None if held is None else _is_good(place, name, held)
        yield Compared(name, faults, copy, behind)


def spoilt(place: Place, manifest: Manifest) -> list[str]:
    """Return which of the copied catalogue and settings are not what the manifest says, or are not at *place*."""
    others = {name: held for name, held in manifest.files.items() if not name.startswith("warcs/")}
    return [name for name, held in sorted(others.items()) if digest_at(place, name) != (held.digest, held.length)]


def unnamed(place: Place, manifest: Manifest) -> list[str]:
    """Return the names of the files at *place* that its manifest does not name."""
    return sorted(set(place.names()) - {*manifest.files, NAME})


def _is_behind(custody: Custody, name: str, held: ManifestFile) -> bool:
    """Say whether something in the file was erased by order since it was copied."""
    erased = custody.erased(name)
    # By no time: the order may have been carried out while the copy was made.
    return erased is not None and same_digest(erased, held.digest) is not True


def _missing(name: str) -> Fault:
    return Fault(name, 0, None, (), "the file is missing", MANIFEST)


def _begins_as_copied(path: Path, held: ManifestFile) -> bool:
    with path.open("rb") as file:
        # Of its beginning alone: what was added since the copy was made is no fault.
        return stream_digest(First(file, held.length)) == (held.digest, held.length)


def _is_good(place: Place, name: str, held: ManifestFile) -> bool:
    return digest_at(place, f"warcs/{name}", held.length) == (held.digest, held.length)


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a damaged file.

    Attributes:
        why: why it could not be mended, "" once it is; nothing is changed then.
        remake: whether the catalogue knows other records than those that are there now.
    """

    why: str = ""
    remake: bool = False


# What a file may be accused of by a catalogue that is itself not to be believed.
_OF_THE_CATALOGUE = frozenset({CATALOGUE_CLAUSE, FINISHED_CLAUSE})


def mend(work: Collection, custody: Custody, place: Place, manifest: Manifest, found: Compared) -> Mended:
    """Put the copy of a damaged file in its place, keep the damaged one aside, and record it.

    What the file has beyond its copy, because it grew since, stays; unless that is the damage, and the copy alone is
    whole. What would not verify is not used. Where the file agrees with itself, and yet does not begin as it did when
    it was copied, somebody changed it with all its digests, perhaps the catalogue too: then the copy is believed.

    Raises:
        DiskFailed: it could not be written; nothing is lost, run it again.
    """
    held = manifest.files[f"warcs/{found.name}"]
    path = locate_file(work.layout.warcs, found.name)
    # Its writer would go on at a place that is no longer there.
    if path.name.endswith(OPEN):
        return Mended("it is being written")
    try:
        with scratch(work.layout.directory) as folder:
            # Put together apart, proved, and only then in its place: a repair that fails leaves things as they were.
            candidate = folder / found.name
            # Sound by its own digests and yet another beginning: that is no damage, it is a falsification.
            changed = path.exists() and not _begins_as_copied(path, held) and not _alone(path)
            if changed:
                _write(place, held, None, candidate)
                _add_others(path, candidate)
                mended = _judged(custody.file(candidate)[1], candidate)
            else:
                mended = _judged(_assemble(custody, place, held, path, candidate))
            if mended.why:
                return mended
            before = file_digest(path) if path.exists() else None
            # The damaged file is evidence too, of what the damage was.
            aside = _keep_aside(work, path) if before else ""
            candidate.replace(work.layout.warcs / found.name)
            # A rename is durable only when its folder is.
            RealDisk().sync_directory(work.layout.warcs)
    except OSError as error:
        raise DiskFailed(path, error) from error
    body = {
        "file": found.name,
        "from": str(place),
        "digest": file_digest(work.layout.warcs / found.name),
        "damaged": before,
        "kept as": aside,
        "faults": [f"{fault.offset} {fault.what}" for fault in found.faults[:100]],
    }
    # Only now: a note of a repair that was then not made would be believed for ever.
    work.note(NoteKind.REPAIR, body)
    return mended


def _judged(left: list[Fault], believed: Path | None = None) -> Mended:
    """Say whether a file that was put together is to be used, by the faults that are *left* in it.

    One that is *believed* need not be what the catalogue says, as long as it agrees with itself.
    """
    if not left:
        return Mended()
    if believed and all(fault.clause in _OF_THE_CATALOGUE for fault in left) and not _alone(believed):
        return Mended(remake=True)
    return Mended(f"its copy does not make it whole: {left[0].what}")


def _alone(path: Path) -> tuple[Finding, ...]:
    """Return what is wrong with a file whatever anybody says of it."""
    return examine(path, Expectation()).findings


def _add_others(path: Path, candidate: Path) -> None:
    """Add to *candidate* the records of the file at *path* that it does not hold: those that came after the copy."""
    # By their ids, for in a file that somebody changed no offset can be relied on.
    held = {record.id for record in read_records(candidate)}
    with candidate.open("ab") as target, path.open("rb") as source:
        for record in read_records(path):
            if record.id not in held:
                source.seek(record.ref.offset)
                target.write(source.read(record.ref.length))
        target.flush()
        os.fsync(target.fileno())


def _assemble(custody: Custody, place: Place, held: ManifestFile, path: Path, candidate: Path) -> list[Fault]:
    """Write the copy, and what the file at *path* has beyond it, to *candidate*, durable; return what is wrong with it.

    Where that is something, and the copy alone is whole, it is the copy alone.
    """
    # What was written since the copy exists nowhere else.
    beyond = path.exists() and path.stat().st_size > held.length
    _write(place, held, path if beyond else None, candidate)
    left = custody.file(candidate)[1]
    if not (left and beyond):
        return left
    # The part behind the copy may itself be the damage.
    candidate.unlink()
    _write(place, held, None, candidate)
    return left if custody.file(candidate)[1] else []


def _write(place: Place, held: ManifestFile, grown: Path | None, candidate: Path) -> None:
    source = place.open(f"warcs/{candidate.name}")
    if source is None:
        raise FileNotFoundError(2, f"the copy at {place} is gone")
    with source, candidate.open("xb") as target:
        shutil.copyfileobj(First(source, held.length), target, _PIECE)
        if grown is not None:
            with grown.open("rb") as rest:
                rest.seek(held.length)
                shutil.copyfileobj(rest, target, _PIECE)
        target.flush()
        os.fsync(target.fileno())


def _keep_aside(work: Collection, path: Path) -> str:
    """Give the damaged file a second name in the folder ``damaged``, and return that name."""
    folder = work.layout.directory / "damaged"
    folder.mkdir(exist_ok=True)
    aside = folder / f"{path.name}.{work.clock():%Y%m%d%H%M%S%f}"
    # A second name and no move: until the good file takes its place, the name here leads to something.
    os.link(path, aside)
    RealDisk().sync_directory(folder)
    return f"damaged/{aside.name}"
