"""CSS: replace each address in an archived style sheet by the place where its capture is shown. Pure.

Everything else stays as it is, byte for byte: the style sheet is only scanned, not parsed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from db.reading_room.archived.link import Use

Place = Callable[[str, Use], str]
"""Returns what to write instead of an address as written; "" for content that is never shown."""

_STRING = r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'"""
# In this order, because apparent addresses in a comment or a string are not addresses. An escaped quotation mark begins
# no string. Possessive, because a long run of blanks or of such marks must not be searched again from each place in it.
_TOKEN = re.compile(
    rf"""(?P<comment>/\*.*?(?:\*/|\Z))
    |(?P<escape>\\.)
    |(?P<import>@import\s++)(?:(?P<imported>{_STRING})|url\(\s*+(?P<import_url>{_STRING}|[^)"'(]*+)\s*+\))
    |(?P<namespace>@namespace\b[^;{{}}]{{0,500}})
    |\b(?P<function>url|src)\(\s*+(?P<url>{_STRING}|[^)"'(]*+)\s*+\)
    |(?P<set>(?:-webkit-)?image-set\()
    |(?P<string>{_STRING})
    |(?P<close>\))
    |(?P<open>\()""",
    re.I | re.S | re.X,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|\n|(.))", re.I | re.S)
_ESCAPED_LETTER = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|([g-z])|.)", re.I | re.S)
_TAG_LIKE = re.compile(r"<(?=[a-z/!?])", re.I)
_FONT_NAMED = re.compile(r"\.(?:woff2?|ttf|otf|eot)(?:[?#]|$)", re.I)


def rewrite(text: str, place: Place) -> str:
    """Return the style sheet or declarations *text* with each address replaced by *place*.

    Replacements are in quotation marks, and no ``<`` is left that could begin a tag.
    """
    # Old pages hide their styles from older browsers in an HTML comment.
    text = text.replace("<!--", "").replace("-->", "")
    if "\\" in text:
        # An escaped letter counts as the letter: "u\\72l(" fetches what "url(" does.
        text = _ESCAPED_LETTER.sub(_letter, text)
    parts: list[str] = []
    at = 0
    # The nesting depth at which an image-set() began: only strings inside one are addresses.
    depth = 0
    sets: list[int] = []
    for found in _TOKEN.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        kind = found.lastgroup if found["import"] is None else "import"
        if kind == "import":
            said = found["imported"] or found["import_url"] or ""
            parts.append(f"@import {_written(place(_unquoted(said), Use.STYLE))}")
        elif found["url"] is not None:
            parts.append(_url(found, place))
        elif kind == "string" and sets:
            parts.append(_written(place(_unquoted(found[0]), Use.IMAGE)))
        elif kind == "comment":
            continue
        else:
            parts.append(found[0].replace("<", "\\3c ") if kind == "string" else found[0])
            depth += (found["set"] is not None or kind == "open") - (kind == "close" and depth > 0)
            if found["set"] is not None:
                sets.append(depth)
            elif sets and depth < sets[-1]:
                sets.pop()
    parts.append(text[at:])
    # Outside strings "<" only compares widths and may be followed by a space.
    return _TAG_LIKE.sub("< ", "".join(parts))


def _letter(found: re.Match[str]) -> str:
    number = int(found[1], 16) if found[1] else 0
    if 0x41 <= number <= 0x5A or 0x61 <= number <= 0x7A:
        return chr(number)
    return found[2] or found[0]


def _url(found: re.Match[str], place: Place) -> str:
    said = _unquoted(found["url"])
    # The address of a part of the page (an SVG filter, a gradient) is not fetched.
    if said.startswith("#") or said[:5].lower() == "data:":
        return f"url({_written(said)})"
    return f"url({_written(place(said, Use.FRAMED if _FONT_NAMED.search(said) else Use.IMAGE))})"


def _unquoted(said: str) -> str:
    said = said[1:-1] if said[:1] in {'"', "'"} else said.strip()
    return _ESCAPE.sub(_unescaped, said) if "\\" in said else said


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2] or ""
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"


def _written(said: str) -> str:
    # As numeric escapes, so that no reader takes them for the end of the string or of the element around it.
    return '"' + re.sub(r"""["\\\n\r\f<>]""", lambda one: f"\\{ord(one[0]):x} ", said) + '"'
