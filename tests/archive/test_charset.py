"""The charset of an entity is asked of the sources that the WHATWG standards name, in their order."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.charset import _LABELS, Decoded, charset_of

POLISH = "Grudziądz: źdźbło, ćma, żółw; wieś, łąka i Śląsk. Zażółć gęślą jaźń."


@pytest.mark.parametrize(
    ("entity", "header", "charset"),
    [
        (codecs.BOM_UTF8 + b"x", "windows-1250", "utf-8"),
        (codecs.BOM_UTF16_LE + b"x\0", "utf-8", "utf-16le"),
        (codecs.BOM_UTF16_BE + b"\0x", None, "utf-16be"),
        (b"<meta charset=utf-8>", "ISO-8859-2", "iso-8859-2"),
        (b"<meta charset=utf-8>", "no-such", "utf-8"),
        (b'<META http-equiv="Content-Type" content="text/html; charset=windows-1250">', None, "windows-1250"),
        (b"<!-- <meta charset=koi8-r> --><meta charset='latin1'>", None, "windows-1252"),
        (b"<meta charset=klingon>\xc5\x82", None, "utf-8"),
        (b"<meta charset=utf-16>", None, "utf-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-2"?><rss/>', None, "iso-8859-2"),
        ("<?xml version='1.0'?>".encode("utf-16-le"), None, "utf-16le"),
        (b"", ' "Latin2" ', "iso-8859-2"),
        (b" " * 3000 + b"<meta charset=koi8-r>", None, "koi8-r"),
        ("<meta charset=iso-8859-2>Zażółć gęślą jaźń".encode(), None, "utf-8"),
        ("<meta charset=iso-8859-2>Zażółć gęślą jaźń".encode("iso-8859-2"), None, "iso-8859-2"),
        ("<meta charset=iso-8859-2>Zażółć gęślą jaźń".encode(), "iso-8859-2", "iso-8859-2"),
        ("<meta charset=windows-1252>é".encode(), None, "windows-1252"),
        (b"plain", None, "utf-8"),
        ("cut ł".encode()[:-1], None, "utf-8"),
    ],
)
def test_the_nearest_source_that_names_a_known_charset_wins(entity: bytes, header: str | None, charset: str) -> None:
    assert charset_of(entity, header) == charset


@pytest.mark.parametrize("charset", ["windows-1250", "iso-8859-2", "utf-8"])
def test_polish_without_a_label_is_recognised(charset: str) -> None:
    assert POLISH.encode(charset).decode(charset_of(POLISH.encode(charset), None)) == POLISH


@pytest.mark.parametrize(
    "text",
    ["Où est le café de la garçonnière à Orléans?", "Größe und Maß, “Straße”", "El señor Núñez habló ayer"],
)
def test_western_text_without_a_label_is_recognised(text: str) -> None:
    assert text.encode("windows-1252").decode(charset_of(text.encode("windows-1252"), None)) == text


def test_every_name_we_answer_is_a_codec() -> None:
    assert all(codecs.lookup(name) for name in _LABELS)


@given(
    st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("ał😀"), max_size=50),
    st.sampled_from(["utf-8", "utf-16le", "utf-32be", "gb18030"]),
)
def test_every_character_is_traced_to_its_byte(text: str, charset: str) -> None:
    decoded = Decoded(text.encode(charset), charset)
    assert decoded.text == text
    for index in range(len(text) + 1):
        assert decoded.offset(index) == len(text[:index].encode(charset))
        assert decoded.index(decoded.offset(index)) == min(index, len(text))
