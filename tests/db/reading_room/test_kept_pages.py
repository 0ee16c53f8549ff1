"""Kept pages: told again while the catalogue stands as it stood, to whoever asks for the same page, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.reading_room.kept_pages import LARGEST, MOST, KeptPages, Key, key_of
from tests.db.reading_room.conftest import Open

HEADERS = {
    "ETag": '"tag"',
    "Last-Modified": "Sun, 29 Nov 2026 10:00:00 GMT",
    "Cache-Control": "no-cache",
    "Content-Type": "text/html",
}


def status_and_body(pages: KeptPages, key: Key, **asked: str) -> tuple[int, bytes] | None:
    told = pages.told(key, Headers({name.replace("_", "-"): value for name, value in asked.items()}))
    return None if told is None else (told.status_code, bytes(told.body))


@pytest.fixture
def pages() -> KeptPages:
    made = KeptPages()
    made.keep(Key("/items/a", (1, 2)), b"page", HEADERS)
    return made


def test_a_page_is_told_again_while_the_catalogue_stands(pages: KeptPages) -> None:
    assert status_and_body(pages, Key("/items/a", (1, 2))) == (200, b"page")
    assert status_and_body(pages, Key("/items/a", (1, 3))) is None
    assert status_and_body(pages, Key("/items/b", (1, 2))) is None


def test_who_has_it_is_told_so(pages: KeptPages) -> None:
    key = Key("/items/a", (1, 2))
    assert status_and_body(pages, key, if_none_match='W/"tag"') == (304, b"")
    assert status_and_body(pages, key, if_modified_since="Sun, 29 Nov 2026 10:00:00 GMT") == (304, b"")
    assert status_and_body(pages, key, if_modified_since="Sun, 29 Nov 2026 09:59:59 GMT") == (200, b"page")
    told = status_and_body(pages, key, if_none_match='"old"', if_modified_since="Sun, 29 Nov 2026 10:00:00 GMT")
    assert told == (200, b"page")


@pytest.mark.parametrize(
    "since",
    ["yesterday", "", "Sun, 29 Nov 99999999999999999999 10:00:00 GMT", "Sun, 29 Nov 2026 10:00:00 +99999999999999999"],
)
def test_a_date_that_is_none_is_passed_over(pages: KeptPages, since: str) -> None:
    assert status_and_body(pages, Key("/items/a", (1, 2)), if_modified_since=since) == (200, b"page")


def test_the_page_that_was_asked_for_longest_ago_goes_first(pages: KeptPages) -> None:
    for number in range(MOST - 1):
        pages.keep(Key(f"/items/{number}", (1, 2)), b"other", HEADERS)
    assert status_and_body(pages, Key("/items/a", (1, 2))) is not None
    pages.keep(Key("/items/new", (1, 2)), b"new", HEADERS)
    assert status_and_body(pages, Key("/items/a", (1, 2))) is not None
    assert status_and_body(pages, Key("/items/0", (1, 2))) is None


def test_a_page_too_large_is_not_kept(pages: KeptPages) -> None:
    pages.keep(Key("/items/large", (1, 2)), b"x" * (LARGEST + 1), HEADERS)
    assert status_and_body(pages, Key("/items/large", (1, 2))) is None


def _asked(path: str, query: str = "", host: str = "localhost", scheme: str = "http") -> Request:
    headers = [(b"host", host.encode())]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": headers, "scheme": scheme})


def test_each_address_language_and_name_is_a_page_of_its_own() -> None:
    asked = [
        key_of(_asked("/items/a"), "en", ()),
        key_of(_asked("/items/a"), "pl", ()),
        key_of(_asked("/items/a", "style=apa"), "en", ()),
        key_of(_asked("/items/a", host="archive.example"), "en", ()),
        key_of(_asked("/items/a", scheme="https"), "en", ()),
        key_of(_asked("/items/b"), "en", ()),
    ]
    assert len({one.address for one in asked if one is not None}) == len(asked)
    # What tells the time of day, or what archived pages show, is no page of the catalogue alone.
    assert [key_of(_asked(path), "en", ()) for path in ("/", "/metrics", "/web/2024/https://a.example/")] == [None] * 3


def test_what_is_written_shows_on_the_next_page(opened: Open, held: Catalogue) -> None:
    now = [datetime.now(UTC)]
    room: TestClient = opened(clock=lambda: now[0])
    # Later than all that the file system tells of the files: a page is kept once the second of a change is over.
    now[0] += timedelta(hours=1)
    (item,) = (hit["item"] for hit in room.get("/api/v1/search?q=anaklia").json()["hits"])
    first, again = room.get(f"/items/{item}"), room.get(f"/items/{item}")
    assert (again.status_code, again.text, again.headers["etag"]) == (200, first.text, first.headers["etag"])
    assert room.get(f"/pl/items/{item}").text != first.text
    known = {"If-None-Match": first.headers["etag"]}
    assert room.get(f"/items/{item}", headers=known).status_code == 304
    held.connection.execute("UPDATE item SET withheld = 'so' WHERE id = ?", (item,))
    assert room.get(f"/items/{item}").status_code == 410
    assert room.get(f"/items/{item}", headers=known).status_code == 410
