"""Owners: whom a notice names as who permits, or as the owner of the works, by the places of names in 27 languages.

Apart from ``house``, which asks whether this is the page's publisher: here a name may also stand in the sentence before
the one that permits, which says "the text" or "it".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingest.terms.clause_reader import grants
from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import any_of
from ingest.terms.prose import read_notice
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import any_phrase, either, packaged

# Georgian has no names with capitals, and no letter behind it is in a language that is read here.
_UPPER = "".join(one for one in map(chr, range(0x530)) if one.isupper())
_PART = rf"[„“\"«'‘]?[{_UPPER}0-9][\w.&'’-]*[“”\"»'’]?"
_SMALL = rf"(?:(?:{either('sentences.in names')}|in) ){{0,2}}"
_NAME = rf"(?P<name>[„“\"«‘]?[{_UPPER}][\w.&'’-]*[“”\"»’]?(?: {_SMALL}{_PART}){{0,7}})"
_COPYRIGHT = r"(?:©|\([cC]\)|[Cc]opyright:?) ?(?:[Cc]opyright ?)?(?:(?:19|20)\d\d,? )?"
_TWO = 2


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where the names stand in one language.

    Attributes:
        grantor: the name of who permits, at the beginning of a sentence.
        behind: the name of whose works are meant, behind these.
        before: the same, before these.
        label: a label, and nothing but the name of the owner behind it.
        articled: whether a noun without an article, or with a capital behind one, is a name.
        nouns: whether all nouns begin with a capital.
        general: words that tell no publisher from others, such as those for works.
        ours: words that call works the publisher's own.
    """

    grantor: re.Pattern[str]
    behind: re.Pattern[str]
    before: re.Pattern[str] | None
    label: re.Pattern[str]
    articled: bool
    nouns: bool
    general: re.Pattern[str]
    ours: re.Pattern[str]


def named(words: str) -> Iterator[str]:
    """Yield the names that *words* give to who permits, or to the owner of what is permitted."""
    places = _places(vocabulary().language(fold(words), words))
    if places is None:
        return
    spans = sentences(words)
    for number, span in enumerate(spans):
        found = list(_in(words[slice(*span)], places))
        if found and _is_permitted(words, spans[number : number + _TWO], places):
            yield from found


def _in(sentence: str, places: _Places) -> Iterator[str]:
    """Yield the names of who permits, and of the owners of works, at the beginning of a sentence."""
    grantor = places.grantor.match(sentence)
    # "The Institute lets everybody reprint our articles" names the publisher.
    if grantor is not None and places.ours.search(fold(sentence[grantor.end() :])) is None:
        yield from _telling(grantor["name"], places, alone=not (grantor["the"] and places.nouns))
    if (behind := places.behind.match(sentence)) is not None:
        yield from _telling(behind["name"], places, alone=not places.nouns)
    before = places.before.match(sentence) if places.before is not None else None
    if before is not None:
        yield from _telling(before["name"], places, alone=places.articled)
    # "Copyright: The Mill", "Source: The Mill": the whole sentence is the name of the owner.
    if (label := places.label.fullmatch(sentence)) is not None:
        yield from _telling(label["name"], places, alone=True)


def _telling(name: str, places: _Places, *, alone: bool) -> Iterator[str]:
    """Yield a *name* that is more than general words; a single word may be one if it can stand *alone*."""
    words = re.findall(r"\w+", fold(name))
    if (alone or len(words) > 1) and not all(map(places.general.fullmatch, words)):
        yield name


def _is_permitted(words: str, spans: list[tuple[int, int]], places: _Places) -> bool:
    """Return whether the first of the sentences at *spans* permits something, or the next one, of no other works."""
    (start, end), *rest = spans
    if any(map(grants, read_notice(words[start:end], None))):
        return True
    if not rest or places.ours.search(fold(words[slice(*rest[0])])) is not None:
        return False
    return any(map(grants, read_notice(words[start : rest[0][1]], None)))


@cache
def _places(language: str) -> _Places | None:
    held = packaged("reach/owners").get(language)
    if held is None:
        return None
    articles = held.get("articles", [])
    article = (
        f"(?P<the>{any_phrase([*articles, *map(str.capitalize, articles)], after=' ')})?" if articles else "(?P<the>)"
    )
    works = rf"(?i:{any_phrase(held['works'])})"
    of = any_phrase(held["of"], after=" ") if "of" in held else "(?:)"
    return _Places(
        re.compile(rf"{article}{_NAME} (?:{either('house.adverbs')} )?{any_phrase(held['permits'])}(?!\w)"),
        re.compile(rf"(?:[^\W\d_][\w-]* ){{0,3}}?{works} {of if articles else f'(?:{of})?'}{article}{_NAME}"),
        re.compile(rf"{article}{_NAME} {works}(?!\w)") if "of" not in held or not articles else None,
        re.compile(rf"(?:{_COPYRIGHT}|(?i:{any_phrase(held['labels'])}) ?: ){article}{_NAME}[.|]?"),
        bool(articles),
        language == "de",
        any_of([*held.get("general", ()), *held["works"]]),
        any_of(held["ours"]),
    )
