"""The words of reuse terms in many languages, as packaged data, and the search for them in a clause."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import filterfalse
from pathlib import Path
from typing import Any

from ingest.terms.concepts import Concept, Group, Phrase, hidden
from ingest.terms.phrases import UNSPACED, Begun, Keys, beginnings, fold

WORDINGS = Path(__file__).parent / "wordings"
_SAMPLE = 2_000
_LIKELY = 3
_TELLING = 3
_ANYWHERE = ("en", "zh-ja-ko")
_RARE = "zvbgpkucfwmhфцхжщзбгя"
"""Letters that few words have, the rarest first."""
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
        return not any(group.isdisjoint(marks) for group in self.needs) and self.bars.isdisjoint(marks)


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
        words, letters = _words(folded), frozenset(spelled.lower())
        counts = {
            tongue: len(words & common) + (0 if letters.isdisjoint(self.letters[tongue]) else _TELLING)
            for tongue, common in self.common.items()
        }
        most = max(counts.values())
        best = [tongue for tongue, count in counts.items() if count == most]
        return best[0] if len(best) == 1 else _most_telling(folded, tuple(best))

    def sought(self, text: str) -> re.Pattern[str]:
        """The pattern of the triggers of the languages that a text in lower case is likely in.

        A match begins within a trigger. English, Chinese ... are likely in any.
        """
        words = {*text[:_SAMPLE].split(), *text[-_SAMPLE:].split()}
        known = sorted(self.common, key=lambda tongue: -len(words & self.common[tongue]))
        return _sought(frozenset({*known[:_LIKELY], *_ANYWHERE}))

    def triggers_in(self, words: str) -> tuple[str, ...]:
        """The triggers of any language that words in lower case hold."""
        return tuple(word for word in _every_trigger() if word in words)

    def tells(self, folded: str) -> bool:
        """Whether folded words hold any by which a language is told."""
        words = _words(folded)
        return any(not common.isdisjoint(words) for common in self.common.values())

    def marks(self, clause: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
        """The concepts that a folded clause holds, each with the words that show it.

        Under ``""`` as *language* those of all are looked for, for words too few to tell it.
        """
        return dict(_found(clause, self.language(clause) if language is None else language))

    def shows(self, concept: str, folded: str) -> bool:
        """Whether folded words hold a concept in any language."""
        looked_for, begun = _concept(concept, tuple(_tongues())), beginnings(folded)
        may = _may((looked_for,), begun).get(0, {})
        return bool(looked_for.find(folded, begun, may, UNSPACED.search(folded) is not None))

    def sounds(self, sentence: str) -> bool:
        """Whether a sentence sounds like terms of reuse though no rule may understand it."""
        marks = self.marks(fold(sentence))
        if _NOT_TERMS & marks.keys():
            return False
        return bool(_PERMISSION & marks.keys()) and bool({"distribute", "reproduce"} & marks.keys())


def _words(text: str) -> frozenset[str]:
    """The words of a text; most stand between spaces, and need no pattern."""
    parts = text.split()
    return frozenset(filter(str.isalnum, parts)).union(_WORD.findall(" ".join(filterfalse(str.isalnum, parts))))


@lru_cache(maxsize=1024)  # a sentence is asked about several times
def _found(clause: str, language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    hides = vocabulary().hides
    unspaced = UNSPACED.search(clause) is not None
    tongue = _tongue(language)
    begun = beginnings(clause)
    may = _may(tongue, begun)
    for number in range(len(tongue)) if unspaced else sorted(may):
        concept = tongue[number]
        hits = concept.find(clause, begun, may.get(number, {}), unspaced)
        if hits:
            found[concept.name] = tuple(hit.words for hit in hits)
            if concept.name in hides:
                clause = hidden(clause, hits)
    return found


@lru_cache(maxsize=1024)
def _most_telling(folded: str, tongues: tuple[str, ...]) -> str:
    """The first of the languages in which folded words show most concepts; those that cannot win are not tried."""
    begun, unspaced = beginnings(folded), UNSPACED.search(folded) is not None
    at_most = [len(_tongue(tongue) if unspaced else _may(_tongue(tongue), begun)) for tongue in tongues]
    best, most = len(tongues), -1
    for number in sorted(range(len(tongues)), key=lambda number: (-at_most[number], number)):
        if at_most[number] < most or (at_most[number] == most and number > best):
            continue
        shown = len(_found(folded, tongues[number]))
        if shown > most or (shown == most and number < best):
            best, most = number, shown
    return tongues[best]


@cache
def _sought(tongues: frozenset[str]) -> re.Pattern[str]:
    """Each trigger is looked for from its rarest letter on: nine in ten places of a page need no look at all."""
    begun: dict[str, list[str]] = {}
    for trigger in _shortest(frozenset().union(*(vocabulary().triggers[tongue] for tongue in tongues))):
        letter = next((letter for letter in _RARE if letter in trigger), trigger[0])
        # The rest of the trigger comes first: most of the rests are told from what stands there by their first letter.
        rest = trigger.partition(letter)[2]
        begun.setdefault(letter, []).append(f"{re.escape(rest)}(?<={re.escape(trigger)})")
    return re.compile("|".join(f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in begun.items()))


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
def _keys(language: str) -> Keys:
    return Keys(_packaged(language).get("words", {}))


@cache
def _index(concepts: tuple[Concept, ...]) -> dict[str, list[tuple[int, Group, Phrase]]]:
    """Which phrases have a word for one of their rarest, each with the number of its concept."""
    found: dict[str, list[tuple[int, Group, Phrase]]] = {}
    for number, concept in enumerate(concepts):
        for key, phrases in concept.phrases.items():
            found.setdefault(key, []).extend((number, group, phrase) for group, phrase in phrases)
    return found


def _may(concepts: tuple[Concept, ...], begun: Begun) -> dict[int, dict[Group, dict[Phrase, None]]]:
    """The concepts by number that words with these beginnings may show: by which of their phrases."""
    index, words = _index(concepts), frozenset(begun)
    found: dict[int, dict[Group, dict[Phrase, None]]] = {}
    for key in index.keys() & words:
        for number, group, phrase in index[key]:
            if phrase.may_stand(begun, words):
                found.setdefault(number, {}).setdefault(group, {})[phrase] = None
    return found


@cache
def _tongue(language: str) -> tuple[Concept, ...]:
    """The concepts of a language in the order they are looked for, or those of all under ``""``.

    A reservation of all rights and a picture's credit are known in every language: sites print them in English
    everywhere.
    """
    every = tuple(_tongues())
    own = tuple(name for name, tongue in _tongues().items() if name == language or tongue.get("unspaced"))
    return tuple(
        _concept(concept, every if not language or concept in _EVERYWHERE else own)
        for concept in _packaged("rules")["order"]
    )


@cache
def _concept(name: str, languages: tuple[str, ...]) -> Concept:
    return Concept(name, [_tongues()[language] for language in languages], map(_keys, languages))


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
