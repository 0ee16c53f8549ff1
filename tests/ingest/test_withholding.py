"""Nothing of a withheld item gets out: no verb, no export, no view; and one file decides what is withheld."""

from __future__ import annotations

import gzip
import html
import io
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from starlette.testclient import TestClient

from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.model.item import Item
from db.reading_room.room import app as room
from db.reading_room.room_settings import RoomSettings
from ingest.cli import app
from ingest.collection.collection import Layout, make, open_for_work
from ingest.demo.server import serve
from ingest.demo.site import Site

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Hidden:
    """A collection whose site still answers, with one article withheld.

    Attributes:
        item: as it was shown before.
        sayings: words that give it away: its title, its first words, and the credit of its author.
    """

    folder: Path
    item: Item
    sayings: tuple[str, ...]

    def told_by(self, said: str) -> list[str]:
        plain = re.sub(r"\s+", " ", said.replace("\\", ""))
        return [one for one in self.sayings if one in plain]


@pytest.fixture(scope="module")
def visited_institute(
    tmp_path_factory: pytest.TempPathFactory, performing: Any, settings_for_port: Any
) -> Iterator[Hidden]:
    """The institute, visited once and still served; the article is in feeds, a topic's list, and translated."""
    site, layout = Site(), Layout(tmp_path_factory.mktemp("hidden") / "held")
    with serve(site) as port:
        settings = settings_for_port(port)
        make(layout, settings)
        performing(layout, settings)
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            item = catalogue.item(site.url("winter-load-on-the-amber-cable"))
        assert item is not None
        assert item.edition.title is not None
        first = next(line for line in item.edition.text.split("\n\n") if len(line) > 60)
        with open_for_work(layout, settings) as work:
            body = {"item": item.id, "reason": "by order of a court", "by": "Ewa", "lift": False}
            work.note(NoteKind.WITHHOLDING, body)
        yield Hidden(layout.directory, item, (item.edition.title.value, first[:50]))


@pytest.fixture
def hidden(visited_institute: Hidden, tmp_path: Path) -> Hidden:
    """A copy of it, to be changed."""
    held = replace(visited_institute, folder=tmp_path / "held")
    shutil.copytree(visited_institute.folder, held.folder)
    return held


SHOWING: dict[str, tuple[tuple[str, ...], ...]] = {
    # ITEM, TITLE and WORDS stand for the id of the withheld item, its title and its first words.
    "search": (
        ("TITLE",),
        ("WORDS",),
        ("ITEM",),
        ("URL",),
        ("in:editions", "TITLE"),
        ("publisher:bl", "--all"),
        ("publisher:bl", "--all", "--format", "csv"),
        ("--all", "--sort", "title"),
        ("lang:en", "from:2000", "--all", "--ids"),
        ("--facets", "author,year,tag,section,kind"),
    ),
    "show": (
        ("ITEM",),
        ("--all",),
        ("ITEM", "--text", "--evidence", "--editions"),
        ("--all", "--markdown"),
        ("-q", "publisher:bl", "--text"),
        ("ITEM", "--diff", "2000-01-01", "2100-01-01"),
        ("ITEM", "--at", "2100-01-01"),
    ),
    "terms": (
        (),
        ("ITEM",),
        ("--all",),
        ("ITEM", "--format", "odrl"),
        ("--all", "--format", "schema"),
        ("ITEM", "--letter"),
        ("--why", "ITEM"),
        ("--changes",),
    ),
    "credit": (("ITEM",), ("--all",)),
    "cite": tuple(
        (*named, "--format", form)
        for named in (("ITEM",), ("--all",))
        for form in ("biblatex", "ris", "csl-json", "bibtex", "markdown", "json-ld", "robust-links", "apa")
    ),
    "quote": (("WORDS",), ("WORDS", "--item", "ITEM")),
    "stats": (("--by", "author"), ("--by", "year")),
    "mark": (("ITEM",), ("--all",), ("ITEM", "--tag", "seen", "--by", "Ewa")),
    "reuse": ((), ("--report",), ("ITEM", "--where", "a paper", "--by", "Ewa")),
    "review": ((), ("ITEM",), ("--decisions",), ("--terms",), ("ITEM", "--field", "title", "--confirm", "--by", "Ewa")),
    "status": ((),),
    "coverage": ((), *(("--list", one) for one in ("gone", "failed", "unread"))),
    "failures": ((),),
    "withhold": ((), ("ITEM", "--reason", "again", "--by", "Ewa")),
    "erase": ((), ("ITEM", "--dry-run")),
    "verify": (("ITEM",), ("--all",)),
    "rebuild": (("--check",),),
    "upgrade": ((),),
    "absent": (("URL", "--on", "2026-01-01"),),
    "checkpoint": ((),),
    # The page is visited again, and so is the whole site: bytes are archived as always.
    "save": (("URL",),),
    "run": ((),),
}
"""What is asked of each verb that shows items, in words and as JSON."""
WRITING = ("review", "withhold", "verify", "save", "run", "mark", "reuse")
EXPORTS = ("text", "markdown", "html", "warc", "wacz", "bag", "cdxj", "sqlite", "notes")
COPIES = {"backup", "restore"}
"""A second copy holds the whole collection and goes to nobody else."""
NOT_OF_THIS_COLLECTION = {"demo", "init", "add", "start", "inspect", "import", "doctor"}


def test_the_withholding_tests_cover_every_verb_that_shows_items() -> None:
    assert set(app.VERBS) == {*SHOWING, "export", "serve", *COPIES, *NOT_OF_THIS_COLLECTION}


@pytest.mark.slow
def test_no_page_of_the_reading_room_shows_anything_of_a_withheld_item(visited_institute: Hidden) -> None:
    title = visited_institute.sayings[0]
    waiting = ["/", f"/item/{visited_institute.item.id}", f"/search?q={quote(title)}", f"/?q={quote(title)}"]
    seen: set[str] = set()
    room_settings = RoomSettings(
        visited_institute.folder / "catalogue.db", visited_institute.folder / "warcs", name="The Archive"
    )
    with TestClient(room(room_settings), "http://127.0.0.1:8000") as visitor:
        while waiting and len(seen) < 300:
            at = waiting.pop()
            seen.add(at)
            said = html.unescape(visitor.get(at, headers={"Accept": "text/html"}).text)
            # The query itself may be repeated.
            assert visited_institute.told_by(said.replace(title, "") if "q=" in at else said) == [], at
            led = {urljoin(at, link).partition("#")[0] for link in re.findall(r'(?:href|src)="([^"]*)"', said)}
            waiting += sorted(link for link in led - seen if link.startswith("/") and link not in waiting)
    assert len(seen) > 4


@pytest.mark.slow
@pytest.mark.parametrize("verb", SHOWING)
def test_no_verb_prints_anything_of_a_withheld_item(
    request: pytest.FixtureRequest, visited_institute: Hidden, creditline: Any, verb: str
) -> None:
    hidden = request.getfixturevalue("hidden") if verb in WRITING else visited_institute
    title, words = hidden.sayings
    meant = {"ITEM": hidden.item.id, "URL": hidden.item.url, "TITLE": f'"{title}"', "WORDS": f'"{words}"'}
    for asked in SHOWING[verb]:
        for form in ((), ("--json",)):
            told = creditline("-C", hidden.folder, *form, verb, *(meant.get(word, word) for word in asked))
            # The query itself may be repeated where nothing is found.
            beside = "" if {"TITLE", "WORDS"} & {*asked} else told.err
            # A quotation that is not found is repeated as typed.
            shown = told.out.replace(words, "") if verb == "quote" else told.out
            assert hidden.told_by(shown + beside) == [], (verb, asked)
            if verb == "search":
                assert hidden.item.id not in told.out
    if verb == "search":
        assert creditline("-C", hidden.folder, "search", "--count", f'"{title}"').out.split()[:1] in (["0"], [])


@pytest.mark.slow
@pytest.mark.parametrize("form", EXPORTS)
def test_no_export_holds_anything_of_a_withheld_item(
    visited_institute: Hidden, creditline: Any, form: str, tmp_path: Path
) -> None:
    held = "".join(
        _within(path.name, path.read_bytes()) for path in sorted((visited_institute.folder / "warcs").iterdir())
    )
    assert visited_institute.told_by(held) == list(visited_institute.sayings), (
        "it is looked for as it stands in the records"
    )
    output = tmp_path / "handed" / f"all.{'warc.gz' if form == 'warc' else form}"
    output.parent.mkdir()
    ended = creditline("-C", visited_institute.folder, "export", form, "--all", "-o", output)
    assert ended.code == 0, ended.err
    assert "1 withheld left out" in ended.err
    files = [path for path in sorted(output.parent.rglob("*")) if path.is_file()]
    told = "".join(_within(path.name, path.read_bytes()) for path in files)
    assert told
    assert visited_institute.told_by(told + ended.out + ended.err) == []
    assert form != "cdxj" or visited_institute.item.url not in told


def _within(name: str, data: bytes) -> str:
    """Return the content of a file of any kind as text."""
    if data.startswith(b"SQLite format 3\0"):
        with closing(sqlite3.connect(":memory:")) as database:
            database.deserialize(data)
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return "".join(repr(database.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables)
    if name.endswith(".gz"):
        return gzip.decompress(data).decode("utf-8", "replace")
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return "".join(_within(one, package.read(one)) for one in package.namelist())
    return data.decode("utf-8", "replace")


# Slow like its neighbours: visiting the whole institute takes longer than the test, and they share the visit.
@pytest.mark.slow
def test_neither_the_views_nor_the_index_of_the_database_show_a_withheld_item(visited_institute: Hidden) -> None:
    with closing(sqlite3.connect(Layout(visited_institute.folder).catalogue)) as connection:
        views = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")]
        # The records themselves, by their addresses: the CDX of the collection.
        for view in sorted({*views} - {"captures", "failures"}):
            rows = connection.execute(f"SELECT * FROM {view}").fetchall()
            assert visited_institute.told_by(repr(rows)) == [], view
        (found,) = connection.execute(
            "SELECT count(*) FROM search_doc WHERE item = ?", (visited_institute.item.id,)
        ).fetchone()
        assert found == 0


@pytest.mark.slow
def test_a_withheld_item_is_counted_and_shown_again_once_it_is_lifted(hidden: Hidden, creditline: Any) -> None:
    assert "1 withheld" in creditline("-C", hidden.folder, "status").out
    assert creditline("-C", hidden.folder, "withhold", hidden.item.id, "--lift", "--by", "Ewa").code == 0
    told = creditline("-C", hidden.folder, "show", hidden.item.id, "--text").out
    assert hidden.told_by(told) == list(hidden.sayings)
    assert hidden.item.id in creditline("-C", hidden.folder, "search", f'"{hidden.sayings[0]}"').out


def test_withholding_is_enforced_in_one_file() -> None:
    """The condition itself is in one place, so that every query for items has to take it from there."""
    asking = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "db").rglob("*.py"))
        if re.search(r"withheld\s+IS|withheld\s*=\s*\(", path.read_text("utf-8"))
    ]
    assert asking == ["db/withholding.py"]
