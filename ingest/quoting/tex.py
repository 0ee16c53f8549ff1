"""TeX: the words of a TeX manuscript, with its quotations marked as in other texts.

Apart from `manuscript.py`, which finds the quotations: this file only knows the marks of one language.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
# What braces hold, with one more level inside.
_HELD = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_OPTIONS = r"\*?(?:\[[^\]]*\])*"
_NOTE = re.compile(rf"\\(?:(?:foot|end|side|margin)note(?:text)?|[A-Za-z]*[Cc]ite[A-Za-z]*){_OPTIONS}{_HELD}")
# Their arguments are no words of the text.
_UNSHOWN = re.compile(
    rf"\\(?:label|ref|pageref|autoref|cref|index|vspace|hspace|begin|end){_OPTIONS}{_HELD}"
    rf"|\\(?:foot|end)notemark(?:\[[^\]]*\])?"
)
# Environments of block quotations, and what is quoted in a line: ``words'', or with the package csquotes, whose
# commands may have a language or a source before the words.
_BLOCK = re.compile(r"\\begin\{(quote|quotation|displayquote|displaycquote)\}(.*?)\\end\{\1\}", re.DOTALL)
_TYPED = re.compile(r"``((?:(?!``|\n[ \t]*\n).)*?)''", re.DOTALL)
_ENQUOTED = re.compile(
    rf"\\(?:enquote|textquote|blockquote|(?:foreign|hyphen)(?:text|block)?quote{_OPTIONS}{_HELD}"
    rf"|(?:text|block)cquote{_OPTIONS}{_HELD}){_OPTIONS}{_HELD}"
)
_LINK = re.compile(rf"\\href{_OPTIONS}{_HELD}{_HELD}")
_SHOWN = re.compile(rf"\\[A-Za-z]+{_OPTIONS}{_HELD}")
_NAME = re.compile(r"\\[A-Za-z]+\*?(?:\{\}|[ \t]?)")
# In this order: longer ones first.
_SIGNS = {
    "\\textellipsis": "…",
    "\\texteuro": "€",
    "\\ldots": "…",
    "\\dots": "…",
    "\\euro": "€",
    "\\-": "",
    "\\,": " ",
    "\\ ": " ",
    "\\\\": " ",
    "~": " ",
    "---": "—",
    "--": "–",
    "``": "“",
    "''": "”",
    ",,": "„",
    '"`': "„",
    "\"'": "“",
    "<<": "«",
    ">>": "»",
    "`": "‘",
    "'": "’",
}
_ESCAPED = re.compile(r"\\([%&$#_{}])")


def words_of(source: str) -> str:
    """Return the words of the TeX *source*, with ``>`` before block quotations and “” around quoted words. Notes stand
    in brackets, except inside quotations, which do not have them. Each word stays in its line.
    """
    text = _COMMENT.sub("", source)
    text = _BLOCK.sub(lambda found: _block(found[2]), text)
    text = _ENQUOTED.sub(lambda found: _quoted(found[found.lastindex or 0]), text)
    text = _TYPED.sub(lambda found: _quoted(found[1]), text)
    text = _NOTE.sub(r" (\1)", text)
    text = _LINK.sub(r"\2 <\1>", text)
    text = _UNSHOWN.sub(_line_ends, text)
    # From the inside out, as many levels as people nest.
    for _ in range(4):
        text = _SHOWN.sub(r"\1", text)
    for typed, shown in _SIGNS.items():
        text = text.replace(typed, shown)
    return re.sub(r"[{}]", "", _NAME.sub("", _ESCAPED.sub(r"\1", text)))


def _block(words: str) -> str:
    lines = _NOTE.sub(_line_ends, words).splitlines(keepends=True)
    return "".join(f"> {line}" if line.strip() else line for line in lines)


def _quoted(words: str) -> str:
    # Single marks inside, so that the outer ones are known.
    return "“" + re.sub(r"``|''", lambda inner: inner[0][0], _NOTE.sub(_line_ends, words)) + "”"


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
