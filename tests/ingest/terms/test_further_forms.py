"""Other usual wordings of permissions and bans in 26 languages, and sentences like them (further_forms.jsonl).

They were written, and labelled, before any was read, by somebody who knew no list of words.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.output import reading_fields

FORMS = [json.loads(line) for line in Path(__file__).with_name("further_forms.jsonl").read_text("utf-8").splitlines()]


def permits(words: str) -> bool | None:
    permitted: bool | None = reading_fields(read_wording(words))["permits_text_reuse"]
    return permitted


def said(says: str) -> list[str]:
    return [form["words"] for form in FORMS if form["says"] == says]


@pytest.mark.parametrize("words", said("permits"))
def test_another_wording_of_a_permission_is_read(words: str) -> None:
    assert permits(words) is True


@pytest.mark.parametrize("words", said("bans"))
def test_another_wording_of_a_ban_is_read(words: str) -> None:
    assert permits(words) is False


@pytest.mark.parametrize("words", said("nothing"))
def test_a_sentence_like_these_permits_nothing(words: str) -> None:
    assert permits(words) is not True
