"""Words of a page that would steer a terminal: every verb makes them harmless, in every format people read."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.collection.collection import Layout, open_for_reading

pytestmark = pytest.mark.damages_collection("the words of the page are put into the rows by hand")

Call = Callable[..., Any]
HOSTILE = "Sea\x1b]0;owned\x07 \x1b[2J\x9b31m\x85 \u202elive\u2066 \x00end"
HARMFUL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]|\r(?!\n)")


@pytest.fixture(scope="module")
def hostile_words(story: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A collection with one item that says such words everywhere, not to be changed; and the item's id."""
    folder = Path(shutil.copytree(story.third.layout.directory, tmp_path_factory.mktemp("hostile") / "collection"))
    with open_for_reading(Layout(folder)) as catalogue:
        item = catalogue.item(story.renamed[1])
    assert item is not None
    with closing(sqlite3.connect(folder / "catalogue.db")) as connection, connection:
        query = "UPDATE edition SET title = ?1, text = ?1 || char(10, 10) || text WHERE item = ?2"
        connection.execute(query, (HOSTILE, item.id))
        connection.execute("UPDATE attribution SET name = ?", (HOSTILE,))
        connection.execute("UPDATE statement SET words = ? || id", (HOSTILE,))
        connection.execute("UPDATE tag SET value = ? || position", (HOSTILE,))
    return folder, item.id


@pytest.fixture
def hostile_item(hostile_words: tuple[Path, str], tmp_path: Path) -> tuple[Path, str]:
    """A copy of it; and the item's id."""
    made, item = hostile_words
    return Path(shutil.copytree(made, tmp_path / "collection")), item


WAYS = [
    ("show", "{}", "--text", "--editions", "--evidence"),
    ("show", "{}", "--markdown"),
    ("terms", "{}"),
    ("terms",),
    ("terms", "{}", "--letter"),
    ("terms", "{}", "--format", "odrl"),
    ("credit", "{}"),
    ("cite", "{}"),
    ("cite", "{}", "--format", "ris"),
    ("cite", "{}", "--format", "csl-json"),
    ("search", "seabed"),
    ("search", "seabed", "--format", "csv"),
    ("inspect", "PAGE"),
    ("inspect", "PAGE", "--url", "http://institute.example/\x1b[2J/"),
    ("quote", "Sea \x1b[2J live"),
    ("quote", "seabed", "--item", "{}"),
    ("stats", "--by", "author"),
    ("stats", "--by", "tag"),
    ("failures",),
    ("coverage",),
    ("mark", "{}", "--tag", HOSTILE, "--by", HOSTILE),
    ("reuse", "{}", "--where", HOSTILE, "--by", HOSTILE),
    ("reuse",),
    ("reuse", "--report"),
    ("review", "--terms"),
    ("review", "{}", "--field", "title", "--set", HOSTILE, "--by", "jan"),
    ("withhold", "{}", "--reason", HOSTILE, "--by", "jan"),
    ("absent", "http://institute.example/\x1b[2J/", "--on", "2026-01-01"),
    ("export", "notes"),
    ("review",),
    ("verify", "{}"),
    ("show", "no-such-\x1b[2J-item"),
    *(("export", form, "{}") for form in ("text", "markdown", "html")),
]


@pytest.mark.parametrize("way", WAYS, ids=" ".join)
@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["", "json"])
def test_nothing_that_a_verb_prints_steers_a_terminal(
    hostile_item: tuple[Path, str], creditline: Call, way: tuple[str, ...], flags: tuple[str, ...]
) -> None:
    folder, item = hostile_item
    # A command line cannot hold a zero byte: the system would end the word there.
    page = folder / "page.html"
    page.write_bytes(f"<title>{HOSTILE}</title><h1>{HOSTILE}</h1><p>By {HOSTILE}</p>{'<p>Sea ice. </p>' * 40}".encode())
    meant = (str(page) if word == "PAGE" else word.replace("\x00", "").format(item) for word in way)
    told = creditline("-C", folder, *flags, *meant)
    assert told.out or told.err
    assert HARMFUL.findall(told.out + told.err) == []


def test_no_value_that_is_counted_is_a_formula_or_two_cells_in_a_spreadsheet(
    hostile_item: tuple[Path, str], creditline: Call
) -> None:
    folder, _ = hostile_item
    with closing(sqlite3.connect(folder / "catalogue.db")) as connection, connection:
        connection.execute("UPDATE search_doc SET tags = '[\"=1,5\"]'")
    told = creditline("-C", folder, "stats", "--by", "tag", "--format", "csv").out
    assert re.fullmatch('tag,items\n"\'=1,5",[0-9]+\n', told), told
    assert creditline("-C", folder, "--json", "stats", "--format", "csv").code != 0


def test_json_keeps_the_words_of_the_page_unchanged(hostile_item: tuple[Path, str], creditline: Call) -> None:
    folder, item = hostile_item
    told = json.loads(creditline("-C", folder, "--json", "show", item).out)
    assert told["edition"]["title"]["value"] == HOSTILE


@pytest.mark.parametrize("form", ["text", "markdown", "html", "bag"])
def test_no_readable_export_holds_codes_that_steer_a_terminal(
    hostile_item: tuple[Path, str], creditline: Call, tmp_path: Path, form: str
) -> None:
    folder, item = hostile_item
    output = tmp_path / "out"
    done = creditline("-C", folder, "export", form, item, "-o", output)
    assert done.code == 0, done.err
    found = sorted((output / "data/catalogue").iterdir()) if form == "bag" else [output]
    for path in found:
        assert HARMFUL.findall(path.read_bytes().decode()) == [], path
