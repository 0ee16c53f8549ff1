"""The page of hits: what it shows, what narrows it, and that hits can be exported in every form."""

from __future__ import annotations

import json
import re
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.model.item import Dated, Precision
from db.reading_room import forms
from db.reading_room.room import app
from db.reading_room.room_settings import Bounds, RoomSettings
from db.reading_room.template import marked_title
from db.search.effort import Effort
from db.search.hit import Hit
from db.search.snippet import Snippet
from tests.db.reading_room.conftest import BROWSER, Open


def page(room: TestClient, address: str) -> str:
    answer = room.get(address, headers=BROWSER)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_hits_mark_the_words_that_match(one_room: TestClient) -> None:
    found = page(one_room, "/search?q=baltic")
    assert "1 item" in found
    assert "of the <mark>Baltic</mark> sea" in found


@pytest.mark.slow
def test_a_hit_that_only_its_tags_explain_shows_them(room: TestClient, articles: Catalogue, builder: Any) -> None:
    told = (("Quays", "Of what is new."), ("Cranes of Łódź", "Of what is new."), ("Boats", "Of Łódź, which is new."))
    for number, (title, text) in enumerate(told, 40):
        capture = builder.capture(number, f"/{number}")
        tags = (builder.words(capture, "Łódź & <port>"), builder.words(capture, "grain"))
        articles.add(builder.entry(number, f"/{number}", title=title, text=text, tags=tags))
    shown = page(room, "/search?q=lodz")
    assert shown.count("Tags: <mark>Łódź &amp; &lt;port&gt;</mark>") == 1, "marked words explain the other hits"
    assert "Tags: <mark>" not in page(room, "/search?q=kind:article"), "no word was searched for"


def test_an_empty_collection_explains_no_query_that_nobody_typed(catalogue: Catalogue, tmp_path: Path) -> None:
    assert catalogue.all_item_ids() == []
    with TestClient(app(RoomSettings(tmp_path / "catalogue.db", tmp_path)), "http://127.0.0.1:8000") as empty:
        listed, asked = page(empty, "/search"), page(empty, "/search?q=kind:page")
    assert ("Nothing is found." in listed, "<b>kind:" in listed) == (True, False)
    assert "<b>kind:page</b>" in asked


def test_matching_title_words_are_marked_and_the_title_is_escaped() -> None:
    shown = Snippet("", (), before=False, after=False)
    title, marks = "<b> on Ports & Quays", ((7, 12),)
    hit = Hit("wi-1", title, (), None, "en", "wi", "article", None, shown, title_marks=marks)
    assert marked_title(hit) == "&lt;b&gt; on <mark>Ports</mark> &amp; Quays"
    assert marked_title(replace(hit, title=None, title_marks=())) == ""


def test_facet_years_are_listed_newest_first(room: TestClient, articles: Catalogue, builder: Any) -> None:
    for number, year in enumerate(("2019", "2021", "2021", "2020"), 60):
        day = Dated(f"{year}-05-01", Precision.DAY, builder.evidence(builder.capture(number), year))
        articles.add(builder.entry(number, f"/{number}", title="Quays", published=day))
    shown = page(room, "/search?q=quays")
    assert re.findall(r"<span>(20\d\d)</span>", shown) == ["2021", "2020", "2019"]


def test_query_is_escaped_on_the_page(one_room: TestClient) -> None:
    found = page(one_room, "/search?q=<script>alert(1)</script>")
    assert "<script>alert" not in found


def test_facet_links_narrow_the_search_and_chips_widen_it(one_room: TestClient) -> None:
    found = page(one_room, "/search?q=port+lang:en")
    assert "/search?q=port+lang%3Aen+author%3A%22%C5%81ukasz" in found
    assert 'href="/search?q=port"' in found


def test_unknown_field_is_reported(one_room: TestClient) -> None:
    assert "there is no field autor: known are title:" in page(one_room, "/search?q=autor:kowal")
    told = one_room.get("/search.bib?q=autor:kowal")
    assert (told.status_code, told.headers["content-type"]) == (400, "application/problem+json")


def test_search_without_hits_suggests_another_query(one_room: TestClient) -> None:
    found = page(one_room, "/search?q=balticc+sea")
    assert "Did you mean" in found
    assert "/search?q=baltic+sea" in found


def test_hits_have_links_to_the_next_and_previous_page(one_room: TestClient) -> None:
    first = one_room.get("/search.json?n=2&sort=title").json()
    assert (first["total"], len(first["hits"])) == (3, 2)
    second = one_room.get(first["next"]).json()
    assert (len(second["hits"]), second["next"]) == (1, None)
    assert {one["item"] for one in first["hits"]} & {one["item"] for one in second["hits"]} == set()
    assert 'rel="next"' in page(one_room, "/search?n=2")
    assert 'rel="prev"' in page(one_room, "/search?n=2&after=2")
    behind = page(one_room, "/search?n=2&after=100")
    assert "There are no more." in behind
    assert "101–100" not in behind


@pytest.mark.parametrize("form", forms.OF_HITS, ids=lambda form: form.ending)
def test_all_hits_are_exported_in_every_form(one_room: TestClient, form: forms.Form) -> None:
    answer = one_room.get(f"/search.{form.ending}?q=")
    assert (answer.status_code, answer.headers["x-total-count"]) == (200, "3")
    assert answer.headers["content-type"] == form.kind
    assert answer.text.count("/anaklia") >= 1
    if form.ending == "csl.json":
        assert len(json.loads(answer.text)) == 3
    if form.ending in ("jsonl", "jsonld"):
        assert len([json.loads(line) for line in answer.text.splitlines()]) == 3


def test_sql_of_a_search_returns_its_hits(room: TestClient, articles: Catalogue) -> None:
    asked = room.get("/search.sql?q=baltic").text
    assert len(articles.connection.execute(asked).fetchall()) == 1


@pytest.mark.parametrize(
    "address", ["/search?n=x&after=-1", "/search?sort=no", "/search?after=99999999999999", "/search?n=0"]
)
def test_invalid_numbers_are_ignored(one_room: TestClient, address: str) -> None:
    page(one_room, address)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("zeppelin", "no item has the word"),
        ("数字", "in this script only beginnings are found"),
        ("zepp*", "no item has a word that begins like this"),
        ('"sea baltic port"', "no item has the words in this order"),
        ("http://institute.example/nowhere", "no item is held under this address"),
        ("institute-0000000000", "no item has this id"),
    ],
)
def test_the_reason_why_nothing_is_found_is_given_in_polish_too(one_room: TestClient, query: str, reason: str) -> None:
    english, polish = (page(one_room, f"{prefix}/search?q={quote(query)}") for prefix in ("", "/pl"))
    assert reason in english
    assert reason not in polish


def test_overlong_query_is_refused(one_room: TestClient) -> None:
    assert one_room.get("/search?q=" + "x" * 600).status_code == 400


def test_page_says_if_not_all_texts_were_searched(opened: Open) -> None:
    room = opened(bounds=Bounds(search=Effort(seconds=0.0, steps=1)))
    told = page(room, "/search?q=baltic")
    assert "Searching the texts takes too long" in told
    # It is not known that there is nothing.
    assert "Nothing is found" not in told
    assert "More than" not in told
    assert "Przeszukiwanie tekstów trwa za długo" in page(room, "/pl/search?q=baltic")
    said = room.get("/search.json?q=baltic").json()
    assert (said["total"], said["exact"], said["among"]["texts"]) == (0, False, 0)
    assert room.get("/search.bib?q=baltic").text.count("@") > 0
    # Whoever asks for all of them waits for all of them.
    assert 'href="/search?q=baltic&amp;through=all"' in told
    whole = page(room, "/search?q=baltic&through=all")
    assert "1 item" in whole
    assert "takes too long" not in whole
    assert room.get("/search.json?q=baltic&through=all").json()["among"] is None


def test_page_with_unranked_hits_says_so_and_is_not_kept(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    room, spent, shares = opened(), Effort.limiting, []

    def ranking_fails(self: Effort, connection: sqlite3.Connection, share: float = 1.0) -> object:
        shares.append(share)
        return spent(self if len(shares) % 3 else replace(self, seconds=0.0, steps=1), connection, share)

    with monkeypatch.context() as hurried:
        hurried.setattr(Effort, "limiting", ranking_fails)
        told = room.get("/search?q=baltic+OR+kind:article")
    assert "Ranking them takes too long: the newest come first." in told.text
    assert 'href="/search?q=baltic+OR+kind%3Aarticle&amp;through=all"' in told.text
    assert "Last-Modified" not in told.headers
    assert "takes too long" not in room.get("/search?q=baltic+OR+kind:article").text
