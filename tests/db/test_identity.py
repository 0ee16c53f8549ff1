from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.identity import edition_id, ids_in_any_order, ids_of, item_id, parse_id, parse_time, url_key


@pytest.mark.parametrize(
    "url",
    [
        "http://institute.example/a",
        "https://www.institute.example/a/",
        "HTTPS://INSTITUTE.example:443/b/../a#part",
        "https://institute.example/a?utm_source=feed&fbclid=1",
        "https://reader:secret@institute.example/a",
    ],
)
def test_page_has_one_key_however_its_url_is_written(url: str) -> None:
    assert url_key(url) == "institute.example/a"


def test_query_string_is_part_of_the_key() -> None:
    assert url_key("https://institute.example/?p=12&utm_medium=x") == "institute.example?p=12"
    assert url_key("https://institute.example/?p=12") != url_key("https://institute.example/?p=13")


@pytest.mark.parametrize("text", ["", "a", "/path", "mailto:a@b.example", "https://"])
def test_invalid_url_has_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        url_key(text)


@given(st.text("abc/.?&=%#é ", max_size=30))
@settings(max_examples=200, deadline=None)
def test_the_key_of_a_key_is_itself(path: str) -> None:
    key = url_key(f"https://institute.example/{path}")
    assert url_key(f"https://{key}") == key


def test_item_ids_never_change() -> None:
    assert item_id("wi", "institute.example/a") == item_id("wi", "institute.example/a", 0)
    assert item_id("wi", "x") == "wi-5nrhcgnq4t"
    assert item_id("wi", "x", 2)[:13] == "wi-5nrhcgnq4t"
    assert len(item_id("wi", "x", 2)) == len("wi-") + 14


def test_id_is_read_back_with_and_without_a_time() -> None:
    opened = datetime(2023, 4, 24, 10, 0, 0, 123, tzinfo=UTC)
    item = item_id("warsaw-institute", "x")
    alone, timed = parse_id(item), parse_id(edition_id(item, opened))
    assert alone == (item, None)
    assert timed is not None
    assert timed.span is not None
    assert timed.item == item
    assert timed.span.first <= opened <= timed.span.last
    follower = parse_id(edition_id(item, opened, follows=True))
    assert follower == (item, (opened, opened))


ITEM_PART = re.compile(r"[a-z0-9][a-z0-9-]*-[0-9abcdefghjkmnpqrstvwxyz]{10,}")


@pytest.mark.slow
@given(
    st.text(max_size=40)
    | st.from_regex(r" ?[a-zA-Z-]{1,3}-[0-9a-zA-Z]{9,11}", fullmatch=True)
    | st.from_regex(
        r"wi-[0-9A-Ca-c]{10}@(20[0-3][0-9][01][0-9][0-2][0-9]{3}[0-6][0-9]{3}|[0-9]{13,21})", fullmatch=True
    )
)
@settings(max_examples=200)
def test_any_text_is_parsed_as_the_id_that_it_is_or_as_none(text: str) -> None:
    item, at, digits = text.strip().lower().partition("@")
    span = parse_time(digits) if len(digits) in {14, 20} else None
    is_id = ITEM_PART.fullmatch(item) is not None and (not at or span is not None)
    assert parse_id(text) == ((item, span) if is_id else None)


def test_an_address_has_the_ids_of_each_order_of_its_parameters_its_own_first() -> None:
    found = ids_in_any_order("wi", "a.example/x?a=1&b=2&c=3")
    orders = ("a=1&b=2&c=3", "a=1&c=3&b=2", "b=2&a=1&c=3", "b=2&c=3&a=1", "c=3&a=1&b=2", "c=3&b=2&a=1")
    assert found == tuple(one for order in orders for one in ids_of("wi", f"a.example/x?{order}"))
    assert ids_in_any_order("wi", "a.example/x?a&a") == ids_of("wi", "a.example/x?a&a")
    for key in ("a.example/x", "a.example/x?a=1", f"a.example/x?{'&'.join('abcdefg')}"):
        assert ids_in_any_order("wi", key) == ids_of("wi", key)
    assert len(ids_in_any_order("wi", "a.example/x?a&b&c&d&e&f")) == 720 * len(ids_of("wi", "a"))
