"""Pictures: whether a clause that withholds pictures is about this publisher's own pictures, and for its readers; and
whether a sentence next to a permission of texts leaves the pictures out of it.

Apart from prose, which reads what any clause permits or forbids: this asks only what a clause is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from db.model.item import Act, Covers, Permission, Term
from ingest.terms.clause_reader import AND, Fired, Marks, hits_of, plain, thing_of
from ingest.terms.folding import fold
from ingest.terms.phrase_list import PhraseList
from ingest.terms.roles import is_of_others_pictures, is_told
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either, packaged

_BANS = ("forbidden", "images-forbidden", "images-withheld", "not-without-permission", "permission-required")
_CONDITION = frozenset({"credit", "on condition"})
_FORBIDS = ("banned", "may not", "nothing")
_OF_LAW = frozenset({"of anybody", "statute"})
_ASIDE_ONLY = frozenset({"excepted", "foreign", "images", "images left out", "negated", "own"})
_ASIDE = re.compile(r" (?:\(|[–—] )([^()–—]{3,60})(?:\)| [–—](?= ))")
_ONLY = re.compile(rf"\b(?i:{either('prose.only')})\b ?|(?i: {either('prose.only')})\b")
_TEXTS = frozenset({"text"})
_VERBS, _DUTY = frozenset({"may"}), frozenset({"credit"})
_WITHHELD = ("images-forbidden", "images-withheld")
_TRADE = frozenset({"commercially", "not commercially"})
_FAR = 6
"""At most this many words may stand before the pictures in a clause about them."""
_NEAR = 5
_BEHIND = 3
"""The most words between an act or a permission and the pictures after it (_NEAR) or before it (_BEHIND)."""
_DONE = ("adapt", "ask", "copy", "deed", "distribute", "reproduce", "use", "without asking")
_GIVEN = frozenset({"licensed", "may", "public domain"})
_GIVES = frozenset({"may", "not banned"})
_LIMITS = frozenset({"limited", "unless"})
_CREDITS = frozenset({"credit", "link", "notice", "only credited"})
_NO_CREDIT = frozenset({"denied", "permission"})
_OF_OTHERS = frozenset({"aspiration", "nothing asked", "of anybody", "refused", "statute", "users"})


def left_out(sentence: str, language: str) -> Fired | None:
    """Return what a *sentence* next to a permission of texts leaves out of it, if it is about pictures alone.

    It denies the permission for them, says whose they are or whom to ask, or limits their use in another way than by
    a credit. "All other content is protected" is about the pictures too.
    """
    folded = plain(sentence)
    marks = vocabulary().marks(folded, language)
    said = {name for name, listed in _signs().items() if listed.stands_in(folded)}
    # "Photos: Jane Doe", but "photos: no copying", "photos: not included" and "photos: © their authors".
    credited = "caption" in marks and "banned" not in marks and not (said >= _NO_CREDIT or "owners" in said)
    about = thing_of(folded, marks, language) in _PICTURES or "rest" in said
    if not about or credited or not _OF_OTHERS.isdisjoint(marks) or is_of_others_pictures(folded, language):
        return None
    if "theirs" in said:
        return None
    denied = said >= _NO_CREDIT or not _DENIES.isdisjoint(marks)
    given = not _GIVES.isdisjoint(marks) and not denied
    limited = given and not _LIMITS.isdisjoint(marks) and _CREDITS.isdisjoint(marks)
    owned = not given and not said.isdisjoint(("owners", "rights"))
    # "Note that the licence applies to the text of this blog."
    of_texts = any(map(_signs()["permission"].stands_in, marks.get("images left out", ())))
    if not (denied or limited or owned or of_texts or not said.isdisjoint(("outside", "sent"))):
        return None
    return _out(sentence, marks)


def _out(sentence: str, marks: Marks) -> Fired:
    out = Term(Covers.IMAGES, Act.USE, Permission.ASK, "images-left-out")
    return Fired("images-left-out", sentence, tuple(marks.items()), (out,))


def all_left_out(words: str, spans: Iterable[tuple[int, int]], language: str) -> Iterator[Fired]:
    """Yield each sentence, or its part behind the last semicolon or comma, that leaves pictures out of a permission."""
    for span in spans:
        sentence = words[slice(*span)]
        parts = dict.fromkeys((sentence, sentence.rpartition("; ")[2], sentence.rpartition(", ")[2]))
        yield from list(filter(None, (left_out(part, language) for part in parts)))[:1]


def left_out_beside(words: str) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """Yield the sentences of *words* that leave pictures out of a permission that stands elsewhere on their page."""
    language = vocabulary().language(fold(words), words)
    return ((one.words, one.terms) for one in all_left_out(words, sentences(words), language))


def without_aside(sentence: str, language: str) -> tuple[str, Fired] | None:
    """Return a *sentence* without words in brackets, or dashes, that only leave pictures out, and these; or None.

    In "reprinting (without photographs) is permitted", they separate the act from its permission.
    """
    for aside in _ASIDE.finditer(sentence):
        marks = vocabulary().marks(plain(aside.group(1)), language)
        if "images left out" in marks and marks.keys() <= _ASIDE_ONLY:
            return sentence[: aside.start()] + sentence[aside.end() :], _out(sentence, marks)
    return None


def without_only(sentence: str, language: str) -> tuple[str, Fired] | None:
    """Return a *sentence* about texts only without the word that says so, and that it leaves pictures out; or None.

    "Seuls les textes peuvent être reproduits" permits what "les textes peuvent être reproduits" permits.
    """
    folded = plain(sentence)
    marks = vocabulary().marks(folded, language)
    limits = any(
        vocabulary().names(_TEXTS, hit, language) and _goes_on(folded[folded.find(hit) + len(hit) :], hit, language)
        for hit in marks.get("images left out", ())
    )
    rest = _ONLY.sub("", sentence) if limits else sentence
    return (rest, _out(sentence, marks)) if rest != sentence else None


def _goes_on(after: str, texts: str, language: str) -> bool:
    """Return whether a verb follows folded words for *texts* only, or their clause ends: nothing limits them further,
    as "signed" would, or "which are older than a year".
    """
    last = texts.rpartition(" ")[2]
    if _ONLY.fullmatch(last):
        return after.lstrip(" ")[:1] in ",.;:)" or vocabulary().names(_DUTY, " ".join(after.split()[:2]), language)
    return any(vocabulary().names(_VERBS, word, language) for word in (last, *after.split()[:1]))


def names_photographer(folded: str) -> bool:
    """Return whether folded words name a photographer, who makes no texts."""
    return _signs()["photographers"].stands_in(folded)


def are_withheld(fired: Iterable[Fired]) -> bool:
    """Return whether a term among those that *fired* withholds pictures."""
    said = (term for one in fired for term in one.terms)
    return any(one.covers is Covers.IMAGES and one.permission in _ASKED for one in said)


@cache
def _signs() -> dict[str, PhraseList]:
    held = packaged("reach/pictures")
    return {name: PhraseList(listed, held) for name, listed in held.items()}


_ASKED = (Permission.ASK, Permission.PROHIBITED)
_PICTURES = ("images", "images left out")
_DENIES = frozenset({"banned", "excepted", "mild not", "reserved"})


def of_this_house(read: Iterable[Fired], sentence: str, language: str) -> Iterator[Fired]:
    """Yield what was *read*, without bans of other people's pictures; a ban of selling pictures is a limit only."""
    for fired in read:
        if _are_not_this_publishers(fired, sentence, language):
            continue
        if fired.rule in _WITHHELD and not _TRADE.isdisjoint(dict(fired.marks)):
            terms = (replace(term, rule="not-for-commercial-use", noncommercial=True) for term in fired.terms)
            yield replace(fired, terms=tuple(terms))
        else:
            yield fired


def _are_not_this_publishers(fired: Fired, sentence: str, language: str) -> bool:
    """Return whether *fired* withholds pictures that are not this publisher's, or that no reader could reprint.

    These are pictures in court, pictures that users upload, or pictures in a list of everything that is owned.
    """
    if any(term.covers is not Covers.IMAGES for term in fired.terms):
        return False
    marks = dict(fired.marks)
    if fired.rule == "images-forbidden" and _are_given_on_a_condition(plain(fired.words), marks):
        return True
    # "The court held that the paper could not publish the photographs" withholds no pictures of this publisher.
    if fired.rule in _BANS and _OF_LAW & marks.keys():
        return True
    if not fired.rule.startswith("images-"):
        return False
    if is_told(sentence, language, of_pictures=True) or _signs()["theirs"].stands_in(plain(sentence)):
        return True
    if any(hit.count(")") > hit.count("(") for hit in marks.get("images left out", ())):
        return True  # "The contents (texts, graphics) are our property": the property is not that of the graphics.
    folded = plain(fired.words)
    if fired.rule in _WITHHELD:
        return not _is_about_them(folded, marks)
    return fired.rule == "images-excepted" and _are_listed(plain(sentence), language, marks["images"])


def _are_given_on_a_condition(folded: str, marks: Marks) -> bool:
    """Return whether what is done with pictures is only the condition of a ban behind it, and of a credit.

    "If you reprint our photographs, name their authors and do not crop them" withholds no photographs.
    """
    bans, deeds = (
        [start for mark in kinds for start, _ in _spans(folded, marks.get(mark, ()))] for kinds in (_FORBIDS, _DONE)
    )
    return marks.keys() >= _CONDITION and max(deeds, default=-1) < min(bans, default=-1)


def _is_about_them(folded: str, marks: Marks) -> bool:
    """Return whether pictures stand at the beginning of a clause, or near an act.

    "You may not use the service if a video ..." says nothing about pictures.
    """
    pictures = list(_spans(folded, marks.get("images", ())))
    if not pictures or min(folded.count(" ", 0, start) for start, _ in pictures) <= _FAR:
        return True
    deeds = [span for mark in _DONE for span in _spans(folded, marks.get(mark, ()))]
    return any(
        (ends <= start and folded.count(" ", ends, start) <= _NEAR)
        or (end <= begun and folded.count(" ", end, begun) <= _BEHIND)
        for start, end in pictures
        for begun, ends in deeds
    )


def _are_listed(sentence: str, language: str, pictures: tuple[str, ...]) -> bool:
    """Return whether pictures are only in a list of what is owned: "texts, images and logos are our property"."""
    marks = vocabulary().marks(sentence, language)
    start = min((start for start, _ in _spans(sentence, pictures)), default=0)
    joint = AND.search(sentence, 0, start)
    if joint is None:
        return False
    texts = (*marks.get("text", ()), *marks.get("site", ()))
    return _GIVEN.isdisjoint(marks) or sentence[: joint.start()].endswith(texts)


def _spans(folded: str, hits: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    return (found.span() for found in hits_of(folded, hits))
