"""Archived addresses: what a path asks for, and which instant its digits mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from db.reading_room.archived.link import ArchivedAddress, Use, archived, digits_of, instant_of, read, resolved, target
from db.reading_room.archived.memento import accepted, escaped, http_date, timegate, timemap

PAGE = "https://institute.example/a?b=1"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # the parts of an instant, as many as are named


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (f"/web/20230424100000/{PAGE}", ArchivedAddress(PAGE, "20230424100000", Use.PAGE)),
        (f"/web/2023im_/{PAGE}", ArchivedAddress(PAGE, "2023", Use.IMAGE)),
        (f"/web/cs_/{PAGE}", ArchivedAddress(PAGE, "", Use.STYLE)),
        (f"/web/{PAGE}", ArchivedAddress(PAGE, "", Use.PAGE)),
        ("/web/2023/institute.example/a", ArchivedAddress("https://institute.example/a", "2023", Use.PAGE)),
        ("/web/2023/https:/institute.example/a", ArchivedAddress("https://institute.example/a", "2023", Use.PAGE)),
        (f"/web/2023js_/{PAGE}", ArchivedAddress(PAGE, "2023", Use.FRAMED)),
        (f"/web/20230424100000id_/{PAGE}", ArchivedAddress(PAGE, "20230424100000", Use.RAW)),
        ("/web/mp_/institute.example", ArchivedAddress("https://institute.example/", "", Use.FRAMED)),
        (
            "/web/2023js_/http://institute.example:8080/x",
            ArchivedAddress("http://institute.example:8080/x", "2023", Use.FRAMED),
        ),
        (f"/web/20231399/{PAGE}", None),
        (f"/web/99999999999999/{PAGE}", None),
        ("/web/2023/javascript:a()", None),
        ("/web/", None),
        ("/other", None),
        (f"/web/12/{PAGE}", None),
        ("/web/2023/mailto:a@b.example", None),
        (f"/items/{PAGE}", None),
    ],
)
def test_path_is_parsed_into_url_time_and_use(path: str, asked: ArchivedAddress | None) -> None:
    assert read(path) == asked


@pytest.mark.parametrize("use", list(Use))
def test_archived_path_is_read_back(use: Use) -> None:
    assert read(archived(PAGE, "20230424100000", use)) == ArchivedAddress(PAGE, "20230424100000", use)


@pytest.mark.parametrize(
    ("digits", "instant"),
    [
        ("2023", at(2023, 1, 1)),
        ("20230", at(2023, 1, 1)),
        ("20231", at(2023, 10, 1)),
        ("202304", at(2023, 4, 1)),
        ("20230424", at(2023, 4, 24)),
        ("2023042410", at(2023, 4, 24, 10)),
        ("20230424100059", at(2023, 4, 24, 10, 0, 59)),
        ("20", None),
        ("202", None),
        ("202313", None),
        ("20230230", None),
        ("", None),
    ],
)
def test_partial_digits_mean_the_first_instant_they_name(digits: str, instant: datetime | None) -> None:
    assert instant_of(digits) == instant
    assert ArchivedAddress(PAGE, digits, Use.PAGE).instant == instant


def test_instant_is_written_as_fourteen_digits_in_utc() -> None:
    assert digits_of(datetime(2023, 4, 24, 12, tzinfo=timezone(timedelta(hours=2)))) == "20230424100000"


@pytest.mark.parametrize(
    ("said", "base", "meant"),
    [
        ("b", "https://institute.example/a/", "https://institute.example/a/b"),
        ("//cdn.example/x", "https://institute.example/", "https://cdn.example/x"),
        (" \n/b\t", "https://institute.example/a/", "https://institute.example/b"),
        ("java\nscript:alert(1)", "https://institute.example/", None),
        ("data:text/html,x", "https://institute.example/", None),
        ("b", None, None),
        ("https://institute.example", None, "https://institute.example/"),
    ],
)
def test_url_on_a_page_is_resolved_or_none_if_it_cannot_be_fetched(
    said: str, base: str | None, meant: str | None
) -> None:
    assert resolved(said, base) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("institute.example/a", "https://institute.example/a"),
        ("institute.example:8080/a", "https://institute.example:8080/a"),
        ("http:///institute.example/a", "http://institute.example/a"),
        ("HTTP://Institute.example", "http://institute.example/"),
        ("ftp://institute.example/", None),
        ("institute.example/go?to=http:/a", "https://institute.example/go?to=http:/a"),
    ],
)
def test_typed_url_is_completed(said: str, meant: str | None) -> None:
    assert target(said) == meant


# ── Memento ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_memento_header_date_is_in_gmt_to_the_second() -> None:
    assert http_date(at(2023, 4, 24, 10, 0, 0, 5)) == "Mon, 24 Apr 2023 10:00:00 GMT"


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        (None, None),
        ("Mon, 24 Apr 2023 10:00:00 GMT", at(2023, 4, 24, 10)),
        ("Mon, 24 Apr 2023 12:00:00 +0200", at(2023, 4, 24, 10)),
        ("Mon, 24 Apr 2023 10:00:00", at(2023, 4, 24, 10)),
    ],
)
def test_requested_time_is_gmt_unless_it_names_a_zone(said: str | None, instant: datetime | None) -> None:
    assert accepted(said) == instant


@pytest.mark.parametrize(
    "said", ["", "yesterday", "2023-04-24", "Mon, 99 Apr 2023 10:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"]
)
def test_invalid_accept_datetime_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        accepted(said)


def test_url_in_a_header_is_escaped() -> None:
    assert escaped('https://x.example/"<a>\r\né b') == "https://x.example/%22%3Ca%3E%0D%0A%C3%A9%20b"
    assert escaped(PAGE) == PAGE


def test_timegate_and_timemap_have_the_same_prefix() -> None:
    assert timegate("http://room", PAGE) == f"http://room/web/{PAGE}"
    assert timemap("http://room", PAGE) == f"http://room/web/timemap/link/{PAGE}"
