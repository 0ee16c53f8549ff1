"""A new collection is there completely, or not at all."""

from __future__ import annotations

import errno
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import DiskFailed, Exit, Refused
from ingest.collection.collection import Layout, make, making, read_settings
from ingest.settings.values import Settings

Foreign = Callable[..., Any]
PAGE = b"<html><body><article><h1>Tides</h1>" + b"<p>The tide turns as ever.</p>" * 6000 + b"</article></body>"
KILOBYTE = 1024


def warc(foreign_warc: Foreign) -> Path:
    made = foreign_warc("theirs.warc")
    made.response("http://institute.example/tides", PAGE)
    return Path(made.path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "room", [8 * KILOBYTE, 150 * KILOBYTE], ids=["no room for the database", "no room for the copy"]
)
@pytest.mark.parametrize("before", [False, True], ids=["a new folder", "an empty one"])
def test_an_import_into_a_new_folder_leaves_nothing_on_a_full_disk(
    creditline_script: Path, foreign_warc: Foreign, tmp_path: Path, room: int, *, before: bool
) -> None:
    folder = tmp_path / "collections" / "new"
    if before:
        folder.mkdir(parents=True)
    words = (creditline_script, "-C", folder, "import", warc(foreign_warc), "--publisher", "http://institute.example/")

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    ended = subprocess.run(words, preexec_fn=bound, capture_output=True, text=True, check=False)
    assert ended.returncode == Exit.DISK, ended.stderr
    assert list(folder.iterdir()) == [] if before else not folder.parent.exists()


@pytest.mark.slow
def test_only_an_accepted_import_makes_a_collection(
    creditline: Callable[..., Any], foreign_warc: Foreign, tmp_path: Path
) -> None:
    path, folder = warc(foreign_warc), tmp_path / "new"
    refused = creditline("-C", folder, "import", path, "--publisher", "http://other.example/")
    assert refused.code == Exit.USAGE
    assert not folder.exists()
    brought = creditline("-C", folder, "import", path, "--publisher", "http://institute.example/")
    assert brought.code == Exit.DONE, brought.err
    assert sorted(one.name for one in folder.iterdir()) == ["catalogue.db", "creditline.toml", "warcs"]


def test_the_hint_where_there_is_no_collection_can_be_pasted(
    creditline: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"begin one: creditline -C {tmp_path}/new import FILE --publisher https://"
    unnamed = creditline("-C", tmp_path / "new", "import", __file__).err
    assert (asked in unnamed, "is not the URL" in unnamed) == (True, False)
    named = creditline("-C", tmp_path / "new", "import", __file__, "--publisher", "institute.example").err
    assert "'institute.example' is not the URL of a publisher" in named
    assert f"creditline -C {tmp_path}/new import FILE --publisher https://institute.example/\n" in named
    monkeypatch.chdir(tmp_path)
    assert "begin one: creditline -C NEW import FILE" in creditline("import", __file__).err


def test_an_interrupted_command_keeps_the_new_collection(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    with pytest.raises(KeyboardInterrupt), making(layout, Settings()):
        raise KeyboardInterrupt
    assert read_settings(layout) == Settings()
    assert sorted(one.name for one in layout.directory.iterdir()) == ["catalogue.db", "creditline.toml", "warcs"]


def test_a_file_that_finds_no_room_is_named_where_the_person_would_look_for_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    for failed, named in (("catalogue.db", layout.catalogue), ("", layout.directory)):
        with pytest.raises(DiskFailed) as told, making(layout, Settings()) as hidden:
            raise DiskFailed(hidden.directory / failed, OSError(errno.ENOSPC, "full"))
        assert (told.value.path, str(told.value)) == (named, f"{named}: full")
    for other in (tmp_path / "elsewhere" / "x", layout.directory / "x" / "y", layout.directory):
        with pytest.raises(DiskFailed) as told, making(layout, Settings()):
            raise DiskFailed(other, OSError(errno.ENOSPC, "full"))
        assert told.value.path == other


def test_a_half_made_collection_is_deleted_and_a_complete_one_put_in_place(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    half = layout.directory / ".creditline-new-half"
    (half / "warcs").mkdir(parents=True)
    with pytest.raises(Refused):
        read_settings(layout)
    assert not half.exists()
    make(Layout(tmp_path / "other"), Settings(contact="a@example.org"))
    whole = Path(shutil.move(tmp_path / "other", layout.directory / ".creditline-new-whole"))
    (whole / "whole").touch()
    (whole / "catalogue.db").replace(layout.directory / "catalogue.db")  # killed after the first of three moves
    assert read_settings(layout) == Settings(contact="a@example.org")
    assert sorted(one.name for one in layout.directory.iterdir()) == ["catalogue.db", "creditline.toml", "warcs"]


def test_a_collection_that_is_still_being_made_is_left_alone(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    with making(layout, Settings()) as hidden:
        with pytest.raises(Refused):
            read_settings(layout)
        assert hidden.settings.exists()
    assert read_settings(layout) == Settings()
