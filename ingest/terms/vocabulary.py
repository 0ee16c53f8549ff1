"""The words of reuse terms in many languages, as packaged data, and the search for them in a clause."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WORDINGS = Path(__file__).parent / "wordings"
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "‑": "-", "\u00ad": None, "ł": "l", "\xa0": " "}
)
_HIDDEN = "\x00"


def fold(words: str) -> str:
    """Lower case without accents, with plain quotes and hyphens and single spaces: the form that phrases are matched in."""
    plain = unicodedata.normalize("NFKD", words.lower().translate(_QUOTES))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(unicodedata.normalize("NFKC", kept).split())


@dataclass(frozen=True, slots=True)
class Rule:
    """What is read from a clause that has a concept of every group in *needs* and none in *bars*."""

    name: str
    needs: tuple[frozenset[str], ...]
    bars: frozenset[str]
    permission: str
    covers: str
    acts: tuple[str, ...] = ()
    noncommercial: bool = False
    needs_duty: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All packaged languages in one: patterns by concept, in the order they are looked for, and the rules.

    Attributes:
        elements: patterns of the elements of Creative Commons names, by element (by, nc, nd, sa).
        ports: folded country names to the port of a licence.
    """

    concepts: tuple[tuple[str, re.Pattern[str]], ...]
    hides: frozenset[str]
    rules: tuple[Rule, ...]
    elements: Mapping[str, re.Pattern[str]]
    ports: Mapping[str, str]
    triggers: re.Pattern[str]
    """What a text in lower case must hold before it is worth a closer look."""

    def sounds(self, sentence: str) -> bool:
        """Whether a sentence sounds like terms of reuse though no rule may understand it."""
        marks = self.marks(fold(sentence))
        if {"foreign", "statute", "caption", "elsewhere"} & marks.keys():
            return False
        permission = {
            "may",
            "may not",
            "banned",
            "ask",
            "without asking",
            "on condition",
            "licensed",
            "credit",
        } & marks.keys()
        return bool(permission and {"distribute", "reproduce"} & marks.keys())

    def marks(self, clause: str) -> dict[str, tuple[str, ...]]:
        """The concepts that a folded clause holds, each with the words that show it."""
        found: dict[str, tuple[str, ...]] = {}
        for concept, pattern in self.concepts:
            hits = tuple(match.group() for match in pattern.finditer(clause))
            if hits:
                found[concept] = hits
                if concept in self.hides:
                    clause = pattern.sub(lambda match: _HIDDEN * len(match.group()), clause)
        return found


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary, read once a process."""
    rules = tomllib.loads((WORDINGS / "rules.toml").read_text(encoding="utf-8"))
    tongues = [
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(WORDINGS.glob("*.toml"))
        if path.name != "rules.toml"
    ]
    return Vocabulary(
        tuple((concept, _pattern(tongues, concept)) for concept in rules["order"]),
        frozenset(rules["hides"]),
        tuple(_rule(rule, rules["families"]) for rule in rules["rule"]),
        {
            name: _pattern([t.get("creative_commons", {}) for t in tongues], name)
            for name in ("by", "nc", "nd", "sa")
        },
        {fold(k): v for t in tongues for k, v in t.get("creative_commons", {}).get("ports", {}).items()},
        re.compile("|".join(sorted({word.lower() for tongue in tongues for word in tongue["triggers"]}))),
    )


def _rule(rule: Mapping[str, Any], families: Mapping[str, list[str]]) -> Rule:
    def group(name: str) -> frozenset[str]:
        return frozenset(families.get(name, [name]))

    return Rule(
        rule["name"],
        tuple(group(name) for name in rule["all"]),
        frozenset[str]().union(*(group(name) for name in rule["none"])),
        rule["permission"],
        rule["covers"],
        tuple(rule.get("acts", ())),
        rule.get("noncommercial", False),
        rule.get("needs_duty", False),
    )


def _pattern(tongues: Iterable[Mapping[str, Any]], concept: str) -> re.Pattern[str]:
    spaced, unspaced = [], []
    for tongue in tongues:
        (unspaced if tongue.get("unspaced") else spaced).extend(tongue.get(concept, ()))
    parts = [_alternation(map(_phrase, spaced), r"(?<!\w)(?:{})(?!\w)")] if spaced else []
    parts += [_alternation(map(_run, unspaced), "(?:{})")] if unspaced else []
    return re.compile("|".join(parts) or r"(?!)")


def _alternation(patterns: Iterable[str], frame: str) -> str:
    return frame.format("|".join(sorted(set(patterns), key=lambda pattern: (-len(pattern), pattern))))


def _phrase(phrase: str) -> str:
    pattern = ""
    for word in fold(phrase).split():
        if word == "...":
            pattern += r"(?:[^\s\x00]+ ){0,5}?"
        else:
            pattern += re.escape(word).replace(r"\*", r"\w*").replace(r"\?", r"\w") + " "
    return pattern.removesuffix(" ")


def _run(phrase: str) -> str:
    return re.escape(fold(phrase)).replace(r"\.\.\.", r"[^\x00]{0,12}?").replace(r"\*", "")
