"""Named works: find which works a clause permits to reuse, in ten languages, by the places where each has its object.

Apart from ``roles``, which asks what any clause permits; ``heads`` does the same for English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import takewhile

from ingest.terms.folding import fold
from ingest.terms.phrase_patterns import pattern_of
from ingest.terms.word_lists import packaged

LANGUAGES = frozenset({"cs", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk"})


@lru_cache(maxsize=1024)
def are_known(folded: str, language: str, capitals: frozenset[str]) -> bool:
    """Return whether each act that a folded clause permits is done to the publisher's texts, as far as it names them.

    *capitals* are the folded words of the clause that begin with a capital: in German, these are its nouns.
    """
    grammar = _grammar(language)
    # In "The Institute lets everybody reprint its texts", "its" is the publisher's.
    own = grammar.lets(folded) or grammar.names_a_house(folded)
    known = all(grammar.name_a_work(words, capitals, own=own) for words in grammar.objects(folded))
    return known and all(grammar.are_anybody(words, ended=ended) for words, ended in grammar.agents(folded))


class _Grammar:
    """Where a clause of one language has the objects of acts."""

    def __init__(self, language: str) -> None:
        frames = packaged(f"frames/{language}")
        held: Mapping[str, list[str]] = frames["words"]
        self._language = language

        def any_of(*names: str) -> str:
            # Single words only: longer entries contain pronouns, which are objects themselves.
            words = {fold(word) for name in names for word in held.get(name, ()) if _ALONE.fullmatch(word)}
            if "act" in names or "noun" in names:
                words.difference_update(map(fold, held.get("no acts", ())))
            return "(?:" + "|".join(pattern_of(word, held) for word in sorted(words, key=len, reverse=True)) + ")"

        self._heads, self._others = re.compile(any_of("heads")), re.compile(any_of("others"))
        self._acts = re.compile(any_of("act", "pass", "noun"))
        self._whom = re.compile(any_of("whom"))
        self._lets = re.compile(rf"(?<!\w){any_of('lets')}(?!\w)")
        self._all, self._ours = re.compile(any_of("all")), re.compile(any_of("our own"))
        self._readers, self._adjectives = re.compile(any_of("readers")), re.compile(any_of("adjectives"))
        gerunds = re.compile(any_of("gerunds"))
        self._gerunds, self._manners = gerunds, re.compile(any_of("gerunds", "manners"))

        def set_of(name: str) -> frozenset[str]:
            return frozenset(map(fold, held.get(name, ())))

        self._theirs, self._joined, self._behind = set_of("theirs"), set_of("joined") | {","}, set_of("behind")
        self._whole, self._media, self._of_media = set_of("whole"), set_of("media"), set_of("of media")
        house = sorted({fold(word) for word in held["house"] if " " in word}, key=len, reverse=True)
        self._house = (
            re.compile(rf"(?<!\w)(?:{'|'.join(pattern_of(word, held) for word in house)})(?!\w)") if house else None
        )
        self._beside, self._ends = frozenset(held["beside"]), frozenset(held["ends"])
        # In the plural, some words for an act are works.
        works = f"(?!{any_of('published')}(?!\\w))" if held.get("published") else ""
        credited = rf"(?:{any_of('with')} [^,;:.]{{0,60}}?{any_of('credited')},? )?"
        parts = {
            "<act>": any_of("act", "pass"),
            "<done>": any_of("verbed", "passing", "acted"),
            "<noun>": works + any_of("noun"),
            "<credit first>": credited,
        }

        def places(name: str) -> list[re.Pattern[str]]:
            listed = frames["places"].get(name, ())
            return [re.compile(_PART.sub(lambda part: parts[part.group()], place)) for place in listed]

        self._places, self._by = places("works of acts"), places("people who act")
        self._anybody = re.compile(any_of("agents" if held.get("agents") else "whom"))
        # "The researchers of the Institute", but not "of the museum": only words for the publisher itself.
        institutions = {fold(_LAST.split(word)[-1]) for word in held["house"] if _is_long(word)}
        self._institution = re.compile("|".join(pattern_of(word, held) for word in sorted(institutions)))

    def objects(self, folded: str) -> Iterator[str]:
        """Yield the words from each place on where a clause names the object of a permitted act."""
        for place in self._places:
            for found in place.finditer(folded):
                yield found["work"]

    def agents(self, folded: str) -> Iterator[tuple[str, bool]]:
        """Yield the words from each place on where a clause names who may do something.

        With each, whether the words end there, as a subject does.
        """
        for by in self._by:
            for found in by.finditer(folded):
                yield found["who"], by.pattern.startswith("^")

    def are_anybody(self, words: str, *, ended: bool) -> bool:
        """Return whether words begin with the public, a text, a means or a place, or name nobody: "by all".

        *ended*: they are a whole subject; a Slavic language may put the object before it.
        """
        said = _WORDS.get(self._language, _WORD).findall(words)
        ours = False
        for number, word in enumerate(said):
            ours = ours or self._ours.fullmatch(word) is not None
            # "All": everybody, unless a noun follows, which then says who.
            if word in self._beside or self._all.fullmatch(word) is not None:
                continue
            if self._anybody.fullmatch(word) is not None:
                # "Our readers" are the public; "our researchers" and "the researchers of the Institute" are not.
                return self._readers.fullmatch(word) is not None or not (
                    ours or self._are_of_the_house(said[number + 1 :])
                )
            if (
                ended
                and self._adjectives.pattern != _NONE
                and (self._is_head(word) or self._institution.fullmatch(word))
            ):
                ours = False
                continue
            known = self._is_head(word) or self._acts.fullmatch(word) is not None
            return known or word in _SIGNS or word in self._ends or self._manners.fullmatch(word) is not None
        return True

    def _are_of_the_house(self, said: list[str]) -> bool:
        """Return whether the words after people say that they belong to the publisher."""
        behind = takewhile(lambda word: word in self._beside or word in self._behind, said)
        number = sum(1 for _ in behind)
        return any(self._institution.fullmatch(word) is not None for word in said[number : number + 1])

    def lets(self, folded: str) -> bool:
        """Return whether a clause says that somebody lets others do something."""
        return self._lets.search(folded) is not None

    def names_a_house(self, folded: str) -> bool:
        """Return whether a clause names the publisher like a person: "the Institute"."""
        return self._house is not None and self._house.search(folded) is not None

    def name_a_work(self, words: str, capitals: frozenset[str], *, own: bool) -> bool:
        """Return whether words begin with a text of the publisher or name no work; *own*: "its" is the publisher's."""
        said = self._without_places(_WORDS.get(self._language, _WORD).findall(words))
        for number, word in enumerate(said):
            if word in _SIGNS:
                return True
            if word in self._theirs:
                if not own:
                    return self._heads.fullmatch("".join(said[number + 1 : number + 2])) is None
            elif word in self._beside:
                continue
            # A verb or person here means that the object stands elsewhere: "readers may copy and share our texts".
            elif word in self._ends or self._whom.fullmatch(word) or self._gerunds.fullmatch(word):
                return True
            elif self._others.fullmatch(word) is not None:
                return False
            elif self._goes_before(word, said[number + 1 :], capitals):
                continue
            elif self._is_head(word):
                return not self._are_others(said[number + 1 :])
            else:
                return self._acts.fullmatch(word) is not None or self._names_a_text_too(said[number + 1 :])
        return True

    def _without_places(self, said: list[str]) -> list[str]:
        """Return words without the place of an act ("en otros medios", not "en todo"), up to a manner ("en citant")."""
        kept: list[str] = []
        rest = iter(range(len(said)))
        for number in rest:
            word, after = said[number], said[number + 1 :]
            if word != "en" or not self._media or not self._whole.isdisjoint(after[:2]):
                kept.append(word)
                continue
            if after and self._manners.fullmatch(after[0]) and not self._gerunds.fullmatch(after[0]):
                break
            before = takewhile(lambda one: one in self._beside or one in self._theirs, after)
            noun = sum(1 for _ in before) + 1
            # A class or an intranet is not such a place: the permission is limited to it.
            if self._media.isdisjoint(after[noun - 1 : noun]):
                kept.append(word)
                continue
            more = after[noun : noun + 1] and after[noun] in self._of_media
            for _ in range(noun + bool(more)):
                next(rest, None)
        return kept

    def _names_a_text_too(self, said: list[str]) -> bool:
        """Return whether a text is named together with something else: "videos and articles"."""
        joined = False
        for number, word in enumerate(said):
            if word in self._joined:
                joined = True
            elif word in _SIGNS or word in self._ends:
                return False
            elif joined and self._is_head(word):
                return not self._are_others(said[number + 1 :])
        return False

    def _goes_before(self, word: str, after: list[str], capitals: frozenset[str]) -> bool:
        """Return whether a word stands before the noun: a Polish participle, or a German word without a capital."""
        if self._language == "de":
            # The last of several nouns is the head: "unsere Policy Briefs".
            return word not in capitals or (bool(after) and after[0] in capitals)
        return self._adjectives.fullmatch(word) is not None and self._heads.fullmatch(word) is None

    def _is_head(self, word: str) -> bool:
        """Return whether a word is a name for a text; the last part of "IHS-Berichte" is."""
        return self._heads.fullmatch(word.rsplit("-", 1)[-1]) is not None

    def _are_others(self, said: list[str]) -> bool:
        """Return whether the words after a work say that it is somebody else's: "of our partners"."""
        for word in said:
            if word in _SIGNS or (word in self._ends and word not in self._behind):
                return False
            if self._others.fullmatch(word) is not None:
                return True
        return False


def _is_long(word: str) -> bool:
    """Return whether a phrase for the publisher is more than a pronoun."""
    return len(word.rstrip("*")) > _LONG and "(" not in word


_LONG = 6
_LAST = re.compile(r"[ '’]")
# What `any_of` returns for no words.
_NONE = "(?:)"
_PART = re.compile(r"<(?:act|done|noun|credit first)>")
_ALONE = re.compile(r"\*?[^\W\d_]+\*?")
_WORD = re.compile(r"[\w/&-]+'?|[,;:.()]")
# An apostrophe stands inside a Ukrainian word, but between two French or Italian words.
_WORDS = {"uk": re.compile(r"[\w/&'-]+|[,;:.()]")}
_SIGNS = frozenset(",;:.()-")


@cache
def _grammar(language: str) -> _Grammar:
    return _Grammar(language)
