"""True of every answer of the room: its headers, its name, its token, and that it only reads."""

from __future__ import annotations

import base64
import os
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.reading_room.guard import HEADERS
from db.reading_room.host_name import name_of
from tests.db.reading_room.conftest import BROWSER, Open

TOKEN = "0123456789" + "abcdef"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz", "/static/room.css", "/static/../room.py", "/pl/"])
def test_every_response_has_the_security_headers(one_room: TestClient, path: str) -> None:
    answer = one_room.get(path, headers=BROWSER)
    assert {name: answer.headers.get(name) for name in HEADERS} == dict(HEADERS)
    # Also in words, for what a change of the table would take away unseen.
    said = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")
    policy, *others = (answer.headers[name] for name in said)
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert others == ["nosniff", "DENY", "same-origin"]


def test_unknown_host_name_is_refused(one_room: TestClient) -> None:
    assert one_room.get("/", headers={"Host": "evil.example"}).status_code == 421
    assert one_room.get("/", headers={"Host": "localhost:9"}).status_code == 200


def test_allowed_host_names_are_answered(opened: Open) -> None:
    room = opened(hosts=("archive.example",), public_url="https://public.example")
    assert [room.get("/", headers={"Host": one}).status_code for one in ("archive.example", "public.example:443")] == [
        200,
        200,
    ]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO"])
def test_room_accepts_only_get_and_head(one_room: TestClient, method: str) -> None:
    answer = one_room.request(method, "/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_room_with_a_token_refuses_requests_without_it(opened: Open) -> None:
    room = opened(token=TOKEN)
    assert room.get("/").status_code == 401
    assert room.get("/static/room.css").status_code == 401
    assert room.get("/healthz").status_code == 200
    basic = base64.b64encode(f"anna:{TOKEN}".encode()).decode()
    for shown in (f"Bearer {TOKEN}", f"Basic {basic}"):
        assert room.get("/", headers={"Authorization": shown}).status_code == 200
    for shown in ("Bearer x", "Basic %%%", "Basic", "Digest x", f"bearer {TOKEN}x"):
        assert room.get("/", headers={"Authorization": shown}).status_code == 401


def test_overlong_url_is_refused(one_room: TestClient) -> None:
    assert one_room.get("/?q=" + "x" * 5000).status_code == 414


def test_problem_is_a_page_for_browsers_and_json_for_programs(one_room: TestClient) -> None:
    told = one_room.get("/nowhere")
    assert (told.status_code, told.headers["content-type"]) == (404, "application/problem+json")
    assert told.json() == {"type": "about:blank", "title": "Not Found", "status": 404}
    page = one_room.get("/nowhere", headers=BROWSER)
    assert page.headers["content-type"].startswith("text/html")
    assert "<h1>Not Found</h1>" in page.text


def test_known_etag_gets_304(one_room: TestClient) -> None:
    first = one_room.get("/")
    again = one_room.get("/", headers={"If-None-Match": f'W/{first.headers["etag"]}, "other"'})
    assert (again.status_code, again.content) == (304, b"")


def test_static_files_are_cached_by_their_digest(one_room: TestClient) -> None:
    page = one_room.get("/").text
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in one_room.get(sheet).headers["cache-control"]
    assert one_room.get(sheet.partition("?")[0]).headers["cache-control"] == "no-cache"


def test_if_modified_since_gets_304_until_the_catalogue_changes(
    opened: Open, articles: Catalogue, tmp_path: Path
) -> None:
    now = [datetime.now(UTC)]
    room = opened(clock=lambda: now[0])
    paths = [tmp_path / "catalogue.db", tmp_path / "catalogue.db-wal"]

    def asked(since: str = "", **headers: str) -> Response:
        return room.get("/terms", headers={"If-Modified-Since": since, **headers})

    # A file's directory entry is always from today: the time here is later than all files.
    now[0] = datetime.now(UTC) + timedelta(hours=1)
    first = asked()
    assert first.status_code == 200
    told = first.headers["last-modified"]
    assert parsedate_to_datetime(told) <= datetime.now(UTC)
    assert asked(told).status_code == 304
    assert asked("Thu, 01 Jan 1970 00:00:00 GMT").status_code == 200
    assert asked("yesterday").status_code == 200
    # The tag is more reliable and takes precedence.
    assert asked(told, **{"If-None-Match": '"other"'}).status_code == 200
    later = time.time() + 600
    articles.connection.execute("UPDATE item SET withheld = 'so' WHERE url LIKE '%cables%'")
    for path in paths:
        os.utime(path, (later, later))
    assert asked(told).status_code == 200


def test_response_has_no_date_while_the_current_second_lasts(opened: Open) -> None:
    assert "last-modified" not in opened(clock=lambda: datetime.now(UTC)).get("/terms").headers


def test_pages_that_depend_on_the_time_have_no_last_modified(opened: Open) -> None:
    now = [datetime.now(UTC)]
    room = opened(clock=lambda: now[0])
    now[0] += timedelta(hours=1)
    # Nor are pages with figures that are counted only now and then: they may be older than the last change.
    for path in ("/", "/index.json", "/metrics", "/readyz", "/oai?verb=Identify", "/timeline", "/tags", "/tags.json"):
        assert "last-modified" not in room.get(path).headers, path
    assert "last-modified" in room.get("/terms").headers


@pytest.mark.parametrize(
    ("host", "name"),
    [("Localhost:8000", "localhost"), ("localhost", "localhost"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]")],
)
def test_host_name_is_taken_without_its_port(host: str, name: str) -> None:
    assert name_of(host) == name
