"""On a terminal: lists end after the first entries, and what takes a while shows a bar or says what it does."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.cli import console
from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import Settings

Command = Callable[..., Any]
pytestmark = pytest.mark.slow


@pytest.fixture
def typed(creditline: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that calls the command as on a terminal, on which lists end after one entry."""

    def call(*words: object) -> Any:
        # Not before, because pytest replaces both streams between a fixture and its test.
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
        monkeypatch.setattr(console, "LISTED", 1)
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        return creditline(*words)

    return call


@pytest.fixture
def folder(story: Any, tmp_path: Path) -> Path:
    """A collection in which several texts are in doubt, because they are said to be teasers."""
    copy = Path(shutil.copytree(story.third.layout.directory, tmp_path / "copy"))
    with closing(sqlite3.connect(copy / "catalogue.db")) as connection, connection:
        connection.execute("UPDATE edition SET partial = 'teaser'")
    return copy


LISTS = (("failures",), ("review",), ("coverage", "--list", "gone"))


@pytest.mark.damages_collection("texts are said to be teasers")
@pytest.mark.parametrize("verb", LISTS, ids=" ".join)
def test_a_list_ends_early_on_a_terminal_alone(typed: Command, folder: Path, verb: tuple[str, ...]) -> None:
    short = typed("-C", folder, *verb).out
    asked = typed("-C", folder, *verb, "-n", "1000").out
    assert 0 < len(short) < len(asked)
    assert asked.startswith(short.splitlines()[0])
    assert len(typed("-C", folder, "--json", *verb).out.splitlines()) > 1


@pytest.mark.damages_collection("texts are said to be teasers")
@pytest.mark.parametrize("verb", LISTS, ids=" ".join)
def test_a_list_for_a_pipe_is_whole(
    creditline: Command, folder: Path, verb: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "LISTED", 1)
    assert creditline("-C", folder, *verb).out == creditline("-C", folder, *verb, "-n", "1000").out


def test_a_bar_says_how_far_an_export_has_come(typed: Command, story: Any, tmp_path: Path) -> None:
    folder = story.third.layout.directory
    for name, *words in (
        ("Citing", "cite", "--all", "-o", tmp_path / "all.bib"),
        ("Exporting", "export", "warc", "--all", "-o", tmp_path / "all.warc.gz"),
        ("Copying", "backup", tmp_path / "second"),
        ("Restoring", "restore", tmp_path / "second", tmp_path / "restored"),
    ):
        ended = typed("-C", folder, *words)
        assert ended.code == Exit.DONE, ended.err
        assert name in ended.err


def test_no_bar_is_drawn_over_what_is_printed_or_into_a_log(
    typed: Command, creditline: Command, story: Any, tmp_path: Path
) -> None:
    folder = story.third.layout.directory
    assert "Citing" not in creditline("-C", folder, "cite", "--all", "-o", tmp_path / "all.bib").err
    assert "Citing" not in typed("-C", folder, "cite", "--all").err
    assert "Citing" not in typed("-C", folder, "--quiet", "cite", "--all", "-o", tmp_path / "other.bib").err


def test_doctor_says_on_a_terminal_that_it_reads_the_catalogue(typed: Command, creditline: Command, story: Any) -> None:
    folder = story.third.layout.directory
    assert creditline("-C", folder, "doctor").err == ""
    assert "Reading every page of the catalogue" in typed("-C", folder, "doctor").err
    assert "Reading every page" not in typed("-C", folder, "--json", "doctor").err


_SHOWN_BY = {"failures": ("-n", "9"), "search": ("--format", "table", "-n", "50")}


@pytest.mark.parametrize(
    ("verb", "width"), [("status", 80), ("coverage", 80), ("failures", 30), ("terms", 80), ("search", 80)]
)
def test_words_fit_into_the_columns_of_a_terminal(
    typed: Command, story: Any, verb: str, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    told = typed("-C", story.third.layout.directory, verb, *_SHOWN_BY.get(verb, ())).out
    long = [line for line in told.splitlines() if len(line) > width and "creditline" not in line]
    # An address is not cut, so that it can be copied.
    assert [line for line in long if "http://" not in line] == []


@pytest.mark.parametrize("verb", ["init", "add", "save"])
def test_a_first_look_at_a_site_says_on_a_terminal_what_it_does(
    typed: Command, creditline: Command, tmp_path: Path, verb: str
) -> None:
    said = "Visiting 1 page, with a pause" if verb == "save" else "Looking at http://institute.example/: robots.txt"
    # First the call without a terminal: the other one leaves its terminal behind.
    for call, is_said in ((creditline, False), (typed, True)):
        folder = tmp_path / str(is_said)
        if verb == "add":
            make(Layout(folder), Settings())
        with serve(Site()) as port:
            ended = call(
                "-C", folder, verb, "http://institute.example/", "--connect", f"institute.example=127.0.0.1:{port}"
            )
        assert (said in ended.err) is is_said, ended.err
