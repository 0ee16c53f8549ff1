"""Steps of a sort key: each removes one difference between addresses of the same page and leaves the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.formats.cdxj import (
    STEPS,
    Parts,
    in_lower_case,
    with_host_escaped,
    with_host_turned,
    with_path_resolved,
    with_query_escaped,
    with_sorted_query,
    without_default_port,
    without_session,
    without_trailing_slash,
    without_www,
)

PAGE = Parts(b"http", b"think.example", b"", b"/a", b"")


@pytest.mark.parametrize(
    ("host", "written"),
    [
        (b"think.example", b"think.example"),
        (b"THINK.example.", b"think.example"),
        (b"think..example", b"think.example"),
        ("łódź.example".encode(), b"xn--d-uga0v4h.example"),
        (b"%74hink.example", b"think.example"),
        (b"3232235777", b"192.168.1.1"),
        (b"192.168.257", b"192.168.1.1"),
        (b"0300.0250.1.1", b"192.168.1.1"),
        (b"192.168.1.256", b"192.168.1.256"),
        (b"256.1.1.1", b"256.1.1.1"),
        (b"4294967297", b"0.0.0.1"),
        (b"1" * 5000, b"199.28.113.199"),
        (b"1.2.3.4.5", b"1.2.3.4.5"),
        (b"host name", b"host%20name"),
    ],
)
def test_host_is_written_in_punycode_and_ip_address_in_dotted_form(host: bytes, written: bytes) -> None:
    assert with_host_escaped(replace(PAGE, host=host)).host == written


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        (b"/a/../b", b"/b"),
        (b"/../a", b"/../a"),
        (b"/a/./b", b"/a/b"),
        (b"/a//b/", b"/a/b/"),
        (b"/%61", b"/a"),
        (b"/%2561", b"/a"),
        (b"/a b", b"/a%20b"),
        (b"/a%23b", b"/a%23b"),
        (b"/", b"/"),
    ],
)
def test_path_is_normalised(path: bytes, resolved: bytes) -> None:
    assert with_path_resolved(replace(PAGE, path=path)).path == resolved


def test_url_without_a_host_is_not_resolved() -> None:
    assert with_path_resolved(Parts(b"urn", b"", b"", b"uuid:a/../b", b"")).path == b"uuid:a/../b"


def test_query_escapes_are_normalised() -> None:
    assert with_query_escaped(replace(PAGE, query=b"q=a%2520b%26")).query == b"q=a%20b&"


@pytest.mark.parametrize(
    ("host", "bare"),
    [
        (b"www.think.example", b"think.example"),
        (b"www2.think.example", b"think.example"),
        (b"www.www.example", b"www.example"),
        (b"wwwthink.example", b"wwwthink.example"),
        (b"a.www.example", b"a.www.example"),
    ],
)
def test_a_leading_www_is_dropped_once(host: bytes, bare: bytes) -> None:
    assert without_www(replace(PAGE, host=host)).host == bare


def test_dns_record_name_keeps_its_www() -> None:
    assert without_www(Parts(b"DNS", b"www.think.example", b"", b"", b"")).host == b"www.think.example"


@pytest.mark.parametrize(
    ("scheme", "port", "kept"),
    [
        (b"http", b"80", b""),
        (b"HTTPS", b"443", b""),
        (b"http", b"443", b"443"),
        (b"https", b"80", b"80"),
        (b"ftp", b"80", b"80"),
    ],
)
def test_default_port_is_dropped_and_others_are_kept(scheme: bytes, port: bytes, kept: bytes) -> None:
    assert without_default_port(replace(PAGE, scheme=scheme, port=port)).port == kept


def test_path_is_lowercased() -> None:
    assert in_lower_case(replace(PAGE, path=b"/A/Ferry")).path == b"/a/ferry"


SESSION = b"0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (b"jsessionid=" + SESSION, b""),
        (b"a=1&PHPSESSID=" + SESSION + b"&b=2", b"a=1&b=2"),
        (b"sid=" + SESSION, b""),
        (b"sid=12", b"sid=12"),
        (b"aspsessionidabcdefgh=abcdefghijklmnopqrstuvwx&a=1", b"a=1"),
        (b"cfid=1&cftoken=2&a=1", b"a=1"),
        (b"cfid=1", b"cfid=1"),
    ],
)
def test_session_in_a_query_is_dropped_and_lookalikes_stay(query: bytes, kept: bytes) -> None:
    assert without_session(replace(PAGE, query=query)).query == kept


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (b"/(S(abcdefghijklmnopqrstuvwx))/p.aspx", b"/p.aspx"),
        (b"/(abcdefghijklmnopqrstuvwx)/p.aspx", b"/p.aspx"),
        (b"/(S(short))/p.aspx", b"/(S(short))/p.aspx"),
        (b"/(S(abcdefghijklmnopqrstuvwx))/p.html", b"/(S(abcdefghijklmnopqrstuvwx))/p.html"),
    ],
)
def test_asp_net_session_folder_is_dropped(path: bytes, kept: bytes) -> None:
    assert without_session(replace(PAGE, path=path)).path == kept


@pytest.mark.parametrize(("path", "kept"), [(b"/a/", b"/a"), (b"/a", b"/a"), (b"/", b"/"), (b"", b"")])
def test_trailing_slash_is_dropped_except_at_the_root(path: bytes, kept: bytes) -> None:
    assert without_trailing_slash(replace(PAGE, path=path)).path == kept


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        (b"b=2&a=1", b"a=1&b=2"),
        (b"A=2&a=1", b"a=1&a=2"),
        (b"b&a", b"a&b"),
        (b"a=2=1&a=1", b"a=1&a=2=1"),
        (b"", b""),
    ],
)
def test_parameters_are_sorted_by_lowercase_name_and_value(query: bytes, kept: bytes) -> None:
    assert with_sorted_query(replace(PAGE, query=query)).query == kept


def test_host_is_reversed_at_its_dots() -> None:
    assert with_host_turned(replace(PAGE, host=b"a.think.example")).host == b"example,think,a"
    assert with_host_turned(replace(PAGE, host=b"192.0.2.7")).host == b"7,2,0,192"


def test_every_step_is_applied_once_in_the_right_order() -> None:
    assert len(STEPS) == len(set(STEPS)) == 10
    # Escapes first and reversing the host last: the other steps need both as written.
    assert STEPS[0] is with_query_escaped
    assert STEPS[-1] is with_host_turned
