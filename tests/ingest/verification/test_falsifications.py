"""A change to any column of any derived or recorded table is named by `verify` and by `rebuild --check`."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Entity
from archive.warc.capture import NoteKind
from db import fixity_log
from db.catalogue import Catalogue
from db.model.item import Context, Reading
from db.query.snapshot import compare
from db.schema.database import examined, open_database
from ingest.cataloguing.reader_pool import ReaderPool
from ingest.cataloguing.rebuild import rebuild
from ingest.collection.collection import Layout, now, open_for_work, read_settings
from ingest.reading import read, stamp
from ingest.verification.claims import Verifier
from ingest.verification.comparison import of_notes

Command = Callable[..., Any]

WORKING = {
    "visit": "what is due: it may be lost at the price of requests",
    "left_out": "what is named and not asked for: the next run names it again",
    "host_dialect": "how hosts answer: learnt again at the price of requests",
    "file_end": "how far a file was catalogued: records say it too, and verify finds one that has no row",
    "folded": "by which rules rows were made: under another name, `rebuild --check` says so and compares the rows",
    "noted_file": "which imported files need not be read to find copies: without its row, they are read",
    "search_doc": "the search index, made again from the editions",
    "search_setting": "the search index",
    "search": "the search index",
}
"""Tables that may be lost, each with its reason."""
FREE = {"run.id": "a number of this database, which visits point to"}
"""Columns that may be changed freely, each with its reason."""
LEFT_TO_REBUILD = {
    "capture.stamp": "of a page of no item: it says that an older reader read it; `rebuild --check` names the stamp",
    **dict.fromkeys(
        (f"uncatalogued.{column}" for column in ("file", "offset", "payload_digest", "url_key")),
        "used for a file only while its rows agree with their digest; else the file is read",
    ),
}
"""Columns that `verify` may skip, for the rows changed here, each with its reason."""

PAGE, TERMS = "http://institute.example/essays/tides/", "http://institute.example/review/terms/"
ROBOTS, FEED = "http://institute.example/robots.txt", "http://institute.example/feed/"
PARAGRAPH = "<p>The tide turns twice a day, and whoever waits for it long enough may set a clock by the sea.</p>"
SAID = "<p>You may republish this text free of charge if you name the author and link to us.</p>"
RSS = f"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Essays</title>
<link>http://institute.example/</link><item><title>On tides, twice</title><link>{PAGE}</link>
<dc:creator>Ada Berg</dc:creator><pubDate>Thu, 28 Feb 2019 08:00:00 GMT</pubDate><category>Sea</category>
<guid>{PAGE}</guid></item></channel></rss>""".encode()


def page(more: str = "") -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>On tides</title><meta name="author" content="Ada Berg">
<meta property="og:type" content="article"><meta property="og:site_name" content="Essays">
<meta property="article:modified_time" content="2019-03-01T09:00:00Z"><meta property="article:section" content="Seas">
<link rel="alternate" hreflang="pl" href="http://institute.example/pl/o-plywach/"></head><body><article>
<h1>On tides</h1>
<p class="subtitle">Of clocks by the sea</p><p class="byline">By <a href="/people/ada/">Ada Berg</a></p>
<time datetime="2019-02-28">28 February 2019</time>{PARAGRAPH * 7}{more}
<p>Tags: <a rel="tag" href="/tag/sea/">Sea</a></p><p><a href="/files/tides.pdf">PDF</a></p>
{SAID}</article><footer><a href="{TERMS}">Terms of use</a></footer></body></html>""".encode()


def terms_page() -> bytes:
    return f"""<!doctype html><html lang="en"><head><title>Terms of use</title></head><body><main><h1>Terms of use</h1>
{PARAGRAPH * 3}<p>Our texts may be republished under a Creative Commons Attribution 4.0 licence.</p></main></body>
</html>""".encode()


@dataclass(frozen=True)
class Collected:
    """A collection with a row in every table, and the catalogue made from its records."""

    folder: Path
    made: Path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("falsified")


@pytest.fixture
def collected(creditline: Command, foreign_warc: Callable[..., Any], place: Path) -> Collected:
    found = Collected(place / "collection", place / "made.db")
    if not found.made.exists():
        collect(creditline, foreign_warc, found)
    return found


def collect(creditline: Command, foreign_warc: Callable[..., Any], found: Collected) -> None:
    warc = foreign_warc()
    plain = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
    rss = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
    moved = b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nLocation: /essays/tides/\r\n"
    policy = b"User-agent: *\nAllow: /\nContent-Signal: search=yes, ai-train=no\n"
    warc.response(ROBOTS, policy, head=plain, date="2019-02-01T10:00:00Z")
    warc.response(FEED, RSS, head=rss, date="2019-02-28T10:00:00Z")
    warc.response(TERMS, terms_page(), date="2019-02-28T11:00:00Z")
    warc.response("http://institute.example/old-tides/", b"", head=moved, date="2019-03-01T09:00:00Z")
    warc.response(PAGE, page(), date="2019-03-01T10:00:00Z")
    warc.response(
        PAGE, page("<p>A second look at the tables changed a number or two.</p>"), date="2019-04-01T10:00:00Z"
    )
    warc.response("http://elsewhere.example/essays/tides/", page(), date="2019-04-02T10:00:00Z")
    warc.response(PAGE, b"", head=b"HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n", date="2019-05-01T10:00:00Z")
    brought = creditline("-C", found.folder, "import", warc.path, "--publisher", "http://institute.example/")
    assert brought.code == Exit.DONE, brought.err
    layout = Layout(found.folder)
    with open_for_work(layout, read_settings(layout)) as work:
        item = next(iter(work.catalogue.all_item_ids()))
        work.note(NoteKind.FAILURE, {"reason": "dns", "detail": "no such host"}, about="http://institute.example/x/")
        layout_of = {"publisher": "elsewhere-example", "digest": "ab", "layout": "{}"}
        work.note(NoteKind.PROFILE, layout_of, publisher="elsewhere-example")
        held = {"item": item, "by": "A. Nowak"}
        work.note(NoteKind.ANNOTATION, {**held, "annotation": "set", "value": "Tides"})
        work.note(NoteKind.REUSE, {**held, "edition": f"{item}@20190301100000", "where": "Gazeta, 3 May"})
        moved_to = [["http://institute.example/atlas/", "http://institute.example/maps/atlas/"]]
        told_by = {"publisher": "institute-example", "field": "address", "pattern": "/* -> /maps/*", "by": "A. Nowak"}
        work.note(NoteKind.DECISION, {**told_by, "moved": moved_to})
        told = {"kind": "run", "started": "2019-05-02T10:00:00Z", "finished": "2019-05-02T11:00:00Z"}
        work.note(NoteKind.RUN, {**told, "summary": {"new": 1}})
    for verb in (
        ("review", PAGE, "--field", "author", "--set", "Adah Berg", "--by", "A. Nowak", "--because", "as she signs"),
        ("withhold", TERMS, "--reason", "an order of court", "--by", "A. Nowak"),
    ):
        ended = creditline("-C", found.folder, *verb)
        assert ended.code == Exit.DONE, ended.err
    with Catalogue.open(found.made, create=True) as catalogue, ReaderPool(1) as pool:
        rebuild(layout.warcs, catalogue, pool, clock=now)


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────


def columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """Yield (table, column, type) of every table that is not a working one."""
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    for (table,) in tables:
        if not table.startswith(("sqlite_", "_sqlite_", "search")) and table not in WORKING:
            for row in connection.execute(f"PRAGMA table_info({table})").fetchall():
                yield table, row[1], row[2]


def falsify(connection: sqlite3.Connection, table: str, column: str, kind: str) -> bool:
    """Change *column* in one row of *table*, preferably one with a value; return whether there is a row."""
    key = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[5]] or ["rowid"]
    row = connection.execute(
        f"SELECT {', '.join(key)}, {column} FROM {table} ORDER BY {column} IS NULL LIMIT 1"
    ).fetchone()
    if row is None:
        return False
    held = row[-1]
    other: object = (held or 0) + 777 if kind == "INTEGER" else f"{held or ''}x"
    where = " AND ".join(f"{name} IS ?" for name in key)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (other, *row[:-1]))
    return True


def test_every_table_has_a_row_to_falsify(collected: Collected) -> None:
    with closing(sqlite3.connect(collected.folder / "catalogue.db")) as connection:
        tables = {table for table, _, _ in columns(connection)}
        empty = [table for table in tables if not connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]]
    assert empty == []
    named = {name.partition(".")[0] for name in (*FREE, *LEFT_TO_REBUILD)}
    assert named <= tables


@pytest.mark.slow
def test_rebuild_check_finds_a_change_in_every_column(collected: Collected, tmp_path: Path) -> None:
    with (
        closing(open_copy(collected.made, tmp_path / "made.db")) as made,
        closing(open_copy(collected.folder / "catalogue.db", tmp_path / "held.db")) as held,
    ):
        whole = list(Catalogue(made).snapshot())
        assert compare(Catalogue(held).snapshot(), whole) == []
        unseen = []
        for table, column, kind in list(columns(held)):
            held.execute("BEGIN")
            falsify(held, table, column, kind)
            if not compare(Catalogue(held).snapshot(), whole, limit=1):
                unseen.append(f"{table}.{column}")
            held.rollback()
    assert set(unseen) == set(FREE)


def open_copy(path: Path, target: Path) -> sqlite3.Connection:
    shutil.copy(path, target)
    connection = open_database(target)
    connection.execute("PRAGMA foreign_keys = OFF")
    return connection


ROUNDS = 4


@pytest.mark.damages_collection("rows are forged")
@pytest.mark.slow
@pytest.mark.parametrize("turn", range(ROUNDS))
def test_verify_finds_a_change_in_every_column(collected: Collected, tmp_path: Path, turn: int) -> None:
    folder = Path(shutil.copytree(collected.folder, tmp_path / "collection"))
    path = folder / "catalogue.db"
    unharmed = path.read_bytes()
    assert found_by_verify(folder) == []
    with closing(sqlite3.connect(path)) as connection:
        listed = list(columns(connection))[turn::ROUNDS]
    unseen = set()
    for table, column, kind in listed:
        path.write_bytes(unharmed)
        with closing(sqlite3.connect(path)) as connection, connection:
            falsify(connection, table, column, kind)
        if not found_by_verify(folder):
            unseen.add(f"{table}.{column}")
    assert unseen == {f"{table}.{column}" for table, column, _ in listed} & (FREE.keys() | LEFT_TO_REBUILD.keys())


@cache
def read_once(entity: Entity, context: Context) -> Reading:
    """Read a page once: a reading is a function of the entity and its context."""
    return read(entity, context)


def found_by_verify(folder: Path) -> list[str]:
    """What `verify --all` finds in the catalogue; the files are sound."""
    told = examined(folder / "catalogue.db")
    with Catalogue.open(folder / "catalogue.db", read_only=True) as catalogue:
        told += [one.what for one in of_notes(catalogue, folder / "warcs")]
        with closing(Verifier(catalogue, folder / "warcs", read_once, stamp, with_sources=False)) as verifier:
            for item in fixity_log.item_ids(catalogue.connection):
                told += [fault.what for proof in verifier.whole(item) for fault in proof.faults]
            speaking = fixity_log.captures_with_statements(catalogue.connection)
            told += [fault.what for proof in verifier.sources(speaking) for fault in proof.faults]
    return told
