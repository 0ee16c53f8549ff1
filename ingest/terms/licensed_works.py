"""Licensed works: whether a sentence that names a licence is about a work that is no known text.

Apart from prose, which reads the licence: "this font is licensed under CC BY" says what is licensed, and no list can
hold all that is no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from ingest.terms.clause_reader import Marks, inherited, plain
from ingest.terms.folding import fold
from ingest.terms.license_names import named_in
from ingest.terms.passage import HOUSE_OWN
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import any_phrase, packaged

_KNOWN = frozenset({"caption", "code", "data", "elsewhere", "foreign", "images", "otherwise noted", "users"})
"""Marks that say what is licensed; other rules read them."""
_ACTS = ("copy", "distribute", "reproduce", "use")
_DROPPING = frozenset({"cs", "es", "it", "pl", "pt"})
"""Languages in which the verb alone says "they are"."""
_FAR = 4
"""How far behind a noun phrase the licence may stand that it belongs to."""
_ENTRY, _ENTRIES = re.compile("; "), re.compile("[;,] ")
_NO_TEXT = frozenset({"caption", "code", "data", "images"})
_WORD = re.compile(r"[\w&/-]+'?|[^\s\w]")
_HELD = packaged("reach/licensed")


def _listed(part: str) -> Iterator[str]:
    return (phrase for said in _HELD.values() for phrase in said.get(part, ()))


# "X" stands for a name.
_BESIDE = re.compile(rf"x+|\d\S*|{any_phrase(_listed('beside'))}")
_TEXTS = re.compile(any_phrase(_listed("texts")))
_ADVICE = {part: "|".join(said) for part, said in packaged("reach/advice").items()}
_ADVISED = re.compile(
    rf"(?<!\w)(?:{_ADVICE['before']})(?: (?!(?:{_ADVICE['ours']})(?!\w))[^\s.:;]+){{0,7}} x(?!\w)"
    rf"|(?<!\w)(?:{_ADVICE['planned']})(?: [^\s.:;]+){{0,9}} x(?!\w)"
    rf"|(?<!\w)(?:{_ADVICE['example']})(?: [^\s.:;]+){{0,3}} x(?!\w)"
    rf"|(?<!\w)x(?: [^\s.,:;]+){{0,4}} (?:{_ADVICE['behind']})(?!\w)"
)
_DENIED = re.compile(rf"(?<!\w)(?:{_ADVICE['denied']}) x(?!\w)")
_NAMED = re.compile(r"(?<!\w)x(?!\w)")
_OF = frozenset(_listed("of"))


def is_advised(folded: str) -> bool:
    """Return whether folded words, with "x" for a licence, only advise or plan to use it, or give it as an example:
    "Authors should choose x".
    """
    return _ADVISED.search(folded) is not None


def is_denied(folded: str) -> bool:
    """Return whether folded words, with "x" for their only licence, say what is not under it: "not covered by x"."""
    return _DENIED.search(folded) is not None and len(_NAMED.findall(folded)) == 1


def names_unknown(sentence: str, folded: str, marks: Marks, language: str) -> bool:
    """Return whether a *sentence* that names a licence, and no text, names another work.

    *folded* are its words with "x" for the licence, with their *marks*. A name is no such work: "Boing Boing is
    published under CC BY". Nor is what a whole site is under, "unless otherwise noted".
    """
    said = _places(language)
    if said is None or not _KNOWN.isdisjoint(marks) or vocabulary().names(HOUSE_OWN, folded, language):
        return False
    these, verbs, small = said
    # German writes all nouns with a capital; a name has no article.
    capitals = frozenset(fold(word) for word in _WORD.findall(sentence) if word[:1].isupper())
    names = frozenset() if language == "de" else capitals
    small |= {word for act in _ACTS for hit in marks.get(act, ()) for word in hit.split()}
    words = _WORD.findall(folded)
    for number, word in enumerate(words):
        if these.fullmatch(word) is None:
            continue
        phrase = _phrase(words[number + 1 :], small)
        # "The terms of the licence", whatever the word for terms.
        behind = words[number + 1 + len(phrase) : number + _FAR + len(phrase)]
        if _is_unknown(phrase, names) and not (_OF & {*behind[:1]} and any(map(_BESIDE.fullmatch, behind))):
            return True
    first = words[0] if words else ""
    for verb in verbs.finditer(folded):
        before = [word for word in _WORD.findall(folded[: verb.start()])[::-1] if these.fullmatch(word) is None]
        # "Boing Boing is": a name. "Icons are": several things, as the sentence begins with a capital anyway.
        if _is_unknown(_phrase(before, small), names - {first} if verb.lastgroup == "are" else capitals):
            return True
    return False


def of_its_entry(sentence: str, whole: Marks, language: str) -> Marks:
    """Return the marks of the entry of a list with the licence, if it names a work that is no text: "photos: CC BY;
    texts: all rights reserved".
    """
    # Between commas, only where another entry withholds everything.
    entries = (_ENTRIES if "reserved" in whole else _ENTRY).split(sentence)
    if len(entries) == 1 or HOUSE_OWN.isdisjoint(whole):
        return whole
    entry = next((one for one in entries if named_in(one, vocabulary()) is not None), sentence)
    marks = vocabulary().marks(plain(entry), language)
    return whole if _NO_TEXT.isdisjoint(marks) or not HOUSE_OWN.isdisjoint(marks) else inherited(marks, whole)


def begins_with_verb(folded: str, language: str) -> bool:
    """Return whether folded words about several licensed works begin with the verb, and so do not say which works."""
    said = _places(language)
    found = said[1].match(folded) if said is not None and language in _DROPPING else None
    return found is not None and found.lastgroup == "are"


def _phrase(words: list[str], small: frozenset[str]) -> list[str]:
    """Return the words of a noun phrase at the beginning of *words*, up to the next small word or sign."""
    return list(takewhile(lambda word: word not in small and word[0].isalnum(), words[:4]))


def _is_unknown(phrase: list[str], names: frozenset[str]) -> bool:
    """Return whether a noun phrase is neither a name nor part of what is said about the licence."""
    return not names.issuperset(phrase) and not any(
        _BESIDE.fullmatch(word) or _TEXTS.fullmatch(word) for word in phrase
    )


@cache
def _places(language: str) -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]] | None:
    """Return the words of a language before a licensed work, the verbs after it, and small words."""
    said = _HELD.get(language)
    if said is None:
        return None
    return (
        re.compile("|".join(said["these"])),
        re.compile(rf"(?<!\w)(?:(?P<is>{'|'.join(said['is'])})|(?P<are>{'|'.join(said['are'])}))(?!\w)"),
        frozenset(map(fold, packaged(language)["common"])),
    )
