"""Media: whether a permission holds only for a place, medium or purpose that is not everybody's: "copied in schools".

Apart from roles, which asks who permits whom what: where it may be done is a closed list of what everybody has, so that
a place that nobody thought of is a limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ingest.terms.clause_reader import hits_of
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_ACTS = ("copy", "deed", "distribute", "reproduce", "use")
_ACT_LAST = ("de", "nl")
"""Languages in which a place stands between the verb that permits and the act: "darf in Schulen kopiert werden"."""
_WORKS = ("text", "site")
"""Marks of works, which may stand between an act and its place."""
_FIRST = ("may", "nothing asked", *_WORKS, *_ACTS)
"""Marks of what a place at the beginning of a sentence stands before."""
_OWNED = 2
"""How many words may say whose a work is: "nasze artykuly"."""
_OBJECT = re.compile(r" (?:[^\s.,;:()]+ ){0,2}")
"""What may stand between an act and its work: "republish all our articles"."""
_FEW = 5
"""How many words behind a preposition may name an open medium: "in local and regional newspapers"."""


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of one language.

    Attributes:
        verb: a verb with a place right behind it, where what permits stands at the end.
        aims: words before an aim.
        place: a preposition with what stands behind it.
        open: what everybody has, and what is no place.
        begun: what a sentence begins with that is no place.
    """

    verb: re.Pattern[str]
    aims: re.Pattern[str]
    place: re.Pattern[str]
    open: re.Pattern[str]
    begun: re.Pattern[str]


def is_of_closed_medium(folded: str, language: str) -> bool:
    """Return whether folded words permit an act before a place, medium or purpose that may not be open."""
    said = _words(language)
    if said is None:
        return False
    marks = vocabulary().marks(folded, language)
    if _begins_with_limit(folded, said, marks):
        return True
    begun = _beginnings(folded, said, language, marks)
    if any(said.aims.match(folded, end) for end in begun):
        return True
    places = (said.place.match(folded, end) for end in begun)
    return any(place is not None and said.open.search(place["what"]) is None for place in places)


def _begins_with_limit(folded: str, said: _Words, marks: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether folded words begin with a place that may not be open: "in Poland, our articles may".

    An aim at the beginning is why the publisher permits something, and limits nobody: "to encourage debate, we permit".
    """
    begun = f" {folded}"
    place = said.place.match(begun)
    if place is None:
        return False
    named = [hit.start() for mark in _FIRST for hit in hits_of(begun, marks.get(mark, ()))]
    # "In schools our articles may".
    owned = tuple(words for words in marks.get("own", ()) if len(words.split()) <= _OWNED)
    named += [hit.start() for hit in hits_of(begun, owned) if begun[hit.start() - 1] == " "]
    at, end = place.span("what")
    what = begun[at : min(named, default=end)].strip()
    return what != "" and said.open.search(what) is None and said.begun.search(what) is None


def _beginnings(folded: str, said: _Words, language: str, marks: Mapping[str, tuple[str, ...]]) -> list[int]:
    """Return the offsets in folded words at which a place of what they permit may begin."""
    permits = [hit.end() for hit in hits_of(folded, marks.get("may", ()))]
    # "Send a copy of the reprint to the foundation" is a duty.
    duties = [hit.span() for hit in hits_of(folded, marks.get("inform", ()))]
    acts = [hit.end() for mark in _ACTS for hit in hits_of(folded, marks.get(mark, ()))]
    acts = [end for end in acts if not any(begin < end <= over for begin, over in duties)]
    # Before the verb that permits, a place belongs to the works: "information published in the bulletin may".
    begun = [end for end in acts if end > min(permits, default=end)]
    # "Copying is permitted in schools". In Polish, a preposition may stand before the act: "zezwala na przedruk".
    begun += [end for end in permits if language in _ACT_LAST or end > min(acts, default=end)]
    begun += [found.end() for found in said.verb.finditer(folded)]
    works = [(hit.start(), hit.end()) for mark in _WORKS for hit in hits_of(folded, marks.get(mark, ()))]
    behind = [end for start, end in works if any(_OBJECT.fullmatch(folded, at, start) for at in (*begun, *acts))]
    return begun + behind


@cache
def _words(language: str) -> _Words | None:
    held = packaged("reach/media").get(language)
    if held is None:
        return None
    # The longest first, because "as part of" begins with "as".
    before = [f"(?:{word}) " for word in sorted(held.get("in", ()), key=len, reverse=True)]
    before += [f"(?=(?:{word})(?!\\w))" for word in held.get("cases", ())]
    passed = "|".join(packaged("reach/media")["passed"]["words"])
    what = rf"[^\s.;:()]+(?: [^\s.;:()]+){{0,{_FEW - 1}}}"
    verbs = "|".join(held.get("verbs", ("(?!)",)))
    return _Words(
        re.compile(rf"(?<!\w)(?:{verbs})(?!\w)"),
        re.compile(rf" (?:{'|'.join(held.get('aims', ('(?!)',)))})(?!\w)"),
        re.compile(rf"(?: (?:{passed}))? \(?(?:{'|'.join(before)})(?P<what>{what})"),
        *(re.compile(rf"(?<![\w-])(?:{'|'.join(held.get(key, ('(?!)',)))})(?![\w-])") for key in ("open", "begun")),
    )
