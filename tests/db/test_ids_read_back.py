"""Ids read back: what an id or a citation key says, and which edition a written time means."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from db.identity import (
    digest_of,
    edition_id,
    front_part,
    host_of,
    ids_of,
    is_front_page,
    item_id,
    parse_id,
    parse_key,
    parse_time,
    publisher_id,
    resolve_span,
    shorter_id,
    statement_id,
)
from db.model.item import PageKind

OPENED = datetime(2023, 4, 24, 10, 0, 0, tzinfo=UTC)
ITEM = item_id("wi", "institute.example/a")


def test_longer_id_leads_to_the_next_shorter_one() -> None:
    shortest, longer, longest = ids_of("wi", "institute.example/a")
    assert shorter_id(longest) == longer
    assert shorter_id(longer) == shortest
    assert shorter_id(shortest) is None


@pytest.mark.parametrize("shown", ["", "wi", "wi-", "-0123456789ab", "wi-0123456789a"])
def test_invalid_or_shortest_id_has_no_shorter_one(shown: str) -> None:
    assert shorter_id(shown) is None


def test_ids_of_a_key_share_a_prefix_and_grow_by_two_characters() -> None:
    ids = ids_of("wi", "institute.example/a")
    assert [len(one) - len("wi-") for one in ids] == [10, 12, 14]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(ids))
    assert ids[0] == ITEM


def test_statement_id_depends_on_publisher_and_words() -> None:
    one = statement_id("wi", "All rights reserved.")
    assert one.startswith("wi~")
    assert len(one) == len("wi~") + 10
    assert one != statement_id("pi", "All rights reserved.")
    assert one != statement_id("wi", "Some rights reserved.")


def test_equal_values_have_equal_digests_and_order_matters() -> None:
    assert digest_of({"a": [1, "é"]}) == digest_of({"a": [1, "é"]})
    assert digest_of([1, 2]) != digest_of([2, 1])
    assert len(digest_of(None)) == 32
    # A page may state half a surrogate pair; it must not end a run.
    assert digest_of("\ud800") != digest_of("?")


def test_a_digest_is_that_of_the_standard_librarys_json_whatever_the_values() -> None:
    # Catalogues hold digests of this form.
    characters = "".join(map(chr, range(0x3000))) + "\ufeff\uffff\U0001f600\ud800"
    for values in (*characters, [characters, None, True, -5, 2**40], {"a": ("b", [PageKind.ARTICLE]), "": {}}):
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
        assert digest_of(values) == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@pytest.mark.parametrize(
    "text",
    [
        *("", "wi", "wi-123", f"{ITEM}x y", f"{ITEM}@2023", f"{ITEM}@20230424", f"{ITEM}@202304241000000"),
        *(f"{ITEM}@20231324100000", f"{ITEM}@20230424100000123", f"{ITEM}@2023042410000x"),
    ],
)
def test_invalid_id_is_not_parsed(text: str) -> None:
    assert parse_id(text) is None


def test_id_typed_in_capitals_with_spaces_is_parsed() -> None:
    assert parse_id(f"  {ITEM.upper()} ") == (ITEM, None)


def test_citation_key_is_an_id_with_a_hyphen_before_its_time() -> None:
    found = parse_key(f"{ITEM}-20230424100000")
    assert found is not None
    assert found == parse_id(f"{ITEM}@20230424100000")
    assert parse_key(ITEM) is None
    assert parse_key("") is None


def test_fourteen_digits_mean_a_second_and_twenty_an_instant() -> None:
    second = parse_time("20230424100000")
    assert second is not None
    assert second.first == OPENED
    assert second.last == OPENED + timedelta(microseconds=999_999)
    instant = parse_time("20230424100000000005")
    assert instant is not None
    assert instant.first == instant.last == OPENED + timedelta(microseconds=5)


@pytest.mark.parametrize("digits", ["", "2023", "20230230100000", "20230424250000", "2023042410000x"])
def test_invalid_time_is_not_parsed(digits: str) -> None:
    assert parse_time(digits) is None


def test_second_shared_by_editions_means_the_first() -> None:
    span = parse_time("20230424100000")
    assert span is not None
    first, second = OPENED + timedelta(microseconds=1), OPENED + timedelta(microseconds=9)
    assert first <= resolve_span(span, [second, first]) < second
    assert resolve_span(span, [first]) == span.last
    assert resolve_span(span, []) == span.last
    assert resolve_span(span, [first, OPENED + timedelta(seconds=1)]) == span.last


def test_later_edition_of_a_second_has_six_more_digits() -> None:
    assert edition_id(ITEM, OPENED) == f"{ITEM}@20230424100000"
    assert edition_id(ITEM, OPENED + timedelta(microseconds=7), follows=True) == f"{ITEM}@20230424100000000007"


@pytest.mark.parametrize(
    ("host", "called"),
    [
        ("www.Institute.example", "institute-example"),
        ("institute.example:8080", "institute-example"),
        ("www.Warsaw-Institute.example:8080", "warsaw-institute-example"),
        ("інститут.example", "example"),
        ("інститут", "publisher"),
        ("", "publisher"),
    ],
)
def test_publisher_id_defaults_to_its_host(host: str, called: str) -> None:
    assert publisher_id(host) == called


def test_host_of_a_url_keeps_its_port_and_drops_www() -> None:
    assert host_of("https://www.institute.example/a?b=1") == "institute.example"
    assert host_of("http://institute.example:8080") == "institute.example:8080"
    assert host_of("http://institute.example?a=1") == "institute.example"


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://institute.example", ""),
        ("https://institute.example/index.html", ""),
        ("https://institute.example/EN/default.aspx", "en"),
        ("https://institute.example/en/?utm_source=a", "en"),
        ("https://institute.example/en/?p=1", None),
        ("https://institute.example/en/team", None),
        ("https://institute.example/a/b/index.php", None),
    ],
)
def test_front_page_belongs_to_the_site_or_to_one_part_of_it(url: str, part: str | None) -> None:
    assert front_part(url) == part


@pytest.mark.parametrize(
    ("path", "languages", "is_front"),
    [
        ("/", (), True),
        ("/?utm_source=x", (), True),
        ("/?p=12", (), False),
        ("/pl/index.html", (), True),
        ("/ka/", (), True),
        ("/ka/x", (), False),
        ("/pt-BR/", (), True),
        ("/ckb/", ("ckb",), True),
        ("/ckb", (), False),
        ("/war", (), False),
        ("/tv", (), False),
        ("/is-nato", (), False),
        ("/pl/", (), True),
        ("/pt-br/", (), True),
        ("/zh_hans/", (), True),
        ("/xx/", (), False),
        ("/english/", (), False),
        ("/english/", ("english",), True),
        ("/en-english/", (), False),
        ("/team/", (), False),
    ],
)
def test_language_part_of_a_site_has_a_front_page(path: str, languages: tuple[str, ...], is_front: bool) -> None:
    assert is_front_page(f"https://institute.example{path}", languages) is is_front
