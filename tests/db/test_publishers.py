"""A publisher as described when a page was captured, whenever the page turns up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import Note, NoteKind, RecordRef
from db.catalogue import Catalogue
from db.identity import item_id
from db.model.change import Entry
from db.query.snapshot import compare

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder


def described(name: str, year: int) -> Note:
    body = {
        "publishers": [{"id": "bl", "url": "http://institute.example/", "hosts": ["institute.example"], "name": name}]
    }
    made = datetime(year, 1, 1, tzinfo=UTC)
    ref = RecordRef("collection-00001.warc.gz", year, 1)
    return Note(f"urn:uuid:{year}", "collection", made, NoteKind.SETTINGS, None, None, body, ref, f"sha256:{year}")


@pytest.fixture(params=[(2020, 2022), (2022, 2020)], ids=["in order", "older note last"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db", create=True) as opened:
        for year in request.param:
            opened.add_note(described(f"Lantern {year}", year))
        yield opened


@pytest.mark.parametrize(("year", "name"), [(2019, "Lantern 2020"), (2021, "Lantern 2020"), (2023, "Lantern 2022")])
def test_description_in_force_is_the_one_of_that_time(catalogue: Catalogue, year: int, name: str) -> None:
    found = catalogue.publisher_at("bl", datetime(year, 6, 1, tzinfo=UTC))
    assert found is not None
    assert found.name == name


def test_newest_description_is_the_current_one(catalogue: Catalogue) -> None:
    found = catalogue.publisher("bl")
    assert found is not None
    assert found.name == "Lantern 2022"


# ── An edit of the settings changes no id that was shown ─────────────────────────────────────────────────────────

HOSTS = ("institute.example", "blog.institute.example")


def settings_note(builder: EntryBuilder, number: int, *hosts: str, languages: tuple[str, ...] = ()) -> Note:
    one = {"id": "institute", "url": "https://institute.example/", "hosts": list(hosts), "languages": list(languages)}
    return builder.note(number, NoteKind.SETTINGS, {"publishers": [one]})


def rows(catalogue: Catalogue, builder: EntryBuilder, *records: Entry | Note) -> list[tuple[str, str]]:
    """Add *records* in the given order, and read again what waits for it, as the next run does."""
    known: list[Entry] = []
    for one in records:
        if isinstance(one, Note):
            catalogue.add_note(one)
        else:
            builder.add_in_any_order(catalogue, [one], known=known)
    for waiting in catalogue.unread():
        builder.add_in_any_order(catalogue, [entry for entry in known if entry.capture.id == waiting.id], known=known)
    return list(catalogue.snapshot())


def rebuilt(catalogue: Catalogue, builder: EntryBuilder, *records: Entry | Note) -> list[tuple[str, str]]:
    """The same from the files alone, with the settings first."""
    notes = [one for one in records if isinstance(one, Note)]
    entries = sorted((one for one in records if isinstance(one, Entry)), key=lambda one: one.capture.began)
    return rows(catalogue, builder, *notes, *entries)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "other.db", create=True) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "bare.db", create=True) as opened:
        yield opened


def test_added_host_changes_no_shown_id(empty: Catalogue, other: Catalogue, builder: EntryBuilder) -> None:
    records = (
        settings_note(builder, 0, HOSTS[0]),
        builder.entry(1, canonical=f"https://{HOSTS[1]}/anaklia"),
        settings_note(builder, 2, *HOSTS),
    )
    before = rows(empty, builder, *records)
    assert empty.all_item_ids() == [item_id("institute", "institute.example/anaklia")]
    assert compare(before, rebuilt(other, builder, *records)) == []


def test_host_configured_with_www_also_counts_without_it(empty: Catalogue, builder: EntryBuilder) -> None:
    canonical = "https://library.example/anaklia"
    rows(
        empty,
        builder,
        settings_note(builder, 0, HOSTS[0], "www.library.example"),
        builder.entry(1, canonical=canonical),
    )
    held = empty.item(f"https://{HOSTS[0]}/anaklia")
    assert held is not None
    assert held.url == canonical


@pytest.mark.parametrize("late", [False, True], ids=["after the pages", "for the pages before"])
def test_added_language_changes_no_shown_id(
    empty: Catalogue, other: Catalogue, builder: EntryBuilder, late: bool
) -> None:
    told_first = () if late else (settings_note(builder, 0, HOSTS[0]),)
    pages = (
        builder.entry(1, canonical="https://institute.example/de/"),
        builder.entry(2, "/start", title="Batumi", canonical="https://institute.example/ka/"),
        builder.redirect(3, "/start", "/ka/"),
    )
    languages = settings_note(builder, 4, HOSTS[0], languages=("de", "ka"))
    known: list[Entry] = []
    for note in told_first:
        empty.add_note(note)
    builder.add_in_any_order(empty, list(pages), known=known)
    shown = empty.all_item_ids()
    assert set(shown) == {item_id("institute", f"institute.example/{path}") for path in ("anaklia", "start")}
    empty.add_note(languages)
    builder.add_in_any_order(empty, [entry for entry in pages if entry.capture in empty.unread()], known=known)
    assert empty.all_item_ids() == shown
    assert compare(list(empty.snapshot()), rebuilt(other, builder, *told_first, *pages, languages)) == []


def test_late_description_makes_its_captures_be_read_again(
    empty: Catalogue, other: Catalogue, builder: EntryBuilder
) -> None:
    records = (
        settings_note(builder, 0, HOSTS[0]),
        builder.entry(1, "/other", title="Batumi"),
        builder.entry(3, canonical=f"https://{HOSTS[1]}/anaklia"),
        settings_note(builder, 2, *HOSTS),
    )
    before = rows(empty, builder, *records)
    assert empty.item(item_id("institute", "blog.institute.example/anaklia")) is not None
    assert compare(before, rebuilt(other, builder, *records)) == []


def test_description_that_changes_nothing_causes_no_rereading(empty: Catalogue, builder: EntryBuilder) -> None:
    rows(empty, builder, settings_note(builder, 0, *HOSTS), builder.entry(3), settings_note(builder, 2, *HOSTS))
    assert empty.unread() == []
    empty.add_note(settings_note(builder, 1, HOSTS[0]))
    assert empty.unread() == []


def test_undescribed_publisher_owns_only_the_host_of_the_page(
    empty: Catalogue, other: Catalogue, builder: EntryBuilder
) -> None:
    elsewhere = builder.capture(1, f"https://{HOSTS[1]}/", status=404)
    page = builder.entry(2, canonical=f"https://{HOSTS[1]}/anaklia")
    one = rows(empty, builder, Entry(elsewhere), page)
    two = rows(other, builder, page, Entry(elsewhere))
    assert compare(one, two) == []
    assert empty.publisher_at("institute", builder.at(2)) is None
