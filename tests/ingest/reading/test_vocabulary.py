"""The reader's vocabulary: the notation of phrases, and word files that can be reviewed line by line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading import vocabulary
from ingest.reading.vocabulary import WORDS, core, languages, pattern, pattern_of, phrases, stems, whole_lines

FILES = sorted(path.name for path in WORDS.glob("*.toml"))
ROOM = WORDS.parent
LIST = re.compile(r"^(?P<before>[^\n]*)\n(?P<name>[\w-]+) = \[\n(?P<held>.*?)^\]$", re.MULTILINE | re.DOTALL)
LEANING = ("# The same", "# Such ", "# These ", "# Those ")
FEW = 4
"""Smaller lists share words such as "of" by chance."""
ASKED = re.compile(r"[\"']((?:byline|dates|document|feeds|language|metadata|page|text)\.\w+)[\"']")


def lists() -> Iterator[tuple[str, str]]:
    """Yield each list of the word files: its language, and its full name."""
    for code, held in languages().items():
        for room, listed in held.items():
            for key in listed:
                yield code, f"{room}.{key}"


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("autor*", "autorka"),
        ("autors?", "autor"),
        ("autor(ka|ki)", "autorki"),
        ("foto(grafie)? von", "foto  von"),
        ("mehr zu ... heute", "mehr zu Häfen und Fähren heute"),
        ("auteur d'un texte", "auteur d’un texte"),
        ("autor\\(in\\)", "autor(in)"),
        ("seite # von #", "seite 3 von 1,200"),
        ("作者", "作者"),
    ],
)
def test_a_phrase_stands_for_all_words_that_its_signs_allow(phrase: str, words: str) -> None:
    assert re.fullmatch(pattern_of([phrase]), words)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [("autor", "autorka"), ("a.b", "axb"), ("by", "b y"), ("mehr ...", f"mehr {'x' * 61}"), ("# tage", "x tage")],
)
def test_a_phrase_stands_for_no_other_words(phrase: str, words: str) -> None:
    assert re.fullmatch(pattern_of([phrase]), words) is None


def test_the_longest_of_phrases_that_begin_alike_is_found() -> None:
    found = re.compile(pattern_of(["by", "autor(ka)?", "autor", "autor tekstu", "autor\\(in\\)", "byline"]))
    assert [found.match(said)[0] for said in ("byline", "autor tekstu", "autorka", "autor(in) x")] == [  # type: ignore[index] # each matches
        "byline",
        "autor tekstu",
        "autorka",
        "autor(in)",
    ]


@pytest.mark.parametrize("name", ["text.furniture_lines", "text.furniture_headings"])
def test_a_whole_line_is_found_as_the_pattern_of_its_list_finds_it(name: str) -> None:
    listed = re.compile(rf"\W*{pattern(name)}\W*")
    fixed, others = whole_lines(name)
    rest = re.compile(rf"\W*{others}\W*")
    assert len(fixed) > len(phrases(name)) / 2
    for phrase in phrases(name):
        said = phrase.replace("'", "’")
        for line in (phrase, f"» {said}: …", f"{said}\n", said.replace(" ", "\n  "), f"{said}x", f"x {said}", said[1:]):
            found = core(line) in fixed or rest.fullmatch(line) is not None
            assert found == (listed.fullmatch(line) is not None), line


def test_a_phrase_with_signs_is_no_fixed_line() -> None:
    fixed, others = whole_lines("text.furniture_lines")
    assert {phrase for phrase in fixed if re.search(r"[()|?*#\\]|\.\.\.", phrase)} == set()
    matched = re.fullmatch(others, "ler mais") is not None
    assert matched


def test_a_list_with_a_single_phrase_is_one_group() -> None:
    assert re.fullmatch(f"{pattern_of(['uhr'])}?", "")


@pytest.mark.parametrize(
    ("phrase", "found"),
    [
        ("we use cookies", {"we use cookies"}),
        ("(please )?enable javascript", {"enable javascript"}),
        ("by (registering|signing up)", {"registering", "signing up"}),
        ("(the )?(inbox|mailbox)", {"inbox", "mailbox"}),
        ("(utiliza|use)? cookies", {"cookies"}),
        ("d'accord", {"accord"}),
        ("abonnements?", {"abonnement"}),
        ("autor\\(in\\)", {"autor"}),
        ("exclusiv* para assinantes", {"para assinantes"}),
    ],
)
def test_a_stem_is_what_a_phrase_always_contains(phrase: str, found: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "phrases", lambda _: (phrase,))
    assert set(stems("text.form_phrases")) == found


@given(st.lists(st.text("abc_", min_size=1, max_size=5), min_size=1, max_size=8), st.text("abc_", max_size=12))
def test_the_longest_matching_word_is_found(words: list[str], text: str) -> None:
    for at in range(len(text)):
        longest = max((word for word in words if text.startswith(word, at)), key=len, default=None)
        found = re.compile(pattern_of(words)).match(text, at)
        assert (found[0] if found else None) == longest


def test_a_list_that_no_language_has_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such_list"):
        phrases("page.no_such_list")


def test_each_word_list_is_sorted_without_duplicates_one_phrase_per_line() -> None:
    wrong: list[tuple[str, str]] = []
    for name in FILES:  # a case for each file would take longer than looking at it
        text = (WORDS / name).read_text("utf-8")
        wrong += [(name, line) for line in text.splitlines() if len(line) > 120]
        listed = list(LIST.finditer(text))
        if len(listed) != sum(len(held) for held in tomllib.loads(text).values()):
            wrong.append((name, "not all lists are found"))
        for found in listed:
            held = tomllib.loads(f"held = [\n{found['held']}]")["held"]
            in_lower_case = [phrase.lower() for phrase in held]
            if len(held) != found["held"].count("\n") or held != sorted(set(held)) or held != in_lower_case:
                wrong.append((name, found["name"]))
    assert wrong == []


def test_each_word_list_says_what_it_is_for_where_it_stands_first() -> None:
    # English explains its lists; a list that English lacks is explained in the first file that has it.
    explained = set()
    for name in sorted(FILES, key=lambda name: name != "en.toml"):
        text = (WORDS / name).read_text("utf-8")
        for found in LIST.finditer(text):
            room = re.findall(r"^\[(\w+)\]$", text[: found.start("name")], re.MULTILINE)[-1]
            full = f"{room}.{found['name']}"
            assert full in explained or found["before"].startswith("# "), (name, full)
            # Lists move, so no explanation may lean on the list that happens to stand before it.
            lines = text[: found.start("name")].rsplit("\n\n", 1)[-1]
            assert not lines.startswith(LEANING), (name, full)
            explained.add(full)


def test_no_two_kinds_of_lists_hold_nearly_the_same_phrases() -> None:
    # Then they are one kind, or one of them has its phrases twice.
    held = {name: set(phrases(name)) for name in {name for _, name in lists()} if len(phrases(name)) >= FEW}
    assert [
        (one, other)
        for one, other in combinations(sorted(held), 2)
        if 2 * len(held[one] & held[other]) > len(held[one] | held[other])
    ] == []


def test_each_word_list_is_asked_for_by_its_name() -> None:
    asked = {name for path in ROOM.rglob("*.py") for name in ASKED.findall(path.read_text("utf-8"))}
    assert asked
    assert {name for _, name in lists()} == asked


def test_the_words_are_read_once() -> None:
    assert vocabulary.languages() is vocabulary.languages()
