"""What a person meets who types something wrong: what happened, what to do next, and nothing half done."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.collection import Layout, make, read_settings
from ingest.config import PublisherOptions, Settings
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.exits import Exit

URL = "http://institute.example/"
EDITED = f"{URL}heat-pumps-in-granite-towns/"
Command = Callable[..., Any]


@pytest.fixture
def collection(story: Any, tmp_path: Path) -> Path:
    """A copy of the institute's collection after three runs, to do things to."""
    return Path(shutil.copytree(story.third.layout.directory, tmp_path / "copy"))


def test_a_site_that_does_not_answer_makes_no_collection(creditline: Command, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    ended = creditline("init", URL, folder, "--connect", "institute.example=127.0.0.1:1")
    assert ended.code == Exit.NOTHING
    assert "No answer" in ended.err
    assert "robots.txt" not in ended.err
    assert not folder.exists()


@pytest.mark.parametrize("chosen", ["A b!", "imported", "../up"])
def test_an_id_that_none_can_have_is_refused_before_the_site_is_visited(
    creditline: Command, tmp_path: Path, chosen: str
) -> None:
    ended = creditline("init", URL, tmp_path / "new", "--id", chosen, "--connect", "institute.example=127.0.0.1:1")
    assert ended.code == Exit.USAGE
    assert repr(chosen) in ended.err
    assert not (tmp_path / "new").exists()


def test_a_host_has_one_publisher(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    make(layout, Settings(publishers=(PublisherOptions(URL, id="bl"),)))
    with serve(Site()) as port:
        told = ("--id", "other", "--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("-C", layout.directory, "add", URL, *told)
    assert ended.code == Exit.USAGE
    assert "institute.example is a host of the publisher bl" in ended.err
    assert [one.id for one in read_settings(layout).publishers] == ["bl"]


@pytest.mark.parametrize("words", [("--check",), ()], ids=["check", "rebuild"])
def test_a_rebuild_tells_a_program_how_it_went(creditline: Command, collection: Path, words: tuple[str, ...]) -> None:
    ended = creditline("-C", collection, "--json", "rebuild", *words)
    [told] = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == Exit.DONE
    assert told["records"] > 150


def test_status_says_how_many_items_are_withheld(creditline: Command, collection: Path) -> None:
    assert "withheld" not in creditline("-C", collection, "status").out
    creditline("-C", collection, "withhold", EDITED, "--reason", "by order", "--by", "Anna Nowak")
    told = creditline("-C", collection, "status").out.splitlines()[0]
    assert " (1 withheld) · captures " in told


def test_a_withholding_needs_a_name(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "withhold", EDITED, "--reason", "by order", "--by", " ")
    assert ended.code == Exit.USAGE
    assert "--by NAME" in ended.err
    assert "withheld" not in creditline("-C", collection, "show", EDITED).out


def test_a_package_of_a_damaged_file_is_refused_without_a_traceback(
    creditline: Command, collection: Path, tmp_path: Path
) -> None:
    path = max((collection / "warcs").iterdir(), key=lambda one: one.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1000])
    ended = creditline("-C", collection, "export", "wacz", "--all", "-o", tmp_path / "all.wacz")
    gc.collect()  # what is left of the zip must not speak once more
    assert ended.code == Exit.INTEGRITY
    assert "creditline verify" in ended.err
    assert not list(tmp_path.glob("all.wacz*"))


def test_verify_tells_a_package_from_a_warc_file(creditline: Command, collection: Path, tmp_path: Path) -> None:
    package = tmp_path / "all.wacz"
    creditline("-C", collection, "export", "wacz", "--all", "-o", package)
    ended = creditline("verify", package)
    assert ended.code == Exit.USAGE
    assert "creditline import" in ended.err


def test_what_is_no_record_is_shown_as_a_person_reads_it(creditline: Command, tmp_path: Path) -> None:
    (tmp_path / "letter.warc").write_bytes(b"Dear Sir or Madam\n")
    (tmp_path / "picture.warc").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "empty.warc").touch()
    told = creditline("verify", *sorted(tmp_path.glob("*.warc"))).out
    assert "but “Dear Sir or Mada”" in told
    assert "but 89 50 4e 47 0d 0a" in told
    assert f"empty  {tmp_path}/empty.warc  0 records, 0 bytes" in told


def test_an_item_whose_file_is_gone_is_told_in_words(creditline: Command, collection: Path) -> None:
    max((collection / "warcs").glob("*.warc.gz"), key=lambda path: path.stat().st_size).unlink()
    told = creditline("-C", collection, "verify", "--all").out
    assert "the file is missing  items: " in told
    assert "Errno" not in told


def test_a_copy_cannot_be_made_in_a_file(creditline: Command, collection: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    ended = creditline("-C", collection, "backup", tmp_path / "letter.txt")
    assert ended.code == Exit.USAGE
    assert "is a file" in ended.err


def test_a_list_for_a_publisher_that_is_not_here_is_refused(creditline: Command, collection: Path) -> None:
    ended = creditline("-C", collection, "review", "--publisher", "nobody")
    assert ended.code == Exit.USAGE
    assert "there is no publisher 'nobody'" in ended.err


def test_decisions_are_listed_with_the_role_that_was_typed(creditline: Command, collection: Path) -> None:
    values = ("--set", "Maria Ossowska", "--set", "translator: Jan Kos")
    creditline("-C", collection, "review", EDITED, "--field", "author", *values, "--by", "Anna Nowak")
    told = creditline("-C", collection, "review", "--decisions").out
    assert "author set to “Maria Ossowska”, “translator: Jan Kos”" in told
