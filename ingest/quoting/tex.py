"""TeX: the words of a TeX manuscript, with its quotations marked as in other texts.

Apart from `manuscript.py`, which finds the quotations: this file only knows the marks of one language.
"""

from __future__ import annotations

import re
import unicodedata

_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
# What braces hold, with one more level inside.
_HELD = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
# Braces in an option may hold another one's brackets.
_OPTIONS = rf"\*?(?:\[(?:[^\]{{}}]|{_HELD.replace('((', '(?:(')})*\])*"
_NOTE = re.compile(rf"\\(?:(?:foot|end|side|margin)note(?:text)?|[A-Za-z]*[Cc]ite[A-Za-z]*){_OPTIONS}{_HELD}")
# Their arguments are no words of the text.
_UNSHOWN = re.compile(
    rf"\\(?:label|ref|pageref|autoref|cref|index|vspace|hspace|begin|end){_OPTIONS}{_HELD}"
    rf"|\\(?:foot|end)notemark(?:\[[^\]]*\])?"
)
# Environments of block quotations, and what is quoted in a line: ``words'', or with the package csquotes, whose
# commands may have a language or a source before the words.
_BLOCK = re.compile(
    rf"\\begin\{{(?P<kind>quote|quotation|displayquote)\}}{_OPTIONS}(?P<words>.*?)\\end\{{(?P=kind)\}}", re.DOTALL
)
_TYPED = re.compile(r"``((?:(?!``|\n[ \t]*\n).)*?)''", re.DOTALL)
_ENQUOTED = re.compile(
    rf"\\(?:enquote|say|textquote|blockquote|(?:foreign|hyphen)(?:text|block)?quote{_OPTIONS}{_HELD}"
    rf"|(?:text|block)cquote{_OPTIONS}{_HELD}){_OPTIONS}{_HELD}"
)
_LINK = re.compile(rf"\\href{_OPTIONS}{_HELD}{_HELD}")
_SHOWN = re.compile(rf"\\[A-Za-z]+{_OPTIONS}{_HELD}")
_NAME = re.compile(r"\\[A-Za-z]+\*?(?:\{\}|[ \t]?)")
# In this order: longer ones first.
_SIGNS = {
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
_NAMED = {
    "textellipsis": "…", "ldots": "…", "dots": "…", "texteuro": "€", "euro": "€", "l": "ł", "L": "Ł", "o": "ø",
    "O": "Ø", "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "i": "ı", "dj": "đ",
}  # fmt: skip
_NAMED_SIGN = re.compile(rf"\\({'|'.join(_NAMED)})(?:\{{\}}|(?![A-Za-z])[ \t]?)")
# As combining characters: \'o, \'{o}, \v{s}, \k a.
_ACCENTS = dict(
    zip("'`\"^~.=cvkuHr", "\u0301\u0300\u0308\u0302\u0303\u0307\u0304\u0327\u030c\u0328\u0306\u030b\u030a", strict=True)
)
_ACCENTED = re.compile(
    r"\\(?:(['`\"^~.=]) ?|([cvkuHr])(?=[ {]) ?)(?:\{(?:\\([ij])|([A-Za-z]))\}|\\([ij])\b ?|([A-Za-z]))"
)
_ESCAPED = re.compile(r"\\([%&$#_{}])")


def words_of(source: str) -> str:
    """Return the words of the TeX *source*, with ``>`` before block quotations and “” around quoted words. Notes stand
    in brackets, except inside quotations, which do not have them. Each word stays in its line.
    """
    text = _ACCENTED.sub(_accented, _COMMENT.sub("", source))
    text = _NAMED_SIGN.sub(lambda found: _NAMED[found[1]], text)
    text = _BLOCK.sub(lambda found: _block(found["words"]), text)
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


def _accented(found: re.Match[str]) -> str:
    mark, letter = found[1] or found[2], next(filter(None, found.groups()[2:]))
    return unicodedata.normalize("NFC", letter + _ACCENTS[mark])


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
