"""Where an older reader read everything of several publishers, reading again makes a new catalogue in parts: with the
rows of a re-reading in place, and with the existing frontier.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db import runs, working_rows
from db.catalogue import Catalogue
from db.frontier import Discovery, Frontier
from db.query import outdated_readings
from db.query.snapshot import table_digests
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import Layout, make, now, open_for_work
from ingest.reading import read, stamp
from ingest.settings.values import PublisherOptions, Settings
from ingest.verification.comparison import Here
from ingest.verification.document_reader import DocumentReader
from tests.sites.kept_pages import BEGAN, keep_small

Command = Callable[..., Any]
PUBLISHERS = ("amber", "birch")
MADE_ANEW = "rebuilt in parts"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Two publishers, all of whose pages an older reader read; one page is due that a run found but did not visit."""
    layout = Layout(tmp_path / "collection")
    settings = Settings(
        publishers=tuple(PublisherOptions(f"http://{house}.example/", id=house) for house in PUBLISHERS)
    )
    make(layout, settings)
    with open_for_work(layout, settings) as work:
        for number in range(3):
            for house in PUBLISHERS:
                keep_small(work, house, number)
        with closing(DocumentReader()) as documents:
            rebuild(layout.warcs, work.catalogue, Here(read, documents), clock=now)
        with work.catalogue.transaction():
            run = runs.begin(work.catalogue.connection, "run", BEGAN)
            work.frontier.seed([Discovery("http://amber.example/found/", "amber", via="sitemap")], now=BEGAN)
            connection = work.catalogue.connection
            connection.execute("UPDATE visit SET run = ? WHERE url LIKE '%/found/'", (run.id,))
            connection.execute("INSERT INTO host_dialect VALUES ('birch.example', 'HTTP/1.1', '2023-04-24')")
    read_by_an_older(layout)
    return layout


def read_by_an_older(layout: Layout, but: str = "") -> None:
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        for table, column in (("capture", "id"), ("edition", "item")):
            catalogue.connection.execute(
                f"UPDATE {table} SET stamp = 'creditline 0.0.1' WHERE stamp IS NOT NULL AND {column} <> ?", (but,)
            )


def frontier(layout: Layout) -> list[Any]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        asked = """SELECT visit.publisher, url, due, visited_at, outcome, via, started FROM visit
            LEFT JOIN run ON run.id = visit.run ORDER BY visit.id"""
        hosts = "SELECT host, dialect FROM host_dialect"
        return [catalogue.connection.execute(query).fetchall() for query in (asked, hosts)]


def tables(layout: Layout) -> dict[str, str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return table_digests(catalogue.connection).tables


@pytest.mark.slow
def test_rebuild_older_makes_the_catalogue_in_parts_and_keeps_the_frontier(creditline: Command, layout: Layout) -> None:
    before = frontier(layout)
    done = creditline("-C", layout.directory, "rebuild", "--older", "--workers", "2")
    assert (done.code, MADE_ANEW in done.err) == (Exit.DONE, True), done.err
    assert "Read 6 captures again: 0 editions read otherwise, 0 made, 0 gone" in done.err
    made_in_parts = tables(layout)
    assert frontier(layout) == before
    assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.DONE
    # A process that folds alone reads them in place, with the same rows.
    read_by_an_older(layout)
    alone = creditline("-C", layout.directory, "rebuild", "--older", "--workers", "1")
    assert (alone.code, MADE_ANEW in alone.err) == (Exit.DONE, False), alone.err
    assert tables(layout) == made_in_parts


@pytest.mark.slow
def test_rebuild_older_rereads_in_place_when_some_pages_are_up_to_date(creditline: Command, layout: Layout) -> None:
    read_by_an_older(layout)
    with Catalogue.open(layout.catalogue) as catalogue, catalogue.transaction():
        connection = catalogue.connection
        (one,) = connection.execute("SELECT min(id) FROM capture WHERE publisher = 'birch'").fetchone()
        connection.execute("UPDATE capture SET stamp = ? WHERE id = ?", (str(stamp(None)), one))
    done = creditline("-C", layout.directory, "rebuild", "--older", "--workers", "2")
    assert (done.code, "Read 5 captures" in done.err, MADE_ANEW in done.err) == (Exit.DONE, True, False), done.err


@pytest.mark.slow
@pytest.mark.damages_collection("a record is damaged after it was read")
def test_rereading_keeps_the_rows_of_a_record_that_is_damaged_since(creditline: Command, layout: Layout) -> None:
    [path] = layout.warcs.glob("amber-*")
    whole = path.read_bytes()
    path.write_bytes(whole[:-300] + bytes(100) + whole[-200:])
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        before = catalogue.counts()
    done = creditline("-C", layout.directory, "rebuild", "--older", "--workers", "2")
    assert MADE_ANEW not in done.err
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        assert catalogue.counts()["captures"] == before["captures"]
        assert catalogue.counts()["editions"] == before["editions"]


def test_an_older_reader_read_everything_only_if_no_capture_waits(layout: Layout) -> None:
    def is_all(catalogue: Catalogue) -> bool:
        found = outdated_readings.older(catalogue.connection, lambda profile: str(stamp(profile)))
        return outdated_readings.is_all(catalogue.connection, found)

    with Catalogue.open(layout.catalogue) as catalogue:
        assert is_all(catalogue)
        catalogue.connection.execute("UPDATE capture SET catalogued = 0, stamp = NULL WHERE url LIKE '%/2/'")
        assert not is_all(catalogue)


def test_working_rows_replace_the_rows_that_a_rebuild_made(layout: Layout, tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "made.db", create=True) as made:
        # Counted differently than in the existing catalogue.
        made.connection.execute("INSERT INTO run (kind, started) VALUES ('run', '2020-01-01T00:00:00.000000Z')")
        Frontier(made).seed([Discovery("http://amber.example/0/", "amber", via="rebuild")], now=BEGAN)
        working_rows.copy_working_rows(made, layout.catalogue)
        asked = """SELECT url, via, started FROM visit LEFT JOIN run ON run.id = visit.run ORDER BY visit.id"""
        rows = made.connection.execute(asked).fetchall()
    assert [row[:3] for row in rows] == [(row[1], row[5], row[6]) for row in frontier(layout)[0]]
    assert json.dumps(rows).count("/found/") == 1
