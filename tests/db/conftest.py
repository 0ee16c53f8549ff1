"""Made captures, readings and catalogues for the tests of the catalogue."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.evidence.locate import Decoding, Place
from archive.http.exchange import Ending
from archive.warc.capture import Capture, CaptureKind, Note, NoteKind, RecordRef
from db.catalogue import Catalogue
from db.model.change import Change, Entry, NeedsRefold
from db.model.item import (
    Act,
    Attribution,
    Covers,
    Dated,
    Duty,
    Evidence,
    PageKind,
    Permission,
    Precision,
    Reading,
    Stamp,
    Statement,
    StatementPlace,
    Term,
    Words,
)

BEGIN = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
SITE = "https://institute.example"


class EntryBuilder:
    """Makes captures and readings; *number* is the minute of a capture and the end of its id."""

    stamp = Stamp("1.0", "2.3", "6.1")
    newer = Stamp("1.1", "2.3", "6.1")

    def at(self, number: int) -> datetime:
        return BEGIN + timedelta(minutes=number)

    def capture(self, number: int, path: str = "/anaklia", **fields: Any) -> Capture:
        made = Capture(
            id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
            publisher="institute",
            url=path if path.startswith("http") else SITE + path,
            began=self.at(number),
            kind=CaptureKind.RESPONSE,
            status=200,
            media_type="text/html",
            ref=RecordRef("institute-0001.warc.gz", number * 1000, 900),
            block_digest=f"sha256:BLOCK{number}",
            payload_digest=f"sha256:PAYLOAD{number}",
            payload_length=5000,
            ending=Ending.LENGTH,
        )
        return replace(made, **fields)

    def evidence(self, capture: Capture, words: str) -> Evidence:
        decoding = Decoding("utf-8", Place.TEXT)
        return Evidence(words, capture.id, ranges=((10, 10 + len(words)),), decoding=decoding)

    def words(self, capture: Capture, value: str) -> Words:
        return Words(value, self.evidence(capture, value))

    def statement(self, capture: Capture, words: str = "Texts may be republished with credit.") -> Statement:
        duties = (Duty.ATTRIBUTE,)
        term = Term(Covers.TEXT, Act.REPRODUCE, Permission.WITH_DUTIES, "grant", duties)
        if words.startswith("Ask"):
            term = Term(Covers.TEXT, Act.USE, Permission.ASK, "a rule")
        if words.startswith("All"):
            term = Term(Covers.SITE, Act.USE, Permission.ASK, "a rule")
        if words.startswith("Free"):
            term = Term(Covers.TEXT, Act.USE, Permission.WITH_DUTIES, "grant", duties)
        return Statement(words, StatementPlace.SITE_FOOTER, self.evidence(capture, words), (term,), "en")

    def reading(self, capture: Capture, title: str = "Anaklia", text: str = "A port.", **fields: Any) -> Reading:
        made = Reading(
            stamp=self.stamp,
            kind=PageKind.ARTICLE,
            text=text,
            title=self.words(capture, title),
            attributions=(Attribution("Łukasz Żak", self.evidence(capture, "Łukasz Żak")),),
            published=Dated("2023-04-24", Precision.DAY, self.evidence(capture, "24 April 2023")),
            tags=(self.words(capture, "Black Sea"), self.words(capture, "Łódź")),
            language=self.words(capture, "en"),
            statements=(self.statement(capture),),
        )
        return replace(made, **fields)

    def entry(
        self, number: int, path: str = "/anaklia", *, capture: dict[str, Any] | None = None, **reading: Any
    ) -> Entry:
        """An article at *path*; *capture* changes fields of its capture, the other keywords those of its reading."""
        made = self.capture(number, path, **(capture or {}))
        return Entry(made, self.reading(made, **reading))

    def saying(
        self,
        number: int,
        path: str,
        *words: str,
        place: StatementPlace = StatementPlace.SITE_FOOTER,
        language: str = "en",
        **reading: Any,
    ) -> Entry:
        """A page that prints each of *words* as a statement at *place*."""
        capture = self.capture(number, path)
        said = tuple(replace(self.statement(capture, one), place=place, language=language) for one in words)
        return Entry(capture, self.reading(capture, title=path, statements=said, **reading))

    def terms_page(self, number: int, *words: str, path: str = "/terms", language: str = "en") -> Entry:
        place = StatementPlace.TERMS_PAGE
        return self.saying(number, path, *words, place=place, language=language, kind=PageKind.PAGE)

    def redirect(self, number: int, path: str, target: str) -> Entry:
        location = target if target.startswith("http") else SITE + target
        return Entry(self.capture(number, path, status=301, location=location))

    def answer(self, number: int, path: str, status: int) -> Entry:
        return Entry(self.capture(number, path, status=status))

    def note(self, number: int, kind: NoteKind, body: dict[str, object], **fields: Any) -> Note:
        made = Note(
            id=f"urn:uuid:00000000-0000-4000-9000-{number:012}",
            publisher="collection",
            made=self.at(number),
            kind=kind,
            about=None,
            previous=None,
            body=body,
            ref=RecordRef("collection-0001.warc.gz", number * 1000, 400),
            digest=f"sha256:NOTE{number}",
        )
        return replace(made, **fields)

    def add_in_any_order(
        self, catalogue: Catalogue, entries: list[Entry], *, known: list[Entry] | None = None
    ) -> list[Change]:
        """Add *entries* in the given order, and read again whatever the catalogue asks for, as the pipeline does.

        *known* are entries that were added before.
        """
        added = [] if known is None else known
        changes = []
        for entry in entries:
            added.append(entry)
            try:
                changes.append(catalogue.add(entry))
            except NeedsRefold as needed:
                wanted = needed.captures
                for _ in range(20):
                    try:
                        catalogue.refold([_of(added, capture) for capture in wanted])
                        break
                    except NeedsRefold as more:
                        wanted = more.captures
                else:
                    raise AssertionError("the catalogue asks for captures without end")
        return changes


def _of(entries: list[Entry], capture: Capture) -> Entry:
    return next(entry for entry in entries if entry.capture.id == capture.id)


@pytest.fixture(scope="session")
def builder() -> EntryBuilder:
    return EntryBuilder()


@pytest.fixture(scope="session")
def empty_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly made catalogue: copying it takes a fifth of the time of making one."""
    path = tmp_path_factory.mktemp("empty") / "catalogue.db"
    Catalogue.open(path, create=True).close()
    return path


@pytest.fixture
def catalogue(empty_catalogue: Path, tmp_path: Path) -> Iterator[Catalogue]:
    copied = Path(shutil.copyfile(empty_catalogue, tmp_path / "catalogue.db"))
    with Catalogue.open(copied) as opened:
        # No test cuts the power under one of these, so nothing has to reach the disk.
        opened.connection.execute("PRAGMA synchronous = OFF")
        yield opened


@pytest.fixture(scope="module")
def standing(
    empty_catalogue: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[Catalogue], None]], Catalogue]]:
    """A catalogue for all tests of a module that change nothing: ``standing(fill)`` opens it for reading only."""
    with ExitStack() as stack:

        def filled(fill: Callable[[Catalogue], None]) -> Catalogue:
            path = Path(shutil.copyfile(empty_catalogue, tmp_path_factory.mktemp("standing") / "catalogue.db"))
            with Catalogue.open(path) as empty:
                fill(empty)
            return stack.enter_context(Catalogue.open(path, read_only=True))

        yield filled


class Filled:
    """Fills empty catalogues: the first filling is copied into later ones, which takes a tenth of the time."""

    def __init__(self) -> None:
        self._kept: dict[str, sqlite3.Connection] = {}

    def __call__(self, catalogue: Catalogue, fill: Callable[[], None]) -> Catalogue:
        """Return *catalogue*, empty so far, with the content that *fill* gives it."""
        name = f"{fill.__module__} {fill.__qualname__}"
        kept = self._kept.get(name)
        if kept is None:
            fill()
            kept = self._kept[name] = sqlite3.connect(":memory:")
            catalogue.connection.backup(kept)
        else:
            kept.backup(catalogue.connection)
        return catalogue

    def close(self) -> None:
        """Release what was kept."""
        for kept in self._kept.values():
            kept.close()


@pytest.fixture(scope="session")
def filled() -> Iterator[Filled]:
    """Fill a catalogue: ``filled(catalogue, fill)``."""
    one = Filled()
    yield one
    one.close()
