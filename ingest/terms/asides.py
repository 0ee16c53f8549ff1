"""Asides: clauses that only say what pictures, data or commercial use cost, or that leave for these may be given.

Apart from prose, which reads each sentence: a fee and a permission that is put off are looked for in a whole sentence,
so a clause that has them for something other than the texts is read as a sentence of its own. "Texts may be
republished; photographs cost a fee" permits the texts, and "texts may be republished; a fee depends on the print run"
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from db.model.item import Act, Covers, Permission, Term
from ingest.terms.assertion import asks_first, begins_with_cost, costs_or_may_be_given, is_cut
from ingest.terms.clause_reader import Marks, plain
from ingest.terms.folding import fold
from ingest.terms.license_names import named_in
from ingest.terms.license_statement import PROGRAMS
from ingest.terms.roles import conjunctions
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import packaged

_CUT = re.compile(r"[;,] ")
_SEMICOLON = re.compile(r" ?[;؛；] ?")
_APART = frozenset({"code", "images", "images left out"})
_WORKS = frozenset({"text", "site"})
_RESERVED = frozenset({"images left out", "reserved"})
_GIVES = frozenset({"may", "not banned", "nothing asked"})
_DONE = frozenset({"adapt", "bare act", "copy", "distribute", "reproduce", "use"})
_OTHERS = frozenset({"foreign", "noncommercial", "personal", "users"})
_CHARGED = ("bare act", "text")
_THINGS, _TRADE = ("data", "images"), ("commercially",)
_ABOUT = (_THINGS, _TRADE, ("translate",))


Span = tuple[int, int]


def parted(words: str) -> tuple[list[Span], dict[Span, Term]]:
    """Return the spans of the sentences in *words* with asides apart, and what each aside withholds."""
    asides: dict[Span, Term] = {}
    language = vocabulary().language(fold(words), words)
    read = (part for span in sentences(words) for part in _by_license(words, span, language))
    return [part for span in read for part in _parts(words, span, asides, language)], asides


def _by_license(words: str, span: Span, language: str) -> Iterator[Span]:
    """Yield the span of a sentence, or those of its entries, each with a licence of its own.

    An entry that names none is only about pictures or a program: "Texts: CC BY; photographs as credited; code: MIT".
    """
    for sign in (_SEMICOLON, _CUT):
        ends = [found.span() for found in sign.finditer(words, *span)]
        parts = list(zip([span[0], *(end for _, end in ends)], [*(start for start, _ in ends), span[1]], strict=True))
        said = [words[slice(*part)] for part in parts] if len(parts) > 1 else []
        # A comma may join the names of one licence, so each part has to say what its licence is for.
        if said and all(_is_entry(one, language, listed=sign is _CUT) for one in said):
            yield from parts
            return
    yield span


def _is_entry(part: str, language: str, *, listed: bool) -> bool:
    """Return whether a *part* of a sentence names a licence, or is only about pictures or a program.

    *listed*: it stands between commas, and has to name its works as well, with a licence or all rights reserved.
    """
    folded, names = plain(part), vocabulary().names
    apart = names(_APART, folded, language) and not names(_WORKS, folded, language)
    if named_in(part, vocabulary()) is None:
        return apart and not (listed and PROGRAMS.search(part) is None and not names(_RESERVED, folded, language))
    return not listed or names(_WORKS | _APART, folded, language)


def _parts(words: str, span: Span, asides: dict[Span, Term], language: str) -> Iterator[Span]:
    start, end = span
    sentence = words[start:end]
    cuts = [(found.start(), found.end(), found.group()[0]) for found in _CUT.finditer(sentence)]
    if not cuts or not costs_or_may_be_given(sentence, language):
        yield span
        return
    # Behind a semicolon an aside is short: what stands before the last one may be a condition. Behind a comma it is
    # long, because a comma may only separate pictures.
    for left, right, sign in sorted(cuts, key=lambda cut: (cut[2] == ",", cut[0] if cut[2] == "," else -cut[0])):
        first, last = (start, start + left), (start + right, end)
        before, behind = sentence[:left], sentence[right:]
        if _permits_texts(before, language) and (aside := _aside(behind, sign, language)) is not None:
            asides[last] = aside
            yield from (*_parts(words, first, asides, language), last)
            return
        if sign == ";" and _permits_texts(behind, language) and (aside := _aside(before, sign, language)) is not None:
            asides[first] = aside
            yield from (first, *_parts(words, last, asides, language))
            return
    yield span


def takes_back(sentence: str, language: str) -> bool:
    """Return whether a *sentence* behind a permission says that leave, or money, is needed for it."""
    return asks_first(sentence, language) or _charges(sentence, language)


def aside_in(sentence: str, language: str) -> Term | None:
    """Return what a whole *sentence* behind a permission withholds, if it is such an aside."""
    return _aside(sentence, ";", language)


def _charges(sentence: str, language: str) -> bool:
    """Return whether a *sentence* behind a permission asks money for it: "For every text we charge a fee"."""
    said, folded = _words(language), plain(sentence)
    if said is None or not costs_or_may_be_given(sentence, language):
        return False
    marks = vocabulary().marks(folded, language)
    if not _GIVES.isdisjoint(marks):
        return False
    # "For photographs too there is a fee": one for the texts is meant as well.
    too = not marks.keys().isdisjoint(_THINGS) and said.tying.search(folded) is not None
    if too or begins_with_cost(sentence, language) or "other use" in marks:
        return True
    marked = _marked(folded, marks, _CHARGED, said)
    return said.about.search(marked) is not None or (
        "bare act" in marks and said.begins_at_once.match(marked) is not None
    )


def _permits_texts(clause: str, language: str) -> bool:
    """Return whether a *clause* has the words of a permission and a text, and is not left in the middle."""
    folded, conditions = plain(clause), conjunctions(language)
    # "Provided that, for photographs, a fee is paid": the condition goes on behind the comma.
    if conditions is not None and any(folded.count(" ", at.end()) <= 1 for at in conditions.finditer(folded)):
        return False
    marks = vocabulary().marks(folded, language)
    return not _GIVES.isdisjoint(marks) and vocabulary().names(_WORKS, folded, language) and not is_cut(clause)


def _aside(clause: str, sign: str, language: str) -> Term | None:
    """Return what a *clause* withholds that has a fee, or leave that may be given, for something else than texts."""
    said = _words(language)
    folded = plain(clause)
    if said is None or not costs_or_may_be_given(clause, language) or vocabulary().names(_WORKS, folded, language):
        return None
    # "Also photographs cost a fee", "the fee for photographs is due first": the texts may depend on it.
    conditions, rest = conjunctions(language), said.contrast.sub("", folded, 1)
    if said.tying.search(rest) is not None or (conditions is not None and conditions.search(rest) is not None):
        return None
    marks = vocabulary().marks(folded, language)
    about = next((kind for kind in _ABOUT if not marks.keys().isdisjoint(kind)), None)
    if about is None or not _OTHERS.isdisjoint(marks) or (about == _TRADE and _DONE.isdisjoint(marks)):
        return None
    main = sign == ";" or rest != folded
    return _withheld(about, marks) if _is_about(_marked(rest, marks, about, said), main, said, language) else None


def _withheld(about: tuple[str, ...], marks: Marks) -> Term:
    """Return what a clause *about* something withholds."""
    if about == _THINGS:
        covers = Covers.IMAGES if "images" in marks else Covers.DATA
        return Term(covers, Act.USE, Permission.ASK, "images-left-out")
    if about == _TRADE:
        return Term(Covers.TEXT, Act.USE, Permission.ASK, "commercial-use-asked", noncommercial=True)
    return Term(Covers.TEXT, Act.TRANSLATE, Permission.ASK, "permission-required")


def _marked(folded: str, marks: Marks, about: tuple[str, ...], said: _Words) -> str:
    """Return folded words with one sign for what they are about: "§ cost a fee" for "photos and maps cost a fee"."""
    things = {hit for mark in about for hit in marks.get(mark, ())}
    if not things:
        return folded
    listed = "|".join(re.escape(hit) for hit in sorted(things, key=lambda hit: (-len(hit), hit)))
    return said.listed.sub("§", re.sub(rf"(?<!\w)(?:{listed})(?!\w)", "§", folded))


def _is_about(marked: str, main: bool, said: _Words, language: str) -> bool:
    """Return whether the fee, or the leave, in *marked* words is for what they are about, and for nothing else.

    "The fee is 50 euros and photographs are free" and "fees include photographs" have both, and say something else.
    """
    if said.joined.search(marked) is not None:
        return False
    parts = _CUT.split(said.opening.sub(r"\1 ", marked))
    begun = (said.begins if main else said.begins_at_once).match(parts[0])
    begins = begun is not None and not costs_or_may_be_given(begun.group(), language)
    if not begins and not (main and said.about.search(parts[0]) is not None):
        return False
    return all("§" in part for part in parts)  # "photographs cost a fee, reprints double"


@dataclass(frozen=True, slots=True, eq=False)
class _Words:
    """The words of one language for this; "§" is what a clause is about.

    Attributes:
        contrast: words behind a comma that begin a clause about something else.
        tying: words that may make the texts depend on the fee as well.
        joined: words that join.
        listed: several things that are joined.
        opening: what a fee is for, before a comma: "for photographs, a fee is charged".
        begins: the beginning of a clause about something behind a semicolon.
        begins_at_once: the same behind a comma, where words may only add to the texts: "with photographs".
        about: what a fee is for, inside a clause.
    """

    contrast: re.Pattern[str]
    tying: re.Pattern[str]
    joined: re.Pattern[str]
    listed: re.Pattern[str]
    opening: re.Pattern[str]
    begins: re.Pattern[str]
    begins_at_once: re.Pattern[str]
    about: re.Pattern[str]


@cache
def _words(language: str) -> _Words | None:
    held = packaged("reach/asides").get(language)
    if held is None:
        return None
    listed = held["joined"] if "joined" in held else packaged("reach/beside")[language]["listed"]
    contrast, about, tying, joined = (
        "|".join(map(fold, words)) for words in (held["contrast"], held["about"], held["tying"], listed)
    )
    # Small words, and one other: "the use of photos", but not "sites that show photos". In English a noun may follow
    # that says what it is really about, "photo editors"; other languages write one word.
    small = r"(?:[^\W\d_]{1,3} )*"
    words = rf"{small}(?:[\w'-]+ )?{small}(?:[ld]')?"
    behind = "|".join(held.get("behind", ()))
    thing = rf"§(?= ?(?:[,.;:(]|$)| (?:{behind})(?!\w))" if behind else "§(?!-)"
    before = rf"(?:(?:{about}) )?"
    return _Words(
        re.compile(rf"^(?:{contrast}) "),
        re.compile(rf"(?<!\w)(?:{tying})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{joined})(?!\w)"),
        re.compile(rf"§(?:(?:,| (?:{joined})) {before}(?:[\w'-]+ )?§)+"),
        re.compile(rf"^({before}(?:[\w'-]+ )?§), "),
        re.compile(rf"{before}{words}{thing}"),
        re.compile(rf"{before}(?:[\w'-]+ )?(?:[ld]')?{thing}"),
        re.compile(rf"(?<!\w)(?:{about}) {words}{thing}"),
    )
