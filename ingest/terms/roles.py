"""Roles: whether a clause says who permits whom what, without unknown conditions, by frames that people can review."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from ingest.terms import named_works
from ingest.terms.clause_reader import plain
from ingest.terms.folding import fold
from ingest.terms.heads import is_anothers as is_anothers_work
from ingest.terms.heads import is_of_known
from ingest.terms.phrase_list import PhraseList
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import WORDINGS, packaged


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """The frames of one language.

    Attributes:
        grants: a permission must fit one of them; an empty list accepts any permission.
        public_domain: a waiver may fit one of these instead.
        spoilers: a clause that fits one of these permits the public nothing.
        other_licenses: a clause that fits one of these names a licence of something else.
    """

    grants: PhraseList
    public_domain: PhraseList
    spoilers: PhraseList
    other_licenses: PhraseList

    def fit(self, folded: str, rule: str) -> bool:
        """Return whether a folded clause says what a permission by *rule* must say."""
        if rule in LICENSED:
            return not self.other_licenses.stands_in(folded)
        if self.spoilers.stands_in(folded):
            return False
        if rule == "ban-met-by-credit":
            return True  # the rule itself requires both the ban and the credit that lifts it
        if rule == "public-domain" and (not self.public_domain or self.public_domain.stands_in(folded)):
            return True
        return not self.grants or self.grants.stands_in(folded)


class Role(StrEnum):
    """A role in a permission of the publisher's texts, named like the list of phrases that give it to somebody else."""

    GRANTOR = "grantors"
    ADDRESSEE = "addressees"
    OBJECT = "objects"
    CONDITION = "unmet"
    RECEIVED = "received"
    LIMIT = "limits"
    TELLING = "told"


LICENSED = frozenset({"named-license", "license-of-some"})
"""The rules that read a licence named in a sentence."""
OF_SOME = frozenset({"grant-of-some", "license-of-some"})
"""The rules that read a permission for some works; only these works themselves say which."""
_LABEL = 2
_LICENSE = re.compile(r"(?<!\w)x(?!\w)")
"""The name of a licence, in plain words."""
_POINTS = ".,;:!?()\"'„“”«»"
# Searched in the whole sentence: an "if", a "last year" or a "which you ordered" may stand in another clause than the
# permission it undoes.
_WIDE = (Role.CONDITION, Role.RECEIVED, Role.TELLING)


def has_frames(language: str) -> bool:
    """Return whether there are frames for *language*; without frames, it is never certain who permits whom what."""
    return _frames(language) is not None


def is_grant(clause: str, rule: str, language: str) -> bool:
    """Return whether *clause*, which *rule* reads as a permission, says who permits whom what.

    If a *language* has no frames, the rule alone decides.
    """
    folded = plain(clause)
    # First, because a clause that gives a role to somebody else permits nothing, whatever frame it fits.
    if another(folded, language) is not None:
        return False
    licensed = _roles(language).licensed
    if rule in LICENSED:
        if language == "en" and is_anothers_work(folded):
            return False
    elif not _is_of_texts(clause, folded, language):
        return False
    labelled = folded.count(" ") <= _LABEL  # it names only the licence, often in no language
    if rule in LICENSED and licensed is not None and not labelled and not licensed.stands_in(folded):
        return False
    frames = _frames(language)
    return frames is None or frames.fit(folded, rule)


def _is_of_texts(clause: str, folded: str, language: str) -> bool:
    """Return whether a clause permits something of the publisher's texts, in languages with known word order."""
    if language == "en":
        return is_of_known(folded)
    if language not in named_works.LANGUAGES:
        return True
    capitals = frozenset(fold(word.strip(_POINTS)) for word in clause.split() if word[:1].isupper())
    return named_works.are_known(folded, language, capitals)


def is_told(sentence: str, language: str, *, of_pictures: bool = False) -> bool:
    """Return whether a *sentence* tells of a permission, or makes it depend on something that no reader can do alone.

    *of_pictures*: whether it tells of other people who ban pictures: of the past, a court, a contest, uploads.
    """
    folded, held = plain(sentence), _roles(language)
    roles = (Role.TELLING,) if of_pictures else _WIDE
    if any(sought.stands_in(folded) for role, sought in held.others if role in roles):
        return True
    if not of_pictures and _is_let_as(folded, language):
        return True
    return of_pictures and is_of_others_pictures(folded, language)


def is_of_others_pictures(folded: str, language: str) -> bool:
    """Return whether folded words are about pictures in a court or a contest, or about what users upload."""
    # "You may republish our articles on court rulings, but not the photos": here the publisher speaks of its own.
    told = _roles(language).told_of_pictures
    return told is not None and told.stands_in(folded) and "may" not in vocabulary().marks(folded, language)


def _is_let_as(folded: str, language: str) -> bool:
    """Return whether folded words let somebody do something only as one of a few, such as a member or a subscriber.

    Unlike the persons of the other roles, a capacity that is not listed as public is not public.
    """
    patterns = _capacities(language)
    if patterns is None:
        return False
    let, public = patterns
    return any(public.fullmatch(found["who"]) is None for found in let.finditer(folded))


@cache
def _capacities(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return the patterns of a permission in a capacity, and of the capacities that are public."""
    said = packaged("reach/capacities").get(language)
    if said is None:
        return None
    before, articles, let, public = ("|".join(said[part]) for part in ("as", "articles", "let", "public"))
    as_who = rf"(?:^|[,;:(-] ?)(?:{before}) (?:(?:{articles}) )?(?P<who>[\w-]+)(?: [\w'-]+){{0,5}},?"
    return re.compile(rf"{as_who} (?:{let})(?!\w)"), re.compile(public)


def conjunctions(language: str) -> re.Pattern[str] | None:
    """Return the words of *language* that make a permission depend on something; None if none are known."""
    known = _roles(language).conditions
    return None if known is None else known.pattern


def is_anothers(clause: str, language: str) -> bool:
    """Return whether a *clause* on excerpts is somebody else's, or about their texts; limits do not count here."""
    return another(plain(clause), language) not in (None, Role.LIMIT)


@lru_cache(maxsize=1024)
def another(folded: str, language: str) -> Role | None:
    """Return the role that a folded clause does not give as a permission of the publisher's texts must, or None.

    Such a clause has another grantor, only certain addressees, another object or a condition that no reader can meet,
    or it tells of somebody else, of the past or of licences in general.
    """
    for role, sought in _roles(language).others:
        # "Partial or total reproduction" is not a limit.
        if sought.stands_in(folded) and not (
            role is Role.LIMIT and vocabulary().shows_concept("whole or part", folded)
        ):
            return role
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Roles:
    """The phrases of a language for the roles.

    Attributes:
        others: for each role, the phrases that give it to somebody else.
        licensed: what a clause that names a licence must say; None requires nothing.
        conditions: the words that make a permission depend on something.
        told_of_pictures: further phrases that make a ban of pictures somebody else's; for texts they show nothing.
    """

    others: tuple[tuple[Role, PhraseList], ...] = ()
    licensed: PhraseList | None = None
    conditions: PhraseList | None = None
    told_of_pictures: PhraseList | None = None


@cache
def _roles(language: str) -> _Roles:
    if not (WORDINGS / "roles" / f"{language}.toml").exists():
        return _Roles()
    held = packaged(f"roles/{language}")
    return _Roles(
        tuple((role, PhraseList(held[role], held["words"])) for role in Role),
        PhraseList(held["licensed"], held["words"]) if "licensed" in held else None,
        PhraseList(held["conditions"], held["words"]),
        PhraseList(held["told_of_pictures"], held["words"]),
    )


@cache
def _frames(language: str) -> Frames | None:
    if not (WORDINGS / "frames" / f"{language}.toml").exists():
        return None
    held = packaged(f"frames/{language}")
    lists = ("frames", "public_domain", "spoilers", "other_licenses")
    return Frames(*(PhraseList(held.get(name, ()), held["words"]) for name in lists))


_ACTS = frozenset({"adapt", "copy", "deed", "distribute", "excerpt", "quote", "reproduce", "translate", "use"})
_DUTIES = frozenset({"credit", "credit of origin", "inform", "left as is", "link", "listed", "noncommercial", "notice"})
_DUTIES |= {"only credited", "prescribed", "same terms", "unaltered", "unsold"}
_SAID = frozenset({"any purpose", "bare act", "commercially", "credit waived", "excepted", "faithful", "if you like"})
_SAID |= {"images left out", "mild not", "otherwise noted"}
_UNDERSTOOD = _ACTS | _DUTIES | _SAID


def are_understood(sentence: str, rule: str, language: str) -> bool:
    """Return whether every condition of a permission in *sentence* by *rule* is a duty, or an act of the reader.

    No list can hold everything a publisher may wait for: an answer, a signature, the end of talks. So a condition in
    which nothing is known makes the permission one that is not understood. A licence says its own conditions, and must
    only not be one itself.
    """
    folded, marks = plain(sentence), vocabulary().marks
    if rule in LICENSED:
        return not _is_supposed(folded, language)
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
    """Yield the offset and the words of each condition, up to the next one, or to a comma if the act is behind it."""
    pattern = conjunctions(language)
    found = list(pattern.finditer(folded)) if pattern is not None else []
    for number, begun in enumerate(found):
        words = folded[begun.start() : found[number + 1].start() if number + 1 < len(found) else None]
        before, (inserted, comma, _) = folded[: begun.start()].strip(), words.partition(",")
        # "The texts may, once the fee is paid, be reprinted": the act behind the comma is no part of the condition.
        if not before or (comma and before.endswith(",") and _ACTS.isdisjoint(vocabulary().marks(before, language))):
            words = inserted
        # "If, and only if, you ...", "with the source provided.": no condition follows.
        said = words[begun.end() - begun.start() :].strip(" .;:")
        # "A condizione che se ne citi": a conjunction directly after another is its second half.
        if said and not said.startswith(",") and not (number + 1 < len(found) and " " not in said):
            yield begun.start(), words


def _is_supposed(folded: str, language: str) -> bool:
    """Return whether a licence is only in a condition that opens folded words: "If a text is under CC BY, ..."."""
    opening = next((words for start, words in _conditions(folded, language) if not folded[:start].strip()), "")
    if _LICENSE.search(opening.split(":", 1)[0]) is None:
        return False
    return "otherwise noted" not in vocabulary().marks(folded, language)


def is_timed(sentence: str) -> bool:
    """Return whether a *sentence* names a time: its permission may hold only after or until then."""
    return _times().search(fold(sentence)) is not None


@cache
def _times() -> re.Pattern[str]:
    held = packaged("reach/times")
    phrases = (phrase for language, listed in held.items() if language != "words" for phrase in listed)
    return spaced(tuple(pattern_of(fold(phrase), held["words"]) for phrase in phrases))
