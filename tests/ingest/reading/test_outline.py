"""The visible words of a page's elements, collected in one walk."""

from __future__ import annotations

import re

import pytest

from archive.http.exchange import Entity
from ingest.reading.page.class_names import whole_words
from ingest.reading.page.outline import SHORT, squeeze
from ingest.reading.page.page import Page, open_page, visible
from ingest.reading.page.zones import Zones

_AUTHOR = whole_words("author")
URL = "https://institute.example/roads/"
LONG = "Rail freight grew slowly. " * 40
PAGE = f"""<!doctype html><html><head><title>Roads</title></head><body>
<nav><ul><li><a href=/>Home</a></li><li><a href=/about>About<b>us</b></a></li></ul></nav>
<div><div class=meta>By <i>Anna</i>&nbsp;Fox<br>3 May<script>var day = 3</script> 2021</div>
<p>{LONG}</p><p>A <em>short</em>
  paragraph.</p><noscript><p>Turn scripts on.</p></noscript><span></span></div>
<section><p>{LONG}<b>bold</b></p>tail</section></body></html>"""


@pytest.fixture
def page() -> Page:
    """A page with menus, a byline, long and short paragraphs."""
    opened = open_page(Entity(URL, PAGE.encode(), "text/html"), URL)
    assert opened is not None
    return opened


def test_a_short_element_has_its_visible_words(page: Page) -> None:
    assert {element: visible(element) for element in page.short} == page.short
    assert "By Anna Fox 3 May 2021" in page.short.values()


def test_the_words_of_one_element_are_those_in_the_outline_which_is_not_made_for_it(page: Page) -> None:
    said = {element: page.words(element) for element in page.body.iter() if len(list(element.iter())) < 9}
    assert "outline" not in vars(page)
    assert said == {element: page.short.get(element, "") for element in said}
    # A long paragraph with others in it is not short.
    assert [said[one] for one in page.tagged["p"] if len(one)] == ["A short paragraph.", ""]


def test_the_words_of_an_element_that_holds_many_come_from_the_outline_of_the_page() -> None:
    listed = f"<ul>{'<li>a</li>' * 60}</ul>"
    page = open_page(Entity(URL, f"<body><div>{listed}</div></body>".encode(), "text/html"), URL)
    assert page is not None
    assert page.words(page.body[0]) == " ".join("a" * 60)
    assert "outline" in vars(page)


def test_an_element_with_children_and_much_text_is_not_short(page: Page) -> None:
    held = [element for element in page.body.iter("p", "div", "section") if element not in page.short]
    assert {element.tag for element in held} == {"p", "div", "section"}
    assert all(len(element.text_content()) > SHORT for element in held)


def test_an_element_is_short_whatever_its_lines_are_indented_by() -> None:
    space = "\n" + " " * 300
    spread = f"<div id=a>{space}<b>Anna</b>{space}<i>Fox</i>{space}<p>{space}Fellow{space}</p></div>"
    page = open_page(Entity(URL, f"<body>{spread}</body>".encode(), "text/html"), URL)
    assert page is not None
    assert page.short[page.body[0]] == "Anna Fox Fellow"


def test_a_paragraph_of_plain_text_is_short_at_any_length(page: Page) -> None:
    assert LONG.strip() in page.short.values()


def test_rows_are_the_short_elements_with_words_in_the_same_order(page: Page) -> None:
    assert [(element, words) for _, element, _, words in page.rows] == [
        (element, words) for element, words in page.short.items() if words
    ]
    assert all(page.order[element] == place and element.tag == tag for place, element, tag, _ in page.rows)


def test_the_outlines_text_has_the_words_of_each_block_once(page: Page) -> None:
    lines = page.short_text.split("\n")
    assert "home aboutus" in re.sub(r"\s+", " ", page.short_text)
    assert lines.count("a short paragraph.") == 1


def test_a_page_of_one_word_has_an_outline() -> None:
    opened = open_page(Entity(URL, b"<p>Hello</p>", "text/html"), URL)
    assert opened is not None
    assert opened.short_text == "hello"


def test_class_names_are_matched_one_by_one() -> None:
    said = whole_words("read-?more|nav")
    assert said["row site-nav wide"]
    assert not said["row read more"]
    assert said["row read-more"]
    assert not said[""]


def test_elements_are_found_by_class_id_and_test_id() -> None:
    body = (
        b"<p class='post-Author x'>A</p><p id=author>B</p><p data-testid=author>C</p><p class=authority>D</p><p>E</p>"
    )
    opened = open_page(Entity(URL, body, "text/html"), URL)
    assert opened is not None
    found = Zones(opened).marked(_AUTHOR)
    assert sorted(element.text for element in found) == ["A", "B", "C"]


@pytest.mark.parametrize("end", ["end", "ą"])
@pytest.mark.parametrize("words", ["the quay was mended " * 8, "the “quay” was mended " * 8])
def test_every_kind_of_white_space_is_collapsed_everywhere_in_long_texts(words: str, end: str) -> None:
    spaces = [chr(code) for code in range(0x3100) if chr(code).isspace()]
    assert len(spaces) == 29
    for sign in (*spaces, "  ", " \n", "\x7f", "“"):
        inside = f"{words}{sign}{end}", f"{words}a{sign}{end}", f"{words}a{sign}{sign}{end}"
        for text in (*inside, f"{sign}{words}{end}", f"{words}{end}{sign}", f"{words}{end}"):
            assert squeeze(text) == " ".join(text.split())
