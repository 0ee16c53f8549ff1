"""True of every verb: where general flags may stand, how errors are reported, and a reader that stops early."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from archive.errors import Exit
from archive.http.url import read_target
from db.catalogue import Catalogue
from ingest.cli.app import QUERYING, VERBS, creditline, general_first, main, reported_error
from ingest.cli.command_line import to_type
from ingest.collection.collection import Layout, make
from ingest.demo.server import serve
from ingest.demo.site import Site
from ingest.settings.values import Settings


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["show", "--all", "--json"], ["--json", "show", "--all"]),
        (["run", "-C", "wi", "--limit", "3"], ["-C", "wi", "run", "--limit", "3"]),
        (["cite", "-q", "ports"], ["cite", "-q", "ports"]),
        (["run", "-q"], ["-q", "run"]),
        (["search", "--", "--json"], ["search", "--", "--json"]),
        (["run", "-C"], ["-C", "run"]),
        (["run", "-Cwi", "--all"], ["-Cwi", "run", "--all"]),
        # A folder and a word to search for may be called like a verb that takes a query.
        (["search", "-q", "export"], ["-q", "search", "export"]),
        (["-C", "cite", "run", "-q"], ["-C", "cite", "-q", "run"]),
        (["-C", "run", "cite", "-q", "ports"], ["-C", "run", "cite", "-q", "ports"]),
    ],
)
def test_general_flags_may_stand_after_the_verb(typed: list[str], understood: list[str]) -> None:
    assert general_first(typed) == understood


def test_only_the_verbs_that_take_a_query_keep_q() -> None:
    context = click.Context(creditline)
    taking = {
        name
        for name in VERBS
        if (command := creditline.get_command(context, name)) and any("-q" in one.opts for one in command.params)
    }
    assert taking == QUERYING


def test_json_after_a_verb_is_the_same_as_before_it(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html><head><title>Ports</title></head><body><h1>Ports</h1></body></html>", "utf-8")
    words = ["inspect", str(page), "--url", "https://example.org/ports"]
    before = CliRunner().invoke(creditline, ["--json", *words])
    after = CliRunner().invoke(creditline, [*words, "--json"])
    assert before.stdout == after.stdout
    assert after.stdout.startswith("{")


def test_the_hint_of_an_error_is_printed_once() -> None:
    with pytest.raises(ValueError, match="ftp") as refused:
        read_target("ftp://example.org/")
    told = reported_error(refused.value)
    assert told is not None
    assert told.hint
    assert told.hint not in told.what


def test_command_lines_in_messages_name_the_folder_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(Layout(tmp_path / "my think tanks"), Settings())
    (tmp_path / "empty").mkdir()

    def told(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["creditline", *words])
        with pytest.raises(SystemExit):
            main()
        return "".join(capsys.readouterr())

    monkeypatch.chdir(tmp_path)
    named = "creditline -C 'my think tanks' "
    assert f"compared with none yet: {named}backup PLACE" in told("-C", "my think tanks", "status")
    assert f"add one: {named}add https://example.org/" in told("run", "-C", "my think tanks")
    assert "begin with `creditline -C empty save URL`" in told("-C", "empty", "search", "x")
    assert "`creditline run --help`" in told("-C", "empty", "run", "--nothing")
    monkeypatch.chdir(tmp_path / "my think tanks")
    assert "compared with none yet: creditline backup PLACE" in told("status")


def test_only_command_lines_without_a_folder_get_one() -> None:
    text = "Next: {0} search WORDS, {0} --json absent URL; creditline -C there run; by creditline/0.1.0"
    assert to_type(text.format("creditline"), Path("wi")) == text.format("creditline -C wi")
    text = text.format("creditline")
    assert to_type(text, Path()) == text


def test_quoted_words_of_a_publisher_are_printed_as_they_are() -> None:
    told = "  “Keep the creditline of the “Quay” and its creditline in full.”\n  decide: creditline review"
    assert to_type(told, Path("wi")) == told.replace("creditline review", "creditline -C wi review")


def test_a_closed_output_pipe_is_not_an_error(creditline_script: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [creditline_script, "doctor"], stdout=writing, stderr=subprocess.PIPE, timeout=300, check=False
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.slow
def test_a_run_continues_when_nobody_reads_its_output(
    creditline_script: Path, tmp_path: Path, settings_at: Callable[[int], Settings]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with serve(Site()) as port:
        make(Layout(tmp_path), settings_at(port))
        ended = subprocess.run(
            [creditline_script, "-C", tmp_path, "run", "--limit", "3"],
            stdout=writing,
            stderr=writing,
            timeout=300,
            check=False,
        )
    os.close(writing)
    assert ended.returncode == Exit.LIMIT
    with Catalogue.open(tmp_path / "catalogue.db", read_only=True) as catalogue:
        assert catalogue.counts()["items"] >= 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["run", "--lmit", "3"], "no such option '--lmit'"),
        (["visit"], "no such command 'visit'"),
        (["run", "--limit", "0"], "invalid value for '--limit'"),
        (["stats", "--by", "yaer"], "invalid value for '--by': 'yaer' is not one of 'year', 'author'"),
    ],
)
def test_usage_errors_have_the_form_of_every_error(
    typed: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["creditline", *typed])
    with pytest.raises(SystemExit) as ended:
        main()
    lines = capsys.readouterr().err.splitlines()
    assert ended.value.code == Exit.USAGE
    assert lines[0].startswith(f"creditline: {told}")
    assert re.search(r"`creditline [a-z -]*--help` lists the (commands|arguments and options)$", lines[1])


def test_a_mistyped_choice_is_reported_with_the_most_similar_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed, end in (("bibtx", "'iso690'; it may be that you mean bibtex"), ("qqq", "'iso690'")):
        monkeypatch.setattr(sys, "argv", ["creditline", "cite", "--all", "--format", typed])
        with pytest.raises(SystemExit):
            main()
        assert capsys.readouterr().err.splitlines()[0].endswith(end)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("closed", "words", "code"),
    [
        (">&-", "doctor", Exit.DONE),
        ("<&- >&- 2>&-", "doctor", Exit.DONE),
        ("2>/dev/full", "nosuch", Exit.USAGE),
        ("<&- >&-", "nosuch", Exit.USAGE),
    ],
)
def test_streams_that_are_closed_or_full_change_no_exit_code(
    creditline_script: Path, tmp_path: Path, closed: str, words: str, code: Exit
) -> None:
    line = f'"$0" -C "$1" {words} {closed}'
    ended = subprocess.run(
        ["sh", "-c", line, creditline_script, tmp_path], capture_output=True, text=True, timeout=300, check=False
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False), ended.stderr


@pytest.mark.slow
def test_a_message_that_cannot_be_written_does_not_end_a_command() -> None:
    told = (
        "from pathlib import Path; from ingest.cli.console import Console; "
        "here = Console(Path()); here.talk('1 item'); here.out('the item'); here.talk('done')"
    )
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", told], stdout=subprocess.PIPE, stderr=full, timeout=60, check=False
        )
    assert (ended.returncode, ended.stdout) == (0, b"the item\n")
