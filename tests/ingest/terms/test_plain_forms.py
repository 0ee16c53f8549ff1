"""Plain forms of permission, in further languages, and sentences like them that permit nothing (plain_forms.jsonl)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

FORMS = [json.loads(line) for line in Path(__file__).with_name("plain_forms.jsonl").read_text("utf-8").splitlines()]


def permits(words: str) -> bool:
    return reading_fields(read_wording(words))["permits_text_reuse"] is True


@pytest.mark.parametrize("words", [form["words"] for form in FORMS if form["permits"]])
def test_a_plain_form_of_permission_is_read(words: str) -> None:
    assert permits(words)


@pytest.mark.parametrize("words", [form["words"] for form in FORMS if not form["permits"]])
def test_a_sentence_like_it_that_permits_nothing_is_not(words: str) -> None:
    assert not permits(words)
