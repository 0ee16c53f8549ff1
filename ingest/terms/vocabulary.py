"""Vocabulary: the packaged words and rules on reuse terms in many languages, and the concepts that a clause shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain, filterfalse
from typing import Any

from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import UNSPACED, Beginnings, Concept, Group, Keys, Phrase, beginnings, hidden
from ingest.terms.word_lists import packaged, tongues

_NOT_TERMS = frozenset({"foreign", "statute", "caption", "elsewhere"})
_PERMISSION = frozenset({"may", "may not", "banned", "ask", "without asking", "on condition", "licensed", "credit"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What is read from a clause that has a concept of every group in *needs* and none in *bars*.

    Attributes:
        covers: what it is about if the clause names nothing.
        only: what it is about in any case.
        also: whether later rules are tried on the same clause too.
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
        """Return whether it applies to a clause with these *marks*."""
        # The needs first, because most clauses lack something, and few are barred.
        for group in self.needs:
            if group.isdisjoint(marks):
                return False
        return self.bars.isdisjoint(marks)


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The packaged words and rules.

    Attributes:
        license_bars: concepts next to which a named licence is not the text's.
        elements: patterns of the elements in Creative Commons names, by element (by, nc, nd, sa).
        ports: the port of a licence by folded country name.
    """

    rules: tuple[Rule, ...]
    license_bars: frozenset[str]
    elements: Mapping[str, re.Pattern[str]]
    ports: Mapping[str, str]

    def language(self, folded: str, spelled: str = "", beside: str | None = None) -> str:
        """Return the language of folded words, by common words, and by special letters in the words as *spelled*.

        Among equals, or if it is only one word behind, the language *beside* wins; else the one with most concepts.
        """
        return language_of(folded, spelled, beside)

    def shows_language(self, folded: str) -> bool:
        """Return whether folded words contain any word that shows a language."""
        return shows_language(folded)

    def marks(self, clause: str, language: str | None = None) -> dict[str, tuple[str, ...]]:
        """Return the concepts in a folded clause, each with its words.

        With ``""`` as *language*, those of all languages are looked for; this is for words too few to tell.
        """
        tongue = self.language(clause) if language is None else language
        shown = dict(found(clause, tongue))
        return _governed(shown, clause) if tongue == "en" else shown

    def may_show(self, concepts: frozenset[str], folded: str, language: str) -> bool:
        """Return whether folded words may show one of *concepts*, by a quick test."""
        return may_show(concepts, folded, language)

    def names(self, concepts: frozenset[str], folded: str, language: str) -> bool:
        """Return whether folded words show one of *concepts*, even if a longer phrase of another takes the words."""
        return names(concepts, folded, language)

    def shows_concept(self, concept: str, folded: str) -> bool:
        """Return whether folded words show a concept in any language."""
        return shows_concept(concept, folded)

    def sounds_like_terms(self, sentence: str) -> bool:
        """Return whether a sentence sounds like terms of reuse, even if no rule understands it."""
        # Both a word of permission and an act are needed: either alone is in any sentence.
        shown = self.marks(fold(sentence)).keys()
        return not _NOT_TERMS & shown and bool(_PERMISSION & shown) and bool({"distribute", "reproduce"} & shown)


@cache
def vocabulary() -> Vocabulary:
    """Return the packaged vocabulary, read once per process."""
    rules = packaged("rules")
    named = [tongue.get("creative_commons", {}) for tongue in (*tongues().values(), packaged("licenses"))]
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
    """Return the pattern of an element's names, with hyphens, spaces or nothing between words: "NoDerivatives"."""
    # In reverse alphabetical order, so that of two with the same beginning the longer is tried first.
    names = (fold(name).replace("-", " ") for tongue in tongues for name in tongue.get(element, ()))
    return re.compile("|".join(sorted({re.escape(name).replace(r"\ ", r"[\s-]*") for name in names}, reverse=True)))


# A letter that only one of the languages has counts as much as this many common words.
_TELLING = 3
# Sites print these in English next to texts in any language.
_EVERYWHERE = frozenset({"reserved", "caption"})
_UNSPACED = "zh-ja-ko"
_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1024)  # a sentence is looked at several times
def found(clause: str, language: str) -> dict[str, tuple[str, ...]]:
    """Return the concepts that a folded clause shows in a language, each with its words; do not change the result.

    With ``""``, those of all languages are looked for; this is for words too few to tell.
    """
    shown: dict[str, tuple[str, ...]] = {}
    concepts, hides, unspaced = _concepts(language), _hides(), UNSPACED.search(clause) is not None
    begun = beginnings(clause)
    may = _may(concepts, begun)
    for number in sorted(may.keys() | _unspaced(concepts)) if unspaced else sorted(may):
        concept = concepts[number]
        hits = concept.find(clause, begun, may.get(number, {}), unspaced)
        if hits:
            shown[concept.name] = tuple(hit.words for hit in hits)
            # What was found hides its words from later concepts, so that "may not" is never read as "may".
            if concept.name in hides:
                clause = hidden(clause, hits)
    return shown


@cache
def _unspaced(concepts: tuple[Concept, ...]) -> frozenset[int]:
    """Return the numbers of concepts with phrases in scripts without spaces; these are few."""
    return frozenset(number for number, concept in enumerate(concepts) if concept.anywhere)


def shows_concept(concept: str, folded: str) -> bool:
    """Return whether folded words show a concept in any language."""
    looked_for, begun = _concept(concept, tuple(tongues())), beginnings(folded)
    may = _may((looked_for,), begun).get(0, {})
    return bool(looked_for.find(folded, begun, may, UNSPACED.search(folded) is not None))


def may_show(concepts: frozenset[str], folded: str, language: str) -> bool:
    """Return whether folded words can show one of *concepts*; they cannot if each of its phrases lacks a word."""
    if UNSPACED.search(folded) is not None:
        return True
    return next(_standing(_index(_some(concepts, language)), beginnings(folded)), None) is not None


def names(concepts: frozenset[str], folded: str, language: str) -> bool:
    """Return whether folded words show one of *concepts*, even if a longer phrase of another takes the words."""
    some, begun = _some(concepts, language), beginnings(folded)
    may, unspaced = _may(some, begun), UNSPACED.search(folded) is not None
    return any(concept.find(folded, begun, may.get(number, {}), unspaced) for number, concept in enumerate(some))


@lru_cache(maxsize=1024)
def language_of(folded: str, spelled: str = "", beside: str | None = None) -> str:
    """Return the language of folded words, by common words, and by special letters in the words as *spelled*.

    Among equals, or if it is only one word behind, the language *beside* wins; else the one with most concepts.
    """
    # All languages are tried, because the language that a page declares is often that of its theme.
    counts: dict[str, int] = {}
    for word in words_of(folded) & _known():
        for tongue in _common()[word]:
            counts[tongue] = counts.get(tongue, 0) + 1
    letters = _letters()
    for tongue in {tongue for letter in _lettered() & frozenset(spelled.lower()) for tongue in letters[letter]}:
        # A "ł" or an "ß" says more than small words, which several languages share.
        counts[tongue] = counts.get(tongue, 0) + _TELLING
    # Without any known word, the script decides.
    if not counts and UNSPACED.search(folded) is not None:
        return _UNSPACED
    # A sentence is in the language of its passage, unless it clearly is not.
    if beside in counts:
        counts[beside] += 1
    most = max(counts.values(), default=0)
    best = tuple(tongue for tongue in tongues() if counts.get(tongue, 0) == most)
    if beside in best:
        return str(beside)
    return best[0] if len(best) == 1 else _most_telling(folded, best)


def shows_language(folded: str) -> bool:
    """Return whether folded words contain any word that shows a language."""
    return not words_of(folded).isdisjoint(_common())


@lru_cache(maxsize=1024)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a text; most stand between spaces and need no pattern."""
    parts = text.split()
    return frozenset(filter(str.isalnum, parts)).union(_WORD.findall(" ".join(filterfalse(str.isalnum, parts))))


@lru_cache(maxsize=1024)
def _most_telling(folded: str, languages: tuple[str, ...]) -> str:
    """Return the first language in which folded words show the most concepts; languages that cannot win are skipped."""
    may: dict[str, set[int]] = {}
    begun = beginnings(folded)
    indices = map(_own, ("", *languages)) if len(languages) < len(tongues()) else (_own_of_all(),)
    for tongue, number, _ in chain.from_iterable(_standing(index, begun) for index in indices):
        may.setdefault(tongue, set()).add(number)
    everywhere = len(may.get("", ()))
    if UNSPACED.search(folded) is not None:
        everywhere = len(packaged("rules")["order"])
    # The most that each could show is cheap to compute; what it does show is not.
    at_most = [len(may.get(tongue, ())) + everywhere for tongue in languages]
    best, most = len(languages), -1
    for number in sorted(range(len(languages)), key=lambda number: (-at_most[number], number)):
        if at_most[number] < most or (at_most[number] == most and number > best):
            continue
        tongue = languages[number]  # with no concept of its own, all such languages show the same
        shown = len(found(folded, tongue if tongue in may else _UNSPACED))
        if shown > most or (shown == most and number < best):
            best, most = number, shown
    return languages[best]


Entry = tuple[str, int, tuple[Group, Phrase]]
"""A language, the number of a concept, and one of its phrases with its group."""


def _standing(index: Mapping[str, list[Entry]], begun: Beginnings) -> Iterator[Entry]:
    """Yield the entries of an index that may stand in words with these beginnings."""
    for key in index.keys() & begun.keys:
        for entry in index[key]:
            if entry[2][1].may_stand(begun):
                yield entry


def _may(concepts: tuple[Concept, ...], begun: Beginnings) -> dict[int, dict[Group, dict[Phrase, None]]]:
    """Return the concepts, by number, that words with these beginnings may show, with the phrases that may stand."""
    may: dict[int, dict[Group, dict[Phrase, None]]] = {}
    for _, number, (group, phrase) in _standing(_index(concepts), begun):
        may.setdefault(number, {}).setdefault(group, {})[phrase] = None
    return may


@cache
def _index(concepts: tuple[Concept, ...]) -> dict[str, list[Entry]]:
    """Return the phrases of *concepts*, by their rarest words."""
    index: dict[str, list[Entry]] = {}
    for number, concept in enumerate(concepts):
        for key, phrases in concept.phrases.items():
            index.setdefault(key, []).extend(("", number, phrase) for phrase in phrases)
    return index


@cache
def _own(language: str) -> dict[str, list[Entry]]:
    """Return the phrases of a single language by their rarest words; with ``""``, those known in all languages."""
    index: dict[str, list[Entry]] = {}
    for number, concept in enumerate(_concepts(language or _UNSPACED)):
        if (concept.name in _EVERYWHERE) == (language == ""):
            for key, phrases in concept.phrases.items():
                index.setdefault(key, []).extend((language, number, phrase) for phrase in phrases)
    return index


@cache
def _own_of_all() -> dict[str, list[Entry]]:
    """Return the phrases of all languages in one: words that show none are looked up once, not once per language."""
    index: dict[str, list[Entry]] = {}
    for language in ("", *tongues()):
        for key, entries in _own(language).items():
            index.setdefault(key, []).extend(entries)
    return index


@cache
def _concepts(language: str) -> tuple[Concept, ...]:
    """Return the concepts of a language in the order of the search; with ``""``, those of all languages.

    A reservation of all rights and a picture's credit are known in every language, because sites print them in English
    everywhere.
    """
    every = tuple(tongues())
    own = tuple(name for name in every if name in (language, _UNSPACED))
    return tuple(
        _concept(concept, every if not language or concept in _EVERYWHERE else own)
        for concept in packaged("rules")["order"]
    )


@cache
def _some(concepts: frozenset[str], language: str) -> tuple[Concept, ...]:
    return tuple(concept for concept in _concepts(language) if concept.name in concepts)


@cache
def _concept(name: str, languages: tuple[str, ...]) -> Concept:
    return Concept(name, [tongues()[language] for language in languages], map(_keys, languages))


@cache
def _keys(language: str) -> Keys:
    return Keys(packaged(language).get("words", {}))


@cache
def _common() -> dict[str, tuple[str, ...]]:
    """Return the languages that have a word among their common words, by folded word."""
    return _languages_of({name: map(fold, tongue["common"]) for name, tongue in tongues().items()})


@cache
def _known() -> frozenset[str]:
    """Return the common words of all languages; of two sets, the smaller one is gone through."""
    return frozenset(_common())


@cache
def _lettered() -> frozenset[str]:
    return frozenset(_letters())


@cache
def _letters() -> dict[str, tuple[str, ...]]:
    """Return the languages that have a letter of their own, by letter."""
    return _languages_of({name: tongue.get("letters", "") for name, tongue in tongues().items()})


def _languages_of(signs: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, own in signs.items():
        for sign in dict.fromkeys(own):
            found[sign] = (*found.get(sign, ()), language)
    return found


@cache
def _hides() -> frozenset[str]:
    return frozenset(packaged("rules")["hides"])


_MODALS = frozenset({"may", "can", "could", "you may", "you can", "may be", "can be"})
_ACTS = frozenset(
    {"distribute", "reproduce", "use", "copy", "adapt", "translate", "excerpt", "quote", "deed", "licensed", "mining"}
)
_MODAL = re.compile(r"\b(?:may|can|could)\b(?P<rest>[^.;:]*)")
_ENGLISH_WORD = re.compile(r"[\w'-]+")
# How many words that are not an act may stand before the act: "may, with credit, be printed".
_REACH = 3


def _governed(marks: dict[str, tuple[str, ...]], clause: str) -> dict[str, tuple[str, ...]]:
    """Return the marks of a folded English clause, without "may" if it permits no act at all.

    It is removed only if the permission rests on such a word alone. A "may" before an act, or before words that may
    lead to one, stays.
    """
    said = marks.get("may")
    if said is None or not _MODALS.issuperset(said):
        return marks
    if any(one.start() == 0 or _permits(one["rest"]) for one in _MODAL.finditer(clause)):
        return marks
    return {name: words for name, words in marks.items() if name != "may"}


def _permits(rest: str) -> bool:
    """Return whether the words after "may" begin with an act, or with words that say nothing about what is done."""
    strange = 0
    words = _ENGLISH_WORD.findall(rest)
    for number, word in enumerate(words):
        if word in _beside():
            continue
        if not _ACTS.isdisjoint(found(" ".join(words[number : number + 3]), "en")):
            return True
        # A word that is not an act: a few may come first, but not directly after "may".
        strange += 1
        if strange >= _REACH or number == 0:
            return False
    return not strange


@cache
def _beside() -> frozenset[str]:
    """Return the words that may stand between "may" and its act and say nothing about what is done."""
    return frozenset(tongues()["en"]["beside"])
