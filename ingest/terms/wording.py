"""Prose about reuse, read sentence by sentence into terms by the packaged rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from db.model import Act, Covers, Duty, Permission, Term
from ingest.terms.creative_commons import entailed, from_address
from ingest.terms.named_licenses import Named, named_in
from ingest.terms.sentences import joints, sentences, unnamed
from ingest.terms.vocabulary import Rule, Vocabulary, fold, vocabulary

_LONGEST = 4_000
_CAPTION = 40
_LABEL = 120
_SUBJECTS = {"text": Covers.TEXT, "images": Covers.IMAGES, "data": Covers.DATA, "site": Covers.SITE}
_DUTIES = {"credit": Duty.ATTRIBUTE, "link": Duty.LINK, "notice": Duty.NOTICE, "same terms": Duty.SHARE_ALIKE}
_ACTS = {
    "distribute": Act.DISTRIBUTE,
    "reproduce": Act.REPRODUCE,
    "copy": Act.REPRODUCE,
    "use": Act.USE,
    "adapt": Act.ADAPT,
    "translate": Act.TRANSLATE,
    "excerpt": Act.EXCERPT,
    "quote": Act.EXCERPT,
}
_SENTENCE_WIDE = ("elsewhere", "caption", "statute", "aspiration", "refused", "perhaps")
_MODAL = ("may", "may not", "banned", "not banned", "nothing", "ask", "nothing asked", "images left out")


Marks = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that fired: on which words, which concepts it stood on, and what it gave.

    Attributes:
        marks: the concepts found, each with the words that showed it, as folded.
    """

    rule: str
    words: str
    marks: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    """What holds for all sentences of a passage: a licence linked in it, its language, a caption."""

    address: str | None
    language: str
    captioned: bool


def read_wording(words: str, language: str | None = None) -> tuple[Term, ...]:
    """The terms that *words* state, sentence by sentence, each once; () where none is understood.

    *language* decides nothing: pages declare it wrongly, so all vocabularies are tried at once.
    """
    del language
    return read_notice(words, None)


@lru_cache(maxsize=4096)  # a site prints the same notice on every page
def read_notice(words: str, address: str | None) -> tuple[Term, ...]:
    """As read_wording, for words with a link: where they name a licence, the *address* says which."""
    return tuple(dict.fromkeys(term for fired in why(words, address) for term in fired.terms))


def why(words: str, address: str | None = None) -> tuple[Fired, ...]:
    """Which rules fire on *words*, on what they stand, and the terms they give, in the order of the words."""
    words = " ".join(words[:_LONGEST].split())
    fired: list[Fired] = []
    about = _Passage(address, vocabulary().language(fold(words)), _captioned(words))
    for span in sentences(words):
        fired.extend(_sentence(words[slice(*span)], about))
    return _settled(tuple(fired))


def _settled(fired: tuple[Fired, ...]) -> tuple[Fired, ...]:
    """Bare conditions beside a grant become its duties."""
    bare = tuple(duty for one in fired if one.rule == "bare-condition" for term in one.terms for duty in term.duties)
    granted = any(
        term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES) for one in fired for term in one.terms
    )
    if not bare or not granted:
        return fired
    return tuple(
        replace(one, terms=tuple(_with(term, bare) for term in one.terms))
        for one in fired
        if one.rule != "bare-condition"
    )


def _with(term: Term, duties: tuple[Duty, ...]) -> Term:
    if term.permission not in (Permission.PERMITTED, Permission.WITH_DUTIES) or term.covers is Covers.IMAGES:
        return term
    both = {*term.duties, *duties}
    return replace(term, permission=Permission.WITH_DUTIES, duties=tuple(duty for duty in Duty if duty in both))


def _captioned(words: str) -> bool:
    """Whether the words begin as a picture's credit does."""
    return "caption" in vocabulary().marks(fold(words[:_CAPTION]), "")


def _sentence(sentence: str, about: _Passage) -> Iterator[Fired]:
    book = vocabulary()
    folded = fold(unnamed(sentence))
    language = book.language(folded) if book.tells(folded) else about.language
    whole = book.marks(folded, language)
    if about.captioned:
        whole.setdefault("caption", ())
    if sentence.rstrip("\"'”’)").endswith(("?", "？")):
        whole.setdefault("refused", ("?",))
    named = named_in(sentence, book)
    linked = from_address(about.address) if about.address else None
    if named is not None and linked is not None:
        named = Named(linked, about.address)
    if named is not None:
        yield from _license(sentence, whole, named)
    for clause in _clauses(sentence, book, language):
        marks = whole if clause == sentence else _inherited(book.marks(fold(unnamed(clause)), language), whole)
        yield from _clause(clause, marks, book, named is not None)


def _license(sentence: str, marks: Marks, named: Named) -> Iterator[Fired]:
    """A sentence that names a licence says that its subject is under it, unless something bars that."""
    spoken_of = bool({"text", "site", "own"} & marks.keys())
    label = named.license.code and len(sentence) <= _LABEL
    if vocabulary().license_bars & marks.keys() or ("code" in marks and not {"text", "site"} & marks.keys()):
        return
    if not (label or (spoken_of and {"licensed", "may", "on condition"} & marks.keys())):
        return
    covers: list[Covers] = [cover for cover in _covers(marks, "text") if cover is not Covers.DATA]
    terms = [
        term
        for cover in covers or [Covers.DATA]
        for term in entailed(named.license, cover, "named-license", named.address)
    ]
    yield Fired("named-license", sentence, tuple(marks.items()), tuple(terms))


def _clauses(sentence: str, book: Vocabulary, language: str) -> list[str]:
    """The sentence parted where a new subject gets a permission or ban of its own."""
    parts, start = [], 0
    for left, right in joints(sentence):
        before = book.marks(fold(unnamed(sentence[start:left])), language)
        after = book.marks(fold(unnamed(sentence[right:])), language)
        head = book.marks(fold(" ".join(sentence[right:].split()[:5])), language)
        own = any(subject in head for subject in (*_SUBJECTS, "other use", "excerpt"))
        if own and _rules(before) and _rules(after):
            parts.append(sentence[start:left])
            start = right
    return [*parts, sentence[start:]]


def _rules(marks: Marks) -> bool:
    return any(mark in marks for mark in _MODAL)


def _inherited(marks: Marks, whole: Marks) -> Marks:
    """A clause keeps the bars of its sentence: a caption is a caption throughout."""
    return {
        **marks,
        **{mark: whole[mark] for mark in _SENTENCE_WIDE if mark in whole},
    }


def _clause(clause: str, marks: Marks, book: Vocabulary, licensed: bool) -> Iterator[Fired]:
    if "images left out" in marks:
        out = Term(Covers.IMAGES, Act.USE, Permission.ASK, "images-left-out")
        yield Fired("images-left-out", clause, tuple(marks.items()), (out,))
    for rule in book.rules:
        if not all(group & marks.keys() for group in rule.needs) or rule.bars & marks.keys():
            continue
        if licensed and rule.name == "grant":
            continue
        terms = tuple(_terms(rule, marks))
        if terms:
            yield Fired(rule.name, clause, tuple(marks.items()), terms)
        if rule.name != "all-rights-reserved":
            return


def _covers(marks: Marks, default: str) -> list[Covers]:
    named = [cover for subject, cover in _SUBJECTS.items() if subject in marks]
    if Covers.SITE in named and len(named) > 1:
        named = [cover for cover in named if cover is not Covers.SITE] if Covers.TEXT in named else [Covers.SITE]
    return named or [_SUBJECTS[default]]


def _terms(rule: Rule, marks: Marks) -> Iterator[Term]:
    permission = Permission(rule.permission)
    duties = tuple(duty for mark, duty in _DUTIES.items() if mark in marks)
    if Duty.LINK in duties and Duty.ATTRIBUTE not in duties:
        duties = (Duty.ATTRIBUTE, *duties)
    permits = permission is Permission.PERMITTED
    acts = [Act(act) for act in rule.acts] or [act for mark, act in _ACTS.items() if mark in marks]
    if permits and "adapt" in marks and "may" in marks and rule.name == "grant" and "unaltered" not in marks:
        acts += [Act.ADAPT]
    if permits and rule.name == "grant":
        acts += [_ACTS[mark] for mark in ("translate", "quote") if mark in marks]
    if not permits and permission is not Permission.UNSTATED:
        duties = ()
    covers = _covers(marks, rule.covers)
    noncommercial = rule.noncommercial or (permits and "noncommercial" in marks)
    for cover in covers:
        for act in dict.fromkeys(acts):
            kept = Permission.WITH_DUTIES if permits and duties else permission
            yield Term(cover, act, kept, rule.name, duties=duties, noncommercial=noncommercial)
        if permits and "unaltered" in marks:
            yield Term(cover, Act.ADAPT, Permission.PROHIBITED, rule.name)
