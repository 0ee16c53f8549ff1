"""Captures as lines, requested as clients of pywb and of the Wayback Machine do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.reading_room.archived import cdx_server

SITE = "https://institute.example"


@pytest.fixture(autouse=True)
def _kept(shelf: Any) -> None:
    for number, path in (
        (0, "/a"),
        (1, "/b/c"),
        (2, "/b"),
        (3, "/a"),
        (4, "/bc"),
        (5, "https://pl.institute.example/x"),
    ):
        shelf.keep(number, path, f"<p>{number}</p>")
    shelf.keep(6, "/a", "gone", status=404)
    shelf.keep(7, "https://institute.example.com/", "another's")


def lines_for(port: TestClient, **parameters: str) -> list[dict[str, str]]:
    told = port.get(
        "/web/cdx", params={"output": "json", **{name.rstrip("_"): one for name, one in parameters.items()}}
    )
    assert told.status_code == 200, told.text
    return [json.loads(line) for line in told.text.splitlines()]


def times(port: TestClient, **parameters: str) -> list[str]:
    return [line["timestamp"][8:12] for line in lines_for(port, **parameters)]


def test_cdx_line_has_the_fields_that_replay_tools_need(port: TestClient) -> None:
    first = lines_for(port, url=f"{SITE}/a")[0]
    assert {name: first[name] for name in ("urlkey", "timestamp", "url", "mime", "status")} == {
        "urlkey": "example,institute)/a", "timestamp": "20230424100000", "url": f"{SITE}/a", "mime": "text/html",
        "status": "200",
    }  # fmt: skip
    assert {"digest", "length", "offset", "filename"} <= first.keys()
    assert port.get("/web/cdx", params={"url": f"{SITE}/a"}).text.startswith("example,institute)/a 20230424100000 {")


def test_last_cdx_lines_are_the_last_of_all_despite_the_page_limit(
    port: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = [line["url"] for line in lines_for(port, url=f"{SITE}/", matchType="domain")]
    assert len(everything) > 4
    monkeypatch.setattr(cdx_server, "MOST", 2)
    last = [line["url"] for line in lines_for(port, url=f"{SITE}/", matchType="domain", limit="-1")]
    assert last == everything[-1:]
    backwards = [line["url"] for line in lines_for(port, url=f"{SITE}/", matchType="domain", sort="reverse")]
    assert backwards == everything[:-3:-1]


def test_cdx_lines_are_selected_by_time_limit_and_field(port: TestClient) -> None:
    assert times(port, url=f"{SITE}/a") == ["1000", "1003", "1006"]
    assert times(port, url=f"{SITE}/a", from_="202304241003") == ["1003", "1006"]
    assert times(port, url=f"{SITE}/a", to="202304241003") == ["1000", "1003"]
    assert times(port, url=f"{SITE}/a", limit="1") == ["1000"]
    assert times(port, url=f"{SITE}/a", limit="-1") == ["1006"]
    assert times(port, url=f"{SITE}/a", sort="reverse") == ["1006", "1003", "1000"]
    assert times(port, url=f"{SITE}/a", sort="closest", closest="20230424100400") == ["1003", "1006", "1000"]
    assert times(port, url=f"{SITE}/a", filter="status:404") == ["1006"]
    assert times(port, url=f"{SITE}/a", filter="!status:404") == ["1000", "1003"]
    assert times(port, url=f"{SITE}/a", collapse="status") == ["1000", "1006"]
    assert lines_for(port, url=f"{SITE}/a", fl="timestamp", limit="1") == [{"timestamp": "20230424100000"}]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"url": f"{SITE}/b*"}, {"1001", "1002", "1004"}),
        ({"url": f"{SITE}/b/", "matchType": "prefix"}, {"1001", "1002"}),
        ({"url": "institute.example", "matchType": "host"}, {"1000", "1001", "1002", "1003", "1004", "1006"}),
        ({"url": "*.institute.example"}, {"1000", "1001", "1002", "1003", "1004", "1005", "1006"}),
        ({"url": "nowhere.example"}, set()),
    ],
)
def test_cdx_match_type_decides_which_urls_match(port: TestClient, parameters: dict[str, str], found: set[str]) -> None:
    assert set(times(port, **parameters)) == found


def test_wayback_clients_get_their_field_names_and_header(port: TestClient) -> None:
    told = port.get("/cdx/search/cdx", params={"url": f"{SITE}/a", "output": "json", "limit": "1"}).json()
    assert told[0] == ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
    assert told[1][:5] == ["example,institute)/a", "20230424100000", f"{SITE}/a", "text/html", "200"]
    plain = port.get("/cdx/search/cdx", params={"url": f"{SITE}/a", "filter": "!statuscode:4.."}).text
    assert [line.split(" ")[1][8:12] for line in plain.splitlines()] == ["1000", "1003"]
    assert port.get("/cdx/search/cdx", params={"url": "nowhere.example", "output": "json"}).json() == []


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"url": f"{SITE}/a"}, ["1000", "1003", "1006"]),
        ({"url": f"{SITE}/a", "filter": "!statuscode:404"}, ["1000", "1003"]),
        ({"url": "*.institute.example", "from": "202304241001"}, ["1003", "1006", "1002", "1001", "1004", "1005"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_resume_key_leads_through_every_line(
    port: TestClient, parameters: dict[str, str], found: list[str], limit: int
) -> None:
    seen: list[str] = []
    resume = ""
    for _ in range(len(found) + 1):
        paged = {**parameters, "limit": str(limit), "showResumeKey": "true", "resumeKey": resume}
        lines, _, resume = port.get("/cdx/search/cdx", params=paged).text.rstrip("\n").partition("\n\n")
        seen += [line.split(" ")[1][8:12] for line in lines.splitlines()]
        if not resume:
            break
    assert sorted(seen) == sorted(found)


def test_scan_limit_returns_a_resume_key(port: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdx_server, "_LOOKED_AT", 2)
    asked_for = {"url": "*.institute.example", "from": "202304241005", "showResumeKey": "true"}
    lines, _, resume = port.get("/cdx/search/cdx", params=asked_for).text.partition("\n")
    assert lines == ""
    assert resume.strip()


@pytest.mark.parametrize(
    "parameters",
    [{}, {"url": "javascript:x"}, {"url": "a.example", "limit": "x"}, {"url": "a.example", "fl": "secret"},
     {"url": "a.example", "from": "soon"}, {"url": "a.example", "filter": "~url:(a+)+b"},
     {"url": "a.example", "sort": "x"},
     {"url": "a.example", "matchType": "all"}, {"url": "a.example", "output": "xml"}],
)  # fmt: skip
def test_invalid_cdx_parameter_is_refused_with_a_reason(port: TestClient, parameters: dict[str, str]) -> None:
    told = port.get("/web/cdx", params=parameters)
    assert told.status_code == 400
    assert told.json()["detail"]
