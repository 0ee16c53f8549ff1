"""The words of reuse terms in many languages, as packaged data, and the search for them in a clause."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ingest.terms.phrases import UNSPACED, Concept, beginnings, fold, hidden

WORDINGS = Path(__file__).parent / "wordings"
_SAMPLE = 2_000
_LIKELY = 3
_TELLING = 3
_ANYWHERE = ("en", "zh-ja-ko")
_WORD = re.compile(r"\w+")
_EVERYWHERE = frozenset({"reserved", "caption"})
_NOT_TERMS = frozenset({"foreign", "statute", "caption", "elsewhere"})
_PERMISSION = frozenset({"may", "may not", "banned", "ask", "without asking", "on condition", "licensed", "credit"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What is read from a clause that has a concept of every group in *needs* and none in *bars*.

    Attributes:
        covers: what it is about where the clause names nothing; *only*: what it is about in any case.
        also: the rules after it are tried on the same clause too.
    """

    name: str
    needs: tuple[frozenset[str], ...]
    bars: frozenset[str]
    permission: str
    covers: str
    acts: tuple[str, ...] = ()
    noncommercial: bool = False
    only: str | None = None
    also: bool = False

    def fires(self, marks: Mapping[str, object]) -> bool:
        """Whether it is to be read from a clause with these *marks*."""
        return all(group & marks.keys() for group in self.needs) and not self.bars & marks.keys()


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The packaged words and rules.

    Attributes:
        common: the commonest words of each language, by which it is told.
        license_bars: concepts beside which the name of a licence is no licence of the text.
        letters: those that of all these languages it alone, or it and its neighbours, are written with.
        hides: concepts whose words are taken away from those after them.
        elements: patterns of the elements of Creative Commons names, by element (by, nc, nd, sa).
        ports: folded country names to the port of a licence.
        triggers: for each language the words of which a text in lower case must hold one before it is worth a
            closer look.
    """

    common: Mapping[str, frozenset[str]]
    letters: Mapping[str, frozenset[str]]
    hides: frozenset[str]
    rules: tuple[Rule, ...]
    license_bars: frozenset[str]
    elements: Mapping[str, re.Pattern[str]]
    ports: Mapping[str, str]
    triggers: Mapping[str, frozenset[str]]

    def language(self, folded: str, spelled: str = "") -> str:
        """The language of folded words by their commonest, and by its own letters in the words as *spelled*.

        Among equals, that with most to say of terms.
        """
        words, letters = frozenset(_WORD.findall(folded)), frozenset(spelled.lower())
        counts = {
            tongue: len(words & common) + (0 if letters.isdisjoint(self.letters[tongue]) else _TELLING)
            for tongue, common in self.common.items()
        }
        most = max(counts.values())
        best = [tongue for tongue, count in counts.items() if count == most]
        return best[0] if len(best) == 1 else max(best, key=lambda tongue: len(self.marks(folded, tongue)))

    def sought(self, text: str) -> tuple[str, ...]:
        """The triggers of the languages that a text in lower case is likely in; English, Chinese ... are in any."""
        words = frozenset(_WORD.findall(text[:_SAMPLE])) | frozenset(_WORD.findall(text[-_SAMPLE:]))
        known = sorted(self.common, key=lambda tongue: -len(words & self.common[tongue]))
        likely = frozenset({*known[:_LIKELY], *_ANYWHERE})
        return _shortest(frozenset().union(*(self.triggers[tongue] for tongue in likely)))

    def triggers_in(self, words: str) -> tuple[str, ...]:
        """The triggers of any language that words in lower case hold."""
        return tuple(word for word in _every_trigger() if word in words)

    def tells(self, folded: str) -> bool:
        """Whether folded words hold any by which a language is told."""
        return any(not common.isdisjoint(_WORD.findall(folded)) for common in self.common.values())

    def marks(self, clause: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
        """The concepts that a folded clause holds, each with the words that show it.

        Under ``""`` as *language* those of all are looked for, for words too few to tell it.
        """
        return dict(_found(clause, self.language(clause) if language is None else language))

    def shows(self, concept: str, folded: str) -> bool:
        """Whether folded words hold a concept in any language."""
        found = next(one for one in _tongue("") if one.name == concept)
        return bool(found.find(folded, beginnings(folded), UNSPACED.search(folded) is not None))

    def sounds(self, sentence: str) -> bool:
        """Whether a sentence sounds like terms of reuse though no rule may understand it."""
        marks = self.marks(fold(sentence))
        if _NOT_TERMS & marks.keys():
            return False
        return bool(_PERMISSION & marks.keys()) and bool({"distribute", "reproduce"} & marks.keys())


@lru_cache(maxsize=1024)  # a sentence is asked about several times
def _found(clause: str, language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    hides = vocabulary().hides
    begins, unspaced = beginnings(clause), UNSPACED.search(clause) is not None
    tongue = _tongue(language)
    for number in _begun(language, begins) if not unspaced else range(len(tongue)):
        concept = tongue[number]
        hits = concept.find(clause, begins, unspaced)
        if hits:
            found[concept.name] = tuple(match.group() for match in hits)
            if concept.name in hides:
                clause = hidden(clause, hits)
    return found


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary, read once a process."""
    rules, tongues = _packaged("rules"), _tongues()
    named = [tongue.get("creative_commons", {}) for tongue in tongues.values()]
    return Vocabulary(
        {name: frozenset(fold(tongue["common"]).split()) for name, tongue in tongues.items()},
        {name: frozenset(tongue.get("letters", "")) for name, tongue in tongues.items()},
        frozenset(rules["hides"]),
        tuple(_rule(rule, rules["families"]) for rule in rules["rule"]),
        frozenset(rules["license"]["bars"]),
        {element: _elements(named, element) for element in ("by", "nc", "nd", "sa")},
        {fold(country): port for names in named for country, port in names.get("ports", {}).items()},
        {name: frozenset(tongue["triggers"]) for name, tongue in tongues.items()},
    )


@cache
def _every_trigger() -> tuple[str, ...]:
    return _shortest(frozenset().union(*vocabulary().triggers.values()))


@cache
def _shortest(words: frozenset[str]) -> tuple[str, ...]:
    """The words without those that hold another: where they stand the other does too."""
    return tuple(sorted(word for word in words if not any(other in word for other in words if other != word)))


@cache
def _packaged(name: str) -> dict[str, Any]:
    return tomllib.loads((WORDINGS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def _tongues() -> dict[str, dict[str, Any]]:
    languages = sorted({path.stem for path in WORDINGS.glob("*.toml")} - {"rules", "licenses"})
    return {language: _packaged(language) for language in languages}


@cache
def _index(language: str) -> dict[str, tuple[int, ...]]:
    """Which of the concepts of a language have a phrase that begins with these letters."""
    found: dict[str, list[int]] = {}
    for number, concept in enumerate(_tongue(language)):
        for key in concept.begins:
            found.setdefault(key, []).append(number)
    return {key: tuple(numbers) for key, numbers in found.items()}


def _begun(language: str, begins: frozenset[str]) -> list[int]:
    """The concepts that words with these *beginnings* may show, in the order they are looked for."""
    index = _index(language)
    return sorted({number for key in begins for number in index.get(key, ())})


@cache
def _tongue(language: str) -> tuple[Concept, ...]:
    """The concepts of a language in the order they are looked for, or those of all under ``""``.

    A reservation of all rights and a picture's credit are known in every language: sites print them in English
    everywhere.
    """
    every = list(_tongues().values())
    own = [tongue for name, tongue in _tongues().items() if name == language or tongue.get("unspaced")]
    spoken = {
        concept: every if not language or concept in _EVERYWHERE else own for concept in _packaged("rules")["order"]
    }
    return tuple(
        Concept(concept, tongues, [tongue.get("words", {}) for tongue in tongues])
        for concept, tongues in spoken.items()
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
        rule.get("only"),
        rule.get("also", False),
    )


def _elements(tongues: Iterable[Mapping[str, Any]], element: str) -> re.Pattern[str]:
    """As printed with hyphens, spaces or nothing between the words: "Non-Commercial", "NoDerivatives"."""
    names = (fold(name).replace("-", " ") for tongue in tongues for name in tongue.get(element, ()))
    return re.compile("|".join(sorted({re.escape(name).replace(r"\ ", r"[\s-]*") for name in names}, reverse=True)))
