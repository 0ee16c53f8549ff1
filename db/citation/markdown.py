"""Markdown: words escaped so that CommonMark, pandoc and GitHub print them as they are."""

from __future__ import annotations

import re

# Beside the signs of CommonMark 0.31, section 2.4: tables, superscript, strikethrough, formulas and attributes of
# pandoc and GitHub. Inside a word an @ names nobody, and a # makes no tag in Obsidian.
_SIGNS = re.compile(r"([\\`*_\[\]<>~^|${}]|&(?=#?\w)|(?<!\w)@|(?<![\w&])#(?=\w))")
_AT_LINE_START = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))", re.MULTILINE)


def marked(words: str) -> str:
    """Escape *words* for use inside a line."""
    return _SIGNS.sub(r"\\\1", words)


def begun(line: str) -> str:
    """Escape the beginning of an escaped *line*, so it is not read as a heading or a list."""
    line = f"{line[:-2]}!" if line.endswith("\\!") and not line.endswith("\\\\!") else line
    return _AT_LINE_START.sub(_escape_start, line)


def escaped(words: str) -> str:
    """Escape *words* for use anywhere, also at the beginning of a line."""
    return begun(marked(words))


def heading(words: str, level: int = 1) -> str:
    """Return *words* as a heading."""
    said = escaped(words).rstrip()
    # A run of # at the end of a heading is no part of it (section 4.2).
    before = said.rstrip("#")
    return f"{'#' * level} {before}{said[len(before) :].replace('#', chr(92) + '#')}"


def _escape_start(found: re.Match[str]) -> str:
    # After a number, the point is escaped, not the number.
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"
