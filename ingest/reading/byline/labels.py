"""Labels: the words, in many languages, that announce the name of the author, or of somebody with another role."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ingest.reading.byline import given_names
from ingest.reading.page.page import lowered, visible, words_before
from ingest.reading.vocabulary import pattern, phrases

_AND_WORDS = pattern("byline.and_words", "byline.short_and_words")
_WEAK = pattern("byline.by_words", "byline.text_words")
_OF_FAMILY = pattern("byline.by_words_of_family")
_UNSPACED = pattern("byline.author_nouns_unspaced")
_TEXT, _PHOTOS = pattern("byline.text_words"), pattern("byline.photographer_nouns")
_BOTH = rf"(?:{_TEXT}\s*(?:\+|{_AND_WORDS})\s*{_PHOTOS}|{_PHOTOS}\s*&\s*{_TEXT})"
"""Whoever wrote the text and took its pictures."""
KIND_BY = rf"(?:{pattern('byline.indefinite_articles')}\s+)?{pattern('metadata.genres')}\s+{pattern('byline.by_words')}"
"""The kind of text and a word for "by": "Analyse par", "Ein Kommentar von"."""
_DEEDS = rf"{_BOTH}|{KIND_BY}|{pattern('byline.author_deeds', 'byline.author_works')}"
_DEED = re.compile(rf"(?:{pattern('byline.author_deeds')}|{_TEXT})[\s:：]")
_NOUNS = pattern("byline.author_nouns")
_WORKS_OF = pattern("byline.author_works_of")
_BEFORE_COLON = pattern("byline.author_words_before_colon")

_COLON = re.compile(
    rf"(?:^|[\s|•·(–'’-])(?P<label>{_NOUNS}|{_DEEDS}|{_WEAK}|{_OF_FAMILY}|{_UNSPACED}|{_BEFORE_COLON})\s*[:：]"
    r"\s*(?P<names>[^:：|•·\n]{2,160}[:：]?)"
)
# Words before "by" that announce people other than the authors.
_OF_OTHERS = re.compile(rf"{pattern('byline.other_roles', 'byline.other_roles_by')}\s*$")
_STRONG = re.compile(rf"(?:{_NOUNS}|{_DEEDS}|{_UNSPACED})\s*[:：]?\s*$", re.I)
_BEFORE = re.compile(
    rf"^\s*(?:(?:{_NOUNS}|{_DEEDS}|{_WEAK})\s*(?:[:：]|\s)\s*|{_OF_FAMILY}\s+(?=\S+\s+\S)|{_OF_FAMILY}\s*[:：]\s*|"
    rf"{_UNSPACED}\s*(?:[:：／/＝=｜|・]|\s)\s*|"
    rf"(?:{pattern('metadata.genres', 'metadata.forms')}|{_BEFORE_COLON})\s*[:：]\s*|"
    rf"{_WORKS_OF}\s+(?=\S+\s+\S)|"
    rf"{pattern('byline.by_words_within')}\s+)",
    re.I,
)
_ALONE = re.compile(rf"{_NOUNS}|{pattern('byline.author_deeds')}|{_WEAK}|{_OF_FAMILY}|{_UNSPACED}")
# A line that begins with a label, in lower case.
_LEAD = re.compile(
    rf"^(?:(?:{_DEEDS}|{_WEAK}|{_OF_FAMILY})\s*[:：]?\s+|{_UNSPACED}\s*[:：／/＝=｜|・\s]\s*)(?P<names>\S.{{1,140}})$"
)
_NOUN = re.compile(rf"(?:{_NOUNS}|{_WORKS_OF})\s+(?=\S+\s+\S)")
LONGEST = 40
"""No label has more characters than this."""
# A block of more characters than this is not the line around a name.
_AROUND = 80
_LEADS = (*phrases("byline.by_words"), *phrases("byline.by_words_of_family"), ":", "：")
_BY = pattern("byline.by_words", "byline.by_words_of_family")
_PARTICLE = re.compile(rf"\s*{pattern('byline.by_words_before_given')}\s+(?=(?P<given>\S+)\s+(?P<family>\S+))", re.I)
ROLE_FIRST = re.compile(rf"{pattern('byline.other_roles', 'byline.other_roles_by')}(?:\s+\w+)?\s*(?:{_BY}\b|:)", re.I)
_OTHER_ROLE = re.compile(rf"{pattern('byline.other_roles', 'byline.other_roles_before')}\s*{_BY}?\s*[:：]?\s*$", re.I)


_PICTURING = re.compile(rf"\s*\(\s*{_PHOTOS}\s*\)", re.I)


def after_label(words: str) -> str:
    """Return what follows the label at the beginning of the line *words*, or "" if there is no label."""
    found = _LEAD.match(lowered(words))
    return words[found.start("names") :] if found else _after_particle(words)


def _after_particle(words: str) -> str:
    """Return what follows a word for "by" that also begins family names, if a given and a family name follow it: "De
    Andrei Popescu", but not "De Luca Marco". Returns "" otherwise.
    """
    found = _PARTICLE.match(words)
    if found is None or not given_names.known(found["given"]) or given_names.known(found["family"]):
        return ""
    return words[found.end() :]


def begins_with_deed(words: str) -> bool:
    """Return whether the line *words* begins with what an author did, or with "Text": "Story by Anna Fox | Photos by
    Jan Sowa".
    """
    return _DEED.match(words.lower()) is not None


def after_noun(words: str) -> str:
    """Return what follows the noun at the beginning of the line *words*, without a colon ("Autoren A und B").

    The noun may say what the person made ("Un article de A"). Returns "" if there is none.
    """
    found = _NOUN.match(lowered(words))
    return words[found.end() :] if found else ""


@lru_cache(maxsize=2048)  # a block and the blocks around it have the same words
def before_colon(words: str) -> tuple[str, str]:
    """Return the first label in *words* that a colon follows, and the words after it up to the next colon.

    Returns "" twice if there is none.
    """
    if ":" not in words and "：" not in words:
        return "", ""
    # Search in lower case, because patterns that fold case themselves are slow.
    small = lowered(words)
    for found in _COLON.finditer(small):
        if not _OF_OTHERS.search(small[max(0, found.start() - 20) : found.start("label")]):
            return words[slice(*found.span("label"))], words[slice(*found.span("names"))]
    return "", ""


def strong(label: str) -> bool:
    """Return whether *label* by itself announces the author: "Author" does, "Text" does not."""
    return bool(_STRONG.match(label))


def alone(words: str) -> bool:
    """Return whether *words* are a label and nothing more."""
    return len(words) <= LONGEST and bool(_ALONE.fullmatch(words.strip().rstrip(" :：").lower()))


def strip(text: str) -> str:
    """Return *text* without the labels before it; "" if it holds nothing else."""
    if alone(text):
        return ""
    before = None
    # Labels may follow each other: "Text: von Anna Fox".
    while before != text:
        before, text = text, _BEFORE.sub("", text, count=1)
        text = _after_particle(text) or text
    return text


def other_role(element: Any) -> bool:
    """Return whether the words around *element* give the name another role: "Reviewed by", "Foto:", "(photos)"."""
    if _PICTURING.match(element.tail or ""):
        return True
    before = words_before(element)
    parent = element.getparent()
    # "Reviewed by" may stand before a wrapper of the name. Go up while the block is no longer than a byline.
    while not before.strip() and parent is not None and len(parent) <= 3 and len(visible(parent)) <= _AROUND:
        before, parent = words_before(parent), parent.getparent()
    role = _OTHER_ROLE.search(before[-60:])
    # A caption may end in such a word too: "Illustration by the Port / AP Photo". Then the text before it is long.
    return role is not None and (len(before) <= LONGEST or role[0].rstrip().endswith(_LEADS))
