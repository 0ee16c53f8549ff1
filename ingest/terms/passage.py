"""Passage: what the sentences around a sentence about reuse say about it, above all which work "it" stands for.

Apart from prose, which reads each sentence: a permission that names no work is one of the publisher's texts only if the
passage names them, or if its act is done to texts alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.terms.clause_reader import SENTENCE_WIDE, SUBJECTS, Marks, plain, subject_of
from ingest.terms.folding import fold
from ingest.terms.licenses import Named, named_in
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

ACTS = ("distribute", "reproduce", "use")
HOUSE_OWN = frozenset({"text", "site"})
_BARS = frozenset(SENTENCE_WIDE)
_ASKED = (*SUBJECTS, *ACTS, "own")
_CAPTION = 40
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
        chosen: it has the form of Creative Commons' licence chooser: a work with its title and author, and its source.
        of_code: the sentence before is about a program: "It is open source. Free use is permitted."
    """

    address: str | None
    words: str
    first: int
    subject: str | None = None
    elsewhere: bool = False
    named: tuple[Named, ...] = ()
    asked: tuple[str, ...] = ()
    chosen: bool = False
    of_code: bool = False

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


def asks(sentence: str) -> bool:
    """Return whether a sentence is a question."""
    return sentence.rstrip("\"'”’)").endswith(("?", "？"))


def after(sentence: str, about: Passage, named: Named | None) -> Passage:
    """Return the passage for the next sentence, which may not say what it is about: "Feel free to republish"."""
    book = vocabulary()
    marks = book.marks(plain(sentence), about.language)
    if named is not None and book.license_bars.isdisjoint(marks):
        about = replace(about, named=(*about.named, named))
    asked = tuple(mark for mark in _ASKED if mark in marks) if asks(sentence) else ()
    about = replace(about, asked=asked, of_code="code" in marks and HOUSE_OWN.isdisjoint(marks))
    if not _BARS.isdisjoint(marks):
        return replace(about, subject=None, elsewhere=about.elsewhere or "elsewhere" in marks)
    return replace(about, subject=subject_of(plain(sentence), marks) or about.subject)


def unsaid(folded: str, whole: Marks, about: Passage) -> Marks:
    """Return the subject of a sentence that names none: that of the sentence before, or texts because of the act."""
    if about.of_code and HOUSE_OWN.isdisjoint(whole):
        return {"code": ()}
    subject = about.subject or ("text" if "bare act" in whole and is_of_texts(folded, whole, about) else None)
    return {subject: ()} if subject and not {*SUBJECTS, "foreign", "images left out"} & whole.keys() else {}


def is_of_texts(folded: str, marks: Marks, about: Passage) -> bool:
    """Return whether a permission in a folded sentence is one of the publisher's texts.

    The sentence names them, or the passage does, or the act is done to texts alone. "You may copy it, with credit" says
    nothing about what "it" is.
    """
    if any(marks.get(subject) for subject in HOUSE_OWN) or about.subject in HOUSE_OWN or about.copyrighted:
        return True
    # A longer phrase may have taken the word for the texts: "we waive all rights in our articles".
    # The last part of "IHS-Berichte" is a word for texts too.
    parts = folded.replace("-", " ")
    return vocabulary().names(HOUSE_OWN, parts, about.language) or _acts().search(parts) is not None


@cache
def _acts() -> re.Pattern[str]:
    # All languages at once, because a sentence of three words has too few to tell its language.
    held = dict(packaged("reach/acts"))
    unspaced = "|".join(held.pop("zh-ja-ko"))
    words = spaced(tuple(pattern_of(fold(phrase), {}) for phrases in held.values() for phrase in phrases))
    return re.compile(f"{words.pattern}|{unspaced}")
