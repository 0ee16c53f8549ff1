"""A catalogue notes by which rules it was folded, so that what today's would make otherwise is told from damage."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from db import rules

Command = Callable[..., Any]
URL = "https://institute.example/"
PARAGRAPH = "<p>Harbour dues and cranes pay for the quay, as the port wrote in its plan.</p>"


@pytest.fixture
def collection(creditline: Command, foreign_warc: Callable[..., Any], tmp_path: Path) -> Path:
    """A collection of one page; its title and date are what an article's are."""
    warc = foreign_warc()
    page = f"""<!doctype html><html lang="en"><head><title>Of quays</title><meta property="og:type" content="article">
        <meta name="author" content="Maria Ossowska"></head><body><article><h1>Of quays</h1>{PARAGRAPH * 9}</article>
        </body></html>"""
    warc.response(f"{URL}quays/", page.encode(), date="2019-03-01T10:00:00Z")
    folder = tmp_path / "collection"
    creditline("-C", folder, "import", warc.path, "--publisher", URL)
    return folder


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "catalogue.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


BY_OTHERS = "UPDATE folded SET rules = '0.0.9+01234567'"
MADE_OTHERWISE = "UPDATE item SET last_seen = '2019-03-02T10:00:00.000000Z'"


def noted(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "catalogue.db")) as connection:
        return [row[0] for row in connection.execute("SELECT rules FROM folded ORDER BY rules")]


@pytest.mark.slow
def test_rows_that_other_rules_made_are_counted_and_are_no_damage(creditline: Command, collection: Path) -> None:
    change(collection, MADE_OTHERWISE)
    assert creditline("-C", collection, "rebuild", "--check").code == 4
    assert creditline("-C", collection, "verify").code == 4
    change(collection, BY_OTHERS)
    checked = creditline("-C", collection, "rebuild", "--check")
    assert checked.code == 3
    assert "folded by other rules: 0.0.9+01234567" in checked.out
    assert "by today's rules 1 item would differ, as is expected after an upgrade" in checked.err
    assert "damage to other values of these rows would look the same" in checked.err
    told = json.loads(creditline("-C", collection, "--json", "rebuild", "--check").out.splitlines()[-1])
    assert told["differences"] == 0
    assert len(told["would_differ"]["items"]) == 1
    verified = creditline("-C", collection, "verify")
    assert (verified.code, "folded by other rules" in verified.out) == (0, True)
    assert "rules       of another Creditline" in creditline("-C", collection, "status").out
    assert "folded by other rules" in creditline("-C", collection, "doctor").out
    assert "creditline_other_rules 1\n" in creditline("-C", collection, "status", "--prometheus").out
    assert creditline("-C", collection, "rebuild", "--older").code == 0
    assert noted(collection) == [rules.current()]
    assert "identical" in creditline("-C", collection, "rebuild", "--check").out
    assert "rules  " not in creditline("-C", collection, "status").out


@pytest.mark.slow
@pytest.mark.damages_collection
def test_altered_words_are_damage_by_whatever_rules_they_were_folded(creditline: Command, collection: Path) -> None:
    change(collection, BY_OTHERS, "UPDATE edition SET title = 'Of docks'")
    checked = creditline("-C", collection, "rebuild", "--check")
    assert checked.code == 4
    assert "FAULT" in checked.out
    assert creditline("-C", collection, "verify").code == 4


@pytest.mark.slow
def test_rules_under_which_nothing_would_differ_need_no_attention(creditline: Command, collection: Path) -> None:
    change(collection, BY_OTHERS)
    checked = creditline("-C", collection, "rebuild", "--check")
    assert (checked.code, checked.out.partition(":")[0]) == (0, "identical")


@pytest.mark.slow
def test_ids_that_a_rebuild_would_lose_are_named(creditline: Command, collection: Path) -> None:
    change(
        collection,
        BY_OTHERS,
        """INSERT INTO item_alias (id, publisher, key, item, source, first_seen, current)
        SELECT 'institute-example-0000000000', publisher, 'institute.example/x', item, source, first_seen, 0
        FROM item_alias LIMIT 1""",
    )
    checked = creditline("-C", collection, "rebuild", "--check")
    assert "1 id shown before, then leading nowhere: institute-example-0000000000" in checked.err
    rebuilt = creditline("-C", collection, "rebuild")
    assert rebuilt.code == 3
    assert "leading nowhere now: institute-example-0000000000" in rebuilt.err


def test_every_file_that_the_rules_name_exists() -> None:
    named = [*(Path(room) for room in rules.ROOMS), *(Path("db") / f"{name}.py" for name in rules.ROWS)]
    root = Path(__file__).resolve().parents[2]
    assert [str(path) for path in named if not (root / path).exists()] == []
