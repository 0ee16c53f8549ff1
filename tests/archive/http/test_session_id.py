"""Session ids are recognised by known names, or by likely names whose values look like one."""

from __future__ import annotations

import pytest

from archive.http.session_id import has_session, without_session

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
    ],
)
def test_session_id_is_removed_and_nothing_else(url: str, without: str) -> None:
    assert without_session(SITE + url) == SITE + without
    assert has_session(SITE + url) is (url != without)
