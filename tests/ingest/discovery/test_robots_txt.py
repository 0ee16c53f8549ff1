"""What robots.txt lets us request, as RFC 9309 reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.discovery.robots_txt import PARSE_LIMIT, Robots

SITE = "https://institute.example"
CASES = Path(__file__).resolve().parents[4] / "shared" / "conformance" / "google-robotstxt" / "cases.json"


def allowed(text: str | bytes, path: str, agent: str = "creditline") -> bool:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots.parse(body, agent).allows(SITE + path).allowed


def test_only_the_group_that_names_us_counts() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: CreditLine/2.0\nDisallow: /private\n"
    assert allowed(text, "/essay")
    assert not allowed(text, "/private/x")
    assert not allowed(text, "/essay", agent="otherbot")


def test_groups_with_the_same_agent_are_merged() -> None:
    text = "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: *\nDisallow: /c\n"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, True, False]


@pytest.mark.parametrize("between", ["Sitemap: /s.xml", "Noodles: 1", "Crawl-delay: 3", "Host: x", "", "# no"])
def test_only_a_rule_ends_a_list_of_agents(between: str) -> None:
    text = f"User-agent: one\n{between}\nUser-agent: *\nDisallow: /\n"
    assert not allowed(text, "/essay", agent="one")
    assert not allowed(text, "/essay", agent="another")


def test_the_longest_rule_wins_and_allow_wins_a_tie() -> None:
    text = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c$\nAllow: /t\nDisallow: /t\n"
    wanted = {"/a": False, "/a/b": True, "/a/b/c": False, "/a/b/cd": True, "/t": True, "/": True}
    assert {path: allowed(text, path) for path in wanted} == wanted


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_bom_and_every_line_ending_are_understood(end: str) -> None:
    text = b"\xef\xbb\xbf" + end.join(["User-agent: *", "Disallow: /private", ""]).encode()
    assert not allowed(text, "/private")
    assert allowed(text, "/essay")


@pytest.mark.parametrize("name", ["*BadBot*", "*bot", "*/1.0"])
def test_an_agent_name_that_begins_with_an_asterisk_does_not_mean_everybody(name: str) -> None:
    assert allowed(f"User-agent: {name}\nDisallow: /\n", "/essay")
    assert not allowed("User-agent: * # all\nDisallow: /\n", "/essay")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_read_if_it_has_a_bom(encoding: str) -> None:
    text = "\ufeffUser-agent: *\r\nDisallow: /żółw\r\nSitemap: /a.xml\r\n".encode(encoding)
    assert not allowed(text, "/żółw")
    assert allowed(text, "/essay")
    assert Robots.parse(text).sitemaps() == ("/a.xml",)


def test_an_empty_query_is_matched_as_requested() -> None:
    assert not allowed("User-agent: *\nDisallow: /essay?\n", "/essay?")
    assert allowed("User-agent: *\nDisallow: /essay?\n", "/essay")


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x85", "\u2028"])
def test_a_rule_does_not_begin_within_a_comment(separator: str) -> None:
    assert allowed(f"User-agent: *\n# see{separator}Disallow: /\n", "/essay")


def test_polish_letters_and_bytes_that_are_not_utf_8_match_their_escapes() -> None:
    text = "User-agent: *\nDisallow: /żółw\n".encode() + b"Disallow: /\xf1\n"
    assert not allowed(text, "/%C5%BC%C3%B3%C5%82w")
    assert not allowed(text, "/żółw")
    assert not allowed(text, "/%F1")


def test_five_hundred_kibibytes_are_read() -> None:
    padding = "Disallow: /x\n" * 38_000
    text = "User-agent: *\n" + padding + "Disallow: /private\n"
    assert len(text) < 500 * 1024
    assert not allowed(text, "/private")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r"])
def test_a_line_that_the_limit_cuts_is_no_rule(encoding: str, end: str) -> None:
    mark, begin = ("\ufeff" if encoding == "utf-16-le" else ""), f"User-agent: *{end}Disallow: /private/{end}"
    # In UTF-16 the mark counts as a character of the two bytes that each takes.
    filled = PARSE_LIMIT - len(mark) - len(begin) - len(f"{end}Disallow: /")
    text = f"{mark}{begin}{'#' * filled}{end}Disallow: /drafts/{end}".encode(encoding)
    assert not allowed(text, "/private/")
    assert allowed(text, "/article")
    assert allowed(text[: 2 * PARSE_LIMIT], "/article")


def test_a_refusal_names_its_line() -> None:
    text = "# ours\nUser-agent: *\nDisallow: /a\nDisallow: /a/b # deep\n"
    decision = Robots.parse(text.encode(), "creditline").allows(SITE + "/a/b/c")
    assert (decision.allowed, decision.because) == (False, "line 4: Disallow: /a/b")


def test_the_robots_file_itself_may_always_be_requested() -> None:
    assert allowed("User-agent: *\nDisallow: /\n", "/robots.txt")


def test_an_html_page_is_not_a_robots_file() -> None:
    assert allowed("<html><body>Disallow: /</body></html>", "/essay")


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410])
def test_a_missing_robots_file_allows_everything(status: int) -> None:
    decision = Robots.of_answer(status, b"", "creditline").allows(SITE + "/essay")
    assert decision.allowed
    assert str(status) in decision.because


@pytest.mark.parametrize("status", [429, 500, 503, None])
def test_a_host_that_fails_to_send_its_robots_file_allows_nothing(status: int | None) -> None:
    decision = Robots.of_answer(status, b"", "creditline").allows(SITE + "/essay")
    assert not decision.allowed
    assert decision.because


def test_the_body_of_an_error_is_not_parsed_for_rules() -> None:
    robots = Robots.of_answer(404, b"User-agent: *\nDisallow: /\nSitemap: /s.xml\n", "creditline")
    assert robots.allows(SITE + "/essay").allowed
    assert robots.sitemaps() == ()


def test_sitemaps_belong_to_no_group_and_are_listed_once() -> None:
    lines = [
        b"Sitemap: /a.xml",
        b"User-agent: x",
        b"Disallow: /",
        b"Sitemap: https://b.example/b.xml",
        b"sitemap: /a.xml",
    ]
    robots = Robots.parse(b"\n".join(lines), "creditline")
    assert robots.sitemaps() == ("/a.xml", "https://b.example/b.xml")


def test_the_crawl_delay_is_that_of_our_group() -> None:
    ours = b"User-agent: *\nCrawl-delay: soon\nCrawl-delay: 2.5\nDisallow: /x\n"
    text = b"User-agent: slow\nCrawl-delay: 90\n\n" + ours
    assert Robots.parse(text, "creditline").crawl_delay == 2.5
    assert Robots.parse(text, "slow").crawl_delay == 90
    assert Robots.parse(b"", "creditline").crawl_delay is None


@given(st.binary(max_size=400), st.text(max_size=40))
@settings(max_examples=80, deadline=None)
def test_no_bytes_make_the_reader_raise(body: bytes, path: str) -> None:
    robots = Robots.parse(b"User-agent: *\nDisallow: /" + body, "creditline")
    assert robots.allows(SITE + "/" + path).because


@pytest.mark.parametrize("path", ["//[]", "//[x]/b", "//host/private/a"])
def test_two_slashes_begin_a_path_and_not_a_host(path: str) -> None:
    robots = Robots.parse(f"User-agent: *\nDisallow: {path}\nDisallow: /private".encode(), "creditline")
    assert not robots.allows(SITE + path).allowed
    assert robots.allows(SITE + path.replace("//", "//x")).allowed


@pytest.mark.real
@pytest.mark.skipif(not CASES.exists(), reason="../shared is not there")
def test_the_published_cases_agree_except_for_urls_that_are_not_encoded() -> None:
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    wrong = [
        (group, url)
        for group, text, agent, url, wanted in cases
        if Robots.parse(text.encode(), agent).allows(url).allowed != wanted
    ]
    # Those expect rule and URL not to match until the caller has percent-encoded both; here both always are encoded.
    assert len(cases) == 142
    assert {group for group, _ in wrong} <= {"ID_Encoding"}
    assert len(wrong) <= 3
