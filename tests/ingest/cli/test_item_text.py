"""How the history of an item is shown: what changed in each edition, and between any two of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from db.catalogue import Catalogue
from db.model.item import Act, Covers, Duty, Edition, Evidence, ItemTerm, Permission, Statement, StatementPlace, Term
from ingest.cli.ink import render_ink
from ingest.cli.item_text import brief, difference_lines, history_lines, seen_instead_lines
from tests.db.citation.test_citation import OPENED, item
from tests.db.conftest import EntryBuilder

Command = Callable[..., Any]
EDITED = "http://institute.example/heat-pumps-in-granite-towns/"


@pytest.fixture
def show(story: Any, creditline: Command) -> Command:
    """Call ``creditline show`` on the collection after three runs."""
    return lambda *words: creditline("-C", story.third.layout.directory, "show", *words)


@pytest.mark.parametrize(
    ("acts", "noncommercial", "told"),
    [
        ((Act.EXCERPT,), False, "text: ask, excerpt: yes with duties (attribute), plain; images: unknown"),
        (
            (Act.REPRODUCE, Act.DISTRIBUTE),
            True,
            "text: no, non-commercial: yes with duties (attribute), plain; images: unknown",
        ),
        ((Act.REPRODUCE, Act.DISTRIBUTE), False, "text: yes with duties (attribute), plain; images: unknown"),
    ],
    ids=["a part", "not for sale", "whole"],
)
def test_what_may_be_done_with_a_part_or_for_free_stands_beside_the_answer(
    acts: tuple[Act, ...], noncommercial: bool, told: str
) -> None:
    rule = "excerpts" if acts == (Act.EXCERPT,) else "grant"
    duties = (Duty.ATTRIBUTE,)
    terms = tuple(Term(Covers.TEXT, act, Permission.WITH_DUTIES, rule, duties, noncommercial) for act in acts)
    statement = Statement("As stated.", StatementPlace.ITEM_PROSE, Evidence("As stated.", ""), terms)
    assert f"  reuse      {told}" in brief(replace(item(), terms=(ItemTerm(statement, OPENED, OPENED),)))


def test_each_edition_says_what_changed_in_it_and_how_much(show: Command, story: Any) -> None:
    told = [line for line in show(EDITED, "--editions").out.splitlines() if line.startswith("  edition ")]
    assert len(told) == 2
    assert "changed: text (+" in told[1]
    history = json.loads(show(EDITED, "--editions", "--json").out)["history"]
    assert [one["changed"] for one in history] == [[], ["text"]]
    assert history[1]["words_added"] > 0


def test_the_words_that_changed_are_marked_between_two_times(show: Command, story: Any) -> None:
    with Catalogue.open(story.third.layout.catalogue, read_only=True) as catalogue:
        first, second = catalogue.editions(EDITED)
    told = show(EDITED, "--diff", first.id, second.id)
    assert told.code == Exit.DONE
    assert told.out.splitlines()[:2] == [
        f"--- {first.id}  {first.opened:%Y-%m-%d %H:%M}",
        f"+++ {second.id}  {second.opened:%Y-%m-%d %H:%M}",
    ]
    assert "{+" in told.out
    turned = show(EDITED, "--diff", second.id.partition("@")[2], first.id)
    assert turned.out == told.out
    held = json.loads(show(EDITED, "--json", "--diff", first.id, second.id).out)
    assert held["from"] == first.id
    assert {run["op"] for one in held["paragraphs"] for run in one["runs"]} >= {"added"}
    same = show(EDITED, "--diff", second.id, second.id)
    assert "in force at both times" in same.out


@pytest.mark.parametrize(
    ("moments", "said"),
    [(("1999-01-01", "2100-01-01"), "was not held at"), (("20249999999999", "2100-01-01"), "is no time")],
    ids=["before the first edition", "invalid time"],
)
def test_a_time_without_an_edition_is_refused(show: Command, moments: tuple[str, str], said: str) -> None:
    ended = show(EDITED, "--diff", *moments)
    assert ended.code == Exit.USAGE
    assert said in ended.err


def test_the_same_work_in_another_language_is_named_with_its_id(show: Command, story: Any) -> None:
    with Catalogue.open(story.third.layout.catalogue, read_only=True) as catalogue:
        polish = catalogue.item("http://institute.example/pl/zimowe-obciazenie-bursztynowego-kabla/")
        english = catalogue.item("http://institute.example/winter-load-on-the-amber-cable/")
    assert english is not None
    assert polish is not None
    assert f"  in pl      {polish.url}  ({polish.id})" in show(english.id).out
    assert english.id in show(polish.id).out


def edition(text: str) -> Edition:
    """An edition that says *text*."""
    at = datetime(2023, 4, 24, 10, tzinfo=UTC)
    return Edition("bl-x@20230424100000", "bl-x", 1, at, at, "", None, text, (), None, ())


def counting(first: int, last: int) -> str:
    return " ".join(f"w{number}" for number in range(first, last + 1))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (f"{counting(1, 30)} old", f"{counting(1, 30)} new", f"… {counting(23, 30)} [-old-] {{+new+}}"),
        (f"old {counting(1, 30)}", f"new {counting(1, 30)}", f"[-old-] {{+new+}} {counting(1, 8)} …"),
        (
            f"old {counting(1, 30)} old",
            f"new {counting(1, 30)} new",
            f"[-old-] {{+new+}} {counting(1, 8)} … {counting(23, 30)} [-old-] {{+new+}}",
        ),
        (f"{counting(1, 9)} old", f"{counting(1, 9)} new", f"{counting(1, 9)} [-old-] {{+new+}}"),
        (f"{counting(1, 10)} old", f"{counting(1, 10)} new", f"… {counting(3, 10)} [-old-] {{+new+}}"),
        (
            f"old {counting(1, 17)} old",
            f"new {counting(1, 17)} new",
            f"[-old-] {{+new+}} {counting(1, 17)} [-old-] {{+new+}}",
        ),
    ],
    ids=["at the end", "at the beginning", "at both", "nine words", "ten words", "seventeen words between"],
)
def test_a_difference_shows_eight_unchanged_words_around_each_change(one: str, other: str, told: str) -> None:
    """A single word is never replaced by an ellipsis that is as long."""
    assert render_ink(difference_lines(edition(one), edition(other))[-1].strip(), colours=False) == told


def test_what_visits_saw_instead_of_a_text_is_told_with_it_and_in_its_history(tmp_path: Path) -> None:
    builder = EntryBuilder()
    text = "\n".join(f"Part {number} of the report tells of the port and of what it cost." for number in range(30))
    with Catalogue.open(tmp_path / "catalogue.db", create=True) as catalogue:
        catalogue.add(builder.entry(1, text=text))
        for number in (2, 3):
            catalogue.add(builder.entry(number, text=text[:600]))
        held = catalogue.item("https://institute.example/anaklia")
        assert held is not None
        since, history = seen_instead_lines(catalogue, held), history_lines(catalogue, held)
    why = "partial: only the beginning of the text; the edition in force stays"
    assert since == [f"  since      2023-04-24: {why}"]
    assert history == [
        f"  seen       2023-04-24 10:02 to 2023-04-24 10:03, 2 times  {why}  https://institute.example/anaklia"
    ]
