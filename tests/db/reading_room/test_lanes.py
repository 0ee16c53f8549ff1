"""Lanes: a request waits only for requests of its own kind, and waiting takes no thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from db.catalogue import Catalogue
from db.reading_room.lanes import Lane, Lanes, lane_of
from db.reading_room.problem import Problem
from db.reading_room.room_settings import Bounds
from db.search import facet_counts
from tests.db.reading_room.conftest import Open


@pytest.mark.parametrize(
    ("path", "asked", "lane"),
    [
        ("/", {}, Lane.PAGE),
        ("/items/wi-a", {}, Lane.PAGE),
        ("/items/wi-a.bib", {"through": "all"}, Lane.PAGE),
        ("/captures/a", {}, Lane.PAGE),
        ("/search", {"q": "war"}, Lane.SEARCH),
        ("/search.json", {"q": "war"}, Lane.SEARCH),
        ("/search.atom", {}, Lane.SEARCH),
        ("/search", {"q": "war", "through": "all"}, Lane.ALL),
        ("/api/v1/search", {"through": "all"}, Lane.ALL),
        ("/search.bib", {}, Lane.ALL),
        ("/search.jsonl", {}, Lane.ALL),
        ("/quote", {"words": "a b"}, Lane.SEARCH),
        ("/feed.atom", {}, Lane.SEARCH),
    ],
)
def test_path_decides_the_lane_of_a_request(path: str, asked: dict[str, str], lane: Lane) -> None:
    assert lane_of(path, asked) is lane


def test_each_lane_waits_only_for_itself() -> None:
    async def asked() -> list[str]:
        lanes, told = Lanes(4, 0.05), []
        async with lanes.turn(Lane.SEARCH), lanes.turn(Lane.ALL):
            for lane in (Lane.SEARCH, Lane.ALL):
                with pytest.raises(Problem, match="Too many questions"):
                    async with lanes.turn(lane):
                        told.append("too soon")
            async with lanes.turn(Lane.PAGE):
                told.append("page")
        async with lanes.turn(Lane.SEARCH):
            told.append("search")
        return told

    assert asyncio.run(asked()) == ["page", "search"]


def test_lane_serves_in_order_and_an_error_frees_its_turn() -> None:
    async def asked() -> list[int]:
        lanes, told = Lanes(4, 5.0), []

        async def one(number: int) -> None:
            async with lanes.turn(Lane.SEARCH):
                told.append(number)
                await asyncio.sleep(0)
                if number == 1:
                    raise ValueError(number)

        await asyncio.gather(*(one(number) for number in range(5)), return_exceptions=True)
        return told

    assert asyncio.run(asked()) == [0, 1, 2, 3, 4]


def test_waiting_searches_do_not_block_other_pages(
    opened: Open, articles: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, end = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> None:
        begun.set()
        assert end.wait(300)

    monkeypatch.setattr(facet_counts, "facets_of", slow)
    room = opened(bounds=Bounds(patience=120.0))
    answers: list[int] = []

    def ask(path: str) -> Callable[[], None]:
        return lambda: answers.append(room.get(path).status_code)

    waiting = [threading.Thread(target=ask(f"/search?q=anaklia&n={number}")) for number in range(1, 61)]
    for thread in waiting:
        thread.start()
    try:
        assert begun.wait(300)
        (item,) = [one[0] for one in articles.connection.execute("SELECT id FROM item LIMIT 1")]
        assert room.get(f"/items/{item}").status_code == 200
        assert not answers
    finally:
        end.set()
        for thread in waiting:
            thread.join()
    assert answers == [200] * 60
