"""Projection: a source with all white space removed, for searching, and the way back to the source."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5
from itertools import accumulate

from archive.evidence.character_references import decode_references
from archive.evidence.markup import Span, separates_words

_DAMAGE = "[\ud800-\udfff\ufffd]++"
# As Python's `html.unescape` finds them: no name in the standard is longer than 32 characters.
_REFERENCE = r"&(?:\#[0-9]++;?|\#[xX][0-9a-fA-F]++;?|[^\t\n\f <&\#;]{1,32};?)"
_ESCAPE = r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)"
_LESS, _MORE, _AND = r"(?:<|\\u003[cC])", r"(?:>|\\u003[eE])", r"(?:&|\\u0026)"
# Inside JSON a tag's brackets may be written as escapes, so that browsers do not take it for a tag.
_IN_JSON = (
    rf"{_LESS}(?:\\?/)?[a-zA-Z](?:[^><\\]|\\(?!u003[cCeE]).)*+{_MORE}|"
    rf"{_AND}(?:\#[0-9]{{1,8}}|\#[xX][0-9a-fA-F]{{1,8}}|[a-zA-Z][a-zA-Z0-9]{{1,31}});"
)

Undo = Callable[[str], str]
"""Turns one token of source into the text that it stands for."""


# Some pages write all their letters as references, but use only a few different ones.
_remembered = lru_cache(maxsize=8192)(decode_references)
_LONG = 40


def _meant(reference: str) -> str:
    return _remembered(reference) if len(reference) < _LONG else decode_references(reference)


def undo_reference(token: str) -> str:
    """Undo a character reference in text (HTML 13.2.5.72); damage becomes one U+FFFD."""
    return _meant(token) if token.startswith("&") else "\ufffd"


def undo_in_attribute(token: str) -> str:
    """Undo a character reference in an attribute, where a name without a semicolon must match completely."""
    if not token.startswith("&"):
        return "\ufffd"
    return _meant(token) if token.startswith("&#") else html5.get(token[1:], token)


def undo_escape(token: str) -> str:
    """Undo a JSON escape (RFC 8259 section 7); half a surrogate pair becomes U+FFFD."""
    if not token.startswith("\\"):
        return "\ufffd"
    kind, rest = token[1], token[2:]
    if kind in "ux" and rest:
        if len(rest) == 10:
            return chr(0x10000 + ((int(rest[:4], 16) & 0x3FF) << 10) + (int(rest[6:], 16) & 0x3FF))
        code = int(rest, 16)
        # Half a surrogate pair is not a character and could not be encoded again.
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
    return {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}.get(kind, kind)


def undo_in_json(token: str) -> str:
    """Undo a tag, a reference or an escape in HTML that stands in a JSON string."""
    source = _ESCAPES.sub(lambda found: undo_escape(found[0]), token)
    # In JSON only complete references count: a bare "&copy" may well be part of an address.
    if token[-1] == ";" and source.startswith("&"):
        return decode_references(source)
    if source.startswith("<") and len(source) > 1:
        return " " if separates_words(source) else ""
    return undo_escape(token)


def undo_nothing(token: str) -> str:
    """Replace damage by one U+FFFD."""
    return "\ufffd" if token else ""


_ESCAPES = re.compile(_ESCAPE, re.S)
REFERENCES = re.compile(f"{_REFERENCE}|{_DAMAGE}")
ATTRIBUTE_REFERENCES = re.compile(
    rf"&(?:\#[0-9]++;?|\#[xX][0-9a-fA-F]++;?|[a-zA-Z][a-zA-Z0-9]{{0,31}}(?:;|(?![=a-zA-Z0-9])))|{_DAMAGE}"
)
ESCAPES = re.compile(f"{_ESCAPE}|{_DAMAGE}", re.S)
ESCAPES_OF_HTML = re.compile(f"{_IN_JSON}|{_ESCAPE}|{_DAMAGE}", re.S)
DAMAGE = re.compile(_DAMAGE)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of place is cut into runs of source, and how a run is decoded.

    Attributes:
        tokens: the pieces of source that stand for other text; *undo* returns it.
        joined: words may continue from one run to the next.
        signs: every token contains one of these characters, except damage.
    """

    spans: Callable[[str], Iterator[Span]]
    tokens: re.Pattern[str]
    undo: Undo
    joined: bool = False
    signs: str = "&"

    def decode(self, source: str) -> str:
        """Return the text of a run or of a part of it; white space is left as it is."""
        return self.tokens.sub(lambda token: self.undo(token[0]), source)


def has_decoding_damage(source: str) -> bool:
    """Say whether *source* holds bytes that could not be decoded."""
    try:
        source.encode()  # many times faster than looking for surrogates
    except UnicodeEncodeError:
        return True
    return "\ufffd" in source


def _has_any(run: str, signs: str) -> bool:
    for sign in signs:  # noqa: SIM110 - a generator takes three times as long, and this runs for every run
        if sign in run:
            return True
    return False


class Projection:
    """The text in one kind of place in a source, with all white space removed, and the way back to the source.

    Runs that words may not cross are separated by a line feed, which squeezed words never contain.
    """

    def __init__(self, source: str, rule: Rule, spans: Iterable[Span], *, damage: bool) -> None:
        """Squeeze the runs of *source* at *spans*; *damage* says whether the source holds any."""
        self._source = source
        self._rule = rule
        self._runs: list[Span] = []
        self._starts: list[int] = []
        self._cuts: dict[int, tuple[list[int], list[_Piece]]] = {}
        parts: list[str] = []
        total, gap = 0, 0 if rule.joined else 1
        # Most runs hold nothing to decode. Only damage cannot be recognised by a sign.
        for start, end in spans:
            run = source[start:end]
            if damage or _has_any(run, rule.signs):
                run = rule.decode(run)
            # White space is removed from both the text and the search words, so it never decides about a match.
            run = "".join(run.split())
            if run:
                self._runs.append((start, end))
                self._starts.append(total)
                parts.append(run)
                total += len(run) + gap
        self.text = ("" if rule.joined else "\n").join(parts)

    def squeezed_index(self, index: int) -> int:
        """Return the approximate place of the source character *index* in the squeezed text."""
        at = bisect_right(self._runs, (index, len(self._source))) - 1
        if at < 0:
            return 0
        start, end = self._runs[at]
        return self._starts[at] + len("".join(self._source[start : min(index, end)].split()))

    def bounds(self, start: int, end: int) -> Span:
        """Return bounds in the squeezed text that hold the source characters *start* to *end*, and little more."""
        if not self._runs:
            return 0, 0
        low = max(0, bisect_right(self._runs, (start, len(self._source))) - 1)
        high = bisect_right(self._runs, (end, len(self._source)))
        return self._starts[low], self._starts[high] if high < len(self._starts) else len(self.text)

    def spans(self, start: int, end: int) -> list[Span]:
        """Return the source spans, one per run, of the squeezed characters from *start* to *end*."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        spans: list[Span] = []
        for at in range(first, last + 1):
            offsets, pieces = self._cut(at)
            begin, stop = pieces[0].start, pieces[-1].end
            if at == first:
                begin = _holding(start - self._starts[at], offsets, pieces)[0]
            if at == last:
                stop = _holding(end - 1 - self._starts[at], offsets, pieces)[1]
            # Long text is cut into runs only for quick searching, so spans that touch are merged.
            if spans and self._runs[at - 1][1] == self._runs[at][0]:
                spans[-1] = spans[-1][0], stop
            else:
                spans.append((begin, stop))
        return spans

    def _cut(self, at: int) -> tuple[list[int], list[_Piece]]:
        cut = self._cuts.get(at)
        if cut is None:
            start, end = self._runs[at]
            pieces = list(_pieces(self._source[start:end], start, self._rule))
            cut = self._cuts[at] = [0, *accumulate(piece.width for piece in pieces[:-1])], pieces
        return cut


@dataclass(frozen=True, slots=True)
class _Piece:
    """Source without white space: literal characters, or one token that stands for *width* characters."""

    start: int
    end: int
    width: int
    token: bool


def _holding(offset: int, offsets: list[int], pieces: list[_Piece]) -> Span:
    """Return the source span of the character at *offset* of a run."""
    at = bisect_right(offsets, offset) - 1
    piece = pieces[at]
    if piece.token:
        return piece.start, piece.end
    return piece.start + offset - offsets[at], piece.start + offset - offsets[at] + 1


def _pieces(run: str, base: int, rule: Rule) -> Iterator[_Piece]:
    """Cut a run of source that starts at *base* into pieces."""
    at = 0
    for token in rule.tokens.finditer(run):
        source = token[0]
        meant = rule.undo(source)
        # A "&" that begins no reference is literal.
        if meant == source:
            continue
        # "&notit;" means "¬it;": the characters after the name are literal and can be split off.
        tail = 0
        while tail < len(meant) - 1 and source[-1 - tail] == meant[-1 - tail]:
            tail += 1
        if tail and rule.decode(source[:-tail]) != meant[:-tail]:
            tail = 0
        yield from _plain(run, at, token.start(), base)
        at = token.end() - tail
        width = len("".join(meant[: len(meant) - tail].split()))
        if width:
            yield _Piece(base + token.start(), base + at, width, token=True)
    yield from _plain(run, at, len(run), base)


def _plain(run: str, start: int, end: int, base: int) -> Iterator[_Piece]:
    for word in _WORD.finditer(run, start, end):
        yield _Piece(base + word.start(), base + word.end(), word.end() - word.start(), token=False)


def unicode_forms(words: str) -> Iterator[str]:
    """Yield the folded words (damage as one U+FFFD) as given, then composed and decomposed (NFC, NFD).

    A run of undecodable bytes counts as one damage. Escapes and references for half surrogate pairs count one by one,
    so the words as given are yielded too.
    """
    given = " ".join(words.split())
    folded = DAMAGE.sub("\ufffd", given)
    yield folded
    if "\ufffd\ufffd" in given:
        yield given
    if not folded.isascii():
        yield from {unicodedata.normalize("NFC", folded), unicodedata.normalize("NFD", folded)} - {folded}


def find_forwards(text: str, words: str, low: int, high: int) -> Iterator[int]:
    """Yield where *words* stand between *low* and *high*, in ascending order."""
    at = text.find(words, low, high)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words), high)


def find_backwards(text: str, words: str, low: int, before: int) -> Iterator[int]:
    """Yield where *words* begin, from *low* on and *before* a place, in descending order."""
    at = text.rfind(words, low, max(low, before) + len(words) - 1)
    while at >= 0:
        yield at
        at = text.rfind(words, low, at + len(words) - 1)
