"""From kept captures to rows: what a revisit is read from, how parts are joined, and that order does not matter."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, CaptureKind, NoteKind
from db.catalogue import Catalogue
from db.entry import Outcome
from ingest.cataloguing import Cataloguer, source_of
from ingest.collection import Layout, at_work
from ingest.reading.pool import ReaderPool

BASE = "http://institute.example"
PARTED = f"{BASE}/the-long-road-to-a-nuclear-workforce/"


@pytest.fixture(scope="module")
def pool(readers: ReaderPool) -> Iterator[ReaderPool]:
    with readers as pool:
        yield pool


@pytest.fixture
def bare(story: Any, tmp_path: Path) -> Iterator[tuple[Catalogue, Path]]:
    """The captures of two runs and the change after them in a catalogue where nothing has been read."""
    layout = Layout(tmp_path / "bare")
    layout.directory.mkdir()
    shutil.copytree(story.third.layout.warcs, layout.warcs)
    with at_work(layout, story.settings) as work:
        yield work.catalogue, layout.warcs


def of(catalogue: Catalogue, url: str) -> list[Capture]:
    return [capture for capture in catalogue.all_captures() if capture.url == url]


def settled(cataloguer: Cataloguer, catalogue: Catalogue, captures: list[Capture]) -> list[Outcome]:
    outcomes = []
    for capture in captures:
        with catalogue.transaction():
            outcomes.append(cataloguer.settle(cataloguer.begin(capture)).outcome)
    return outcomes


def test_a_page_that_came_back_unchanged_in_both_ways_is_unchanged(
    bare: tuple[Catalogue, Path], pool: ReaderPool
) -> None:
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
    assert source_of(catalogue, first) == first
    assert second.kind is CaptureKind.NOT_MODIFIED
    assert source_of(catalogue, second) == first


def test_a_revisit_whose_original_was_not_read_yet_still_makes_the_item(
    bare: tuple[Catalogue, Path], pool: ReaderPool
) -> None:
    catalogue, warcs = bare
    [_, revisit, *_] = of(catalogue, f"{BASE}/a-note-on-borrowed-maps/")
    assert settled(Cataloguer(catalogue, warcs, pool), catalogue, [revisit]) == [Outcome.NEW]
    item = catalogue.item(revisit.url)
    assert item is not None
    assert item.edition.text


def test_parts_are_joined_to_the_text_and_their_captures_named(
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


def test_parts_that_were_not_captured_are_named_as_missing(bare: tuple[Catalogue, Path], pool: ReaderPool) -> None:
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


def test_a_page_whose_reading_was_begun_before_a_profile_was_adopted_is_read_with_it(
    story: Any, tmp_path: Path, pool: ReaderPool
) -> None:
    layout = Layout(tmp_path / "bare")
    layout.directory.mkdir()
    shutil.copytree(story.first.layout.warcs, layout.warcs)
    with at_work(layout, story.settings) as work:
        cataloguer = Cataloguer(work.catalogue, layout.warcs, pool)
        [single, *_] = of(work.catalogue, f"{BASE}/the-minister-s-umbrella/")
        pending = cataloguer.begin(single)
        work.note(NoteKind.PROFILE, {"publisher": "bl", "digest": "abc", "layout": "{}"}, publisher="bl")
        with work.catalogue.transaction():
            cataloguer.settle(pending)
        item = work.catalogue.item(single.url)
    assert item is not None
    assert item.edition.stamp.endswith("profile abc")


@pytest.mark.slow
def test_whatever_order_captures_come_in_the_catalogue_is_the_same(
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
