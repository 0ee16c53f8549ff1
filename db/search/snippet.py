"""Snippet: the part of a text with most of the words searched for, and where they are in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from db.search.query import Atom, Column
from db.search.words import fold, placed_words, stem, stem_of_plural

_AROUND = 60
# In characters: two to three lines of a terminal, including some words before the first match.
_LENGTH = 220
# How many matches are tried as the start of a snippet.
_TRIED = 40
# How many characters of a text are considered.
_LOOKED_AT = 200_000


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text, and the half-open ranges of it that match.

    Attributes:
        before, after: whether the text continues there.
        at: where the part begins in the text.
    """

    text: str
    marks: tuple[tuple[int, int], ...]
    before: bool
    after: bool
    at: int = 0

    @property
    def first(self) -> int:
        """Where the first match is in the text; if there is none, where the part begins."""
        return self.at + (self.marks[0][0] if self.marks else 0)

    def marked(self, start: str, end: str) -> str:
        """Return the text with *start* and *end* around each match and an ellipsis where it continues."""
        parts: list[str] = ["…" if self.before else ""]
        place = 0
        for first, last in self.marks:
            parts += [self.text[place:first], start, self.text[first:last], end]
            place = last
        parts += [self.text[place:], "…" if self.after else ""]
        return "".join(parts)


def snippet(text: str, atoms: Sequence[Atom]) -> Snippet:
    """Return the part of *text* with most of *atoms*, or its beginning if there are none."""
    # Character by character, so that offsets stay the same.
    flat = text[:_LOOKED_AT].replace("\n", " ")
    places = _places(flat, [atom for atom in atoms if atom.column is not Column.AUTHOR])
    # A few words before the first match, for context.
    start = _word_start(flat, max(_best(places) - _AROUND, 0))
    end = _word_end(flat, min(start + _LENGTH, len(flat)))
    inside = sorted({(first - start, last - start) for first, last, _ in places if start <= first and last <= end})
    return Snippet(flat[start:end], _apart(inside), start > 0, end < len(text), start)


def marks(text: str, atoms: Sequence[Atom]) -> tuple[tuple[int, int], ...]:
    """Return the half-open ranges of *text*, a short line, that match *atoms*."""
    return _apart(sorted({(first, last) for first, last, _ in _places(text, atoms)}))


def _places(flat: str, atoms: Sequence[Atom]) -> list[tuple[int, int, int]]:
    """Return (start, end, number of the atom) for each match, in order."""
    if not atoms:
        return []
    folded = fold(flat)
    # Repeated words are searched for once.
    atoms = list(dict.fromkeys(atoms))
    quick = _quickly(folded, atoms)
    if quick is not None:
        return quick
    spoken = list(placed_words(folded))
    at_words: dict[str, list[int]] = {}
    for place, (_, _, word) in enumerate(spoken):
        at_words.setdefault(word, []).append(place)
    begins: dict[str, list[str]] = {}
    for word in at_words:
        begins.setdefault(word[:1], []).append(word)
    found = []
    for number, atom in enumerate(atoms):
        # Each distinct word is checked once, and only if its first letter fits.
        hits = [{word for word in begins.get(wanted[:1], ()) if _is_hit(atom, at, word)}
                for at, wanted in enumerate(atom.words)]  # fmt: skip
        size = len(hits)
        for place in sorted(place for word in hits[0] for place in at_words[word]):
            if place + size <= len(spoken) and all(spoken[place + at][2] in hits[at] for at in range(1, size)):
                found.append((spoken[place][0], spoken[place + size - 1][1], number))
    return sorted(found)


def _quickly(folded: str, atoms: Sequence[Atom]) -> list[tuple[int, int, int]] | None:
    """Return the matches in an ASCII text without looking at all its words; None for other texts.

    A match begins like the word searched for (`_is_hit`), so only such words are extracted.
    """
    if not folded.isascii():
        return None
    alone = {number: atom for number, atom in enumerate(atoms) if len(atom.words) == 1}
    begins = {atom.words[0] if atom.prefix else atom.words[0][:2] for atom in alone.values()}
    words = {word for begin in begins for word in _beginning(begin, folded)}
    hits = {
        number: {word for word in {word for _, _, word in words} if _is_hit(atom, 0, word)}
        for number, atom in alone.items()
    }
    found = [(start, end, number) for start, end, word in words for number, held in hits.items() if word in held]
    for number, atom in enumerate(atoms):
        if number not in alone:
            found += [(start, end, number) for start, end in _phrase(atom, folded)]
    return sorted(found)


def _phrase(atom: Atom, folded: str) -> Iterator[tuple[int, int]]:
    """Yield where the words of *atom* follow each other in an ASCII text."""
    *words, last = map(re.escape, atom.words)
    pattern = re.compile("[^a-z0-9]+".join([*words, last + ("[a-z0-9]*" if atom.prefix else "(?![a-z0-9])")]))
    at = 0
    while found := pattern.search(folded, at):
        start, end = found.span()
        if not folded[start - 1 : start].isalnum():
            yield start, end
        # "so so so" contains "so so" twice.
        at = start + 1


def _beginning(begin: str, folded: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, word) for the words in an ASCII text that begin with *begin*."""
    # A pattern that begins with literal letters is many times faster, so the character before is checked afterwards.
    # For a single letter most matches would be inside words, so there a lookbehind is used.
    before = "" if len(begin) > 1 else "(?<![a-z0-9])"
    for match in re.compile(f"{before}{re.escape(begin)}[a-z0-9]*").finditer(folded):
        start, end = match.span()
        if before or not folded[start - 1 : start].isalnum():
            yield start, end, match[0]


_LONG_STEM = 5


def _is_hit(atom: Atom, at: int, word: str) -> bool:
    wanted = atom.words[at]
    if word == wanted:
        return True
    if atom.prefix and at == len(atom.words) - 1:
        return word.startswith(wanted)
    # Most words begin differently; skip the stemmer for them.
    if len(atom.words) > 1 or word[:2] != wanted[:2]:
        return False
    # As in the index: by a stem in any of the languages, which need not be that of the text.
    forms = atom.forms()
    # Words of other languages end in -ow, too, and without it may be another word: not "window" for "wind".
    plural = stem_of_plural(word)
    return any(stem(word, code) in forms for code in atom.stemmed_in()) or (
        plural is not None and len(plural) >= _LONG_STEM and plural in forms
    )


def _best(places: Sequence[tuple[int, int, int]]) -> int:
    """Return the start of the part with most different atoms, and among these with most matches."""
    best, start = (0, 0), 0
    # Each start is compared with the matches after it; a long text may have thousands for a common word.
    for place, (first, _, _) in enumerate(places[:_TRIED]):
        end = first + _LENGTH - _AROUND
        near = []
        for at, last, number in islice(places, place, None):
            if at > end:
                break
            if last <= end:
                near.append(number)
        # Different words count more than repeated ones.
        worth = (len(set(near)), len(near))
        if worth > best:
            best, start = worth, first
    return start


def _word_start(flat: str, place: int) -> int:
    if place == 0:
        return 0
    # At a nearby space; languages without spaces are cut anywhere.
    space = flat.find(" ", place, place + 30)
    return place if space < 0 else space + 1


def _word_end(flat: str, place: int) -> int:
    if place == len(flat):
        return place
    space = flat.rfind(" ", place - 30, place)
    return place if space < 0 else space


def _apart(ranges: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return *ranges* with overlapping ones merged."""
    joined: list[tuple[int, int]] = []
    for first, last in ranges:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
