"""A publisher as it was described when a page was captured, whenever the page turns up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.capture import Note, NoteKind, RecordRef
from db.catalogue import Catalogue


def described(name: str, year: int) -> Note:
    body = {
        "publishers": [{"id": "bl", "url": "http://institute.example/", "hosts": ["institute.example"], "name": name}]
    }
    made = datetime(year, 1, 1, tzinfo=UTC)
    ref = RecordRef("collection-00001.warc.gz", year, 1)
    return Note(f"urn:uuid:{year}", "collection", made, NoteKind.SETTINGS, None, None, body, ref, f"sha256:{year}")


@pytest.fixture(params=[(2020, 2022), (2022, 2020)], ids=["in order", "the older last"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.db", create=True) as opened:
        for year in request.param:
            opened.add_note(described(f"Lantern {year}", year))
        yield opened


@pytest.mark.parametrize(("year", "name"), [(2019, "Lantern 2020"), (2021, "Lantern 2020"), (2023, "Lantern 2022")])
def test_the_description_in_force_is_that_of_the_time(catalogue: Catalogue, year: int, name: str) -> None:
    found = catalogue.publisher_at("bl", datetime(year, 6, 1, tzinfo=UTC))
    assert found is not None
    assert found.name == name


def test_the_newest_description_is_the_one_that_stands(catalogue: Catalogue) -> None:
    found = catalogue.publisher("bl")
    assert found is not None
    assert found.name == "Lantern 2022"
