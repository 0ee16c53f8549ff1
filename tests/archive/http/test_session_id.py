"""Session ids are recognised by known names, or by likely names whose values look like one."""

from __future__ import annotations

import pytest

from archive.http.session_id import has_session, is_session, without_session

SITE = "https://institute.example"


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("/a?PHPSESSID=12ab#part", "/a#part"),
        ("/a?b=1&jsessionid=x&c=2", "/a?b=1&c=2"),
        ("/a;jsessionid=12AB?b=1", "/a?b=1"),
        ("/a;jsessionid=12AB/b", "/a/b"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "/a.aspx"),
        ("/a?sid=d41d8cd98f00b204e9800998ecf8427e", "/a"),
        ("/a?sid=12", "/a?sid=12"),
        ("/a?sid=about-the-institute-and-its-people", "/a?sid=about-the-institute-and-its-people"),
        ("/essay-(second-part)/", "/essay-(second-part)/"),
        ("/a?b=&c", "/a?b=&c"),
        ("/a;v=1/b", "/a;v=1/b"),
        ("/a#PHPSESSID=1", "/a#PHPSESSID=1"),
    ],
)
def test_session_id_is_removed_and_nothing_else(url: str, without: str) -> None:
    assert without_session(SITE + url) == SITE + without
    assert has_session(SITE + url) is (url != without)


@pytest.mark.parametrize(
    ("pair", "names_one"),
    [
        ("PHPSESSID=x", True),
        ("jsessionid=", True),
        ("sid=0123456789abcdef", True),
        ("sid=12", False),
        ("sid=abcdefghijklmnopq", False),
        ("side=0123456789abcdef", False),
        ("ASPSESSIONIDABC=0123456789abcdef", True),
        ("page=0123456789abcdef", False),
        ("sid", False),
    ],
)
def test_session_parameter_is_recognised_by_name_or_by_name_and_value(pair: str, names_one: bool) -> None:
    assert is_session(pair) is names_one
    assert has_session(f"{SITE}/a?a=1&{pair}") is names_one
