"""Roles: whether a clause says who grants whom what, by frames a person can review, and hangs it on nothing unknown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from ingest.terms import named_works
from ingest.terms.clause_reader import plain
from ingest.terms.heads import is_of_known
from ingest.terms.phrase_list import PhraseList
from ingest.terms.phrase_patterns import fold, pattern_of, spaced
from ingest.terms.vocabulary import packaged, vocabulary

_WORDINGS = Path(__file__).parent / "wordings"
_FRAMES, _OTHERS = _WORDINGS / "frames", _WORDINGS / "roles"


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The frames of one language.

    Attributes:
        grants: a grant fits one of them; *public_domain*: or, if it is a waiver, one of these. An empty list asks
            for none.
        spoilers: whatever fits one of these grants the public nothing.
        other_licenses: whatever fits one of these names a licence of something else.
    """

    grants: PhraseList
    public_domain: PhraseList
    spoilers: PhraseList
    other_licenses: PhraseList

    def fit(self, folded: str, rule: str) -> bool:
        """Whether a folded clause says what a permission of *rule* must say."""
        if rule in LICENSED:
            return not self.other_licenses.stands_in(folded)
        if self.spoilers.stands_in(folded):
            return False
        if rule == "ban-met-by-credit":
            return True  # the rule itself asks for both the ban and the credit that lifts it
        if rule == "public-domain" and (not self.public_domain or self.public_domain.stands_in(folded)):
            return True
        return not self.grants or self.grants.stands_in(folded)


class Role(StrEnum):
    """What a permission of the publisher's texts must not lack, by the list of phrases that show it to be another's."""

    GRANTOR = "grantors"
    ADDRESSEE = "addressees"
    OBJECT = "objects"
    CONDITION = "unmet"
    LIMIT = "limits"
    TELLING = "told"


LICENSED = frozenset({"named-license", "license-of-some"})
"""The rules that read a licence which a sentence names."""
OF_SOME = frozenset({"grant-of-some", "license-of-some"})
"""The rules that read what is permitted of some works: of which ones, only these say themselves."""
_LABEL = 2
_POINTS = ".,;:!?()\"'„“”«»"
# Sought in the whole sentence: an "if" or a "last year" stands in another clause than the grant that it undoes.
_WIDE = (Role.CONDITION, Role.TELLING)


def has_frames(language: str) -> bool:
    """Whether there are frames for a *language*: where there are none, nothing says who grants whom what for sure."""
    return _frames(language) is not None


def is_grant(clause: str, rule: str, language: str) -> bool:
    """Whether a *clause*, from which *rule* reads a permission, says who grants whom what.

    Where there are no frames for a *language* the rule alone decides.
    """
    folded = plain(clause)
    # First: a clause that gives a role to another grants nothing, whatever frame it fits.
    if another(folded, language) is not None:
        return False
    licensed = _roles(language).licensed
    if rule not in LICENSED and not _is_of_texts(clause, folded, language):
        return False
    labelled = folded.count(" ") <= _LABEL  # says nothing but the licence, often in no language
    if rule in LICENSED and licensed is not None and not labelled and not licensed.stands_in(folded):
        return False
    frames = _frames(language)
    return frames is None or frames.fit(folded, rule)


def _is_of_texts(clause: str, folded: str, language: str) -> bool:
    """Whether what a clause permits is done to texts of the house, in the languages whose order of words is known."""
    if language == "en":
        return is_of_known(folded)
    if language not in named_works.LANGUAGES:
        return True
    capitals = frozenset(fold(word.strip(_POINTS)) for word in clause.split() if word[:1].isupper())
    return named_works.are_known(folded, language, capitals)


def is_told(sentence: str, language: str, *, of_pictures: bool = False) -> bool:
    """Whether a *sentence* tells of a grant, or hangs it on a condition that no reader meets alone, in any clause; or
    *of_pictures*, whether it tells of others who ban them: of the past, of a court, of contests, of who uploads.
    """
    folded, held = plain(sentence), _roles(language)
    roles = (Role.TELLING,) if of_pictures else _WIDE
    if any(sought.stands_in(folded) for role, sought in held.others if role in roles):
        return True
    # "You may republish our articles on court rulings, but not the photos": there the house speaks of its own.
    told = held.told_of_pictures if of_pictures else None
    return told is not None and told.stands_in(folded) and "may" not in vocabulary().marks(folded, language)


def conjunctions(language: str) -> re.Pattern[str] | None:
    """The words of a *language* that hang a grant on something; None where none are known."""
    known = _roles(language).conditions
    return None if known is None else known.pattern


def is_anothers(clause: str, language: str) -> bool:
    """Whether a *clause* on excerpts is another's bargain, or of another's texts; its limits are its matter."""
    return another(plain(clause), language) not in (None, Role.LIMIT)


@lru_cache(maxsize=1024)
def another(folded: str, language: str) -> Role | None:
    """The role that a folded clause gives to another than a permission of the publisher's texts has there, if any.

    So is it where another grants, others alone may, it is not about the publisher's texts, it depends on what no
    reader can bring about, or is told of somebody else, of the past or of licences as such.
    """
    for role, sought in _roles(language).others:
        # "Partial or total reproduction" limits nothing.
        if sought.stands_in(folded) and not (role is Role.LIMIT and vocabulary().shows("whole or part", folded)):
            return role
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Roles:
    """What a language says of the roles.

    Attributes:
        others: by role, what gives it to another; *licensed*: what a clause that names a licence must say; None asks
            for nothing.
        conditions: the words that hang a grant on something.
        told_of_pictures: what beside `told` shows that a ban of pictures is another's; of texts it shows nothing.
    """

    others: tuple[tuple[Role, PhraseList], ...] = ()
    licensed: PhraseList | None = None
    conditions: PhraseList | None = None
    told_of_pictures: PhraseList | None = None


@cache
def _roles(language: str) -> _Roles:
    path = _OTHERS / f"{language}.toml"
    if not path.exists():
        return _Roles()
    held = tomllib.loads(path.read_text("utf-8"))
    return _Roles(
        tuple((role, PhraseList(held[role], held["words"])) for role in Role),
        PhraseList(held["licensed"], held["words"]) if "licensed" in held else None,
        PhraseList(held["conditions"], held["words"]),
        PhraseList(held["told_of_pictures"], held["words"]),
    )


@cache
def _frames(language: str) -> Frames | None:
    path = _FRAMES / f"{language}.toml"
    if not path.exists():
        return None
    held = tomllib.loads(path.read_text("utf-8"))
    lists = ("frames", "public_domain", "spoilers", "other_licenses")
    return Frames(*(PhraseList(held.get(name, ()), held["words"]) for name in lists))


_ACTS = frozenset({"adapt", "copy", "deed", "distribute", "excerpt", "quote", "reproduce", "translate", "use"})
_DUTIES = frozenset({"credit", "credit of origin", "inform", "left as is", "link", "listed", "noncommercial", "notice"})
_DUTIES |= {"only credited", "prescribed", "same terms", "unaltered"}
_SAID = frozenset({"any purpose", "bare act", "commercially", "credit waived", "excepted", "faithful", "if you like"})
_SAID |= {"images left out", "mild not", "otherwise noted"}
_UNDERSTOOD = _ACTS | _DUTIES | _SAID


def are_understood(sentence: str, language: str) -> bool:
    """Whether each thing that a *sentence* hangs a grant on is a duty, or an act of whoever reads it.

    No list holds all that a publisher may wait for: an answer, a signature, the end of a talk. So a condition in which
    nothing is known makes the grant one that is not understood.
    """
    folded, marks = plain(sentence), vocabulary().marks
    unknown = [
        start for start, words in _conditions(folded, language) if _UNDERSTOOD.isdisjoint(marks(words, language))
    ]
    if not unknown:
        return True
    # A phrase may begin before the conjunction: "the author permits ... provided that his name appears".
    whole = marks(folded, language)
    duties = [(folded.find(words), words) for duty in _DUTIES for words in whole.get(duty, ())]
    return all(any(0 <= at <= start < at + len(words) for at, words in duties) for start in unknown)


def _conditions(folded: str, language: str) -> Iterator[tuple[int, str]]:
    """Where each condition begins, and its words: up to the next, or the comma if it opens the sentence."""
    pattern = conjunctions(language)
    found = list(pattern.finditer(folded)) if pattern is not None else []
    for number, begun in enumerate(found):
        words = folded[begun.start() : found[number + 1].start() if number + 1 < len(found) else None]
        if not folded[: begun.start()].strip():
            words = words.split(",", 1)[0]
        # "If, and only if, you ...", "with the source provided.": nothing follows that could be a condition.
        said = words[begun.end() - begun.start() :].strip(" .;:")
        # "A condizione che se ne citi": one conjunction right behind another is its second half.
        if said and not said.startswith(",") and not (number + 1 < len(found) and " " not in said):
            yield begun.start(), words


def is_timed(sentence: str) -> bool:
    """Whether a *sentence* names a time: a grant in it may hold only after that time, or up to it."""
    return _times().search(fold(sentence)) is not None


@cache
def _times() -> re.Pattern[str]:
    held = packaged("reach/times")
    phrases = (phrase for language, listed in held.items() if language != "words" for phrase in listed)
    return spaced(tuple(pattern_of(fold(phrase), held["words"]) for phrase in phrases))
