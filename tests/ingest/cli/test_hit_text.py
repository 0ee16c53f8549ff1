"""What the command says about hits: how many there are, and which texts were searched."""

from __future__ import annotations

from db.search.effort import Stretch
from db.search.query import parse
from db.search.search import Results
from db.search.suggestion import Reason
from ingest.cli.hit_text import advice, summary


def test_texts_that_were_not_looked_through_are_told() -> None:
    among = Stretch(10_000, "2024-03-02", "2026-01-15", (1, 2))
    told = summary(Results(parse("ports"), 400, 0, (), among=among), first=0)
    assert told[0] == "0 of 400 items"
    assert told[1].startswith("only 10,000 texts were looked through, of 2024-03-02 to 2026-01-15: ")
    assert "--rank-all" in told[1]


def test_hits_that_there_was_no_time_to_rank_are_told_to_come_by_date() -> None:
    told = summary(Results(parse("ports"), 400, 0, (), unranked=True), first=0)
    assert told[1] == "to rank them takes too long: the newest come first, --rank-all ranks all"


def test_where_nothing_could_be_looked_through_no_number_is_told_as_one() -> None:
    told = summary(Results(parse("ports"), 0, 0, (), exact=False, among=Stretch(0, "", "", (0, 0))), first=0)
    assert told[0] == "0 of 0 items"
    assert "takes too long" in told[1]


def test_a_search_of_all_texts_says_no_more_than_how_many() -> None:
    assert summary(Results(parse("ports"), 2, 0, ()), first=0) == ["0 of 2 items"]
    assert summary(Results(parse("ports"), 0, 0, ()), first=0) == ["nothing is found"]


def test_a_word_with_a_colon_behind_it_is_told_with_one() -> None:
    assert advice((), (Reason("autor:", "the word stands in no item"),)) == ["  autor: the word stands in no item"]


def test_a_page_behind_the_last_hit_says_how_many_there_are() -> None:
    assert summary(Results(parse("ports"), 4, 0, ()), first=100) == ["4 items, and none behind the first 100"]
