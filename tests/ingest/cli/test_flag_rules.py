"""A flag that a verb would pass over is refused, with a hint, before anything is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest

from archive.errors import Exit
from ingest.cli.app import VERBS, creditline
from ingest.cli.flag_rules import RULES, FlagRules, Verb, broken_rule, name_of

Command = Callable[..., Any]
RULED = FlagRules(
    alone={"--ids": ("WORDS",)},
    apart=(("--all", "-n"), ("--json", "--format csv")),
    needs={"--seed": ("--sample",), "--format odrl": ("ITEM", "--all"), "--lang": ("--format apa", "--format mla")},
)


def verb(name: str) -> click.Command:
    command = creditline.get_command(click.Context(creditline), name)
    assert command is not None
    return command


@pytest.mark.parametrize("name", VERBS)
def test_the_rules_name_only_what_a_verb_takes(name: str) -> None:
    command = verb(name)
    assert isinstance(command, Verb)
    rules = RULES.get(name, FlagRules())
    known = {name_of(one): one for one in command.params}
    lists = [*rules.apart, *([flag, *others] for table in (rules.alone, rules.needs) for flag, others in table.items())]
    for said in {flag for one in lists for flag in one} - {"--json"}:
        flag, _, value = said.partition(" ") if said.startswith("--") else (said, "", "")
        assert flag in known, said
        assert not value or value in known[flag].type.choices, said  # type: ignore[attr-defined]  # it is a choice


def test_there_are_rules_for_verbs_only() -> None:
    assert RULES.keys() <= VERBS.keys()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"--ids": "True", "--sort": "new"}, "--sort and --ids do not go together"),
        ({"--ids": "True", "WORDS": "ports", "--json": ""}, None),
        ({"--sort": "new", "--all": "True"}, None),
        ({"--all": "True", "-n": "3"}, "--all and -n do not go together"),
        ({"--json": "", "--format": "csv"}, "--json and --format csv do not go together"),
        ({"--json": "", "--format": "json"}, None),
        ({"--format": "csv"}, None),
        ({"--seed": "3"}, "--seed means nothing here without --sample"),
        ({"--seed": "3", "--sample": "2"}, None),
        ({"--format": "odrl"}, "--format odrl means nothing here without ITEM or --all"),
        ({"--format": "odrl", "ITEM": "x"}, None),
        ({"--lang": "pl", "--format": "ris"}, "--lang means nothing here without --format apa or mla"),
        ({"--lang": "pl", "--format": "mla"}, None),
    ],
)
def test_a_broken_rule_is_told_in_words(said: dict[str, str], told: str | None) -> None:
    broken = broken_rule(RULED, said)
    assert (broken and broken[0]) == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("terms --format odrl", "--format odrl means nothing here without ITEM, -q or --all"),
        ("cite x --lang pl", "--lang means nothing here without --format chicago-notes"),
        ("cite x --markup html --format ris", "--markup means nothing here without --format"),
        ("cite --all x", "--all and ITEM do not go together"),
        ("search ports --ids --format csv", "--format and --ids do not go together"),
        ("search --json ports --format csv", "--json and --format csv do not go together"),
        ("inspect page.html --batch list.tsv", "FILE and --batch do not go together"),
        ("review x --by Ewa", "--by means nothing here without --set, --nothing"),
        ("review x --undo 12 --by Ewa", "ITEM | STATEMENT and --undo do not go together"),
        ("review x --field title --by Ewa", "--by means nothing here"),
        ("review x --contact Ewa", "--contact means nothing here without --permits, --asks or --forbids"),
        ("mark x --remove", "--remove means nothing here without --tag, --set or --note"),
        ("verify proof.json --since 2024-01-01", "ITEM | FILE and --since do not go together"),
        ("verify --copy there --all", "--all and --copy do not go together"),
        ("run --only x --limit 3", "--limit and --only do not go together"),
    ],
)
def test_a_flag_that_would_be_passed_over_is_refused(creditline: Command, words: str, told: str) -> None:
    ended = creditline(*words.split())
    assert (ended.code, ended.out) == (Exit.USAGE, "")
    assert told in ended.err
    assert f"`creditline {words.split()[0]} --help` says what each does" in ended.err


def test_help_is_shown_beside_any_flags(creditline: Command) -> None:
    assert creditline("search", "--ids", "--count", "--help").code == Exit.DONE
