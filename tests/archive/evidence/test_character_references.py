"""Character references: decoded as browsers do, also where Python itself refuses."""

from __future__ import annotations

import pytest

from archive.evidence.character_references import decode_references

ZEROS, NINES = "0" * 5000, "9" * 5000


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("Oil &amp; gas &#38; coal &#x26; wind", "Oil & gas & coal & wind"),
        (f"&#{ZEROS}65;&#{ZEROS}66 &eacute;", "AB é"),
        (f"&#{NINES};&#{ZEROS};", "\ufffd\ufffd"),
        (f"&#x{ZEROS}41; &# &#; &#{NINES}", "A &# &#; \ufffd"),
        (f"&#65; &#128; &#{ZEROS}8364;", "A € €"),
    ],
)
def test_references_are_decoded_however_many_digits_they_have(text: str, decoded: str) -> None:
    assert decode_references(text) == decoded
