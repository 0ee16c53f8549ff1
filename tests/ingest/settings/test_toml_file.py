"""What a command adds to the settings file leaves a person's own lines in place."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.collection.collection import Layout, make, read_settings
from ingest.demo.articles import load as articles
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.toml_file import amend, render
from ingest.settings.values import PublisherOptions, Settings, load

Command = Callable[..., Any]
HERE = PublisherOptions("http://here.example/", id="here")
OTHER = PublisherOptions(
    "https://other.example/", id="other", name='The "Other" Łódź Institute', hosts=("other.example",)
)
BEFORE = Settings(publishers=(HERE,), connect=(("here.example", "127.0.0.1:1"),))
CHANGES: dict[str, dict[str, Any]] = {
    "contact": {"contact": "archive@here.example"},
    "publisher": {"publishers": (HERE, OTHER)},
    "another address": {"connect": (("here.example", "127.0.0.1:2"), ("other.example", "127.0.0.1:3"))},
}
CHANGES["all"] = {key: value for change in CHANGES.values() for key, value in change.items()}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_changing_the_file_keeps_the_lines_and_comments_of_a_person(tmp_path: Path, change: dict[str, Any]) -> None:
    path, after = tmp_path / "creditline.toml", replace(BEFORE, **change)
    mine = ["# Ask Ewa before you change this.", "delay = 7.5  # they asked for it in May", "# the end"]
    written = render(BEFORE).replace("[fetch]\n", f"{mine[0]}\n[fetch]\n{mine[1]}\n") + mine[2] + "\n"
    path.write_text(written, encoding="utf-8")
    before = load(path)
    amend(path, before, replace(before, **change))
    said = path.read_text(encoding="utf-8")
    assert load(path) == replace(after, fetch=before.fetch)
    assert before.fetch.delay == 7.5
    assert [line in said.splitlines() for line in mine] == [True, True, True]
    gone = set(written.splitlines()) - set(said.splitlines())
    assert gone <= {'# contact = "archive@example.org"', '"here.example" = "127.0.0.1:1"'}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize(
    "written",
    [
        'connect = {"here.example" = "127.0.0.1:1"}\npublisher = [{url = "http://here.example/", id = "here"}]\n',
        '[[publisher]]\nid = "here"\nurl = "http://here.example/"\n[connect]  # of mine\n"here.example"="127.0.0.1:1"',
        '[[publisher]]\nurl = """http://here.example/"""\nid = "here"\n[connect]\n\'here.example\' = "127.0.0.1:1"\n',
        '[connect]\n"here.example" = "127.0.0.1:1"\n[[publisher]]\nid = "here"\nurl = "http://here.example/"',
    ],
    ids=["inline", "a comment behind a table", "other quotes", "no comments"],
)
def test_a_file_in_another_style_is_amended_correctly(tmp_path: Path, written: str, change: dict[str, Any]) -> None:
    path = tmp_path / "creditline.toml"
    path.write_text(written, encoding="utf-8")
    before = load(path)
    assert before == BEFORE
    amend(path, before, replace(before, **change))
    assert load(path) == replace(BEFORE, **change)


def test_amending_the_file_keeps_its_permissions_and_symlink(tmp_path: Path) -> None:
    path, link = tmp_path / "kept" / "settings.toml", tmp_path / "creditline.toml"
    path.parent.mkdir()
    path.write_text(render(BEFORE), encoding="utf-8")
    path.chmod(0o640)
    link.symlink_to(path)
    amend(link, BEFORE, replace(BEFORE, contact="archive@here.example"))
    assert link.is_symlink()
    assert load(path).contact == "archive@here.example"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    "pair", ["nonsense", "here.example=elsewhere", "here.example=127.0.0.1", "here.example=127.0.0.1:99999",
             "here.example=127.0.0.1:0", "=127.0.0.1:80", "here.example="],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["save", "add", "init"])
def test_an_invalid_connect_address_is_refused_before_it_is_saved(
    creditline: Command, tmp_path: Path, verb: str, pair: str
) -> None:
    """Otherwise every later command would be refused because of its settings."""
    layout = Layout(tmp_path / "collection")
    if verb != "init":
        make(layout, BEFORE)
    ended = creditline("-C", layout.directory, verb, "http://here.example/", "--connect", pair)
    assert ended.code == Exit.USAGE
    assert f"--connect {pair} is not HOST=ADDRESS:PORT" in ended.err
    assert "institute.example=127.0.0.1:8123" in ended.err
    assert not layout.settings.exists() if verb == "init" else load(layout.settings) == BEFORE


@pytest.mark.slow  # it waits as long as a run does before it asks a host again that refused
def test_an_ipv6_address_is_accepted(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, BEFORE)
    creditline("-C", layout.directory, "save", "http://here.example/", "--connect", "here.example=[::1]:1")
    assert load(layout.settings).connect == (("here.example", "[::1]:1"),)


def test_adding_a_publisher_changes_nothing_else_in_the_settings(creditline: Command, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "collection")
    make(layout, Settings(publishers=(HERE,)))
    with layout.settings.open("a", encoding="utf-8") as file:
        file.write("# Ewa looks after this one.\n")
    with serve(Site(articles()[:2])) as port:
        connect = ("--connect", f"institute.example=127.0.0.1:{port}")
        ended = creditline("-C", layout.directory, "add", "http://institute.example/", "--id", "bl", *connect)
    assert ended.code == Exit.DONE, ended.err
    assert f"Added to {layout.settings}" in ended.out
    assert "Next: creditline" in ended.err
    known = read_settings(layout)
    assert [one.id for one in known.publishers] == ["here", "bl"]
    assert known.connect == (("institute.example", f"127.0.0.1:{port}"),)
    assert "# Ewa looks after this one.\n" in layout.settings.read_text(encoding="utf-8")
