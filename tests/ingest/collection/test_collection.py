"""A collection on disk: how it is made, opened for work, recovered after a kill, and what it records about itself."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.disk import RealDisk
from archive.errors import Exit, Refused
from archive.fixity.verifier import verify_file
from archive.recovery import Recovery
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from db.errors import NotACatalogue
from ingest.collection.collection import (
    Layout,
    make,
    open_for_reading,
    open_for_work,
    read_settings,
    user_agent,
    warcinfo,
)
from ingest.collection.run_lock import Locked, holder
from ingest.settings.values import PublisherOptions, Settings

NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
INSTITUTE = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Baltic"),))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "collection")
    make(layout, INSTITUTE)
    return layout


@pytest.fixture
def visited(story: Any, tmp_path: Path) -> Layout:
    """A copy of the collection after the first run."""
    shutil.copytree(story.first.layout.directory, tmp_path / "visited")
    return Layout(tmp_path / "visited")


def rows(layout: Layout) -> list[str]:
    """Return the content of a collection, without the tables that may be lost."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return [f"{table} {row}" for table, row in catalogue.snapshot()]


def notes(layout: Layout, kind: NoteKind) -> list[str]:
    """Return the events of *kind*, as JSON."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        return [row for table, row in catalogue.snapshot() if table == "event" and json.loads(row)["type"] == kind]


def test_a_new_collection_has_settings_an_empty_catalogue_and_a_warc_folder(layout: Layout) -> None:
    assert read_settings(layout) == INSTITUTE
    assert layout.warcs.is_dir()
    with open_for_reading(layout) as catalogue:
        assert catalogue.all_item_ids() == []


def test_a_folder_that_holds_something_else_is_refused_and_left_unchanged(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(Refused) as refused:
        make(Layout(tmp_path), Settings())
    assert refused.value.code is Exit.USAGE
    assert "notes.txt" in refused.value.what
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_with_only_hidden_files_is_accepted(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    make(Layout(tmp_path), Settings())
    assert Layout(tmp_path).settings.exists()


def test_reading_outside_a_collection_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused, open_for_reading(Layout(tmp_path)):
        pass
    assert refused.value.code is Exit.USAGE
    assert list(tmp_path.iterdir()) == []


def test_work_holds_the_lock_and_releases_it(layout: Layout) -> None:
    with open_for_work(layout, INSTITUTE):
        assert holder(layout.directory) is not None
        with pytest.raises(Locked), open_for_work(layout, INSTITUTE):
            pass
    assert holder(layout.directory) is None


def test_a_publisher_is_recorded_in_a_file_only_once(layout: Layout) -> None:
    for _ in range(2):
        with open_for_work(layout, INSTITUTE, clock=lambda: NOW) as work:
            assert [publisher.id for publisher in work.catalogue.publishers()] == ["bl"]
    notes = [row for row in rows(layout) if NoteKind.SETTINGS.value in row and "Baltic" in row]
    files = list(layout.warcs.glob("*.warc.gz*"))
    assert notes
    assert len(files) == 1
    assert verify_file(files[0]).findings == ()


def test_a_changed_description_of_a_publisher_is_recorded_again(layout: Layout) -> None:
    with open_for_work(layout, INSTITUTE):
        pass
    renamed = Settings(publishers=(PublisherOptions("http://institute.example/", id="bl", name="Lantern"),))
    with open_for_work(layout, renamed) as work:
        publisher = work.catalogue.publisher("bl")
        assert publisher is not None
        assert publisher.name == "Lantern"


def test_records_without_a_row_are_adopted_when_the_catalogue_is_lost(visited: Layout, story: Any) -> None:
    with Catalogue.open(visited.catalogue, read_only=True) as catalogue:
        known = len(list(catalogue.all_captures()))
    visited.catalogue.unlink()
    for beside in visited.directory.glob("catalogue.db-*"):
        beside.unlink()
    with open_for_work(visited, story.settings) as work:
        assert len(list(work.catalogue.all_captures())) == known
        assert len(work.recovered.adopted) > known
        assert work.catalogue.publisher("bl") is not None


def test_a_torn_tail_is_cut_and_the_cut_is_recorded(visited: Layout, story: Any) -> None:
    # What a kill during a write leaves: an open file that ends within a member.
    newest = max(visited.warcs.glob("*bl*.warc.gz"), key=lambda path: path.name)
    torn = newest.with_name(newest.name + ".open")
    whole = newest.read_bytes()
    newest.rename(torn)
    torn.write_bytes(whole + whole[:100])
    with open_for_work(visited, story.settings) as work:
        assert [stretch.file for stretch in work.recovered.cut] == [newest.name]
    told = [row for row in rows(visited) if NoteKind.RECOVERY.value in row]
    assert told
    for path in visited.warcs.glob("*.warc.gz*"):
        assert verify_file(path).findings == ()


@pytest.mark.damages_collection("what lies there is no catalogue")
def test_the_database_of_another_program_is_refused_and_left_unchanged(layout: Layout) -> None:
    layout.catalogue.unlink()
    foreign = sqlite3.connect(layout.catalogue)
    foreign.execute("CREATE TABLE recipes (name TEXT)")
    foreign.commit()
    foreign.close()
    before = layout.catalogue.read_bytes()
    with pytest.raises(NotACatalogue), open_for_work(layout, INSTITUTE):
        pass
    assert layout.catalogue.read_bytes() == before
    assert holder(layout.directory) is None


class Watched(RealDisk):
    """A disk that remembers in which order files and database were made durable."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def datasync(self, descriptor: int) -> None:
        super().datasync(descriptor)
        self.done.append("file")

    def commit(self, commit: Callable[[], None]) -> None:
        super().commit(commit)
        self.done.append("row")


def test_the_record_of_a_note_is_synced_before_its_row_is_committed(layout: Layout) -> None:
    disk = Watched()
    with open_for_work(layout, INSTITUTE, disk=disk) as work:
        disk.done.clear()
        work.note(NoteKind.DECISION, {"reason": "the test says so"}, about="http://institute.example/essay")
        assert disk.done == ["file", "row"]
        # The catalogue never knows more of a file than was written.
        with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
            ends = catalogue.known_ends()
        for path in layout.warcs.glob("*.warc.gz*"):
            assert path.stat().st_size >= ends[path.name.removesuffix(".open")]
    assert any("the test says so" in row for row in rows(layout))


def test_a_clock_behind_the_newest_record_is_reported_and_recorded(layout: Layout) -> None:
    with open_for_work(layout, INSTITUTE, clock=lambda: NOW) as work:
        assert work.behind is None
    early = NOW - timedelta(hours=2)
    with open_for_work(layout, INSTITUTE, clock=lambda: early) as work:
        assert work.behind == timedelta(hours=2)
        [told] = work.remarks()
        assert told.startswith("the clock is 2 hours behind the newest record")
    [row] = notes(layout, NoteKind.CLOCK)
    assert json.loads(json.loads(row)["detail"]) == {"clock": early.isoformat(), "newest": NOW.isoformat()}
    with open_for_work(layout, INSTITUTE, clock=lambda: NOW - timedelta(milliseconds=500)) as work:
        assert work.remarks() == []


def test_status_asks_a_person_to_check_a_clock_that_is_behind(layout: Layout, creditline: Callable[..., Any]) -> None:
    with open_for_work(layout, INSTITUTE, clock=lambda: datetime(2222, 1, 1, tzinfo=UTC)):
        pass
    ended = creditline("-C", layout.directory, "status")
    assert "behind the newest record" in ended.out
    assert ended.code == Exit.ATTENTION


def test_a_short_command_during_a_run_writes_to_its_own_file(layout: Layout) -> None:
    with open_for_work(layout, INSTITUTE) as run:
        run.note(NoteKind.DECISION, {"reason": "of the run"})
        with open_for_work(layout, INSTITUTE, command=None) as beside:
            assert beside.recovered == Recovery()
            beside.note(NoteKind.DECISION, {"reason": "of the short command"})
        run.note(NoteKind.DECISION, {"reason": "of the run, later"})
    told = [json.loads(row) for row in notes(layout, NoteKind.DECISION)]
    assert len({note["file"] for note in told}) == 2
    assert len({note["previous"] for note in told}) == 3, "each names another one before it"
    for path in layout.warcs.iterdir():
        assert path.suffix == ".gz"
        assert verify_file(path).findings == ()
    with open_for_work(layout, INSTITUTE) as work:
        assert work.recovered == Recovery()


def test_the_user_agent_names_the_program_and_the_contact() -> None:
    assert user_agent(Settings(contact="archive@example.org")).endswith("(web archive; +archive@example.org)")
    assert user_agent(Settings()).startswith("creditline/")


def test_a_file_names_its_program_and_operator() -> None:
    fields = warcinfo(Settings(contact="archive@example.org"))
    assert fields["operator"] == "archive@example.org"
    assert fields["http-header-user-agent"] == user_agent(Settings(contact="archive@example.org"))
    assert "operator" not in warcinfo(Settings())
    assert json.loads(json.dumps(fields)) == fields
