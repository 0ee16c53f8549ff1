"""Repair: restore damaged WARC files from a second copy. A sound file is never changed."""

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
from ingest.verification.files import Fault, FileVerifier

_PIECE = 1 << 20
MANIFEST = "the manifest of the copy"


@dataclass(frozen=True, slots=True)
class Compared:
    """The state of one WARC file and its copy.

    Attributes:
        faults: what is wrong with the file here, or that it is missing.
        copy: whether its copy agrees with the manifest; None if there is no copy.
        behind: whether the copy still contains records that were erased here by order since.
    """

    name: str
    faults: tuple[Fault, ...]
    copy: bool | None
    behind: bool = False

    @property
    def is_repairable(self) -> bool:
        """Whether the file is damaged and its copy can be used."""
        return bool(self.faults) and self.copy is True and not self.behind


def compare(layout: Layout, custody: FileVerifier, place: Place, manifest: Manifest) -> Iterator[Compared]:
    """Verify every WARC file here, compare it with the manifest of the copy, and verify every copy at *place*."""
    here = {path.name.removesuffix(OPEN): path for path in warc_files(layout.warcs)}
    there = {name.removeprefix("warcs/"): held for name, held in manifest.files.items() if name.startswith("warcs/")}
    for name in sorted({*here, *there}):
        held = there.get(name)
        behind = held is not None and _is_behind(custody, name, held)
        faults = tuple(custody.file(here[name])[1]) if name in here else (_missing_fault(name),)
        # A person who changes a file can change its digests too. Only the copy reveals that.
        if not faults and held is not None and not _begins_as_copied(here[name], held):
            what = "it does not begin as it did when it was copied"
            # After an erasure by order, the file is right and the copy has to follow.
            faults = () if behind else (Fault(name, 0, None, (), what, MANIFEST),)
        copy = None if held is None else _is_good(place, name, held)
        yield Compared(name, faults, copy, behind)


def damaged_copies(place: Place, manifest: Manifest) -> list[str]:
    """Return the names of the copied catalogue and settings that are missing at *place* or differ from the manifest."""
    others = {name: held for name, held in manifest.files.items() if not name.startswith("warcs/")}
    return [name for name, held in sorted(others.items()) if digest_at(place, name) != (held.digest, held.length)]


def files_not_in_manifest(place: Place, manifest: Manifest) -> list[str]:
    """Return the names of the files at *place* that its manifest does not name."""
    return sorted(set(place.names()) - {*manifest.files, NAME})


def _is_behind(custody: FileVerifier, name: str, held: ManifestFile) -> bool:
    """Return whether something in the file was erased by order since it was copied."""
    erased = custody.erased(name)
    # Compare digests, not times: the erasure may have been carried out while the copy was made.
    return erased is not None and same_digest(erased, held.digest) is not True


def _missing_fault(name: str) -> Fault:
    return Fault(name, 0, None, (), "the file is missing", MANIFEST)


def _begins_as_copied(path: Path, held: ManifestFile) -> bool:
    with path.open("rb") as file:
        # Compare only the beginning, because a file may have grown since it was copied.
        return stream_digest(First(file, held.length)) == (held.digest, held.length)


def _is_good(place: Place, name: str, held: ManifestFile) -> bool:
    return digest_at(place, f"warcs/{name}", held.length) == (held.digest, held.length)


@dataclass(frozen=True, slots=True)
class RepairResult:
    """The result of repairing a file.

    Attributes:
        why: why it could not be repaired; nothing is changed then. Empty if it was repaired.
        remake: whether the catalogue has to be rebuilt, because it knows other records than the file has now.
    """

    why: str = ""
    remake: bool = False


# Faults that come from comparing a file with the catalogue, which may be wrong itself.
_CATALOGUE_CLAUSES = frozenset({CATALOGUE_CLAUSE, FINISHED_CLAUSE})


def repair_file(
    work: Collection, custody: FileVerifier, place: Place, manifest: Manifest, found: Compared
) -> RepairResult:
    """Replace a damaged file by its copy, keep the damaged file in the folder ``damaged``, and record the repair.

    Records that the file has beyond its copy, because it has grown since, are kept, unless the damage is in them and
    the copy alone is sound. A result that does not verify is not used. If the file is consistent but does not begin as
    it did when it was copied, somebody has changed it together with its digests, and perhaps the catalogue. Then the
    copy is believed.

    Raises:
        DiskFailed: the file could not be written. Nothing is lost; repair again.
    """
    held = manifest.files[f"warcs/{found.name}"]
    path = locate_file(work.layout.warcs, found.name)
    # The process that writes it would continue in a file that no longer has this name.
    if path.name.endswith(OPEN):
        return RepairResult("it is being written")
    try:
        with scratch(work.layout.directory) as folder:
            # Assemble and verify the file in a temporary folder first, so a failed repair changes nothing.
            candidate = folder / found.name
            # A file that is consistent but begins differently is not damaged but falsified.
            changed = path.exists() and not _begins_as_copied(path, held) and not _own_faults(path)
            if changed:
                _write(place, held, None, candidate)
                _add_others(path, candidate)
                mended = _judged(custody.file(candidate)[1], candidate)
            else:
                mended = _judged(_assemble(custody, place, held, path, candidate))
            if mended.why:
                return mended
            before = file_digest(path) if path.exists() else None
            # Keep the damaged file as evidence of the damage.
            aside = _keep_aside(work, path) if before else ""
            candidate.replace(work.layout.warcs / found.name)
            # A rename is durable only after its folder is synced.
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
    # Recorded only after the repair, because a note cannot be taken back.
    work.note(NoteKind.REPAIR, body)
    return mended


def _judged(left: list[Fault], believed: Path | None = None) -> RepairResult:
    """Decide whether to use an assembled file with the faults in *left*.

    A file that is *believed* only has to be consistent; it may disagree with the catalogue.
    """
    if not left:
        return RepairResult()
    if believed and all(fault.clause in _CATALOGUE_CLAUSES for fault in left) and not _own_faults(believed):
        return RepairResult(remake=True)
    return RepairResult(f"its copy does not make it whole: {left[0].what}")


def _own_faults(path: Path) -> tuple[Finding, ...]:
    """Return the faults of a file by itself, without the catalogue."""
    return examine(path, Expectation()).findings


def _add_others(path: Path, candidate: Path) -> None:
    """Append to *candidate* the records of the file at *path* that were added after the copy was made."""
    # Compared by record id, because offsets are unreliable in a falsified file.
    held = {record.id for record in read_records(candidate)}
    with candidate.open("ab") as target, path.open("rb") as source:
        for record in read_records(path):
            if record.id not in held:
                source.seek(record.ref.offset)
                target.write(source.read(record.ref.length))
        target.flush()
        os.fsync(target.fileno())


def _assemble(custody: FileVerifier, place: Place, held: ManifestFile, path: Path, candidate: Path) -> list[Fault]:
    """Write the copy, and what the file at *path* has beyond it, to *candidate*; sync it and return its faults.

    If there are faults and the copy alone is sound, write only the copy.
    """
    # Records written since the copy was made exist nowhere else.
    beyond = path.exists() and path.stat().st_size > held.length
    _write(place, held, path if beyond else None, candidate)
    left = custody.file(candidate)[1]
    if not (left and beyond):
        return left
    # The damage may be in the part beyond the copy.
    candidate.unlink()
    _write(place, held, None, candidate)
    return left if custody.file(candidate)[1] else []


def _write(place: Place, held: ManifestFile, grown: Path | None, candidate: Path) -> None:
    """Write the copy of a file to *candidate*, followed by what the file *grown* has beyond it, and sync."""
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
    """Link the damaged file into the folder ``damaged``, and return its name there."""
    folder = work.layout.directory / "damaged"
    folder.mkdir(exist_ok=True)
    aside = folder / f"{path.name}.{work.clock():%Y%m%d%H%M%S%f}"
    # Linked, not moved, so the original name always leads to a file.
    os.link(path, aside)
    RealDisk().sync_directory(folder)
    return f"damaged/{aside.name}"
