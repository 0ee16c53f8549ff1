"""People: whether a sentence is about people other than the public, and whether the next goes on about them.

Apart from `groups`, which finds who is permitted something in one sentence: here the people stand in the sentence
before, in its question or in front of it. "The authors keep their rights. They may republish the articles" permits the
public nothing.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.phrase_patterns import spaced
from ingest.terms.word_lists import packaged

_FIRST = 6
"""The people whom a sentence is about are among its first words."""
_YOU = frozenset({"dere", "du", "i", "je", "jij", "jullie", "ni", "u", "usted", "ustedes", "voce", "voces", "voi"})
_YOU |= {"vous", "you", "ви", "вы"}
_SAID = {part: "|".join(patterns) for part, patterns in packaged("reach/people").items()}
# "Once it is published, they may": words up to a comma may open the sentence.
_THEY = re.compile(rf"\W*(?:[^,.:]{{1,60}}, ?)?(?:{_SAID['they']})(?! (?:\w+ )?(?:{_SAID['done']})(?!\w))(?!\w)")
_ENTRY = re.compile(r"((?:[^\s:]+ )?[^\s:]+?)(?: ?:| [–-]) ")
_HEADED = re.compile(rf"(?:.*(?<!\w))?(?:{_SAID['for']}) (?P<who>.+)")
_FOR = re.compile(rf"[^.:?!–]{{,60}}?(?<!\w)(?:{_SAID['for']}) (?P<who>[^.:?!–]{{3,40}}?)(?: ?:| [–-] )")


@cache
def _few(language: str, *more: str) -> re.Pattern[str]:
    groups = packaged("reach/groups").get(language, {})
    return spaced((_SAID["people"], *(word for name in ("few", *more) for word in groups.get(name, ()))))


@cache
def _few_anywhere() -> re.Pattern[str]:
    groups = [word for said in packaged("reach/groups").values() for word in said.get("few", ())]
    # After a word for "for", some languages have a case of its own: "dla autorów", "для авторов".
    return spaced((f"(?:{'|'.join((_SAID['people'], *groups))})(?:ow|ом|ов|ів)?",))


@cache
def _public(language: str) -> re.Pattern[str]:
    return spaced(tuple(packaged("reach/groups").get(language, {}).get("everybody", ("(?!)",))))


def are_subject(folded: str, language: str) -> bool:
    """Return whether a folded sentence is about people of whom a reader may be none."""
    return _few(language, "press").search(" ".join(folded.split()[:_FIRST])) is not None


def are_addressed(folded: str, language: str) -> bool | None:
    """Return whether a label before a folded sentence is for such people, or for the public; None if for neither."""
    label = _FOR.match(folded)
    if label is None:
        return None
    if include_public(label["who"], language):
        return False
    return True if _few(language).search(" ".join(label["who"].split()[:2])) is not None else None


def are_listed(folded: str, language: str) -> bool:
    """Return whether a folded sentence is an entry on such people: "Members: reprinting permitted"."""
    entry = _ENTRY.match(folded)
    return entry is not None and _few(language).fullmatch(entry[1]) is not None


def are_headed(folded: str) -> bool:
    """Return whether a folded heading, in any language, is for such people: "Information for authors", "Members"."""
    for_whom = _HEADED.fullmatch(folded)
    who = folded.strip() if for_whom is None else " ".join(for_whom["who"].split()[:2])
    few = _few_anywhere()
    found = few.fullmatch(who) if for_whom is None else few.match(who)
    return found is not None and not any(include_public(folded, language) for language in packaged("reach/groups"))


def are_permitted(folded: str) -> bool:
    """Return whether a folded sentence that goes on about people permits them something."""
    return _THEY.match(folded) is not None


def include_public(folded: str, language: str) -> bool:
    """Return whether a folded sentence names the public, otherwise than as the one to whom it speaks."""
    return any(found.group() not in _YOU for found in _public(language).finditer(folded))
