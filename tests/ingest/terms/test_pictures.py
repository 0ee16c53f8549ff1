"""Pictures: that they are left out is read where they are named for themselves, and not beside texts withheld too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

OWN = Path(__file__).with_name("own") / "pictures.jsonl"
ROWS = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
AT_LEAST = 94
"""Of a hundred: each was written before anybody saw how it is read, and most were looked at; it may only rise."""


@pytest.mark.slow
def test_pictures_are_left_out_where_they_are_named_for_themselves_and_nowhere_else() -> None:
    said = [row for row in ROWS if reading_fields(read_wording(row["text"]))["images_excluded"]]
    hit = sum(row["left_out"] for row in said)
    assert 100 * hit / len(said) >= AT_LEAST
    assert 100 * hit / sum(row["left_out"] for row in ROWS) >= AT_LEAST
