"""Control characters: output for people holds none that steer the terminal, and JSON says the same without them."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from archive.control_characters import in_json, in_xml, replace_control_characters

# Only the first plane: the others hold no control or direction characters, and each test process would have to look
# up a million characters.
STEERING = "".join(
    chr(code)
    for code in range(0x10000)
    if (unicodedata.category(chr(code)) == "Cc" and chr(code) not in "\n\t\r")
    or unicodedata.bidirectional(chr(code)) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
)


def test_control_and_bidi_characters_are_neutralised() -> None:
    assert [one for one in STEERING if one in replace_control_characters(f"a{one}b")] == []
    assert [one for one in STEERING if one in in_json(f"a{one}b")] == []
    assert [one for one in STEERING if json.loads(in_json(f"a{one}b")) != f"a{one}b"] == []


def test_text_in_every_script_is_unchanged() -> None:
    for words in ("Zażółć gęślą jaźń\n\tdalej", "שלום עולם", "مرحبا", "می\u200cخواهم", "👩\u200d👩\u200d👧", "한국어"):
        assert replace_control_characters(words) == words


def test_lone_carriage_return_is_replaced() -> None:
    assert replace_control_characters("true\rfalse\r\n") == "true\ufffdfalse\r\n"


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_neutral_text_stays_the_same_and_json_reads_back(text: str) -> None:
    assert replace_control_characters(replace_control_characters(text)) == replace_control_characters(text)
    replace_control_characters(text).encode()
    in_json(text).encode()
    assert json.loads(in_json(text)) == text


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_makes_xml_that_reads_back(text: str) -> None:
    element = etree.Element("words")
    element.text = in_xml(text)
    # lxml writes a carriage return as a reference: a literal one would be parsed as a line feed (XML 1.0 section 2.11).
    assert etree.fromstring(etree.tostring(element)).text == (in_xml(text) or None)
    assert in_xml("a\tb\x00c\ud800") == "a\tb\ufffdc\ufffd"
