"""Ink: marks in text for bold and colours, which the console turns into terminal codes or removes."""

from __future__ import annotations

import re
import textwrap
from enum import StrEnum

# Noncharacters, which no real text contains (Unicode 3.4). Escape codes cannot be used yet, because making the output
# harmless removes them. If other people's text contains these marks, the worst result is bold text.
END = "\ufddf"
"""The end of inked words."""


class Ink(StrEnum):
    """A style for words."""

    TITLE = "\ufdd0"
    HIT = "\ufdd2"
    ADDED = "\ufdd3"
    REMOVED = "\ufdd4"


# Select Graphic Rendition (ECMA-48, 8.3.117): bold, bold yellow, green, red.
_CODES = {Ink.TITLE: "1", Ink.HIT: "1;33", Ink.ADDED: "32", Ink.REMOVED: "31"}
_SET: dict[int, str] = {ord(END): "\x1b[0m", **{ord(ink): f"\x1b[{code}m" for ink, code in _CODES.items()}}
_LEFT_OUT = dict.fromkeys(_SET, "")
WIDEST = 96
"""The most columns of a line of text: longer lines are hard to read on any screen."""
_LABEL = re.compile(r"\s+(?:edition \d+ of \d+|\S+(?: \S+)?)\s{2,}|[a-z]+(?: [a-z]+)?\s{2,}|\s*")
# A command to type: between backticks, or behind a colon. One that is broken over lines cannot be pasted.
_TYPED = re.compile(r"`[^`]+`|(?<=: )creditline [^,;:()]+")
# Stands for a space that is no place to break a line (a noncharacter, like the marks of ink).
_HELD = "\ufdd5"


def mark_ink(words: str, ink: Ink) -> str:
    """Return *words* marked with *ink*."""
    return f"{ink}{words}{END}"


def render_ink(text: str, *, colours: bool) -> str:
    """Return *text* with its marks replaced by terminal *colours*, or without them."""
    return text.translate(_SET if colours else _LEFT_OUT)


def wrapped(text: str, width: int) -> str:
    """Return *text* with lines wrapped at *width* or `WIDEST`, whichever is smaller.

    Continued lines are indented to where the text began: after the label of a line, if it has one.
    """
    return "\n".join(_wrapped(line, min(width, WIDEST)) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    label = _LABEL.match(line.translate(_LEFT_OUT))
    indent = len(label[0]) if label else 0
    # Do not break addresses or ids, so that they can be copied.
    filled = textwrap.fill(
        _TYPED.sub(lambda typed: typed[0].replace(" ", _HELD), line),
        width,
        subsequent_indent=" " * (indent if indent < width // 2 else 2),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
    return filled.replace(_HELD, " ")
