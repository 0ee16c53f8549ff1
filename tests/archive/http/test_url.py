"""What requests are made of, and where redirects lead."""

from __future__ import annotations

import pytest
from ada_url import URL
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.errors import UrlRefused
from archive.http.exchange import location, read_head
from archive.http.url import Target, read_target, redirect_target

HERE = "http://institute.example:8080/dir/essay?x=1"


def follow(location: bytes, status: int = 302) -> str | None:
    return redirect_target(HERE, read_head(b"HTTP/1.1 %d X\r\nLocation: %s\r\n\r\n" % (status, location)))


def test_url_is_split_into_the_parts_of_a_request() -> None:
    assert read_target("HTTPS://Institute.EXAMPLE:443/a/../b c?q=ł#part") == Target(
        url="https://institute.example/b%20c?q=%C5%82",
        secure=True,
        host="institute.example",
        port=443,
        authority="institute.example",
        path="/b%20c?q=%C5%82",
    )


@given(
    st.lists(st.sampled_from(["a", "0", "-", "a-0", "xn--a", "", "x" * 64]), min_size=1, max_size=3),
    st.lists(st.sampled_from(["aZ0", ".", "..", "%2E", "%", ".a.", "~$&", "?", "'", "@:", "["]), max_size=4),
)
def test_urls_that_need_no_parser_are_read_as_by_the_parser(labels: list[str], segments: list[str]) -> None:
    url = f"https://{'.'.join(labels)}.example/{'/'.join(segments)}"
    try:
        target = read_target(url)
    except UrlRefused:
        return
    parsed = URL(url)
    assert (target.url, target.host, target.path) == (parsed.href, parsed.hostname, parsed.href[len(parsed.origin) :])


def test_non_default_port_is_in_the_host_field() -> None:
    target = read_target("http://[2001:db8::1]:8080/")
    assert (target.host, target.port, target.authority) == ("2001:db8::1", 8080, "[2001:db8::1]:8080")


def test_url_with_a_login_is_refused_with_a_hint() -> None:
    with pytest.raises(UrlRefused) as refused:
        read_target("http://user:pw@institute.example/")
    assert refused.value.hint
    assert "user name" in refused.value.why


LOCATIONS = {
    b"/ok": "http://institute.example:8080/ok",
    b"ok": "http://institute.example:8080/dir/ok",
    b"?y": "http://institute.example:8080/dir/essay?y",
    b"//other.example/x": "http://other.example/x",
    b"/ok#part": "http://institute.example:8080/ok",
    b"/with space": "http://institute.example:8080/with%20space",
    "/zażółć".encode(): "http://institute.example:8080/za%C5%BC%C3%B3%C5%82%C4%87",
    b"/\xf1": "http://institute.example:8080/%F1",
    "http://żółw.example/".encode(): "http://xn--w-uga1v8h.example/",
    b"http://2130706433:1/": "http://127.0.0.1:1/",
}


def test_empty_query_is_kept_in_request_and_url() -> None:
    target = read_target("http://institute.example/essay?#part")
    assert (target.url, target.path) == ("http://institute.example/essay?", "/essay?")
    assert read_target("http://institute.example/essay#part").path == "/essay"


@given(
    st.binary(max_size=60).map(lambda raw: raw.translate(None, b"\r\n\0")), st.sampled_from([301, 302, 303, 307, 308])
)
@settings(max_examples=200, deadline=None)
def test_recorded_redirect_target_is_the_one_that_is_followed(raw: bytes, status: int) -> None:
    wire = b"HTTP/1.1 %d X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % (status, raw)
    head = read_head(wire)
    recorded, followed = location(HERE, head), redirect_target(HERE, head)
    assert followed is None or recorded is not None
    assert followed is None or read_target(recorded or "").url == followed


@pytest.mark.parametrize("printed", LOCATIONS)
def test_a_redirect_leads_where_its_location_says(printed: bytes) -> None:
    assert follow(printed) == LOCATIONS[printed]


@pytest.mark.parametrize(
    "location",
    [
        b"file:///etc/passwd",
        b"gopher://h/",
        b"data:text/html,x",
        b"javascript:x",
        b"http://u:p@h/",
        b"http://[",
    ],
)
def test_redirect_to_a_forbidden_url_is_not_followed(location: bytes) -> None:
    assert follow(location) is None


@pytest.mark.parametrize("status", [200, 300, 304, 404])
def test_a_location_counts_only_in_a_redirect(status: int) -> None:
    assert follow(b"/ok", status) is None


def test_first_of_two_locations_counts_and_none_gives_no_target() -> None:
    two = read_head(b"HTTP/1.1 301 X\r\nLocation: /a\r\nLocation: /b\r\n\r\n")
    assert redirect_target(HERE, two) == "http://institute.example:8080/a"
    assert redirect_target(HERE, read_head(b"HTTP/1.1 301 X\r\n\r\n")) is None
