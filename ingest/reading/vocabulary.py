"""Vocabulary: the words of each language by which the reader knows what is what on a page (`words/LANG.toml`).

Code asks for a list by its name and gets the phrases of all languages, or one regular expression for all of them. So a
new language needs a file, and no change of code. `words/en.toml` explains the signs in a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import tomli

WORDS = Path(__file__).parent / "words"

# From the first letter of a line to the last.
_CORE = re.compile(r"\w(?:.*\w)?", re.S)
# What stands for something else in a phrase.
_VARIES = re.compile(r"[()|?*#\\]|\.\.\.")
# One unit of a phrase: a group of alternatives, an escaped character, a gap, or any other character.
_UNIT = re.compile(r"\\.|\.\.\.|[()|?*]|\s+|.")
_GROUP = re.compile(r"(?<!\\)\((?P<held>(?:\\.|[^()\\])*)(?<!\\)\)")
_GAP = ".{0,60}"
_SIGNS = {"...": _GAP, "*": r"\w*", "'": "['’]", "#": r"\d[\d.,]*"}


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Return the content of each language's file by ISO 639 code, read once per process.

    ``international`` holds what is written alike in many languages: names of services, degrees, signs.
    """
    # Sorted, so that ties between languages are broken in the same way on every machine.
    return {path.stem: tomli.loads(path.read_text(encoding="utf-8")) for path in sorted(WORDS.glob("*.toml"))}


@cache
def by_language(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the phrases of the list *name* (``byline.nouns``) by language; languages without the list are left out.

    Raises:
        KeyError: no language has a list of this name.
    """
    room, _, key = name.partition(".")
    found = {code: tuple(held[room][key]) for code, held in languages().items() if key in held.get(room, {})}
    if not found:
        raise KeyError(name)
    return found


@cache
def phrases(name: str) -> tuple[str, ...]:
    """Return the phrases of the list *name* in all languages, each once.

    Raises:
        KeyError: no language has a list of this name.
    """
    return tuple(dict.fromkeys(phrase for listed in by_language(name).values() for phrase in listed))


@cache
def word_set(name: str) -> frozenset[str]:
    """Return the phrases of the list *name* in all languages as a set; its phrases have no signs.

    Raises:
        KeyError: no language has a list of this name.
    """
    return frozenset(phrases(name))


@cache
def pattern(*names: str) -> str:
    """Return a regular expression for any phrase of the lists *names*: one group, which does not capture.

    Of two phrases that begin alike, the longer one is tried first.

    Raises:
        KeyError: no language has one of these lists.
    """
    return pattern_of(phrase for name in names for phrase in phrases(name))


def pattern_of(listed: Iterable[str]) -> str:
    """Return a regular expression for any of the phrases in *listed*, in the notation that ``en.toml`` explains."""
    return f"(?:{_branches(sorted({tuple(_units(phrase)) for phrase in listed}, key=_longest_first))})"


def whole_lines(*names: str) -> tuple[frozenset[str], str]:
    """Return the phrases of the lists *names* that are to be compared with the `core` of a line, and the pattern of the
    others, which have signs in them or around them.

    There are thousands, and each process would compile them.

    Raises:
        KeyError: no language has one of these lists.
    """
    listed = {phrase for name in names for phrase in phrases(name)}
    fixed = {phrase for phrase in listed if core(phrase) == phrase and _VARIES.search(phrase) is None}
    return frozenset(fixed), pattern_of(listed - fixed)


def core(line: str) -> str:
    """Return a line in lower case without signs around it, with single spaces and straight apostrophes."""
    found = _CORE.search(line)
    return " ".join(found.group().split()).replace("’", "'") if found is not None else ""


def stems(*names: str) -> tuple[str, ...]:
    """Return strings in lower case of which every squeezed text with a phrase of the lists *names* contains one.

    To look for these first is faster than to look for the phrases, and most texts contain none.

    Raises:
        KeyError: no language has one of these lists.
    """
    found = sorted({stem for name in names for phrase in phrases(name) for stem in _demanded(phrase)}, key=len)
    return tuple(stem for n, stem in enumerate(found) if not any(shorter in stem for shorter in found[:n]))


def _demanded(phrase: str) -> frozenset[str]:
    """Return strings of which *phrase* always has one: the longest letters in a row, or such letters of a group."""
    # A group without groups in it stands for its alternatives; with a sign after it, for nothing certain.
    for group in _GROUP.finditer(phrase):
        before, after = phrase[: group.start()], phrase[group.end() :]
        if after[:1] == "?":
            return _demanded(f"{before}*{after[1:]}")
        inside = [_demanded(one) for one in group["held"].split("|")]
        around = _demanded(f"{before}*{after}")
        within = frozenset[str]().union(*inside)
        return max(around, within, key=lambda held: min(map(len, held), default=0) if all(inside) else 0)
    runs = [run.strip() for run in re.split(r"\\.\??|\.\.\.|[*'#]|.\?", phrase)]
    return frozenset([max(runs, key=len)]) - {""}


def _longest_first(units: tuple[str, ...]) -> list[tuple[bool, str]]:
    """Return the place of a phrase among others that begin alike: units that may match nothing come last."""
    return [(unit.endswith(("?", "*", "}")), unit) for unit in units]


def _units(phrase: str) -> list[str]:
    """Return *phrase* as regular expressions, one for each unit that two phrases can have in common."""
    units: list[str] = []
    open_at: list[int] = []
    for sign in _UNIT.findall(phrase):
        if sign == "(":
            open_at.append(len(units))
            units.append("(?:")
        elif sign == ")":
            start = open_at.pop()
            units[start:] = ["".join([*units[start:], ")"])]
        elif sign == "|":
            units.append("|")
        elif sign == "?":
            units[-1] += "?"
        elif sign.isspace():
            units.append(r"\s+")
        else:
            units.append(_SIGNS.get(sign) or _escaped(sign.removeprefix("\\")))
    return units


# The same few hundred signs, tens of thousands of times.
_escaped = cache(re.escape)


def _branches(listed: list[tuple[str, ...]]) -> str:
    """Return one expression for sorted phrases in units.

    What phrases begin with alike is tried once: an expression that lists thousands of phrases one by one is slow.
    """
    ends = () in listed
    branches: list[str] = []
    begun = (units for units in listed if units)
    for first, group in groupby(begun, key=lambda units: units[0]):
        rest = [units[1:] for units in group]
        branches.append(first if rest == [()] else first + _branches(rest))
    if len(branches) == 1 and not ends:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}"
