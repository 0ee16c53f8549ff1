"""Ink: how words are set on a terminal, as marks in them that the console turns into its colours, or leaves out."""

from __future__ import annotations

import re
import textwrap
from enum import StrEnum

# Code points that no text has (Unicode 3.4, noncharacters): what is printed is made harmless, and escapes with it, so
# that a style must not be one before. The worst that words of others can do with these is to be bold.
END = "\ufddf"
"""Behind what is inked."""


class Ink(StrEnum):
    """How words are set."""

    TITLE = "\ufdd0"
    HIT = "\ufdd2"
    ADDED = "\ufdd3"
    REMOVED = "\ufdd4"


# Select Graphic Rendition (ECMA-48, 8.3.117): bold, bold yellow, green, red.
_CODES = {Ink.TITLE: "1", Ink.HIT: "1;33", Ink.ADDED: "32", Ink.REMOVED: "31"}
_SET: dict[int, str] = {ord(END): "\x1b[0m", **{ord(ink): f"\x1b[{code}m" for ink, code in _CODES.items()}}
_LEFT_OUT = dict.fromkeys(_SET, "")
WIDEST = 96
"""Columns that a line of text takes at most: longer ones are hard to read, however wide the screen."""
_LABEL = re.compile(r"\s+(?:edition \d+ of \d+|\S+(?: \S+)?)\s{2,}|\s*")


def inked(words: str, ink: Ink) -> str:
    """Return *words* set in *ink*."""
    return f"{ink}{words}{END}"


def dried(text: str, *, colours: bool) -> str:
    """Return *text* with its inks as the *colours* of a terminal, or without them."""
    return text.translate(_SET if colours else _LEFT_OUT)


def wrapped(text: str, width: int) -> str:
    """Return *text* with its lines broken at *width*, and at `WIDEST`; what goes on stands below where it began: behind
    the label of a line, if it has one."""
    return "\n".join(_wrapped(line, min(width, WIDEST)) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> str:
    if len(line) <= width:
        return line
    label = _LABEL.match(line.translate(_LEFT_OUT))
    indent = len(label[0]) if label else 0
    # Neither addresses nor ids are cut: whoever copies one wants it whole.
    return textwrap.fill(
        line,
        width,
        subsequent_indent=" " * (indent if indent < width // 2 else 2),
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
        drop_whitespace=True,
    )
