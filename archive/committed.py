"""Rows: which records of the files being written have their row in a catalogue, and where the first one lacks it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from archive.warc.capture import Capture, Note


@dataclass(slots=True)
class _Awaited:
    id: str
    end: int
    came: bool = False


class Rows:
    """What the catalogue has of the captures and notes of an archive, file by file, in the order of the file."""

    def __init__(self) -> None:
        self._files: dict[str, list[_Awaited]] = {}

    def await_for(self, record: Capture | Note, end: int) -> None:
        """Wait for the row of *record*, which ends, with all that belongs to it, at byte *end*."""
        self._files.setdefault(record.ref.file, []).append(_Awaited(record.id, end))

    def ends_with(self, rows: Iterable[Capture | Note]) -> dict[str, int]:
        """Return up to which byte no row is missing once *rows* are there, for each of their files that has such."""
        ids = {row.id for row in rows}
        ends: dict[str, int] = {}
        for file, awaited in self._files.items():
            if not any(one.id in ids for one in awaited):
                continue
            for one in awaited:
                if not one.came and one.id not in ids:
                    break
                ends[file] = one.end
        return ends

    def came(self, rows: Collection[Capture | Note]) -> None:
        """Take note that *rows* are there."""
        ids = {row.id for row in rows}
        for file in {row.ref.file for row in rows} & set(self._files):
            awaited = self._files[file]
            for one in awaited:
                one.came = one.came or one.id in ids
            while awaited and awaited[0].came:
                awaited.pop(0)

    def wanting(self, file: str) -> bool:
        """Say whether a record of *file* has no row yet."""
        return bool(self._files.get(file))
