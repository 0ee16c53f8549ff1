"""Prose: read prose about reuse, sentence by sentence, into terms, with the packaged rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms.asides import aside_in, parted, takes_back
from ingest.terms.assertion import is_cut, is_mentioned, is_of_any_text, is_visit, says_more
from ingest.terms.clause_reader import (
    Fired,
    Marks,
    clauses,
    covered,
    grants,
    inherited,
    plain,
    read_clause,
    without_places,
)
from ingest.terms.folding import fold
from ingest.terms.groups import Group, permitted_group
from ingest.terms.license_names import Named, named_in
from ingest.terms.licensed_works import begins_with_verb, is_advised, names_unknown, of_its_entry
from ingest.terms.licenses import OtherLicense
from ingest.terms.machines import is_for_machines, without_use
from ingest.terms.objects import is_of_another, without_grants
from ingest.terms.passage import ACTS, HOUSE_OWN, Passage, after, asks, is_of_texts, unsaid
from ingest.terms.pictures import all_left_out, are_withheld, of_this_house
from ingest.terms.quotations import quoted, without_quotations
from ingest.terms.reports import ends, is_introduced
from ingest.terms.roles import LICENSED, OF_SOME, are_understood, has_frames, is_anothers, is_grant, is_timed, is_told
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either
from ingest.terms.works_in_general import is_of_works_in_general

_LONGEST = 4_000
_LABEL, _SHORT, _FEW, _ANSWER = 22, 7, 3, 2
_HEADED = re.compile(rf"(?:[^\s:]+ ){{0,3}}[^\s:]+(?: {either('prose.on this')} {either('prose.site')})? ?: x(?!\w)")
_HEAD = re.compile(r"((?:[^\s:]+ ){0,6}[^\s:]+) ?: x(?!\w)")
_CREDITED = re.compile(
    rf"(?<!\w){either('prose.picture by', 'prose.by')}(?: the)? xx?(?!\w)|\b{either('prose.picture sites')}\b"
)
IN_CONTEXT = "grant-in-context"
_CHOSEN = re.compile(
    rf"{either('prose.based on')} (?!\S*(?:flickr|wikimedia|unsplash|pixabay))|{either('prose.chosen')}"
)
_TITLED = re.compile(rf"\w[^\"“”„«»‘’:]{{0,80}} {either('prose.is')}(?!\w)")
_COPYRIGHT = re.compile(r"(?:© ?|\(c\) ?|copyright ?)+(?:19|20)\d\d\b")
"""A copyright line of a site, with a year; the credit of a picture has none."""


def read_wording(words: str) -> tuple[Term, ...]:
    """Return the terms that *words* state, sentence by sentence, each once; () if none is understood.

    The language is computed from the words, because pages often declare it wrongly.
    """
    return read_notice(words, None)


@lru_cache(maxsize=4096)  # a site prints the same notice on every page
def read_notice(words: str, address: str | None) -> tuple[Term, ...]:
    """Like read_wording, for words with a link: if they name a licence, the *address* says which one."""
    return tuple(dict.fromkeys(term for fired in why(words, address) for term in fired.terms))


def why(words: str, address: str | None = None) -> tuple[Fired, ...]:
    """Return the rules that fire on *words*, with the concepts they need and the terms they give, in text order."""
    words = " ".join(words[:_LONGEST].split())
    fired: list[Fired] = []
    spans, asides = parted(words)
    about = Passage(address, words, spans[0][1] if spans else 0, chosen=_CHOSEN.search(fold(words)) is not None)
    before, given = "", False
    for span in spans:
        sentence = words[slice(*span)]
        if (aside := asides.get(span) or (aside_in(sentence, about.language) if given else None)) is not None:
            fired.append(Fired(aside.rule, sentence, (), (aside,)))
            continue
        advised = is_advised(plain(sentence))
        named = None if advised else named_in(sentence, vocabulary())
        read = list(_sentence(sentence, about, named))
        permits = _permit(read)
        if permits and (
            advised
            or is_of_another(sentence)
            or is_introduced(sentence, before)
            or is_mentioned(sentence, _language(plain(sentence), sentence, about))
            or (span == spans[-1] and is_cut(words) and not _has_condition(read))
            or _permits_in_quotation(words, span, quoted(words, spans), about)
        ):
            read = list(_limited(read))
        elif permits and is_timed(sentence):
            read = list(map(_in_context, read))
        elif before and _permit(fired) and (ends(sentence) or (given and takes_back(sentence, about.language))):
            fired = list(_limited(fired))
        fired.extend(read)
        before, given = sentence, _permit(read)
        if named is not None or span != spans[-1]:
            about = after(sentence, about, named)
    if _permit(fired) and not are_withheld(fired):
        fired += all_left_out(words, [span for span in spans if span not in asides], about.language)
    return _settled(_told_apart(tuple(fired), about.named))


def _permit(fired: Iterable[Fired]) -> bool:
    """Return whether one of the terms that *fired* permits something."""
    return any(grants(term) for one in fired for term in one.terms)


def _has_condition(fired: Iterable[Fired]) -> bool:
    """Return whether a permission among the terms that *fired* states its own condition, such as a credit."""
    return any(term.duties for one in fired for term in one.terms if grants(term))


def _permits_in_quotation(
    words: str, span: tuple[int, int], quotations: tuple[tuple[int, int], ...], about: Passage
) -> bool:
    """Return whether the sentence at *span* permits something only in words that it quotes."""
    own = without_quotations(words, span, quotations) if quotations else None
    return own is not None and not _permit(_sentence(own, about, named_in(own, vocabulary())))


def _limited(fired: Iterable[Fired]) -> Iterator[Fired]:
    """Yield what a sentence about something other than the publisher's texts withholds."""
    for one in fired:
        if one.rule in LICENSED:
            yield replace(one, terms=tuple(dict.fromkeys(map(_named_only, one.terms))))
        elif kept := without_grants(one.terms):
            yield replace(one, terms=kept)


def _told_apart(fired: tuple[Fired, ...], named: tuple[Named, ...]) -> tuple[Fired, ...]:
    """Return *fired* with each licence, or permission without one, as exact as another sentence names it."""
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


def _settled(fired: tuple[Fired, ...]) -> tuple[Fired, ...]:
    """Return *fired* with bare conditions made duties of the permissions; "non-commercial" limits all permissions."""
    terms = [term for one in fired for term in one.terms]
    granted = [term for term in terms if grants(term)]
    if not granted:
        return fired
    bare = tuple(duty for term in terms if term.permission is Permission.UNSTATED for duty in term.duties)
    words = next((term.credit_words for term in terms if term.credit_words), None)
    # Only permissions in prose, because a licence itself says whether it is non-commercial.
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


def _language(folded: str, sentence: str, about: Passage) -> str:
    """Return the language of a sentence; if the sentence is too short to tell, that of its passage."""
    if folded.count(" ") < _ANSWER or not vocabulary().shows_language(folded):
        return about.language
    # The passage tells the language better than a single sentence that may be in several.
    return vocabulary().language(folded, sentence, about.language)


def _sentence(sentence: str, about: Passage, named: Named | None) -> Iterator[Fired]:
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
    elif about.asked:
        whole = _answered(folded, whole, about, language)
    answers = ("…?",) in whole.values()
    whole |= unsaid(folded, whole, about)
    parts = list(_parts(sentence, whole, language))
    if named is not None and about.address:
        named = named.linked(about.address)
    if named is not None and about.chosen and _is_titled(sentence, whole, named):
        terms = (term for cover in covered(whole, "text") for term in named.terms(cover, "named-license"))
        yield Fired("named-license", sentence, tuple(whole.items()), tuple(terms))
    elif named is not None:
        # Pictures in another clause may be excluded from the licence there.
        licensed = next((marks for clause, marks in parts if named_in(clause, book) is not None), whole)
        whole = of_its_entry(sentence, whole, language)
        if {"images"} <= whole.keys() - licensed.keys():
            whole = licensed
        yield from _granted(_license_of(sentence, whole, named, about, language), sentence, language)
    for clause, marks in parts:
        fired = read_clause(clause, marks, book, named is not None)
        # "Yes, with credit": the question says what is permitted, and to whom.
        read = fired if about.asked and answers else _granted(fired, sentence, language)
        things = HOUSE_OWN.isdisjoint(whole) and (bool(whole.get("code")) or is_of_another(sentence))
        read = _of_known(read, texts=is_of_texts(folded, whole, about), things=things)
        yield from map(_in_context, read) if answers or not has_frames(language) else read


def _answered(folded: str, marks: Marks, about: Passage, language: str) -> Marks:
    """Return the marks of a folded answer with those of its question that it permits or denies."""
    asked = dict.fromkeys(about.asked, ("…?",))
    if about.leave and "denied" in marks:
        if not _frees(folded, marks, language):
            return marks
        rest = {mark: hits for mark, hits in marks.items() if mark not in _NO}
        return {**rest, **asked, "may": ("…?",), "own": ("…?",)}
    if "denied" in marks:
        return {**marks, **asked, "may not": ("…?",)}
    if not marks.keys().isdisjoint(ACTS):
        return marks
    if "ask" in marks:
        return {**marks, **asked}
    return {**marks, **asked, "own": ("…?",)} if _affirms(folded, marks, about, language) else marks


def _affirms(folded: str, marks: Marks, about: Passage, language: str) -> bool:
    """Return whether a folded answer permits what is asked for, and nothing else: "You may", not "you may write"."""
    if "may" not in marks or about.leave or {"own", "text"}.isdisjoint((*marks, *about.asked)):
        return False
    duty = min((folded.find(hit) for mark in _DUTY for hit in marks.get(mark, ())), default=len(folded))
    return not says_more(folded[:duty], marks, language)


def _frees(folded: str, marks: Marks, language: str) -> bool:
    """Return whether a folded answer denies that leave is needed, and says what is: "No, a credit suffices"."""
    rest = vocabulary().marks(folded.partition(" ")[2], language)
    return {"credit", "obliged"} <= marks.keys() and _NO.isdisjoint(rest)


def _parts(sentence: str, whole: Marks, language: str) -> Iterator[tuple[str, Marks]]:
    """Yield the clauses of a sentence, each with its marks."""
    for clause in clauses(sentence, vocabulary(), language):
        said = plain(clause)
        own = whole if clause == sentence else _of_all(vocabulary().marks(said, language), said, language)
        yield clause, inherited(own, whole)


def _is_titled(sentence: str, marks: Marks, named: Named) -> bool:
    """Return whether a sentence in the chooser's form names a single work, not quoted, and its licence."""
    clear = vocabulary().license_bars.isdisjoint(marks) and _NO_TEXT.isdisjoint(marks) and "foreign" not in marks
    return clear and named.exact and "licensed" in marks and _TITLED.match(fold(sentence)) is not None


def _of_all(marks: Marks, folded: str, language: str) -> Marks:
    """Return the marks of a clause without people whom it only names: for credit, as people who may reprint, or as
    owners of pictures that it excludes. A source to be cited is no quotation either.
    """
    if "credit" in marks:
        cited = {mark for mark in _CITING if all(_is_cited(hit, marks["credit"]) for hit in marks.get(mark, ()))}
        marks = {mark: hits for mark, hits in marks.items() if mark not in cited}
    marks = without_places(without_use(marks, folded), folded, language)
    if _is_free_of_leave(marks):
        marks = {"nothing asked" if mark == "without asking" else mark: hits for mark, hits in marks.items()}
    if marks.keys().isdisjoint(("foreign", "users")):
        return marks
    # Other people's pictures are still pictures, though their words count as other people's.
    theirs = tuple(hit for hit in marks.get("foreign", ()) if vocabulary().shows_concept("images", hit))
    marks = {**marks, "images": theirs} if theirs and "images" not in marks else marks
    left_out = min((folded.find(hit) for hit in marks.get("images left out", ())), default=len(folded))

    def named(mark: str, hit: str) -> bool:
        return folded.find(hit) > left_out or (mark == "foreign" and _is_only_named(hit, marks, folded))

    others = {mark for mark in ("foreign", "users") if all(named(mark, hit) for hit in marks.get(mark, ()))}
    return {mark: hits for mark, hits in marks.items() if mark not in others}


def _is_free_of_leave(marks: Marks) -> bool:
    """Return whether something may be done without permission and nothing limits that: then nobody has to be asked."""
    leave = marks.get("without asking", ())
    free = bool(leave) and "may" in marks and _WITHHOLDING.isdisjoint(marks)
    return free and all(map(_WITHOUT.match, leave))


def _of_holders(marks: Marks) -> Marks:
    """Return the marks of a sentence on a licence, without authors who keep their rights: that changes nothing."""
    if all(map(_KEPT.match, marks.get("users", ("",)))):
        return {mark: hits for mark, hits in marks.items() if mark != "users"}
    return marks


def _is_cited(hit: str, credit: tuple[str, ...]) -> bool:
    """Return whether what sounds like a quotation is a source to be cited: "citer la source"."""
    return any(said.startswith(hit) and said.count(" ") <= _FEW for said in credit)


def _is_only_named(hit: str, marks: Marks, folded: str) -> bool:
    at = folded.find(hit)
    # "Without the written permission of the agency": the one to ask need not own the work.
    if any(folded[:at].endswith(f"{leave} ") for mark in _LEAVE for leave in marks.get(mark, ())):
        return True
    ends = (begun + len(words) for words in marks.get("credit", ()) if 0 <= (begun := folded.find(words)) < at)
    return _BY.search(folded, 0, at) is not None or any(_LINKS.fullmatch(folded, end, at) for end in ends)


def _in_context(fired: Fired) -> Fired:
    """Return a permission that a person has to confirm: it answers a question, its language has no frames, or it waits
    for a time that no term can hold. A licence next to such a time is named, but permits nothing yet.
    """
    if fired.rule in LICENSED:
        return replace(fired, terms=tuple(dict.fromkeys(map(_named_only, fired.terms))))
    terms = (replace(one, rule=IN_CONTEXT) if one.rule == "grant" and grants(one) else one for one in fired.terms)
    return replace(fired, terms=tuple(terms))


def _permits_whole(term: Term) -> bool:
    """Return whether a term permits more than an excerpt."""
    return grants(term) and term.act is not Act.EXCERPT


def _granted(fired: Iterable[Fired], sentence: str, language: str) -> Iterator[Fired]:
    """Yield what fired, without permissions whose clause or *sentence* does not say who permits whom what, or whose
    sentence tells of somebody else's permission or depends on something that no reader can bring about.
    """
    for one in of_this_house(fired, sentence, language):
        if one.rule == "excerpts" and is_anothers(one.words, language):
            continue
        whole = any(map(_permits_whole, one.terms))
        group = _group(one, language) if whole else None
        if group is Group.PRESS:
            one = _in_context(one)
        if not (whole or one.rule in OF_SOME) or (
            group is not Group.FEW
            and not is_for_machines(one)
            and not (one.rule not in LICENSED and is_visit(dict(one.marks)))
            and not is_told(sentence, language)
            and not is_of_works_in_general(plain(sentence), language)
            and are_understood(sentence, one.rule, language)
            and any(is_grant(words, one.rule, language) for words in (one.words, sentence))
        ):
            yield one
        elif one.rule in LICENSED:
            terms = map(_named_only, one.terms)
            yield replace(one, terms=tuple(dict.fromkeys(map(_of_any, terms))))
        elif one.rule in OF_SOME:
            continue
        elif kept := tuple(term for term in one.terms if one.rule == "excerpts" or not grants(term)):
            # Words that do not permit the whole do not permit a part either.
            yield replace(one, terms=kept)


def _group(fired: Fired, language: str) -> Group | None:
    """Return the group to which a permission is limited, or None; a licence is for everybody."""
    if fired.rule in LICENSED:
        return None
    return permitted_group(plain(fired.words), dict(fired.marks).get("may", ()), language)


def _of_known(fired: Iterable[Fired], *, texts: bool, things: bool) -> Iterator[Fired]:
    """Yield what *fired* as far as its object is known: an unknown one permits nothing of the publisher's *texts*, and
    programs, logos and other *things* alone withhold none of them.
    """
    for one in fired:
        permitting = one.terms if texts else (term for term in one.terms if not _permits_whole(term))
        kept = tuple(term for term in permitting if not (things and _withholds_texts(term)))
        if kept:
            yield replace(one, terms=kept)


def _withholds_texts(term: Term) -> bool:
    return term.covers is Covers.TEXT and term.permission in (Permission.ASK, Permission.PROHIBITED)


def _of_any(term: Term) -> Term:
    """Return a term of a licence without the claim that some of the publisher's works are under it."""
    return replace(term, rule="named-license") if term.rule in OF_SOME else term


def _named_only(term: Term) -> Term:
    """Return a term of a licence whose works are unknown: the licence is named, and permits not even an excerpt."""
    if term.permission not in (Permission.PERMITTED, Permission.WITH_DUTIES):
        return term
    return replace(term, permission=Permission.UNSTATED, act=Act.USE)


_DUTY = ("credit", "link", "on condition")
_NO = frozenset({"denied", "may not", "mild not", "negated"})
_NO_STATEMENT = frozenset({"aside", "aspiration", "caption", "never mind", "of anybody", "refused", "statute"})
"""Next to these, a licence belongs to a picture, or to nothing on this page."""
_UNDER = re.compile(rf"(?<!\w){either('prose.under')}(?: [^\s.;:]+){{0,4}} x(?!\w)")
"""Before the name of a licence, if something is under it."""
_BY = re.compile(rf"(?<!\w){either('prose.by')}(?: {either('prose.whom')})? $")
"""Before people who may do something, in languages with a word for it."""
_WITHHOLDING = frozenset({"ask", "banned", "denied", "limited", "may not", "mild not", "negated", "nothing"})
_WITHHOLDING |= {"refused", "unless", "not banned"}
_WITHOUT = re.compile(rf"{either('prose.without')} ")
_KEPT = re.compile(rf"(?:[a-z']+ )?{either('prose.authors')} {either('prose.keep')}")
_LEAVE = ("ask", "without asking")
_CITING = ("excerpt", "quote")
"""Marks that words of credit also match, such as "citar la fuente"."""
_LINKS = re.compile(rf"(?: {either('prose.links')})* ?")
"""Between a credit and the person credited."""
_SOME = frozenset({"partial", "some works"})
_PROGRAMS = re.compile(r"\b(?:MIT|Apache|BSD|L?GPL|OFL|MPL)\b")
"""Licences of programs: next to them, the bare name of a licence is that of one of their parts."""
_NO_TEXT = frozenset({"images", "caption", "code", "data"})


def _license_of(sentence: str, marks: Marks, named: Named, about: Passage, language: str) -> Iterator[Fired]:
    """Yield the licence that a sentence names, permitting nothing if the passage does not say what it is for.

    "Night sky by Jane Roe. CC BY 2.0": a title with its author may be that of a picture. "Están bajo CC BY" does not
    say what is.
    """
    read = _license(sentence, _of_holders(marks), named, language)
    folded = plain(sentence)
    listed = _PROGRAMS.search(about.words) is not None and not about.copyrighted
    bare = (about.untold or listed) and len(folded.split()) <= _FEW
    if HOUSE_OWN.isdisjoint(marks) and (bare or (about.untold is not False and begins_with_verb(folded, language))):
        read = (replace(one, terms=tuple(dict.fromkeys(map(_named_only, one.terms)))) for one in read)
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
    terms = (_named_only(term) for cover in covers for term in named.terms(cover, rule))
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
