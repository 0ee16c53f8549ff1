"""Passage: what the sentences around a sentence about reuse say about it, above all which work "it" stands for.

Apart from prose, which reads each sentence: a permission that names no work is one of the publisher's texts only if the
passage names them, or if its act is done to texts alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.terms import people
from ingest.terms.assertion import cites, is_drawn, names_leave, names_publishers_own
from ingest.terms.clause_reader import SENTENCE_WIDE, SUBJECTS, Marks, plain, subject_of, thing_of, unpointed
from ingest.terms.folding import fold
from ingest.terms.license_names import Named, named_in
from ingest.terms.objects import is_of_another, names_publisher
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.pictures import names_photographer
from ingest.terms.questions import asks, asks_for_leave
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either, packaged

ACTS = ("distribute", "reproduce", "use")
HOUSE_OWN = frozenset({"text", "site"})
_BARS = frozenset(SENTENCE_WIDE)
_GIVES = frozenset({"freely", "licensed", "may", "not banned", "nothing asked"})
_THINGS = frozenset({"code", "data", "images"})
_ANY = "any"
"""A thing of no kind of its own, such as a logo or a recording."""
_TOLD = frozenset({*HOUSE_OWN, "bare act", "licensed", "otherwise noted", "own", "reserved", "some reserved"})
_ASKED = (*SUBJECTS, *ACTS, "own")
_CAPTION = 40
_STATEMENT = 2
"""A sentence with fewer spaces is a label or the credit of a picture, not a statement about one."""
_NOTICE = 10
"""A notice without a verb has at most as many spaces."""
_IS = re.compile(rf"(?<!\w){either('prose.is')}(?!\w)")
# "(c)" alone may number a point of a list.
_COPYRIGHT = re.compile(r"©|(?:\([cC]\)|[Cc]opyright) ?(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the passage around a sentence says about it.

    Attributes:
        first: where its first sentence ends.
        subject: what the last sentence with a subject was about.
        elsewhere: a sentence before was about another site.
        named: the licences named so far.
        asked: what the sentence before asks for: "Would you like to reprint this article? Gladly."
        leave: whether the sentence before asks whether leave is needed: "No" forbids nothing then.
        answerable: whether the answer to that permits or forbids it, as that to "do you charge for reprints?" does not.
        chosen: it has the form of Creative Commons' licence chooser: a work with its title and author, and its source.
        untold: whether no sentence before says what a bare licence is for: "Night sky by Jane Roe. CC BY"; None before
            the first.
        theirs: whether the sentence before is about what users or its authors may do: "The author keeps all rights. It
            may be republished later."
        people: whether the sentence before is about people of whom a reader may be none: "The authors are volunteers."
        labelled: whether the label before this or an earlier sentence is for such people: "For authors: ...".
        thing: what the sentence before is about, if that is no text: "It is open source. Free use is permitted."
        cited: whether the sentence before is about works that it cites, or that belong to nobody: "Dante's works are in
            the public domain. They may be reprinted."
        drawn: whether the works of the sentence before are another publisher's: "The glossary comes from Wiktionary."
        explained: whether the sentence before asks what a licence is: "What does CC BY allow? You may copy the text."
    """

    address: str | None
    words: str
    first: int
    subject: str | None = None
    elsewhere: bool = False
    named: tuple[Named, ...] = ()
    asked: tuple[str, ...] = ()
    leave: bool = False
    answerable: bool = False
    chosen: bool = False
    thing: str | None = None
    untold: bool | None = None
    theirs: bool = False
    people: bool = False
    labelled: bool = False
    cited: bool = False
    drawn: bool = False
    explained: bool = False

    @property
    def language(self) -> str:
        """The language of all its words."""
        return _language_of(self.words)

    @property
    def captioned(self) -> bool:
        """Whether it begins like the credit of a picture, before any licence."""
        return _captioned(self.words, self.first)

    @property
    def copyrighted(self) -> bool:
        """Whether it has a line of copyright: what the line protects is what may be reused."""
        return _COPYRIGHT.search(self.words) is not None


@lru_cache(maxsize=64)  # every sentence of a passage needs it
def _captioned(words: str, ends: int) -> bool:
    alone = ends < _CAPTION and named_in(words[:ends], vocabulary()) is not None
    return vocabulary().shows_concept("caption", fold(words[: ends if alone else _CAPTION]))


@lru_cache(maxsize=64)  # every sentence of a passage needs it
def _language_of(words: str) -> str:
    return vocabulary().language(fold(words), words)


def after(sentence: str, about: Passage, named: Named | None, *, given: bool) -> Passage:
    """Return the passage for the next sentence, which may not say what it is about: "Feel free to republish".

    *given*: whether the sentence itself permits something.
    """
    book = vocabulary()
    marks = book.marks(plain(sentence), about.language)
    explained = (named is not None or "public domain" in marks) and asks(sentence) and HOUSE_OWN.isdisjoint(marks)
    cited = "public domain" in marks or cites(plain(sentence))
    drawn = is_drawn(plain(sentence)) and _THINGS.isdisjoint(marks)
    about = replace(about, cited=cited and "text" in marks and not given, drawn=drawn, explained=explained)
    if named is not None and book.license_bars.isdisjoint(marks):
        about = replace(about, named=(*about.named, named))
    asked = tuple(mark for mark in _ASKED if mark in marks) if asks(sentence) else ()
    leave = bool(asked) and ("ask" in marks or names_leave(plain(sentence), about.language))
    leave = leave and "without asking" not in marks
    answerable = bool(asked) and asks_for_leave(plain(sentence), marks, about.language)
    told = about.untold is False or about.copyrighted or not _TOLD.isdisjoint(marks) or names_publisher(sentence)
    thing = _thing_of(sentence, marks, about)
    about = _of_people(
        replace(
            about,
            asked=asked,
            leave=leave,
            answerable=answerable,
            thing=thing,
            untold=not told,
            theirs="users" in marks,
        ),
        sentence,
    )
    if not _BARS.isdisjoint(marks):
        return replace(about, subject=None, elsewhere=about.elsewhere or "elsewhere" in marks)
    if about.theirs:
        return about
    thing = about.thing if about.thing in SUBJECTS else None
    return replace(about, subject=thing or subject_of(plain(sentence), marks) or about.subject)


def _of_people(about: Passage, sentence: str) -> Passage:
    """Return the passage with the people whom *sentence* is about."""
    folded, language = plain(sentence), about.language
    label = people.are_addressed(folded, language)
    return replace(
        about,
        people=people.are_subject(folded, language) or (about.people and people.are_permitted(folded)),
        labelled=about.labelled if label is None else label,
    )


def _is_for_people(folded: str, marks: Marks, about: Passage) -> bool:
    """Return whether what a folded sentence permits is permitted only to people of whom the passage speaks."""
    language = about.language
    # "Contributors keep their rights. They may republish it, with credit to the journal": nobody else may.
    if people.are_listed(folded, language) or ((about.people or about.theirs) and people.are_permitted(folded)):
        return True
    label = people.are_addressed(folded, language)
    labelled = about.labelled and "own" not in marks if label is None else label
    # "Can authors republish their articles? Yes, you may": the answer is for those who ask.
    return bool((about.people and about.asked) or labelled) and not people.include_public(folded, language)


def _thing_of(sentence: str, marks: Marks, about: Passage) -> str | None:
    """Return what a sentence is about if that is no text: a picture, data, a program, a logo, a recording.

    In a passage that is about texts it is an aside: "You may republish our articles. The photographs belong to their
    authors. Please name us."
    """
    if "code" in marks and HOUSE_OWN.isdisjoint(marks):
        return "code"
    if about.subject in HOUSE_OWN or sentence.count(" ") < _STATEMENT:
        return None
    thing = thing_of(plain(sentence), marks, about.language)
    return "images" if thing == "images left out" else thing or (_ANY if is_of_another(sentence) else None)


def unsaid(folded: str, whole: Marks, about: Passage) -> Marks:
    """Return the subject of a sentence that names none: that of the sentence before, or texts because of the act."""
    if about.thing is not None and HOUSE_OWN.isdisjoint(whole):
        # A ban that names nothing may be one of the texts all the same.
        thing = "code" if about.thing == _ANY and not _GIVES.isdisjoint(whole) else about.thing
        if thing != _ANY:
            return {} if thing in whole else {thing: ()}
    # "The software may not be reproduced": the act is done to texts alone, unless the sentence names a program.
    bare = "bare act" in whole and "code" not in whole and is_of_texts(folded, whole, about)
    subject = about.subject or ("text" if bare else None)
    return {subject: ()} if subject and not {*SUBJECTS, "foreign", "images left out"} & whole.keys() else {}


def is_of_texts(folded: str, marks: Marks, about: Passage) -> bool:
    """Return whether a permission in a folded sentence is one of the publisher's texts.

    The sentence names them, or the passage does, or the act is done to texts alone. "You may copy it, with credit" says
    nothing about what "it" is.
    """
    if _is_for_people(folded, marks, about) or _is_of_others(folded, marks, about):
        return False
    if any(marks.get(subject) for subject in HOUSE_OWN) or about.subject in HOUSE_OWN or about.copyrighted:
        return True
    # "The authors keep their rights. Reprinting permitted, with credit": a notice without a verb is for everybody.
    if about.theirs and (folded.count(" ") > _NOTICE or _acts().match(folded) is None or _IS.search(folded)):
        return False
    # A longer phrase may have taken the word for the texts: "we waive all rights in our articles".
    # The last part of "IHS-Berichte" is a word for texts too.
    parts = unpointed(folded, about.language).replace("-", " ")
    return vocabulary().names(HOUSE_OWN, parts, about.language) or _acts().search(parts) is not None


def _is_of_others(folded: str, marks: Marks, about: Passage) -> bool:
    """Return whether a folded sentence is about what the one before cites or explains, or names a photographer."""
    if about.explained and not names_publishers_own(folded):
        return True
    if is_of_drawn(folded, marks, about):
        return True
    named = any(marks.get(subject) for subject in HOUSE_OWN)
    # "Reprinting permitted, with credit": a notice is about what it stands on.
    return not named and (names_photographer(folded) or (about.cited and _acts().match(folded) is None))


def is_of_drawn(folded: str, marks: Marks, about: Passage) -> bool:
    """Return whether a folded sentence is about the works of another publisher that the one before names."""
    return about.drawn and "site" not in marks and not names_publishers_own(folded)


@cache
def _acts() -> re.Pattern[str]:
    # All languages at once, because a sentence of three words has too few to tell its language.
    held = dict(packaged("reach/acts"))
    unspaced = "|".join(held.pop("zh-ja-ko"))
    words = spaced(tuple(pattern_of(fold(phrase), {}) for phrases in held.values() for phrase in phrases))
    return re.compile(f"{words.pattern}|{unspaced}")
