"""The interface of a Drupal site: its texts are named with their last change, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.discovery.json_api import KINDS, further, pages, root

SITE = "https://institute.example"
HERE = f"{SITE}/jsonapi"


def node(**attributes: Any) -> dict[str, Any]:
    return {"type": "node--article", "id": "x", "attributes": {"langcode": "en", **attributes}}


def test_each_type_of_text_is_requested_and_then_its_further_pages() -> None:
    assert root(f"{SITE}/en") == HERE
    links = {
        "self": {"href": HERE},
        "node--article": {"href": f"{HERE}/node/article"},
        "node--report": f"{HERE}/node/report",
        "node--page": {"href": f"{HERE}/node/page"},
        "user--user": {"href": f"{HERE}/user/user"},
    }
    asked = further(json.dumps({"links": links}).encode(), HERE)
    assert [one.partition("?")[0] for one in asked] == [f"{HERE}/node/article", f"{HERE}/node/report"]
    assert all("sort=-changed" in one for one in asked)
    following = {"links": {"self": {"href": "x"}, "next": {"href": "/jsonapi/node/article?page=2"}}}
    assert further(json.dumps(following).encode(), HERE) == (f"{SITE}/jsonapi/node/article?page=2",)
    many = {f"node--kind{n}": {"href": f"/{n}"} for n in range(40)}
    assert len(further(json.dumps({"links": many}).encode(), HERE)) == KINDS


def test_texts_get_urls_from_their_alias_or_number_in_the_language_of_the_list() -> None:
    data = [
        node(path={"alias": "/analysis/tides"}, changed="2023-04-24T10:00:00+02:00"),
        node(path={"alias": None}, drupal_internal__nid=7),
        node(path={"alias": "/analiza"}, langcode="pl"),
        node(path="x", drupal_internal__nid="7"),
        node(path={"alias": ["/analysis/ports"]}),
        {"type": "user--user", "attributes": {"path": {"alias": "/user/1"}}},
    ]
    found = pages(json.dumps({"data": data}).encode(), HERE)
    assert [(one.url, one.lastmod) for one in found] == [
        (f"{SITE}/analysis/tides", datetime(2023, 4, 24, 8, 0, 0, 999999, tzinfo=UTC)),
        (f"{SITE}/node/7", None),
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"links": [], "data": {}}', b"[" * 100_000, b'{"data": [1, null]}'])
def test_an_invalid_answer_names_nothing(body: bytes) -> None:
    assert (further(body, HERE), pages(body, HERE)) == ((), ())


@pytest.mark.slow
@given(
    st.recursive(st.none() | st.text() | st.integers(), lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)
def test_no_json_makes_the_reader_raise(said: object) -> None:
    body = json.dumps({"data": said, "links": said}).encode()
    further(body, HERE)
    pages(body, HERE)
