"""Files removed or moved during use: a named refusal, or work that goes on without them; never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import CannotReplay, DiskFailed, Exit
from archive.http.exchange import Ending, Exchange
from archive.replay import entity_of
from archive.warc.writer import OPEN
from db.catalogue import Catalogue
from ingest.collection.collection import Layout, open_for_work
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import Settings

Command = Callable[..., Any]
Perform = Callable[..., Any]


@pytest.fixture
def copy(story: Any, tmp_path: Path) -> Layout:
    """The institute's collection after three runs, to be harmed."""
    return Layout(Path(shutil.copytree(story.third.layout.directory, tmp_path / "copy")))


WRITING: list[tuple[str, ...]] = [
    ("run",),
    ("save", "http://institute.example/"),
    ("withhold", "http://institute.example/", "--reason", "a letter", "--by", "jan"),
    ("review", "http://institute.example/", "--field", "title", "--set", "A", "--by", "jan"),
]


@pytest.mark.damages_collection("the files are taken away")
@pytest.mark.parametrize("words", WRITING, ids=lambda one: one[0])
@pytest.mark.parametrize("left", ["an empty folder", "no folder"])
def test_nothing_is_written_when_all_files_are_missing(
    copy: Layout, creditline: Command, words: tuple[str, ...], left: str
) -> None:
    """As when a disk was not mounted: a later mount would hide what is written then."""
    shutil.rmtree(copy.warcs)
    if left == "an empty folder":
        copy.warcs.mkdir()
    ended = creditline("-C", copy.directory, *words)
    assert ended.code == Exit.INTEGRITY
    assert "the WARC files are gone" in ended.err
    assert "Traceback" not in ended.err
    assert not copy.warcs.exists() or not list(copy.warcs.iterdir())


def test_verify_lists_every_file_of_a_missing_folder(copy: Layout, creditline: Command) -> None:
    names = [path.name for path in copy.warcs.iterdir()]
    shutil.rmtree(copy.warcs)
    ended = creditline("-C", copy.directory, "verify", "--all")
    assert ended.code == Exit.INTEGRITY
    assert all(name in ended.out for name in names)
    for words in (("rebuild",), ("rebuild", "--check")):
        ended = creditline("-C", copy.directory, *words)
        assert ended.code == Exit.INTEGRITY
        assert "there is no folder" in ended.err


@pytest.mark.slow
def test_all_files_are_restored_from_a_second_copy(copy: Layout, creditline: Command, tmp_path: Path) -> None:
    assert creditline("-C", copy.directory, "backup", tmp_path / "second").code == Exit.DONE
    shutil.rmtree(copy.warcs)
    ended = creditline("-C", copy.directory, "verify", "--copy", tmp_path / "second", "--repair")
    assert ended.code == Exit.DONE, ended.out + ended.err
    assert creditline("-C", copy.directory, "verify", "--all").code == Exit.DONE


@pytest.mark.slow
@pytest.mark.damages_collection("a file is taken away")
def test_a_run_continues_without_a_lost_file_and_archives_its_pages_again(
    story: Any, copy: Layout, performing: Perform, settings_at: Callable[[int], Settings]
) -> None:
    largest = max(copy.warcs.glob("bl-*"), key=lambda path: path.stat().st_size)
    largest.unlink()
    with Catalogue.open(copy.catalogue, read_only=True) as catalogue:
        lost = next(
            one for one in catalogue.all_captures() if one.ref.file == largest.name and one.payload_length > 999
        )
        with pytest.raises(CannotReplay, match="is missing"):
            entity_of(copy.warcs, lost, catalogue.original)
    site = Site()
    with serve(site) as port:
        report, _ = performing(copy, settings_at(port))
    assert report.stopped is None
    with Catalogue.open(copy.catalogue, read_only=True) as catalogue:
        home = catalogue.latest_capture("http://institute.example/", "bl")
        assert home is not None
        assert entity_of(copy.warcs, home, catalogue.original).body


@pytest.mark.slow
@pytest.mark.damages_collection("a file is taken away")
def test_captures_of_a_killed_run_in_a_removed_file_do_not_stop_the_next_run(
    copy: Layout, performing: Perform, settings_at: Callable[[int], Settings]
) -> None:
    with serve(Site()) as port:
        settings = settings_at(port)
        with open_for_work(copy, settings) as work:
            answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>gone</html>"
            page = Exchange("http://institute.example/x/", datetime.now(UTC), b"", answer, Ending.END_MARK)
            kept = work.archive.keep("bl", page)
            work.archive.sync()
            work.catalogue.add_captures([kept])
        (copy.warcs / kept.ref.file).unlink()
        report, _ = performing(copy, settings)
    assert report.stopped is None
    with Catalogue.open(copy.catalogue, read_only=True) as catalogue:
        assert catalogue.unread() == []


@pytest.mark.parametrize("gone", ["the file that is being written", "the folder"])
def test_a_file_removed_while_it_is_written_is_a_disk_error(copy: Layout, story: Any, gone: str) -> None:
    answer = b"HTTP/1.0 200 OK\r\n\r\nhere"
    page = Exchange("http://institute.example/x/", datetime.now(UTC), b"", answer, Ending.LENGTH)

    def working() -> None:
        with open_for_work(copy, story.settings) as work:
            work.archive.keep("bl", page)
            work.archive.sync()
            if gone == "the folder":
                shutil.rmtree(copy.warcs)
            for path in copy.warcs.glob(f"*{OPEN}"):
                path.unlink()

    with pytest.raises(DiskFailed):
        working()
