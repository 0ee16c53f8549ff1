"""Tree: parse HTML into an lxml tree, whatever its bytes are."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from lxml import etree, html

from archive.http.charset import decode

DEPTH_MESSAGE = "Excessive depth"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
# Two code points that are not characters, in UTF-8, and the byte with which both begin.
_NONCHARACTER_FIRST_BYTE, _NONCHARACTERS = 0xEF, ("\ufffe".encode(), "\uffff".encode())
_WRAPPERS = re.compile(
    rb"</?(?:div|span|font|b|i|em|strong|section|center|u|small|big|ul|ol|li|table|tr|td|tbody)\b[^>]*>", re.I
)
_HEAD_TAGS = frozenset(
    {"title", "meta", "link", "style", "script", "base", "noscript", "template", "noframes", "bgsound"}
)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
_END = b"</html>"
_ENCODING, _LIMIT = etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_RESOURCE_LIMIT
_MEMORY = etree.ErrorTypes.ERR_NO_MEMORY
_SERIOUS = (_ENCODING, _LIMIT, _MEMORY)
# One class for all elements. This look-up runs without calling Python, which lxml would do for every element.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment, entity=html.HtmlEntity)


def parse(body: bytes, charset: str) -> Any:
    """Return the root element of the HTML *body*; None if there is no element in it.

    Control characters are replaced by spaces. If the page is nested deeper than libxml2 allows, wrapper elements are
    removed, but never words.
    """
    root = parse_utf8(body) if charset == "utf-8" else None
    return _parsed(_encoded(decode(body, charset)))[0] if root is None else root


def begun(element: Any) -> str | None:
    """Return the text before the first child of *element*; None if there is none or if it contains half a surrogate
    pair.

    lxml accepts a reference to such a code point in broken XML, but cannot return it.
    """
    try:
        text: str | None = element.text
    except UnicodeDecodeError:
        return None
    return text


def parse_utf8(data: bytes) -> Any:
    """Return the root element of HTML in UTF-8; None if *data* is not UTF-8 or has no element.

    libxml2 checks the encoding while it parses, which is faster than decoding first.
    """
    root, is_so = _parsed(data) if is_clean(data) else (None, False)
    return root if is_so else None


def _encoded(text: str) -> bytes:
    """Return *text* in UTF-8, with control characters replaced by spaces."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair cannot be encoded. A NUL makes the check below fail, so the text is cleaned.
        data = b"\0"
    return data if is_clean(data) else _CONTROLS.sub(" ", text).encode("utf-8", "replace")


def is_clean(data: bytes) -> bool:
    """Return whether *data* contains no character that has to be replaced. Fast, because most pages contain none."""
    # One memchr for each byte: all of them together are much faster than one regular expression.
    return not any(map(data.__contains__, _CONTROL_BYTES)) and not (
        _NONCHARACTER_FIRST_BYTE in data and any(map(data.__contains__, _NONCHARACTERS))
    )


def _parsed(data: bytes) -> tuple[Any, bool]:
    """Return the root element of *data*, and whether all of *data* is valid UTF-8."""
    if declared := _DECLARATION.match(data):
        # The declaration would become a comment before the root.
        data = data[declared.end() :]
    data = _ended_once(data)
    # Keep libxml2's limits in the first attempt: huge_tree removes them all, and with them the protection against
    # hostile pages.
    root, errors = _parse(data, huge=False)
    limits = [entry.message for entry in errors if entry.type == _LIMIT and entry.level == etree.ErrorLevels.FATAL]
    if limits:
        # Only wrappers are nested thousands of levels deep. Replace them by spaces, to keep words apart. Do this only
        # if the depth is the problem, because fewer tags do not help with other limits.
        flat = _WRAPPERS.sub(rb" ", data) if DEPTH_MESSAGE in limits[0] else data
        again, errors = _parse(flat, huge=True)
        root = root if again is None else again
    if root is not None:
        _move_to_body(root)
    return root, all(entry.type != _ENCODING for entry in errors)


def _ended_once(data: bytes) -> bytes:
    """Return *data* with blanks for each end of the document but the last: browsers read on, and libxml2 does not."""
    last = data.rfind(_END)
    return data if data.find(_END) == last else data[:last].replace(_END, b" " * len(_END)) + data[last:]


def _move_to_body(root: Any) -> None:
    """Move elements that do not belong in the head into the body, with everything that follows them.

    If the tags of head and body are omitted, HTML opens the body at the first such element (section 13.2.6.4.4), but
    libxml2 does so only at elements that it knows.
    """
    head = root.find("head")
    tags = [one.tag for one in head] if head is not None else []
    if _HEAD_TAGS.issuperset(tags):
        return
    first = next(number for number, tag in enumerate(tags) if tag not in _HEAD_TAGS)
    moved, body = head[first:], root.find("body")
    if body is None:
        body = root.makeelement("body")
        head.addnext(body)
    elif body.text:
        moved[-1].tail = (moved[-1].tail or "") + body.text
        body.text = None
    body[:0] = moved


def _parse(data: bytes, *, huge: bool) -> tuple[Any, Collection[Any]]:
    """Return the root element of *data*, and the errors about encoding, limits and memory.

    Raises:
        MemoryError: libxml2 ran out of memory.
    """
    # Ids are not collected, because nobody looks up elements by id.
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=huge, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        # Without memory the page is unread; this must not be confused with a page without elements.
        if getattr(error, "code", None) == _MEMORY or parser.error_log.filter_types(_MEMORY):
            raise MemoryError from error
        return None, ()
    errors = parser.error_log
    telling = errors.filter_types(_SERIOUS) if errors else ()
    if any(entry.type == _MEMORY for entry in telling):
        raise MemoryError  # the tree is incomplete
    return root, telling
