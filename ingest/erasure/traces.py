"""Traces: other records that contain the words of an erased item; a person decides what to do with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archive.errors import CreditlineError
from archive.recovery import DamagedRange, records_and_damage
from archive.replay import entity_of
from archive.store import warc_files
from archive.warc.capture import CaptureKind
from archive.warc.reader import note_of
from archive.warc.writer import is_imported
from db import captures
from db.catalogue import Catalogue
from db.query.echoes import plain

# The words in a passage: two texts rarely share so many in a row by chance.
_RUN = 8
# The fewest words by which a title can be recognized.
_TITLE = 4
# The most passages of a text that are searched for, spread over all of it.
_PASSAGES = 200


@dataclass(frozen=True, slots=True)
class Trace:
    """A record that contains passages of an erased text.

    Attributes:
        record: its id; *what* describes it for a person: an address and a day, or the kind of note.
        passages: the number of passages found.
        erasable: whether it can be erased, too; people's notes cannot, because each note refers to the one before.
    """

    record: str
    what: str
    passages: int
    erasable: bool


@dataclass(frozen=True, slots=True)
class Passages:
    """What is searched for: *runs* of consecutive words, and whole *titles*, normalized by `plain`."""

    runs: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.runs or self.titles)

    def __or__(self, other: Passages) -> Passages:
        return Passages(self.runs | other.runs, self.titles | other.titles)

    def count_in(self, text: str) -> int:
        """Return how many of them are in *text*, which `plain` has normalized."""
        words = text.split()
        runs = self.runs.intersection(" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))
        # With a space at both ends, so that "war" is not found in "warsaw".
        return len(runs) + sum(f" {title} " in text for title in self.titles)


def passages(title: str | None, text: str) -> Passages:
    """Return what to search for from an edition: its title, and runs of words from all of its *text*."""
    words = plain(text).split()
    step = max(1, (len(words) - _RUN) // _PASSAGES)
    runs = {" ".join(words[at : at + _RUN]) for at in range(0, len(words) - _RUN + 1, step)}
    named = plain(title or "").strip()
    return Passages(frozenset(runs), frozenset({named} if len(named.split()) >= _TITLE else ()))


def traces(catalogue: Catalogue, warcs: Path, wanted: Passages, erased: set[str]) -> Iterator[Trace]:
    """Yield captures that contain a *wanted* passage, except those *erased*, in record order; then notes.

    Documents that are not text (PDF, pictures) are not searched, nor unreadable records, which `verify` reports.
    """
    if not wanted:
        return
    for capture in captures.every(catalogue.connection):
        if capture.id in erased or capture.kind is not CaptureKind.RESPONSE or not _is_text(capture.media_type):
            continue
        try:
            entity = entity_of(warcs, capture, catalogue.original)
        except (CreditlineError, OSError):
            continue
        found = wanted.count_in(plain(_decoded(entity.body, entity.charset)))
        if found:
            yield Trace(capture.id, f"{capture.url} of {capture.began:%Y-%m-%d %H:%M}", found, erasable=True)
    yield from _noted(warcs, wanted)


def _noted(warcs: Path, wanted: Passages) -> Iterator[Trace]:
    """Yield the notes that contain wanted passages; only this program's own files have notes."""
    for path in warc_files(warcs):
        if is_imported(path.name):
            continue
        for piece in records_and_damage(path, 0, path.stat().st_size):
            if isinstance(piece, DamagedRange) or (note := note_of(piece)) is None:
                continue
            found = wanted.count_in(plain(piece.block.decode("utf-8", "replace")))
            if found:
                yield Trace(note.id, f"the {note.kind} note of {note.made:%Y-%m-%d %H:%M}", found, erasable=False)


def _is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type.endswith(("xml", "json")) or not media_type


def _decoded(body: bytes, charset: str | None) -> str:
    try:
        return body.decode(charset or "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")
