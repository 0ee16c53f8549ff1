"""Prose: read prose about reuse, sentence by sentence, into terms, with the packaged rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms.asides import aside_in, parted, takes_back
from ingest.terms.assertion import is_cut, is_mentioned, is_visit, says_more
from ingest.terms.back_references import is_of_a_few
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
from ingest.terms.connectives import without_connective
from ingest.terms.exceptions import leaves_some_out
from ingest.terms.folding import fold
from ingest.terms.groups import Group, permitted_group
from ingest.terms.license_names import Named, all_named, named_in
from ingest.terms.license_statement import is_titled, license_of, named_only, of_each_license
from ingest.terms.licensed_works import is_advised, is_denied, of_its_entry
from ingest.terms.licenses import is_more_exact
from ingest.terms.machines import is_for_machines, without_use
from ingest.terms.media import is_of_closed_medium
from ingest.terms.objects import is_of_another, without_grants
from ingest.terms.passage import ACTS, HOUSE_OWN, Passage, after, is_of_texts, unsaid
from ingest.terms.pictures import all_left_out, are_withheld, of_this_house, without_aside, without_only
from ingest.terms.press_releases import is_of_press_releases
from ingest.terms.questions import asks
from ingest.terms.quotations import quoted, without_quotations
from ingest.terms.reports import ends, is_introduced, is_unfilled, leaves_texts_out
from ingest.terms.roles import LICENSED, OF_SOME, are_understood, has_frames, is_anothers, is_grant, is_timed, is_told
from ingest.terms.sequels import limits
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either
from ingest.terms.works_in_general import is_of_works_in_general

_LONGEST = 4_000
_FEW, _ANSWER = 3, 2
IN_CONTEXT = "grant-in-context"
_CHOSEN = re.compile(
    rf"{either('prose.based on')} (?!\S*(?:flickr|wikimedia|unsplash|pixabay))|{either('prose.chosen')}"
)


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
    before, given, led = "", False, False
    for span in spans:
        sentence = words[slice(*span)]
        if (aside := asides.get(span) or (aside_in(sentence, about.language) if given else None)) is not None:
            fired.append(Fired(aside.rule, sentence, (), (aside,)))
            continue
        advised = is_advised(plain(sentence)) or is_denied(plain(sentence))
        named = None if advised else named_in(sentence, vocabulary())
        read = list(_sentence(without_connective(sentence) or sentence, about, named))
        for without in (without_aside, without_only):
            if not _permit(read) and (apart := without(sentence, about.language)) is not None:
                rest = list(_sentence(apart[0], about, named))
                read = [apart[1], *rest] if _permit(rest) else read
        permits = _permit(read)
        if (permits or any(one.rule in OF_SOME for one in read)) and (
            advised
            or is_of_another(sentence)
            or is_introduced(sentence, before)
            or is_unfilled(sentence, before)
            or leaves_texts_out(sentence, about.language)
            or is_mentioned(sentence, _language(plain(sentence), sentence, about))
            or (span == spans[-1] and is_cut(words) and not _has_condition(read))
            or _permits_in_quotation(words, span, quoted(words, spans), about)
        ):
            read = list(_limited(read))
        elif permits and (
            is_timed(sentence)
            or is_of_a_few(sentence, before, about.language)
            or leaves_some_out(plain(sentence), about.language)
        ):
            read = list(map(_in_context, read))
        elif (
            before
            and _permit(fired)
            and (
                ends(sentence, about.language)
                or (given and (takes_back(sentence, about.language) or leaves_texts_out(sentence, about.language)))
            )
        ):
            fired = list(_limited(fired))
        elif led and limits(sentence, about.language):
            fired = list(map(_in_context, fired))
        fired.extend(read)
        before, given = sentence, _permit(read)
        # "Please name the author" says more of what was permitted, so that what follows is about it too.
        led = given or (led and bool(read) and all(one.rule == "bare-condition" for one in read))
        if named is not None or span != spans[-1]:
            about = after(sentence, about, named, given=given)
    if _permit(fired):
        fired += _withheld_elsewhere(words, spans, fired, about.language)
    if _permit(fired) and not are_withheld(fired):
        fired += all_left_out(words, [span for span in spans if span not in asides], about.language)
    return _settled(_told_apart(tuple(fired), about.named))


def _withheld_elsewhere(words: str, spans: list[tuple[int, int]], fired: list[Fired], language: str) -> list[Fired]:
    """Return what unread sentences of *words* withhold that are in another *language* than the passage."""
    read = {one.words for one in fired}
    others = [said for span in spans if (said := words[slice(*span)]) not in read]
    foreign = (said for said in others if vocabulary().language(fold(said), said) != language)
    return list(_limited(one for said in foreign for one in why(said)))


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
            yield replace(one, terms=tuple(dict.fromkeys(_of_any(named_only(term)) for term in one.terms)))
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
            if term.license_id is None or is_more_exact(license_id, term.license_id):
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
    if named is not None and about.chosen and is_titled(sentence, whole, named):
        terms = (term for cover in covered(whole, "text") for term in named.terms(cover, "named-license"))
        yield Fired("named-license", sentence, tuple(whole.items()), tuple(terms))
    elif named is not None:
        # Pictures in another clause may be excluded from the licence there.
        licensed = next((marks for clause, marks in parts if named_in(clause, book) is not None), whole)
        whole = of_its_entry(sentence, whole, language)
        if {"images"} <= whole.keys() - licensed.keys():
            whole = licensed
        read = license_of(sentence, whole, named, about, language)
        read = of_each_license(read, all_named(sentence, book), language)
        yield from _granted(read, sentence, language)
    for clause, marks in parts:
        fired = read_clause(clause, marks, book, named is not None, language)
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
        return {**marks, **asked, "may not": ("…?",)} if about.answerable else marks
    if not marks.keys().isdisjoint(ACTS):
        return marks
    if "ask" in marks:
        return {**marks, **asked}
    return {**marks, **asked, "own": ("…?",)} if _affirms(folded, marks, about, language) else marks


def _affirms(folded: str, marks: Marks, about: Passage, language: str) -> bool:
    """Return whether a folded answer permits what is asked for, and nothing else: "You may", not "you may write"."""
    if "may" not in marks or about.leave or not about.answerable or {"own", "text"}.isdisjoint((*marks, *about.asked)):
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


def _of_all(marks: Marks, folded: str, language: str) -> Marks:
    """Return the marks of a clause without people whom it only names: for credit, as people who may reprint, or as
    owners of pictures that it excludes. A source to be cited is no quotation either.
    """
    if "credit" in marks:
        cited = {mark for mark in _CITING if all(_is_cited(hit, marks["credit"]) for hit in marks.get(mark, ()))}
        marks = {mark: hits for mark, hits in marks.items() if mark not in cited}
    marks = without_places(without_use(_without_quoting(marks), folded), folded, language)
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


def _without_quoting(marks: Marks) -> Marks:
    """Return the marks of a clause without acts that are only quoting, where this is permitted: "lainata" is both."""
    if "quote" not in marks or not _WITHHOLDING_ACTS.isdisjoint(marks):
        return marks
    quoted = frozenset(marks["quote"])
    return {mark: hits for mark, hits in marks.items() if mark not in _WHOLE_ACTS or not quoted.issuperset(hits)}


def _is_free_of_leave(marks: Marks) -> bool:
    """Return whether something may be done without permission and nothing limits that: then nobody has to be asked."""
    leave = marks.get("without asking", ())
    free = bool(leave) and "may" in marks and _WITHHOLDING.isdisjoint(marks)
    return free and all(map(_WITHOUT.match, leave))


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
        return replace(fired, terms=tuple(dict.fromkeys(map(named_only, fired.terms))))
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
        if group is Group.PRESS or (whole and is_of_press_releases(plain(one.words), language)):
            one = _in_context(one)
        if not (whole or one.rule in OF_SOME) or (
            group is not Group.FEW
            and not is_for_machines(one)
            and (one.rule in LICENSED or not _is_limited(one, language))
            and not is_told(sentence, language)
            and not is_of_works_in_general(plain(sentence), language)
            and are_understood(sentence, one.rule, language)
            and any(is_grant(words, one.rule, language) for words in (one.words, sentence))
        ):
            yield one
        elif one.rule in LICENSED:
            terms = map(named_only, one.terms)
            yield replace(one, terms=tuple(dict.fromkeys(map(_of_any, terms))))
        elif one.rule in OF_SOME:
            continue
        elif kept := tuple(term for term in one.terms if one.rule == "excerpts" or not grants(term)):
            # Words that do not permit the whole do not permit a part either.
            yield replace(one, terms=kept)


def _is_limited(fired: Fired, language: str) -> bool:
    """Return whether a permission is only to use a site, or only for a place that is not everybody's."""
    return is_visit(dict(fired.marks)) or is_of_closed_medium(plain(fired.words), language)


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


_DUTY = ("credit", "link", "on condition")
_NO = frozenset({"denied", "may not", "mild not", "negated"})
_BY = re.compile(rf"(?<!\w){either('prose.by')}(?: {either('prose.whom')})? $")
"""Before people who may do something, in languages with a word for it."""
_WITHHOLDING = frozenset({"ask", "banned", "denied", "limited", "may not", "mild not", "negated", "nothing"})
_WITHHOLDING |= {"refused", "unless", "not banned"}
_WITHHOLDING_ACTS = frozenset({"ask", "banned", "may not", "nothing", "without asking"})
_WHOLE_ACTS = frozenset({"deed", "distribute", "reproduce"})
"""Marks of acts on whole works. A ban of quoting bans them too, a permission does not permit them."""
_WITHOUT = re.compile(rf"{either('prose.without')} ")
_LEAVE = ("ask", "without asking")
_CITING = ("excerpt", "quote")
"""Marks that words of credit also match, such as "citar la fuente"."""
_LINKS = re.compile(rf"(?: {either('prose.links')})* ?")
"""Between a credit and the person credited."""
