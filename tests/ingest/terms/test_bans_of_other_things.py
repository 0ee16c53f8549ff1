"""Bans of bulk copies, software, logos and agencies' texts are none of a single text; other bans stay bans.

Of "systematic copying is prohibited" only the systematic copying is banned, but of "copying, also systematic" all
copying is (bans_of_other_things.jsonl).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

HERE = Path(__file__)
ROWS = [json.loads(line) for line in HERE.with_name("bans_of_other_things.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("words", [row["words"] for row in ROWS if row["bans"]])
def test_a_ban_of_the_texts_is_read(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is False


@pytest.mark.parametrize("words", [row["words"] for row in ROWS if not row["bans"]])
def test_a_ban_of_something_else_bans_no_text(words: str) -> None:
    assert reading_fields(read_wording(words))["permits_text_reuse"] is None
