"""Sort keys of URLs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.think.example/", "example,think)/"),
        ("https://think.example:443/Article/", "example,think)/article"),
        ("http://think.example:8080/a", "example,think:8080)/a"),
        ("http://www.example/", "example,www)/"),
        ("http://www2.think.example/a", "example,think)/a"),
        ("http://think.example/a?c=2&b=1", "example,think)/a?b=1&c=2"),
        ("http://think.example/a?", "example,think)/a"),
        ("http://think.example/a;jsessionid=0123456789abcdef?x=1", "example,think)/a?x=1"),
        ("http://think.example/a?PHPSESSID=abc&x=1", "example,think)/a?x=1"),
        ("http://192.0.2.7/a", "192.0.2.7)/a"),
        ("http://[2001:db8::1]/a", "[2001:db8::1])/a"),
        ("http://think.example/a#part", "example,think)/a"),
        ("http://M\u00fcnchen.example/", "example,xn--mnchen-3ya)/"),
        ("urn:uuid:ABC", "urn:uuid:abc"),
        ("no URL", "no url"),
    ],
)
def test_a_url_has_the_key_that_others_give_it(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text())
def test_no_text_crashes_the_making_of_a_key(text: str) -> None:
    surt(text)
    surt("http://think.example/" + text)
