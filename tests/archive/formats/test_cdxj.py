"""CDXJ: keys as replay tools look them up, and lines sorted by bytes with the fields those tools need."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.formats.cdxj import in_order, line_of, surt

if TYPE_CHECKING:
    from tests.archive.conftest import MakeExchange, OpenArchive


@pytest.mark.parametrize("in_memory", [1, 2, 100])
def test_lines_are_sorted_by_bytes_and_unique_with_any_memory_limit(in_memory: int) -> None:
    lines = ["b) 2\n", "a)/ü 1\n", "a)/z 1\n", "b) 1\n", "a)/z 1\n"]
    expected = sorted({line.encode() for line in lines})
    assert list(in_order(lines, in_memory=in_memory)) == expected


def test_cdxj_marks_revisits_and_omits_the_status_of_a_304(open_archive: OpenArchive, exchange: MakeExchange) -> None:
    with open_archive() as archive:
        first = archive.keep("think", exchange())
        archive.sync()
        again = archive.keep("think", exchange(minute=1), earlier=first)
        unchanged = archive.keep(
            "think", exchange(b"", head=b"HTTP/1.0 304 Not Modified\r\n\r\n", minute=2), earlier=first
        )
        moved = archive.keep("think", exchange(b"", head=b"HTTP/1.0 204 No Content\r\n\r\n", minute=3))
    fields = [json.loads(line_of(one).split(" ", 2)[2]) for one in (first, again, unchanged, moved)]
    assert [one["mime"] for one in fields[:3]] == ["text/html", "warc/revisit", "warc/revisit"]
    assert [one.get("status") for one in fields] == ["200", "200", None, "204"]
    assert fields[1]["digest"] == fields[2]["digest"] == first.payload_digest
    assert fields[3]["digest"].startswith("sha1:"), "a response without a payload has the digest of nothing"
    assert line_of(first).startswith("example,think)/rivers 20261125100000 {")


# ── Sort keys of URLs ─────

SESSION = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.think.example/", "example,think)/"),
        ("https://think.example:443/Article/", "example,think)/article"),
        ("http://think.example:8080/a", "example,think:8080)/a"),
        ("http://think.example:00080/a", "example,think)/a"),
        ("http://user:word@think.example/a", "example,think)/a"),
        ("http://www.example/", "example)/"),
        ("http://www2.think.example/a", "example,think)/a"),
        ("http://an.www.example/a", "example,www,an)/a"),
        ("http://think.example/a?c=2&b=1", "example,think)/a?b=1&c=2"),
        ("http://think.example/a?", "example,think)/a"),
        (f"http://think.example/a?PHPSESSID={SESSION}&x=1", "example,think)/a?x=1"),
        ("http://think.example/a?PHPSESSID=short&x=1", "example,think)/a?phpsessid=short&x=1"),
        ("http://think.example/(S(abcdefghijklmnopqrstuvwx))/p.aspx", "example,think)/p.aspx"),
        ("http://192.0.2.7/a", "7,2,0,192)/a"),
        ("http://3221225991/a", "7,2,0,192)/a"),
        ("http://[2001:db8::1]/a", "2001:db8::1)/a"),
        ("http://think.example/a#part", "example,think)/a"),
        ("http://M\u00fcnchen.example/", "example,xn--mnchen-3ya)/"),
        ("http://think.example/it's", "example,think)/it's"),
        ("http://think.example/it%27s", "example,think)/it's"),
        ("http://think.example/caf%C3%A9", "example,think)/caf%c3%a9"),
        ("http://think.example/caf\u00e9", "example,think)/caf%c3%a9"),
        ("http://think.example/%7Eada/%41", "example,think)/~ada/a"),
        ("http://think.example/100%25/%2525", "example,think)/100%25/%25"),
        ("http://think.example//a///b//", "example,think)/a/b"),
        ("http://think.example/a/./b/../c", "example,think)/a/c"),
        ("http://think.example/a%2Fb", "example,think)/a/b"),
        ("http://think.example/?q=a%20b&Q=A%26", "example,think)/?&q=a&q=a%20b"),
        ("http:/think.example/a", "example,think)/a"),
        ("urn:uuid:ABC", "urn:uuid:abc"),
    ],
)
def test_url_gets_the_same_key_as_other_tools_give_it(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text())
def test_no_text_crashes_the_sort_key(text: str) -> None:
    assert surt(text).isascii()
    assert " " not in surt("http://think.example/" + text)


@pytest.mark.parametrize(
    "text",
    [
        "%" + "25" * 100_000,
        "%25" * 100_000,
        "%" * 50_000 + "3" * 50_000 + "25",
        "/" * 200_000,
        "a&" * 100_000,
        "../" * 50_000,
    ],
)
def test_long_url_gets_its_key_quickly(text: str) -> None:
    began = time.process_time()
    surt(f"http://think.example/{text}?{text}")
    assert time.process_time() - began < 5
