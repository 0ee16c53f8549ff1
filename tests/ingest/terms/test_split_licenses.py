"""Split licences: each work of a list has its own licence, and that of a program or a picture is none of the texts'.

The sentences of split_licenses.jsonl were written, and labelled, before any was read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.terms import read_wording
from ingest.terms.asides import parted
from ingest.terms.output import reading_fields

FORMS = [json.loads(line) for line in Path(__file__).with_name("split_licenses.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("words", "license_id"), [(form["words"], form["license"]) for form in FORMS])
def test_texts_are_under_the_licence_of_their_own_entry(words: str, license_id: str | None) -> None:
    reading = reading_fields(read_wording(words))
    assert (reading["permits_text_reuse"] is True) is (license_id is not None)
    assert license_id in (None, reading["licence_id"])


def entries(words: str) -> list[str]:
    return [words[slice(*span)] for span in parted(words)[0]]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("Source code MIT; texts CC BY 4.0.", ["Source code MIT", "texts CC BY 4.0."]),
        ("Our reports: CC BY 4.0; before May: CC0 1.0.", ["Our reports: CC BY 4.0", "before May: CC0 1.0."]),
        ("Code is under MIT, texts are under CC BY 4.0.", ["Code is under MIT", "texts are under CC BY 4.0."]),
        (
            "Texts are under CC BY 4.0, photos all rights reserved.",
            ["Texts are under CC BY 4.0", "photos all rights reserved."],
        ),
    ],
)
def test_entries_that_each_say_what_their_licence_is_for_are_read_apart(words: str, parts: list[str]) -> None:
    assert entries(words) == parts


@pytest.mark.parametrize(
    "words",
    [
        "Our texts and code, with all icons, are under CC BY 4.0.",
        "Our articles are under CC BY 4.0, a free licence.",
        "Our articles, CC BY 4.0, may be shared.",
        "Texts, code, CC BY 4.0.",
        "Our texts are under CC BY 4.0, photos are credited below.",
        "The code of our articles is under MIT, texts are under CC BY 4.0, we like both.",
        "Code of our texts under MIT; texts under CC BY 4.0.",
        "Code CC0 1.0, CC BY 4.0.",
    ],
)
def test_a_sentence_with_other_parts_is_read_whole(words: str) -> None:
    assert entries(words) == [words]


def test_a_label_that_names_texts_in_any_language_keeps_its_licence_beside_that_of_a_program() -> None:
    assert reading_fields(read_wording("Teksty: CC BY 4.0. Software: Apache-2.0."))["permits_text_reuse"] is True
    assert reading_fields(read_wording("Ikony: CC BY 4.0. Software: Apache-2.0."))["permits_text_reuse"] is not True
