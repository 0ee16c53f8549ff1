"""The whole story of a collection, rebuilt from its WARC files alone: every id still says the same words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.http.exchange import Ending, Exchange
from archive.replay import entity_of
from archive.warc.capture import CaptureKind, NoteKind
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, open_for_work, read_settings

pytestmark = pytest.mark.slow

Command = Callable[..., Any]
BASE = "http://institute.example"
EDITED = f"{BASE}/heat-pumps-in-granite-towns/"
RENAMED = f"{BASE}/who-watches-the-seabed/"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


@pytest.fixture
def layout(story: Any, tmp_path: Path) -> Layout:
    return Layout(Path(shutil.copytree(story.third.layout.directory, tmp_path / "collection")))


def page(layout: Layout, url: str) -> bytes:
    """Return the entity of the newest edition of the item at *url*."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        item = catalogue.item(url)
        assert item is not None
        capture = catalogue.capture(item.edition.captures[0])
        assert capture is not None
        return entity_of(layout.warcs, capture, catalogue.original).body


def adopt(layout: Layout) -> None:
    """Archive a page like a run that is killed before its commit, and let the next start adopt it."""
    settings = read_settings(layout)
    body = page(layout, EDITED).replace(b"heat-pumps-in-granite-towns", b"adopted")
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
    with open_for_work(layout, settings) as work:
        work.archive.keep("bl", Exchange(f"{BASE}/adopted/", work.clock(), b"", head + body, Ending.LENGTH))
        work.archive.sync()
    with open_for_work(layout, settings) as work:
        assert work.recovered.adopted


def foreign(layout: Layout, begin: Callable[..., Any]) -> Path:
    """Another crawler's file with captures of our pages: older and newer, changed and repeated."""
    warc = begin("crawl.warc.gz")
    warc.info("Browsertrix-Crawler 1.5.0")
    edited, renamed = page(layout, EDITED), page(layout, RENAMED)
    old = warc.response(EDITED, edited.replace(b"forty households", b"thirty households"), date="2018-05-01T08:00:00Z")
    warc.record("request", b"GET / HTTP/1.1\r\n\r\n", Target_URI=EDITED, Concurrent_To=old)
    repeated = {"Refers_To_Target_URI": EDITED, "Refers_To_Date": "2018-05-01T08:00:00Z"}
    warc.record("revisit", b"", Target_URI=EDITED, date="2018-06-01T08:00:00Z", Profile=IDENTICAL, **repeated)
    warc.response(f"{BASE}/who-guards-the-seabed/", renamed.replace(b"seabed", b"harbour"), date="2018-05-02T08:00:00Z")
    warc.response(EDITED, edited.replace(b"forty households", b"fifty households"), date=f"{datetime.now(UTC):%FT%TZ}")
    moved = f"HTTP/1.1 301 Moved\r\nLocation: {RENAMED}\r\nContent-Length: 0\r\n".encode()
    warc.response(f"{BASE}/an-older-address/", b"", head=moved, date="2018-05-03T08:00:00Z")
    return Path(warc.path)


def shown(layout: Layout) -> dict[str, tuple[str | None, str]]:
    """Return what every id says: ids of items as they are now, and ids of all editions."""
    said = {}
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        for item in catalogue.items(catalogue.all_item_ids()):
            for edition in catalogue.editions(item.id):
                at = catalogue.item(edition.id)
                assert at is not None
                title = at.edition.title
                said[edition.id] = (title.value if title else None, at.edition.text)
    return said


def kinds(layout: Layout) -> tuple[set[CaptureKind], set[str]]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        events = [json.loads(row)["type"] for table, row in catalogue.snapshot() if table == "event"]
        return {capture.kind for capture in catalogue.all_captures()}, set(events)


def rows(layout: Layout) -> set[str]:
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return {f"{table} {row}" for table, row in catalogue.snapshot()}


def test_a_rebuild_from_the_files_restores_everything_and_every_id(
    creditline: Command, layout: Layout, foreign_warc: Callable[..., Any], tmp_path: Path
) -> None:
    adopt(layout)
    decided = creditline(
        "-C", layout.directory, "review", EDITED, "--field", "author", "--set", "Signe Borg", "--by", "Ada Berg"
    )
    assert decided.code == Exit.DONE, decided.err
    assert creditline("-C", layout.directory, "run", "--limit", "1").code in (Exit.NOTHING, Exit.LIMIT, Exit.ATTENTION)
    before = shown(layout)
    brought = creditline("-C", layout.directory, "import", foreign(layout, foreign_warc), "--by", "Ada Berg")
    assert brought.code == Exit.DONE, brought.err
    after = shown(layout)
    assert len(after) > len(before)
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        for ref, (title, text) in before.items():
            item = catalogue.item(ref)
            assert item is not None, f"{ref} does not resolve any more"
            assert item.edition.text == text, f"{ref} says something else"
            assert (item.edition.title.value if item.edition.title else None) == title
        newest = catalogue.item(EDITED)
        old = catalogue.item(EDITED, at=datetime(2019, 1, 1, tzinfo=UTC))
        assert newest is not None
        assert old is not None
        assert "fifty households" in newest.edition.text
        assert "thirty households" in old.edition.text
        assert catalogue.item(f"{BASE}/an-older-address/") is not None
    held, events = kinds(layout)
    assert held == set(CaptureKind)
    assert {NoteKind.DECISION, NoteKind.RECOVERY, NoteKind.IMPORT, NoteKind.SETTINGS, NoteKind.RUN} <= events
    assert creditline("-C", layout.directory, "verify", "--all").code == Exit.DONE
    assert creditline("-C", layout.directory, "rebuild", "--check").code == Exit.DONE
    alone = Layout(tmp_path / "alone")
    shutil.copytree(layout.warcs, alone.warcs)
    assert creditline("-C", alone.directory, "rebuild").code == Exit.DONE
    verified = creditline("-C", alone.directory, "verify", "--all")
    assert verified.code == Exit.DONE, verified.out
    # Opening a collection for work only adds notes about the files that it found finished.
    assert not rows(layout) - rows(alone)
    assert {row.split()[0] for row in rows(alone) - rows(layout)} <= {"event", "finished_file"}
    assert shown(alone) == after
