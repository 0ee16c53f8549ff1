"""Groups: whether a permission is only for a group, such as schools or newspapers, and not for the public.

Apart from `capacities.py`, which reads "as a member you may", and from the frames, which know words for the public:
this module finds the group where somebody is permitted something, whether the clause fits a frame or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

from ingest.terms.clause_reader import AND
from ingest.terms.word_lists import packaged


class Group(StrEnum):
    """Who is permitted something if not the public, named like the list of its words.

    Attributes:
        FEW: a reader may belong to none of these, such as schools or members.
        PRESS: those who publish, and organisations: a person decides whether they are the public.
    """

    FEW = "few"
    PRESS = "press"


_BEFORE = 7
"""At most this many words stand between a group and the word that permits it something."""
_DIRECTLY = 2
"""The same, after that word; if "by" or "to" stands before the group, there may be more."""
_ENDS = ".;:("
_OF_NOUN = re.compile(r" (?:[\w'-]+ ){0,2}")


def permitted_group(folded: str, permitting: Iterable[str], language: str) -> Group | None:
    """Return the group that a folded sentence permits something, or None if it is the public.

    *permitting*: the words in it that permit, such as "may".
    """
    words = _words(language)
    if words is None:
        return None
    # A group named together with the public is an example: "newspapers and anyone else".
    found = {group for said in permitting for group in words.near(folded, said)}
    if not found or None in found:
        return None
    return Group.PRESS if Group.PRESS in found else Group.FEW


class _Words:
    """The words of a language for groups, and for the places where they are who is permitted something."""

    def __init__(self, said: dict[str, list[str]]) -> None:
        def any_of(name: str) -> str:
            return "(?:" + "|".join(said[name] or ["(?!)"]) + ")"

        self._who = re.compile(
            rf"(?<!\w)(?:(?P<everybody>{any_of('everybody')})|(?P<few>{any_of('few')})|(?P<press>{any_of('press')}))(?!\w)"
        )
        self._not_who = re.compile(rf"(?<!\w){any_of('not who')} (?:[\w'-]+ )?$")
        self._by = re.compile(rf"(?<!\w){any_of('by')} (?:[\w'-]+,? ){{0,6}}$")
        self._passive = re.compile(any_of("passive"))

    def near(self, folded: str, permitting: str) -> list[Group | None]:
        """Return each group, or None for the public, at the places of words that permit."""
        at = folded.find(permitting)
        if at < 0:
            return []
        ends = at + len(permitting)
        begins = max(folded.rfind(sign, 0, at) for sign in _ENDS) + 1
        until = min((end for sign in _ENDS if (end := folded.find(sign, ends)) >= 0), default=len(folded))
        said: list[tuple[int, Group | None]] = []
        passive = self._passive.search(folded, ends, until) is not None
        for found in self._who.finditer(folded, begins, until):
            before = folded[begins : found.start()]
            if found.start() < at:
                is_who = not passive and folded.count(" ", found.end(), at) <= _BEFORE
                is_who = is_who and self._not_who.search(before) is None
            else:
                between = folded[at : found.start()]
                is_who = self._by.search(between) is not None or folded.count(" ", ends, found.start()) <= _DIRECTLY
            if is_who and found["everybody"]:
                said.append((found.end(), None))
            elif is_who:
                # In "all schools" or "any other newspaper", the first word is not the public.
                if said and said[-1][1] is None and _is_before_noun(folded, said[-1][0], found.start()):
                    said.pop()
                said.append((found.end(), Group.FEW if found["few"] else Group.PRESS))
        return [group for _, group in said]


def _is_before_noun(folded: str, ends: int, starts: int) -> bool:
    """Return whether a word that ends at *ends* only goes before the noun at *starts*."""
    return _OF_NOUN.fullmatch(folded, ends, starts) is not None and AND.search(folded, ends, starts) is None


@cache
def _words(language: str) -> _Words | None:
    said = packaged("reach/groups").get(language)
    return None if said is None else _Words(said)
