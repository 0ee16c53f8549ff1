"""The words of reuse terms in many languages, as packaged data, and the search for them in a clause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ingest.terms import marks
from ingest.terms.governed import governed
from ingest.terms.packaged import packaged, tongues
from ingest.terms.phrases import fold

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

    def fires(self, marks: frozenset[str]) -> bool:
        """Whether it is to be read from a clause with these *marks*."""
        for group in self.needs:
            if group.isdisjoint(marks):
                return False
        return self.bars.isdisjoint(marks)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The packaged words and rules.

    Attributes:
        license_bars: concepts beside which the name of a licence is no licence of the text.
        elements: patterns of the elements of Creative Commons names, by element (by, nc, nd, sa).
        ports: folded country names to the port of a licence.
    """

    rules: tuple[Rule, ...]
    license_bars: frozenset[str]
    elements: Mapping[str, re.Pattern[str]]
    ports: Mapping[str, str]

    def language(self, folded: str, spelled: str = "", beside: str | None = None) -> str:
        """The language of folded words by their commonest, and by its own letters in the words as *spelled*.

        Among equals, and where it is one word behind, that of the words *beside* them; else that with most to say
        of terms.
        """
        return marks.language_of(folded, spelled, beside)

    def tells(self, folded: str) -> bool:
        """Whether folded words hold any by which a language is told."""
        return marks.tells(folded)

    def marks(self, clause: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
        """The concepts that a folded clause holds, each with the words that show it.

        Under ``""`` as *language* those of all are looked for, for words too few to tell it.
        """
        tongue = self.language(clause) if language is None else language
        shown = dict(marks.found(clause, tongue))
        return governed(shown, clause) if tongue == "en" else shown

    def may_show(self, concepts: frozenset[str], folded: str, language: str) -> bool:
        """Whether folded words may show one of some *concepts*, as far as a quick look tells."""
        return marks.may_show(concepts, folded, language)

    def shows(self, concept: str, folded: str) -> bool:
        """Whether folded words hold a concept in any language."""
        return marks.shows(concept, folded)

    def sounds(self, sentence: str) -> bool:
        """Whether a sentence sounds like terms of reuse though no rule may understand it."""
        shown = self.marks(fold(sentence)).keys()
        return not _NOT_TERMS & shown and bool(_PERMISSION & shown) and bool({"distribute", "reproduce"} & shown)


@cache
def vocabulary() -> Vocabulary:
    """The packaged vocabulary, read once a process."""
    rules = packaged("rules")
    named = [tongue.get("creative_commons", {}) for tongue in tongues().values()]
    return Vocabulary(
        tuple(_rule(rule, rules["families"]) for rule in rules["rule"]),
        frozenset(rules["license"]["bars"]),
        {element: _elements(named, element) for element in ("by", "nc", "nd", "sa")},
        {fold(country): port for names in named for country, port in names.get("ports", {}).items()},
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
