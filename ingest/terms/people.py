"""People: whether a sentence is about people other than the public, and whether the next goes on about them.

Apart from `groups`, which finds who is permitted something in one sentence: here the people stand in the sentence
before, in its question or in front of it: "The authors keep their rights. They may republish the articles."
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.phrase_patterns import spaced
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_FIRST = 6
"""The people whom a sentence is about are among its first words."""
_YOU = frozenset({"dere", "du", "i", "je", "jij", "jullie", "ni", "u", "usted", "ustedes", "voce", "voces", "voi"})
_YOU |= {"vous", "you", "ви", "вы"}
_TEXT = frozenset({"text"})
_ENTRY = re.compile(r"^((?:[^\s:]+ )?[^\s:]+?)(?: ?:| [–-]) ")


_SAID = packaged("reach/people")
_FOR = re.compile(rf"[^.:?!–]{{,60}}?(?<!\w)(?:{_SAID['for'][0]}) (?P<who>[^.:?!–]{{3,40}}?)(?: ?:| [–-] )")
_MINE = spaced(tuple(_SAID["mine"]))
# "Once it is published, they may": words up to a comma may open the sentence.
_THEY = re.compile(
    rf"\W*(?:[^,.:]{{1,60}}, ?)?(?:{'|'.join(_SAID['they'])})(?! (?:\w+ )?(?:{'|'.join(_SAID['done'])})(?!\w))(?!\w)"
)


@cache
def _groups(language: str, *names: str) -> re.Pattern[str]:
    groups = packaged("reach/groups").get(language, {})
    people = () if "everybody" in names else _SAID["people"]
    return spaced((*people, *(word for name in names for word in groups.get(name, ())), "(?!)"))


def are_subject(folded: str, language: str) -> bool:
    """Return whether a folded sentence is about people of whom a reader may be none."""
    return _groups(language, "few", "press").search(" ".join(folded.split()[:_FIRST])) is not None


def are_addressed(folded: str, language: str) -> bool | None:
    """Return whether a label before a folded sentence is for such people, or for the public; None if for neither."""
    label = _FOR.match(folded)
    if label is None:
        return None
    if include_public(label["who"], language):
        return False
    return True if _groups(language, "few").search(" ".join(label["who"].split()[:2])) is not None else None


def are_listed(folded: str, language: str) -> bool:
    """Return whether a folded sentence is an entry on such people: "Members: reprinting permitted"."""
    few = _groups(language, "few")
    return any(few.fullmatch(found[1]) is not None for found in _ENTRY.finditer(folded))


def ask(folded: str, language: str) -> bool:
    """Return whether a folded question is asked by such people, or about the text of the one who asks."""
    texts = (" ".join(folded[found.end() :].split()[:2]) for found in _MINE.finditer(folded))
    return are_subject(folded, language) or any(vocabulary().names(_TEXT, words, language) for words in texts)


def are_permitted(folded: str) -> bool:
    """Return whether a folded sentence that goes on about people permits them something."""
    return _THEY.match(folded) is not None


def include_public(folded: str, language: str) -> bool:
    """Return whether a folded sentence names the public, otherwise than as the one to whom it speaks."""
    return any(found.group() not in _YOU for found in _groups(language, "everybody").finditer(folded))
