"""Tree: an entity decoded once and parsed once, whatever it holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from lxml import etree, html

from archive.http.charset import decode

DEPTH_MESSAGE = "Excessive depth"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
# Two that are no characters, and the byte that each begins with in UTF-8.
_NONE_BEGINS, _NONE = 0xEF, ("\ufffe".encode(), "\uffff".encode())
_WRAPPERS = re.compile(
    rb"</?(?:div|span|font|b|i|em|strong|section|center|u|small|big|ul|ol|li|table|tr|td|tbody)\b[^>]*>", re.I
)
_OF_HEAD = frozenset(
    {"title", "meta", "link", "style", "script", "base", "noscript", "template", "noframes", "bgsound"}
)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
_ENCODING, _LIMIT = etree.ErrorTypes.ERR_INVALID_ENCODING, etree.ErrorTypes.ERR_RESOURCE_LIMIT
_MEMORY = etree.ErrorTypes.ERR_NO_MEMORY
_TELLING = (_ENCODING, _LIMIT, _MEMORY)
# One class for every element, found without calling Python: lxml asks whenever an element is met anew.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment, entity=html.HtmlEntity)


def parse(body: bytes, charset: str) -> Any:
    """Return the root element of the HTML *body*, or None where there is not one element in it.

    Control characters are blanked. A page nested deeper than libxml2 goes loses its wrappers, never its
    words.
    """
    root = parse_utf8(body) if charset == "utf-8" else None
    return _parsed(_encoded(decode(body, charset)))[0] if root is None else root


def begun(element: Any) -> str | None:
    """Return the text that *element* begins with; None where there is none, or it names half a character.

    lxml takes such a reference from XML that is not sound, and cannot give it.
    """
    try:
        text: str | None = element.text
    except UnicodeDecodeError:
        return None
    return text


def parse_utf8(data: bytes) -> Any:
    """Return the root element of HTML in UTF-8; None where there is no element in *data*, or it is something else.

    libxml2 tells as it goes whether it is, which is sooner done than to decode it first.
    """
    root, is_so = _parsed(data) if is_clean(data) else (None, False)
    return root if is_so else None


def _encoded(text: str) -> bytes:
    """Return *text* in UTF-8 with its control characters blanked."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair cannot be encoded: a NUL stands for "not clean", and the text is blanked.
        data = b"\0"
    return data if is_clean(data) else _CONTROLS.sub(" ", text).encode("utf-8", "replace")


def is_clean(data: bytes) -> bool:
    """Say whether no character of *data* is to be blanked; of most pages none is: that is found out quickly."""
    # One look for each by memchr: all of them take a fraction of the time of one regular expression.
    return not any(map(data.__contains__, _CONTROL_BYTES)) and not (
        _NONE_BEGINS in data and any(map(data.__contains__, _NONE))
    )


def _parsed(data: bytes) -> tuple[Any, bool]:
    """Return the root of what is in *data*, and whether all of that is UTF-8."""
    if declared := _DECLARATION.match(data):
        # It would stand in the tree, as a comment before the root.
        data = data[declared.end() :]
    # With libxml2's own limits first: huge_tree lifts them all, and costs on hostile pages what they guard against.
    root, errors = _parse(data, huge=False)
    limits = [entry.message for entry in errors if entry.type == _LIMIT and entry.level == etree.ErrorLevels.FATAL]
    if limits:
        # Wrappers alone can nest by the thousand; a space in their place, so that no two words grow together.
        # Only where depth is what was too much; other limits are not eased by fewer tags.
        flat = _WRAPPERS.sub(rb" ", data) if DEPTH_MESSAGE in limits[0] else data
        again, errors = _parse(flat, huge=True)
        root = root if again is None else again
    if root is not None:
        _embody(root)
    return root, all(entry.type != _ENCODING for entry in errors)


def _embody(root: Any) -> None:
    """Move what a head cannot hold into the body, with all that follows it there.

    Where the tags of head and body are left out, HTML opens the body at the first such element (section 13.2.6.4.4),
    and libxml2 only at those it knows.
    """
    head = root.find("head")
    tags = [one.tag for one in head] if head is not None else []
    if _OF_HEAD.issuperset(tags):
        return
    first = next(number for number, tag in enumerate(tags) if tag not in _OF_HEAD)
    moved, body = head[first:], root.find("body")
    if body is None:
        body = root.makeelement("body")
        head.addnext(body)
    elif body.text:
        moved[-1].tail = (moved[-1].tail or "") + body.text
        body.text = None
    body[:0] = moved


def _parse(data: bytes, *, huge: bool) -> tuple[Any, Collection[Any]]:
    """Return the root of what is in *data*, and the errors of a kind that tell more than that it is ill-formed."""
    # Nobody asks for elements by their id, so there is no need to collect the ids.
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=huge, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        # Told apart from a page without an element: for want of memory the page is unread, not empty.
        if getattr(error, "code", None) == _MEMORY or parser.error_log.filter_types(_MEMORY):
            raise MemoryError from error
        return None, ()
    errors = parser.error_log
    telling = errors.filter_types(_TELLING) if errors else ()
    if any(entry.type == _MEMORY for entry in telling):
        raise MemoryError  # what is left of the tree is no page
    return root, telling
