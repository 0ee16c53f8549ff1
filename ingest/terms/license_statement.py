"""License statement: which works a sentence says are under the licence that it names.

Apart from `prose`, which reads whole notices: a licence that is only named, or is that of something else, permits
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from db.model.item import Act, Covers, Permission, Term
from ingest.terms.assertion import is_of_any_text
from ingest.terms.clause_reader import SUBJECTS, Fired, Marks, covered, grants, plain
from ingest.terms.folding import fold
from ingest.terms.license_names import Named
from ingest.terms.licensed_works import begins_with_verb, names_unknown
from ingest.terms.licenses import OtherLicense
from ingest.terms.passage import HOUSE_OWN, Passage, is_of_drawn
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either

_LABEL, _SHORT, _FEW = 22, 7, 3
_HEADED = re.compile(rf"(?:[^\s:]+ ){{0,3}}[^\s:]+(?: {either('prose.on this')} {either('prose.site')})? ?: x(?!\w)")
_HEAD = re.compile(r"((?:[^\s:]+ ){0,6}[^\s:]+) ?: x(?!\w)")
_CREDITED = re.compile(
    rf"(?<!\w){either('prose.picture by', 'prose.by')}(?: the)? xx?(?!\w)|\b{either('prose.picture sites')}\b"
)
_TITLED = re.compile(rf"\w[^\"“”„«»‘’:]{{0,80}} {either('prose.is')}(?!\w)")
_COPYRIGHT = re.compile(r"(?:© ?|\(c\) ?|copyright ?)+(?:19|20)\d\d\b")
"""A copyright line of a site, with a year; the credit of a picture has none."""
_NO_STATEMENT = frozenset({"aspiration", "caption", "never mind", "of anybody", "refused", "statute"})
"""Next to these, a licence belongs to a picture, or to nothing on this page."""
_UNDER = re.compile(rf"(?<!\w){either('prose.under')}(?: [^\s.;:]+){{0,4}} x(?!\w)")
"""Before the name of a licence, if something is under it."""
_KEPT = re.compile(rf"(?:[a-z']+ )?{either('prose.authors')} {either('prose.keep')}")
_SOME = frozenset({"partial", "some works"})
PROGRAMS = re.compile(r"\b(?:MIT|Apache|BSD|L?GPL|OFL|MPL)\b")
"""Licences of programs: next to them, the bare name of a licence is that of one of their parts."""
_NO_TEXT = frozenset({"images", "caption", "code", "data"})


def license_of(sentence: str, marks: Marks, named: Named, about: Passage, language: str) -> Iterator[Fired]:
    """Yield the licence that a sentence names, permitting nothing if the passage does not say what it is for.

    "Night sky by Jane Roe. CC BY 2.0": a title with its author may be that of a picture. "Están bajo CC BY" does not
    say what is.
    """
    read = _license(sentence, _of_holders(marks), named, language)
    folded = plain(sentence)
    listed = PROGRAMS.search(about.words) is not None and not about.copyrighted
    # "Texte: CC BY" has too few words to tell its language.
    head = _HEAD.match(folded)
    texts = head is not None and vocabulary().shows_concept("text", head[1])
    bare = (about.untold or listed) and len(folded.split()) <= _FEW and not texts
    untold = bare or (about.untold is not False and begins_with_verb(folded, language))
    if (HOUSE_OWN.isdisjoint(marks) and untold) or is_of_drawn(folded, marks, about):
        read = (replace(one, terms=tuple(dict.fromkeys(map(named_only, one.terms)))) for one in read)
    yield from read


def _license(sentence: str, marks: Marks, named: Named, language: str) -> Iterator[Fired]:
    """Yield the licence that a sentence names for its subject, unless something bars that."""
    shown = marks.keys()
    of_text = bool({"text", "site"} & shown)
    barred = vocabulary().license_bars & shown
    some = "some works" in barred and barred <= _SOME
    barred = frozenset() if some else barred
    # Then it belongs to a picture, a package or somebody else, and is at most named.
    if barred or ("code" in marks and not of_text):
        if _is_stated(sentence, marks, named):
            others = not of_text or bool({"users", "elsewhere"} & barred)
            yield _named(sentence, marks, named, [Covers.OTHERS if others else Covers.TEXT])
        return
    said = {"licensed", "may", "on condition", "public domain"} & shown
    if isinstance(named.license, OtherLicense) and named.license.domain and "public domain" not in marks:
        return
    if is_of_any_text(plain(sentence), marks, language) or names_unknown(sentence, plain(sentence), marks, language):
        if _is_stated(sentence, marks, named) or (named.exact and "own" in marks):
            yield _named(sentence, marks, named, [Covers.TEXT])
        return
    if named.exact:
        said |= {"otherwise noted"} & shown
    else:
        said &= {"may", "on condition"} | ({"licensed"} if {"is so", "otherwise noted"} & shown else set())
    subject = of_text or bool({"own", "otherwise noted"} & shown)
    label = named.exact and "images" not in marks and ({"licensed", "may"} <= shown or _label(sentence, marks))
    if not ((said and subject) or label) or (of_text and _is_tagged(plain(sentence), marks)):
        if named.exact and subject and _NO_TEXT.isdisjoint(shown):
            yield _named(sentence, marks, named, [Covers.TEXT])
        elif _is_stated(sentence, marks, named):
            yield _named(sentence, marks, named, [Covers.OTHERS])
        return
    if some:
        yield _named(sentence, marks, named, _licensed(marks, named), "license-of-some")
        return
    terms = [term for cover in _licensed(marks, named) for term in named.terms(cover, "named-license")]
    yield Fired("named-license", sentence, tuple(marks.items()), tuple(terms))


def of_each_license(fired: Iterable[Fired], named: tuple[tuple[str, Named], ...], language: str) -> Iterator[Fired]:
    """Yield what a sentence says of the licence that it names; of each, for its own works, if it names several.

    *named* are the licences, each with the words before it: "texts under CC BY, pictures under CC BY-NC". Without works
    of its own, a licence is for those of the one before: "articles are under CC BY or CC BY-NC".
    """
    works = _works_of_each([before for before, _ in named], language)
    for one in fired:
        if not named:
            yield one
            continue
        covers = {term.covers for term in one.terms}
        terms = (
            term
            for (_, each), own in zip(named, works, strict=True)
            for cover in sorted(own or covers)
            for term in each.terms(cover, one.terms[0].rule)
        )
        permits = any(map(grants, one.terms))
        yield replace(one, terms=tuple(dict.fromkeys(terms if permits else map(named_only, terms))))


def _works_of_each(before: list[str], language: str) -> list[frozenset[Covers]]:
    """Return the works that are named *before* each licence; none, if a licence is for those of the whole sentence."""
    works: list[frozenset[Covers]] = []
    for words in before:
        marks = vocabulary().marks(words, language)
        own = frozenset(cover for subject, cover in SUBJECTS.items() if subject in marks)
        # "CC BY: texts, CC BY-NC: pictures": the works stand behind their licences.
        if works and not works[0] and own:
            return [frozenset()] * len(before)
        works.append(own or (works[-1] if works else own))
    return works


def _is_tagged(said: str, marks: Marks) -> bool:
    """Return whether a licence follows the name of a tag, topic or search: "all articles on the topic: CC BY"."""
    head = None if "is so" in marks else _HEAD.match(said)
    return head is not None and vocabulary().shows_concept("tagged", head[1])


def _is_stated(sentence: str, marks: Marks, named: Named) -> bool:
    """Return whether a sentence says that something on the page is under a licence that it names exactly."""
    if not named.exact or not _NO_STATEMENT.isdisjoint(marks) or ("elsewhere" in marks and "own" not in marks):
        return False
    return "licensed" in marks or _UNDER.search(plain(sentence)) is not None


def _licensed(marks: Marks, named: Named) -> list[Covers]:
    """Return what, according to a sentence, is under the licence that it names."""
    if "foreign" in marks and {"text", "site"}.isdisjoint(marks):
        return [Covers.OTHERS]
    if isinstance(named.license, OtherLicense) and named.license.data and "data" in marks:
        return [Covers.DATA]  # "tables of data under the ODbL" are not texts
    covers: list[Covers] = [cover for cover in covered(marks, "text") if cover is not Covers.DATA]
    if not covers:
        return [Covers.DATA]
    if "images left out" in marks and len(covers) > 1:
        covers = [cover for cover in covers if cover is not Covers.IMAGES]
    return covers


def _named(sentence: str, marks: Marks, named: Named, covers: list[Covers], rule: str = "named-license") -> Fired:
    """Return a licence that is named for some works or for other people's, for a person to read."""
    terms = (named_only(term) for cover in covers for term in named.terms(cover, rule))
    return Fired(rule, sentence, tuple(marks.items()), tuple(dict.fromkeys(terms)))


def _label(sentence: str, marks: Marks) -> bool:
    """Return whether a sentence says only what is licensed: "The Review is licensed under ...", "© 2024 X. CC BY 4.0".

    A work with title and author is somebody else's; pictures are credited like that.
    """
    said = plain(sentence)
    if _CREDITED.search(said):
        return False
    words = len(said.split())
    of_text = bool({"text", "site"} & marks.keys())
    return (
        words <= _FEW
        or (of_text and _HEADED.match(said) is not None)  # with more words it is the name of a tag or a search
        or ("licensed" in marks and words <= (_SHORT if of_text else _FEW + 1))
        or ("some reserved" in marks and words <= _SHORT)
        or (words <= _SHORT + 1 and _COPYRIGHT.match(said) is not None)
        or ("licensed" in marks and words <= _LABEL and bool({"is so", "some reserved"} & marks.keys()))
    )


def _of_holders(marks: Marks) -> Marks:
    """Return the marks of a sentence on a licence, without authors who keep their rights: that changes nothing."""
    if all(map(_KEPT.match, marks.get("users", ("",)))):
        return {mark: hits for mark, hits in marks.items() if mark != "users"}
    return marks


def named_only(term: Term) -> Term:
    """Return a term of a licence whose works are unknown: the licence is named, and permits not even an excerpt."""
    if term.permission not in (Permission.PERMITTED, Permission.WITH_DUTIES):
        return term
    return replace(term, permission=Permission.UNSTATED, act=Act.USE)


def is_titled(sentence: str, marks: Marks, named: Named) -> bool:
    """Return whether a sentence in the chooser's form names a single work, not quoted, and its licence."""
    clear = vocabulary().license_bars.isdisjoint(marks) and _NO_TEXT.isdisjoint(marks) and "foreign" not in marks
    return clear and named.exact and "licensed" in marks and _TITLED.match(fold(sentence)) is not None
