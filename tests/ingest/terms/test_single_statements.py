"""Single statements read from the command line, and the explanation of their reading."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest.cli.app import creditline
from ingest.terms import read_wording
from ingest.terms.output import barred, reading_fields

GRANT = "Our texts may be reprinted as long as the author is credited."


def test_a_file_of_statements_is_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "said.jsonl"
    # With what a program on Windows may write: a byte order mark, and a line separator within a text.
    file.write_text(
        f'{{"id": 7, "text": "{GRANT}", "language": "en"}}\r\n\r\n'
        '{"id": "b", "text": "Nachdruck\u2028verboten."}\r\n',
        "utf-8-sig",
        newline="",
    )
    result = CliRunner().invoke(creditline, ["terms", "--statements", str(file)])
    assert result.exit_code == 0, result.output
    first, second = map(json.loads, result.output.splitlines())
    assert first["id"] == 7
    assert first["reading"] == {
        "permits_text_reuse": True,
        "requires_credit": True,
        "requires_link": False,
        "noncommercial": False,
        "no_derivatives": False,
        "share_alike": False,
        "notice_required": False,
        "images_excluded": False,
        "all_rights_reserved": False,
        "permission_required": False,
        "permission_contact": None,
        "licence_id": None,
        "scope": "full",
        "act": ["reproduce", "distribute"],
        "tdm_reserved": False,
        "covers": ["text"],
    }
    assert (second["id"], second["reading"]["permits_text_reuse"]) == ("b", False)


@pytest.mark.parametrize("line", ["no json", "[]", '{"text": "x"}', '{"id": 1}'])
def test_a_line_that_is_no_statement_is_reported_by_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "said.jsonl"
    file.write_text(f'{{"id": 1, "text": "x"}}\n{line}\n')
    result = CliRunner().invoke(creditline, ["terms", "--statements", str(file)])
    assert result.exit_code == 2
    assert "line 2" in result.output


def test_why_prints_the_rules_that_fired_and_what_barred_the_others() -> None:
    result = CliRunner().invoke(creditline, ["terms", "--why", "Our texts may not be reprinted unless you ask us."])
    assert result.exit_code == 0, result.output
    assert "rule “not-without-permission”" in result.output
    assert "“may not” (may not)" in result.output
    again = CliRunner().invoke(
        creditline, ["terms", "--why", "Our texts may be reprinted provided the source is named."]
    )
    assert again.output.count("rule “grant”") == 1


def test_a_question_or_a_caption_bars_the_grant_and_is_named() -> None:
    asked = barred("Can our articles be reprinted if the author is credited?")
    assert "refused “?”" in {bar for one in asked if one.rule == "grant" for bar in one.bars}
    said = barred("Photo: this text may be reprinted freely.")
    assert {one.bars for one in said if one.rule == "grant"} == {("caption “Photo”",)}


@pytest.mark.parametrize(
    ("words", "contact"),
    [
        ("Articles may be reprinted only with permission: rights@centre.example.", "rights@centre.example"),
        ("No part of this report may be reproduced without the permission of the Example Centre.", "Example Centre"),
        ("Przedruk tekstów wymaga zgody Fundacji Przykład.", "Fundacji Przykład"),
        ("Reprinting our articles requires permission.", None),
    ],
)
def test_the_contact_for_permission_is_kept_as_printed(words: str, contact: str | None) -> None:
    assert reading_fields(read_wording(words))["permission_contact"] == contact


def test_a_prescribed_credit_line_is_kept_as_printed() -> None:
    words = "Our texts may be reprinted with the following credit: “First published by the Example Centre”."
    assert {term.credit_words for term in read_wording(words)} == {"First published by the Example Centre"}


@pytest.mark.parametrize(
    "words",
    [
        "The content of this site may not be used for text and data mining or to train AI models.",
        "Eine Nutzung der Inhalte für Text- und Data-Mining ist untersagt.",
        "Wykorzystanie treści do trenowania modeli sztucznej inteligencji jest zabronione.",
    ],
)
def test_a_ban_on_mining_is_read_as_mining_reserved(words: str) -> None:
    assert reading_fields(read_wording(words))["tdm_reserved"] is True


def test_a_license_for_pictures_alone_does_not_cover_the_text() -> None:
    fields = reading_fields(read_wording("All images on our website are licensed under CC BY 4.0."))
    assert fields["permits_text_reuse"] is None
    assert fields["covers"] == ["images"]
