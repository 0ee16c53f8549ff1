"""Our own statements about reuse, in every language that is read: what each states, and what states nothing."""

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


def named(row: dict[str, Any]) -> str:
    return f"{row['language']}: {row['text'][:60]}"


@pytest.mark.parametrize("row", STATEMENTS, ids=named)
def test_a_statement_of_our_own_is_read_as_it_says(row: dict[str, Any]) -> None:
    fields = reading_fields(read_wording(row["text"]))
    wanted = row["reading"]
    assert fields["permits_text_reuse"] is wanted["permits_text_reuse"]
    assert fields["licence_id"] == wanted.get("licence_id")
    assert {name: fields[name] for name in FIELDS} == {name: wanted.get(name, False) for name in FIELDS}


@pytest.mark.parametrize("row", NEGATIVES, ids=named)
def test_what_only_sounds_like_a_permission_grants_nothing_of_the_text(row: dict[str, Any]) -> None:
    assert reading_fields(read_wording(row["text"]))["permits_text_reuse"] is not True


def test_every_language_has_statements_and_negatives_of_its_own() -> None:
    assert {row["language"] for row in STATEMENTS} == LANGUAGES
    assert {row["language"] for row in NEGATIVES} == LANGUAGES
    assert len(STATEMENTS) >= 150
    assert len(NEGATIVES) >= 100
