"""Heads: the work that an English clause lets one reuse, and who may do that, by the last word of what names them.

Apart from `roles.py`, which asks it of English alone.

Frames tell that a work and somebody stand in a clause; which of its nouns the act is done to, only its place tells:
"you may copy the link to our articles" permits a link. What is not known to be a text is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from ingest.terms.phrase_patterns import fold, pattern_of
from ingest.terms.vocabulary import packaged


@lru_cache(maxsize=1024)
def is_of_known(folded: str) -> bool:
    """Whether each act that a folded English clause permits is done to a text, by anybody: as far as it says so."""
    grammar = _grammar()
    # "We may republish your letters" has every noun that a permission has.
    if grammar.permits_itself(folded):
        return False
    # An "and" before the verb joins two nouns or two clauses: it is enough that one of both readings names a work.
    subjects = ([_heads(words) for words in _subjects(before)] for before in grammar.subjects(folded))
    return (
        not grammar.are_anothers(folded)
        and all(grammar.name_a_work(_heads(words)) for words in grammar.objects(folded))
        and all(any(map(grammar.name_a_work, heads)) for heads in subjects)
        and all(not heads or grammar.is_public(heads[0]) for heads in map(_heads, grammar.people(folded)))
    )


_WORD = re.compile(r"[\w'’/&-]+|[,;:.()]")
_SIGNS = frozenset(";:.()-")
_JOINED = frozenset({"and", "or", ",", "and/or", "&"})


def _heads(words: str) -> tuple[str, ...]:
    """The last word of each of the things that folded *words* begin by naming; () where they begin with none."""
    ends, beside, parts = (frozenset(_held()[name]) for name in ("ends", "beside", "parts"))
    heads: list[str] = []
    name: list[str] = []
    before = ""
    for word in _WORD.findall(words):
        # "Copies of our articles" are articles: what a part is of is what the act is done to.
        if word == "of" and before in parts:
            name = []
        elif word in _JOINED:
            heads.extend(name[-1:])
            name = []
        # A participle ends a name too: "articles published here" are articles.
        elif word in ends or word in _SIGNS or (name and word.endswith("ed")) or word[:1].isdigit():
            break
        elif word not in beside and not word.endswith("ly"):
            name.append(word)
        before = word
    heads.extend(name[-1:])
    return tuple(heads)


_TWO = 2
_OWNED = re.compile(r"(?:'s|(?<=s)')$")


def _owners(words: str) -> Iterator[tuple[str, bool]]:
    """Those whose the first thing is that folded *words* name, each by its last two words, and whether they are called
    "ours": of "our partners' articles", "partners"; of "texts by a guest author", "guest" and "author".
    """
    ends, beside, owning = (frozenset(_held()[name]) for name in ("ends", "beside", "owning"))
    name: list[str] = []
    behind = ours = False
    for word in _WORD.findall(words):
        if word in _SIGNS or word in _JOINED:
            break
        if word in owning or (name and word.endswith("ed")):
            behind, name, ours = behind or bool(name), [], False
        elif word in ends:
            break
        elif word in _THEIRS:
            yield word, False
        elif word in _OURS:
            ours = True
        elif word not in beside:
            name.append(_OWNED.sub("", word))
            if _OWNED.search(word):
                yield from ((owner, ours) for owner in name[-_TWO:])
    if behind:
        yield from ((owner, ours) for owner in name[-_TWO:])


# Of whom it is said stands elsewhere; the house says "our".
_THEIRS = frozenset({"their", "his", "her"})
_OURS = frozenset({"our", "my", "this", "these"})


class _Grammar:
    """Where the objects of acts and those who may do them stand in a clause."""

    def __init__(self) -> None:
        held = _held()

        def any_of(*names: str) -> str:
            words = sorted({fold(word) for name in names for word in held[name]}, key=len, reverse=True)
            return "(?:" + "|".join(pattern_of(word, held) for word in words) + ")"

        act, done = any_of("act", "pass"), any_of("verbed", "passing")
        # Verbs that stand in a row with those of reuse: without them the row would end before its object.
        act = rf"(?:{act}|adapt|alter|change|edit|index|link to|modify|pass on|read|save|search|sell|view)"
        chain = rf"{act}(?:(?:,| and| or| and/or|,? and|,? or) (?:to |otherwise |freely )?{act})*"
        before = r"(?:freely |also |then |now |otherwise |always |either |all |openly )*"
        leave = r"(?:may|can|could|to|please|kindly|must|cannot)"
        self._active = re.compile(rf"(?<!\w){leave} {before}{chain}(?!\w)")
        # "Copying and distribution of our articles" is a subject: only a verb has its object right behind it.
        self._bare = re.compile(rf"^{before}(?!\w+(?:ing|tion) (?:and|or) \w+ of ){chain}(?!\w)")
        # Here the work stands before the verb, and behind it who may do it; in the active voice it is the other way.
        self._passive = re.compile(
            rf"(?<!\w)(?:may|can|could|are|is)(?: \w+ly| also| only| then| now| not| always| to| free| welcome"
            rf"| permitted| allowed| available| open)* (?:be )?(?:\w+ly )?{done}(?!\w)"
        )
        self._noun = re.compile(rf"(?<!\w){any_of('noun')} of (?=\w)")
        self._by = re.compile(
            rf"(?<!\w)(?:may|can|could)(?: \w+ly)* be (?:\w+ly )?{done}(?: freely| free of charge)? by (?=\w)"
        )
        # Between the two words at most eighty characters: with more, another clause lies there.
        self._let = re.compile(
            rf"(?<!\w)(?:allow|permit|encourage|invite|authori[sz]e|let|want)(?:s|es|ing)?"
            rf" (?P<who>[^.;:]{{1,80}}?)"
            rf" to {before}{act}(?!\w)"
        )
        self._who = re.compile(
            rf"(?<!\w)(?:may|can|could|(?:are|is) (?:\w+ly )?(?:allowed|permitted|authori[sz]ed|free|welcome|entitled"
            r"|invited|encouraged) to|(?:has|have) (?:our |the |full )?(?:permission|leave|consent|licen[sc]e|right)"
            rf" to) {before}{act}(?!\w)"
        )
        self._lets = re.compile(
            r"(?<!\w)(?:also |now |both |all |expressly |explicitly )?(?:allow|permit|encourage|invite|authori[sz]e"
            r"|let)(?:s|es)?(?!\w)"
        )
        self._others, self._strangers = re.compile(any_of("others")), re.compile(any_of("strangers"))
        self._works = re.compile(any_of("work"))
        self._meant = re.compile(any_of("work", "texts", "it", "head", "whom", "person"))
        self._public = re.compile(any_of("whom", "person"))

    def objects(self, folded: str) -> Iterator[str]:
        """What stands where an act that is permitted has its object: the words from there on."""
        for pattern in (self._active, self._bare, self._noun):
            found = pattern.search(folded)
            if found is not None:
                yield folded[found.end() :]

    def people(self, folded: str) -> Iterator[str]:
        """What stands where it says by whom it may be done, or whom the house lets do it."""
        for found in self._by.finditer(folded):
            yield folded[found.end() :]
        for found in self._let.finditer(folded):
            yield found["who"]

    def subjects(self, folded: str) -> Iterator[str]:
        """What stands before words of permission and an act: who may do it, or what it may be done to."""
        for pattern in (self._passive, self._who):
            for found in pattern.finditer(folded):
                yield folded[: found.start()]

    def are_anothers(self, folded: str) -> bool:
        """Whether the works are said to be somebody else's than the house's, or somebody else lets them be used."""
        lets = self._lets.search(folded)
        if lets is not None and any(
            self._others.fullmatch(head) for words in _subjects(folded[: lets.start()]) for head in _heads(words)[-1:]
        ):
            return True
        # "The Institute lets anybody copy their papers": there those are who let.
        named = [*self.objects(folded), *(words for before in self.subjects(folded) for words in _subjects(before))]
        return any(
            self._others.fullmatch(owner) is not None
            or (not ours and self._strangers.fullmatch(owner) is not None)
            or (owner in _THEIRS and lets is None)
            for words in named
            for owner, ours in _owners(words)
        )

    def permits_itself(self, folded: str) -> bool:
        """Whether a house says what it may do itself: "we may republish"."""
        return any(_ITSELF.search(folded[: found.start()]) is not None for found in self._who.finditer(folded))

    def name_a_work(self, heads: tuple[str, ...]) -> bool:
        """Whether the first of some words names a text, or anybody: "our texts are free to copy", "it"; or, of several
        things, another does. None may be named at all.
        """
        first = heads[:1]
        return (
            not first
            or any(self._meant.fullmatch(head) is not None for head in first)
            or any(self._works.fullmatch(head) is not None for head in heads[1:])
        )

    def is_public(self, head: str) -> bool:
        """Whether a word is one for anybody."""
        return self._public.fullmatch(head) is not None


_ITSELF = re.compile(r"(?<!\w)(?:we|i) $")
_BEGINS = re.compile(r".*(?:[,;:.] | but | while | whereas | that | means | - |^)", re.DOTALL)
_ALONE = re.compile(r".*(?: and | or |^)", re.DOTALL)


def _subjects(before: str) -> Iterator[str]:
    """The words of the subject at the end of what stands *before* its verb: all, and those behind its last "and"."""
    for begins in (_BEGINS, _ALONE):
        begun = begins.match(before)
        before = before[begun.end() :] if begun is not None else before
        yield before


@cache
def _held() -> Mapping[str, list[str]]:
    return dict(packaged("frames/en")["words"])


@cache
def _grammar() -> _Grammar:
    return _Grammar()
