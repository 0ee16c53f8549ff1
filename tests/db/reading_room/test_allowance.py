"""Texts that may not be republished: the room shows only their beginning and their address, in every form."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from db.catalogue import Catalogue
from db.model.item import Grade
from db.reading_room.allowance import BEGINNING, Texts
from ingest.commands.serve import TEXTS
from tests.db.reading_room.conftest import BROWSER, Open

END = "and so it ends."
TEXT = "\n\n".join(["A long report on the ports of a cold sea."] * 30 + [END])


@pytest.fixture
def item_ids(articles: Catalogue, builder: Any) -> dict[str, str]:
    """Ids of four texts: one may be republished, one only where that is not for sale, one says nothing, and one says
    it only in prose."""
    # A terms page would speak for all of them.
    articles.connection.execute("DELETE FROM term")

    def kept(number: int, path: str, *words: str, **term: Any) -> None:
        said = [builder.statement(builder.capture(number), one) for one in words]
        told = [replace(one, terms=tuple(replace(held, **term) for held in one.terms)) for one in said]
        articles.add(builder.entry(number, path, text=TEXT, statements=tuple(told)))

    kept(10, "/free", "Free for all.", rule="rel-license", license_id="CC-BY-4.0")
    kept(11, "/silent")
    kept(12, "/unpaid", "Free of cost.", rule="rel-license", license_id="CC-BY-NC-4.0", noncommercial=True)
    kept(13, "/prose", "Free, as this sentence says that nobody confirmed.")
    found = {one.url.rpartition("/")[2]: one.id for one in articles.items(articles.all_item_ids())}
    return {name: found[name] for name in ("free", "silent", "unpaid", "prose")}


def whole_text_shown(room: TestClient, item: str) -> set[bool]:
    """Return, for each form in which an item is shown, whether it contains the end of the text."""
    paths = [f"/items/{item}", f"/items/{item}.json", f"/items/{item}.txt", f"/api/v1/items/{item}"]
    return {END in room.get(path, headers=BROWSER).text for path in paths}


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (Texts.ALL, {"free", "silent", "unpaid", "prose"}),
        (Texts.PERMITTED, {"free"}),
        (Texts.NOT_FOR_SALE, {"free", "unpaid"}),
    ],
)
def test_room_shows_whole_texts_as_configured(
    opened: Open, item_ids: dict[str, str], texts: Texts, shown: set[str]
) -> None:
    room = opened(texts=texts)
    assert {name: whole_text_shown(room, item) for name, item in item_ids.items()} == {
        name: {name in shown} for name in item_ids
    }


@pytest.mark.slow
def test_whole_text_is_shown_only_if_the_grade_is_high_enough(opened: Open, item_ids: dict[str, str]) -> None:
    rooms = {least: opened(texts=Texts.PERMITTED, least=least) for least in Grade}
    shown = {
        least: {name for name in item_ids if True in whole_text_shown(room, item_ids[name])}
        for least, room in rooms.items()
    }
    assert shown == {
        Grade.CONFIRMED: set(),
        Grade.MACHINE_READABLE: {"free"},
        Grade.PLAIN: {"free", "prose"},
    }


def test_restricted_text_is_shown_as_a_beginning_with_its_source(opened: Open, item_ids: dict[str, str]) -> None:
    room, item = opened(texts=Texts.PERMITTED), item_ids["silent"]
    page = room.get(f"/items/{item}", headers=BROWSER).text
    assert "The terms do not let this room show the whole text." in page
    assert "A long report on the ports" in page
    told = room.get(f"/items/{item}.json").json()
    assert told["text_shown"] == "beginning"
    assert len(told["edition"]["text"]) <= BEGINNING + 2
    assert room.get(f"/items/{item_ids['free']}.json").json()["text_shown"] == "whole"
    assert room.get(f"/items/{item}.txt").text.count("https://institute.example/silent") >= 1


def test_older_edition_is_shown_under_the_current_terms(opened: Open, articles: Catalogue, builder: Any) -> None:
    articles.add(builder.entry(20, "/changed", text=f"{TEXT} Before."))
    articles.add(
        builder.entry(21, "/changed", text=TEXT, statements=(builder.statement(builder.capture(21), "Ask us first."),))
    )
    room = opened(texts=Texts.PERMITTED)
    item = next(one.id for one in articles.items(articles.all_item_ids()) if one.url.endswith("/changed"))
    assert {END in room.get(f"/items/{one.id}.json").text for one in articles.editions(item)} == {False}


def test_comparison_of_restricted_text_shows_counts_without_words(
    opened: Open, articles: Catalogue, builder: Any
) -> None:
    for number, text in ((20, TEXT), (21, f"{TEXT}\n\nSecret words came.")):
        articles.add(
            builder.entry(
                number, "/asked", text=text, statements=(builder.statement(builder.capture(number), "Ask us."),)
            )
        )
    item = next(one.id for one in articles.items(articles.all_item_ids()) if one.url.endswith("/asked"))
    first, second = (one.id.partition("@")[2] for one in articles.editions(item))
    path = f"/items/{item}/diff/{first}..{second}"
    told = {texts: opened(texts=texts).get(path, headers=BROWSER).text for texts in (Texts.ALL, Texts.PERMITTED)}
    assert "Secret words" in told[Texts.ALL]
    assert "Secret words" not in told[Texts.PERMITTED]
    assert "<ins>+3</ins>" in told[Texts.PERMITTED]
    assert opened(texts=Texts.PERMITTED).get(f"{path}.json").json()["change"]["passages"] == []


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json", "/search.jsonl?q=report", "/search.md?q=report",
                                  "/oai?verb=ListRecords&metadataPrefix=oai_dc", "/search.json?q=report"])  # fmt: skip
def test_lists_feeds_and_exports_never_hold_the_end_of_a_restricted_text(
    opened: Open, item_ids: dict[str, str], path: str
) -> None:
    told = opened(texts=Texts.PERMITTED).get(path)
    assert told.status_code == 200
    assert END not in told.text


def test_serve_command_offers_every_choice_of_texts() -> None:
    assert tuple(Texts) == TEXTS
