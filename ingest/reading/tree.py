"""Tree: an entity decoded once and parsed once, whatever it holds."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from archive.charset import decode

DEPTH_MESSAGE = "Excessive depth"

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
_WRAPPERS = re.compile(
    rb"</?(?:div|span|font|b|i|em|strong|section|center|u|small|big|ul|ol|li|table|tr|td|tbody)\b[^>]*>", re.I
)
_OF_HEAD = frozenset(
    {"title", "meta", "link", "style", "script", "base", "noscript", "template", "noframes", "bgsound"}
)
_DECLARATION = re.compile(rb"\s*<\?xml[^>]*\?>")
# One class for every element, found without calling Python: lxml asks whenever an element is met anew.
_CLASSES = etree.ElementDefaultClassLookup(element=html.HtmlElement, comment=html.HtmlComment, entity=html.HtmlEntity)


def decoded(body: bytes, charset: str) -> tuple[str, bytes | None]:
    """Return the text of *body*, and that text in UTF-8 where *body* is so already, as most are."""
    if charset == "utf-8":
        try:
            return body.decode(), body
        except UnicodeDecodeError:
            pass
    return decode(body, charset), None


def parse(text: str, data: bytes | None) -> Any:
    """Return the root element of the HTML *text*, or None where there is not one element in it.

    Control characters are blanked. A page nested deeper than libxml2 goes loses its wrappers, never its
    words.

    Args:
        data: *text* in UTF-8, where that is known.
    """
    data = _cleared(text, data)
    if declared := _DECLARATION.match(data):
        data = data[declared.end() :]
    root, error = _parse(data, huge=False)
    if error:
        flat = _WRAPPERS.sub(rb" ", data) if DEPTH_MESSAGE in error else data
        again, _ = _parse(flat, huge=True)
        root = root if again is None else again
    if root is not None:
        _embody(root)
    return root


def _embody(root: Any) -> None:
    """Move what a head cannot hold into the body, with all that follows it there.

    Where the tags of head and body are left out, HTML opens the body at the first such element (section 13.2.6.4.4),
    and libxml2 only at those it knows.
    """
    head = root.find("head")
    first = next((n for n, one in enumerate(head if head is not None else ()) if one.tag not in _OF_HEAD), None)
    if first is None:
        return
    moved, body = head[first:], root.find("body")
    if body is None:
        body = root.makeelement("body")
        head.addnext(body)
    elif body.text:
        moved[-1].tail = (moved[-1].tail or "") + body.text
        body.text = None
    body[:0] = moved


def _cleared(text: str, data: bytes | None) -> bytes:
    """Return *text* in UTF-8 with its control characters blanked; most pages have none: that is found out quickly."""
    try:
        data = text.encode() if data is None else data
    except UnicodeEncodeError:
        return _CONTROLS.sub(" ", text).encode("utf-8", "replace")
    clean = not any(map(data.__contains__, _CONTROL_BYTES)) and "\ufffe" not in text and "\uffff" not in text
    return data if clean else _CONTROLS.sub(" ", text).encode("utf-8", "replace")


def _parse(data: bytes, *, huge: bool) -> tuple[Any, str]:
    # Nobody asks for elements by their id, so there is no need to collect the ids.
    parser = html.HTMLParser(encoding="utf-8", remove_pis=True, remove_comments=True, huge_tree=huge, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = html.document_fromstring(data, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None, ""
    errors = parser.error_log
    fatal = errors.filter_from_fatals() if errors else ()
    limits = [entry.message for entry in fatal if entry.type_name == "ERR_RESOURCE_LIMIT"]
    return root, limits[0] if limits else ""
