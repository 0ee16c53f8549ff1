"""Every query that the documentation shows runs and finds something."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.warc.capture import NoteKind
from db import runs
from db.catalogue import Catalogue

if TYPE_CHECKING:
    from tests.db.conftest import EntryBuilder, Filled

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sql.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
VIEWS = re.findall(r"^\| `(\w+)` \| [^|]* \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture
def sample(catalogue: Catalogue, builder: EntryBuilder, filled: Filled) -> Catalogue:
    """An edited item, one that is gone, one without author and date, one withheld, and two failures."""

    def fill() -> None:
        tags = builder.capture(1)
        with catalogue.transaction():
            catalogue.add(builder.entry(1, tags=(builder.words(tags, "Elections"),)))
            catalogue.add(builder.entry(2, tags=(builder.words(tags, "Elections"),), text="A deep sea port."))
            catalogue.add(builder.entry(3, "/gone", title="Gone"))
            catalogue.add(builder.answer(4, "/gone", 410))
            catalogue.add(builder.entry(5, "/bare", title="Bare", attributions=(), published=None))
            withheld = catalogue.add(builder.entry(6, "/withheld", title="Withheld")).item
            catalogue.add_note(builder.note(7, NoteKind.WITHHOLDING, {"item": withheld, "reason": "asked to"}))
            catalogue.add(builder.answer(8, "/closed", 403))
            runs.finish(catalogue.connection, "run", builder.at(0), builder.at(9), {"new": 4, "failed": 1})
            catalogue.add_note(builder.note(9, NoteKind.FAILURE, {"reason": "dns"}, about="https://gone.example/"))

    return filled(catalogue, fill)


def test_docs_show_at_least_ten_queries() -> None:
    assert len(QUERIES) >= 10


@pytest.mark.parametrize("query", QUERIES)
def test_query_in_the_docs_finds_rows_and_nothing_withheld(sample: Catalogue, query: str) -> None:
    rows = sample.connection.execute(query).fetchall()
    assert rows
    if "captures" not in query:
        assert "Withheld" not in repr(rows)


@pytest.mark.parametrize(("view", "columns"), VIEWS)
def test_columns_of_a_view_match_the_docs(sample: Catalogue, view: str, columns: str) -> None:
    named = re.sub(r"\([^)]*\)", "", columns).replace(" and ", ", ")
    found = [column[0] for column in sample.connection.execute(f"SELECT * FROM {view}").description]
    assert found == [name.strip() for name in named.split(",")]
    assert len(VIEWS) == 14


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="the sqlite3 program is not installed")
def test_sqlite3_program_reads_the_file_while_it_is_open(sample: Catalogue, tmp_path: Path) -> None:
    command = ["sqlite3", "-readonly", str(tmp_path / "catalogue.db"), QUERIES[0]]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert "Anaklia" in done.stdout


def test_sqlite_utils_reads_the_views(sample: Catalogue) -> None:
    from sqlite_utils import Database

    titles = {row["title"] for row in Database(sample.connection).query("SELECT title FROM items")}
    assert titles == {"Anaklia", "Gone", "Bare"}


def test_old_address_leads_to_the_item_and_an_edition_to_its_capture(sample: Catalogue, builder: EntryBuilder) -> None:
    with sample.transaction():
        sample.add(builder.redirect(20, "/anaklia", "/2023/anaklia"))
        sample.add(builder.entry(21, "/2023/anaklia", text="A deep sea port.", translations=(("pl", "/pl/anaklia"),)))
    found = sample.connection.execute(
        """SELECT DISTINCT item_address.item, captures.url, item_translation.language FROM item_address
        JOIN editions ON editions.item = item_address.item JOIN captures ON captures.id = editions.capture
        JOIN item_translation ON item_translation.item = item_address.item
        WHERE item_address.address = 'institute.example/anaklia' AND editions.number = 1"""
    ).fetchall()
    item = sample.item("https://institute.example/anaklia")
    assert item is not None
    assert item.url == "https://institute.example/2023/anaklia"
    assert found == [(item.id, "https://institute.example/anaklia", "pl")]
