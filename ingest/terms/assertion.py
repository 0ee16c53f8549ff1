"""Assertion: whether a sentence itself says that something may be done, or only mentions it.

Apart from prose, which reads each sentence: "it is wrong that our texts may be reprinted", "reprinting may be
permitted" and "may be reprinted for a fee" have the grantor, the public, the act and the work of a permission.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from ingest.terms.clause_reader import hits_of, plain
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.roles import has_frames
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_GIVES = ("may", "not banned", "nothing asked", "only credited", "licensed")
"""Marks of a permission: in front of "that", they are the main clause, and what follows is its condition."""
_GIVEN = frozenset({*_GIVES, "freely"} - {"licensed"})
_ENDS = re.compile(r"[,;.:](?= |$)")
_UNDER = frozenset({"otherwise noted", "public domain", "site"})
"""Marks that say of a text, or of a site, that it is under a licence."""
_ASKING = frozenset({"ask", "excepted", "is so", "obliged", "own"})
_BESIDE = frozenset({"excepted", "excerpt", "images", "images left out", "other use", "partial"})
"""Marks of something else for which leave may be needed."""
_TO = (" to ", " for ", " notice")
"""Behind leave that is given: "permission to reprint", "this permission notice"."""
_JOINING = ("articles", "houses", "inside", "joined", "listed", "standing")
"""Lists of words that join works, or a work and its place: one that ends a statement is followed by something."""
_LICENSE = re.compile(r"(?<!\w)x(?!\w)")
_WORD = re.compile(r"\w+")
_NEVER = ("(?!)",)
_NONE = re.compile(*_NEVER)
_WORKS = frozenset({"text", "site"})
_REUSE = frozenset({"adapt", "bare act", "copy", "data", "distribute", "images", "reproduce", "text", "translate"})
_LABEL = 8
"""A label before a colon has at most this many words."""
_BEFORE = 40
"""How many characters before a sum are searched for a word that denies it."""
_CLAUSE_END = re.compile("[,;]")
_AFTER = 24
"""The same behind it: "fees are waived"."""


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of one language for this.

    Attributes:
        that: words that make what follows depend on the words before them.
        asserting: the words before these with which the publisher itself says what follows.
        later: a permission that may be given.
        where: words for the cases in which something is so.
        money: what has to be paid.
        unpaid: words that deny that.
        relative: a relative clause between commas; None if the language does not need both.
        everything: words for all that a relative clause then describes.
    """

    that: re.Pattern[str]
    asserting: re.Pattern[str]
    later: re.Pattern[str]
    where: re.Pattern[str] | None
    money: re.Pattern[str]
    unpaid: re.Pattern[str]
    relative: re.Pattern[str] | None
    everything: re.Pattern[str]


def is_mentioned(sentence: str, language: str) -> bool:
    """Return whether a *sentence* that has the words of a permission only mentions it, asks money or defers it."""
    folded = plain(sentence)
    if disowns(folded) or any(words.search(folded) is not None for words in (_rest(), _defined(), _once())):
        return True
    said = _words(language)
    if said is None:
        return False
    return (
        said.later.search(folded) is not None
        or _is_for_money(sentence, folded, said, language)
        or _is_by_leave(sentence, folded, said, language)
        or _is_dictated(folded, language)
        or _is_of_some(folded, language)
        or _is_supposed(folded, said, language)
        or _is_dependent(folded, said, language)
        or _is_beside_its_work(folded, said, language)
    )


def begins_with_cost(words: str, language: str) -> bool:
    """Return whether *words* begin with what has to be paid: "The fee depends on the print run"."""
    folded, said = plain(words), _words(language)
    found = said.money.search(folded) if said is not None else None
    return found is not None and folded.count(" ", 0, found.start()) <= 1


def costs_or_may_be_given(words: str, language: str) -> bool:
    """Return whether *words* ask for money, or say that leave may be given."""
    folded, said = plain(words), _words(language)
    return said is not None and (said.later.search(folded) is not None or _is_for_money(words, folded, said, language))


def names_leave(folded: str, language: str) -> bool:
    """Return whether folded words have a word for leave: "Do I need permission to reprint an article?"."""
    return _leave(language).search(folded) is not None


def cites(folded: str) -> bool:
    """Return whether folded words say that somebody cites something: "We quote from a report of the ministry"."""
    return _citing().search(folded) is not None


def is_drawn(folded: str) -> bool:
    """Return whether folded words say that works are another publisher's: "The glossary comes from Wiktionary"."""
    return _drawn().search(folded) is not None


def names_publishers_own(folded: str) -> bool:
    """Return whether folded words name something as the publisher's own: "our"."""
    return _quoting()[1].search(folded) is not None


def is_visit(marks: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether only the use of a site is permitted, which everybody does who reads it."""
    sites = marks.get("site", ())
    if not sites or not marks.keys().isdisjoint(_REUSE):
        return False
    return all(map(_visited().fullmatch, sites))


def is_of_any_text(folded: str, marks: Mapping[str, tuple[str, ...]], language: str) -> bool:
    """Return whether folded words say what a licence lets people do with a text: "under CC BY, anyone may copy it"."""
    licensed = _LICENSE.search(folded)
    if licensed is None or not has_frames(language):
        return False
    if not marks.keys().isdisjoint(_UNDER) or _certain().search(folded) is not None:
        return False
    leave, under = marks.get("may", ()), marks.get("licensed", ())
    label, colon, _ = folded.partition(": ")
    # "Licences explained: with x, anyone may": the label says nothing of a text, nor does "with".
    begun = len(label) + 2 if colon and licensed.start() > len(label) else 0
    opens = [hit for hit in under if folded.startswith(hit, begun)]
    stated = [hit for hit in under if hit not in opens and folded.find(hit, begun) >= 0]
    return bool(leave) and all(folded.find(hit, begun) >= licensed.start() for hit in (*leave, *stated))


def asks_first(sentence: str, language: str) -> bool:
    """Return whether a *sentence* only says that permission is needed, which the sentences before do not say."""
    folded, leave = plain(sentence), _leave(language)
    marks = vocabulary().marks(folded, language)
    if not _ASKING.issuperset(marks) or not any(map(leave.search, marks.get("ask", ()))):
        return False
    # "Otherwise, permission is needed" and "videos need permission" leave the permission before them.
    return not says_more(folded, marks, language)


def says_more(folded: str, marks: Mapping[str, tuple[str, ...]], language: str) -> bool:
    """Return whether folded words say more than their *marks*: "You may", but "you may write to us"."""
    known = {at for hits in marks.values() for hit in hits_of(folded, hits) for at in range(*hit.span())}
    small = frozenset(map(fold, (*packaged(language)["common"], *packaged("reach/assertion")["asking"]["words"])))
    return any(word.start() not in known and word.group() not in small for word in _WORD.finditer(folded))


def is_cut(words: str) -> bool:
    """Return whether *words* stop in the middle: "may be reprinted with the consent of the"."""
    last = fold(words[-24:]).rsplit(" ", 1)[-1]
    return last.isalpha() and last in _hanging()


def disowns(folded: str) -> bool:
    """Return whether a label says that the words behind its colon are a model, of the past, or somebody else's:
    "Sample notice: our texts may be copied".
    """
    return _is_model(folded) or _is_quoted(folded)


def _is_model(folded: str) -> bool:
    label, colon, _ = folded.partition(":")
    return bool(colon) and label.count(" ") < _LABEL and _models().search(label) is not None


def _is_quoted(folded: str) -> bool:
    """Return whether words before a colon say that somebody says or writes what follows: "many sites write: ..."."""
    label, colon, _ = folded.partition(":")
    quoting, ours = _quoting()
    return bool(colon) and quoting.search(label.rstrip()) is not None and ours.search(label) is None


def _is_for_money(sentence: str, folded: str, said: _Words, language: str) -> bool:
    """Return whether something has to be paid; initials of a publisher, such as "FEE", are no such word."""
    return any(
        said.unpaid.search(folded, _clause_before(folded, found.start(), language), found.start()) is None
        and said.unpaid.search(_CLAUSE_END.split(folded[found.end() : found.end() + _AFTER], 1)[0]) is None
        for found in said.money.finditer(folded)
        if (found.group().upper() not in sentence or not found.group().isalpha())
        and said.unpaid.fullmatch(found.group()) is None  # "díjmentesen" is without a fee
    )


def _clause_before(folded: str, at: int, language: str) -> int:
    """Return where the words before a sum begin that may deny it: "pictures are free, texts cost 20 euros"."""
    start = max(0, at - _BEFORE, folded.rfind(";", 0, at))
    comma = folded.rfind(",", start, at)
    return comma if comma >= 0 and vocabulary().names(_WORKS, folded[comma:at], language) else start


def _is_by_leave(sentence: str, folded: str, said: _Words, language: str) -> bool:
    """Return whether the words of a permission have a word for leave that is not denied: "in accord with us"."""
    marks = vocabulary().marks(folded, language)
    if not marks.keys().isdisjoint(_BESIDE):
        return False
    # "Unless otherwise agreed" waits for no leave.
    given = [hit for mark in (*_GIVES, "otherwise noted") for hit in marks.get(mark, ())]
    return any(
        said.unpaid.search(folded, max(0, found.start() - _BEFORE), found.start()) is None
        and said.unpaid.search(folded, found.end(), found.end() + _AFTER) is None
        and not any(found.group() in hit for hit in given)
        and _granting().search(folded, 0, found.start()) is None
        and not folded.startswith(_TO, found.end())
        # "The Authority" is a publisher; German writes all nouns like that.
        and (language == "de" or found.group().capitalize() not in sentence or not folded[: found.start()])
        for found in _leave(language).finditer(folded)
    )


def _is_beside_its_work(folded: str, said: _Words, language: str) -> bool:
    """Return whether texts are named only in a relative clause: "the font, in which our texts are set, may be used"."""
    if said.relative is None or not vocabulary().names(_WORKS, folded, language):
        return False
    rest, number = said.relative.subn(" ", folded)
    return bool(number) and said.everything.search(rest) is None and not vocabulary().names(_WORKS, rest, language)


def _is_dictated(folded: str, language: str) -> bool:
    """Return whether words before a colon only tell the reader to write what follows: "add this line to your page:"."""
    label, colon, _ = folded.partition(":")
    return bool(colon) and dictates(label.rstrip(), language)


def dictates(label: str, language: str) -> bool:
    """Return whether a folded *label*, without its colon, tells the reader to write something, and permits nothing."""
    return _dictating().search(label) is not None and _GIVEN.isdisjoint(vocabulary().marks(label, language))


def _is_of_some(folded: str, language: str) -> bool:
    """Return whether a permission is denied for some works, or for some cases: "not all of our articles may be copied".

    Behind the permission it is a limit: "you may copy our articles, but not all at once".
    """
    clauses = (folded[found.end() :] for found in _some().finditer(folded))
    marks = (vocabulary().marks(_ENDS.split(clause, 1)[0], language) for clause in clauses)
    return any(not _GIVEN.isdisjoint(shown) for shown in marks)


def _is_supposed(folded: str, said: _Words, language: str) -> bool:
    """Return whether a permission is only in a "where": "where reuse is permitted, the text says so"."""
    marks = vocabulary().marks
    # "Except where otherwise noted" says nothing of permissions.
    if "otherwise noted" in marks(folded, language):
        return False
    for found in said.where.finditer(folded) if said.where is not None else ():
        ends = _ENDS.search(folded, found.end())
        before, words = folded[: found.start()].strip(), folded[found.start() : ends.start() if ends else None]
        # Without a comma it is not known where the clause ends.
        behind = folded[ends.end() :].strip() if ends else ""
        if not (before or behind) or before.endswith(":"):
            continue
        rest = f"{before} {behind}"
        if not _GIVEN.isdisjoint(marks(words, language)) and _GIVEN.isdisjoint(marks(rest, language)):
            return True
    return False


def _is_dependent(folded: str, said: _Words, language: str) -> bool:
    """Return whether the permission in a sentence is what somebody thinks, says, asks or denies.

    It is, if it follows a "that" whose main clause is not known to assert it. No list can hold all verbs of thinking
    and saying.
    """
    marks = vocabulary().marks(folded, language)
    first = min((at for mark in _GIVES for hit in marks.get(mark, ()) if (at := folded.find(hit)) >= 0), default=0)
    found = list(said.that.finditer(folded, 0, first))
    if not found or not (before := folded[: found[-1].start()].strip(" ,")):
        return False
    if said.asserting.fullmatch(before) is not None:
        return False
    # "Texts that we publish may be reprinted": a relative clause.
    if vocabulary().names(_WORKS, before.rsplit(" ", 1)[-1], language):
        return False
    # "We think that facts are needed, so our texts may be reprinted": another main clause.
    return _therefore().search(folded, found[-1].end(), first) is None


@cache
def _hanging() -> frozenset[str]:
    joining = (word for said in packaged("reach/beside").values() for kind in _JOINING for word in said.get(kind, ()))
    return frozenset(map(fold, (*packaged("reach/assertion")["hanging"]["words"], *joining)))


@cache
def _words(language: str) -> _Words | None:
    held = packaged("reach/assertion").get(language, {})
    if "money" not in held:
        return None
    return _Words(
        _any(held.get("that", _NEVER), "(?! ?[,.;:])"),
        re.compile("|".join(map(fold, held.get("asserting", _NEVER)))),
        _any(held.get("later", _NEVER)),
        _any(held["where"]) if "where" in held else None,
        _any(held["money"]),
        _any(held["unpaid"]),
        re.compile(rf", (?:\w+ )?(?:{'|'.join(held['which'])}) [^,;:.]{{1,160}},") if "which" in held else None,
        _any(held.get("everything", _NEVER)),
    )


@cache
def _leave(language: str) -> re.Pattern[str]:
    """Return the pattern of words for leave."""
    held = packaged(language).get("words", {})
    return spaced(tuple(pattern_of(fold(word), held) for word in held.get("leave", ()))) if held.get("leave") else _NONE


@cache
def _granting() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(packaged('reach/assertion')['granting']['words'])})(?: \w+)? $")


@cache
def _therefore() -> re.Pattern[str]:
    return re.compile(rf"[,-] (?:{'|'.join(map(fold, packaged('reach/assertion')['therefore']['words']))}) |; ")


@cache
def _visited() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["visited"]["words"])


@cache
def _quoting() -> tuple[re.Pattern[str], re.Pattern[str]]:
    held = packaged("reach/assertion")["quoting"]
    return _any(held["words"], "$"), _any(held["ours"])


@cache
def _citing() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["citing"]["words"])


@cache
def _drawn() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["drawn"]["words"])


@cache
def _certain() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["certain"]["words"])


@cache
def _rest() -> re.Pattern[str]:
    held = packaged("reach/assertion")
    return _any((*held["rest"]["words"], *held["seldom"]["words"]))


@cache
def _dictating() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["dictating"]["words"], r"(?: [^\s.;:,]+){0,7}$")


@cache
def _some() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["some"]["words"])


@cache
def _defined() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["defined"]["words"])


@cache
def _once() -> re.Pattern[str]:
    return _any(packaged("reach/assertion")["once"]["words"])


@cache
def _models() -> re.Pattern[str]:
    held = packaged("reach/assertion")["models"]
    words = (*(f"{word}\\w*" for word in held["beginning"]), *(f"\\w*{word}" for word in held["ending"]))
    return _any((*words, *held["phrases"]))


def _any(patterns: Iterable[str], after: str = "") -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(fold, patterns))})(?![\w-]){after}")
