"""Passage: find the words of a quotation in a text, and what was changed in them. Pure.

Apart from `quotation.py`, which queries the index: this file only compares two texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum

from db.model.text_marks import RAISED
from db.search.words import fold, placed_words, words

LIKENESS = 0.6
"""From this share of common words on, a passage counts as the quoted one with changes."""
# The fewest words of a quotation of which some may be others; fewer words resemble too much.
_FEWEST = 4
# And the most words: comparing more would take as long as all other quotations of a text.
_MOST = 5000

# Typographic variants, which do not make a quotation inexact. Double and single marks are variants too: styles ask
# for the other kind inside a quotation.
_SIGNS = {
    **dict.fromkeys('"“”„‟«»″‘’‚‛‹›′ʼ', "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
# These characters are dropped, so that words in a text may not be found by a plain search.
_UNSEEN = re.compile("[" + "".join(sign for sign, shown in _SIGNS.items() if not shown) + "]")
# Of these, those that come with words copied from a page. Joiners change how letters are written in some scripts.
_HYPHENATION = re.compile("[\u00ad\u200b\u2060\ufeff]")
_PLAIN_RUN = re.compile(r"[A-Za-z0-9]+")
# Marks of an omission, or the quoter's own words in brackets.
_GAP = re.compile(r"\s*[\[(]\s*(?:\.\s?\.\s?\.|…)\s*[\])]\s*|\s*\[[^\[\]]{2,80}\]\s*|\s*(?:…|\.\s\.\s\.|\.\.\.)\s*")
# The most characters that may be omitted in one place.
_FARTHEST = 1500
# A first letter adapted to the sentence around it: ``[T]he``.
_FIRST_LETTER = re.compile(r"\[([^\W\d_])\](?=\w)")
# A list's sign before a quotation: texts show it as "-", a page need not have it among its words.
_BULLET = re.compile(r"[-–—•*·]\s+")
# A letter or a sign before a number that may be that of a note.
_BEFORE_NOTE = r"(?<=[^\W\d_]|[.,;:!?…”’»\"')])"
# Punctuation that the surrounding sentence may add at the end of a quotation.
_LAST = ".,;:!?'\""


class ChangeKind(StrEnum):
    """What differs."""

    WORDS = "words"
    CASE = "case"
    SIGNS = "signs"
    """Only punctuation."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what is in the text (*was*), and what is in the quotation (*now*)."""

    kind: ChangeKind
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of a text that was quoted.

    Attributes:
        start, end: half-open, in characters of the text.
        changes: what differs; empty if all words, their case and the punctuation between them are equal.
        omissions: how often the quotation itself marks an omission.
        likeness: the share of common words, up to 1.
    """

    start: int
    end: int
    changes: tuple[Change, ...]
    omissions: int
    likeness: float

    @property
    def is_exact(self) -> bool:
        """Whether nothing was changed except as the quotation itself indicates."""
        return not self.changes


def parts_of_quotation(quotation: str) -> list[str]:
    """Return the parts of *quotation* between its omissions, which must occur in the text in this order."""
    plain = _FIRST_LETTER.sub(r"\1", _HYPHENATION.sub("", quotation.strip()))
    if (sign := _BULLET.match(plain)) is not None:
        plain = plain[sign.end() :]
    return [piece for piece in _GAP.split(plain) if any(map(str.isalnum, piece))]


def without_notes(quotation: str, labels: Collection[str]) -> str:
    """Return *quotation* without references to notes with these *labels*: ``council[1]``, ``council¹`` or, as a page is
    copied, ``council.1``.
    """
    if not labels:
        return quotation
    plain = "|".join(map(re.escape, labels))
    raised = "|".join(re.escape("".join(RAISED.get(sign, sign) for sign in label)) for label in labels)
    return re.sub(rf"\s?[\[(](?:{plain})[\])]|(?<=\S)(?:{raised})(?!\w)|{_BEFORE_NOTE}(?:{plain})(?!\w)", "", quotation)


def find(quotation: str, text: str) -> Passage | None:
    """Return the passage in *text* that is closest to *quotation*, or None.

    Differences in quotation marks, dashes, ellipses and white space do not count, nor do punctuation at the end and the
    sign of a list before the first word.
    """
    wanted = parts_of_quotation(quotation)
    if not wanted:
        return None
    return _exact(wanted, text, free_case=bool(_FIRST_LETTER.search(quotation))) or _nearest(wanted, text)


# ── The same words ──────────────────────────────────────────────────────────────────────────────────────────────────


def _normal(text: str) -> tuple[str, list[int]]:
    """Return *text* with normalised punctuation and spaces, and for each character its place in *text*."""
    out: list[str] = []
    places: list[int] = []
    space = True
    for start, cluster in _clusters(text):
        sign = _SIGNS.get(cluster)
        if sign is None and cluster.isspace():
            sign = "" if space else " "
        shown = cluster if sign is None else sign
        for char in shown:
            out.append(char)
            places.append(start)
        if shown:
            space = shown == " "
    return "".join(out), places


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Yield place and character for each character of *text*, with letters and accents composed."""
    # A letter and its accent may be one character on the page and two in the quotation, or the other way round.
    if unicodedata.is_normalized("NFC", text):
        yield from enumerate(text)
        return
    for found in re.finditer(r".[\u0300-\u036f]*", text, re.DOTALL):
        for char in unicodedata.normalize("NFC", found[0]):
            yield found.start(), char


def _may_hold(wanted: Sequence[str], text: str, *, free_case: bool) -> bool:
    """Say whether *wanted* may occur literally in *text*. Usually one missing word excludes it quickly, without a look
    at every character.
    """
    # Text that is encoded in another form proves nothing.
    if _UNSEEN.search(text) or not unicodedata.is_normalized("NFC", text):
        return True
    # With free case, the first letter of each piece may differ, so its first run is not checked.
    first = 1 if free_case else 0
    return all(run in text for piece in wanted for run in _PLAIN_RUN.findall(_normal(piece)[0])[first:])


def _exact(wanted: Sequence[str], text: str, *, free_case: bool) -> Passage | None:
    """Return where the *wanted* pieces are found in order and close together; None if one is not."""
    if not _may_hold(wanted, text, free_case=free_case):
        return None
    held, places = _normal(text)
    start = end = -1
    for number, piece in enumerate(wanted):
        said = _normal(piece)[0].strip().rstrip(_LAST).strip()
        at = _whole(held, said, max(end, 0), free_case=free_case)
        if at < 0 or (number and at - end > _FARTHEST):
            return None
        start = at if start < 0 else start
        end = at + len(said)
    return Passage(places[start], places[end - 1] + 1, (), len(wanted) - 1, 1.0)


def _whole(held: str, said: str, begin: int, *, free_case: bool) -> int:
    """Return where *said* occurs in *held*, from *begin* on, not inside a longer word; -1 if nowhere."""
    if not said:
        return -1
    at = begin - 1
    while True:
        at = held.find(said, at + 1)
        if at < 0 and free_case:
            # The quotation says that it changed the case of this first letter.
            said, free_case, at = said[0].swapcase() + said[1:], False, begin - 1
            continue
        if at < 0:
            return -1
        before, after = held[at - 1 : at] if at else "", held[at + len(said) : at + len(said) + 1]
        if not (before.isalnum() and said[0].isalnum()) and not (after.isalnum() and said[-1].isalnum()):
            return at


# ── Changed words ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    folded: str


def _words(text: str) -> list[_Word]:
    return [_Word(*found) for found in placed_words(fold(text))]


def _spelt_otherwise(quoted: str, said: Sequence[_Word], text: str) -> Passage | None:
    """Return where the words of *quoted* first stand in *text*, with other case, accents or signs."""
    held, folded = _words(text), [word.folded for word in said]
    for at in range(len(held) - len(said) + 1):
        stretch = held[at : at + len(said)]
        if [word.folded for word in stretch] == folded:
            return Passage(stretch[0].start, stretch[-1].end, tuple(_changes(text, stretch, quoted, said)), 0, 1.0)
    return None


def _nearest(wanted: Sequence[str], text: str) -> Passage | None:
    quoted = " … ".join(wanted)
    said = _words(quoted)
    if len(said) < _FEWEST:
        return _spelt_otherwise(quoted, said, text) if len(wanted) == 1 and said else None
    if len(said) > _MOST:
        return None
    # Regardless of order: with fewer common words no passage can be similar enough.
    common = (Counter(word.folded for word in said) & Counter(words(fold(text)))).total()
    if not common or common / len(said) < LIKENESS:
        return None
    held = _words(text)
    window = _densest([word.folded for word in said], [word.folded for word in held])
    stretch = held[window[0] : window[1]]
    # Without autojunk, which ignores words that are frequent in a long text.
    matcher = SequenceMatcher(None, [word.folded for word in stretch], [word.folded for word in said], autojunk=False)
    same = _together([block for block in matcher.get_matching_blocks() if block.size], len(said))
    if not same:
        return None
    # Words that replaced the first or the last words belong to the passage.
    first = max(0, same[0].a - same[0].b)
    last = min(len(stretch), same[-1].a + same[-1].size + (len(said) - same[-1].b - same[-1].size))
    stretch = stretch[first:last]
    likeness = sum(block.size for block in same) / max(len(said), last - first if len(wanted) == 1 else len(said))
    if likeness < LIKENESS:
        return None
    changes = tuple(_changes(text, stretch, quoted, said))
    return Passage(stretch[0].start, stretch[-1].end, changes, len(wanted) - 1, round(likeness, 3))


def _together(same: list[Match], size: int) -> list[Match]:
    """Return the blocks of *same* that belong together, without small words far away on either side."""

    def likeness(blocks: list[Match]) -> float:
        reach = blocks[-1].a + blocks[-1].size - blocks[0].a
        return sum(block.size for block in blocks) / max(size, reach)

    while len(same) > 1:
        shorter = max((same[1:], same[:-1]), key=likeness)
        if likeness(shorter) <= likeness(same):
            break
        same = shorter
    return same


def _densest(said: list[str], held: list[str]) -> tuple[int, int]:
    """Return the range of *held*, slightly longer than *said*, with most of the words of *said*."""
    size = min(len(held), len(said) + max(4, len(said) // 3))
    # Counted with a sliding window in one pass, because comparing every range of a long text would take too long.
    wanted, inside = Counter(said), Counter[str]()
    worth = best = at = 0
    for place, word in enumerate(held):
        if word in wanted:
            inside[word] += 1
            worth += inside[word] <= wanted[word]
        if place >= size:
            left = held[place - size]
            if left in wanted:
                worth -= inside[left] <= wanted[left]
                inside[left] -= 1
        if worth > best:
            best, at = worth, place
    return max(0, at - size + 1 - len(said) // 4), min(len(held), at + 1 + len(said) // 2)


def _changes(text: str, held: Sequence[_Word], quoted: str, said: Sequence[_Word]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, [word.folded for word in held], [word.folded for word in said], autojunk=False)
    for kind, low, high, begin, end in matcher.get_opcodes():
        if kind != "equal":
            was, now = _cut(text, held[low:high]), _cut(quoted, said[begin:end])
            # Words that the quotation marks as omitted are not a change.
            if now or not _is_left_out(quoted, said, begin):
                yield Change(ChangeKind.WORDS, was, now)
            continue
        yield from _unlike(text, held[low:high], quoted, said[begin:end])


def _is_left_out(quoted: str, said: Sequence[_Word], at: int) -> bool:
    return 0 < at < len(said) and "…" in quoted[said[at - 1].end : said[at].start]


def _unlike(text: str, held: Sequence[_Word], quoted: str, said: Sequence[_Word]) -> Iterator[Change]:
    """Yield the differences between words that are equal after folding."""
    for number, (one, other) in enumerate(zip(held, said, strict=True)):
        was, now = text[one.start : one.end], quoted[other.start : other.end]
        if was != now and _normal(was)[0] != _normal(now)[0]:
            yield Change(ChangeKind.CASE if was.lower() == now.lower() else ChangeKind.WORDS, was, now)
        if number + 1 == len(held):
            continue
        between = _normal(text[one.end : held[number + 1].start])[0].replace(" ", "")
        stated = _normal(quoted[other.end : said[number + 1].start])[0].replace(" ", "")
        if between != stated and "..." not in stated:
            yield Change(ChangeKind.SIGNS, f"{was}{between}", f"{now}{stated}")


def _cut(text: str, run: Sequence[_Word]) -> str:
    return " ".join(text[run[0].start : run[-1].end].split()) if run else ""
