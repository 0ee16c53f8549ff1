"""`coverage` and `add --to`: missing pages are counted and listed, and another host of the publisher is added."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.model.coverage import Source
from ingest.collection.collection import Layout, make, read_settings
from ingest.settings.values import PublisherOptions, Settings

Command = Callable[..., Any]


@pytest.fixture
def institute_copy(story: Any, tmp_path: Path) -> Path:
    """A copy of the institute's collection, which a test may change."""
    shutil.copytree(story.first.layout.directory, tmp_path / "kept")
    return tmp_path / "kept"


def test_counts_come_first_and_each_missing_page_has_its_class(creditline: Command, institute_copy: Path) -> None:
    ended = creditline("-C", institute_copy, "--json", "coverage")
    told = json.loads(ended.out)
    assert ended.code == Exit.DONE
    assert told["classes"] == {"behind a wall": 1, "robots": 1}
    others = told["lists"] + told["other addresses"]
    assert told["named"] == told["held"] + others + told["missing"]
    assert {"en", "pl"} <= set(told["languages"])
    assert told["places"]["sitemaps"]["missing"] <= told["missing"]


def test_missing_pages_of_a_class_are_listed_with_reason_and_source(creditline: Command, institute_copy: Path) -> None:
    [line] = creditline("-C", institute_copy, "--json", "coverage", "--list", "robots").out.splitlines()
    told = json.loads(line)
    assert (told["url"], told["because"]) == ("http://institute.example/private/board-minutes/", "robots")
    assert told["named_by"]
    # A class can be named by its value in JSON and by the words of the counts.
    shown, same = (
        creditline("-C", institute_copy, "coverage", "--list", one).out for one in ("robots", "refused by robots.txt")
    )
    assert "http://institute.example/private/board-minutes/\n    refused by robots.txt; named by" in shown
    assert same == shown


def test_long_lists_end_where_asked_and_say_so(creditline: Command, institute_copy: Path) -> None:
    with closing(sqlite3.connect(institute_copy / "catalogue.db")) as catalogue, catalogue:
        catalogue.execute(
            """INSERT INTO left_out SELECT publisher, visit.key || '/' || value, url || '/' || value, 'trap', '', 1,
            NULL, NULL, '', '' FROM visit, json_each('[1, 2, 3]') WHERE kind = 'page' LIMIT 3"""
        )
    ended = creditline("-C", institute_copy, "coverage", "--list", "trap", "-n", "2")
    assert ended.out.count("http://") == 2
    assert "3 addresses" in ended.err
    assert "only 2 are listed" in ended.err
    assert creditline("-C", institute_copy, "coverage", "--list", "trap").out.count("http://") == 3


def test_without_lists_coverage_says_that_only_linked_pages_are_found(
    creditline: Command, institute_copy: Path
) -> None:
    told = "no sitemap, feed or interface is known: what no page links to is not found"
    assert told not in creditline("-C", institute_copy, "coverage").out
    with closing(sqlite3.connect(institute_copy / "catalogue.db")) as catalogue, catalogue:
        lists = int(Source.SITEMAP | Source.FEED | Source.REST)
        catalogue.execute("UPDATE visit SET sources = sources & ~?", (lists,))
        catalogue.execute("UPDATE left_out SET sources = sources & ~?", (lists,))
    assert told in creditline("-C", institute_copy, "coverage").out


def test_after_a_rebuild_coverage_says_that_what_is_missing_is_not_known(
    creditline: Command, institute_copy: Path
) -> None:
    told = "the catalogue was made again since they were read, so what is missing is not known: creditline"
    assert told not in creditline("-C", institute_copy, "coverage").out
    # What a rebuild leaves of the frontier: the addresses of what is held, which no place names.
    with closing(sqlite3.connect(institute_copy / "catalogue.db")) as catalogue, catalogue:
        catalogue.execute("UPDATE visit SET sources = 0")
        catalogue.execute("DELETE FROM left_out")
    ended = creditline("-C", institute_copy, "coverage")
    assert told in ended.out
    assert "no sitemap, feed" not in ended.out
    assert json.loads(creditline("-C", institute_copy, "--json", "coverage").out)["forgotten"]


def test_with_feeds_alone_coverage_says_that_older_texts_may_be_unknown(
    creditline: Command, institute_copy: Path
) -> None:
    told = "only feeds are known, which may lack older texts"
    assert told not in creditline("-C", institute_copy, "coverage").out
    with closing(sqlite3.connect(institute_copy / "catalogue.db")) as catalogue, catalogue:
        lists, feed = int(Source.SITEMAP | Source.REST), int(Source.FEED)
        catalogue.execute("UPDATE visit SET sources = (sources & ~?) | ?", (lists, feed))
        catalogue.execute("UPDATE left_out SET sources = sources & ~?", (lists,))
    assert told in creditline("-C", institute_copy, "coverage").out


def test_status_repeats_the_counts_of_the_last_run(creditline: Command, institute_copy: Path) -> None:
    shown = creditline("-C", institute_copy, "status").out
    assert "coverage    bl: named " in shown
    assert "missing 2 (needs a login or a browser 1, refused by robots.txt 1)" in shown


def test_before_the_first_run_coverage_knows_no_named_pages(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    make(layout, Settings(publishers=(PublisherOptions("http://institute.example/", id="bl"),)))
    assert (
        f"bl: nothing is known to be named: creditline -C {layout.directory} run"
        in creditline("-C", layout.directory, "coverage").out
    )


def test_adding_a_host_keeps_the_lines_that_a_person_wrote(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "new")
    others = (PublisherOptions("http://b.example/", id="b"), PublisherOptions("http://institute.example/", id="bl"))
    make(layout, Settings(publishers=others))
    mine = "# Ask Ewa before you change this.\n"
    layout.settings.write_text(layout.settings.read_text(encoding="utf-8") + mine, encoding="utf-8")
    to_bl = ("add", "blog.institute.example", "--to", "bl")
    assert creditline("-C", layout.directory, *to_bl).out == f"Added to the hosts of bl in {layout.settings}\n"
    again = f"Nothing to add: bl has this host in {layout.settings}\n"
    assert creditline("-C", layout.directory, *to_bl).out == again
    told = json.loads(creditline("-C", layout.directory, "--json", *to_bl).out)
    assert (told["hosts"], told["added"]) == (["institute.example", "blog.institute.example"], False)
    b, bl = read_settings(layout).publishers
    assert bl.hosts == ("institute.example", "blog.institute.example")
    assert b.hosts == ()
    assert layout.settings.read_text(encoding="utf-8").endswith(mine)
    for host, owner, why in (
        ("b.example", "bl", "b.example is a host of the publisher b"),
        ("c.example", "x", "there is no publisher 'x'"),
        ("http://[", "bl", "not an absolute URL"),
    ):
        ended = creditline("-C", layout.directory, "add", host, "--to", owner)
        assert ended.code == Exit.USAGE
        assert why in ended.err
