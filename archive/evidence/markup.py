"""Where text, attribute values and JSON strings stand in HTML, XML and JSON, found in one linear pass."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

# Many words looked for in bytes at once, with bounded memory however often they stand there.

STRETCH = 1 << 18
"""So many bytes are searched at a time: what is found in them is listed, and hostile pages are nothing but words."""


class WordAutomaton:
    """Words to be looked for in bytes in one pass, by the automaton of Aho and Corasick (CACM 18, 1975).

    Args:
        words: none of them empty.
        stretch: how many bytes are searched at a time, as many at least as the longest word has.

    Raises:
        ValueError: a word is longer than a stretch.
    """

    def __init__(self, words: Iterable[bytes], stretch: int = STRETCH) -> None:
        listed = list(words)
        if max(map(len, listed)) > stretch:
            raise ValueError(f"a word is longer than the {stretch} bytes that are searched at a time")
        self._automaton, self._longest, self._stretch = BytesAhoCorasick(listed), max(map(len, listed)), stretch

    def find(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield where words stand, in order, none overlapping the one before; of two that begin in one another the one
        that ends first: its number, and where it begins and ends.
        """
        if len(data) <= self._stretch:
            # All at once: nearly every page is shorter than a stretch.
            return iter(self._automaton.find_matches_as_indexes(data))
        return self._in_stretches(data)

    def _in_stretches(self, data: bytes) -> Iterator[tuple[int, int, int]]:
        begun = 0
        while begun < len(data):
            ends = begun + self._stretch
            done = max(begun, ends - self._longest + 1)  # what begins later may go on behind the stretch
            for word, start, end in self._automaton.find_matches_as_indexes(data[begun:ends]):
                yield word, begun + start, begun + end
                done = max(done, begun + end)
            begun = done if ends < len(data) else len(data)


Span = tuple[int, int]

# Markup as the HTML standard's tokeniser sees it (13.2.5). Possessive throughout: every scan is linear.

# No group captures inside a possessive repeat: Python's re fails on that with SystemError.

_REST = r"[^\s/>]*+(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)*+(?:>|\Z)"
_COMMENT = r"!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
# title and textarea hold text, so the search has to stop at them (below).
_TAG = r"(?:/[a-zA-Z]|(?!(?i:title|textarea)[\s/>])[a-zA-Z])" + _REST
_BOGUS = r"[!?/][^>]*+(?:>|\Z)"


def _raw(name: str) -> str:
    """The start tag of an element whose content is not markup, and that content."""
    return rf"(?i:{name})(?=[\s/>]){_REST}[^<]*+(?:<(?!/(?i:{name})[\s/>])[^<]*+)*+"


_RAW_NAMES = ("script", "style", "iframe", "noembed", "noframes", "xmp")
# Most tags are told from these elements by their first letter.
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
    # XHTML is read as HTML: so browsers do with what is served as text/html, which it mostly is.
    return _IS_XML.match(text) is not None and "<html" not in text[:2048].lower()


def plain_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Cut a run into spans that are quick to search in, always before white space."""
    end = len(text) if end is None else end
    if end - start <= _LONG:
        if start < end:
            yield start, end
        return
    for part in _PART.finditer(text, start, end):
        yield part.span()


def text_spans(text: str) -> Iterator[Span]:
    """Yield the runs of text between tags: no comment, script, style; ``title`` and ``textarea`` are text."""
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
    """Yield every attribute value of every start tag, without its quotes."""
    for markup in _OPENING.finditer(text):
        start, end = markup.span()
        # Of a script only its own tag has attributes; what looks like one inside is code.
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
# How they begin, in whatever case: most tags are told by that from all that can be one.
_PERHAPS_RAW = WordAutomaton(map(str.encode, {"<!--", *_RAW_BEGUN}))


def raw_spans(data: bytes) -> list[Span]:
    """Return the comments, and the elements whose content is no markup (script, style ...), in order."""
    spans: list[Span] = []
    end = 0
    for _, at, _ in _PERHAPS_RAW.find(data):
        # One that begins inside another is part of it.
        # The automaton says where one may begin, the pattern whether it does, which is far dearer to ask.
        if at >= end and (raw := _RAWS.match(data, at)):
            spans.append(raw.span())
            end = raw.end()
    return spans


def tag_end(data: bytes, start: int) -> int:
    """Return where the tag that begins at *start* ends."""
    tag = _BYTES_START.match(data, start)
    return tag.end() if tag else len(data)


_BYTES_ATTRIBUTE = re.compile(rb"([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s>\"'][^\s>]*+)?))?")


def attributes(data: bytes, tag: Span) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and the value, as they are written, of each attribute of the start tag at *tag*."""
    name = _BYTES_NAME.match(data, *tag)
    for one in _BYTES_ATTRIBUTE.finditer(data, name.end() if name else tag[0], tag[1]):
        yield one[1], one[2] or one[3] or one[4] or b""


@lru_cache(maxsize=256)
def _tag(tag: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(tag) + rb"(?=[ \t\r\n\f/>])")


def tags_named(lowered: bytes, tag: bytes, at: int = 0) -> Iterator[int]:
    """Yield where each *tag* (``<p``, ``</p``) begins from *at* on in a source in lower case, in order; those in
    comments and scripts too.
    """
    # Twice as quick as to look for each by `find`, which stops at every other tag.
    return map(re.Match.start, _tag(tag).finditer(lowered, at))


def is_json(text: str) -> bool:
    """Tell whether *text* begins as JSON does."""
    return _IS_JSON.match(text) is not None


_SCRIPT_BODY = r"(?P<body>[^<]*+(?:<(?!/(?i:script)[\s/>])[^<]*+)*+)"
_SCRIPT = re.compile(rf"<(?:{_COMMENT}|(?i:script)(?=[\s/>]){_REST}{_SCRIPT_BODY}|{_RAW}|[a-zA-Z]{_REST})")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"", re.S)
# Only strings in double quotes can be JSON; the others, and comments, are stepped over, lest a quotation mark in them
# opens one.
_JS_STRING = re.compile(
    r"\"((?:[^\"\\\n]|\\.)*+)\"|'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+`|/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/", re.S
)


def json_spans(text: str) -> Iterator[Span]:
    """Yield the inside of every JSON string: of the entity where it is JSON, else of its script elements."""
    if _IS_JSON.match(text):
        yield from (string.span(1) for string in _STRING.finditer(text) if string[1])
        return
    for script in _SCRIPT.finditer(text):
        if script["body"] is None:
            continue
        start, end = script.span("body")
        # A script that says it holds JSON has no comments and no other quotes.
        # By its start tag: application/ld+json, application/json and their like.
        strings = _STRING if "json" in text[script.start() : start].lower() else _JS_STRING
        yield from (string.span(1) for string in strings.finditer(text, start, end) if string[1])


# ── What stands between two runs ───────────────────────────────

# fmt: off
# Those that browsers set on the line of the words around them; every other tag parts words.
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
))
# fmt: on


def parted(gap: str) -> bool:
    """Tell whether *gap* parts the words around it: by text, white space or a tag that is not inline."""
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


# Raws: the comments, scripts and styles of an HTML entity.


class Raws:
    """The comments of *data*, and the elements whose content is no markup, each from its first byte to its last."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._spans = raw_spans(data)
        self._clear = (0, 0)
        self._contents: dict[int, tuple[int | None, bool]] = {}

    def at(self, place: int) -> Span | None:
        """Return the comment, script or style that *place* stands in, if any."""
        low, high = self._clear
        if low <= place < high:
            return None  # words that are looked for one after another mostly stand between the same two
        spans = self._spans
        after = bisect_right(spans, (place, len(self._data)))
        if after and place < spans[after - 1][1]:
            return spans[after - 1]
        self._clear = spans[after - 1][1] if after else 0, spans[after][0] if after < len(spans) else len(self._data)
        return None

    def lowered(self, gaps: Iterable[Span] = ()) -> bytes:
        """Return *data* in lower case, blank in each behind its name, and in the *gaps*: where tags can be looked for.

        So no place that is found has to be asked whether it stands in one.
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
        """Return the content of every script element, in order."""
        opened = ((self.opened(start), end) for start, end in self._spans)
        return [(begun, end) for (begun, is_script), end in opened if is_script and begun is not None]

    def opened(self, at: int) -> tuple[int | None, bool]:
        """Return where the content of the raw element at *at* begins (None: it is a comment), and if it is a script."""
        known = self._contents.get(at)
        if known is None:
            data = self._data
            # The nearest bracket before it: a tag that ends only behind this place has it in an attribute.
            outer = data.rfind(b"<", 0, at)
            # A comment, or what looks like an element inside an attribute of another tag.
            hidden = data[at + 1 : at + 2] == b"!" or (outer >= 0 and tag_end(data, outer) > at)
            is_script = data[at + 1 : at + 7].lower() == b"script"
            known = self._contents[at] = (None if hidden else tag_end(data, at)), is_script
        return known
