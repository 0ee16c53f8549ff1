"""Eight thousand random requests on both ports: each is answered, and none causes an error, reads a file or writes."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.testclient import TestClient

from db.reading_room.room import app
from db.reading_room.room_settings import RoomSettings
from db.reading_room.second_port import archived

if TYPE_CHECKING:
    from tests.db.reading_room.archived.conftest import Shelf

REQUESTS = 4_000
SITE = "https://institute.example"
STEPS = (
    "web", "web*", "*", "20230424100000", "20230424100000id_", "mp_", "im_", "2023", "99999999999999", "0", "timemap",
    "link", "json", "cdxj", "cdx", "search", "oai", "feed.atom",
    "feed.json", "sitemap.xml", "sitemap-1.xml", "items",
    "captures", "editions", "static", "room.css", "pl", "en", "terms", "runs", "authors", "tags", "coverage", "help",
    "about", "api", "v1", "healthz", "readyz", "metrics", "openapi.json", "..", ".", "%2e%2e", "%2f",
    "..%2f..%2f..%2fetc",
    "etc", "passwd", "catalogue.db", "warcs", "creditline.toml", "%00", "%0a", "%0d%0aX:y", "%ff", "%C5%81", "https:",
    "http:", "", "institute.example", "a", "a.css", "old", "urn:uuid:40008000-0000-0000-0000-000000000001",
    "institute-7k3q9x2mab", "institute-7k3q9x2mab@20230424100000", "search.bib", "search.csv", "javascript:x", "file:",
    "[::1", "xn--a", "127.0.0.1:99999", "user:word@a", "a" * 300, "'", '"', "<b>", "{{7*7}}", "$(id)", ";", "|",
)  # fmt: skip
NAMES = (
    "q", "url", "verb", "metadataPrefix", "resumptionToken", "identifier", "from", "until", "set", "matchType", "limit",
    "offset", "fl", "filter", "sort", "closest", "collapse", "output", "to", "page", "v", "at", "cursor", "a", "b",
    "showNumPages", "showResumeKey", "resumeKey", "language", "author", "tag", "order", "style",
)  # fmt: skip
VALUES = (
    "", "x", "0", "-1", "1e9", "99999999999999999999", "2023", "2023-04-24", "2023-04-24T10:00:00Z", "ListRecords",
    "Identify", "ListSets", "GetRecord", "ListIdentifiers", "oai_dc", "institute", "exact", "prefix", "host", "domain",
    "json", "text", "closest", "reverse", "urlkey", "timestamp:4", "!status:200", "~url:.*", "~url:(a+)+$", "=mime:x",
    SITE + "/a", "*.example", SITE + "/*", "\x00", "\ud800", "'; DROP TABLE item;--", "../../etc/passwd", "title:(",
    '"', "a*", "NEAR(a b)", "<script>", "%", "%ZZ", "\r\nX: y", "é" * 200, "AND OR NOT", "lang:",
    "from:9999", "{{7*7}}",
    "WyIiLCIiLCIiLCIiLCIiLDFd", "W10", "institute.example/a 2023 x",
)  # fmt: skip
HEADERS = (
    ("Accept", ("text/html", "application/json", "*/*", "x", "")),
    ("Accept-Datetime", ("Mon, 24 Apr 2023 10:00:00 GMT", "soon", "", "Mon, 99 Xxx 99999 99:99:99 GMT", "0" * 500)),
    ("If-None-Match", ("*", '"x"', "W/", ",,,")),
    ("Range", ("bytes=0-1", "bytes=-99999999999", "x")),
    ("Sec-Fetch-Dest", ("document", "iframe", "image")),
    ("Origin", ("null", "https://evil.example")),
    ("Cookie", ("a=b", "session=" + "x" * 500)),
    ("X-Forwarded-For", ("1.2.3.4",)),
    ("Authorization", ("Bearer x", "Basic !!!", "Basic Og==")),
)
METHODS = ("GET",) * 12 + ("HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND")


def _request(drawn: random.Random) -> tuple[str, str, dict[str, str]]:
    path = "/" + "/".join(drawn.choice(STEPS) for _ in range(drawn.randint(0, 6)))
    if drawn.random() < 0.4:
        use = drawn.choice(("", "mp_", "id_", "im_", "cs_", "xx_"))
        path = f"/web/{drawn.choice(('2023', '20230424100000', ''))}{use}/{SITE}/{drawn.choice(STEPS)}"
    pairs = [(drawn.choice(NAMES), drawn.choice(VALUES)) for _ in range(drawn.choice((0, 0, 1, 1, 2, 4)))]
    query = "&".join(f"{name}={_escaped(value)}" for name, value in pairs)
    headers = {name: drawn.choice(values) for name, values in HEADERS if drawn.random() < 0.15}
    return drawn.choice(METHODS), path + (f"?{query}" if query else ""), headers


def _escaped(value: str) -> str:
    data = value.encode("utf-8", "surrogatepass")
    return "".join(chr(one) if chr(one).isalnum() and one < 128 else f"%{one:02X}" for one in data)


def _files_in(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if not path.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.slow
@pytest.mark.parametrize("port", ["first", "second"])
def test_random_requests_cause_no_error_leak_no_file_and_write_nothing(
    shelf: Shelf, builder: Any, tmp_path: Path, port: str
) -> None:
    capture = shelf.keep(0, "/a", "<title>A</title><link rel=stylesheet href=a.css><a href=/old>x</a>")
    shelf.article(builder, capture)
    shelf.keep(1, "/a.css", "p{}", kind="text/css")
    shelf.keep(2, "/old", "", status=301, head="Location: /a\r\n")
    shelf.keep(3, "/broken", b"\xff\xfe<", kind='text/html; charset="\x80', status=599)
    secret = tmp_path / "secret.txt"
    secret.write_text("nobody is told this")
    settings = RoomSettings(
        tmp_path / "catalogue.db", tmp_path / "warcs", name="The Archive", archived_url="http://127.0.0.1:8001"
    )
    room = app(settings) if port == "first" else archived(settings)
    before = _files_in(tmp_path)
    rows = shelf.catalogue.connection.execute("SELECT total_changes()").fetchone()
    drawn = random.Random(18)  # noqa: S311 - the same each time
    seen: set[int] = set()
    inside = tuple(word.encode() for word in (str(tmp_path), "nobody is told", "root:x:", "SQLite format", "Traceback"))

    async def ask() -> None:
        # In the event loop that answers: passing requests between threads took longer than answering them.
        async with AsyncClient(transport=ASGITransport(room)) as client:
            for number in range(int(os.environ.get("CREDITLINE_REQUESTS", REQUESTS))):
                method, target, headers = _request(drawn)
                # The full URL, because a leading double slash would name another host.
                told = await client.request(method, f"http://127.0.0.1:8000{target}", headers=headers)
                seen.add(told.status_code)
                assert told.status_code < 500 or told.status_code in (502, 503), (number, method, target, headers)
                assert not any(word in told.content for word in inside), (number, method, target)
                assert "content-security-policy" in told.headers
                if method not in ("GET", "HEAD"):
                    assert told.status_code in (401, 405, 414, 421), (method, target)

    with TestClient(room, "http://127.0.0.1:8000") as opened:
        assert opened.portal is not None
        opened.portal.call(ask)
    assert {200, 404, 405} <= seen
    assert _files_in(tmp_path) == before
    assert shelf.catalogue.connection.execute("SELECT total_changes()").fetchone() == rows
