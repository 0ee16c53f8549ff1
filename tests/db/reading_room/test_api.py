"""The API: each address in its description answers, and as described."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from tests.db.reading_room.conftest import Open
from tests.db.reading_room.test_guard import TOKEN

CABLES = "https://institute.example/cables"


def test_every_path_in_the_openapi_document_answers(room: TestClient, articles: Catalogue) -> None:
    document = room.get("/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": "http://127.0.0.1:8000/api/v1"}]
    edition = articles.editions(CABLES)[0]
    parts = {"ref": edition.item, "id": edition.captures[0]}
    for path, told in document["paths"].items():
        answer = room.get("/api/v1" + path.format(**parts))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), path
        for one in (one for one in told["get"]["parameters"] if one["in"] == "path"):
            lost = room.get("/api/v1" + path.replace(f"{{{one['name']}}}", "institute-0000000000"))
            assert (lost.status_code, lost.headers["content-type"]) == (404, "application/problem+json")


def test_next_links_lead_through_all_hits(one_room: TestClient) -> None:
    found, following = [], "/api/v1/search?n=1&sort=old"
    while following:
        told = one_room.get(following).json()
        found += [one["item"] for one in told["hits"]]
        following = told["next"]
    assert len(set(found)) == len(found) == told["total"] == 3


def test_undocumented_api_path_gets_404(one_room: TestClient) -> None:
    assert one_room.get("/api/v1/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/search.json?q=baltic", "/api/v1/search", "/feed.json"])
def test_public_room_allows_cross_origin_reads_and_a_local_room_does_not(opened: Open, path: str) -> None:
    there = {"public_url": "https://public.example"}
    asked = {"Origin": "https://evil.example"}
    told = [opened(**settings).get(path, headers=asked).headers for settings in (there, {})]
    assert [one.get("access-control-allow-origin") for one in told] == ["*", None]
    assert [one["cross-origin-resource-policy"] for one in told] == ["cross-origin", "same-origin"]
    secret = opened(**there, token=TOKEN).get(path, headers={"Authorization": f"Bearer {TOKEN}"})
    assert secret.status_code == 200
    assert "access-control-allow-origin" not in secret.headers


@pytest.mark.parametrize("said", ["n=null", "n=", "n=1.5", "after=x", "n=%C2%B2", "sort=best", "sort="])
def test_invalid_api_parameter_is_refused(one_room: TestClient, said: str) -> None:
    told = one_room.get(f"/api/v1/search?{said}")
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("said", ["n=-1", "n=100000000000000000000", "after=99999999999999999999", "sort=title"])
def test_out_of_range_number_is_clamped(one_room: TestClient, said: str) -> None:
    assert one_room.get(f"/api/v1/search?{said}").status_code == 200
