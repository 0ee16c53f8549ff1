"""Settings are restored from WARC files alone: from notes, from warcinfo records, or as far as captures show them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from archive.fixity.verifier import verify_file
from archive.warc.capture import NoteKind
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, make, open_for_work, read_settings
from ingest.settings import values
from ingest.settings.recorded import as_field, from_warcinfo, settings_as_json, settings_from_record
from ingest.settings.values import FetchOptions, PublisherOptions, ScheduleOptions, Settings

Command = Callable[..., Any]
NOW = datetime(2023, 4, 24, 10, 0, tzinfo=UTC)
FULL = Settings(
    contact="archive@example.org",
    connect=(("institute.example", "127.0.0.1:8123"),),
    fetch=FetchOptions(delay=2.5, threads=3),
    schedule=ScheduleOptions(discover=3600.0),
    publishers=(
        PublisherOptions(
            "http://institute.example/",
            id="bl",
            name="Baltic  Lantern — “two  blanks”",
            hosts=("institute.example", "en.institute.example"),
            languages=("en", "pl"),
            include=("/essays/",),
            exclude=("/shop/", "/login/"),
        ),
    ),
)


@pytest.fixture
def alone(small: Path, tmp_path: Path) -> Path:
    """Only the WARC files of a collection, in a folder of their own."""
    shutil.copytree(Layout(small).warcs, tmp_path / "alone" / "warcs")
    return tmp_path / "alone"


def notes(layout: Layout) -> list[dict[str, Any]]:
    """Return the bodies of the settings notes, the oldest first."""
    with Catalogue.open(layout.catalogue, read_only=True) as catalogue:
        events = [json.loads(row) for table, row in catalogue.snapshot() if table == "event"]
    found = sorted((row for row in events if row["type"] == NoteKind.SETTINGS), key=lambda row: row["at"])
    return [json.loads(row["detail"]) for row in found]


def test_recorded_settings_are_restored_unchanged() -> None:
    assert settings_from_record(json.loads(json.dumps(settings_as_json(FULL)))) == FULL
    assert settings_from_record(settings_as_json(Settings())) == Settings()


def test_unknown_settings_recorded_by_a_newer_program_are_ignored() -> None:
    told = settings_as_json(FULL)
    told["moonlight"] = True
    told["fetch"]["warp"] = 9
    told["publisher"][0]["colour"] = "blue"
    assert settings_from_record(told) == FULL


def test_the_settings_file_is_recorded_only_when_it_changed(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, FULL)
    changed = Settings(contact="archive@example.org", publishers=(PublisherOptions("http://institute.example/"),))
    for hours, settings in enumerate((FULL, FULL, changed, changed)):
        with open_for_work(layout, settings, clock=lambda hours=hours: NOW + timedelta(hours=hours)):  # type: ignore[misc]  # mypy infers no type for the default of a lambda
            pass
    assert [settings_from_record(body["settings"]) for body in notes(layout)] == [FULL, changed]


def test_every_file_carries_the_settings_in_its_first_record(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, FULL)
    with open_for_work(layout, FULL, clock=lambda: NOW):
        pass
    (path,) = layout.warcs.iterdir()
    found = from_warcinfo(path)
    assert found is not None
    assert found[0] == NOW
    assert settings_from_record(found[1]) == replace(FULL, connect=(), publishers=())  # the file may be given to others
    assert verify_file(path).findings == ()
    assert "\n" not in as_field(FULL)


@pytest.mark.slow
def test_a_rebuild_from_the_files_alone_restores_the_settings_file(
    creditline: Command, alone: Path, small: Path
) -> None:
    ended = creditline("-C", alone, "rebuild")
    assert ended.code == Exit.DONE, ended.err
    assert "There was no settings file: wrote" in ended.err
    assert read_settings(Layout(alone)) == read_settings(Layout(small))
    assert creditline("-C", alone, "verify", "--all").code == Exit.DONE
    assert creditline("-C", alone, "rebuild", "--check").code == Exit.DONE
    assert "Granite" in creditline("-C", alone, "search", "granite").out


@pytest.mark.slow
def test_an_existing_settings_file_is_never_overwritten(creditline: Command, alone: Path) -> None:
    mine = '# mine\n[[publisher]]\nurl = "http://institute.example/"\nid = "bl"\nname = "Mine"\n'
    (alone / values.FILE_NAME).write_text(mine, encoding="utf-8")
    assert creditline("-C", alone, "rebuild").code == Exit.DONE
    assert (alone / values.FILE_NAME).read_text(encoding="utf-8") == mine


@pytest.mark.slow
def test_without_notes_the_settings_are_restored_from_warcinfo(creditline: Command, alone: Path, small: Path) -> None:
    for path in alone.glob("warcs/collection-*"):
        path.unlink()
    ended = creditline("-C", alone, "rebuild")
    assert ended.code == Exit.DONE, ended.err
    assert "as the file begun on" in ended.err
    held, before = read_settings(Layout(alone)), read_settings(Layout(small))
    assert replace(held, publishers=()) == replace(before, publishers=(), connect=())
    assert [one.id for one in held.publishers] == [one.id for one in before.publishers]
    # Missing notes show only in their chain.
    told = creditline("-C", alone, "verify", "--all")
    faults = [line for line in told.out.splitlines() if line.startswith("FAULT")]
    assert [line for line in faults if "the chain of notes" not in line] == []


@pytest.mark.slow
def test_a_file_left_open_with_a_torn_tail_is_finished_by_a_rebuild(creditline: Command, alone: Path) -> None:
    newest = max(alone.glob("warcs/bl-*.warc.gz"), key=lambda path: path.name)
    whole = newest.read_bytes()
    newest.unlink()
    newest.with_name(newest.name + ".open").write_bytes(whole + whole[:100])
    assert creditline("-C", alone, "rebuild").code == Exit.DONE
    assert newest.read_bytes() == whole
    assert creditline("-C", alone, "verify", "--all").code == Exit.DONE
    with Catalogue.open(alone / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.latest_note(NoteKind.RECOVERY) is not None


def test_a_folder_without_warcs_is_not_a_collection(creditline: Command, tmp_path: Path) -> None:
    ended = creditline("-C", tmp_path, "rebuild")
    assert ended.code == Exit.USAGE
    assert "there is no collection" in ended.err
