"""Find text, attribute values and JSON strings in HTML, XML and JSON, in one linear pass."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

# Search bytes for many words at once, with bounded memory however often they occur.

STRETCH = 1 << 18
"""So many bytes are searched at a time. All matches in them are listed, and a hostile page may hold nothing else."""


class WordAutomaton:
    """Finds many words in bytes in one pass, with the automaton of Aho and Corasick (CACM 18, 1975).

    Args:
        words: non-empty.
        stretch: how many bytes are searched at a time; at least the length of the longest word.

    Raises:
        ValueError: a word is longer than a stretch.
    """

    def __init__(self, words: Iterable[bytes], stretch: int = STRETCH) -> None:
        listed = list(words)
        if max(map(len, listed)) > stretch:
            raise ValueError(f"a word is longer than the {stretch} bytes that are searched at a time")
        self._automaton, self._longest, self._stretch = BytesAhoCorasick(listed), max(map(len, listed)), stretch

    def find(self, data: bytes, *, overlapping: bool = False) -> Iterator[tuple[int, int, int]]:
        """Yield each match, by its end: the word's number, its start and its end. Of matches that overlap, the one that
        ends first is yielded, or all of them if *overlapping* is true.
        """
        if len(data) <= self._stretch:
            # In one go: nearly every page is shorter than a stretch.
            return iter(self._automaton.find_matches_as_indexes(data, overlapping=overlapping))
        return self._in_stretches(data, overlapping=overlapping)

    def _in_stretches(self, data: bytes, *, overlapping: bool) -> Iterator[tuple[int, int, int]]:
        """Search *data* in stretches that overlap by the longest word, so that no match at a boundary is lost."""
        begun = 0
        while begun < len(data):
            ends = begun + self._stretch
            done = max(begun, ends - self._longest + 1)  # a later match may continue after the stretch
            for word, start, end in self._automaton.find_matches_as_indexes(data[begun:ends], overlapping=overlapping):
                if not overlapping:
                    done = max(done, begun + end)
                elif begun + start >= done and ends < len(data):
                    continue  # the next stretch begins with it
                yield word, begun + start, begun + end
            begun = done if ends < len(data) else len(data)

    def texts_with_words(self, texts: Iterable[str]) -> set[int]:
        """Return the numbers of the *texts* that contain one of the words, whatever the case. No word may contain NUL.

        The texts are searched as one, because most contain no word.
        """
        # U+0130 is the only capital that becomes longer in lower case, which would shift all offsets.
        told = _BETWEEN.join(texts).replace("\u0130", "i").lower().encode(errors="replace")
        found: set[int] = set()
        number = at = 0
        # Counted from match to match, so that the text is walked once, however many matches there are.
        for _, begun, _ in self.find(told):
            number += told.count(_BETWEEN_BYTES, at, begun)
            at = begun
            found.add(number)
        return found


# The separator of texts that are searched as one.
_BETWEEN, _BETWEEN_BYTES = "\0", b"\0"


Span = tuple[int, int]

# Markup as the HTML standard's tokeniser sees it (13.2.5). Possessive quantifiers keep every scan linear.

# No capturing group inside a possessive repeat: Python's re raises SystemError there.

_REST = r"[^\s/>]*+(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)*+(?:>|\Z)"
_COMMENT = r"!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
# title and textarea hold text, so the search must stop at them (below).
_TAG = r"(?:/[a-zA-Z]|(?!(?i:title|textarea)[\s/>])[a-zA-Z])" + _REST
_BOGUS = r"[!?/][^>]*+(?:>|\Z)"


def _raw(name: str) -> str:
    """Return a pattern for the start tag of an element whose content is not markup, and for that content."""
    return rf"(?i:{name})(?=[\s/>]){_REST}[^<]*+(?:<(?!/(?i:{name})[\s/>])[^<]*+)*+"


_RAW_NAMES = ("script", "style", "iframe", "noembed", "noframes", "xmp")
# The first letter is enough to tell most tags from these elements.
_RAW = "(?=[sSiInNxX])(?:" + "|".join(map(_raw, _RAW_NAMES)) + ")"
_MARKUP = f"(?:{_COMMENT}|{_RAW}|{_TAG}|{_BOGUS})"
_RCDATA = r"(?P<{0}>(?i:title|textarea))(?=[\s/>])" + _REST
_RUN = re.compile(f"<(?:{_MARKUP}(?:\\s*+<{_MARKUP})*+(?:\\s*+<{_RCDATA.format('then')})?|{_RCDATA.format('alone')})")
_RCDATA_END = {name: re.compile(rf"</(?i:{name})[\s/>]") for name in ("title", "textarea")}
_XML_TAG = r"/?[a-zA-Z_:]" + _REST
_XML_RUN = re.compile(rf"(?:\]\]>|<(?:{_COMMENT}|!\[CDATA\[|{_XML_TAG}|{_BOGUS}))++")
_IS_XML = re.compile(r"\ufeff?\s*+<(?:\?xml|rss|feed)\b", re.I)
_IS_JSON = re.compile(r"\ufeff?\s*+[\[{\"]")
_LONG = 4096
_PART = re.compile(rf"(?s:.{{1,{_LONG}}}+)\S*+")


def is_xml(text: str) -> bool:
    """Tell whether *text* is XML other than XHTML: a feed, a sitemap."""
    # XHTML is read as HTML, as browsers do if it is served as text/html, which is usual.
    return _IS_XML.match(text) is not None and "<html" not in text[:2048].lower()


def plain_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Cut a run into short spans that are quick to search; every cut is before white space."""
    end = len(text) if end is None else end
    if end - start <= _LONG:
        if start < end:
            yield start, end
        return
    for part in _PART.finditer(text, start, end):
        yield part.span()


def text_spans(text: str) -> Iterator[Span]:
    """Yield the runs of text between tags, without comments, scripts and styles; ``title`` and ``textarea`` are
    text.
    """
    search = (_XML_RUN if is_xml(text) else _RUN).search
    at = 0
    while found := search(text, at):
        start, end = found.span()
        if start - at > _LONG:
            yield from plain_spans(text, at, start)
        elif start > at:
            yield at, start
        at = end
        name = found.lastgroup
        if name is not None:
            closing = _RCDATA_END[found[name].lower()].search(text, at)
            close = closing.start() if closing else len(text)
            yield from plain_spans(text, at, close)
            at = close
    yield from plain_spans(text, at)


_VALUE = re.compile(r"=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"'][^\s>]*+))")
_ONE = re.compile(f"<(?:{_COMMENT}|(?P<raw>{_RAW})|(?P<tag>/?[a-zA-Z]{_REST})|{_BOGUS})|\\]\\]>")
_OPENING = re.compile(f"<(?:{_COMMENT}|(?P<raw>{_RAW})|(?P<tag>[a-zA-Z]{_REST})|/[a-zA-Z]{_REST}|{_BOGUS})|\\]\\]>")
_START = re.compile(f"<{_REST}")
_NAME = re.compile(r"<?/?([^\s/>]+)")
_BYTES_NAME = re.compile(_NAME.pattern.encode())


def attribute_spans(text: str) -> Iterator[Span]:
    """Yield every attribute value of every start tag, without quotes."""
    for markup in _OPENING.finditer(text):
        start, end = markup.span()
        # Of a script, only its own tag has attributes; look-alikes inside are code.
        if markup.lastgroup == "raw":
            start_tag = _START.match(text, start)
            end = start_tag.end() if start_tag else end
        elif markup.lastgroup is None or text.find("=", start, end) < 0:
            continue
        for value in _VALUE.finditer(text, start, end):
            yield value.span(value.lastindex or 0)


_RAWS = re.compile(f"<(?:{_COMMENT}|{_RAW})".encode())
_RAW_NAME = re.compile(rb"<(?:!--|[a-zA-Z]+)")
_BYTES_START = re.compile(_START.pattern.encode())


_RAW_BEGUN = {f"<{a}{b}" for name in _RAW_NAMES for a in name[0] + name[0].upper() for b in name[1] + name[1].upper()}
# How raw elements begin, in any case; this alone excludes most tags.
_PERHAPS_RAW = WordAutomaton(map(str.encode, {"<!--", *_RAW_BEGUN}))


def raw_spans(data: bytes) -> list[Span]:
    """Return the comments and the elements whose content is not markup (script, style ...), in order."""
    spans: list[Span] = []
    end = 0
    for _, at, _ in _PERHAPS_RAW.find(data):
        # One that begins inside another is part of it. The automaton says where one may begin; the much slower
        # pattern says whether it does.
        if at >= end and (raw := _RAWS.match(data, at)):
            spans.append(raw.span())
            end = raw.end()
    return spans


def tag_end(data: bytes, start: int) -> int:
    """Return the end of the tag that begins at *start*."""
    tag = _BYTES_START.match(data, start)
    return tag.end() if tag else len(data)


_BYTES_ATTRIBUTE = re.compile(rb"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>\"'][^\s>]*+)?))?")


def attributes(data: bytes, tag: Span) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and value, as written, of each attribute of the start tag at *tag*."""
    name = _BYTES_NAME.match(data, *tag)
    for one in _BYTES_ATTRIBUTE.finditer(data, name.end() if name else tag[0], tag[1]):
        yield one[1], one[2] or one[3] or one[4] or b""


@lru_cache(maxsize=256)
def _tag(tag: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(tag) + rb"(?=[ \t\r\n\f/>])")


def tags_named(lowered: bytes, tag: bytes, at: int = 0) -> Iterator[int]:
    """Yield where each *tag* (``<p``, ``</p``) begins, from *at* on, in a lower-case source, in order. Tags in comments
    and scripts are included.
    """
    # Twice as fast as looking for each with `find`, which stops at every other tag.
    return map(re.Match.start, _tag(tag).finditer(lowered, at))


def is_json(text: str) -> bool:
    """Say whether *text* begins like JSON."""
    return _IS_JSON.match(text) is not None


_SCRIPT_BODY = r"(?P<body>[^<]*+(?:<(?!/(?i:script)[\s/>])[^<]*+)*+)"
_SCRIPT = re.compile(rf"<(?:{_COMMENT}|(?i:script)(?=[\s/>]){_REST}{_SCRIPT_BODY}|{_RAW}|[a-zA-Z]{_REST})")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"", re.S)
# Only double-quoted strings can be JSON. Other strings and comments are skipped, because a quotation mark inside them
# must not open a string.
_JS_STRING = re.compile(
    r"\"((?:[^\"\\\n]|\\.)*+)\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/", re.S
)


def json_spans(text: str) -> Iterator[Span]:
    """Yield the inside of every JSON string: of the entity if it is JSON, else of its script elements."""
    if _IS_JSON.match(text):
        yield from (string.span(1) for string in _STRING.finditer(text) if string[1])
        return
    for script in _SCRIPT.finditer(text):
        if script["body"] is None:
            continue
        start, end = script.span("body")
        # If the start tag says JSON (application/ld+json, application/json ...), the script has no comments and no
        # other quotes.
        strings = _STRING if "json" in text[script.start() : start].lower() else _JS_STRING
        yield from (string.span(1) for string in strings.finditer(text, start, end) if string[1])


# ── What stands between two runs ───────────────────────────────

# fmt: off
# Tags that browsers show within the line of text; every other tag separates words.
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
# fmt: on


def separates_words(gap: str) -> bool:
    """Say whether *gap* separates the words around it: by text, white space or a tag that is not inline."""
    at = 0
    for markup in _ONE.finditer(gap):
        if markup.start() > at or markup["raw"] is not None:
            return True
        at = markup.end()
        if markup["tag"] is not None:
            name = _NAME.match(markup["tag"])
            if name is None or name[1].lower() not in _INLINE:
                return True
    return at < len(gap)


# RawElements: the comments, scripts and styles of an HTML entity.


class RawElements:
    """The comments in *data* and the elements whose content is not markup, each from its first to its last byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._spans = raw_spans(data)
        self._clear = (0, 0)
        self._contents: dict[int, tuple[int | None, bool]] = {}

    def at(self, place: int) -> Span | None:
        """Return the comment, script or style that holds *place*, if any."""
        low, high = self._clear
        if low <= place < high:
            return None  # consecutive searches mostly fall between the same two
        spans = self._spans
        after = bisect_right(spans, (place, len(self._data)))
        if after and place < spans[after - 1][1]:
            return spans[after - 1]
        self._clear = spans[after - 1][1] if after else 0, spans[after][0] if after < len(spans) else len(self._data)
        return None

    def lower_case_markup(self, gaps: Iterable[Span] = ()) -> bytes:
        """Return *data* in lower case, with the inside of each raw element and of the *gaps* blank, to look for tags
        in.

        A tag found there need not be checked for being inside a comment or a script.
        """
        lowered, done = self._data.lower(), 0
        pieces: list[bytes] = []
        names = [_RAW_NAME.match(self._data, start) for start, _ in self._spans]
        inner = [(name.end(), end) for name, (_, end) in zip(names, self._spans, strict=True) if name]
        for start, end in sorted((*inner, *gaps)):
            if end > done:  # a script may stand in a gap
                pieces += (lowered[done:start], b" " * (end - max(start, done)))
                done = end
        return b"".join((*pieces, lowered[done:]))

    def scripts(self) -> list[Span]:
        """Return the span of the content of every script element, in order."""
        opened = ((self.content_start(start), end) for start, end in self._spans)
        return [(begun, end) for (begun, is_script), end in opened if is_script and begun is not None]

    def content_start(self, at: int) -> tuple[int | None, bool]:
        """Return where the content of the raw element at *at* begins (None for a comment), and whether it is a
        script.
        """
        known = self._contents.get(at)
        if known is None:
            data = self._data
            # If the tag at the nearest "<" before it ends only after this place, this place is in an attribute of that
            # tag.
            outer = data.rfind(b"<", 0, at)
            # A comment, or a look-alike of an element inside an attribute of another tag.
            hidden = data[at + 1 : at + 2] == b"!" or (outer >= 0 and tag_end(data, outer) > at)
            is_script = data[at + 1 : at + 7].lower() == b"script"
            known = self._contents[at] = (None if hidden else tag_end(data, at)), is_script
        return known
