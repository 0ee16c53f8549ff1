"""What holds for every verb: where general flags may stand, how an error is told, and a reader who has seen enough."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ingest.cli import QUERYING, VERBS, creditline, general_first, told_error
from ingest.target import read_target


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["show", "--all", "--json"], ["--json", "show", "--all"]),
        (["run", "-C", "wi", "--limit", "3"], ["-C", "wi", "run", "--limit", "3"]),
        (["cite", "-q", "ports"], ["cite", "-q", "ports"]),
        (["run", "-q"], ["-q", "run"]),
        (["search", "--", "--json"], ["search", "--", "--json"]),
        (["run", "-C"], ["-C", "run"]),
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


def test_what_to_do_is_said_once() -> None:
    with pytest.raises(ValueError, match="ftp") as refused:
        read_target("ftp://example.org/")
    told = told_error(refused.value)
    assert told is not None
    assert told.hint
    assert told.hint not in told.what


def test_a_reader_that_has_seen_enough_is_no_bug(creditline_script: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [creditline_script, "doctor"], stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, b"")
