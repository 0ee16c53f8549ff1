"""Clause reader: read one clause of a sentence about reuse into terms, with the packaged rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from db.model.item import Act, Covers, Duty, Permission, Term
from ingest.terms.folding import fold
from ingest.terms.license_names import unlicensed
from ingest.terms.occasions import without_occasions
from ingest.terms.sentences import contact_in, credit_words_in, joints, without_names
from ingest.terms.vocabulary import Rule, Vocabulary, vocabulary
from ingest.terms.word_lists import before, either, packaged, word_set

SUBJECTS = {"text": Covers.TEXT, "images": Covers.IMAGES, "data": Covers.DATA, "site": Covers.SITE}
_THINGS = ("images", "images left out", "data", "code")
_COVERS = {**SUBJECTS, "others": Covers.OTHERS}
_DUTIES = {
    "credit": Duty.ATTRIBUTE,
    "credit of origin": Duty.ATTRIBUTE,
    "unless credited": Duty.ATTRIBUTE,
    "only credited": Duty.ATTRIBUTE,
    "link": Duty.LINK,
    "notice": Duty.NOTICE,
    "same terms": Duty.SHARE_ALIKE,
    "inform": Duty.INFORM,
}
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
_OPENINGS = frozenset({*SUBJECTS, "other use", "excerpt"})
_CHANGES = frozenset({"adapt"})
_BEGINNINGS = _OPENINGS | _CHANGES
_FORBIDS = frozenset({"banned", "may not", "nothing"})
_ALTERS = ("adapt", "translate")
_HANDED_ON = frozenset({"copy", "distribute", "reproduce", "use"})
SENTENCE_WIDE = ("elsewhere", "caption", "statute", "aspiration", "refused", "perhaps")
# These rules read a limit; if the clause permits something, the limit is read as its condition.
_WITHOUT_GRANT = ("bare-condition", "non-commercial-only")
_UNSOLD = frozenset({"noncommercial", "unsold"})
_UNALTERED = frozenset({"unaltered", "left as is"})
_KEPT_OUT = frozenset({"excepted", "images left out"})
_BESIDE = packaged("reach/beside")


def _any(*parts: str, of: Iterable[Mapping[str, list[str]]] = _BESIDE.values()) -> str:
    """Return the pattern of any word of these kinds, in any language."""
    # The longest first: "а также" is not "а".
    words = {word for said in of for part in parts for word in said.get(part, ())}
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


AND = re.compile(rf"(?:,| &| (?:{_any('joined')}))(?: (?:{_any('articles')}))? $")
"""Between texts and the pictures named with them."""
_ARTICLE = re.compile(rf"^(?:{_any('articles')}) ")
_BEHIND = re.compile(rf" (?:{_any('inside')})(?: (?:{_any('houses')}))? $")
"""Between pictures or data and the texts that contain them."""
_ON = re.compile(rf"(?<!\w)(?:{_any('standing')})(?: (?:{_any('houses', 'these')}))? $")
"""Before a site that is only the place where something stands."""
_TO = re.compile(rf"(?<!\w)(?:{_any('linked')})(?: [^\s,.]+){{0,3}} $")
"""Before the target of a link that is asked for."""
_NEAR = 120
"""How many characters before a text or a site are searched for words that make it a place or the target of a link."""


@cache
def _listed(language: str) -> re.Pattern[str]:
    """Return the pattern between pictures and what is listed with them."""
    # "Of" is "or" in Dutch, and "a" is "and" in Czech; in other languages they join nothing.
    own = [_BESIDE[language]] if language in _BESIDE else list(_BESIDE.values())
    apart = f"(?!{ends})" if (ends := _any("apart", of=own)) else ""
    return re.compile(rf"(?:,| (?:{_any('listed', of=own)})) (?:{apart}[^\s,]+ ){{0,4}}$")


@cache
def _into(language: str) -> re.Pattern[str]:
    """Return the pattern before texts into which something may be taken: "in your", "in connection with"."""
    said = _BESIDE.get(language, {})
    return re.compile(rf"(?<!\w)(?:{_any('into', of=[said]) or '(?!)'})(?: [^\s,.;:]+){{0,3}} $")


@cache
def _pointer(language: str) -> re.Pattern[str]:
    """Return the pattern of the words that point to another place, behind the statement itself."""
    said = _BESIDE.get(language, {})
    return re.compile(rf"[,;:(–-] ?(?:{_any('pointing', of=[said]) or '(?!)'})[ .]")


_LICENSED = frozenset({"licensed", "is so"})
_BARE = 2
"""A ban of at most this many words leaves it to the next verb to say what it is about."""
_MOST_JOINTS = 24
"""A sentence with more possible clauses is a list, and its rest is not split: each look reads the whole sentence."""
_MODALS = frozenset({"may", "may not", "banned", "not banned", "nothing", "ask", "nothing asked"})


Marks = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, with the words and concepts it fired on, and the terms it gave.

    Attributes:
        marks: the concepts found, each with its words, folded.
    """

    rule: str
    words: str
    marks: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[Term, ...]


@lru_cache(maxsize=1024)  # each role asks about the sentence
def plain(words: str) -> str:
    """Return folded words without names of publishers and licences, and without the topic of the publisher's texts.

    Where several genders are given, one is kept.
    """
    said = unlicensed(fold(without_names(words)), vocabulary())
    if _OURS.search(said) is not None:
        for language in _ABOUT:
            said = _topic(language).sub(r"\g<what>", said)
    # The pattern starts at every word, so it is tried only if one of these words is in the text.
    if any(map(said.__contains__, _OTHERS)):
        said = _EVERYBODY.sub(r"\1", said)
    if not any(sign in said for sign in _OF_SEVERAL):
        return said
    return _ENDINGS.sub("", _EITHER.sub(r"\1", _ALL.sub(r"\1en", said)))


# "On request" and "on payment of a fee" are conditions; "on payments law" is a topic.
_ALONE = rf"(?= {either('clauses.followed')}(?!\w)|[.,;:(]|$)"
_SAID = either("clauses.networks", "clauses.said")
_ABOUT = packaged("reach/about")
_OURS = re.compile(r"(?<!\w)(?:" + "|".join("|".join(said["ours"]) for said in _ABOUT.values()) + r")(?!\w)")
# "Prosimy o podanie źródła" asks for something; the words after "o" are not a topic.
_ASKED = r"(?<![iae]m[yeo])(?<!им)(?<!имо)(?<!cie)"


@cache
def _topic(language: str) -> re.Pattern[str]:
    """Return the pattern of the publisher's texts and their topic, in the words of one language."""
    said = _ABOUT[language]
    ours, about, ends = ("|".join(said[part]) for part in ("ours", "about", "ends"))
    never = "|".join([*said["never"], *(f"{word}{_ALONE}" for word in said.get("alone", ()))])
    return re.compile(
        rf"(?<!\w)(?P<what>(?:{ours}) (?:[\w-]+ ){{0,2}}[\w-]+){_ASKED} (?:{about}) "
        rf"(?:(?!(?:{never}|{_SAID})(?!\w))[\w'-]+ ){{0,5}}?"
        rf"(?!(?:{never}|{_SAID})(?!\w))[\w'-]+(?= (?:{ends}|{either('clauses.said')})(?!\w)|[,.;:(]|$)"
    )


# "Abonnenten und alle anderen dürfen" means "alle dürfen". The verb must follow: "all others who pay" are few.
_OTHERS = tuple(f" {word} " for word in sorted(word_set("clauses.others")))
_EVERYBODY = re.compile(
    rf"(?<!\w)[\w*:·•]+ {either('clauses.and')} ({either('clauses.everybody')})"
    rf" {either('clauses.others')}(?= {either('clauses.may')} (?!{before('clauses.not')}))"
)
# "Autor*innen", "Leser:innen", "auteur.e.s", "lecteur·ices", "ce(tte)", "author(s)".
_OF_SEVERAL = "*:_·•(/."
_ENDINGS = re.compile(
    rf"(?<=[^\W\d_])(?:[*:_·•]{either('clauses.endings')}(?:[·•]s)?"
    rf"|\.{either('clauses.point endings')}(?:\.s)?(?=\s|[,;]|$)|\.{either('clauses.plural endings')}(?=\s|[,;]|$)"
    r"|\([a-z]{1,6}\))(?!\w)"
)
# "Kund*innen" become "Kunden", a word for people other than the public; "Leser*innen" become "Leser".
_ALL = re.compile(r"(?<!\w)([^\W\d_]{3,}(?<!e[rln]))[*:_·•]innen(?!\w)")
_EITHER = re.compile(rf"(?<!\w)({either('clauses.one')}) ?/ ?{either('clauses.another')}(?!\w)")


def grants(term: Term) -> bool:
    given = term.permission in (Permission.PERMITTED, Permission.WITH_DUTIES)
    # A permission for pictures, or for other people's works, lets nobody publish a text.
    return given and term.covers not in (Covers.IMAGES, Covers.OTHERS)


def clauses(sentence: str, book: Vocabulary, language: str) -> list[str]:
    """Return the sentence, split where a new subject gets its own permission or ban."""
    # So "texts may be reprinted, pictures may not" is a permission of texts and a ban of pictures.
    parts, start, looked_at = [], 0, 0
    for left, right in joints(sentence, language):
        rest = sentence[right:].split("; ", 1)[0]  # what follows a semicolon is not part of this clause
        # A subject stands at the beginning of its clause: within five words, and a ban within six.
        words = rest.split()[:6]
        beginning = fold(" ".join(words))
        if not book.may_show(_BEGINNINGS, beginning, language):
            continue  # true for most joints
        opening = fold(" ".join(words[:5]))
        bans = book.may_show(_CHANGES, beginning, language) and _bans_changes(book.marks(beginning, language))
        if not bans and not book.may_show(_OPENINGS, opening, language):
            continue
        looked_at += 1
        if looked_at > _MOST_JOINTS:
            break
        before = sentence[start:left]
        if bans:
            parted = _permits_an_act(book.marks(plain(before), language))
        else:
            named = not _OPENINGS.isdisjoint(book.marks(opening, language))
            rules = named and not _is_of_one_list(before, sentence[left:right], rest, book, language)
            parted = rules and (_both_rule(before, rest, book, language) or _leaves_out(before, rest, book, language))
        if parted:
            parts.append(before)
            start = right
    return [*parts, sentence[start:]]


def _bans_changes(opening: Marks) -> bool:
    """Return whether a clause begins with a ban of changes and of nothing else: "but you can't edit them"."""
    changes = not _CHANGES.isdisjoint(opening)
    return changes and not _FORBIDS.isdisjoint(opening) and _HANDED_ON.isdisjoint(opening)


def _permits_an_act(marks: Marks) -> bool:
    """Return whether something may be done; a ban of changes after it does not limit that."""
    return "may" in marks and not _HANDED_ON.isdisjoint(marks) and _FORBIDS.isdisjoint(marks)


def _is_of_one_list(before: str, joint: str, rest: str, book: Vocabulary, language: str) -> bool:
    """Return whether a joint stands between two works with the same act: "copy our texts and pictures in no case"."""
    if "," in joint or ";" in joint:
        return False
    texts = book.marks(plain(before), language).get("text", ())
    return plain(before).rstrip().endswith(tuple(texts)) and _ACTS.keys().isdisjoint(book.marks(plain(rest), language))


def _both_rule(before: str, rest: str, book: Vocabulary, language: str) -> bool:
    """Return whether both sides of a joint permit or forbid; otherwise the second is a condition of the first."""
    marks = book.marks(plain(before), language)
    said = _MODALS & marks.keys()
    if not said and "public domain" not in marks:
        return False
    # In "none of the posts" or "in no case the texts", the verb follows the joint, and would look like a permission.
    # "Do not copy" alone does not say what: the object belongs to the verb after the joint.
    without_work = len(before.split()) <= _BARE and {"text", "site", "images"}.isdisjoint(marks)
    if not said.isdisjoint(_FORBIDS) and (without_work or _ACTS.keys().isdisjoint(marks)):
        return False
    return not _MODALS.isdisjoint(book.marks(f"x {plain(rest)}", language))  # "x": not the start of a sentence


def _leaves_out(before: str, rest: str, book: Vocabulary, language: str) -> bool:
    """Return whether pictures are excluded from the licence named before: "articles are CC BY; photos are not"."""
    marks = book.marks(plain(rest), language)
    pictures = "images" in marks and {"text", "site"}.isdisjoint(marks) and not _KEPT_OUT.isdisjoint(marks)
    return pictures and not _LICENSED.isdisjoint(book.marks(plain(before), language))


def inherited(marks: Marks, whole: Marks) -> Marks:
    """Return the marks of a clause with the bars of its whole sentence: a caption is a caption throughout."""
    return {
        **marks,
        **{mark: whole[mark] for mark in (*SENTENCE_WIDE, "aside") if mark in whole},
    }


def subject_of(folded: str, marks: Marks) -> str | None:
    """Return the first subject that a folded sentence names, but texts before all others, or None.

    "Content, graphics and the layout" is content, "photographs of the site" are photographs.
    """
    named = {subject: min(map(folded.find, marks[subject])) for subject in SUBJECTS if marks.get(subject)}
    return "text" if "text" in named else min(named, key=named.__getitem__, default=None)


def thing_of(folded: str, marks: Marks, language: str) -> str | None:
    """Return the first picture or data that a folded sentence is about, or None if it is about texts or a site too.

    Texts and sites where the things stand do not count: "the photographs in this report".
    """
    found = {one: min(map(folded.find, hits)) for one in _THINGS if (hits := marks.get(one))}
    if not found:
        return None
    first = min(found, key=found.__getitem__)
    houses = (hit.start() for house in ("text", "site") for hit in hits_of(folded, marks.get(house, ())))
    thing = found[first]
    return first if all(at > thing and _is_place(folded, thing, at, language) for at in houses) else None


def read_clause(clause: str, marks: Marks, book: Vocabulary, licensed: bool, language: str) -> Iterator[Fired]:
    if "images left out" in marks and not _are_beside_texts(plain(clause), marks):
        # It asks, and does not forbid: a permission for the texts is just not one for the pictures.
        out = Term(Covers.IMAGES, Act.USE, Permission.ASK, "images-left-out")
        yield Fired("images-left-out", clause, tuple(marks.items()), (out,))
    settled = granted = False
    shown = frozenset(marks)
    for rule in book.rules:
        if not rule.fires(shown) or (settled and not rule.also) or (granted and rule.name in _WITHOUT_GRANT):
            continue
        # The licence says what it permits. Words next to it add nothing, and would leave out its limits.
        if licensed and rule.name == "grant":
            continue
        terms = tuple(_terms(rule, marks, clause, language))
        if terms:
            yield Fired(rule.name, clause, tuple(marks.items()), terms)
        # The first rule that fires reads the clause; rules with ``also`` read something else in it.
        settled = settled or not rule.also
        granted = granted or any(grants(term) for term in terms)


def _are_beside_texts(folded: str, marks: Marks) -> bool:
    """Return whether pictures are excluded together with texts, as in "texts and photographs: all rights reserved"."""
    texts = (*marks.get("text", ()), *marks.get("site", ()))
    pictures = marks.get("images", ())
    for hit in marks["images left out"]:
        begins = _begins_with_pictures(hit)
        before = _without_last(folded[: max(folded.find(hit), 0)], pictures)
        # "Texts are CC BY; photographs and articles by agencies are excluded": the texts were named before.
        inside = () if any(one in before for one in texts) else texts
        joined = _joined(before, texts) or any(one in hit and AND.search(hit[: hit.find(one)]) for one in inside)
        if not (begins and joined):
            return False
    return True


def _begins_with_pictures(hit: str) -> bool:
    """Return whether words that leave out pictures are about these: "except for photographs" excludes only them."""
    return vocabulary().shows_concept("images", _ARTICLE.sub("", hit).split(" ", 1)[0])


def _pictures_are_told_of(marks: Marks) -> bool:
    """Return whether a clause goes on about pictures where it names no work: "photos are protected; any use ..."."""
    left_out = marks.get("images left out", ())
    return bool(left_out) and all(map(_begins_with_pictures, left_out))


def _without_targets(marks: Marks, folded: str, language: str) -> Marks:
    """Return the marks of a clause without works that it only points to: "see the website of the office"."""
    said = unpointed(folded, language)
    if said == folded:
        return marks
    return {mark: hits for mark, hits in marks.items() if mark not in ("text", "site") or any(map(said.count, hits))}


def unpointed(folded: str, language: str) -> str:
    """Return folded words up to those that point to another place."""
    return _pointer(language).split(folded, 1)[0]


def _without_texts_shown(marks: Marks, folded: str, language: str) -> Marks:
    """Return the marks of a clause without its texts, if these only contain pictures or data: "photos in our articles",
    "the photos may be used in articles".
    """
    things = (*marks.get("images", ()), *marks.get("data", ()))
    texts = marks.get("text", ())
    if not things or not texts:
        return marks
    first = min(map(folded.find, things))
    for text in dict.fromkeys(texts):
        at = folded.find(text)
        behind = _BEHIND.search(folded, max(0, at - _NEAR), at)
        if behind is not None and folded[: behind.start()].endswith(things):
            continue
        if at < first or _into(language).search(folded, max(first, at - _NEAR), at) is None:
            return marks
    return {mark: hits for mark, hits in marks.items() if mark != "text"}


def without_places(marks: Marks, folded: str, language: str) -> Marks:
    """Return the marks of a clause about pictures or data without texts and sites that it does not really cover.

    These are texts that contain them or are to be linked to, and sites where they stand or that are to be credited:
    "photos on this site, with a link to my website".
    """
    marks = _without_targets(_without_texts_shown(marks, folded, language), folded, language)
    things = [folded.find(hit) for subject in ("images", "data", "code") for hit in marks.get(subject, ())]
    if not things or "excepted" in marks:
        return marks
    thing = min(things)
    if "text" in marks and all(_is_target(folded, thing, hit.start()) for hit in hits_of(folded, marks["text"])):
        marks = {mark: hits for mark, hits in marks.items() if mark != "text"}
    if "site" not in marks or "text" in marks:
        return marks
    # If the site is in a list with them, as in "photographs and other content", the clause is about more than pictures.
    # "Materiały graficzne" are pictures, though "materiały" alone may be anything on the site.
    sites = (hit.start() for hit in hits_of(folded, marks["site"]))
    if all(at in things or _is_place(folded, thing, at, language) for at in sites):
        return {mark: hits for mark, hits in marks.items() if mark != "site"}
    return marks


def hits_of(folded: str, hits: tuple[str, ...]) -> Iterator[re.Match[str]]:
    """Yield each place of *hits* in folded words."""
    # A hit is listed once for each of its places, so duplicates are dropped first.
    return (found for hit in dict.fromkeys(hits) for found in re.finditer(re.escape(hit), folded))


def _is_target(folded: str, thing: int, at: int) -> bool:
    """Return whether a text named at offset *at* is only to be linked to for the thing at offset *thing*."""
    return at > thing and _TO.search(folded, max(thing, at - _NEAR), at) is not None


def _is_place(folded: str, thing: int, at: int, language: str) -> bool:
    """Return whether a site at offset *at* is only where the thing at offset *thing* stands, or its user's site."""
    if at < thing:
        return _ON.search(folded, max(0, at - _NEAR), at) is not None
    # "Multimedia content" is a single thing.
    if " " not in folded[thing:at].strip():
        return False
    return _listed(language).search(folded, max(thing, at - _NEAR), at) is None


def _without_last(before: str, pictures: tuple[str, ...]) -> str:
    """Return the words *before* others without pictures joined to them: "texts, " of "texts, images and"."""
    while (joint := AND.search(before)) is not None:
        rest = before[: joint.start()]
        last = next((one for one in pictures if rest.endswith(one)), None)
        if last is None:
            break
        before = rest.removesuffix(last)
    return before


def _joined(before: str, works: tuple[str, ...]) -> bool:
    """Return whether *before* ends with one of *works* and a joint."""
    joint = AND.search(before)
    return joint is not None and before[: joint.start()].endswith(works)


def covered(marks: Marks, default: str) -> list[Covers]:
    named = [cover for subject, cover in SUBJECTS.items() if subject in marks]
    # "Articles and other content of this site" is about texts; the site is where they are.
    if Covers.SITE in named and len(named) > 1:
        named = [cover for cover in named if cover is not Covers.SITE] if Covers.TEXT in named else [Covers.SITE]
    return named or [_COVERS[default]]


def _terms(rule: Rule, marks: Marks, clause: str, language: str) -> Iterator[Term]:
    # The work is somebody else's, and the clause names no work of this publisher.
    if "foreign" in marks and not rule.only and not SUBJECTS.keys() & marks.keys():
        return
    permission = Permission(rule.permission)
    permits = permission is Permission.PERMITTED
    duties = _duties(marks) if permits or permission is Permission.UNSTATED else ()
    noncommercial = rule.noncommercial or (permits and not _UNSOLD.isdisjoint(marks))
    contact = contact_in(clause) if permission is Permission.ASK else None
    words = credit_words_in(clause) if duties and "prescribed" in marks else None
    default = rule.covers if permits or not _pictures_are_told_of(marks) else "images"
    acts = dict.fromkeys(_acts(rule, marks, permits) if permits else _forbidden_acts(rule, marks, clause, language))
    for cover in [_COVERS[rule.only]] if rule.only else covered(marks, default):
        for act in acts:
            kept = Permission.WITH_DUTIES if permits and duties else permission
            yield Term(
                cover,
                act,
                kept,
                rule.name,
                duties=duties,
                noncommercial=noncommercial,
                contact=contact,
                credit_words=words,
            )
        # "Unaltered" is a condition of the permission; as a term, it is a ban of adapting.
        if permits and not _UNALTERED.isdisjoint(marks):
            yield Term(cover, Act.ADAPT, Permission.PROHIBITED, rule.name)
        elif rule.name == "personal-use-only" and not _UNALTERED.isdisjoint(marks) and "excerpt" not in marks:
            yield Term(cover, Act.ADAPT, Permission.PROHIBITED, "unaltered")


def _duties(marks: Marks) -> tuple[Duty, ...]:
    duties = tuple(duty for mark, duty in _DUTIES.items() if mark in marks)
    if Duty.LINK in duties and Duty.ATTRIBUTE not in duties:
        # A link to the source names it.
        return (Duty.ATTRIBUTE, *duties)
    return duties


def _acts(rule: Rule, marks: Marks, permits: bool) -> list[Act]:
    # A rule with acts of its own is about these; any other rule takes the acts that the clause names.
    acts = [Act(act) for act in rule.acts] or [act for mark, act in _ACTS.items() if mark in marks]
    if permits and rule.name == "grant":
        # Adapting is permitted only if it is named among the permitted acts.
        if "adapt" in marks and "may" in marks and _UNALTERED.isdisjoint(marks):
            acts.append(Act.ADAPT)
        acts += [_ACTS[mark] for mark in ("translate", "quote") if mark in marks]
    return acts


def _forbidden_acts(rule: Rule, marks: Marks, clause: str, language: str) -> list[Act]:
    """Return the acts that a rule forbids, asks about or tells of, without those that are only its occasion."""
    named = {mark: marks[mark] for mark in _ACTS if mark in marks}
    verbs = [word for mark in _MODALS for word in marks.get(mark, ())]
    meant = without_occasions(plain(clause), named, verbs, language)
    changed = [_ACTS[mark] for mark in _ALTERS if mark in meant]
    # "To translate our articles, please contact us" asks about nothing else.
    if rule.name == "permission-required" and changed and _HANDED_ON.isdisjoint(meant):
        return changed
    about = {mark: hits for mark, hits in marks.items() if mark not in named or mark in meant}
    return _acts(rule, about, permits=False)
