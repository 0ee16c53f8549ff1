"""Words are compared by their letters and digits only."""

from __future__ import annotations

import re

import pytest

from ingest.reading.text.alignment import letters


@pytest.mark.parametrize(
    "words",
    [
        "",
        "It's 2 o'clock: who_is there?",
        "zażółć",
        "Zażółć gęślą jaźń",
        "“Żółw”, m² and ½_Ⅷ",
        "日本語 の 文",
        "a\u0345b\u00ad \ud800c",
        "\u2028\u00a0",
    ],
)
def test_letters_keep_only_letters_and_digits(words: str) -> None:
    assert letters(words) == "".join(re.findall(r"[^\W_]", words))
