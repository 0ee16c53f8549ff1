"""The phrase files can be reviewed line by line: one phrase per line, sorted, each list with its purpose."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ingest import terms
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import Beginnings, Concept, Keys, compiled, pattern_of
from ingest.terms.word_lists import packaged, tongues

WORDINGS = Path(terms.__file__).parent / "wordings"
FILES = sorted(str(path.relative_to(WORDINGS)) for path in WORDINGS.rglob("*.toml"))
LIST = re.compile(r'^(?P<before>[^\n]*)\n(?P<name>[\w-]+|"[^"\n]+") = \[\n(?P<held>.*?)^\]$', re.MULTILINE | re.DOTALL)
PLAIN = re.compile(r"[\w' -]+")
NO_LISTS = {"agencies.toml", "rules.toml", "licenses.toml", "others.toml", "zh-ja-ko.toml"}
IN_ORDER = {"order", "acts", "all"}
"""Lists of the rules that are short, or whose order matters."""


# Each of these tests looks at all files: a case for each file took longer than looking at it.


def read(name: str) -> str:
    """Return the text of a phrase file."""
    return (WORDINGS / name).read_text("utf-8")


def test_no_line_of_the_phrase_files_is_too_long() -> None:
    assert [(name, line) for name in FILES for line in read(name).splitlines() if len(line) > 120] == []


def test_each_phrase_list_is_sorted_without_duplicates_one_per_line() -> None:
    wrong = []
    for name in FILES:
        for found in LIST.finditer(read(name)):
            for part in re.split(r"^  # .*\n", found["held"], flags=re.MULTILINE):  # a long list may have parts
                phrases = tomllib.loads(f"held = [\n{part}]")["held"]
                one_per_line = len(phrases) == sum(line.startswith('  "') for line in part.splitlines())
                if not one_per_line or (found["name"] not in IN_ORDER and phrases != sorted(set(phrases))):
                    wrong.append((name, found["name"]))
    assert wrong == []


def test_each_phrase_list_says_what_it_is_for() -> None:
    listed = {name: list(LIST.finditer(read(name))) for name in set(FILES) - {"rules.toml", "licenses.toml"}}
    assert [name for name, lists in listed.items() if not lists] == []
    silent = [
        (name, one["name"]) for name, lists in listed.items() for one in lists if not one["before"].startswith("# ")
    ]
    assert silent == []


EXPRESSIONS = {"people who act", "works of acts"}
"""Lists of regular expressions, not of phrases."""


class _AnyWords(dict[str, list[str]]):
    """Any words, for any name in angle brackets."""

    def __missing__(self, name: str) -> list[str]:
        return [name]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(FILES) - {"rules.toml", "licenses.toml", "reach/beside.toml"}))
def test_each_phrase_compiles_to_a_pattern(name: str) -> None:
    # A pattern is compiled when a page may hold the phrase: a bad one would fail in the middle of a run.
    for found in LIST.finditer(read(name)):
        for phrase in tomllib.loads(f"held = [\n{found['held']}]")["held"]:
            expression = found["name"].strip('"') in EXPRESSIONS
            re.compile(phrase if expression else pattern_of(fold(phrase), _AnyWords()))


OF_WORDS = {"beside", "common", "triggers", "creative_commons", "words"}
"""Looked up word by word, or within other phrases: there no phrase covers another."""


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in FILES if "/" not in name and name not in NO_LISTS))
def test_no_phrase_is_covered_by_another_in_its_list(name: str) -> None:
    held = tomllib.loads(read(name))
    covered = {}
    for concept in held.keys() - OF_WORDS - {"letters"}:
        patterns = {
            phrase: compiled(pattern_of(fold(phrase), held.get("words", {})))
            for phrase in held[concept]
            if not any(sign in phrase for sign in ("~", "^", "$", " .."))  # these may leave words to other lists
        }
        # A phrase of plain words may be covered by a whole other phrase.
        for phrase in filter(PLAIN.fullmatch, patterns):
            if any(other.fullmatch(fold(phrase)) for one, other in patterns.items() if one != phrase):
                covered[concept] = phrase
    assert covered == {}


@pytest.mark.parametrize("listed", [["article", "article of ours"], ["article of ours", "article"]])
def test_a_named_group_matches_its_longest_word_in_any_order(listed: list[str]) -> None:
    found = compiled(pattern_of("any <work>", {"work": listed})).match("any article of ours")
    assert found is not None
    assert found.group() == "any article of ours"


@pytest.mark.parametrize("listed", [["未经", "未经许可"], ["未经许可", "未经"]])
def test_an_unspaced_list_matches_its_longest_phrase_in_any_order(listed: list[str]) -> None:
    concept = Concept("one", [{"one": listed, "unspaced": ["yes"]}], [Keys({})])
    assert [one.words for one in concept.find("未经许可", Beginnings("未经许可"), {}, True)] == ["未经许可"]


def quoted_in_code() -> frozenset[str]:
    """Return all that stands between quotation marks in the code that reads terms."""
    code = "\n".join(path.read_text("utf-8") for path in WORDINGS.parent.glob("*.py"))
    # After each mark, also one that closes: an apostrophe in a comment would turn all others round.
    return frozenset(re.findall(r"[\"'](?=([^\"'\n]+)[\"'])", code))


def test_each_list_is_asked_for_by_its_name() -> None:
    # A list that nothing asks for is dead weight, or its name has a typing error and its words are never found.
    by_rules_or_code = {*packaged("rules")["order"], *tongues(), *quoted_in_code()}
    unasked = []
    for name in set(FILES) - {"rules.toml"}:
        held = read(name)
        asked = by_rules_or_code.union(re.findall(r"<([^<>]+)>", held))
        room = ""
        for line in held.splitlines():
            if table := re.fullmatch(r"\[(\w+)\]", line):
                room = table[1]
            elif found := re.fullmatch(r'"?([^"=]+?)"? = \[.*', line):
                called = f"{room}.{found[1]}" if name.startswith("names/") else found[1]
                if called not in asked:
                    unasked.append((name, called))
    assert unasked == []
