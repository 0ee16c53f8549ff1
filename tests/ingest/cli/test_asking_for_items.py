"""Items named on the command line: unwanted words, fields and dates that do not exist, no hits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.errors import Exit
from ingest.collection.collection import Layout, make
from ingest.settings.values import Settings

Command = Callable[..., Any]


@pytest.fixture
def institute(creditline: Command, story: Any) -> Command:
    """Call ``creditline`` on the institute's collection."""
    return lambda *words: creditline("-C", story.third.layout.directory, *words)


def test_a_hyphen_before_a_word_excludes_it(institute: Command) -> None:
    every = institute("search", "--ids", "cable").out.split()
    fewer = institute("search", "cable", "-nuclear", "-not", "-seabed", "--ids")
    assert fewer.code == Exit.DONE, fewer.err
    assert set(fewer.out.split()) < set(every)
    # Once in its title, once in its text.
    assert institute("search", "-n1", "cable", "-nosuchword").out.count("«") == 2
    assert institute("search", "-n", "1", "--", "-cable").code == Exit.DONE
    assert "-5" in institute("search", "cable", "-n", "-5").err
    assert "--nosuchflag" in institute("search", "cable", "--nosuchflag").err


def test_a_search_reports_an_unknown_field_and_searches_for_the_words(institute: Command) -> None:
    for query, said in (("autor:kowal", "there is no field autor:"), ("from:notadate", "from: takes a date")):
        ended = institute("search", query)
        assert (ended.code, said in ended.err, "::" in ended.err) == (Exit.DONE, True, False)


@pytest.mark.parametrize("verb", [("show", "-q"), ("terms", "-q"), ("cite", "-q"), ("credit", "-q")])
def test_every_verb_that_hands_out_refuses_unknown_fields_and_invalid_dates(
    institute: Command, verb: tuple[str, ...]
) -> None:
    for query, said in (("autor:kowal", "there is no field autor:"), ("from:notadate", "from: takes a date")):
        ended = institute(*verb, query)
        assert (ended.code, ended.out, said in ended.err) == (Exit.USAGE, "", True)


@pytest.mark.parametrize("verb", ["show", "terms", "cite", "credit"])
def test_a_query_without_hits_says_that_nothing_is_found(institute: Command, verb: str) -> None:
    ended = institute(verb, "-q", "nosuchword")
    assert (ended.code, ended.out, "nothing is found by 'nosuchword'" in ended.err) == (Exit.DONE, "", True)
    assert "Nothing found" in institute("search", "--ids", "nosuchword").err


def test_a_hit_that_is_gone_from_the_site_says_so(institute: Command) -> None:
    assert "  (gone since 20" in institute("search", "title:rye").out


def test_an_unknown_verb_is_reported_with_the_most_similar_verb(institute: Command) -> None:
    ended = institute("shwo")
    assert (ended.code, "no such command 'shwo'" in ended.err) == (Exit.USAGE, True)
    assert "`creditline show`" in ended.err
    assert "you mean" not in institute("qqqq").err


def test_an_incomplete_edition_id_is_refused_with_the_full_form(institute: Command) -> None:
    assert "ends in @ and 14 or 20 digits" in institute("show", "bl-0000000000@2020").err


def test_an_invalid_date_is_refused_with_the_accepted_forms(institute: Command) -> None:
    for words in (("verify", "--since", "yesterday"), ("show", "--all", "--at", "yesterday")):
        ended = institute(*words)
        assert (ended.code, "2023-04-24, or 2023-04-24T10:00" in ended.err) == (Exit.USAGE, True)
    assert "no item is held on 2001-01-01" in institute("show", "--all", "--at", "20010101").err


def test_the_module_runs_as_the_command() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ingest.cli.app", "--version"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.startswith("creditline ")


def test_an_address_without_its_scheme_names_the_item_as_a_browser_shows_it(institute: Command) -> None:
    address = "institute.example/heat-pumps-in-granite-towns/"
    whole = institute("--json", "show", f"http://{address}").out
    assert whole
    for named in (address, address.rstrip("/"), f"www.{address}"):
        assert institute("--json", "show", named).out == whole
    for other in ("heat-pumps-in-granite-towns/", "institute.example", f"x {address}"):
        assert institute("show", other).code == Exit.USAGE


def test_a_search_for_nothing_in_an_empty_collection_explains_no_query_that_nobody_typed(
    creditline: Command, tmp_path: Path
) -> None:
    make(Layout(tmp_path / "empty"), Settings())
    listed = creditline("-C", tmp_path / "empty", "search")
    assert (listed.code, "kind:" in listed.err, "no item can be shown: `creditline -C" in listed.err) == (
        0,
        False,
        True,
    )
    asked = creditline("-C", tmp_path / "empty", "search", "kind:page")
    assert (asked.code, "kind:page: no item has" in asked.err, "can be shown" in asked.err) == (0, True, False)
