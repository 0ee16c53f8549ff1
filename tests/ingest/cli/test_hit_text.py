"""What the command says about hits: how many there are, and which texts were searched."""

from __future__ import annotations

import pytest

from db.search.effort import DateRange
from db.search.hit import Hit
from db.search.query import parse
from db.search.search import Results
from db.search.snippet import Snippet
from db.search.suggestion import Reason
from ingest.cli.hit_text import advice, summary, table


def test_a_search_says_when_it_searched_only_some_of_the_texts() -> None:
    among = DateRange(10_000, "2024-03-02", "2026-01-15", (1, 2))
    told = summary(Results(parse("ports"), 400, 0, (), among=among), first=0)
    assert told[0] == "0 of 400 items"
    assert told[1].startswith("only 10,000 texts were looked through, of 2024-03-02 to 2026-01-15: ")
    assert "--rank-all" in told[1]


def test_hits_that_took_too_long_to_rank_are_said_to_come_by_date() -> None:
    told = summary(Results(parse("ports"), 400, 0, (), unranked=True), first=0)
    assert told[1] == "to rank them takes too long: the newest come first, --rank-all ranks all"


def test_a_pasted_line_is_not_repeated_whole() -> None:
    (told,) = advice((), [Reason("x" * 9_999, "no item has the word")])
    assert told == f"  {'x' * 200}…: no item has the word"


def test_a_search_that_ran_out_of_time_does_not_claim_that_nothing_is_found() -> None:
    told = summary(Results(parse("ports"), 0, 0, (), exact=False, among=DateRange(0, "", "", (0, 0))), first=0)
    assert told[0] == "0 of 0 items"
    assert "takes too long" in told[1]


def test_a_search_of_all_texts_prints_only_the_number_of_hits() -> None:
    assert summary(Results(parse("ports"), 2, 0, ()), first=0) == ["0 of 2 items"]
    assert summary(Results(parse("ports"), 0, 0, ()), first=0) == ["nothing is found"]


def test_advice_prints_one_colon_after_a_word_that_ends_in_a_colon() -> None:
    assert advice((), (Reason("autor:", "no item has the word"),)) == ["  autor: no item has the word"]


def test_a_page_after_the_last_hit_says_how_many_hits_there_are() -> None:
    assert summary(Results(parse("ports"), 4, 0, ()), first=100) == ["4 items, and none behind the first 100"]


def hit_of(item: str, authors: tuple[str, ...], title: str) -> Hit:
    return Hit(item, title, authors, "2024-05-20", "en", "p", "article", None, Snippet("", (), False, False))


LONG = hit_of("institute-013hej5ggz", ("Maria Ossowska", "Jan Kos"), "Harbours after the Flood: What Was Mended First")
SHORT = hit_of("institute-s3y230pw2r", ("Ewa Lis",), "Tides")


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (0, "institute-013hej5ggz  2024-05-20  en    Maria Ossowska; Jan Kos  " + str(LONG.title)),
        (112, "institute-013hej5ggz  2024-05-20  en    Maria Ossowska; Jan Kos  " + str(LONG.title)),
        (111, "institute-013hej5ggz  2024-05-20  en    Maria Ossowska; Jan Kos  " + str(LONG.title)[:-2] + "…"),
        (80, "institute-013hej5ggz  2024-05-20  en    Maria Ossowska; Jan Kos  Harbours after…"),
        (70, "institute-013hej5ggz  2024-05-20  en    Maria Ossowska;…  Harbours af…"),
        (20, "institute-013hej5ggz  2024-05-20  en    Maria Ossow…  Harbours af…"),
    ],
)
def test_a_table_has_one_line_a_hit_on_a_terminal_and_is_whole_in_a_pipe(columns: int, row: str) -> None:
    heading, *rows = table([[LONG, SHORT]], columns)
    assert heading.split() == ["id", "published", "lang", "authors", "title"]
    assert rows[0] == row
    assert rows[1].index("Tides") == row.index("Harbours")
    assert rows[1].split() == ["institute-s3y230pw2r", "2024-05-20", "en", "Ewa", "Lis", "Tides"]


def test_a_later_part_of_a_table_fits_a_terminal_too_but_its_ids_stay_whole() -> None:
    later = hit_of(f"{LONG.item}@20240101000000", LONG.authors, "The Flood")
    assert list(table([[SHORT], [later]], 60))[2] == f"{later.item}  2024-05-20  en    Maria …  The …"
    assert list(table([[SHORT], [later]]))[2].endswith("  Maria Ossowska; Jan Kos  The Flood")
