"""Reports: sentences that say whose the rule after them is, or that what was permitted before them is over, or is not
for the articles.

Apart from prose, which reads each sentence: this reads none, and only asks what a sentence says of its neighbours.
"""

from __future__ import annotations

import re
from functools import cache

from ingest.terms.assertion import says_more
from ingest.terms.clause_reader import plain
from ingest.terms.folding import fold
from ingest.terms.phrase_list import PhraseList
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_LABEL = 5
"""A label before a colon has at most this many words."""
_OTHERS = frozenset({"data", "foreign", "images", "images left out", "users"})
"""Marks of works other than the publisher's texts."""
_LEFT_OUT = frozenset({"excepted", "freely", "is so", "mild not", "obliged", "own", "site", "text"})
"""Marks that a sentence may have which only says that articles are left out."""
_DONE = frozenset({"copy", "deed", "distribute", "reproduce"})
_EXCEPTING = frozenset({"excepted", "mild not"})
_CUT = re.compile("[,;(] ")
_BLANK = re.compile(r"\{\{|(?:©|\([cC]\)|[Cc]opyright)[ \d–-]*[\[<_]|^\W{0,2}\[[^\W\d]|^☐")
"""What a template leaves to be filled in: "© [Year]", "{{ owner }}", "[Name] permits", "☐ Yes, my text may"."""


def is_introduced(sentence: str, before: str) -> bool:
    """Return whether a sentence is not the publisher's rule of today: "Other publishers do it differently" before it,
    or "Sample notice:" at its beginning.
    """
    label, colon, _ = sentence.partition(":")
    said = [before, label] if colon and label.count(" ") < _LABEL else [before]
    return any(_phrases("introduces").stands_in(fold(words)) for words in said)


def is_unfilled(sentence: str, before: str) -> bool:
    """Return whether a name, a licence or a box is still to be filled in, here or in words *before*."""
    return _BLANK.search(sentence) is not None or _BLANK.search(before) is not None


def ends(sentence: str, language: str) -> bool:
    """Return whether what the sentences before permit no longer holds: "This offer ended in 2019"."""
    return _phrases("ends").stands_in(fold(sentence)) or is_over(sentence, language)


def is_over(sentence: str, language: str) -> bool:
    """Return whether a permission was withdrawn, or has ended: "We have revoked this permission"."""
    folded = plain(sentence)
    leave, over, still = (_listed(part, language) for part in ("leave", "over", "still"))
    if not (over.stands_in(folded) and leave.stands_in(folded)) or still.stands_in(folded):
        return False
    # "The licence for the photographs has expired" ends none of the texts.
    marks = vocabulary().marks(folded, language)
    return "text" in marks or _OTHERS.isdisjoint(marks)


def leaves_texts_out(sentence: str, language: str) -> bool:
    """Return whether a *sentence*, or its part behind a comma, leaves all articles out of what is permitted.

    "This does not apply to articles and reports" does, "not to articles of agencies" does not.
    """
    return any(_is_without_texts(plain(part), language) for part in (sentence, _CUT.split(sentence)[-1]))


def _is_without_texts(folded: str, language: str) -> bool:
    # "But not republish all of our articles": an act is denied, no work left out.
    if not _listed("texts", language).stands_in(folded) or vocabulary().names(_DONE, folded, language):
        return False
    excepting = _listed("excepting", language)
    excepts = excepting.stands_in(folded)
    for listed in (excepting, _listed("leave", language)):
        folded = listed.pattern.sub(" ", folded) if listed.stands_in(folded) else folded
    marks = vocabulary().marks(folded, language)
    excepts = excepts or not _EXCEPTING.isdisjoint(marks)
    small = _listed("small", language).pattern.sub(" ", folded)
    return (
        excepts
        and marks.keys() <= _LEFT_OUT
        and not (says_more(folded, marks, language) and says_more(small, marks, language))
    )


@cache
def _phrases(part: str) -> PhraseList:
    # All languages at once, because a short sentence has too few words to tell its language.
    return PhraseList((phrase for said in packaged("reach/reports").values() for phrase in said[part]), {})


@cache
def _listed(part: str, language: str) -> PhraseList:
    return PhraseList(packaged("reach/reports").get(language, {}).get(part, ()), {})
