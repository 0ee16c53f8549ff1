"""Notices: find prose about reuse on a page, as statements with evidence, and the topic of each passage.

Apart from the package's entry point, which joins notices with carriers and holders.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache, lru_cache
from itertools import groupby, islice, pairwise
from typing import Any

from db.model.item import Covers, Permission, Statement, StatementPlace, Term
from ingest.terms import licenses, owners, triggers
from ingest.terms.answers import Answer, answer_to
from ingest.terms.blocks import LONG, LONGEST, ReuseTexts, runs
from ingest.terms.clause_reader import grants
from ingest.terms.conditions import conditions_of, is_led_on, sentence_before, sentences_behind
from ingest.terms.folding import fold
from ingest.terms.headings import TITLES, headings_before, own_heading
from ingest.terms.house import grants_for_another
from ingest.terms.lead_ins import is_taken_back
from ingest.terms.licenses import ADDRESS
from ingest.terms.objects import is_of_a_file, is_quoted, without_grants
from ingest.terms.page import PageView
from ingest.terms.people import are_headed, include_public
from ingest.terms.phrase_patterns import pattern_of, spaced
from ingest.terms.pictures import left_out_beside
from ingest.terms.places import Placement, mentions_terms
from ingest.terms.prose import IN_CONTEXT, read_notice
from ingest.terms.questions import asks
from ingest.terms.sentences import sentences
from ingest.terms.sequels import heads_conditions
from ingest.terms.terms_pages import is_terms_page
from ingest.terms.vocabulary import vocabulary
from ingest.terms.word_lists import either, packaged

# What no rule understands is shown to a person: a real sentence, short enough to read at a glance.
_UNREAD_LENGTH = 400
_FEWEST_GAPS = 4


def statements(page: PageView, spoken: ReuseTexts) -> Iterator[Statement]:
    """Yield a statement for each group of neighbouring sentences about terms, in blocks that look like notices.

    A block beside a permission may leave the pictures out of it, in words that say nothing alone: "They belong to
    agencies."
    """
    found = list(_statements(page, spoken))
    found += list(_conditions(page, found))
    found += list(_limits(page, found))
    pictures = list(_beside(page, found))
    read = {statement.words for statement in pictures}
    yield from (statement for statement, _ in found if statement.terms or statement.words not in read)
    yield from pictures


def _conditions(page: PageView, found: list[tuple[Statement, Any]]) -> Iterator[tuple[Statement, Any]]:
    """Yield the conditions in lists below permissions; what is not understood may limit all, so it is kept too."""
    for above, block in found:
        for words, item in conditions_of(above.words, block) if any(map(grants, above.terms)) else ():
            evidence = page.evidence(words, at=item) if len(words) <= LONG else None
            if evidence is not None:
                terms = read_notice(words, _linked(item))
                yield Statement(evidence.words, above.place, evidence, terms, above.language), item


def _limits(page: PageView, found: list[tuple[Statement, Any]]) -> Iterator[tuple[Statement, Any]]:
    """Yield the sentences in the blocks before and behind permissions that limit these: "Please ask us first."

    What exactly one limits is not understood, so a person has to read both.
    """
    for above, block in found:
        if not any(map(grants, above.terms)):
            continue
        for words, element in _limiting(above.words, block):
            evidence = page.evidence(words, at=element)
            if evidence is not None:
                yield Statement(evidence.words, above.place, evidence, (), above.language), element


def _limiting(words: str, block: Any) -> Iterator[tuple[str, Any]]:
    """Yield the sentences before and behind *words* that limit what they permit, with their elements."""
    # Each with a full stop, which items of lists often lack.
    before = sentence_before(words, block)
    if before is not None and _is_limited(words, f"{before[0]}. {words}"):
        yield before
    for said, element in islice(sentences_behind(words, block), _FURTHER):
        if element.tag in TITLES:
            # Another heading begins something else.
            if not heads_conditions(said, vocabulary().language(fold(words), words)):
                return
        # A single word or number is no sentence.
        elif " " in said and _is_limited(words, f"{words}. {said}"):
            yield said, element
        elif not (is_led_on(said, element) or _is_duty(said)):
            return


def _is_duty(words: str) -> bool:
    """Return whether *words* only state a duty, so that what follows is about the same: "Please name the author"."""
    terms = read_notice(words, None)
    return bool(terms) and all(term.permission is Permission.UNSTATED for term in terms)


_FURTHER = 12
"""So many sentences behind a permission are looked at: a list of rules is rarely longer."""
_BLOCKS = ("p", "li", "dd", "td")
_MOST_BLOCKS = 400


def _beside(page: PageView, found: list[tuple[Statement, Any]]) -> Iterator[Statement]:
    """Yield what a block beside a permission of texts leaves out of it; on a page of terms, any block may."""
    granting = [(statement, block) for statement, block in found if any(map(grants, statement.terms))]
    if not granting or any(term.covers is Covers.IMAGES for statement, _ in found for term in statement.terms):
        return
    around = {block.getparent() for _, block in granting} | {block.getnext() for _, block in granting}
    told = is_of_terms(page) or mentions_terms(page.url)
    for block in [block for tag in _BLOCKS for block in page.tagged(tag)][:_MOST_BLOCKS]:
        if not (told or block.getparent() in around):
            continue
        for words, terms in (one for run in runs(block) if len(run) <= LONG for one in left_out_beside(run)):
            placement = Placement(block)
            # Below the heading "Pictures" nothing is said about texts, but much about pictures.
            if (placement.unshown if told else placement.apart) or topic_of(block) not in _OF_REUSE:
                break
            evidence = page.evidence(words, at=block)
            if evidence is not None:
                yield Statement(evidence.words, granting[0][0].place, evidence, terms, _language(words))


def _statements(page: PageView, spoken: ReuseTexts) -> Iterator[tuple[Statement, Any]]:
    seen: set[str] = set()
    # Computed once, because on a page of terms every block is a notice.
    of_terms = is_of_terms(page)
    told = of_terms or mentions_terms(page.url)
    # The paragraphs of an element share the answer, and a text has hundreds of them.
    notices: dict[Any, bool] = {}
    for block in spoken.blocks(page.listed, lambda block: told or _is_notice(block, notices)):
        placement = Placement(block)
        # A caption, a comment or a quotation may sound like terms, but is not the publisher's.
        if placement.apart:
            continue
        notice = placement.notice or placement.footer or told
        for run, address, answer in _runs_of(block, notice=notice):
            # Terms in running text are short; in a notice they may be long.
            if len(run) > (LONGEST if notice else LONG):
                continue
            for words in _groups(run, address):
                if words in seen:
                    continue
                terms = read_notice(words, address)
                if terms and (
                    _is_of_something_else(words, run, block, placement)
                    or (any(map(grants, terms)) and grants_for_another(words, page))
                    or (any(map(grants, terms)) and not placement.footer and _is_elsewhere(words, block, terms, told))
                    or (any(map(grants, terms)) and is_taken_back(words, block, told=told))
                ):
                    terms = without_grants(terms)
                if notice or _speaks_for_itself(words, run, terms):
                    # What is read with its question is not read again without it.
                    seen.update((words, *(_groups(answer.words, address) if answer is not None else ())))
                    said = _statement(page, (words, block), placement.place(of_terms), terms, notice)
                    yield from ((statement, block) for statement in said)


def _runs_of(block: Any, *, notice: bool) -> Iterator[tuple[str, str | None, Answer | None]]:
    """Yield the runs of a block, each with the address of the licence that it links to.

    A question at the end is joined by its answer from another element, and left out if that says as much without it.
    """
    said, linked = runs(block), _linked(block)
    yield from ((run, linked, None) for run in said[:-1])
    answer = answer_to(said[-1], block, notice=notice) if said else None
    if answer is not None:
        address = _linked(answer.block)
        words = f"{said[-1]} {answer.words}"
        alone, together = read_notice(answer.words, address), read_notice(words, address)
        if together != alone:
            yield words, address, answer
        if together or alone:
            return
    yield from ((run, linked, None) for run in said[-1:])


def _is_of_something_else(words: str, run: str, block: Any, placement: Placement) -> bool:
    """Return whether the words of a run are somebody else's or about a file; a footer is always about the site."""
    return is_quoted(words, run) or (not placement.footer and is_of_a_file(words, block))


def _is_elsewhere(words: str, block: Any, terms: tuple[Term, ...], told: bool) -> bool:
    """Return whether what a block grants is granted for something other than texts, or to some people alone."""
    if told and is_off_topic(words, block, licensed=any(term.license_id for term in terms)):
        return True
    return is_for_people(words, block)


def _is_notice(block: Any, known: dict[Any, bool]) -> bool:
    """Return whether a block stands where notices do; *known* remembers answers."""
    while block is not None and block.tag == "p" and not block.keys():
        block = block.getparent()  # a bare paragraph says nothing about its place
    if block not in known:
        placement = Placement(block)
        known[block] = placement.notice or placement.footer
    return known[block]


def is_of_terms(page: PageView) -> bool:
    """Return whether this is a page of terms: its statements cover all texts of its publisher."""
    titled = [element for tag in ("h1", "title") for element in page.tagged(tag)[:2]]
    return is_terms_page(
        page.url, [(element.text_content() if len(element) else element.text) or "" for element in titled]
    )


def _linked(block: Any) -> str | None:
    """Return the address of the licence that a block links to, or None; Creative Commons first.

    Words may name a licence incompletely, and link to the exact one.
    """
    links = [href for link in block.iter("a") if (href := link.get("href"))] if len(block) else ()
    exact = (href for href in links if "ommons.org/" in href.lower() and ADDRESS.match(href))
    return next(exact, None) or next((href for href in links if licenses.at(href)), None)


def _statement(
    page: PageView, said: tuple[str, Any], place: StatementPlace, terms: tuple[Term, ...], notice: bool
) -> Iterator[Statement]:
    """Yield the statement, unless no rule understands it and it stands in no notice."""
    words, block = said
    evidence = page.evidence(words, at=block) if terms or notice else None
    if evidence is not None:
        yield Statement(evidence.words, place, evidence, terms, _language(words))


@lru_cache(maxsize=4096)  # a site prints the same boxes, menus and footers on every page
def _groups(run: str, address: str | None) -> tuple[str, ...]:
    """Return groups of neighbouring sentences about terms, unchanged; each group has at least one trigger."""
    if not triggers.texts_with_triggers((run,)):
        return ()
    spans = sentences(run)
    held = triggers.texts_with_triggers([run[slice(*span)] for span in spans])
    taken = [number in held and _speaks(run[slice(*span)], address) for number, span in enumerate(spans)]
    for index, pair in enumerate(pairwise(spans)):
        # "Want to republish this story? Go ahead, with credit." Few questions are about reuse.
        if not held.isdisjoint((index, index + 1)) and _is_answered(run, *pair, address):
            taken[index] = True  # and with it the answer, below
    if not any(taken):
        return ()
    found = []
    for index, span in enumerate(spans):
        # The neighbouring sentences.
        beside = taken[max(index - 1, 0) : index + 2]
        # A condition may have no trigger; it belongs to the neighbouring sentence that has one.
        taken[index] = taken[index] or (any(beside) and _speaks(run[slice(*span)], address))
        if index and not taken[index] and taken[index - 1]:
            if asks(run[slice(*spans[index - 1])]):
                taken[index] = bool(read_notice(run[spans[index - 1][0] : span[1]], address))  # "May I reprint it? No."
            else:
                begun = spans[next((one for one in range(index - 1, 0, -1) if not taken[one - 1]), 0)][0]
                taken[index] = _is_limited(run[begun : spans[index - 1][1]], run[begun : span[1]])
        if index and taken[index] and not taken[index - 1]:
            taken[index - 1] = _tells_whose(run[spans[index - 1][0] : span[1]], run[slice(*span)])
    for speaks, group in groupby(zip(spans, taken, strict=True), key=lambda pair: pair[1]):
        if speaks:
            members = [span for span, _ in group]
            # Unchanged, with everything between them, because evidence is one passage of the page.
            found.append(run[members[0][0] : members[-1][1]])
    return tuple(found)


def _is_answered(run: str, question: tuple[int, int], answer: tuple[int, int], address: str | None) -> bool:
    """Return whether the first sentence asks for what the second one, which alone says something else, answers."""
    if not asks(run[slice(*question)]):
        return False
    return read_notice(run[question[0] : answer[1]], address) != read_notice(run[slice(*answer)], address)


def _is_limited(words: str, more: str) -> bool:
    """Return whether *words* permit something, and with the sentence behind them, as *more*, no longer do for sure."""
    return _certainty(read_notice(more, None)) < _certainty(read_notice(words, None))


def _certainty(terms: tuple[Term, ...]) -> tuple[bool, bool]:
    """Return whether *terms* permit something, and whether a person need not confirm that first."""
    granted = [term for term in terms if grants(term)]
    return bool(granted), any(term.rule != IN_CONTEXT for term in granted)


def _tells_whose(words: str, sentence: str) -> bool:
    """Return whether *words* name the owner of what their last *sentence* permits to reuse, or limit or deny that.

    "The glossary comes from Wiktionary. You may copy the text."
    """
    if not any(map(grants, read_notice(sentence, None))):
        return False
    return _is_limited(sentence, words) or next(owners.named(words), None) is not None


@lru_cache(maxsize=4096)  # a site prints the same notice on every page
def _speaks(words: str, address: str | None) -> bool:
    return bool(read_notice(words, address)) or _sounds(words)


@lru_cache(maxsize=1024)
def _language(words: str) -> str | None:
    folded = fold(words)
    return vocabulary().language(folded) if vocabulary().shows_language(folded) else None


@lru_cache(maxsize=1024)
def _speaks_for_itself(words: str, run: str, terms: tuple[Term, ...]) -> bool:
    """Return whether prose in running text is about the publisher's own texts, and not a story about somebody else's.

    Many things in a text are said to be shared, used or changed. A publisher that permits reuse of its texts names a
    licence, a duty or an act: to reprint, to republish, to reproduce.
    """
    marks = vocabulary().marks(fold(words))
    # A line on rights is short; a long run is a text about rights.
    if "reserved" in marks:
        return len(run) <= 200
    if any(term.license_id for term in terms):
        return "own" in marks or "otherwise noted" in marks or len(run) <= 200
    # Both an owner and an act are needed: either alone is in every second article about publishing.
    deed = {"deed", "bare act", "public domain"} & marks.keys()
    return "own" in marks and bool(deed)


def _sounds(words: str) -> bool:
    """Return whether a short sentence sounds like terms, and is kept for a person though no rule understands it."""
    return len(words) <= _UNREAD_LENGTH and words.count(" ") >= _FEWEST_GAPS and vocabulary().sounds_like_terms(words)


_TWICE = 2
_OURS = re.compile(rf"(?<!\w){either('holder.ours')}(?!\w)")
_DEEDS = frozenset({"deed", "bare act", "public domain"})


# In this order, because terms on users' own content have words of reuse, and must not pass for a permission.
class Topic(StrEnum):
    """The topic of a passage of a legal page, named like its list of phrases; the first that matches counts."""

    USERS = "users"
    PRIVACY = "privacy"
    COOKIES = "cookies"
    LIABILITY = "liability"
    PURCHASES = "purchases"
    SOFTWARE = "software"
    MARKS = "marks"
    DATA = "data"
    EVENTS = "events"
    REUSE = "reuse"
    ACCOUNTS = "accounts"


_OF_REUSE = (None, Topic.REUSE)


def is_for_people(words: str, block: Any) -> bool:
    """Return whether a *block* has a heading for authors, members or the like, and its *words* name nobody else."""
    heading = own_heading(block)
    return heading is not None and _is_for_people(heading) and not include_public(fold(words), _language(words) or "")


@lru_cache(maxsize=1024)
def _is_for_people(heading: str) -> bool:
    return are_headed(fold(heading))


def is_off_topic(words: str, block: Any, *, licensed: bool) -> bool:
    """Return whether a *block* belongs to a passage about something other than the reuse of texts.

    False if its *words* themselves say that the publisher's own texts may be reproduced. *licensed*: they name a
    licence.
    """
    topic = topic_of(block)
    return topic not in (None, Topic.REUSE) and not _says_all(words, licensed=licensed)


def topic_of(block: Any) -> Topic | None:
    """Return the topic of the passage around a *block*: by its nearest heading, else by its own words."""
    heading = next(headings_before(block), None)
    topic = _topic(heading) if heading is not None else None
    if topic is not None:
        return topic
    # Two different phrases are needed, because many notices have a single word about privacy.
    said = fold(" ".join(block.itertext()))
    for about in Topic:
        if about is not Topic.REUSE and len(set(_phrases(about).findall(said))) >= _TWICE:
            return about
    return None


@lru_cache(maxsize=1024)
def _topic(heading: str) -> Topic | None:
    folded = fold(heading)
    return next((topic for topic in Topic if _phrases(topic).search(folded)), None)


@cache
def _phrases(topic: Topic) -> re.Pattern[str]:
    return spaced(tuple(pattern_of(fold(phrase), {}) for phrase in packaged("reach/topics")[topic]))


def _says_all(words: str, *, licensed: bool) -> bool:
    """Return whether *words* say "our articles may be republished" by themselves: whose, what, and the act."""
    folded = fold(words)
    marks = vocabulary().marks(folded).keys()
    return (
        _OURS.search(folded) is not None
        and not marks.isdisjoint({"text", "site"})
        and (licensed or not marks.isdisjoint(_DEEDS))
    )
