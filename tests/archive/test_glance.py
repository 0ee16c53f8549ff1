"""A glance finds words only where the thorough search finds them too, in a place of the same kind."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.glance import Glance
from archive.locate import Source, words_at
from archive.passage import Place

PAGE = """<!doctype html><html><head><title>Rivers | Institute</title>
<meta name="author" content="Jane Roe">
<script type="application/ld+json">{"author": "Jane Roe", "n": "x Jane Roe"}</script>
<!-- Jane Roe --><style>.jane::after { content: "Jane Roe" }</style></head>
<body><p title="a > b: Jane Roe here">By <b>Jane Roe</b></p><p>Mary-Jane Roetz</p><p>AT&amp;T</p></body></html>"""


def around(words: str, place: Place, near: int | None = None) -> str | None:
    """Return what is found with three characters on each side."""
    span = Glance(PAGE.encode()).find(words, place, near)
    return None if span is None else PAGE[span[0] - 3 : span[1] + 3]


def test_each_kind_of_place_is_told_from_the_others() -> None:
    assert around("Jane Roe", Place.TEXT) == "<b>Jane Roe</b"
    assert around("Jane Roe", Place.ATTRIBUTE) == 't="Jane Roe">\n'
    assert around("Jane Roe", Place.JSON) == ': "Jane Roe", '
    assert around("Rivers | Institute", Place.TEXT) == "le>Rivers | Institute</t"


def test_the_nearest_is_taken() -> None:
    assert around("Jane Roe", Place.ATTRIBUTE, PAGE.index("here")) == "b: Jane Roe he"


@pytest.mark.parametrize(
    "order",
    [
        (30, 33, 19, 16),  # equally near, the one ahead is the next
        (20, 32, 44, 8),  # unless it were the first
        (26, 30, 22, 0),
        (24, 20, 4, 55),
    ],
)
def test_where_the_nearest_is_only_part_of_a_word_the_next_is_taken(order: tuple[int, ...]) -> None:
    for refused in range(len(order) + 1):
        text = bytearray(b"." * 60)
        for at in order:
            text[at : at + 2] = b"ab" if at in order[:refused] else b"a."
        found = Glance(bytes(text)).find("a", Place.TEXT, 26)
        assert found == ((order[refused], order[refused] + 1) if refused < len(order) else None)


@pytest.mark.parametrize("start", ["", " \n", "\ufeff"])
def test_what_begins_like_a_feed_or_json_is_no_page_of_html(start: str) -> None:
    for opening in ("<rss>", "<?xml version='1.0'?><a>", "[1,", '"'):
        assert Glance(f"{start}{opening}<p>Jane Roe</p>".encode()).find("Jane Roe", Place.TEXT, None) is None
    for opening in ("<html>", "<!-- x -->", "<!doctype html>", "<head>", "<p>", "Roe"):
        assert Glance(f"{start}{opening}<p>Jane Roe</p>".encode()).find("Jane Roe", Place.TEXT, None) is not None


def test_comments_styles_and_parts_of_words_hold_nothing() -> None:
    assert Glance(b"<!-- Jane Roe --><style>Jane Roe</style>").find("Jane Roe", Place.TEXT, None) is None
    assert Glance(b"<p>Mary-Jane Roetz").find("Jane Roe", Place.TEXT, None) is None


@pytest.mark.parametrize("words", ["AT&T", "a > b", "", "back\\slash"])
def test_words_that_may_stand_for_others_are_left_to_the_thorough_search(words: str) -> None:
    assert Glance(PAGE.encode()).find(words, Place.TEXT, None) is None


@pytest.mark.parametrize("text", ['{"author": "Jane Roe"}', "<?xml version='1.0'?><rss><a>Jane Roe</a></rss>"])
def test_json_and_feeds_are_left_to_it_too(text: str) -> None:
    assert Glance(text.encode()).find("Jane Roe", Place.TEXT, None) is None


@pytest.mark.parametrize(
    ("place", "source"),
    [
        (Place.TEXT, "<p>x</p><p>Łukasz O&#8217;Neill &amp; Żyła</p>"),
        (Place.TEXT, "<p>&#321;ukasz O&rsquo;Neill &#38; &#x17B;y&#322;a</p>"),
        (Place.ATTRIBUTE, '<p title="a Łukasz O&#8217;Neill &amp; Żyła">x</p>'),
        (Place.JSON, r'<script>{"a": "\u0141ukasz O\u2019Neill & \u017by\u0142a"}</script>'),
    ],
)
def test_references_and_escapes_are_seen_through(place: Place, source: str) -> None:
    words = "Łukasz O’Neill & Żyła"
    span = Glance(source.encode()).spelt(words, place, None)
    assert span is not None
    passage = Source(source.encode(), "utf-8").locate(words, place=place)
    assert passage is not None
    assert passage.words == words
    assert [passage.ranges] == [found.ranges for found in Source(source.encode(), "utf-8").find_all(words, place=place)]
    assert passage.ranges == (span,)
    assert Glance(source.replace("Neill", "Neil").encode()).spelt(words, place, None) is None


PIECES = [
    *("Jane Roe", "Jane", " ", "<p>", "</p>", '<a title="Jane Roe">', "<a b='x > Jane Roe'>", "<!--", "-->"),
    *("<script>", "</script>", '"Jane Roe"', "<style>", "</style>", "<", ">", "&amp;", "ł", "<title>", "</title>"),
    "\\",  # no quotation mark is left open: that would swallow the rest of the source
]
SOURCES = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "J", "&#97;", "ane Roe", "Jane R", "&#x6F;", "e"]), max_size=24).map("".join))
def test_words_spelt_otherwise_are_found_where_the_thorough_search_finds_them(text: str) -> None:
    for words in ("Jóne Roe", "Jane Roę"):
        source = text.replace("&#97;", "&oacute;").replace("&#x6F;e", "o&#281;")
        seen = Source(source.encode(), "utf-8").locate(words)
        thorough = [found.ranges for found in Source(source.encode(), "utf-8").find_all(words)]
        assert (seen is None) == (not thorough)
        assert seen is None or seen.ranges in thorough


@settings(max_examples=300, deadline=None)
@given(SOURCES, st.sampled_from([Place.TEXT, Place.ATTRIBUTE]))
def test_what_a_glance_sees_the_thorough_search_finds(text: str, place: Place) -> None:
    span = Glance(text.encode()).find("Jane Roe", place, None)
    if span is None:
        return
    source = Source(text.encode(), "utf-8")
    thorough = list(source.find_all("Jane Roe", place=place))
    ranges = (span,)
    assert ranges in [passage.ranges for passage in thorough]
    assert words_at(text.encode(), ranges, thorough[0].decoding) == "Jane Roe"


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ('<script>{"a": "Jan Mewa, Jane Roe"}</script>', "Mewa, Jane Roe"),
        ("<p>Jane Roe</p><script>var a = 'Jane Roe', b = \"by Jane Roe.\"; // Jane Roe</script>", '= "by Jane Roe'),
        ('<script>a("Jane Roeder", Jane Roe, "Mary Jane Roe")</script>', ' "Mary Jane Roe'),
        ('<script>{"a": "by \\u004aane Roe", "b": "Jane Roe b"}</script>', '": "Jane Roe'),
        ('<script>{"a": "by\\nJane Roe", "b": "Jane Roe b"}</script>', None),  # "n" is no letter of a word there
        ('<!-- "a Jane Roe" --><style>"a Jane Roe"</style><p>"a Jane Roe"</p>', None),
    ],
)
def test_a_part_of_a_json_string_is_found_where_nothing_before_it_can_be_an_escape(
    source: str, held: str | None
) -> None:
    span = Glance(source.encode()).part("Jane Roe", Place.JSON, None)
    assert (None if span is None else source[span[1] - len(held or "") : span[1]]) == held
    assert Glance(source.encode()).part("Jane Roe", Place.TEXT, None) is None


QUOTED = st.sampled_from([*PIECES, '"', "'", "`", "\\n", "x Jane Roe", "/*", "*/", "u004a", "<script type='x/json'>"])


@settings(max_examples=300, deadline=None)
@given(st.lists(QUOTED, max_size=24).map("".join))
def test_what_is_seen_in_a_part_of_a_string_the_thorough_search_finds(text: str) -> None:
    source = f"<script>{text}</script>".encode()
    span = Glance(source).part("Jane Roe", Place.JSON, None)
    if span is not None:
        thorough = Source(source, "utf-8").find_all("Jane Roe", place=Place.JSON)
        assert (span,) in [passage.ranges for passage in thorough]
