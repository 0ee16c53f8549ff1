"""Heads: find which work an English clause permits to reuse, and who may do so, by the last word of each noun phrase.

Apart from `roles.py`, which uses it for English only.

Frames show that a clause names a work and a person. Only the word order shows which noun is the object of the act: "you
may copy the link to our articles" permits a link. A noun that is not known to be a text does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain

from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import pattern_of
from ingest.terms.word_lists import packaged


@lru_cache(maxsize=1024)
def is_of_known(folded: str) -> bool:
    """Return whether each act that a folded English clause permits is done to a text, by anybody, as far as it says."""
    grammar = _grammar()
    # "We may republish your letters" has all the nouns of a permission.
    if grammar.permits_itself(folded) or grammar.is_of_staff(folded) or grammar.is_put_away(folded):
        return False
    # An "and" before the verb may join two nouns or two clauses. One reading that names a work is enough.
    subjects = ([_heads(words) for words in _subjects(before)] for before in grammar.subjects(folded))
    return (
        not grammar.are_anothers(folded)
        and all(grammar.name_a_work(_heads(words)) for words in grammar.objects(folded))
        and all(any(map(grammar.name_a_work, heads)) for heads in subjects)
        and all(not heads or grammar.is_public(heads[0]) for heads in map(_heads, grammar.people(folded)))
    )


def is_anothers(folded: str) -> bool:
    """Return whether a folded English clause is about other people's works, such as the reader's."""
    return _grammar().are_anothers(folded)


_WORD = re.compile(r"[\w'’/&-]+|[,;:.()]")
_SIGNS = frozenset(";:.()-")
_AND_SIGNS = frozenset({",", "&"})


def _heads(words: str) -> tuple[str, ...]:
    """Return the last word of each noun phrase at the beginning of folded *words*; () if they begin with none."""
    ends, beside, parts, joined, packages = map(_listed, ("ends", "beside", "parts", "joined", "packages"))
    joined |= _AND_SIGNS
    heads: list[str] = []
    name: list[str] = []
    before = ""
    for word in _WORD.findall(words):
        # "Copies of our articles" are articles: the act is done to what the part is of.
        if word == "of" and before in parts:
            name = []
        # "The program and its manual": what belongs to the first is no work of its own.
        elif heads and word in _listed("of it"):
            break
        elif word in joined:
            heads.extend(name[-1:])
            name = []
        # A participle ends a noun phrase too: "articles published here" are articles.
        elif word in ends or word in _SIGNS or (name and word.endswith("ed")) or word[:1].isdigit():
            break
        # "A package of stories" and "the story package" are stories, "this package" may be a program.
        elif word not in beside and not word.endswith("ly") and not (name and word in packages):
            name.append(word)
        before = word
    heads.extend(name[-1:])
    return tuple(heads)


_TWO = 2
_OWNED = re.compile(r"(?:'s|(?<=s)')$")


def _owners(words: str) -> Iterator[tuple[str, bool]]:
    """Yield the owners of the first work in folded *words*, by their last two words, and whether "our" precedes them.

    "Our partners' articles" gives "partners"; "texts by a guest author" gives "guest" and "author".
    """
    ends, beside, owning, theirs = map(_listed, ("ends", "beside", "owning", "theirs"))
    joined = _listed("joined") | _AND_SIGNS
    our_own = _listed("our own")
    name: list[str] = []
    behind = ours = False
    for word in _WORD.findall(words):
        if word in _SIGNS or word in joined:
            break
        if word in owning or (name and word.endswith("ed")):
            behind, name, ours = behind or bool(name), [], False
        elif word in ends:
            break
        elif word in theirs:
            yield word, False
        elif word in our_own:
            ours = True
        elif word not in beside:
            name.append(_OWNED.sub("", word))
            if _OWNED.search(word):
                yield from ((owner, ours) for owner in name[-_TWO:])
    if behind:
        yield from ((owner, ours) for owner in name[-_TWO:])


class _Grammar:
    """Where a clause has the objects of acts and the people who may do them."""

    def __init__(self) -> None:
        held = _held()

        def any_of(*names: str) -> str:
            words = sorted({fold(word) for name in names for word in held[name]}, key=len, reverse=True)
            return "(?:" + "|".join(pattern_of(word, held) for word in words) + ")"

        act, done = any_of("act", "pass", "other acts"), any_of("verbed", "passing")
        chain = rf"{act}(?:(?:,| and| or| and/or|,? and|,? or) (?:{any_of('between acts')} )?{act})*"
        before = rf"(?:{any_of('before acts')} )*"
        modals, are, lets = any_of("modals"), any_of("are"), any_of("lets")
        self._active = re.compile(rf"(?<!\w){any_of('leave')} {before}{chain}(?!\w)")
        # "Copying and distribution of our articles" is a subject: only verbs have their object directly after them.
        self._bare = re.compile(rf"^{before}(?!\w+(?:ing|tion) (?:and|or) \w+ of ){chain}(?!\w)")
        # In the passive voice, the work stands before the verb, and who may do it after the verb.
        self._passive = re.compile(
            rf"(?<!\w)(?:{modals}|{are})(?: \w+ly| {any_of('beside done')})* (?:be )?(?:\w+ly )?{done}(?!\w)"
        )
        self._noun = re.compile(rf"(?<!\w){any_of('noun')} of (?=\w)")
        # "Reproduction is permitted, with credit, of the tables": the work may also stand after the condition.
        self._late = re.compile(
            rf"(?<!\w){any_of('noun')} (?:{are} )?(?:\w+ly )?{any_of('permitted')}(?:, [^,;:.]{{1,60}},)? of (?=\w)"
        )
        several = rf"{done}(?:(?:,| and| or|, and|, or) (?:\w+ly )?{done})*"
        self._by = re.compile(rf"(?<!\w){modals}(?: \w+ly)* be (?:\w+ly )?{several}(?: {any_of('freely')})? by (?=\w)")
        # "Free to use for zorblers": somebody, unless what follows "for" is a purpose.
        self._for = re.compile(rf"(?<!\w){any_of('free for')}(?: of charge)? (?:to (?:use|{act}) )?for (?=\w)")
        # At most eighty characters between the two words: with more, another clause stands between.
        self._let = re.compile(
            rf"(?<!\w)(?:(?:{lets}|{any_of('wants')})(?:s|es|ing)?|{any_of('given')})"
            rf" (?!{before}{act}(?!\w))(?P<who>[^.;:]{{1,80}}?)"
            rf" to {before}{act}(?!\w)"
        )
        self._who = re.compile(
            rf"(?<!\w)(?:{modals}|(?:{any_of('shall be')}|{are}) (?:\w+ly )?{any_of('allowed')} to"
            rf"|{any_of('have')} (?:{any_of('whose leave')} )?{any_of('right')} to) {before}{act}(?!\w)"
        )
        self._lets = re.compile(rf"(?<!\w)(?:{any_of('let adverbs')} )?{lets}(?:s|es)?(?!\w)")
        self.begins = re.compile(rf".*(?:[,;:.] | {any_of('begins')} | - |^)", re.DOTALL)
        self._itself = re.compile(rf"(?<!\w){any_of('publisher itself')} $")
        self._purpose = re.compile(
            rf"^(?:[\w'/-]+(?:,| and| or|,? and|,? or)? ){{0,4}}?(?:\w+(?:ing|ion|ions)|{any_of('purposes')})(?!\w)"
        )
        readers = any_of("readers")
        self._staff = re.compile(
            rf"(?<!\w)(?:(?:our|my) (?:\w+ ){{0,2}}?(?!{readers})(?P<who>\w+)|(?!{readers})(?P<whose>\w+)"
            rf" {any_of('staff of')} (?:this|the|our) (?:\w+ )?{any_of('institution')})$"
        )
        self._into = re.compile(rf"(?<!\w){any_of('copying')} (?:[\w'-]+ ){{0,3}}into (?=(?:an?|any|another|your) )")
        self._others, self._strangers = re.compile(any_of("others")), re.compile(any_of("strangers"))
        self._works = re.compile(any_of("work"))
        self._meant = re.compile(any_of("work", "texts", "it", "head", "whom", "person"))
        self._public = re.compile(any_of("whom", "person"))

    def objects(self, folded: str) -> Iterator[str]:
        """Yield the words from the object of each permitted act on."""
        for pattern in (self._active, self._bare, self._noun, self._late):
            found = pattern.search(folded)
            if found is not None:
                yield folded[found.end() :]

    def people(self, folded: str) -> Iterator[str]:
        """Yield the words that say who may do it, or whom the publisher lets do it."""
        for found in self._by.finditer(folded):
            yield folded[found.end() :]
        for found in self._let.finditer(folded):
            yield found["who"]
        for found in self._for.finditer(folded):
            words = folded[found.end() :]
            if self._purpose.search(words) is None:
                yield words

    def subjects(self, folded: str) -> Iterator[str]:
        """Yield the words before a permission with an act: who may do it, or what it may be done to."""
        for pattern in (self._passive, self._who):
            for found in pattern.finditer(folded):
                yield folded[: found.start()]

    def are_anothers(self, folded: str) -> bool:
        """Return whether the works belong to somebody other than the publisher, or somebody else permits their use."""
        lets = self._lets.search(folded)
        if lets is not None and any(
            self._others.fullmatch(head) for words in _subjects(folded[: lets.start()]) for head in _heads(words)[-1:]
        ):
            return True
        # In "The Institute lets anybody copy their papers", "their" is the Institute's.
        named = [*self.objects(folded), *(words for before in self.subjects(folded) for words in _subjects(before))]
        return any(
            self._others.fullmatch(owner) is not None
            or (not ours and self._strangers.fullmatch(owner) is not None)
            or (owner in _listed("theirs") and lets is None)
            for words in named
            for owner, ours in _owners(words)
        )

    def permits_itself(self, folded: str) -> bool:
        """Return whether the publisher says what it may do itself: "we may republish"."""
        return any(self._itself.search(folded[: found.start()]) is not None for found in self._who.finditer(folded))

    def is_of_staff(self, folded: str) -> bool:
        """Return whether its own people may do it: "our researchers", "the journalists of this newspaper"."""
        subjects = (folded[: found.start()].rstrip() for found in self._who.finditer(folded))
        staff = (found["who"] or found["whose"] for found in map(self._staff.search, subjects) if found is not None)
        # "Our papers may" are texts, though papers may republish too.
        return any(self._public.fullmatch(who) is not None and self._works.fullmatch(who) is None for who in staff)

    def is_put_away(self, folded: str) -> bool:
        """Return whether texts may only be put into what publishes nothing: "copied into an e-mail"."""
        heads = chain.from_iterable(_heads(folded[found.end() :])[:1] for found in self._into.finditer(folded))
        return any(self._works.fullmatch(head) is None and head not in _listed("languages") for head in heads)

    def name_a_work(self, heads: tuple[str, ...]) -> bool:
        """Return whether the first of *heads* is a text or a word for anybody, or a later one is a text.

        True if there are no heads: "our texts are free to copy", "it".
        """
        first = heads[:1]
        return (
            not first
            or any(self._meant.fullmatch(head) is not None for head in first)
            or any(self._works.fullmatch(head) is not None for head in heads[1:])
        )

    def is_public(self, head: str) -> bool:
        """Return whether a word means anybody."""
        return self._public.fullmatch(head) is not None


_ALONE = re.compile(r".*(?: and | or |^)", re.DOTALL)


def _subjects(before: str) -> Iterator[str]:
    """Yield the words of the subject at the end of *before*, the text before its verb: all, then those after "and"."""
    for begins in (_grammar().begins, _ALONE):
        begun = begins.match(before)
        before = before[begun.end() :] if begun is not None else before
        if begins is _ALONE and not _listed("of it").isdisjoint(before.split()[:_TWO]):
            return
        yield before


@cache
def _held() -> Mapping[str, list[str]]:
    return dict(packaged("frames/en")["words"])


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(_held()[name])


@cache
def _grammar() -> _Grammar:
    return _Grammar()
