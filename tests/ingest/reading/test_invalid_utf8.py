"""A page that claims UTF-8 but has one invalid byte is decoded as well as possible, wherever that byte is."""

from __future__ import annotations

import pytest

from archive.http.exchange import Entity
from ingest.markup.tree import parse, parse_utf8
from ingest.reading.page.page import open_page

NO_TEXT = (
    *(b"\x80", b"\xff", b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98"),
    *(b"\xc0\x80", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf"),
    *(b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80"),
)
"""Invalid UTF-8: lone or truncated bytes, overlong forms, and codes that are no character."""
FORMS = (
    *(b"<p>a%sb</p>", b"<p>b%s", b"%s<p>b</p>", b"<p>b</p></body></html>%s", b"<p>&a%sb;b</p>"),
    *(b'<p title="a%sb">b</p>', b"<p title=a%sb>b</p>", b'<p a%sb="x">b</p>', b"<p>b</p%s>", b"<b%s>b</b>"),
    *(b"<!-- %s --><p>b</p>", b"<p>b</p><!-- %s", b"<script>%s</script><p>b</p>", b"<style>%s</style><p>b</p>"),
    *(b"<title>%s</title><p>b</p>", b"<textarea>%s</textarea><p>b</p>", b"<?x %s ?><p>b</p>", b"<!doctype %s><p>b</p>"),
)


@pytest.mark.parametrize("form", FORMS)
def test_an_invalid_byte_is_detected_anywhere_in_the_page(form: bytes) -> None:
    for bytes_ in NO_TEXT:
        body = b"<!doctype html>" + form % bytes_
        assert parse_utf8(body) is None, bytes_
        assert "b" in "".join(parse(body, "utf-8").itertext())
    assert parse_utf8(b"<!doctype html>" + form % "ż€😀".encode()) is not None


def test_an_invalid_byte_is_blank_in_the_tree_and_kept_in_the_text() -> None:
    body = "<p>Łódź ".encode() + b"\xff" + "żółw</p>".encode()
    page = open_page(Entity("https://institute.example/", body, "text/html", "utf-8"), "https://institute.example/")
    assert page is not None
    assert page.body.text_content() == "Łódź  żółw"
    assert page.text == "<p>Łódź \udcffżółw</p>"


def test_an_invalid_byte_is_detected_below_libxml2s_depth_limit() -> None:
    deep = b"<div>" * 5000
    assert parse_utf8(deep + b"<p>b</p>") is not None
    assert parse_utf8(deep + b"<p>\xff</p>") is None
    assert "".join(parse(deep + b"<p>b\xffb</p>", "utf-8").itertext()) == "b b"


def test_a_page_without_any_element_has_no_tree() -> None:
    assert [parse(body, "utf-8") for body in (b"", b"  ", b"<!doctype html>")] == [None, None, None]
