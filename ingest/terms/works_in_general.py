"""Works in general: sentences about all works under a licence, whoever published them.

Apart from prose, which reads each sentence: here only word order tells "we use photographs published under CC BY" and
"content under open licences may be reused" from "photographs and content are published under CC BY".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ingest.terms.word_lists import packaged

_NEAR = 60
"""How many characters before a work are searched for the verb of which it is the object."""
_MODIFIERS = 2
"""How many words before a work may make it a certain one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where a sentence of one language has such works.

    Attributes:
        works: what may be under a licence.
        certain: a word before one that makes it a certain one: "our articles".
        licensed: what follows a work that is under a licence.
        taking: a verb for taking a work from elsewhere, before the work.
        taken: the same, behind it.
        opening: what may stand before works in general at the beginning.
        may: "may", directly behind the licence.
    """

    works: re.Pattern[str]
    certain: re.Pattern[str]
    licensed: re.Pattern[str]
    taking: re.Pattern[str]
    taken: re.Pattern[str]
    opening: re.Pattern[str]
    may: re.Pattern[str]


def is_of_works_in_general(folded: str, language: str) -> bool:
    """Return whether folded words permit, or take over, all works under a licence."""
    said = _places(language)
    if said is None:
        return False
    for work in said.works.finditer(folded):
        licensed = said.licensed.match(folded, work.end())
        if licensed is None:
            continue
        before = folded[: work.start()]
        if said.opening.fullmatch(before) is not None and said.may.match(folded, licensed.end()) is not None:
            return True
        certain = any(said.certain.fullmatch(word) is not None for word in before.split()[-_MODIFIERS:])
        # "Texte einfügen, die unter CC BY stehen": the verb may stand between the work and its licence.
        taken = said.taking.search(before[-_NEAR:]) or said.taken.match(licensed.group())
        if not certain and taken is not None:
            return True
    return False


@cache
def _places(language: str) -> _Places | None:
    held = packaged("reach/works_in_general").get(language)
    if held is None:
        return None
    works, certain, house, taking, under, opened, articles, may = (
        "|".join(held[part]) or "(?!)"
        for part in ("works", "certain", "house", "taking", "under", "open", "articles", "may")
    )
    between = rf"(?:,? (?!(?:{house})(?!\w))[\w'-]+){{0,6}}?,?"
    return _Places(
        re.compile(rf"(?<!\w)(?:{works})(?!\w)"),
        re.compile(certain),
        re.compile(rf"{between} (?:{under})(?: [\w'-]+){{0,3}}? (?:x|{opened})(?!\w)(?: licen[\w-]+)?"),
        re.compile(rf"(?<!\w)(?:{taking})(?: [\w'-]+,?){{0,6}} $"),
        re.compile(rf" (?:{taking}),"),
        re.compile(rf"(?:(?:{articles}) )?"),
        re.compile(rf"(?: [\w-]+){{0,1}} (?:{may})(?!\w)"),
    )
