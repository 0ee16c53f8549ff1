"""Words are found where they stand, and the ranges give back exactly those words."""

from __future__ import annotations

import codecs
import html
import json
import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.errors import BadRange
from archive.evidence.locate import Decoding, Passage, Place, Source, fold, locate, words_at

PAGE = b"""<html><head><title>R&amp;D: a<b &oacute;
&#378;d&#x17A;b&lstrok;o</title><style>.Hidden{}</style>
</head><body title='Jan &amp; Anna' class=bare data-x="it's > that"><!-- Commented words -->
<h1>China Hails</h1>
<p>All <b>te</b>xts<br>published&nbsp;by the
 <i>Warsaw</i> <!-- x > -->Institute, Jan<div>Nowak</div></p><script>var secret = 'Scripted';</script>
<noscript>Without script</noscript><textarea>typed <i>here</i></textarea></body></html>"""


def found(entity: bytes, words: str, charset: str = "utf-8", place: Place = Place.TEXT) -> Passage:
    passage = locate(entity, words, charset=charset, place=place)
    assert passage is not None, words
    assert words_at(entity, passage.ranges, passage.decoding) == passage.words
    assert "".join(passage.words.split()) == "".join(words.split())
    return passage


def held(entity: bytes, passage: Passage) -> list[bytes]:
    return [entity[start:end] for start, end in passage.ranges]


def test_locate_skips_tags_and_comments_within_and_between_words() -> None:
    passage = found(PAGE, "All texts published by the Warsaw Institute, Jan Nowak")
    assert passage.words == "All texts published by the Warsaw Institute, Jan Nowak"
    assert held(PAGE, passage) == [
        b"All", b"te", b"xts", b"published&nbsp;by the", b"Warsaw", b"Institute, Jan", b"Nowak",
    ]  # fmt: skip


def test_locate_ignores_whitespace_differences_and_returns_the_pages_words() -> None:
    assert found(PAGE, "ChinaHails").words == "China Hails"
    assert found(PAGE, " China\u00a0\n Hails ").words == "China Hails"


def test_character_references_are_decoded_in_text_and_titles() -> None:
    passage = found(PAGE, "R&D: a<b ó źdźbło")
    assert passage.ranges[0][0] == PAGE.index(b"R&amp;D")


@pytest.mark.parametrize("words", ["Hidden", "Commented words", "Scripted", "secret", "Anna", "bare", "br"])
def test_text_is_not_searched_in_tags_comments_scripts_and_styles(words: str) -> None:
    assert locate(PAGE, words) is None


@pytest.mark.parametrize("words", ["Without script", "typed <i>here</i>"])
def test_noscript_and_textarea_count_as_text(words: str) -> None:
    found(PAGE, words)


@pytest.mark.parametrize("words", ["Jan & Anna", "bare", "it's > that"])
def test_attribute_values_are_found_with_any_quoting(words: str) -> None:
    passage = found(PAGE, words, place=Place.ATTRIBUTE)
    assert passage.words == words
    assert len(passage.ranges) == 1


def test_attribute_search_ignores_text_and_spans_no_two_attributes() -> None:
    assert locate(PAGE, "China Hails", place=Place.ATTRIBUTE) is None
    assert locate(b"<a x='Jan' y='Nowak'>", "Jan Nowak", place=Place.ATTRIBUTE) is None


def test_entity_without_semicolon_before_a_letter_is_kept_in_attributes() -> None:
    entity = b"<a href='/?a=1&copy=2&amp;notit=3'>"
    assert found(entity, "/?a=1&copy=2&notit=3", place=Place.ATTRIBUTE).words == "/?a=1&copy=2&notit=3"


def test_json_strings_in_scripts_are_found_with_escapes_decoded() -> None:
    entity = rb'<script type="application/ld+json">{"author": "Kuczy\u0144ski \/ \ud83d\ude00 \"x\""}</script>'
    assert found(entity, 'Kuczyński / 😀 "x"', place=Place.JSON).decoding.place is Place.JSON


def test_html_in_a_json_string_is_found_and_named_in_the_decoding() -> None:
    entity = rb'{"title": {"rendered": "China&#8217;s \u003cem\u003eR&amp;D\u003c\/em\u003e<br>again"}}'
    passage = found(entity, "China’s R&D again", place=Place.JSON)
    assert passage == Passage("China’s R&D again", ((24, len(entity) - 3),), Decoding("utf-8", Place.JSON_HTML))
    assert found(entity, "China&#8217;s", place=Place.JSON).decoding.place is Place.JSON


def test_words_do_not_span_two_json_strings() -> None:
    assert locate(b'["Jan", "Nowak"]', "Jan Nowak", place=Place.JSON) is None


def test_a_feed_is_xml_and_its_cdata_is_text() -> None:
    feed = "<?xml version='1.0'?><rss><title><![CDATA[Łódź & Gdynia]]></title><script>x</script></rss>".encode()
    assert found(feed, "Łódź & Gdynia").words == "Łódź & Gdynia"
    page = b"<!DOCTYPE html><p><![CDATA[ hidden words ]]>"
    assert locate(page, "hidden words") is None


def test_plain_text_is_decoded_by_its_charset_only() -> None:
    assert found(b"Title: <b> &amp;", "<b> &amp;", place=Place.PLAIN).words == "<b> &amp;"


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "utf-8-sig", "windows-1250", "iso-8859-2", "utf-16", "utf-16be", "utf-32", "gb18030", "latin2"],
)
def test_offsets_count_bytes_in_any_charset(charset: str) -> None:
    entity = ("<p>żółw</p>" * 3000 + "<p>Zażółć <b>gęślą</b> jaźń</p>").encode(charset)
    passage = found(entity, "Zażółć gęślą jaźń", charset)
    bare = "utf-16-le" if charset == "utf-16" else "utf-32-le" if charset == "utf-32" else charset
    bare = "utf-8" if charset == "utf-8-sig" else bare
    assert [part.decode(bare) for part in held(entity, passage)] == ["Zażółć", "gęślą", "jaźń"]


def test_big_endian_text_is_read_back_without_its_bom() -> None:
    entity = codecs.BOM_UTF16_BE + "<p>Łódź 😀 dziś</p>".encode("utf-16-be")
    assert found(entity, "dziś", "utf-16").decoding.charset == "utf-16be"


def test_stateful_charset_is_read_in_the_right_state() -> None:
    entity = "<p>日本語</p><p>本日は</p>".encode("iso-2022-jp")
    assert found(entity, "本日は", "iso-2022-jp").words == "本日は"


@pytest.mark.parametrize("escape", [b"\x1b" + b"$" * 12, b"\x1b(((((((((((((", b"\x1b............."])
def test_endless_escape_sequence_is_damage_and_later_text_is_read(escape: bytes) -> None:
    entity = b"<p>" + escape + b"</p> <p>" + "日本語".encode("iso-2022-jp") + b"</p>"
    source = Source(entity, "iso-2022-jp")
    assert source.text.startswith("<p>\ufffd")
    assert source.text.endswith("<p>日本語</p>")
    for place in Place:
        source.locate("日本語", place=place)
    for start in range(len(entity)):
        words_at(entity, ((start, len(entity)),), Decoding("iso-2022-jp", Place.TEXT))


def test_stray_bytes_shift_nothing_and_become_replacement_characters() -> None:
    entity = b"<p>\xff\xfe caf\xe9 \xc5</p><p>" + "Łódź".encode() + b"</p>"
    assert held(entity, found(entity, "Łódź")) == ["Łódź".encode()]
    assert found(entity, "caf\ufffd \ufffd").words == "caf\ufffd \ufffd"


def test_composed_and_decomposed_letters_are_both_found() -> None:
    passage = locate("<p>Wo\u0301jcik</p>".encode(), "W\u00f3jcik")
    assert passage is not None
    assert passage.words == "Wo\u0301jcik"


def test_search_is_case_sensitive() -> None:
    assert locate(b"<p>china hails</p>", "China Hails") is None


def test_whole_word_is_preferred_to_a_part_and_equal_spacing_to_other() -> None:
    entity = b"<p>Annual, to day, Ann, today</p>"
    assert found(entity, "Ann").ranges == ((19, 22),)
    assert found(entity, "today").words == "today"


def test_near_prefers_the_closest_occurrence_on_either_side() -> None:
    entity = b"<i>Jan</i>" * 9
    source = Source(entity, "utf-8")
    for near, start in ((0, 3), (44, 43), (47, 43), (50, 53), (10_000, 83), (-5, 3)):
        passage = source.locate("Jan", near=near)
        assert passage is not None
        assert passage.ranges == ((start, start + 3),)


def test_within_admits_only_occurrences_that_lie_inside() -> None:
    source = Source(b"<i>Jan</i>" * 9, "utf-8")
    passage = source.locate("Jan", within=(14, 30))
    assert passage is not None
    assert passage.ranges == ((23, 26),)
    assert source.locate("Jan", within=(14, 25)) is None
    assert source.locate("Jan", near=80, within=(0, 40)) == source.locate("Jan", within=(30, 40))


def test_find_all_yields_each_occurrence_once_in_order() -> None:
    passages = list(Source(b"<b>a</b>x<b>a</b> aa", "utf-8").find_all("a"))
    assert [passage.ranges[0][0] for passage in passages] == [3, 12, 18, 19]


def test_nothing_is_found_for_no_words() -> None:
    assert locate(PAGE, " \u00a0 ") is None


@pytest.mark.parametrize("ranges", [((5, 3),), ((0, 9), (4, 12)), ((0, 10_000),), ((-1, 4),)])
def test_invalid_ranges_are_refused(ranges: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(BadRange) as refused:
        words_at(PAGE, ranges, Decoding("utf-8", Place.TEXT))
    assert refused.value.ranges == ranges


def test_an_unknown_charset_is_refused() -> None:
    with pytest.raises(BadRange, match="unknown charset"):
        words_at(PAGE, ((0, 1),), Decoding("klingon", Place.TEXT))


@pytest.mark.parametrize(
    ("before", "unit", "after", "count"),
    [
        (b"", b"<div>", b"<p>Needle</p>", 5000),
        (b"<p>Needle</p><a x='", b"y", b"", 150_000),
        (b"<p>Needle</p>", b"<!-- ", b"", 15_000),
        (b"<p>Needle</p>", b"<script>", b"", 10_000),
        (b"<p>Needle</p>", b"<title>", b"", 10_000),
        (b"<p>Needle</p>", b"<a b=\"<c d='", b"", 5000),
        (b"<p>Needle</p>", b"&", b"", 15_000),
        (b"<p>Needle</p>", b"<", b"", 15_000),
        (b"<p>Needle</p><p>", b"word ", b"", 20_000),
    ],
    ids=["nested", "attribute", "comments", "scripts", "titles", "quotes", "ampersands", "less-than", "long run"],
)
def test_hostile_source_is_searched_in_linear_time(before: bytes, unit: bytes, after: bytes, count: int) -> None:
    def cpu(count: int) -> float:
        entity = before + unit * count + after
        began = time.thread_time()
        source = Source(entity, "utf-8")
        assert source.locate("Needle") is not None
        assert source.locate("absent", place=Place.ATTRIBUTE) is None
        assert source.locate("absent", place=Place.JSON) is None
        return time.thread_time() - began

    few, many = (min(cpu(times * count) for _ in range(2)) for times in (1, 4))
    # Four times as long in linear time, sixteen times in quadratic time.
    assert many < 10 * few + 0.05


# ── Properties ────────────────────────────────────────────────

WORD = st.text(st.sampled_from("abcXYZ019ąęłóśźżĆŃ&<>\"'’-,./\\u;#x"), min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=6).map(" ".join)
GAP = st.sampled_from(
    ["", "<b>", "</b>", "<!-- c > -->", "<i class='x > y'>", "<wbr>", '<span title="a<b">', "<a\nhref=x>"]
)
SPACE = st.sampled_from([" ", "\n\t", "&nbsp;", "\u00a0", "<br>", " <p> ", "</div><div>", "<!-- -->&#32;<i> "])
CHARSETS = st.sampled_from(["utf-8", "windows-1250", "iso-8859-2", "utf-16", "utf-16-be", "gb18030"])


@st.composite
def marked_up(draw: st.DrawFn) -> tuple[str, str]:
    """Words, and HTML that shows them, with characters as references, tags inside, and all kinds of spaces."""
    words = draw(WORDS)
    source = []
    for character in words:
        if character == " ":
            source.append(draw(SPACE))
            continue
        numeric = draw(st.integers(0, 6)) == 0
        source.append(f"&#{ord(character)};" if numeric else html.escape(character))
        source.append(draw(GAP))
    return words, "".join(source)


@settings(max_examples=150, deadline=None)
@given(marked_up(), CHARSETS, st.text(st.sampled_from("abc &;<>!-'\"/"), max_size=20))
def test_words_with_any_markup_are_found_and_read_back(marked: tuple[str, str], charset: str, before: str) -> None:
    words, source = marked
    entity = f"{html.escape(before)}<p>{source}</p>".encode(charset, "xmlcharrefreplace")
    assert found(entity, words, charset).words


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_any_json_string_is_found_and_read_back(words: str, ascii_only: bool) -> None:
    value = fold(words.encode("utf-8", "replace").decode())
    entity = json.dumps({"k": value}, ensure_ascii=ascii_only).encode()
    if value:
        assert found(entity, value, place=Place.JSON).words == value


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=40))
def test_any_attribute_is_found_and_read_back(words: str) -> None:
    value = fold(words.replace("\ufffd", ""))
    if value:
        assert found(f'<a x="{html.escape(value)}">'.encode(), value, place=Place.ATTRIBUTE).words == value


SCRAPS = b"< > <!-- --> <script> </script> <title> </title &amp ; ' = \\u00 a <b> ]]> { <? \" \xff \xc5 \x82"
MESS = st.lists(st.sampled_from([*SCRAPS.split(), b" "]), max_size=40).map(b"".join)


@settings(max_examples=200, deadline=None)
@given(
    MESS | st.binary(max_size=60),
    st.sampled_from(list(Place)),
    st.sampled_from(["utf-8", "utf-16", "cp1250", "utf-32", "gb18030", "iso-2022-jp", "cp932"]),
    st.text(st.sampled_from("a<b>&;='\ufffd\\ "), min_size=1, max_size=3),
    st.lists(st.integers(-2, 70), min_size=2, max_size=6),
)
@example(b"<<!--", Place.TEXT, "utf-32", "\ufffd", [0, 0])
def test_no_input_bytes_or_ranges_raise(entity: bytes, place: Place, charset: str, words: str, cuts: list[int]) -> None:
    source = Source(entity, charset)
    for passage in source.find_all(words, place=place):
        assert words_at(entity, passage.ranges, passage.decoding) == passage.words
        assert passage.words.encode()
    source.locate(words, place=place, near=cuts[0], within=(cuts[0], cuts[1]))
    with suppress(BadRange):
        words_at(entity, tuple(zip(cuts[::2], cuts[1::2], strict=False)), Decoding(charset, place))


@pytest.mark.parametrize("charset", ["utf-8", "euc-jp", "windows-1250", "utf-16-le"])
@pytest.mark.parametrize("near", [0, 5_000, 80_000, 150_000, 299_000, 400_000])
def test_nearest_occurrence_of_split_words_is_found_in_a_long_page(near: int, charset: str) -> None:
    filler = "<p>Rail freight grew slowly.</p><script>var anna = 'Anna Fox, elsewhere';</script>" * 700
    page = filler.join(["<body>", *["<p>Anna <b>Fox</b> writes.</p>"] * 5, "</body>"]).encode(charset)
    source = Source(page, charset)
    every = [passage.ranges for passage in source.find_all("Anna Fox")]
    found = Source(page, charset).locate("Anna Fox", near=near)
    assert len(every) == 5
    assert found is not None
    assert abs(found.ranges[0][0] - near) == min(abs(ranges[0][0] - near) for ranges in every)


@pytest.mark.parametrize("charset", ["utf-8", "euc-jp", "cp932"])
def test_words_in_references_are_found_near_without_reading_the_whole_page(charset: str) -> None:
    said = "".join(f"&#x{ord(letter):X};" for letter in "高木浩光の日記")
    filler = "<p>日本語の文章、<br>\n" * 20_000
    page = f"<body>{filler}<h1>{said}</h1>{filler}".encode(charset)
    source = Source(page, charset)
    found = source.locate("高木浩光の日記", near=page.find(b"<h1>"))
    assert found is not None
    assert page[slice(*found.ranges[0])] == said.encode()
    assert source._projections == {}


def test_double_byte_charset_is_measured_without_decoding_each_byte() -> None:
    page = ("<p>" + "日本語の文章、" * 2000 + "高木 浩光<b>さん</b></p>").encode("cp932")
    found = locate(page, "高木 浩光さん", charset="cp932")
    assert found is not None
    assert words_at(page, found.ranges, found.decoding) == "高木 浩光さん"
    assert Source(page, "cp932")._decoded._starts is None


def test_invalid_double_byte_sequence_does_not_shift_positions() -> None:
    page = b"<p>" + "日本".encode("cp932") + b"\x81\xff" + "高木".encode("cp932") + b"</p>"
    found = locate(page, "高木", charset="cp932")
    assert found is not None
    assert page[slice(*found.ranges[0])] == "高木".encode("cp932")


PIECES = [
    *(
        "Jane Roe",
        "Jane",
        "Roe",
        " ",
        "\n",
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        '<a title="Jane Roe">',
        "<a b='x > Jane Roe'>",
    ),
    *("<!--", "-->", "<script>", "</script>", '"Jane Roe"', "<style>", "</style>", "<", ">", "&amp;", "ł", "<title>"),
    *(
        "</title>",
        "<textarea>",
        "</textarea>",
        "J&#97;ne&nbsp;Roe",
        '"J\\u0061ne Roe"',
        "x" * 40,
        "Jane Roetz",
        '"',
        "'",
    ),
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40),
    st.sampled_from([Place.TEXT, Place.ATTRIBUTE, Place.JSON, Place.PLAIN]),
    st.integers(0, 600),
    st.sampled_from(["utf-8", "utf-16-le", "iso-8859-2"]),
)
def test_nearby_search_gives_the_same_bytes_as_the_full_search(
    pieces: list[str], place: Place, near: int, charset: str
) -> None:
    entity = "".join(pieces).encode(charset)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("archive.evidence.locate._NEAR", (8, 40, 200))
        seen = Source(entity, charset).locate("Jane Roe", place=place, near=near)
    thorough = Source(entity, charset)
    list(thorough.find_all("Jane Roe", place=place))  # from here on all of it is searched
    assert seen == thorough.locate("Jane Roe", place=place, near=near)


NODES = [
    *('<a title="', "<a title='", "<a title=", '<a content="Jane Roe" title="', "<b>", '"', "'", " ", ">", "</b>"),
    *(
        "Jane Roe",
        "Jane  Roe",
        "\nJane Roe",
        "Jane\u00a0Roe",
        "JaneRoe",
        "Jane Roetz",
        "xJane Roe",
        "Jane Roe Jane Roe",
    ),
    *(
        "Jane Ro&#101;",
        '"Jane Roe"',
        '"Jane R\\u006fe"',
        "=Jane Roe",
        "<!--",
        "-->",
        "<title>",
        "</title>",
        "\x1c",
        "ł",
    ),
    *("<script>", "{", "[", ":", ",", "\ufffd", "&amp;"),
]


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(
    st.lists(st.sampled_from(NODES), max_size=8).map("".join),
    st.sampled_from([Place.TEXT, Place.ATTRIBUTE, Place.JSON]),
    st.sampled_from(["Jane Roe", "Roe", "Jane  Roe", "a", "ł", "\ufffd", "=", '"']),
)
@example("<a title='Jane Roe'", Place.ATTRIBUTE, "Jane Roe")
@example("<b>Jane <a title='Jane Roe'", Place.ATTRIBUTE, "Jane Roe")
@example('"Jane Roe"', Place.JSON, "Jane Roe")
def test_search_inside_a_range_gives_the_same_result_as_a_full_search(node: str, place: Place, words: str) -> None:
    before = "<p>ł Jane Roe</p>".encode()
    data = node.encode()
    seen = Source(before + data + before, "utf-8").inside(words, place, (len(before), len(before) + len(data)))
    found = Source(data, "utf-8").locate(words, place=place)
    moved = found and tuple((len(before) + start, len(before) + end) for start, end in found.ranges)
    assert (seen and (seen.words, seen.ranges, seen.decoding)) == (found and (found.words, moved, found.decoding))
