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
_WORD = re.compile(r"\w+")
_EVERYWHERE = frozenset({"reserved", "caption"})
_NOT_TERMS = frozenset({"foreign", "statute", "caption", "elsewhere"})
_PERMISSION = frozenset({"may", "may not", "banned", "ask", "without asking", "on condition", "licensed", "credit"})


def fold(words: str) -> str:
    """Lower case, no accents, plain quotes and hyphens, single spaces: what phrases are matched in."""
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


Concepts = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The packaged words and rules.

    Attributes:
        tongues: for each language its concepts with their patterns, in the order they are looked for; under
            ``""`` those of all, for words too few to tell. A reservation of all rights and a picture's
            credit are known in every language: sites print them in English everywhere.
        common: the commonest words of each language, by which it is told.
        license_bars: concepts beside which the name of a licence is no licence of the text.
        hides: concepts whose words are taken away from those after them.
        elements: patterns of the elements of Creative Commons names, by element (by, nc, nd, sa).
        ports: folded country names to the port of a licence.
        triggers: of these a text in lower case must hold one before it is worth a closer look.
    """

    tongues: Mapping[str, Concepts]
    common: Mapping[str, frozenset[str]]
    hides: frozenset[str]
    rules: tuple[Rule, ...]
    license_bars: frozenset[str]
    elements: Mapping[str, re.Pattern[str]]
    ports: Mapping[str, str]
    triggers: tuple[str, ...]

    def language(self, folded: str) -> str:
        """The language of folded words by their commonest; among equals, that with most to say of terms."""
        words = frozenset(_WORD.findall(folded))
        counts = {tongue: len(words & common) for tongue, common in self.common.items()}
        most = max(counts.values())
        best = [tongue for tongue, count in counts.items() if count == most]
        return best[0] if len(best) == 1 else max(best, key=lambda tongue: len(self.marks(folded, tongue)))

    def tells(self, folded: str) -> bool:
        """Whether folded words hold any by which a language is told."""
        return any(not common.isdisjoint(_WORD.findall(folded)) for common in self.common.values())

    def marks(self, clause: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
        """The concepts that a folded clause holds, each with the words that show it."""
        found: dict[str, tuple[str, ...]] = {}
        for concept, pattern in self.tongues[self.language(clause) if language is None else language]:
            hits = tuple(match.group() for match in pattern.finditer(clause))
            if hits:
                found[concept] = hits
                if concept in self.hides:
                    clause = pattern.sub(lambda match: _HIDDEN * len(match.group()), clause)
        return found

    def sounds(self, sentence: str) -> bool:
        """Whether a sentence sounds like terms of reuse though no rule may understand it."""
        marks = self.marks(fold(sentence))
        if _NOT_TERMS & marks.keys():
            return False
        return bool(_PERMISSION & marks.keys()) and bool({"distribute", "reproduce"} & marks.keys())


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary, read once a process."""
    rules = _packaged("rules")
    tongues = {path.stem: _packaged(path.stem) for path in sorted(WORDINGS.glob("*.toml")) if path.name != "rules.toml"}
    every = list(tongues.values())
    named = [tongue.get("creative_commons", {}) for tongue in every]
    return Vocabulary(
        {name: _concepts(tongue, every, rules["order"]) for name, tongue in {**tongues, "": None}.items()},
        {name: frozenset(fold(tongue["common"]).split()) for name, tongue in tongues.items()},
        frozenset(rules["hides"]),
        tuple(_rule(rule, rules["families"]) for rule in rules["rule"]),
        frozenset(rules["license"]["bars"]),
        {element: _pattern(named, element) for element in ("by", "nc", "nd", "sa")},
        {fold(country): port for names in named for country, port in names.get("ports", {}).items()},
        tuple(sorted({word for tongue in every for word in tongue["triggers"]})),
    )


def _packaged(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDINGS / f"{name}.toml").read_text(encoding="utf-8"))


def _concepts(tongue: Mapping[str, Any] | None, every: list[dict[str, Any]], order: Iterable[str]) -> Concepts:
    def spoken(concept: str) -> list[Mapping[str, Any]]:
        unspaced = [other for other in every if other.get("unspaced")]
        return [*every] if tongue is None or concept in _EVERYWHERE else [tongue, *unspaced]

    return tuple((concept, _pattern(spoken(concept), concept)) for concept in order)


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
    )


def _pattern(tongues: Iterable[Mapping[str, Any]], concept: str) -> re.Pattern[str]:
    spaced: list[str] = []
    unspaced: list[str] = []
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
