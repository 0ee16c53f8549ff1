"""Prose about reuse, read sentence by sentence into terms by the packaged rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms.clause_reader import (
    SENTENCE_WIDE,
    SUBJECTS,
    Fired,
    Marks,
    clauses,
    covered,
    grants,
    inherited,
    plain,
    read_clause,
    subject_of,
    without_places,
)
from ingest.terms.licenses import CreativeCommons, Named, OtherLicense, from_address, named_in
from ingest.terms.objects import is_of_another, without_grants
from ingest.terms.phrase_patterns import fold
from ingest.terms.pictures import of_this_house
from ingest.terms.roles import LICENSED, OF_SOME, are_understood, has_frames, is_anothers, is_grant, is_timed, is_told
from ingest.terms.sentences import sentences
from ingest.terms.vocabulary import vocabulary

_LONGEST = 4_000
_CAPTION = 40
_LABEL = 22
_FEW = 3
_ANSWER = 2
_SHORT = 7
_HEADED = re.compile(r"(?:[^\s:]+ ){0,3}[^\s:]+(?: (?:on this|auf diese[mr]) (?:blog|(?:web)?s[ei]+te))? ?: x(?!\w)")
_HEAD = re.compile(r"((?:[^\s:]+ ){0,6}[^\s:]+) ?: x(?!\w)")
_CREDITED = re.compile(
    r"(?<!\w)(?:by|von|przez|par|por|di|da|door|od|via|from|fot)(?: the)? xx?(?!\w)|\bvia\b|\bflickr\b"
)
IN_CONTEXT = "grant-in-context"
_CHOSEN = re.compile(
    r"based on a work at (?!\S*(?:flickr|wikimedia|unsplash|pixabay))|permissions beyond the scope of this licen[sc]e"
    r"|beruht auf dem werk unter|basad[oa] en una obra en|basato su un lavoro|fond\w+ sur une oeuvre"
    r"|baseado no trabalho disponivel|gebaseerd op een werk|w oparciu o utwor dostepny|vytvoreno na zaklade dila"
)
_TITLED = re.compile(r"\w[^\"“”„«»‘’:]{0,80} (?:is|steht|ist|est|esta|se|e|es|jest|is in|podleha)(?!\w)")
_COPYRIGHT = re.compile(r"(?:© ?|\(c\) ?|copyright ?)+(?:19|20)\d\d\b")
"""The line of a site: a picture's credit gives no year."""
_BARS = frozenset(SENTENCE_WIDE)
_ACTS = ("distribute", "reproduce", "use")
_OF_TEXTS = frozenset({"distribute", "reproduce", "copy"})
_ASKED = (*SUBJECTS, *_ACTS, "own")


@dataclass(frozen=True, slots=True)
class _Passage:
    """What holds for a sentence by its passage: a licence linked in it, its language, a caption, what it is about.

    Attributes:
        asked: what the sentence before asks for: "Would you like to reprint this article? Gladly."
        chosen: whether it has the form that Creative Commons' chooser of licences makes for a site: its work by its
            title and author, and what it is based on.
        of_code: whether the sentence before is about a program: "It is open source. Free use is permitted."
    """

    address: str | None
    words: str
    captioned: bool
    subject: str | None = None
    elsewhere: bool = False
    named: tuple[Named, ...] = ()
    asked: tuple[str, ...] = ()
    chosen: bool = False
    of_code: bool = False

    @property
    def language(self) -> str:
        """That of all its words."""
        return _language_of(self.words)


@lru_cache(maxsize=64)  # each sentence of a passage asks for it
def _language_of(words: str) -> str:
    return vocabulary().language(fold(words), words)


def read_wording(words: str) -> tuple[Term, ...]:
    """The terms that *words* state, sentence by sentence, each once; () where none is understood.

    No language is asked for: pages declare it wrongly, so all vocabularies are tried at once.
    """
    return read_notice(words, None)


@lru_cache(maxsize=4096)  # a site prints the same notice on every page
def read_notice(words: str, address: str | None) -> tuple[Term, ...]:
    """As read_wording, for words with a link: where they name a licence, the *address* says which."""
    return tuple(dict.fromkeys(term for fired in why(words, address) for term in fired.terms))


def why(words: str, address: str | None = None) -> tuple[Fired, ...]:
    """Which rules fire on *words*, on what they stand, and the terms they give, in the order of the words."""
    words = " ".join(words[:_LONGEST].split())
    fired: list[Fired] = []
    spans = sentences(words)
    captioned = _captioned(words, spans[0][1] if spans else 0)
    about = _Passage(address, words, captioned, chosen=_CHOSEN.search(fold(words)) is not None)
    for span in spans:
        sentence = words[slice(*span)]
        named = named_in(sentence, vocabulary())
        read = list(_sentence(sentence, about, named))
        permits = any(grants(term) for one in read for term in one.terms)
        if permits and is_of_another(sentence):
            read = list(_limited(read))
        elif permits and is_timed(sentence):
            read = list(map(_in_context, read))
        fired.extend(read)
        if named is not None or span != spans[-1]:
            about = _after(sentence, about, named)
    return _settled(_told_apart(tuple(fired), about.named))


def _limited(fired: Iterable[Fired]) -> Iterator[Fired]:
    """What a sentence of something else than the publisher's texts withholds."""
    for one in fired:
        if one.rule in LICENSED:
            yield replace(one, terms=tuple(dict.fromkeys(map(_named_only, one.terms))))
        elif kept := without_grants(one.terms):
            yield replace(one, terms=kept)


def _told_apart(fired: tuple[Fired, ...], named: tuple[Named, ...]) -> tuple[Fired, ...]:
    """A licence that another sentence names more exactly, or that a grant does not name itself, is that one."""
    exact = [one for one in named if one.exact]
    ids = {term.license_id for one in fired for term in one.terms if term.license_id}
    if not exact or (not ids and len({one.license for one in exact}) > 1):
        return fired

    def named_as(term: Term) -> Term:
        if term.license_id is None and (ids or not grants(term)):
            return term
        for one in exact:
            license_id = one.license.license_id
            if term.license_id is None or license_id.startswith(f"{term.license_id}-"):
                return replace(term, license_id=license_id, license_url=one.address or term.license_url)
        return term

    return tuple(replace(one, terms=tuple(map(named_as, one.terms))) for one in fired)


def _after(sentence: str, about: _Passage, named: Named | None) -> _Passage:
    """What a sentence after this one is about if it does not say: "Feel free to republish"."""
    book = vocabulary()
    marks = book.marks(plain(sentence), about.language)
    if named is not None and book.license_bars.isdisjoint(marks):
        about = replace(about, named=(*about.named, named))
    asked = tuple(mark for mark in _ASKED if mark in marks) if asks(sentence) else ()
    about = replace(about, asked=asked, of_code="code" in marks and _HOUSE_OWN.isdisjoint(marks))
    if not _BARS.isdisjoint(marks):
        return replace(about, subject=None, elsewhere=about.elsewhere or "elsewhere" in marks)
    return replace(about, subject=subject_of(plain(sentence), marks) or about.subject)


def _settled(fired: tuple[Fired, ...]) -> tuple[Fired, ...]:
    """Bare conditions beside a grant become its duties; a limit to non-commercial use is one of all its grants."""
    terms = [term for one in fired for term in one.terms]
    granted = [term for term in terms if grants(term)]
    if not granted:
        return fired
    bare = tuple(duty for term in terms if term.permission is Permission.UNSTATED for duty in term.duties)
    words = next((term.credit_words for term in terms if term.credit_words), None)
    # What prose grants alone: a licence says itself whether it is for non-commercial use.
    limited = {term.covers for term in granted if term.noncommercial and term.rule in ("grant", IN_CONTEXT)}
    return tuple(
        replace(one, terms=tuple(_with(term, bare, words, limited) for term in one.terms))
        for one in fired
        if one.rule != "bare-condition"
    )


def _with(term: Term, duties: tuple[Duty, ...], words: str | None, limited: set[Covers]) -> Term:
    if not grants(term):
        return term
    both = {*term.duties, *duties}
    return replace(
        term,
        permission=Permission.WITH_DUTIES if both else term.permission,
        duties=tuple(duty for duty in Duty if duty in both),
        credit_words=term.credit_words or words,
        noncommercial=term.noncommercial or bool(limited),
    )


def asks(sentence: str) -> bool:
    """Whether a sentence is a question."""
    return sentence.rstrip("\"'”’)").endswith(("?", "？"))


def _language(folded: str, sentence: str, about: _Passage) -> str:
    """That of a sentence, and of its passage where it is too short to tell."""
    if folded.count(" ") < _ANSWER or not vocabulary().tells(folded):
        return about.language
    # The words of a passage tell its language better than one sentence that could be of several.
    return vocabulary().language(folded, sentence, about.language)


def _captioned(words: str, ends: int) -> bool:
    """Whether words begin as a picture's credit does, before any licence of a text; their first sentence *ends*."""
    alone = ends < _CAPTION and named_in(words[:ends], vocabulary()) is not None
    return vocabulary().shows("caption", fold(words[: ends if alone else _CAPTION]))


def _sentence(sentence: str, about: _Passage, named: Named | None) -> Iterator[Fired]:
    book = vocabulary()
    folded = plain(sentence)
    language = _language(folded, sentence, about)
    whole = _of_all(book.marks(folded, language), folded, language)
    if about.captioned:
        whole.setdefault("caption", ())
    if about.elsewhere and "own" not in whole:
        whole.setdefault("elsewhere", ())
    if asks(sentence):
        whole.setdefault("refused", ("?",))
    elif about.asked and "denied" in whole:
        whole.update(dict.fromkeys((*about.asked, "may not"), ("…?",)))
    elif (
        about.asked and whole.keys().isdisjoint(_ACTS) and ("ask" in whole or {"may", "own"} <= {*whole, *about.asked})
    ):
        whole.update(dict.fromkeys(about.asked, ("…?",)))
    answers = ("…?",) in whole.values()
    whole |= _unsaid(folded, whole, about)
    parts = list(_parts(sentence, whole, language))
    linked = from_address(about.address) if about.address else None
    if named is not None and linked is not None and isinstance(named.license, CreativeCommons):
        named = Named(linked, about.address)
    if named is not None and about.chosen and _is_titled(sentence, whole, named):
        terms = (term for cover in covered(whole, "text") for term in named.terms(cover, "named-license"))
        yield Fired("named-license", sentence, tuple(whole.items()), tuple(terms))
    elif named is not None:
        # Pictures that stand in another clause may be kept out of the licence there.
        licensed = next((marks for clause, marks in parts if named_in(clause, book) is not None), whole)
        if {"images"} <= whole.keys() - licensed.keys():
            whole = licensed
        yield from _granted(_license(sentence, _of_holders(whole), named), sentence, language)
    for clause, marks in parts:
        fired = read_clause(clause, marks, book, named is not None)
        # "Yes, with credit": what is granted, and to whom, stands in the question.
        read = fired if about.asked and answers else _granted(fired, sentence, language)
        yield from map(_in_context, read) if answers or not has_frames(language) else read


def _unsaid(folded: str, whole: Marks, about: _Passage) -> Marks:
    """What a sentence is about that does not say so: what the one before it was about, or texts by its act."""
    if about.of_code and _HOUSE_OWN.isdisjoint(whole):
        return {"code": ()}
    subject = about.subject or ("text" if _of_texts(folded, whole) else None)
    return {subject: ()} if subject and not {*SUBJECTS, "foreign", "images left out"} & whole.keys() else {}


def _parts(sentence: str, whole: Marks, language: str) -> Iterator[tuple[str, Marks]]:
    """The clauses of a sentence, each with what it shows."""
    for clause in clauses(sentence, vocabulary(), language):
        said = plain(clause)
        own = whole if clause == sentence else _of_all(vocabulary().marks(said, language), said, language)
        yield clause, inherited(own, whole)


def _is_titled(sentence: str, marks: Marks, named: Named) -> bool:
    """Whether a sentence in the chooser's form names one work, not in quotation marks, and the licence it is under."""
    clear = vocabulary().license_bars.isdisjoint(marks) and _NO_TEXT.isdisjoint(marks) and "foreign" not in marks
    return clear and named.exact and "licensed" in marks and _TITLED.match(fold(sentence)) is not None


def _of_all(marks: Marks, folded: str, language: str) -> Marks:
    """The marks of a clause without those of others whom it only names: to be credited, or as who may reprint; or as
    those whose the pictures are that it leaves out. Nor is it a quotation that the source is to be cited.
    """
    if "credit" in marks:
        cited = {mark for mark in _CITING if all(_is_cited(hit, marks["credit"]) for hit in marks.get(mark, ()))}
        marks = {mark: hits for mark, hits in marks.items() if mark not in cited}
    if _is_free_of_leave(marks := without_places(marks, folded, language)):
        marks = {"nothing asked" if mark == "without asking" else mark: hits for mark, hits in marks.items()}
    if marks.keys().isdisjoint(("foreign", "users")):
        return marks
    # Pictures that are called others' are pictures: their words alone are taken by that.
    theirs = tuple(hit for hit in marks.get("foreign", ()) if vocabulary().shows("images", hit))
    marks = {**marks, "images": theirs} if theirs and "images" not in marks else marks
    left_out = min((folded.find(hit) for hit in marks.get("images left out", ())), default=len(folded))

    def named(mark: str, hit: str) -> bool:
        return folded.find(hit) > left_out or (mark == "foreign" and _is_only_named(hit, marks, folded))

    others = {mark for mark in ("foreign", "users") if all(named(mark, hit) for hit in marks.get(mark, ()))}
    return {mark: hits for mark, hits in marks.items() if mark not in others}


def _is_free_of_leave(marks: Marks) -> bool:
    """Whether something may be done without leave, where nothing denies or limits that: then none is to be asked."""
    leave = marks.get("without asking", ())
    free = bool(leave) and "may" in marks and _WITHHOLDING.isdisjoint(marks)
    return free and all(hit.startswith(_WITHOUT) for hit in leave)


def _of_holders(marks: Marks) -> Marks:
    """The marks of a sentence on a licence, to which it is nothing that the authors keep their rights."""
    if all(map(_KEPT.match, marks.get("users", ("",)))):
        return {mark: hits for mark, hits in marks.items() if mark != "users"}
    return marks


def _is_cited(hit: str, credit: tuple[str, ...]) -> bool:
    """Whether what sounds like a quotation is a source that is cited, right behind it: "citer la source"."""
    return any(said.startswith(hit) and said.count(" ") <= _FEW for said in credit)


def _is_only_named(hit: str, marks: Marks, folded: str) -> bool:
    at = folded.find(hit)
    # "Without the written permission of the agency": whom to ask is not whose the work is.
    if any(folded[:at].endswith(f"{leave} ") for mark in _LEAVE for leave in marks.get(mark, ())):
        return True
    ends = (begun + len(words) for words in marks.get("credit", ()) if 0 <= (begun := folded.find(words)) < at)
    return _BY.search(folded, 0, at) is not None or any(_LINKS.fullmatch(folded, end, at) for end in ends)


def _in_context(fired: Fired) -> Fired:
    """A grant that a person has to confirm: no frame fits it, since it answers a question or its language has none, or
    it waits for a time that no term can hold. A licence beside such a time is named, and permits nothing yet.
    """
    if fired.rule in LICENSED:
        return replace(fired, terms=tuple(dict.fromkeys(map(_named_only, fired.terms))))
    terms = (replace(one, rule=IN_CONTEXT) if one.rule == "grant" and grants(one) else one for one in fired.terms)
    return replace(fired, terms=tuple(terms))


def _whole(term: Term) -> bool:
    """Whether a term permits more than an excerpt."""
    return grants(term) and term.act is not Act.EXCERPT


def _granted(fired: Iterable[Fired], sentence: str, language: str) -> Iterator[Fired]:
    """What fired, without permissions of clauses that do not say who grants whom what, in themselves or in their
    *sentence*, or whose sentence tells of a grant or hangs it on what no reader can bring about.
    """
    for one in of_this_house(fired, sentence, language):
        if one.rule == "excerpts" and is_anothers(one.words, language):
            continue
        whole = any(map(_whole, one.terms))
        if not (whole or one.rule in OF_SOME) or (
            not is_told(sentence, language)
            and (one.rule in LICENSED or are_understood(sentence, language))
            and any(is_grant(words, one.rule, language) for words in (one.words, sentence))
        ):
            yield one
        elif one.rule in LICENSED:
            terms = map(_named_only, one.terms)
            yield replace(one, terms=tuple(dict.fromkeys(map(_of_any, terms))))
        elif one.rule in OF_SOME:
            continue
        elif kept := tuple(term for term in one.terms if one.rule == "excerpts" or not grants(term)):
            # What is no permission of the whole is none of a part by the same words.
            yield replace(one, terms=kept)


def _of_any(term: Term) -> Term:
    """A term of a licence without the claim that some works of the house are under it."""
    return replace(term, rule="named-license") if term.rule in OF_SOME else term


def _named_only(term: Term) -> Term:
    """A term of a licence of which nobody knows what is under it: it is named, and permits not even an excerpt."""
    if term.permission not in (Permission.PERMITTED, Permission.WITH_DUTIES):
        return term
    return replace(term, permission=Permission.UNSTATED, act=Act.USE)


def _of_texts(folded: str, marks: Marks) -> bool:
    """Whether an act that is named bare is one on texts: loans are for free use too, and nobody reprints them."""
    return "bare act" in marks and (len(folded.split()) > _FEW or bool(_OF_TEXTS & marks.keys()))


_NO_STATEMENT = frozenset({"aside", "aspiration", "caption", "never mind", "of anybody", "refused", "statute"})
"""Beside these a licence is that of a picture, or none that anything here is under."""
_UNDER = re.compile(
    r"(?<!\w)(?:under|unter|sous|bajo|sotto|sob|onder|pod|za|po|na|con|com|met|with|by|secondo|selon|licen\w+|lizenz\w*"
    r"|лиценз\w*|ліценз\w*|ліц\w*)(?: [^\s.;:]+){0,4} x(?!\w)"
)
"""What stands before the name of a licence that something is under, in the eleven languages."""
_BY = re.compile(r"(?<!\w)(?:by|von|przez|par|por|da|door)(?: (?:any|the|jeder|den|de|les|i))? $")
"""Before those who may do something, in the languages that have a word for it."""
_WITHHOLDING = frozenset({"ask", "banned", "denied", "limited", "may not", "mild not", "negated", "nothing"})
_WITHHOLDING |= {"refused", "unless", "not banned"}
_WITHOUT = ("without ", "ohne ", "sans ", "sin ", "senza ", "sem ", "zonder ", "bez ", "без ")
_KEPT = re.compile(r"(?:[a-z']+ )?aut\w+ (?:conserv|mant[ie]|retien|zachow|behoud|behalt)")
_LEAVE = ("ask", "without asking")
_CITING = ("excerpt", "quote")
"""What words of credit also sound like, as "citar la fuente" does."""
_LINKS = re.compile(
    r"(?: (?:is|are|be|given|due|to|of|for|the|an?|la|les?|l'|el|los|il|de|du|des|del|der|die|das|dem|den|do|het|na|на"
    r"|до))* ?"
)
"""Between a credit and who is credited."""
_SOME = frozenset({"partial", "some works"})
_NO_TEXT = frozenset({"images", "caption", "code", "data"})
_HOUSE_OWN = frozenset({"text", "site"})


def _license(sentence: str, marks: Marks, named: Named) -> Iterator[Fired]:
    """A sentence that names a licence says that its subject is under it, unless something bars that."""
    shown = marks.keys()
    of_text = bool({"text", "site"} & shown)
    barred = vocabulary().license_bars & shown
    some = "some works" in barred and barred <= _SOME
    barred = frozenset() if some else barred
    # Then it is a picture's, a package's or somebody else's: named at most.
    if barred or ("code" in marks and not of_text):
        if _is_stated(sentence, marks, named):
            others = not of_text or bool({"users", "elsewhere"} & barred)
            yield _named(sentence, marks, named, [Covers.OTHERS if others else Covers.TEXT])
        return
    said = {"licensed", "may", "on condition", "public domain"} & shown
    if isinstance(named.license, OtherLicense) and named.license.domain and "public domain" not in marks:
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


def _is_tagged(said: str, marks: Marks) -> bool:
    """Whether a licence stands behind the name of a tag, a topic or a search: "all articles on the topic: CC BY"."""
    head = None if "is so" in marks else _HEAD.match(said)
    return head is not None and vocabulary().shows("tagged", head[1])


def _is_stated(sentence: str, marks: Marks, named: Named) -> bool:
    """Whether a sentence says of something here, whatever it is, that it is under the licence it names exactly."""
    if not named.exact or not _NO_STATEMENT.isdisjoint(marks) or ("elsewhere" in marks and "own" not in marks):
        return False
    return "licensed" in marks or _UNDER.search(plain(sentence)) is not None


def _licensed(marks: Marks, named: Named) -> list[Covers]:
    """What a sentence says is under the licence that it names."""
    if "foreign" in marks and {"text", "site"}.isdisjoint(marks):
        return [Covers.OTHERS]
    if isinstance(named.license, OtherLicense) and named.license.data and "data" in marks:
        return [Covers.DATA]  # "tables of data under the ODbL" are no texts
    covers: list[Covers] = [cover for cover in covered(marks, "text") if cover is not Covers.DATA]
    if not covers:
        return [Covers.DATA]
    if "images left out" in marks and len(covers) > 1:
        covers = [cover for cover in covers if cover is not Covers.IMAGES]
    return covers


def _named(sentence: str, marks: Marks, named: Named, covers: list[Covers], rule: str = "named-license") -> Fired:
    """A licence that is named for some works or for others': for a person to read."""
    terms = (_named_only(term) for cover in covers for term in named.terms(cover, rule))
    return Fired(rule, sentence, tuple(marks.items()), tuple(dict.fromkeys(terms)))


def _label(sentence: str, marks: Marks) -> bool:
    """Whether a sentence only says what is licensed: "The Review is licensed under ...", "© 2024 X. CC BY 4.0".

    A work called by its title and author is somebody else's: so pictures are credited.
    """
    said = plain(sentence)
    if _CREDITED.search(said):
        return False
    words = len(said.split())
    of_text = bool({"text", "site"} & marks.keys())
    return (
        words <= _FEW
        or (of_text and _HEADED.match(said) is not None)  # more words are the name of a tag or a search
        or ("licensed" in marks and words <= (_SHORT if of_text else _FEW + 1))
        or ("some reserved" in marks and words <= _SHORT)
        or (words <= _SHORT + 1 and _COPYRIGHT.match(said) is not None)
        or ("licensed" in marks and words <= _LABEL and bool({"is so", "some reserved"} & marks.keys()))
    )
