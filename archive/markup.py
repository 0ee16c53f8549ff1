"""Where text, attribute values and JSON strings stand in HTML, XML and JSON, found in one linear pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.sought import Sought

Span = tuple[int, int]

# Markup as the HTML standard's tokeniser sees it (13.2.5). Possessive throughout: every scan is linear.

# No group captures inside a possessive repeat: Python's re fails on that with SystemError.

_REST = r"[^\s/>]*+(?:[^>=]++|=\s*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\s>\"'][^\s>]*+)?)*+(?:>|\Z)"
_COMMENT = r"!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
_TAG = r"(?:/[a-zA-Z]|(?!(?i:title|textarea)[\s/>])[a-zA-Z])" + _REST
_BOGUS = r"[!?/][^>]*+(?:>|\Z)"


def _raw(name: str) -> str:
    """The start tag of an element whose content is not markup, and that content."""
    return rf"(?i:{name})(?=[\s/>]){_REST}[^<]*+(?:<(?!/(?i:{name})[\s/>])[^<]*+)*+"


_RAW_NAMES = ("script", "style", "iframe", "noembed", "noframes", "xmp")
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
        if markup.lastgroup == "raw":
            start_tag = _START.match(text, start)
            end = start_tag.end() if start_tag else end
        elif markup.lastgroup is None or text.find("=", start, end) < 0:
            continue
        for value in _VALUE.finditer(text, start, end):
            yield value.span(value.lastindex or 0)


_RAWS = re.compile(f"<(?:{_COMMENT}|{_RAW})".encode())
_BYTES_START = re.compile(_START.pattern.encode())


_RAW_BEGUN = {f"<{a}{b}" for name in _RAW_NAMES for a in name[0] + name[0].upper() for b in name[1] + name[1].upper()}
_PERHAPS_RAW = Sought(map(str.encode, {"<!--", *_RAW_BEGUN}))
"""How they begin, in whatever case: most tags are told by that from all that can be one."""


def raw_spans(data: bytes) -> list[Span]:
    """Return the comments, and the elements whose content is no markup (script, style ...), in order."""
    spans: list[Span] = []
    end = 0
    for _, at, _ in _PERHAPS_RAW.find(data):
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


_NAME_ENDS = frozenset(b" \t\r\n\f/>")


def tags_named(lowered: bytes, tag: bytes, at: int = 0) -> Iterator[int]:
    """Yield where each *tag* (``<p``, ``</p``) begins from *at* on in a source in lower case, in order; those in
    comments and scripts too.
    """
    size, length = len(tag), len(lowered)
    at = lowered.find(tag, at)
    while at >= 0:
        if at + size < length and lowered[at + size] in _NAME_ENDS:
            yield at
        at = lowered.find(tag, at + size)


def is_json(text: str) -> bool:
    """Tell whether *text* begins as JSON does."""
    return _IS_JSON.match(text) is not None


_SCRIPT_BODY = r"(?P<body>[^<]*+(?:<(?!/(?i:script)[\s/>])[^<]*+)*+)"
_SCRIPT = re.compile(rf"<(?:{_COMMENT}|(?i:script)(?=[\s/>]){_REST}{_SCRIPT_BODY}|{_RAW}|[a-zA-Z]{_REST})")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*+)\"", re.S)
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
        strings = _STRING if "json" in text[script.start() : start].lower() else _JS_STRING
        yield from (string.span(1) for string in strings.finditer(text, start, end) if string[1])


# ── What stands between two runs ───────────────────────────────

# fmt: off
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
