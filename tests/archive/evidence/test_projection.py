"""Projection: what escapes and references stand for, and the way from collapsed words back to their source."""

from __future__ import annotations

import tracemalloc

import pytest

from archive.evidence.markup import plain_spans
from archive.evidence.projection import (
    ATTRIBUTE_REFERENCES,
    ESCAPES,
    ESCAPES_OF_HTML,
    REFERENCES,
    Projection,
    Rule,
    find_backwards,
    find_forwards,
    has_decoding_damage,
    undo_escape,
    undo_in_attribute,
    undo_in_json,
    undo_nothing,
    undo_reference,
    unicode_forms,
)

TEXT = Rule(plain_spans, REFERENCES, undo_reference)
JOINED = Rule(plain_spans, REFERENCES, undo_reference, joined=True)
JSON = Rule(plain_spans, ESCAPES, undo_escape, signs="\\")


def projected(source: str, rule: Rule = TEXT, spans: list[tuple[int, int]] | None = None) -> Projection:
    return Projection(source, rule, spans or [(0, len(source))], damage=has_decoding_damage(source))


def source_pieces(source: str, projection: Projection, words: str) -> list[str]:
    """Return the pieces of *source* that *words* map back to."""
    at = projection.text.index(words)
    return [source[start:end] for start, end in projection.spans(at, at + len(words))]


# ── What a token stands for ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        ("&amp;", "&"),
        ("&copy", "©"),
        ("&#321;", "Ł"),
        ("&#x141;", "Ł"),
        ("&notit;", "¬it;"),
        ("&nosuchname;", "&nosuchname;"),
        ("&#128;", "€"),
        ("\udcff", "\ufffd"),
        ("\ufffd\ufffd", "\ufffd"),
    ],
)
def test_reference_in_text_is_decoded_as_browsers_do(token: str, meant: str) -> None:
    assert undo_reference(token) == meant


@pytest.mark.parametrize(
    ("digits", "meant"),
    [
        ("0" * 60 + "65", "A"),
        ("0" * 5000 + "65", "A"),
        ("0" * 5000, "\ufffd"),
        ("9" * 5000, "\ufffd"),
        ("x" + "0" * 5000 + "41", "A"),
    ],
)
def test_long_numeric_reference_is_decoded(digits: str, meant: str) -> None:
    assert [undo_reference(f"&#{digits}{end}") for end in (";", "")] == [meant, meant]


def test_long_reference_is_not_cached() -> None:
    # A page of such numbers would fill the memory meant for short ones.
    tracemalloc.start()
    try:
        for number in range(400):
            undo_reference(f"&#x{number:04000x};")
        assert tracemalloc.get_traced_memory()[0] < 400_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        ("&amp;", "&"),
        ("&amp", "&"),
        ("&copyright", "&copyright"),
        ("&notit;", "&notit;"),
        ("&#65;", "A"),
        ("\udc80", "\ufffd"),
    ],
)
def test_reference_in_an_attribute_is_decoded_only_as_a_whole_name(token: str, meant: str) -> None:
    assert undo_in_attribute(token) == meant


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        (r"\n", "\n"),
        (r"\t", "\t"),
        (r"\r", "\r"),
        (r"\b", "\b"),
        (r"\f", "\f"),
        (r"\/", "/"),
        (r"\"", '"'),
        (r"\\", "\\"),
        (r"\u0142", "ł"),
        (r"\x41", "A"),
        (r"\u", "u"),
        (r"\ud83d\ude00", "😀"),
        (r"\uD83D\uDE00", "😀"),
        (r"\ud83d", "\ufffd"),
        (r"\udfff", "\ufffd"),
        (r"\ue000", "\ue000"),
        ("\udcff", "\ufffd"),
    ],
)
def test_json_escape_is_decoded_and_half_a_surrogate_pair_is_damage(token: str, meant: str) -> None:
    assert undo_escape(token) == meant


@pytest.mark.parametrize(
    ("token", "meant"),
    [
        ("<p>", " "),
        ("<b>", ""),
        (r"<\/em>", ""),
        (r"\u003cp\u003e", " "),
        (r"\u003C/i\u003E", ""),
        ("&eacute;", "é"),
        (r"\u0026amp;", "&"),
        (r"\u0142", "ł"),
        ("<", "\ufffd"),
    ],
)
def test_tag_in_a_json_string_separates_or_joins_words_as_on_the_page(token: str, meant: str) -> None:
    assert undo_in_json(token) == meant


def test_text_without_escapes_only_shows_damage() -> None:
    assert undo_nothing("\udcff\udcfe") == "\ufffd"
    assert undo_nothing("") == ""


@pytest.mark.parametrize(
    ("text", "is_damaged"), [("port", False), ("zażółć", False), ("\ud800", True), ("a\ufffd", True)]
)
def test_surrogate_or_replacement_character_is_damage(text: str, is_damaged: bool) -> None:
    assert has_decoding_damage(text) is is_damaged


def test_reference_before_an_equals_sign_in_an_attribute_is_ignored() -> None:
    # In "?a=1&copy=2" browsers read a parameter called copy.
    assert [found[0] for found in ATTRIBUTE_REFERENCES.finditer("?a=1&copy=2&amp;b&lt")] == ["&amp;", "&lt"]


def test_html_in_json_has_tags_and_complete_references_as_tokens() -> None:
    found = [one[0] for one in ESCAPES_OF_HTML.finditer(r"<b>Tea<\/b> &amp; \u003ci\u003e &copy=1")]
    assert found == ["<b>", r"<\/b>", "&amp;", r"\u003ci\u003e"]


# ── There and back ───────────────────────────────────────────────────────────────────────────────────────────────


def test_whitespace_is_removed_and_words_map_back_to_the_source() -> None:
    source = "The  amber\n road"
    held = projected(source)
    assert held.text == "Theamberroad"
    assert source_pieces(source, held, "amberroad") == ["amber\n road"]


def test_word_that_starts_in_a_reference_maps_to_all_of_it() -> None:
    source = "Tea &amp; salt"
    held = projected(source)
    assert held.text == "Tea&salt"
    assert source_pieces(source, held, "&") == ["&amp;"]
    assert source_pieces(source, held, "&salt") == ["&amp; salt"]
    assert source_pieces(source, held, "Tea") == ["Tea"]


def test_text_after_the_name_of_a_reference_maps_to_its_own_source() -> None:
    source = "a&notit;b"
    held = projected(source)
    assert held.text == "a¬it;b"
    assert source_pieces(source, held, "it;") == ["it;"]
    assert source_pieces(source, held, "¬") == ["&not"]


def test_ampersand_without_a_reference_is_kept() -> None:
    source = "R&D &nosuch; x"
    held = projected(source)
    assert held.text == "R&D&nosuch;x"
    assert source_pieces(source, held, "nosuch") == ["nosuch"]


def test_words_do_not_cross_runs_unless_the_rule_joins_them() -> None:
    source = "Am<b>ber</b>"
    runs = [(0, 2), (5, 8)]
    assert projected(source, TEXT, runs).text == "Am\nber"
    joined = projected(source, JOINED, runs)
    assert joined.text == "Amber"
    assert source_pieces(source, joined, "Amber") == ["Am", "ber"]
    assert source_pieces(source, joined, "mb") == ["m", "b"]


def test_adjacent_runs_map_to_one_piece_of_source() -> None:
    source = "amber road"
    joined = projected(source, JOINED, [(0, 5), (5, 10)])
    assert source_pieces(source, joined, "amberroad") == ["amber road"]


def test_whitespace_only_runs_are_dropped() -> None:
    source = "a   b"
    held = projected(source, TEXT, [(0, 1), (1, 4), (4, 5)])
    assert held.text == "a\nb"
    assert source_pieces(source, held, "b") == ["b"]


def test_json_escape_maps_back_whole() -> None:
    source = r"za\u017c\u00f3\u0142\u0107 \ud83d\ude00!"
    held = projected(source, JSON)
    assert held.text == "zażółć😀!"
    assert source_pieces(source, held, "ż") == [r"\u017c"]
    assert source_pieces(source, held, "😀") == [r"\ud83d\ude00"]


def test_damage_of_several_bytes_is_one_character() -> None:
    source = "a\udcff\udcfeb"
    held = projected(source)
    assert held.text == "a\ufffdb"
    assert source_pieces(source, held, "\ufffd") == ["\udcff\udcfe"]


def test_source_position_maps_to_a_position_in_the_squeezed_text() -> None:
    source = "<p>The amber</p><p>road</p>"
    held = projected(source, TEXT, [(3, 12), (19, 23)])
    assert held.text == "Theamber\nroad"
    assert held.squeezed_index(0) == 0
    assert held.squeezed_index(7) == 3
    assert held.squeezed_index(15) == 8
    assert held.squeezed_index(21) == 11


def test_bounds_of_a_source_range_hold_exactly_its_runs() -> None:
    source = "one|two|three|four"
    held = projected(source, TEXT, [(0, 3), (4, 7), (8, 13), (14, 18)])
    low, high = held.bounds(4, 7)
    assert held.text[low:high].strip() == "two"
    low, high = held.bounds(8, 18)
    assert held.text[low:high] == "three\nfour"
    assert Projection("", TEXT, [], damage=False).bounds(0, 9) == (0, 0)


# ── Which forms, and in which direction ──────────────────────────────────────────────────────────────────────────


def test_words_are_searched_as_given_composed_and_decomposed() -> None:
    assert list(unicode_forms("tea  and\nsalt")) == ["tea and salt"]
    assert set(unicode_forms("café")) == {"café", "cafe\u0301"}
    assert next(iter(unicode_forms("caf\u00e9"))) == "café"


def test_damage_is_searched_as_one_and_as_several_characters() -> None:
    assert list(unicode_forms("a\ufffd\ufffdb"))[:2] == ["a\ufffdb", "a\ufffd\ufffdb"]
    assert set(unicode_forms("a\ufffdb")) == {"a\ufffdb"}


def test_backward_search_gives_the_forward_matches_reversed() -> None:
    text = "abXabXab"
    assert list(find_forwards(text, "ab", 0, len(text))) == [0, 3, 6]
    assert list(find_forwards(text, "ab", 1, len(text))) == [3, 6]
    assert list(find_forwards(text, "ab", 0, 7)) == [0, 3]
    assert list(find_backwards(text, "ab", 0, len(text))) == [6, 3, 0]
    assert list(find_backwards(text, "ab", 0, 6)) == [3, 0]
    assert list(find_backwards(text, "ab", 1, 6)) == [3]


def test_overlapping_matches_are_found_once_forwards() -> None:
    assert list(find_forwards("aaaa", "aa", 0, 4)) == [0, 2]
