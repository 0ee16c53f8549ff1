"""From stored captures to rows: what a revisit is read from, how parts are joined, and that order does not matter."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DiskFailed
from archive.replay import source_of
from archive.warc.capture import Capture, CaptureKind, NoteKind
from db.catalogue import Catalogue
from db.model.change import Outcome
from db.model.item import Context, Reading
from ingest.cataloguing.cataloguer import Cataloguer
from ingest.cataloguing.reader_pool import NoReaders, ReaderPool
from ingest.cataloguing.reader_pool import Pending as BeingRead
from ingest.collection.collection import Layout, open_for_work

BASE = "http://institute.example"
PARTED = f"{BASE}/the-long-road-to-a-nuclear-workforce/"


@pytest.fixture(scope="module")
def taken_over(story: Any, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The captures of two runs and the change after them in a catalogue where nothing has been read."""
    layout = Layout(tmp_path_factory.mktemp("taken_over"))
    shutil.copytree(story.third.layout.warcs, layout.warcs)
    with open_for_work(layout, story.settings):
        return layout


@pytest.fixture
def bare(taken_over: Layout, story: Any, tmp_path: Path) -> Iterator[tuple[Catalogue, Path]]:
    """An open copy of them."""
    layout = Layout(Path(shutil.copytree(taken_over.directory, tmp_path / "bare")))
    with open_for_work(layout, story.settings) as work:
        yield work.catalogue, layout.warcs


def of(catalogue: Catalogue, url: str) -> list[Capture]:
    return [capture for capture in catalogue.all_captures() if capture.url == url]


def settled(cataloguer: Cataloguer, catalogue: Catalogue, captures: list[Capture]) -> list[Outcome]:
    outcomes = []
    for capture in captures:
        with catalogue.transaction():
            outcomes.append(cataloguer.settle(cataloguer.begin(capture)).outcome)
    return outcomes


def test_a_304_and_an_identical_page_both_count_as_unchanged(bare: tuple[Catalogue, Path], pool: ReaderPool) -> None:
    catalogue, warcs = bare
    cataloguer = Cataloguer(catalogue, warcs, pool)
    for slug in ("winter-load-on-the-amber-cable", "a-note-on-borrowed-maps"):
        captures = of(catalogue, f"{BASE}/{slug}/")
        first, *later = settled(cataloguer, catalogue, captures)
        assert first is Outcome.NEW
        assert set(later) == {Outcome.UNCHANGED}
        assert len(later) == 2


def test_a_revisit_is_read_from_the_record_that_holds_its_bytes(bare: tuple[Catalogue, Path]) -> None:
    catalogue, _ = bare
    first, second, *_ = of(catalogue, f"{BASE}/winter-load-on-the-amber-cable/")
    assert source_of(first, catalogue.original) == first
    assert second.kind is CaptureKind.NOT_MODIFIED
    assert source_of(second, catalogue.original) == first


def test_a_revisit_makes_the_item_even_if_its_original_is_not_read_yet(
    bare: tuple[Catalogue, Path], pool: ReaderPool
) -> None:
    catalogue, warcs = bare
    [_, revisit, *_] = of(catalogue, f"{BASE}/a-note-on-borrowed-maps/")
    assert settled(Cataloguer(catalogue, warcs, pool), catalogue, [revisit]) == [Outcome.NEW]
    item = catalogue.item(revisit.url)
    assert item is not None
    assert item.edition.text


def test_parts_are_joined_to_the_text_and_their_captures_are_listed(
    bare: tuple[Catalogue, Path], pool: ReaderPool, story: Any
) -> None:
    catalogue, warcs = bare
    cataloguer = Cataloguer(catalogue, warcs, pool)
    first = of(catalogue, PARTED)[0]
    assert settled(cataloguer, catalogue, [first]) == [Outcome.NEW]
    item = catalogue.item(PARTED)
    assert item is not None
    assert item.edition.captures == (first.id, of(catalogue, f"{PARTED}2/")[0].id)
    [row] = [row for row in story.first.truth if row["url"] == PARTED]
    folded = " ".join(item.edition.text.split())
    assert all(paragraph in folded for paragraph in row["paragraphs"])


def test_parts_that_were_not_captured_are_listed_as_missing(bare: tuple[Catalogue, Path], pool: ReaderPool) -> None:
    catalogue, warcs = bare
    cataloguer = Cataloguer(catalogue, warcs, pool)
    whole, last = of(catalogue, PARTED)[0], of(catalogue, PARTED)[-1]
    assert cataloguer.missing_parts(cataloguer.begin(whole)) == ()
    later = [capture for capture in of(catalogue, f"{PARTED}2/") if capture.began > last.began]
    assert later, "part 2 follows part 1 in every run"
    single = of(catalogue, f"{BASE}/the-minister-s-umbrella/")[0]
    assert cataloguer.missing_parts(cataloguer.begin(single)) == ()


def test_a_redirect_and_a_gone_page_are_settled_without_reading(
    bare: tuple[Catalogue, Path], pool: ReaderPool, story: Any
) -> None:
    catalogue, warcs = bare
    cataloguer = Cataloguer(catalogue, warcs, pool)
    *live, gone = of(catalogue, story.changed.removed)
    assert cataloguer.begin(gone).reading is None
    assert settled(cataloguer, catalogue, [*live, gone])[-1] is Outcome.GONE


def test_a_page_is_read_with_a_profile_that_is_adopted_while_it_waits(
    story: Any, tmp_path: Path, pool: ReaderPool
) -> None:
    layout = Layout(tmp_path / "bare")
    layout.directory.mkdir()
    shutil.copytree(story.first.layout.warcs, layout.warcs)
    with open_for_work(layout, story.settings) as work:
        cataloguer = Cataloguer(work.catalogue, layout.warcs, pool)
        [single, *_] = of(work.catalogue, f"{BASE}/the-minister-s-umbrella/")
        pending = cataloguer.begin(single)
        work.note(NoteKind.PROFILE, {"publisher": "bl", "digest": "abc", "layout": "{}"}, publisher="bl")
        with work.catalogue.transaction():
            cataloguer.settle(pending)
        item = work.catalogue.item(single.url)
    assert item is not None
    assert item.edition.stamp.endswith("profile abc")


UMBRELLA = f"{BASE}/the-minister-s-umbrella/"
CABLE = f"{BASE}/winter-load-on-the-amber-cable/"


class Unstorable:
    """Another reader: for *spoilt* it returns a text that no database can hold."""

    def __init__(self, pool: ReaderPool, spoilt: str) -> None:
        self._pool, self._spoilt = pool, spoilt

    def submit(self, found: Any, context: Context) -> BeingRead[Reading]:
        read = self._pool.submit(found, context)
        if context.url != self._spoilt:
            return read
        reading = replace(read.result(), text="half a character: \ud800")
        future: Future[Reading] = Future()
        future.set_result(reading)
        return BeingRead(future, 1.0, lambda _reason: reading)


def test_a_capture_that_cannot_be_settled_is_unread_and_the_others_go_on(
    bare: tuple[Catalogue, Path], pool: ReaderPool
) -> None:
    catalogue, warcs = bare
    cataloguer = Cataloguer(catalogue, warcs, Unstorable(pool, UMBRELLA))
    before, spoilt, after = of(catalogue, CABLE)[0], of(catalogue, UMBRELLA)[0], of(catalogue, f"{BASE}/about/")[0]
    with catalogue.transaction():
        changes = [cataloguer.settle(cataloguer.begin(capture)) for capture in (before, spoilt, after)]
    assert [change.outcome for change in changes] == [Outcome.NEW, Outcome.ERROR, Outcome.NEW]
    assert catalogue.item(UMBRELLA) is None
    assert spoilt.id not in [capture.id for capture in catalogue.unread()]
    [failure] = [one for one in catalogue.failures() if one.url == UMBRELLA]
    assert "it could not be settled: UnicodeEncodeError" in failure.detail
    assert {item.url for item in catalogue.items(catalogue.all_item_ids())} == {before.url, after.url}
    titles = catalogue.connection.execute("SELECT count(*) FROM search WHERE search MATCH 'cable'").fetchone()
    assert titles[0], "what waited to be indexed before the savepoint that was undone is in the index"


def test_an_item_stays_if_its_capture_cannot_be_reread(bare: tuple[Catalogue, Path], pool: ReaderPool) -> None:
    catalogue, warcs = bare
    [first, *_] = of(catalogue, UMBRELLA)
    assert settled(Cataloguer(catalogue, warcs, pool), catalogue, [first]) == [Outcome.NEW]
    held = catalogue.item(UMBRELLA)
    with catalogue.transaction():
        assert Cataloguer(catalogue, warcs, Unstorable(pool, UMBRELLA)).read_again(first) == (first,)
    assert catalogue.item(UMBRELLA) == held
    assert any(one.url == UMBRELLA for one in catalogue.failures())


def test_a_damaged_record_is_unread_and_the_others_are_read(bare: tuple[Catalogue, Path], pool: ReaderPool) -> None:
    catalogue, warcs = bare
    damaged, sound = of(catalogue, UMBRELLA)[0], of(catalogue, CABLE)[0]
    path = next(path for path in warcs.iterdir() if path.name.startswith(damaged.ref.file))
    content = bytearray(path.read_bytes())
    content[damaged.ref.offset + 40 : damaged.ref.offset + 60] = bytes(20)
    path.write_bytes(content)
    outcomes = settled(Cataloguer(catalogue, warcs, pool), catalogue, [damaged, sound])
    assert outcomes == [Outcome.ERROR, Outcome.NEW]
    assert any(one.url == UMBRELLA and "damaged at byte" in one.detail for one in catalogue.failures())


@pytest.mark.parametrize(
    "error",
    [
        OSError(5, "Input/output error"),
        DiskFailed(Path("catalogue.db"), OSError(28, "No space left on device")),
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.DatabaseError("database disk image is malformed"),
        NoReaders("no page can be read"),
    ],
)
def test_errors_of_the_machine_are_not_recorded_as_failures_of_a_capture(
    bare: tuple[Catalogue, Path], error: Exception
) -> None:
    class Broken:
        def submit(self, found: Any, context: Context) -> BeingRead[Reading]:  # noqa: ARG002 - the signature of readers
            raise error

    catalogue, warcs = bare
    with pytest.raises(type(error)):
        settled(Cataloguer(catalogue, warcs, Broken()), catalogue, of(catalogue, UMBRELLA)[:1])
    assert not any(one.url == UMBRELLA for one in catalogue.failures())


@pytest.mark.slow
def test_the_order_of_captures_does_not_change_the_catalogue(
    bare: tuple[Catalogue, Path], pool: ReaderPool, story: Any
) -> None:
    catalogue, warcs = bare
    captures = list(catalogue.all_captures())
    random.shuffle(captures)
    settled(Cataloguer(catalogue, warcs, pool), catalogue, captures)
    with Catalogue.open(story.third.layout.catalogue, read_only=True) as held:
        for name in held.all_item_ids():
            before, after = held.item(name), catalogue.item(name)
            assert before is not None
            assert after is not None
            assert (after.url, after.edition, after.tags) == (before.url, before.edition, before.tags)
            assert [one.id for one in catalogue.editions(name)] == [one.id for one in held.editions(name)]
        assert catalogue.all_item_ids() == held.all_item_ids()
