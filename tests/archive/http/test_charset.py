"""The charset of an entity comes from the sources that the WHATWG standards name, in their order."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.http.charset import _LABELS, Decoded, charset_named, charset_of, decode

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
def test_unlabelled_polish_is_recognised(charset: str) -> None:
    assert POLISH.encode(charset).decode(charset_of(POLISH.encode(charset), None)) == POLISH


@pytest.mark.parametrize(
    "text",
    ["Où est le café de la garçonnière à Orléans?", "Größe und Maß, “Straße”", "El señor Núñez habló ayer"],
)
def test_unlabelled_western_text_is_recognised(text: str) -> None:
    assert text.encode("windows-1252").decode(charset_of(text.encode("windows-1252"), None)) == text


def test_every_charset_we_return_is_a_python_codec() -> None:
    assert all(codecs.lookup(name) for name in _LABELS)


@given(
    st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from("ał😀"), max_size=50),
    st.sampled_from(["utf-8", "utf-16le", "utf-32be", "gb18030"]),
)
def test_every_character_maps_to_its_byte_offset(text: str, charset: str) -> None:
    decoded = Decoded(text.encode(charset), charset)
    assert decoded.text == text
    for index in range(len(text) + 1):
        assert decoded.offset(index) == len(text[:index].encode(charset))
        assert decoded.index(decoded.offset(index)) == min(index, len(text))


def test_a_character_that_has_two_codes_maps_to_the_bytes_that_were_sent() -> None:
    decoded = Decoded(b"a\x8f\xa2\xb7\xa4\xa2b", "euc-jp")
    assert (decoded.text, [decoded.offset(index) for index in range(5)]) == ("a~あb", [0, 1, 4, 6, 7])


LABELS = """
    866 ansi_x3.4-1968 arabic ascii asmo-708 big5 big5-hkscs chinese cn-big5 cp1250 cp1251 cp1252 cp1253 cp1254
    cp1255 cp1256 cp1257 cp1258 cp819 cp866 csbig5 cseuckr cseucpkdfmtjapanese csgb2312 csibm866 csiso2022jp
    csiso2022kr csiso58gb231280 csiso88596e csiso88596i csiso88598e csiso88598i csisolatin1 csisolatin2
    csisolatin3 csisolatin4 csisolatin5 csisolatin6 csisolatin9 csisolatinarabic csisolatincyrillic
    csisolatingreek csisolatinhebrew cskoi8r csksc56011987 csmacintosh csshiftjis csunicode cyrillic dos-874
    ecma-114 ecma-118 elot_928 euc-jp euc-kr gb18030 gb2312 gb_2312 gb_2312-80 gbk greek greek8 hebrew hz-gb-2312
    ibm819 ibm866 iso-10646-ucs-2 iso-2022-jp iso-2022-kr iso-8859-1 iso-8859-10 iso-8859-11 iso-8859-13
    iso-8859-14 iso-8859-15 iso-8859-16 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6 iso-8859-6-e
    iso-8859-6-i iso-8859-7 iso-8859-8 iso-8859-8-e iso-8859-8-i iso-8859-9 iso-ir-100 iso-ir-101 iso-ir-109
    iso-ir-110 iso-ir-126 iso-ir-127 iso-ir-138 iso-ir-144 iso-ir-148 iso-ir-149 iso-ir-157 iso-ir-58 iso8859-1
    iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 iso8859-2 iso8859-3 iso8859-4 iso8859-5 iso8859-6
    iso8859-7 iso8859-8 iso8859-9 iso88591 iso885910 iso885911 iso885913 iso885914 iso885915 iso88592 iso88593
    iso88594 iso88595 iso88596 iso88597 iso88598 iso88599 iso_8859-1 iso_8859-15 iso_8859-1:1987 iso_8859-2
    iso_8859-2:1987 iso_8859-3 iso_8859-3:1988 iso_8859-4 iso_8859-4:1988 iso_8859-5 iso_8859-5:1988 iso_8859-6
    iso_8859-6:1987 iso_8859-7 iso_8859-7:1987 iso_8859-8 iso_8859-8:1988 iso_8859-9 iso_8859-9:1989 koi koi8
    koi8-r koi8-ru koi8-u koi8_r korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 l1 l2 l3 l4 l5 l6 l9 latin1
    latin2 latin3 latin4 latin5 latin6 logical mac macintosh ms932 ms_kanji shift-jis shift_jis sjis sun_eu_greek
    tis-620 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 us-ascii utf-8 utf8 visual windows-1250 windows-1251
    windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 windows-31j
    windows-874 windows-949 x-cp1250 x-cp1251 x-cp1252 x-cp1253 x-cp1254 x-cp1255 x-cp1256 x-cp1257 x-cp1258
    x-euc-jp x-gbk x-mac-cyrillic x-mac-roman x-mac-ukrainian x-sjis x-unicode20utf8 x-user-defined x-x-big5
    unicodefffe utf-16be unicode unicodefeff ucs-2 utf-16 utf-16le"""


def test_every_label_of_the_encoding_standard_is_a_readable_charset() -> None:
    labels = LABELS.split()
    assert len(labels) > 215
    for label in labels:
        named = charset_named(label.upper())
        assert named is not None, label
        assert decode("Port".encode(named), named) == "Port", label


LONG = b"<meta name=x content='" + b"y" * 60 + b"'>"


@pytest.mark.parametrize(
    ("entity", "charset"),
    [
        (b"<html><head>" + LONG * 2000 + b"<meta charset=koi8-r></head>\xd0\xcf", "koi8-r"),
        (b"<head><script>" + b"a" * 5000 + b"'<meta charset=big5>'</script><meta charset=koi8-r></head>", "koi8-r"),
        (b"<head><!--" + b"a" * 5000 + b"<meta charset=big5>--><meta charset=koi8-r></head>", "koi8-r"),
        (b"<head>" + LONG * 100 + b"</head><body><meta charset=koi8-r>\xb1\xe6", None),
        (b"<head></head><body>" + LONG * 100 + b"<meta charset=koi8-r><p>a\xb1\xe6b", None),
        (b"<head>" + b"<!--" * 200_000 + b"<meta charset=koi8-r>\xd0\xcf a", None),
    ],
)
def test_charset_is_read_anywhere_in_the_head_and_nowhere_else(entity: bytes, charset: str | None) -> None:
    assert charset_of(entity) == charset or (charset is None and charset_of(entity) != "koi8-r")


@pytest.mark.parametrize("named", ["gb2312", "gbk", "big5", "shift_jis", "euc-kr"])
def test_utf8_page_is_recognised_whatever_double_byte_charset_it_names(named: str) -> None:
    label = f'<meta charset="{named}">'.encode()
    assert charset_of(label + "琥珀之路重新开通，商人们在河港等候。".encode() * 20) == "utf-8"
    # A few words may be valid in both.
    assert charset_of(label + "联通".encode(charset_of(label), "replace")) != "utf-8"
