"""Our own statements on reuse, in every supported language: what each states, and what states nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

OWN = Path(__file__).with_name("own")
LANGUAGES = {"en", "pl", "de", "fr", "es", "it", "pt", "nl", "cs", "uk", "ru"}
FIELDS = (
    "requires_credit",
    "requires_link",
    "noncommercial",
    "no_derivatives",
    "share_alike",
    "notice_required",
    "images_excluded",
    "all_rights_reserved",
    "permission_required",
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (OWN / name).read_text(encoding="utf-8").splitlines()]


STATEMENTS = rows("statements.jsonl")
NEGATIVES = rows("negatives.jsonl")


def in_language(language: str, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in listed if row["language"] == language]


def misread(row: dict[str, Any]) -> dict[str, tuple[object, object]]:
    """Return the fields of a statement that are misread, with the value read and the value it states."""
    found, wanted = reading_fields(read_wording(row["text"])), row["reading"]
    says = {name: wanted.get(name, False) for name in FIELDS}
    says |= {"permits_text_reuse": wanted["permits_text_reuse"], "licence_id": wanted.get("licence_id")}
    return {name: (found[name], said) for name, said in says.items() if found[name] is not said and found[name] != said}


# One test per language, not per row: there are more than a thousand rows, and each test has its own cost.
@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_of_our_own_statements_is_read_correctly(language: str) -> None:
    wrong = {row["text"]: fields for row in in_language(language, STATEMENTS) if (fields := misread(row))}
    assert wrong == {}, f"{len(wrong)} statements, each with (read, stated) of the fields that differ"


@pytest.mark.slow
@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_statement_that_only_sounds_like_permission_grants_no_text(language: str) -> None:
    read = [(row["text"], reading_fields(read_wording(row["text"]))) for row in in_language(language, NEGATIVES)]
    # A permission for some texts only does not cover any given text: the text has to say so itself.
    wrong = [text for text, told in read if told["permits_text_reuse"] is True and told["scope"] != "some-items"]
    assert wrong == []


def test_every_language_has_its_own_statements_and_negatives() -> None:
    assert {row["language"] for row in STATEMENTS} == LANGUAGES
    assert {row["language"] for row in NEGATIVES} == LANGUAGES
    assert len(STATEMENTS) >= 150
    assert len(NEGATIVES) >= 100
