"""Control characters in words of others: made harmless where people read, written as escapes in JSON.

A title may hold what moves the cursor of a terminal (ESC, BEL, the codes of C1, a lone carriage return) or turns the
direction of the letters behind it about (the controls of Unicode's bidirectional algorithm, UAX 9). What is printed or
exported for people goes through `neutral`, what is printed as JSON through `in_json`, what is put into XML through
`in_xml`; bytes that were captured through none of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

REPLACEMENT = "\ufffd"
# Embeddings, overrides and isolates: they reach beyond the words that they stand in.
_TURNS = "\u202a-\u202e\u2066-\u2069"
# Marks of direction, and the mark of byte order: they show as nothing, and are left out.
_SIGNS = "\u061c\u200e\u200f\ufeff"
_BREAKS = "\x0b\x0c\u2028\u2029"
# Tab and line feed stay, and a carriage return that a line feed follows: alone it lets what comes write over the line.
# U+FFF9 to U+FFFB (interlinear annotation) hide words, and half a surrogate pair cannot be encoded at all.
_HARMFUL = re.compile(
    rf"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffb\ud800-\udfff{_TURNS}]|\r(?!\n)|[{_BREAKS}]|[{_SIGNS}]"
)
# What stands below U+0020 is not here: `json.dumps` has escaped it already, as RFC 8259 section 7 asks.
_IN_JSON = re.compile(rf"[\x7f-\x9f\ufff9-\ufffb\ud800-\udfff{_TURNS}{_SIGNS}\u2028\u2029]")
# All but the characters that XML 1.0 lets stand, as themselves or as references (section 2.2): one makes a whole
# document unreadable.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What breaks a line may stand for a space between two words; a mark of direction stands for nothing.
_SHOWN: Mapping[str, str] = {**dict.fromkeys("\x0b\x0c\u2028\u2029", " "), **dict.fromkeys(_SIGNS, "")}


def neutral(text: str) -> str:
    """Return *text* for people to read: U+FFFD stands for what would steer what shows it; lines and tabs stay."""
    # None of them can be printed, in Python's sense; most lines of a page have nothing that cannot.
    if text.isprintable():
        return text
    return _HARMFUL.sub(lambda found: _SHOWN.get(found[0], REPLACEMENT), text)


def in_json(value: object) -> str:
    """Return *value* in one line of JSON that reads back the same, with no control character as it is."""
    return escaped(json.dumps(value, ensure_ascii=False))


def in_xml(text: str) -> str:
    """Return *text* with U+FFFD for each character that no XML may hold."""
    return _NOT_XML.sub(REPLACEMENT, text)


def escaped(text: str) -> str:
    """Return the JSON *text* with control characters as escapes; it says the same."""
    return _IN_JSON.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
