"""Make control characters in text from elsewhere harmless: for people, in JSON and in XML.

A title may hold characters that move a terminal's cursor (ESC, BEL, the C1 codes, a lone carriage return) or reverse
the direction of the letters after them (the bidirectional controls of UAX 9). Text printed or exported for people goes
through `replace_control_characters`, JSON through `in_json`, XML through `in_xml`. Captured bytes are never changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

REPLACEMENT = "\ufffd"
# Embeddings, overrides and isolates: they also affect the text after the words they stand in.
_TURNS = "\u202a-\u202e\u2066-\u2069"
# Direction marks and the byte order mark are invisible, so they are left out.
_SIGNS = "\u061c\u200e\u200f\ufeff"
_BREAKS = "\x0b\x0c\u2028\u2029"
# Tab and line feed stay. A carriage return stays only before a line feed: alone it lets later text overwrite the line.
# U+FFF9 to U+FFFB (interlinear annotation) hide words, and half a surrogate pair cannot be encoded at all.
_HARMFUL = re.compile(
    rf"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffb\ud800-\udfff{_TURNS}]|\r(?!\n)|[{_BREAKS}]|[{_SIGNS}]"
)
# Characters below U+0020 are missing here because `json.dumps` has already escaped them (RFC 8259 section 7).
_IN_JSON = re.compile(rf"[\x7f-\x9f\ufff9-\ufffb\ud800-\udfff{_TURNS}{_SIGNS}\u2028\u2029]")
# Every character that XML 1.0 forbids even as a reference (section 2.2). One of them makes the whole document
# unreadable.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A line break becomes a space between two words; a direction mark is dropped.
_SHOWN: Mapping[str, str] = {**dict.fromkeys("\x0b\x0c\u2028\u2029", " "), **dict.fromkeys(_SIGNS, "")}


def replace_control_characters(text: str) -> str:
    """Return *text* for people to read: U+FFFD replaces each harmful character; line feeds and tabs stay."""
    # No harmful character is printable in Python's sense, so most lines can be returned as they are.
    if text.isprintable():
        return text
    return _HARMFUL.sub(lambda found: _SHOWN.get(found[0], REPLACEMENT), text)


def in_json(value: object) -> str:
    """Return *value* as one line of JSON that reads back the same and holds no raw control character."""
    return escaped(json.dumps(value, ensure_ascii=False))


def in_xml(text: str) -> str:
    """Return *text* with U+FFFD in place of each character that XML forbids."""
    return _NOT_XML.sub(REPLACEMENT, text)


def escaped(text: str) -> str:
    """Return the JSON *text* with control characters written as escapes; its value stays the same."""
    return _IN_JSON.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
